"""How posted cards are told of: what stays in the way is said until it is gone, and a full page fits into a message."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.cards.posting import Left, Posting, Seen, Wish
from bot.domain.cards.trouble import Trouble
from bot.domain.library import Library
from bot.ui.cards.registry import A_PAGE, draw_list
from bot.ui.cards.telling import Posted, tell_posted, tell_waiting

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SERVER, CHANNEL, MESSAGE = 2**63, 2**63 + 1, 2**63 + 2
MOST_TEXT = 4000  # Discord's limit over all text of a message

STANDING = Posting(
    id=bytes(16),
    version=1,
    created=NOW,
    due=None,
    wish=Wish(channel=CHANNEL, subject="not-the-opposite-of-jealousy", pinned=True, part_of=bytes(16)),
    seen=Seen(message=MESSAGE, channel=CHANNEL, home=CHANNEL, sent=NOW, digest="0" * 32, pinned=True),
)


def test_a_card_that_is_to_go_and_cannot_be_removed_is_told_with_what_to_do(library: Library) -> None:
    left = Left(channel=CHANNEL, message=MESSAGE, tried=NOW)
    posting = replace(STANDING, wish=replace(STANDING.wish, gone=True), seen=Seen(left_over=(left,)))

    assert library.cards.trouble.left_behind in tell_posted(library, SERVER, Posted(posting, "0" * 32))
    assert library.cards.one_needs_a_look in (tell_waiting(library, [posting]) or "")


def test_a_full_page_of_cards_that_need_a_look_fits_into_a_message(library: Library) -> None:
    """A title has 100 characters at most, which is more than any card of the pack has."""
    for trouble in Trouble:
        one = Posted(replace(STANDING, seen=replace(STANDING.seen, trouble=trouble)), "1" * 32)
        drawing = draw_list(library, SERVER, [one] * (A_PAGE * 20), 0)
        said = sum(len(part["content"]) for part in drawing.to_components() if "content" in part)
        missing = 100 - len(library.explainers[STANDING.wish.subject].title)
        assert said + missing * A_PAGE <= MOST_TEXT, trouble
