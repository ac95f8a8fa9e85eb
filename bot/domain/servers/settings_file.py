"""A server's settings as a file for people: to plain data and back, with everything wrong in it at once.

The plain data is texts, lists, mappings and None, as YAML is read by `bot/authoring/server_settings.py`.
"""

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal, TypeAlias, cast

from bot.domain.servers.settings import (
    HOURS,
    MOST_CHANNELS,
    MOST_TAG,
    MOST_TAGS,
    SHOWN,
    VISIBLE,
    ServerSettings,
    WeeklyPrompt,
)
from bot.domain.zones import ZoneUnknown, zone_named

FORMAT: Final = 1
FORMAT_KEY: Final = "format"
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Route: TypeAlias = tuple[str | int, ...]
Reason = Literal[
    "too_large",
    "not_text",
    "not_yaml",
    "empty",
    "too_deep",
    "alias",
    "tag",
    "cut_off",
    "twice",
    "not_mapping",
    "not_list",
    "not_one",
    "unknown_key",
    "near_key",
    "no_format",
    "newer_format",
    "no_format_known",
    "one_of",
    "not_switch",
    "not_hour",
    "not_channel",
    "other_channel",
    "unfit_channel",
    "unknown_zone",
    "unknown_theme",
    "unknown_card",
    "too_many",
    "too_long",
]
"""What can be wrong; each has its words."""
FILLS: Final[Mapping[Reason, tuple[str, ...]]] = {
    **dict.fromkeys(("twice", "not_mapping", "not_list", "not_one", "unknown_key"), ("key",)),
    **dict.fromkeys(("no_format", "newer_format", "no_format_known", "not_hour", "unknown_zone"), ("value",)),
    **dict.fromkeys(("not_channel", "other_channel", "unfit_channel", "unknown_theme", "unknown_card"), ("value",)),
    **dict.fromkeys(("near_key", "not_switch"), ("key", "value")),
    "one_of": ("key", "value", "choices"),
    "too_large": ("most",),
    "too_many": ("key", "most"),
    "too_long": ("value", "most"),
}
"""What the words of each can be filled with; those of the others with nothing."""

_SWITCH: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_LONGEST_ID: Final = 20  # digits of a 64-bit number
_KEYS: Final = (FORMAT_KEY, *(one.name for one in fields(ServerSettings)))
_WEEKLY_KEYS: Final = tuple(one.name for one in fields(WeeklyPrompt))


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may name: this server's channels, those that messages can be sent to, themes, cards, languages."""

    channels: Collection[int] = field(repr=False)
    to_write_in: Collection[int] = field(repr=False)
    themes: Collection[str]
    cards: Collection[str]
    languages: Collection[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where in the data, what, and what its words are filled with; `value` is out of the file."""

    route: Route
    reason: Reason
    fills: Mapping[str, str | int] = field(default_factory=dict[str, "str | int"], repr=False)
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """A fault and where it stands in the file; line and column count from 1."""

    line: int
    column: int
    fault: Fault = field(repr=False)


def to_tree(settings: ServerSettings) -> dict[str, Any]:
    """Write settings as plain data, in the order they are shown in."""
    weekly = settings.weekly
    return {
        FORMAT_KEY: FORMAT,
        "shown": settings.shown,
        "channels": [*settings.channels],
        "visible": settings.visible,
        "age_restricted_only": settings.age_restricted_only,
        "language": settings.language,
        "weekly": {
            "channel": weekly.channel,
            "day": WEEKDAYS[weekly.day],
            "hour": weekly.hour,
            "zone": weekly.zone,
            "theme": weekly.theme,
            "paused": weekly.paused,
        },
        "suggestions": settings.suggestions,
        "intro": settings.intro,
        "forum_tags": [*settings.forum_tags],
    }


def read_tree(data: Any, known: Known, now: ServerSettings) -> tuple[ServerSettings, list[Fault]]:
    """Read plain data; what it does not name stays as it is now. With any fault, the settings are of no use."""
    reader = _Reader(known)
    return reader.settings(data, now), reader.faults


class _Reader:
    """Reads value by value; a value that is wrong is noted and read as what stands now."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self.faults = list[Fault]()

    def settings(self, data: Any, now: ServerSettings) -> ServerSettings:
        if not isinstance(data, Mapping):
            self._note((), "not_mapping", key="")
            return now
        tree = cast("Mapping[str, Any]", data)
        if not self._is_of_this_format(tree):
            return now
        self._refuse_unknown(tree, (), _KEYS)
        read: dict[str, Callable[[Route, Any], Any]] = {
            "shown": lambda at, value: self._choice(at, value, SHOWN),
            "channels": lambda at, value: self._list(at, value, MOST_CHANNELS, self._channel),
            "visible": lambda at, value: self._choice(at, value, VISIBLE),
            "age_restricted_only": self._switch,
            "language": lambda at, value: self._choice(at, value, self._known.languages),
            "weekly": lambda at, value: self._weekly(at, value, now.weekly),
            "suggestions": lambda at, value: None if value is None else self._place(at, value),
            "intro": lambda at, value: None if value is None else self._known_id(at, value, "unknown_card"),
            "forum_tags": lambda at, value: self._list(at, value, MOST_TAGS, self._tag),
        }
        values = {key: one((key,), tree[key]) for key, one in read.items() if key in tree}
        return now if self.faults else replace(now, **values)

    def _weekly(self, at: Route, data: Any, now: WeeklyPrompt) -> WeeklyPrompt:
        if not isinstance(data, Mapping):
            self._note(at, "not_mapping", key=str(at[-1]))
            return now
        tree = cast("Mapping[str, Any]", data)
        self._refuse_unknown(tree, at, _WEEKLY_KEYS)
        read: dict[str, Callable[[Route, Any], Any]] = {
            "channel": lambda at, value: None if value is None else self._place(at, value),
            "day": self._day,
            "hour": self._hour,
            "zone": self._zone,
            "theme": lambda at, value: None if value is None else self._known_id(at, value, "unknown_theme"),
            "paused": self._switch,
        }
        values = {key: one((*at, key), tree[key]) for key, one in read.items() if key in tree}
        return now if self.faults else replace(now, **values)

    def _is_of_this_format(self, tree: Mapping[str, Any]) -> bool:
        written = tree.get(FORMAT_KEY)
        if written is None:
            self._note((), "no_format", value=FORMAT)
            return False
        text = written.strip() if isinstance(written, str) else ""
        if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID):
            self._note((FORMAT_KEY,), "no_format_known", value=FORMAT)
            return False
        if int(text) != FORMAT:
            self._note((FORMAT_KEY,), "newer_format" if int(text) > FORMAT else "no_format_known", value=FORMAT)
            return False
        return True

    def _refuse_unknown(self, tree: Mapping[str, Any], at: Route, keys: Iterable[str]) -> None:
        for key in tree:
            if key not in keys:
                near = difflib.get_close_matches(key[:64], keys, n=1)
                fills = {"key": key, "value": near[0]} if near else {"key": key}
                self._note((*at, key), "near_key" if near else "unknown_key", at_key=True, **fills)

    def _list(self, at: Route, values: Any, most: int, read: Callable[[Route, Any], Any]) -> tuple[Any, ...]:
        if values is None:
            return ()
        if not isinstance(values, list):
            self._note(at, "not_list", key=str(at[-1]))
            return ()
        items = cast("list[Any]", values)
        if len(items) > most:
            self._note(at, "too_many", key=str(at[-1]), most=most)
            return ()
        return tuple(dict.fromkeys(read((*at, index), one) for index, one in enumerate(items)))

    def _text(self, at: Route, value: Any) -> str | None:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self._note(at, "not_one", key=next(str(part) for part in reversed(at) if isinstance(part, str)))
        return None

    def _choice(self, at: Route, value: Any, choices: Collection[str]) -> str | None:
        text = self._text(at, value)
        if text is not None and text not in choices:
            self._note(at, "one_of", key=str(at[-1]), value=text, choices=", ".join(choices))
        return text

    def _switch(self, at: Route, value: Any) -> bool:
        text = self._text(at, value)
        if text is not None and text.lower() not in _SWITCH:
            self._note(at, "not_switch", key=str(at[-1]), value=text)
        return _SWITCH.get((text or "").lower(), False)

    def _day(self, at: Route, value: Any) -> int:
        day = self._choice(at, value.lower() if isinstance(value, str) else value, WEEKDAYS)
        return WEEKDAYS.index(day) if day in WEEKDAYS else 0

    def _hour(self, at: Route, value: Any) -> int:
        text = self._text(at, value)
        if text is None:
            return 0
        if text.isascii() and text.isdecimal() and len(text) <= len(str(HOURS)) and int(text) < HOURS:
            return int(text)
        self._note(at, "not_hour", value=text)
        return 0

    def _zone(self, at: Route, value: Any) -> str:
        text = self._text(at, value)
        try:
            return zone_named(text) if text else ""
        except ZoneUnknown:
            self._note(at, "unknown_zone", value=text or "")
            return ""

    def _known_id(self, at: Route, value: Any, otherwise: Literal["unknown_theme", "unknown_card"]) -> str | None:
        text = self._text(at, value)
        if text is not None and text not in (self._known.cards if otherwise == "unknown_card" else self._known.themes):
            self._note(at, otherwise, value=text)
        return text

    def _channel(self, at: Route, value: Any) -> int:
        text = self._text(at, value)
        if text is None:
            return 0
        digits = text.removeprefix("<#").removesuffix(">")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_ID):
            self._note(at, "not_channel", value=text)
            return 0
        if int(digits) not in self._known.channels:
            self._note(at, "other_channel", value=digits)
        return int(digits)

    def _place(self, at: Route, value: Any) -> int:
        channel = self._channel(at, value)
        if channel in self._known.channels and channel not in self._known.to_write_in:
            self._note(at, "unfit_channel", value=channel)
        return channel

    def _tag(self, at: Route, value: Any) -> str:
        text = self._text(at, value)
        if text is not None and len(text) > MOST_TAG:
            self._note(at, "too_long", value=text, most=MOST_TAG)
        return text or ""

    def _note(self, at: Route, reason: Reason, *, at_key: bool = False, **fills: str | int) -> None:
        self.faults.append(Fault(at, reason, fills, at_key))
