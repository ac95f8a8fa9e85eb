"""What 0.3.0 left behind, under the code of now: nobody's data is lost, and no message of then goes dead.

`make_v0_3_0.py` says how it was made. What is asserted is what a member would notice; which step comes next, and in
which words, is the script's to change.
"""

from typing import Any

import pytest

from tests.golden.conftest import GOLDEN, stored
from tests.golden.reading import read_custom_id, read_rows, sealed_tables, troubles, write_custom_id
from tests.golden.replaying import Returning, press_stored
from tests.promises.homes import Home, traces
from tests.promises.hosting import Host
from tests.wire.exchange import FORM
from tests.wire.looks import Json

RETIRED: frozenset[str] = frozenset()
"""Kinds of press that no version asks for any more. A message that still has one is answered with kind words."""
NEVER_SENT = {"SERVER_LANGUAGE"}  # there was one language to choose from


# --- sealed documents -------------------------------------------------------------------------------------------------


async def test_every_sealed_document_opens_and_says_what_it_said(home: Home) -> None:
    async with home.opened() as storage:
        found = await read_rows(storage)

    differing = [(one, other) for one, other in zip(found, rows(), strict=True) if one != other]
    assert differing == []


def test_there_is_a_document_of_every_kind() -> None:
    kinds = {one["what"] for one in rows()}

    assert {kind.split(":")[0] for kind in kinds} == sealed_tables()
    assert {kind for kind in kinds if ":" in kind} == {
        f"session: {kind}" for kind in ("check-in", "nudge", "sent-file", "clearing", "import")
    }


def rows() -> list[Json]:
    return stored("rows.json")["rows"]


# --- check-ins under way ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [False, True], ids=["skips the rest", "answers the rest"])
async def test_every_open_check_in_ends_with_all_that_was_said(host: Host, *, answers: bool) -> None:
    visitors = stored("check_ins.json")
    for one in visitors:
        returning = Returning.to(host, one["user"], one["channel"], one["message"])
        await returning.finish(answers=answers)

    assert traces(host.output.getvalue()) == []
    kept = await kept_now(host)
    assert {one["name"]: kept[one["token"]][0] for one in visitors if one["token"] in kept} == {
        one["name"]: kept[one["token"]][0] | one["said"] for one in visitors
    }
    assert {one["name"]: kept[one["token"]][1] for one in visitors if one["label"]} == {
        one["name"]: one["label"] for one in visitors if one["label"]
    }


async def kept_now(host: Host) -> dict[str, tuple[dict[str, list[str]], str | None]]:
    """Give what is kept: the words to each step, and the label, by the token the check-in had."""
    there = await read_rows((await host.app.door.personal()).storage)
    labels = {one["id"]: one["says"]["label"] for one in there if one["what"] == "situation"}
    kept = [one for one in there if one["what"] == "entry"]
    return {one["id"]: (words_of(one["says"]), labels.get(one["says"]["situation"])) for one in kept}


def words_of(entry: Json) -> dict[str, list[str]]:
    return {
        one["step"]: [one["text"]] if one["text"] else [word or text for _, text, _, word in one["chosen"]]
        for one in entry["answers"]
    }


# --- custom ids -------------------------------------------------------------------------------------------------------


def test_every_custom_id_says_what_it_said_and_is_written_as_it_was() -> None:
    ids = {one: says for one, says in stored("custom_ids.json").items() if says["kind"] not in RETIRED}

    assert {one: read_custom_id(one) for one in ids} == ids
    assert {one: write_custom_id(says) for one, says in ids.items()} == {one: one for one in ids}


def test_there_is_a_custom_id_and_a_message_of_every_kind() -> None:
    """Of 0.3.0's; what is newer has its own version to come from."""
    landed = {line.split("=")[0] for line in (GOLDEN / "kinds.txt").read_text().splitlines()}

    assert landed - {one["kind"] for one in stored("custom_ids.json").values()} == NEVER_SENT
    assert landed - {read_custom_id(one["id"])["kind"] for one in stored("presses.json")} == NEVER_SENT


async def test_every_message_that_was_sent_can_still_be_pressed(host: Host, messages: dict[str, Json]) -> None:
    told: dict[str, Any] = {}
    for one in stored("presses.json"):
        exchange = await press_stored(host, one, messages)
        says = read_custom_id(one["id"])["kind"]
        if says not in RETIRED and (is_trouble(host, exchange.texts) or (exchange.type == FORM) != one["opens a form"]):
            told[f"{says} {one['id']}"] = exchange.texts

    assert told == {}
    assert traces(host.output.getvalue()) == []


def is_trouble(host: Host, said: list[str]) -> bool:
    return any(trouble in text for trouble in troubles(host.library) for text in said)
