"""The pack being served: swapped whole when it is good, kept when it is not."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ContentInvalid
from bot.services.pack import ServedPack

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 13, tzinfo=UTC)
TITLE = "title: What is compersion?"


async def test_a_changed_word_is_served_after_a_reload(pack: Path, edit: Callable[[str, str, str], None]) -> None:
    served = ServedPack(pack, NOW)
    before = served.library

    edit("explainers/compersion.yaml", TITLE, "title: What is that glow?")
    good = await served.reload(LATER)

    assert good
    assert served.library is not before
    assert served.library.explainers["compersion"].title == "What is that glow?"
    indexes = await served.indexes()
    assert indexes.library is served.library
    assert indexes.finder.find("What is that glow?")[0].id == "compersion"
    assert served.serving_since == LATER
    assert before.explainers["compersion"].title == "What is compersion?"


async def test_a_broken_pack_leaves_the_last_good_one_and_says_what_is_wrong(
    pack: Path, edit: Callable[[str, str, str], None]
) -> None:
    served = ServedPack(pack, NOW)
    before = served.library

    edit("explainers/compersion.yaml", TITLE, "titel: What is compersion?")
    good = await served.reload(LATER)

    assert not good
    assert served.library is before
    assert served.serving_since == NOW
    assert [one.message for one in served.errors] == ["`title` is missing", "unknown key `titel`"]

    edit("explainers/compersion.yaml", "titel: What is compersion?", TITLE)
    assert await served.reload(LATER)
    assert served.errors == ()


async def test_an_unchanged_pack_is_not_built_again(pack: Path) -> None:
    served = ServedPack(pack, NOW)
    before = await served.indexes()

    assert await served.reload(LATER)

    assert await served.indexes() is before


async def test_a_folder_that_went_away_keeps_the_last_good_pack(pack: Path) -> None:
    served = ServedPack(pack, NOW)
    pack.rename(pack.with_name("moved"))

    assert not await served.reload(LATER)

    assert served.library.explainers
    assert "there is no such folder" in str(served.errors[0])


def test_a_pack_that_does_not_check_cannot_start(pack: Path) -> None:
    (pack / "glossary.yaml").unlink()

    with pytest.raises(ContentInvalid) as caught:
        ServedPack(pack, NOW)

    assert any("glossary.yaml:1:1: this file is missing" in problem for problem in caught.value.problems)


async def test_an_earlier_id_still_leads_to_its_card(pack: Path, edit: Callable[[str, str, str], None]) -> None:
    edit("explainers/compersion.yaml", TITLE, f"{TITLE}\nwas: [what-compersion-is]")
    served = ServedPack(pack, NOW)

    found = served.library.explainer("what-compersion-is")

    assert found is not None
    assert found.id == "compersion"
