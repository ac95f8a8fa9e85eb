"""Writes `entries.json`; docs/export.md says what stands in it, docs/entries.schema.json says it for a machine."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

from bot.domain.mydata.journal import Journal, Page

FORMAT: Final = "compersion-check-ins"
VERSION: Final = 1
MOST_BYTES: Final = 2 * 1024 * 1024
MOST_ENTRIES: Final = 5000

_ROOM: Final = 64 * 1024  # what stands around the entries, and to spare


def write(journal: Journal, exported: datetime, zone: tzinfo, proof: str) -> dict[str, bytes]:
    """Give the files by name: one, or as many as it takes for each to be read back.

    Times are told in `zone`; `proof` is the sentence that says what the file proves.
    """
    numbers = {topic.label: number for number, topic in enumerate(journal.topics, 1)}
    around = {
        "format": FORMAT,
        "version": VERSION,
        "says": proof,
        "exported": exported.astimezone(zone).isoformat(timespec="seconds"),
        "zone": str(zone),
        "situations": [{"id": numbers[one.label], "label": one.label, "away": one.away} for one in journal.topics],
    }
    pieces = [_dump(_entry(page, numbers, zone)) for page in journal.pages]
    head = _dump(around).removesuffix("\n}")
    files = [f'{head},\n "entries": [\n' + ",\n".join(part) + "\n ]\n}\n" for part in _parts(pieces)]
    # Half a surrogate pair cannot be written; nothing the bot keeps has one.
    return {_name(number): text.encode("utf-8", "replace") for number, text in enumerate(files, 1)}


def _entry(page: Page, numbers: dict[str, int], zone: tzinfo) -> dict[str, Any]:
    return {
        "script": page.script,
        "started": page.started.astimezone(zone).isoformat(),
        "ended": page.ended.astimezone(zone).isoformat(),
        "situation": None if page.label is None else numbers[page.label],
        "answers": [one.to_document() for one in page.answers],
    }


def _parts(pieces: Sequence[str]) -> Iterator[list[str]]:
    part, size = list[str](), _ROOM
    for piece in pieces:
        room = len(piece.encode("utf-8", "replace")) + 2
        if part and (size + room > MOST_BYTES or len(part) == MOST_ENTRIES):
            yield part
            part, size = [], _ROOM
        part.append(piece)
        size += room
    yield part


def _name(number: int) -> str:
    return "entries.json" if number == 1 else f"entries-{number}.json"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
