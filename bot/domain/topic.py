"""What the one option of `/explain` may hold: a name, a sentence, or a choice of the autocomplete made after one.

Discord hands back a choice's value in place of what was typed. Ids have no slash, so a choice cannot be taken for one.
"""

from typing import Final

from bot.domain.content import Slug

SUPPORT: Final = "help/support"
MOST_WORDS_OF_NAME: Final = 2
_CARD: Final = "card/"


def is_sentence(typed: str) -> bool:
    """Say whether more was typed than one or two words, which may name something."""
    return len(typed.split()) > MOST_WORDS_OF_NAME


def choice_after_sentence(card: Slug) -> str:
    """Give the value of a card that is offered to somebody who typed a sentence."""
    return _CARD + card


def card_after_sentence(topic: str) -> Slug | None:
    """Give the card whose value this is; None for anything else."""
    return topic.removeprefix(_CARD) if topic.startswith(_CARD) else None
