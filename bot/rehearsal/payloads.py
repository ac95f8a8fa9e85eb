"""What Discord refuses of a message or a form, by its documented limits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.ui.drawing import MOST_OPTIONS

MOST_TEXT: Final = 4000
_MOST_COMPONENTS: Final = 40
_MOST_IN_ROW: Final = 5
_MOST_FIELDS: Final = 5
_MOST_RADIO: Final = 10
_TEXT: Final = 10  # components have numbers with Discord


@dataclass(frozen=True, slots=True)
class Refusal:
    """What would be refused: a sentence without its subject, the texts it is about, and by how much they are over."""

    said: str
    texts: tuple[str, ...]
    over: int = 0


def refused_message(payload: list[dict[str, Any]], line: str = "") -> Iterator[Refusal]:
    """Find what would be refused of a message; `line` may stand above it."""
    parts = list(_parts(payload))
    texts = [str(one["content"]) for one in parts if one.get("type") == _TEXT] + [line] * bool(line)
    length = sum(map(len, texts))
    if length > MOST_TEXT:
        yield Refusal(f"has {length} characters, at most {MOST_TEXT}", tuple(texts), length - MOST_TEXT)
    count = len(parts) + bool(line)
    if count > _MOST_COMPONENTS:
        labels = tuple(str(one["label"]) for one in parts if "label" in one)
        yield Refusal(f"has {count} parts, at most {_MOST_COMPONENTS}", labels or tuple(texts))
    if not all(texts):
        yield Refusal("has an empty text", tuple(texts))
    ids = [one["custom_id"] for one in parts if "custom_id" in one]
    if twice := {one for one in ids if ids.count(one) > 1}:
        labels = tuple(str(one.get("label", "")) for one in parts if one.get("custom_id") in twice)
        yield Refusal("has two buttons that do the same", labels)
    for one in parts:
        yield from _refused_part(one)


def refused_form(payload: Mapping[str, Any]) -> Iterator[Refusal]:
    """Find what would be refused of a form."""
    yield from _length("a title", str(payload["title"]), 45)
    if len(payload["components"]) > _MOST_FIELDS:
        yield Refusal(f"has {len(payload['components'])} fields, at most {_MOST_FIELDS}", (str(payload["title"]),))
    for label in payload["components"]:
        yield from _length("a label", str(label["label"]), 45)
        yield from _length("a note", str(label.get("description") or "-"), 100)
        yield from _refused_part(label["component"])


def _refused_part(one: Mapping[str, Any]) -> Iterator[Refusal]:
    match one.get("type"):
        case 2:
            yield from _length("a button", str(one.get("label", "")), 80)
        case 3:
            yield from _length("a list named", str(one.get("placeholder") or "-"), 150)
            yield from _options(one["options"], MOST_OPTIONS)
        case 4:
            if not 1 <= one.get("max_length", 1) <= MOST_TEXT:
                yield Refusal(f"has a field for {one['max_length']} characters, at most {MOST_TEXT}", ())
        case 21:
            yield from _options(one["options"], _MOST_RADIO, least=2)
        case 1:
            if not 0 < len(one["components"]) <= _MOST_IN_ROW:
                labels = tuple(str(each.get("label", "")) for each in one["components"])
                yield Refusal(f"has {len(one['components'])} buttons side by side, at most {_MOST_IN_ROW}", labels)
        case 12:
            for item in one["items"]:
                yield from _length("a picture described in", str(item.get("description") or "-"), 1024)
        case _:
            pass


def _options(options: list[Mapping[str, Any]], most: int, least: int = 1) -> Iterator[Refusal]:
    labels = tuple(str(one["label"]) for one in options)
    if not least <= len(options) <= most:
        yield Refusal(f"has a list of {len(options)}, {least} to {most} are possible", labels)
    values = [one["value"] for one in options]
    if len(values) != len(set(values)):
        yield Refusal("has a list with two lines that do the same", labels)
    for one in options:
        yield from _length("a line of a list", str(one["label"]), 100)
        yield from _length("a note in a list", str(one.get("description") or "-"), 100)


def _length(what: str, text: str, most: int) -> Iterator[Refusal]:
    if not text.strip():
        yield Refusal(f"has {what} with nothing in it", (text,))
    elif len(text) > most:
        yield Refusal(f"has {what} of {len(text)} characters, at most {most}", (text,), len(text) - most)


def _parts(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in components:
        yield one
        yield from _parts(one.get("components", ()))
        if "accessory" in one:
            yield from _parts([one["accessory"]])
