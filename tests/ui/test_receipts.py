"""A receipt says what is true: a day only where one can be named, and what is still on the disk."""

from datetime import UTC, datetime

import pytest

from bot.domain.library import Library
from bot.domain.lookback import Deleted
from bot.domain.mydata.inventory import Receipt, Remains
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind, Press
from bot.ui.lookback.entry import draw_deleted
from bot.ui.mydata.moves import draw_receipt
from tests.wire.looks import walk

NOW, DAY = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC)


def said(drawing: Drawing) -> str:
    return "\n".join(str(one["content"]) for one in walk(drawing.to_components()) if "content" in one)


@pytest.mark.parametrize("wiped", [True, False])
@pytest.mark.parametrize("until", [DAY, None])
def test_a_receipt_names_a_day_only_where_it_can(library: Library, until: datetime | None, *, wiped: bool) -> None:
    words = library.notebook.receipts
    remains = Remains(wiped=wiped, keys_until=until, rows_until=until)

    everything = said(draw_receipt(library, Receipt("everything", NOW), remains))
    one = said(draw_deleted(library, Deleted(1, 0, NOW), remains, Press(Kind.LOOK_PAGE)))

    for text, without_a_day in ((everything, words.key_in_backups), (one, words.stays_in_backups)):
        assert (f"<t:{int(DAY.timestamp())}:D>" in text) == (until is not None)
        assert (without_a_day in text) == (until is None)
        assert (words.not_wiped in text) == (not wiped)
        assert words.cannot_delete in text
