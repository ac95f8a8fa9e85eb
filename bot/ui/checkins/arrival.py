"""Draws the way into a check-in: the consent, what is open already, and that check-ins are switched off."""

from collections.abc import Sequence

from bot.domain.checkins.standing import UnderWay, Welcome
from bot.domain.library import Library
from bot.ui.consent import consent_changed, consent_lines
from bot.ui.drawing import Choice, Drawing, button, gap, row, select, small, text
from bot.ui.ids import Kind, Press


def draw_consent(library: Library, *, moderates: bool | None, keep: bool, changed: bool = False) -> Drawing:
    """Draw the five lines and the switch; what is switched lies in the buttons until the member begins.

    Who agreed to earlier lines reads in one line what has `changed`, and can have all five.
    """
    words = library.notebook.consent
    turn = words.turn_off if keep else words.turn_on
    state = (words.switch_on if keep else words.switch_off).format(switch=words.switch)
    lines = "\n".join(f"- {line}" for line in consent_lines(library, moderates=moderates))
    at, told = int(keep), "changed" if changed else ""
    all_lines = button(words.all_lines, Press(Kind.KEEP_SWITCH, version=words.version, position=at))
    return Drawing(
        text(consent_changed(library, moderates=moderates) if changed else lines),
        gap(),
        text(state),  # in words, not on the button: a phone cuts long labels, and it is what counts
        row(button(turn, Press(Kind.KEEP_SWITCH, told, version=words.version, position=1 - at))),
        gap(),
        row(
            button(words.begin, Press(Kind.CONSENT, version=words.version, position=at)),
            button(words.not_now, Press(Kind.NOT_NOW)),
        ),
        row(
            all_lines if changed else None,
            button(words.more, Press(Kind.CARD_PRIVATE, "privacy")),
            button(library.interface.buttons.support, Press(Kind.SUPPORT)),
        ),
    )


def draw_opening(
    library: Library, welcome: Welcome, token: bytes, consent: int, notices: Sequence[str] = ()
) -> Drawing:
    """Draw the way in: step by step or the quick form, and what is open already. `token` is of the check-in to come."""
    script, words = library.check_in, library.notebook.conversation
    begin = row(
        button(script.step_by_step, Press(Kind.BEGIN_STEPS, token=token, version=consent)),
        button(script.quick_form, Press(Kind.BEGIN_FORM, token=token, version=consent)),
        button(script.not_now, Press(Kind.NOT_NOW, token=token)),
    )
    lines = [text(small("\n".join(notices)))] if notices else []
    open_ones = [_open_choice(words.no_label, one) for one in welcome.under_way]
    go_on = [select(words.go_on_with, Press(Kind.GO_ON_WITH), open_ones)] if open_ones else []
    support = row(button(script.controls.support, Press(Kind.SUPPORT_PANEL)))
    return Drawing(*lines, text(script.opening), begin, *go_on, gap(), support)


def draw_not_open(library: Library) -> Drawing:
    """Draw that check-ins are switched off here."""
    support = button(library.interface.buttons.support, Press(Kind.SUPPORT))
    return Drawing(text(library.notebook.conversation.not_open), row(support))


def _open_choice(no_label: str, one: UnderWay) -> Choice:
    return Choice(f"{one.label or no_label}, {one.started:%Y-%m-%d %H:%M} UTC", one.token.hex())
