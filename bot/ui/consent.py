"""The lines of the consent, with what the person who runs the bot says of themself."""

from bot.domain.library import Library


def tell_moderates(library: Library, *, moderates: bool | None) -> str:
    """Say of the person who runs this bot that they moderate, or may; nothing where they said that they do not."""
    words = library.notebook.consent.moderates
    return words.not_said if moderates is None else words.also if moderates else ""


def consent_lines(library: Library, *, moderates: bool | None) -> list[str]:
    """Give the five lines."""
    return [_filled(library, line, moderates=moderates) for line in library.notebook.consent.lines]


def consent_changed(library: Library, *, moderates: bool | None) -> str:
    """Say in one line what is new, to those who agreed to earlier lines."""
    return _filled(library, library.notebook.consent.changed, moderates=moderates)


def _filled(library: Library, line: str, *, moderates: bool | None) -> str:
    who = tell_moderates(library, moderates=moderates)
    return line.format(moderates=f"; {who}" if who else "")
