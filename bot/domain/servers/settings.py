"""What a server's moderators set. The defaults are what holds where nobody set anything."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast, get_args

Shown = Literal["anywhere", "chosen", "nowhere"]
Visible = Literal["private", "channel"]
Trouble = Literal["channel_gone", "permission_lost", "not_age_restricted", "refused", "no_prompt"]
"""Why something set here does not happen: told under `/server settings`, and nobody is messaged."""

SHOWN: Final = get_args(Shown)
VISIBLE: Final = get_args(Visible)
MOST_CHANNELS: Final = 25  # what a select of Discord takes
MOST_TAGS: Final = 5  # what a post in a forum takes
MOST_TAG: Final = 20  # characters of a tag's name
DAYS: Final = 7
HOURS: Final = 24

_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_FIRST_LANGUAGE: Final = "en"
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyPrompt:
    """When and where the weekly prompt is posted: `day` 0 is Monday, `hour` 0 to 23 in `zone` (an IANA name)."""

    channel: int | None = field(default=None, repr=False)
    day: int = 6
    hour: int = 18
    zone: str = "UTC"
    theme: str | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """`shown` says where members may show what they looked up, `channels` are the chosen ones.

    `visible` is who sees an answer at first, `suggestions` the channel they go to (None: off), `intro` the card that is
    offered first, `forum_tags` the names of tags a post in a forum gets where the forum has them.
    """

    shown: Shown = "anywhere"
    channels: tuple[int, ...] = field(default=(), repr=False)
    visible: Visible = "private"
    language: str = _FIRST_LANGUAGE
    age_restricted_only: bool = False
    weekly: WeeklyPrompt = WeeklyPrompt()
    suggestions: int | None = field(default=None, repr=False)
    intro: str | None = None
    forum_tags: tuple[str, ...] = ()


DEFAULTS = ServerSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRecord:
    """What is set, how often that has changed, and why something of it does not happen.

    `version` counts changes of the settings alone: a screen that shows another one is stale. The troubles are what jobs
    met, and go when their setting is changed.
    """

    settings: ServerSettings = DEFAULTS
    version: int = 0
    weekly_trouble: Trouble | None = None
    suggestions_trouble: Trouble | None = None


Change: TypeAlias = Callable[[ServerSettings], ServerSettings]


def changed(record: ServerRecord, change: Change) -> ServerRecord:
    """Change the settings; a trouble goes with the setting it was about. The same record when nothing is new."""
    before, after = record.settings, change(record.settings)
    if after == before:
        return record
    return replace(
        record,
        settings=after,
        version=record.version + 1,
        weekly_trouble=record.weekly_trouble if after.weekly == before.weekly else None,
        suggestions_trouble=record.suggestions_trouble if after.suggestions == before.suggestions else None,
    )


def served_languages(pack: str) -> tuple[str, ...]:
    """Name the languages there are to choose from, by the name of the pack's folder."""
    name = pack.replace("_", "-")
    return (name if is_language(name) else _FIRST_LANGUAGE,)


def is_language(name: str) -> bool:
    """Whether a name has the form of a language's, as in en, es-419 or zh-Hant; with _ in place of -, too."""
    return _LOCALE.fullmatch(name.replace("_", "-")) is not None


def record_to_document(record: ServerRecord, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Write a record into the document it is kept in; what others keep in there stays."""
    troubles = {"weekly": record.weekly_trouble, "suggestions": record.suggestions_trouble}
    kept = {"settings": to_document(record.settings), "changes": record.version, "troubles": troubles}
    return {**(before or {}), **kept}


def record_from_document(document: Mapping[str, Any]) -> ServerRecord:
    """Read a record back."""
    troubles = _mapping(document.get("troubles"))
    return ServerRecord(
        settings=from_document(_mapping(document.get("settings"))),
        version=_one(document.get("changes"), int, 0),
        weekly_trouble=_trouble(troubles.get("weekly")),
        suggestions_trouble=_trouble(troubles.get("suggestions")),
    )


def to_document(settings: ServerSettings) -> dict[str, Any]:
    """Write settings as plain data."""
    made: dict[str, Any] = {one.name: getattr(settings, one.name) for one in fields(settings)}
    weekly = {one.name: getattr(settings.weekly, one.name) for one in fields(settings.weekly)}
    return {**made, "channels": [*settings.channels], "weekly": weekly, "forum_tags": [*settings.forum_tags]}


def from_document(document: Mapping[str, Any]) -> ServerSettings:
    """Read settings back. What is not there, or is of a version to come, is as it is where nobody set anything."""
    weekly, found = _mapping(document.get("weekly")), document.get
    shown, visible = found("shown"), found("visible")
    return ServerSettings(
        shown=cast("Shown", shown) if shown in SHOWN else DEFAULTS.shown,
        channels=_all(found("channels"), int),
        visible=cast("Visible", visible) if visible in VISIBLE else DEFAULTS.visible,
        language=_one(found("language"), str, DEFAULTS.language),
        age_restricted_only=_one(found("age_restricted_only"), bool, DEFAULTS.age_restricted_only),
        weekly=WeeklyPrompt(
            channel=_one(weekly.get("channel"), int, None),
            day=_within(weekly.get("day"), DAYS, DEFAULTS.weekly.day),
            hour=_within(weekly.get("hour"), HOURS, DEFAULTS.weekly.hour),
            zone=_one(weekly.get("zone"), str, DEFAULTS.weekly.zone),
            theme=_one(weekly.get("theme"), str, None),
            paused=_one(weekly.get("paused"), bool, DEFAULTS.weekly.paused),
        ),
        suggestions=_one(found("suggestions"), int, None),
        intro=_one(found("intro"), str, None),
        forum_tags=_all(found("forum_tags"), str),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _one(value: object, kind: type[_Kept], otherwise: Any) -> Any:
    return value if type(value) is kind else otherwise


def _all(values: object, kind: type[_Kept]) -> tuple[_Kept, ...]:
    found = cast("list[object]", values) if isinstance(values, list) else []
    return tuple(cast("_Kept", one) for one in found if type(one) is kind)


def _within(value: object, below: int, otherwise: int) -> int:
    return value if type(value) is int and 0 <= value < below else otherwise


def _trouble(value: object) -> Trouble | None:
    return cast("Trouble", value) if value in get_args(Trouble) else None
