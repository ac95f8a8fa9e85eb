"""`moderators/suggestions.yaml`: passing on, without a name, what a lookup did not find."""

from typing import Annotated

from bot.domain.content import ButtonLabel, Label, Line, Waiver, authored
from bot.domain.interface import Fills


@authored
class SuggestionOfferWords:
    """Under an answer that found nothing."""

    looked_for: Line
    suggest: ButtonLabel


@authored
class SuggestionPreviewWords:
    """Exactly what will be sent, before it is."""

    would_see: Annotated[Line, Fills("channel")]
    elsewhere_by_now: Line
    nameless: Line
    send: ButtonLabel
    leave: ButtonLabel


@authored
class SuggestionAnswerWords:
    """What became of it."""

    sent: Line
    left: Line
    empty: Line
    words_gone: Line
    enough: Line
    off_by_now: Line
    refused: Line
    unsure: Line


@authored
class SuggestionMessageWords:
    """What moderators see, and the answers to a press on its button."""

    heading: Line
    nameless: Line
    turn_off: ButtonLabel
    turned_off: Line
    for_moderators: Line


@authored
class SuggestionWords:
    """All of it."""

    title: Label
    offer: SuggestionOfferWords
    preview: SuggestionPreviewWords
    answer: SuggestionAnswerWords
    message: SuggestionMessageWords
    waive: tuple[Waiver, ...] = ()
