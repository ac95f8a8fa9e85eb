"""`moderators/suggestions.yaml`."""

from bot.domain.content import Label, Waiver, authored


@authored
class SuggestionWords:
    """All of it."""

    title: Label
    waive: tuple[Waiver, ...] = ()
