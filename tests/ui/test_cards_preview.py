"""A card before it is posted: whatever has to be said under it, Discord takes it."""

import pytest

from bot.domain.cards.permissions import NEEDS_OF_MODERATOR, Need, needs_of_bot
from bot.domain.library import Library
from bot.ui.cards.preview import MOST_TEXT, Draft, Lacking, draw_preview, tell_lacking
from bot.ui.drawing import Drawing, text

TOKEN = bytes(range(16))
ALL = Lacking(
    you=NEEDS_OF_MODERATOR, me=needs_of_bot("thread", pinned=False, locked=True), me_for_pins=(Need.PIN_MESSAGES,)
)


def contents(drawing: Drawing) -> list[str]:
    return [one["content"] for one in drawing.to_components() if "content" in one]


def test_under_the_longest_card_what_is_said_is_cut_and_the_card_is_whole(library: Library) -> None:
    card = Drawing(text("x" * (MOST_TEXT - 100)))
    draft = Draft(subject="compersion", channel=2**63, kind="thread", token=TOKEN)

    whole, said = contents(draw_preview(library, card, draft))

    assert len(whole) == MOST_TEXT - 100
    assert len(said) <= 100
    assert said.startswith("-# Only you see this.")


@pytest.mark.parametrize("room", [100, 700])
def test_whatever_is_missing_is_never_cut(library: Library, room: int) -> None:
    card = Drawing(text("x" * (MOST_TEXT - room)))
    draft = Draft(subject="compersion", channel=2**63, kind="thread", token=TOKEN, lacking=ALL)

    shown = contents(draw_preview(library, card, draft))

    assert sum(map(len, shown)) <= MOST_TEXT
    for line in tell_lacking(library, draft.channel, draft.lacking):
        assert line in shown[-1]


def test_under_a_card_of_the_pack_everything_is_said(library: Library) -> None:
    draft = Draft(subject="compersion", channel=2**63, kind="thread", token=TOKEN, lacking=ALL)

    _, said = contents(draw_preview(library, Drawing(text("x" * 2000)), draft))

    for need in (*ALL.you, *ALL.me, *ALL.me_for_pins):
        assert f"**{getattr(library.cards.permissions, need.word)}**" in said
    assert "Then try again.\n-# Only you see this." in said
    assert said.endswith("For 90 days, /card log shows moderators that it was posted, and not who did.")
