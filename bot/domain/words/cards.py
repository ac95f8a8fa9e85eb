"""`moderators/cards.yaml`."""

from bot.domain.content import Label, Waiver, authored


@authored
class PostingWords:
    """All of it."""

    title: Label
    waive: tuple[Waiver, ...] = ()
