"""Holds the values of an upload against what should stand there; the first that does not fit refuses the file."""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final, Literal, cast

from bot.domain.checkins.labels import TextRefused, TextTooLong, check_length, clean_label, clean_text
from bot.errors import BotError

MOST_NOTE: Final = 1000

_MOST_TEXT: Final = 300
_SLUG: Final = re.compile(r"[a-z0-9-]{1,48}")

Reason = Literal[
    "too_large",
    "too_many",
    "truncated",
    "encoding",
    "not_json",
    "not_ours",
    "newer",
    "shape",
    "note",
    "label",
    "page",
    "packed",
    "damaged_zip",
    "locked_zip",
    "same_name",
    "many_files",
    "other_zip",
    "empty_zip",
    "nothing",
    "situations",
    "full",
    "slow",
]


class FileRefused(BotError):
    """An upload that cannot be taken, and why; `fills` are for the sentence that the pack has for the reason."""

    def __init__(self, reason: Reason, **fills: str | int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fills: Mapping[str, str | int] = fills


def check_mapping(value: Any, where: str, needed: Collection[str], more: Collection[str]) -> dict[str, Any]:
    """Take an object that has the needed names and no others than these and `more`."""
    if not isinstance(value, dict):
        raise misfit(where, "mapping")
    found = cast("dict[str, Any]", value)
    for key in needed:
        if key not in found:
            raise misfit(f"{where}.{key}".lstrip("."), "there")
    for key in found:
        if key not in needed and key not in more:
            raise misfit(f"{where}.{key}".lstrip("."), "known")
    return found


def check_list(value: Any, where: str, most: int) -> list[Any]:
    """Take a list that is not too long."""
    if not isinstance(value, list):
        raise misfit(where, "list")
    found = cast("list[Any]", value)
    if len(found) > most:
        raise FileRefused("too_many", count=len(found), most=most)
    return found


def check_text(value: Any, where: str) -> str:
    """Take a text of the pack, cleaned."""
    text = clean_text(value) if isinstance(value, str) else ""
    if not text or len(text) > _MOST_TEXT:
        raise misfit(where, "text")
    return text


def check_slug(value: Any, where: str) -> str:
    """Take an id of the pack."""
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise misfit(where, "id")
    return value


def check_yes(value: Any, where: str) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise misfit(where, "yes")
    return value


def check_note(value: Any, where: str) -> str:
    """Take a note of a member's, cleaned."""
    if not isinstance(value, str):
        raise misfit(where, "text")
    try:
        return check_length(clean_text(value), MOST_NOTE)
    except TextTooLong as error:
        raise FileRefused("note", where=where, length=error.length, most=MOST_NOTE) from None


def check_label(value: Any, where: str) -> str:
    """Take a member's own word, cleaned."""
    if not isinstance(value, str):
        raise misfit(where, "text")
    try:
        return clean_label(value)
    except TextRefused:
        raise FileRefused("label", where=where) from None


def misfit(where: str, expected: str) -> FileRefused:
    """Say that something else should stand at a place."""
    return FileRefused("shape", where=where, expected=expected)
