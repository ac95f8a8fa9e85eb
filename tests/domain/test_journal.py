"""`entries.json`: what goes out comes in again the same, and what does not fit is refused whole, with its place."""

import contextlib
import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.domain.checkins.answers import Answer, DocumentUnreadable
from bot.domain.mydata.journal import Journal, Page, Topic, joined
from bot.domain.mydata.journal_checks import FileRefused
from bot.domain.mydata.journal_file import MOST_BYTES, write
from bot.domain.mydata.journal_reader import read
from tests.domain.journals import CLOSEST, NOTE, NOW, OWN_WORD, PROOF, journal, journals, page

SCHEMA = json.loads(Path("docs/entries.schema.json").read_text(encoding="utf-8"))
BERLIN = ZoneInfo("Europe/Berlin")


def written(one: Journal) -> dict[str, Any]:
    return json.loads(write(one, NOW, UTC, PROOF)["entries.json"])


def refused(data: bytes) -> tuple[str, dict[str, Any]]:
    with pytest.raises(FileRefused) as caught:
        read(data, NOW)
    return caught.value.reason, dict(caught.value.fills)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    whole = written(journal())
    change(whole)
    return json.dumps(whole).encode()


@given(journals())
def test_what_goes_out_comes_in_the_same(one: Journal) -> None:
    if not one.pages and not one.topics:
        return
    for zone in (UTC, BERLIN):
        files = write(one, NOW, zone, PROOF)

        back = read(files["entries.json"], NOW)

        assert list(files) == ["entries.json"]
        assert set(back.topics) == set(one.topics)
        assert back.pages == one.pages
        assert back.digest == one.digest
        assert misfits(json.loads(files["entries.json"])) == []


def test_the_file_says_whose_it_is_to_nobody_and_what_it_proves() -> None:
    whole = json.loads(write(journal(), NOW, BERLIN, PROOF)["entries.json"])

    assert whole["says"] == PROOF
    assert whole["zone"] == "Europe/Berlin"
    assert whole["entries"][0]["started"] == "2026-11-19T04:10:07+01:00"
    assert whole["entries"][0]["answers"][0]["chosen"][0]["text"] == "Holding it"
    assert [one["id"] for one in whole["situations"]] == [1, 2]
    assert not re.search(r"\d{15,}", json.dumps(whole)), "nothing like a Discord id"


def test_a_large_notebook_comes_in_parts_that_can_each_be_read() -> None:
    long = replace(NOTE, text="ש" * 1000)
    whole = journal(*(page(4000 - number, CLOSEST, long, label="the blue house") for number in range(2000)))

    files = write(whole, NOW, UTC, PROOF)

    assert list(files) == ["entries.json", "entries-2.json", "entries-3.json"]
    assert all(len(one) <= MOST_BYTES for one in files.values())
    assert joined(read(one, NOW) for one in files.values()) == whole
    assert read(zipped(files), NOW) == whole


def test_an_entry_kept_is_an_entry_read() -> None:
    kept = page(2, CLOSEST, NOTE, label="the blue house").to_document("ab12")

    assert Page.from_document(kept, {"ab12": "renamed since"}).label == "renamed since"
    assert Page.from_document(kept, {}).label is None
    with pytest.raises(DocumentUnreadable):
        Page.from_document({**kept, "format": 2}, {})
    with pytest.raises(DocumentUnreadable) as caught:
        Page.from_document({**kept, "answers": [{"step": "Tea helped"}]}, {})
    assert "Tea" not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_a_check_in_is_known_again_by_its_times_and_answers() -> None:
    one = page(2, CLOSEST, label="the blue house")

    assert one.identity == replace(one, label="renamed", started=one.started.astimezone(BERLIN)).identity
    assert one.identity != replace(one, answers=(OWN_WORD,)).identity
    assert one.identity != page(3, CLOSEST).identity


def test_nothing_of_it_shows_in_a_repr() -> None:
    assert not re.search("blue|Tea|Holding", repr((journal(), page(), Topic("the blue house"))))


@pytest.mark.parametrize("cut", [1, 30, 200, -2, -40])
def test_a_file_that_ends_in_the_middle_is_told_from_one_that_is_none(cut: int) -> None:
    whole = write(journal(), NOW, UTC, PROOF)["entries.json"]

    assert refused(whole[:cut])[0] == "truncated"


def test_a_file_cut_inside_a_character_is_truncated_too() -> None:
    whole = write(journal(), NOW, UTC, PROOF)["entries.json"]

    assert refused(whole[: whole.index("тихо".encode()) + 1])[0] == "truncated"


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"\xff\xfe{\x00", b"not json", b"[" * 100_000, b'{"format": NaN x', b"9" * 5000]
)
def test_what_is_no_json_is_refused_without_being_quoted(data: bytes) -> None:
    reason, fills = refused(data)

    assert reason in {"not_json", "truncated", "not_ours"}
    assert set(fills) <= {"line"}


def test_the_line_of_the_trouble_is_told() -> None:
    assert refused(b'{\n "format":\n oops\n}') == ("not_json", {"line": 3})


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"format": "other", "version": 1}', b"null", b'"text"'])
def test_json_of_something_else_is_not_ours(data: bytes) -> None:
    assert refused(data) == ("not_ours", {})


def test_a_newer_version_is_named() -> None:
    data = changed(lambda whole: whole.update(version=2, entries="in another way"))

    assert refused(data) == ("newer", {"version": 2})


def test_too_large_and_too_many_are_refused_before_they_cost_anything() -> None:
    many = changed(lambda whole: whole.update(entries=[{}] * 5001))
    topics = changed(lambda whole: whole.update(situations=[{"id": n, "label": f"l{n}"} for n in range(51)]))

    assert refused(b" " * (MOST_BYTES + 1))[0] == "too_large"
    assert refused(many) == ("too_many", {"count": 5001, "most": 5000})
    assert refused(topics) == ("too_many", {"count": 51, "most": 50})


def test_nothing_in_it_is_said_so() -> None:
    assert refused(changed(lambda whole: whole.update(entries=[], situations=[])))[0] == "nothing"


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "missing": (lambda w: w["entries"][0].pop("started"), "entries[1].started", "there"),
    "unknown": (lambda w: w["entries"][1].update(user="1"), "entries[2].user", "known"),
    "top": (lambda w: w.update(more=1), "more", "known"),
    "version": (lambda w: w.update(version="1"), "version", "number"),
    "true": (lambda w: w.update(version=True), "version", "number"),
    "entries": (lambda w: w.update(entries={}), "entries", "list"),
    "entry": (lambda w: w["entries"].__setitem__(1, "x"), "entries[2]", "mapping"),
    "naive": (lambda w: w["entries"][0].update(started="2026-11-01T10:00:00"), "entries[1].started", "time"),
    "future": (lambda w: w["entries"][0].update(ended="2027-11-01T10:00:00Z"), "entries[1].ended", "time"),
    "early": (lambda w: w["entries"][0].update(started="0001-01-01T00:00:00+14:00"), "entries[1].started", "time"),
    "number": (lambda w: w["entries"][0].update(started=5), "entries[1].started", "time"),
    "order": (lambda w: w["entries"][0].update(ended="2020-01-01T00:00:00Z"), "entries[1].ended", "later"),
    "nowhere": (lambda w: w["entries"][0].update(situation=9), "entries[1].situation", "situation"),
    "script": (lambda w: w["entries"][0].update(script="Check In"), "entries[1].script", "id"),
    "empty": (lambda w: w["entries"][0]["answers"][0].pop("chosen"), "entries[1].answers[1]", "answer"),
    "question": (lambda w: w["entries"][0]["answers"][1].update(question=""), "entries[1].answers[2].question", "text"),
    "long": (
        lambda w: w["entries"][0]["answers"][0]["chosen"][0].update(text="x" * 301),
        "entries[1].answers[1].chosen[1].text",
        "text",
    ),
    "mark": (lambda w: w["entries"][0]["answers"][1].update(bring_up="yes"), "entries[1].answers[2]", "yes"),
    "text": (lambda w: w["entries"][0]["answers"][1].update(text=["a"]), "entries[1].answers[2].text", "text"),
    "label": (lambda w: w["situations"][0].update(label=7), "situations[1].label", "text"),
    "twice": (lambda w: w["situations"][1].update(id=1), "situations[2].id", "number"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_named_by_its_place(name: str) -> None:
    change, where, expected = WRONG[name]

    assert refused(changed(change)) == ("shape", {"where": where, "expected": expected})


def test_a_name_that_stands_twice_is_refused() -> None:
    data = write(journal(), NOW, UTC, PROOF)["entries.json"].replace(b'"zone"', b'"says"')

    assert refused(data) == ("shape", {"where": "", "expected": "once"})


@pytest.mark.parametrize(("text", "length"), [("x" * 1001, 1001), ("👩‍👩‍👧" * 4000, 4000), ("א\u0301" * 1001, 1001)])
def test_a_note_that_is_too_long_is_counted_as_people_count(text: str, length: int) -> None:
    data = changed(lambda whole: whole["entries"][0]["answers"][1].update(text=text))

    assert refused(data) == ("note", {"where": "entries[1].answers[2].text", "length": length, "most": 1000})


@pytest.mark.parametrize("label", ["<@100000000000000001>", "@everyone", "  ", "x" * 33, "\u200b"])
def test_a_label_that_is_none_is_refused(label: str) -> None:
    assert refused(changed(lambda whole: whole["situations"][0].update(label=label))) == (
        "label",
        {"where": "situations[1].label"},
    )


def test_a_label_with_a_mention_in_it_loses_the_mention() -> None:
    data = changed(lambda whole: whole["situations"][0].update(label="evenings <@100000000000000001>"))

    assert read(data, NOW).topics[0].label == "evenings"


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return made.getvalue()


def test_the_zip_itself_is_taken_also_when_it_was_packed_again() -> None:
    data = write(journal(), NOW, UTC, PROOF)["entries.json"]

    assert read(zipped({"journal.html": b"<p>", "entries.json": data}), NOW) == read(data, NOW)
    assert read(zipped({"my-data/entries.json": data}), NOW) == read(data, NOW)


def test_a_zip_without_entries_a_broken_one_and_a_bomb() -> None:
    good = zipped({"entries.json": write(journal(), NOW, UTC, PROOF)["entries.json"]})
    bomb = zipped({"entries.json": b" " * 50_000_000})
    bombs = zipped({f"entries-{number}.json": b" " * 1_000_000 for number in range(2, 30)})

    assert refused(zipped({"holiday.jpg": b"x"})) == ("other_zip", {"names": "holiday.jpg"})
    assert refused(zipped({})) == ("empty_zip", {})
    assert refused(good[: len(good) // 2]) == ("damaged_zip", {})
    assert refused(good.replace(good[60:80], b"\0" * 20)) == ("damaged_zip", {})
    assert len(bomb) < MOST_BYTES
    tracemalloc.start()
    assert refused(bomb) == ("too_large", {})
    assert tracemalloc.get_traced_memory()[1] < 4 * MOST_BYTES, "it was unpacked whole"
    tracemalloc.stop()
    assert refused(bombs) == ("too_large", {})


def packed(method: int, data: bytes = b"{}") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("entries.json", data)
    return made.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_could_unpack_without_bound_is_not_opened(method: int) -> None:
    bomb = packed(method, b" " * 20_000_000)
    tracemalloc.start()

    assert refused(bomb) == ("packed", {})
    assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    tracemalloc.stop()


@pytest.mark.parametrize("method", range(256))
def test_a_zip_of_any_method_damaged_or_not_gets_a_sentence(method: int) -> None:
    data = bytearray(packed(zipfile.ZIP_STORED, write(journal(), NOW, UTC, PROOF)["entries.json"]))
    for header, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(header) + place] = method

    if method != zipfile.ZIP_STORED:
        assert refused(bytes(data))[0] == ("damaged_zip" if method == zipfile.ZIP_DEFLATED else "packed")


def test_any_damage_to_a_zip_is_one_sentence() -> None:
    good = zipped({"entries.json": write(journal(), NOW, UTC, PROOF)["entries.json"]})

    for at in (*range(60), *range(len(good) - 140, len(good))):
        for changed_to in (0, 0xFF, good[at] ^ 0x80):
            data = bytes((*good[:at], changed_to, *good[at + 1 :]))
            with contextlib.suppress(FileRefused):
                assert len(read(data, NOW).pages) == 3


def test_a_directory_that_lies_about_sizes_unpacks_no_more_than_may_be_read() -> None:
    data = bytearray(zipped({"entries.json": b" " * 20_000_000}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (1000).to_bytes(4, "little")
    tracemalloc.start()

    assert refused(bytes(data)) == ("damaged_zip", {})
    assert tracemalloc.get_traced_memory()[1] < 8 * MOST_BYTES
    tracemalloc.stop()


def test_files_of_one_name_many_files_and_a_zip_in_a_zip_are_told_what_to_do() -> None:
    inner = zipped({"entries.json": write(journal(), NOW, UTC, PROOF)["entries.json"]})
    twice = zipped({"entries.json": b"{}", "entries.jsom": b"{}"}).replace(b"entries.jsom", b"entries.json")

    assert refused(twice) == ("same_name", {})
    assert refused(zipped({f"{number}.txt": b"" for number in range(300)}))[0] == "many_files"
    assert refused(zipped({"my-data.zip": inner})) == ("other_zip", {"names": "my-data.zip"})


@pytest.mark.parametrize(
    "name",
    [
        "entries.json",
        "my-data/entries-2.json",
        "my-data\\entries.json",
        "Entries.JSON",
        "entries (1).json",
        "entries(2).json",
        "entries - Copy.json",
        "Kopie von entries.json",
        "entries.json.txt",
        "my check-ins.json",
    ],
)
def test_a_zip_is_read_however_a_system_names_what_is_in_it(name: str) -> None:
    data = write(journal(), NOW, UTC, PROOF)["entries.json"]

    files = {"__MACOSX/._entries.json": b"\0\5\x16\7", "journal.html": b"<p>", name: data}

    assert read(zipped(files), NOW) == read(data, NOW)


def test_a_zip_written_as_a_stream_and_one_in_the_large_format_are_read() -> None:
    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.written = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.written += bytes(data)
            return len(data)

    data, stream, large = write(journal(), NOW, UTC, PROOF)["entries.json"], Stream(), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # sizes stand after the data
        archive.writestr("entries.json", data)
    with zipfile.ZipFile(large, "w") as archive, archive.open("entries.json", "w", force_zip64=True) as file:
        file.write(data)

    assert read(stream.written, NOW) == read(large.getvalue(), NOW) == read(data, NOW)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_is_read_in_any_of_the_encodings_that_json_has(encoding: str) -> None:
    data = write(journal(), NOW, UTC, PROOF)["entries.json"]

    assert read(data.decode().replace("\n", "\r\n").encode(encoding), NOW) == read(data, NOW)


def test_what_is_no_json_is_told_by_what_it_is() -> None:
    assert refused(b"<!doctype html><title>My check-ins</title>") == ("page", {})
    assert refused(b"\x1f\x8b\x08" + bytes(20)) == refused(b"7z\xbc\xaf\x27\x1c") == ("packed", {})
    assert refused('{"says": "caf\xe9 at night"}'.encode("latin-1")) == ("encoding", {})


def test_a_number_longer_than_any_that_could_stand_there_is_not_said_back() -> None:
    whole = f'{{"format": "compersion-check-ins", "version": {"9" * 4000}}}'

    assert refused(whole.encode()) == ("not_json", {"line": 1})


def test_the_parts_of_one_zip_are_counted_together() -> None:
    many = changed(lambda whole: whole.update(entries=[whole["entries"][1]] * 3000))

    assert refused(zipped({"entries.json": many, "entries-2.json": many})) == (
        "too_many",
        {"count": 6000, "most": 5000},
    )


def test_a_note_of_marks_alone_takes_no_longer_than_one_of_letters() -> None:
    data = changed(lambda whole: whole["entries"][0]["answers"][1].update(text="a" + "\u0301\u0316" * 80_000))

    assert len(read(data, NOW).pages[0].answers[1].text or "") == 30


def test_a_zip_with_a_password_is_refused() -> None:
    data = bytearray(zipped({"entries.json": b"{}"}))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + flags] |= 1

    assert refused(bytes(data)) == ("locked_zip", {})


def test_refusals_carry_nothing_of_the_file() -> None:
    secret = changed(lambda whole: whole["entries"][0]["answers"][1].update(text=["Tea helped"]))
    with pytest.raises(FileRefused) as caught:
        read(secret, NOW)

    assert caught.value.__cause__ is None
    assert str(caught.value) == "shape"


@pytest.mark.parametrize(
    "name", [name for name in WRONG if name not in {"order", "nowhere", "future", "twice", "early"}]
)
def test_the_schema_refuses_what_the_reader_refuses(name: str) -> None:
    assert misfits(json.loads(changed(WRONG[name][0])))


def test_the_documentation_s_example_can_be_read() -> None:
    example = re.search(r"```json\n(.*?)```", Path("docs/export.md").read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None

    read_back = read(example[1].encode(), NOW + timedelta(days=1))

    assert misfits(json.loads(example[1])) == []
    assert read_back.pages[0].label == "the blue house"
    assert isinstance(read_back.pages[0].answers[1], Answer)
    assert read_back.pages[0].started == datetime(2026, 11, 21, 20, 40, 3, tzinfo=UTC)


def misfits(value: Any, schema: dict[str, Any] = SCHEMA, where: str = "") -> list[str]:
    """Hold a document against the schema: the words of JSON Schema that ours uses, and no others."""
    if "$ref" in schema:
        schema = {**SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], **schema}
    known = {"$schema", "$defs", "$ref", "title", "description", "default", *_RULES}
    assert set(schema) <= known, set(schema) - known
    found = [where for word, rule in _RULES.items() if word in schema and not rule(value, schema[word])]
    if isinstance(value, dict) and "properties" in schema:
        found += [f"{where}.{key}" for key in value if key not in schema["properties"]]
        for key, inner in schema["properties"].items():
            found += misfits(value[key], inner, f"{where}.{key}") if key in value else []
    if isinstance(value, list) and "items" in schema:
        found += [one for at, item in enumerate(value) for one in misfits(item, schema["items"], f"{where}[{at}]")]
    return found


_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int}
_RULES: dict[str, Callable[[Any, Any], bool]] = {
    "type": lambda value, types: any(
        isinstance(value, _TYPES[one]) and (one != "integer" or not isinstance(value, bool))
        for one in ([types] if isinstance(types, str) else types)
    ),
    "const": lambda value, const: value == const and type(value) is type(const),
    "required": lambda value, keys: not isinstance(value, dict) or set(keys) <= value.keys(),
    "anyOf": lambda value, any_of: any(set(one["required"]) <= value.keys() for one in any_of),
    "properties": lambda value, _: isinstance(value, dict),
    "additionalProperties": lambda _, more: more is False,
    "items": lambda value, _: isinstance(value, list),
    "maxItems": lambda value, most: not isinstance(value, list) or len(value) <= most,
    "minLength": lambda value, least: not isinstance(value, str) or len(value) >= least,
    "maxLength": lambda value, most: not isinstance(value, str) or len(value) <= most,
    "pattern": lambda value, pattern: not isinstance(value, str) or re.search(pattern, value) is not None,
}
