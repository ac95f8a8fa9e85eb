"""What each release left behind, under the code of now: nobody's data is lost, and no message of then goes dead.

`make_v0_3_0.py` and its like say how it was made. What is asserted is what a member would notice; which step comes
next, and in which words, is the script's to change.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from bot.ui.ids import Kind
from tests.golden.conftest import Release, unpack
from tests.golden.reading import (
    WRITTEN_BY,
    read_custom_id,
    read_rows,
    restore,
    sealed_tables,
    troubles,
    write_custom_id,
    writers,
)
from tests.golden.replaying import Returning, ask, look_back, press, press_stored
from tests.promises.homes import Home, traces
from tests.promises.hosting import Host
from tests.promises.walking import Screen
from tests.wire.exchange import FORM
from tests.wire.looks import Json, walk

RETIRED: frozenset[str] = frozenset()
"""Kinds of press that no version asks for any more. A message that still has one is answered with kind words."""
LATER: frozenset[str] = frozenset()
"""Tables, and what writes sealed documents, that came after the last of them."""
IN_NO_BACKUP = {"session", "deed"}
LABEL = "situation"
PROMISED_NOT_TO_BE_KEPT = "not-right"


# --- sealed documents -------------------------------------------------------------------------------------------------


async def test_every_sealed_document_opens_and_says_what_it_said(home: Home, release: Release) -> None:
    async with home.opened() as storage:
        found = await read_rows(storage)

    assert unlike(found, release.rows) == []


async def test_a_backup_brings_back_all_that_is_in_one(empty_home: Home, release: Release) -> None:
    for file in (release.folder / "backups").iterdir():
        unpack(file, empty_home.backups)

    await restore(empty_home.settings(), empty_home.backups, release.now)

    async with empty_home.opened() as storage:
        found = await read_rows(storage)
    backed_up = [one for one in release.rows if one["what"].split(":")[0] not in IN_NO_BACKUP]
    assert unlike(found, backed_up) == []


def test_there_is_a_document_of_every_kind(release: Release) -> None:
    """A new kind has no document here: name it as later, and let its own version leave one."""
    kinds, later = {one["what"] for one in release.rows}, LATER | release.lacks
    written_by = {name: written for name, written in WRITTEN_BY.items() if name not in later}

    assert sealed_tables() - later == {kind.split(":")[0] for kind in kinds}
    assert writers() - later == set(written_by)
    assert kinds == {kind for written in written_by.values() for kind in written} | {"session: import"}


def unlike(found: list[Json], expected: list[Json]) -> list[tuple[Json | None, Json | None]]:
    return [(one, other) for one, other in itertools.zip_longest(found, expected) if one != other]


# --- check-ins under way ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on_its_message", [True, False], ids=["on its message", "from the list"])
async def test_every_open_check_in_ends_with_all_that_was_said(
    host: Host, release: Release, *, on_its_message: bool
) -> None:
    """On its message the rest is answered with what comes first; from the list of open ones it is skipped."""
    visitors = release.stored("check_ins.json")
    for one in visitors:
        back = Returning(host, one)
        if not on_its_message and not one["ended"]:
            await back.choose_from_list()
        await back.finish(answers=on_its_message)

    assert traces(host.output.getvalue()) == []
    kept = await kept_by(host)
    assert [one["name"] for one in visitors if one["token"] not in kept] == []
    lost = {one["name"]: lost_of(one, kept[one["token"]]) for one in visitors}
    assert {name: steps for name, steps in lost.items() if steps} == {}
    assert [one["name"] for one in visitors if PROMISED_NOT_TO_BE_KEPT in kept[one["token"]]] == []


def lost_of(visitor: Json, kept: Mapping[str, list[str]]) -> list[str]:
    """Name the steps to which somebody answered otherwise than is kept, the label's among them."""
    said = visitor["said"] | ({LABEL: [visitor["label"]]} if visitor["label"] else {})
    return [step for step, words in said.items() if kept.get(step) != words]


# --- what is kept -----------------------------------------------------------------------------------------------------


async def test_what_was_kept_reads_in_the_words_that_were_seen(host: Host, release: Release) -> None:
    for user in sorted({one["user"] for one in release.rows if one["what"] == "entry"}):
        looked = await look_back(host, host.wire.world.people[str(user)])
        entries = [one["says"] for one in release.rows if one["what"] == "entry" and one["user"] == user]
        assert len(looked) == len(entries)
        for entry in entries:
            seen = [line for one in entry["answers"] for line in (one["question"], *lines_of(one))]
            assert any(all(line in text for line in seen) for text in looked), seen


async def test_an_export_comes_in_again(host: Host, release: Release) -> None:
    somebody, nora = host.wire.world.person("Somebody new"), named(host, "Nora")
    file = host.wire.upload("my-data.zip", (release.folder / "my-data.zip").read_bytes())
    asked = await ask(host, somebody, "mydata import", file=file)
    take = Screen(asked.shown).one(Kind.MY_IMPORT_TAKE)
    assert take is not None, asked.texts
    await press(host, somebody, asked, take.custom_id)

    def entries_of(user: Json) -> list[Json]:
        mine = [one["says"] for one in found if one["what"] == "entry" and one["user"] == int(user["id"])]
        return sorted((one | {"situation": None} for one in mine), key=lambda one: one["ended"])

    found = await read_now(host)
    assert entries_of(nora)
    assert entries_of(somebody) == entries_of(nora)
    assert labels_of(found, somebody) == labels_of(found, nora)


async def test_whoever_agreed_then_still_keeps_and_has_what_they_kept(host: Host) -> None:
    """A later consent is asked for again, and nothing is lost by it."""
    nora = named(host, "Nora")
    before = await kept_by(host, nora)
    asked = await ask(host, nora, "checkin")
    if again := Screen(asked.shown).one(Kind.CONSENT):
        asked = await press(host, nora, asked, again.custom_id)
    begin = Screen(asked.shown).one(Kind.BEGIN_STEPS)
    assert begin is not None, asked.texts
    await press(host, nora, asked, begin.custom_id)

    (member,) = (one for one in await read_now(host) if one["what"] == "member" and one["user"] == int(nora["id"]))
    assert member["says"]["keep"]
    assert await kept_by(host, nora) == before
    assert before


async def read_now(host: Host) -> list[Json]:
    return await read_rows((await host.app.door.personal()).storage)


def labels_of(found: list[Json], user: Json) -> dict[str, bool]:
    """Give somebody's labels, and whether each is put away."""
    mine = [one["says"] for one in found if one["what"] == "situation" and one["user"] == int(user["id"])]
    return {one["label"]: one["away"] for one in mine}


def named(host: Host, name: str) -> Json:
    return next(one for one in host.wire.world.people.values() if one["global_name"] == name)


async def kept_by(host: Host, user: Json | None = None) -> dict[str, dict[str, list[str]]]:
    """Give what is kept, of all or of one: the words to each step, and the label, by the token the check-in had."""
    there = await read_now(host)
    labels = {one["id"]: one["says"]["label"] for one in there if one["what"] == "situation"}
    kept = [one for one in there if one["what"] == "entry" and (user is None or one["user"] == int(user["id"]))]
    return {one["id"]: words_of(one["says"]) | label_of(one["says"], labels) for one in kept}


def label_of(entry: Json, labels: Mapping[str, str]) -> dict[str, list[str]]:
    return {LABEL: [labels[entry["situation"]]]} if entry["situation"] in labels else {}


def words_of(entry: Json) -> dict[str, list[str]]:
    return {
        one["step"]: [one["text"]] if one["text"] else [word or text for _, text, _, word in one["chosen"]]
        for one in entry["answers"]
    }


def lines_of(answer: Json) -> list[str]:
    return answer["text"].splitlines() if answer["text"] else [word or text for _, text, _, word in answer["chosen"]]


# --- custom ids -------------------------------------------------------------------------------------------------------


def test_every_custom_id_says_what_it_said_and_is_written_as_it_was(release: Release) -> None:
    ids = {one: says for one, says in release.stored("custom_ids.json").items() if says["kind"] not in RETIRED}

    assert {one: read_custom_id(one) for one in ids} == ids
    assert {one: write_custom_id(says) for one, says in ids.items()} == {one: one for one in ids}


def test_every_custom_id_of_a_message_that_was_sent_is_written_as_it_was(
    messages: dict[str, Json], release: Release
) -> None:
    ids = {one["custom_id"] for message in messages.values() for one in walk(message) if "custom_id" in one}
    kinds = release.kinds
    says = {one: read_custom_id(one) for one in ids if kinds[one.split(".")[1]] not in RETIRED}

    assert {one: write_custom_id(says[one]) for one in says} == {one: one for one in says}


def test_there_is_a_custom_id_and_a_message_of_every_kind(release: Release) -> None:
    then = set(release.kinds.values()) - release.never_sent

    assert {one["kind"] for one in release.stored("custom_ids.json").values()} == then
    assert {one["kind"] for one in release.stored("presses.json")} == then


async def test_every_message_that_was_sent_can_still_be_pressed(
    host: Host, messages: dict[str, Json], release: Release
) -> None:
    told: dict[str, Any] = {}
    for one in release.stored("presses.json"):
        exchange = await press_stored(host, one, messages)
        opens_as_then = (exchange.type == FORM) == one["opens a form"]
        as_then = opens_as_then and not has_trouble(host, exchange.texts)
        if not (exchange.texts if one["kind"] in RETIRED else as_then):
            told[f"{one['kind']} {one['id']}"] = exchange.texts

    assert told == {}
    assert traces(host.output.getvalue()) == []


def has_trouble(host: Host, said: list[str]) -> bool:
    return any(trouble in text for trouble in troubles(host.library) for text in said)
