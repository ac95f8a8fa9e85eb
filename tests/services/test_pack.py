"""The pack being served: swapped whole when it is good, kept when it is not."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.authoring.problems import Problem
from bot.authoring.reader import Reading
from bot.domain.library import Library
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


def refuse_glow(reading: Reading) -> tuple[Problem, ...]:
    """Refuse what reads well, as Discord does where what is put together is too long."""
    assert reading.library is not None
    glows = "glow" in reading.library.explainers["compersion"].title
    return (Problem("explainers/compersion.yaml", 3, 1, "this card has 4001 characters, at most 4000"),) * glows


async def test_only_a_change_of_cards_alone_is_rehearsed_without_the_rest(
    pack: Path, edit: Callable[[str, str, str], None]
) -> None:
    since = list[Library | None]()

    def rehearse(reading: Reading) -> tuple[Problem, ...]:
        since.append(reading.since)
        return ()

    served = ServedPack(pack, NOW, rehearse=rehearse)
    await served.keep(NOW)
    first = served.library
    edit("explainers/compersion.yaml", TITLE, "title: What is that glow?")
    assert await served.reload(LATER)
    edit("checkins/check-in.yaml", "opening: Check in with yourself.", "opening: Take a moment.")
    assert await served.reload(LATER)

    assert since == [None, first, None]


async def test_what_discord_would_refuse_leaves_the_last_good_pack(
    pack: Path, edit: Callable[[str, str, str], None]
) -> None:
    served = ServedPack(pack, NOW, rehearse=refuse_glow)
    before = served.library

    edit("explainers/compersion.yaml", TITLE, "title: What is that glow?")
    good = await served.reload(LATER)

    assert not good
    assert served.library is before
    assert [one.message for one in served.errors] == ["this card has 4001 characters, at most 4000"]

    edit("explainers/compersion.yaml", "title: What is that glow?", "title: What is that light?")
    assert await served.reload(LATER)
    assert served.errors == ()
    assert served.library.explainers["compersion"].title == "What is that light?"


async def test_a_pack_is_rehearsed_once_and_off_the_loop(pack: Path, edit: Callable[[str, str, str], None]) -> None:
    threads = list[int]()

    def note(_: Reading) -> tuple[Problem, ...]:
        threads.append(threading.get_ident())
        return ()

    served = ServedPack(pack, NOW, rehearse=note)
    await served.keep(NOW)
    await served.reload(LATER)
    assert len(threads) == 1

    edit("explainers/compersion.yaml", TITLE, "title: What is that glow?")
    await served.reload(LATER)
    await served.reload(LATER)

    assert len(threads) == 2
    assert threading.get_ident() not in threads


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


SERVER = 123456789012345678
PAGE = """\
id: house-rules
title: How do we talk at the lighthouse?
kind: idea
share: anyone
reflect: rest
summary: Three habits of this server.
body: [We ask before we advise.]
reviewed: 2026-11-21
questions: [what are the habits of the lighthouse]
"""


@pytest.fixture
def page(pack: Path) -> Path:
    file = pack.parent / "servers" / str(SERVER) / "explainers" / "house-rules.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(PAGE, encoding="utf-8")
    return file


async def test_a_server_finds_its_own_pages_beside_the_built_in_ones(pack: Path, page: Path) -> None:
    served = ServedPack(pack, NOW)

    indexes = await served.indexes_of(SERVER)

    assert page.is_file()
    assert indexes.library is served.library_of(SERVER)
    assert indexes.finder.find("what are the habits of the lighthouse")[0].id == "house-rules"
    assert indexes.finder.find("What is compersion?")[0].id == "compersion"
    assert indexes.terms is (await served.indexes()).terms
    assert await served.indexes_of(SERVER) is indexes


async def test_everywhere_else_it_is_the_plain_pack_itself(pack: Path, page: Path) -> None:
    served = ServedPack(pack, NOW)

    for server in (None, 0, SERVER + 1):
        assert served.library_of(server) is served.library
        assert await served.indexes_of(server) is await served.indexes()
    assert page.stem not in served.library.explainers


async def test_an_unchanged_pack_keeps_what_was_made_of_a_servers_pages(pack: Path, page: Path) -> None:
    served = ServedPack(pack, NOW)
    indexes, own_pages = await served.indexes_of(SERVER), served.own_pages

    await served.reload(LATER)
    assert served.own_pages is own_pages
    unchanged = await served.indexes_of(SERVER)
    page.write_text(PAGE.replace("Three", "Four"), encoding="utf-8")
    await served.reload(LATER)
    changed = await served.indexes_of(SERVER)

    assert unchanged is indexes
    assert changed.library.explainers["house-rules"].summary == "Four habits of this server."


async def test_pages_go_on_over_the_last_good_pack(
    pack: Path, page: Path, edit: Callable[[str, str, str], None]
) -> None:
    served = ServedPack(pack, NOW)
    before = served.library
    edit("explainers/compersion.yaml", TITLE, "titel: What is compersion?")
    page.write_text(PAGE.replace("Three", "Four"), encoding="utf-8")

    assert not await served.reload(LATER)

    library = served.library_of(SERVER)
    assert library.explainers["house-rules"].summary == "Four habits of this server."
    assert library.explainers["compersion"] is before.explainers["compersion"]
    assert served.own_pages.problems == ()


async def test_a_first_folder_and_the_last_one_are_noticed(pack: Path) -> None:
    served = ServedPack(pack, NOW)
    assert served.folders == (pack, pack.parent / "servers")

    file = pack.parent / "servers" / str(SERVER) / "explainers" / "house-rules.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(PAGE, encoding="utf-8")
    await served.reload(LATER)
    with_it = served.library_of(SERVER)
    (pack.parent / "servers").rename(pack.parent / "away")
    await served.reload(LATER)

    assert "house-rules" in with_it.explainers
    assert served.library_of(SERVER) is served.library
