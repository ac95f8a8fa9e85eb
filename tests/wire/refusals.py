"""How Discord says no: error codes with status and words, and the checks of messages discord.py does not make."""

from __future__ import annotations

from collections import Counter
from typing import Final

from .looks import Json, walk

EPHEMERAL: Final = 1 << 6
LOADING: Final = 1 << 7
COMPONENTS_V2: Final = 1 << 15

CODES: Final[dict[int, tuple[int, str]]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10087: (404, "Unknown Tag"),
    20009: (403, "Explicit content cannot be sent to the desired recipient(s)"),
    30003: (400, "Maximum number of pins reached for the channel (250)"),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40003: (429, "You are opening direct messages too fast"),
    40058: (400, "Cannot send a message in a forum channel"),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    40094: (400, "This interaction has already reached the maximum number of follow up messages."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (403, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160005: (403, "Thread is locked"),
    200000: (400, "Message was blocked by automatic moderation"),
    240000: (400, "Message blocked by harmful links filter"),
}


CHANNEL_TYPES: Final = frozenset({0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15})
FLAGS: Final = 1 << 2 | EPHEMERAL | LOADING | 1 << 12 | 1 << 13 | COMPONENTS_V2
"""Those an app may set, and the one of a deferral: no embeds, no notification, a voice message."""

VALUES: Final[dict[int | None, dict[str, frozenset[object]]]] = {
    None: {"type": frozenset({*range(1, 15), 17, 18, 19, 21, 22, 23})},
    2: {"style": frozenset(range(1, 7))},
    4: {"style": frozenset({1, 2})},
    8: {"channel_types": CHANNEL_TYPES},
    14: {"spacing": frozenset({1, 2})},
}
"""What the published document lists for a field of a component, by the component's type; None is for all."""

OPTION_VALUES: Final[dict[str, frozenset[object]]] = {
    "type": frozenset(range(1, 12)),
    "channel_types": CHANNEL_TYPES,
    "contexts": frozenset({0, 1, 2}),
    "integration_types": frozenset({0, 1}),
}
"""The same for commands and their options."""


class Refusal(Exception):
    """An error answer of Discord, raised by a room and written out by the door."""

    def __init__(
        self, code: int, detail: str = "", *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        known, message = CODES.get(code, (400, "Error"))
        self.status = status or known
        if not code:
            message = {401: "401: Unauthorized", 404: "404: Not Found"}.get(self.status, f"{self.status}: Error")
        self.body: Json = {"message": message, "code": code}
        self.headers: dict[str, str] = {}
        if retry_after is not None:
            self.body |= {"retry_after": round(retry_after, 3), "global": False}
            self.headers = {"Via": "1.1 google", "Retry-After": f"{retry_after:.3f}"}
        if detail:
            self.body["errors"] = {"_errors": [{"code": "WIRE", "message": detail}]}
        super().__init__(f"{self.status} {code} {message} {detail}")


def check_message(body: Json, flags: int) -> None:
    """Refuse what Discord refuses in the content of a message that will carry these flags."""
    components = body.get("components") or []
    if flags & ~FLAGS:
        raise Refusal(50035, f"flags that no app sets: {flags & ~FLAGS:b}")
    check_values(body.get("allowed_mentions") or {}, {"parse": frozenset({"users", "roles", "everyone"})})
    if flags & COMPONENTS_V2:
        if any(body.get(key) for key in ("content", "embeds", "poll", "sticker_ids")):
            raise Refusal(50035, "content, embeds, poll and stickers do not go with IS_COMPONENTS_V2")
        if not components:
            raise Refusal(50006)
    elif any(component["type"] != 1 for component in components):
        raise Refusal(50035, "these components need the flag IS_COMPONENTS_V2")
    elif not any(body.get(key) for key in ("content", "embeds", "poll", "attachments", "components")):
        raise Refusal(50006)
    if len(body.get("content") or "") > 2000:
        raise Refusal(50035, "content is longer than 2000")
    check_components(components)


def check_components(components: list[Json]) -> None:
    """Refuse what breaks a limit of Components V2; source: discord-facts.md, section 3."""
    every = list(walk(components))
    if len(every) > 40:
        raise Refusal(50035, f"{len(every)} components, at most 40")
    written = sum(len(component.get("content") or "") for component in every)
    if written > 4000:
        raise Refusal(50035, f"{written} characters in text displays, at most 4000")
    twice = [key for key, times in Counter(c.get("custom_id") for c in every).items() if key and times > 1]
    if twice:
        raise Refusal(50035, f"custom ids used twice: {twice}")
    for component in every:
        _check_one(component)


def check_values(holder: Json, allowed: dict[str, frozenset[object]]) -> None:
    """Refuse a field whose value, or one of whose values, the published document does not list."""
    for key, values in allowed.items():
        given = holder.get(key)
        odd = [one for one in (given if isinstance(given, list) else [given]) if one is not None and one not in values]
        if odd:
            raise Refusal(50035, f"{key}: {odd} is not among {sorted(map(str, values))}")


def _check_one(component: Json) -> None:
    check_values(component, VALUES[None] | VALUES.get(component["type"], {}))
    for one in component.get("default_values") or []:
        check_values(one, {"type": frozenset({"user", "role", "channel"})})
    limits = {"custom_id": 100, "placeholder": 150, "url": 512, "label": 45 if component["type"] == 18 else 80}
    for key, limit in limits.items():
        if len(component.get(key) or "") > limit:
            raise Refusal(50035, f"{key} is longer than {limit}: {component[key]!r}")
    if component["type"] == 10 and not component.get("content"):
        raise Refusal(50035, "an empty text display")
    if component["type"] == 1:
        kinds = [child["type"] for child in component["components"]]
        most = 5 if set(kinds) == {2} else 1
        if not 1 <= len(kinds) <= most:
            raise Refusal(50035, f"an action row of {kinds}")
    if len(component.get("options") or []) > 25:
        raise Refusal(50035, "more than 25 options")


def check_form(form: Json) -> None:
    """Refuse a form Discord would not open."""
    if not 1 <= len(form.get("components") or []) <= 5:
        raise Refusal(50035, "a form has 1 to 5 components")
    if not 1 <= len(form.get("title") or "") <= 45:
        raise Refusal(50035, "a form's title has 1 to 45 characters")
    if not 1 <= len(form.get("custom_id") or "") <= 100:
        raise Refusal(50035, "a form's custom id has 1 to 100 characters")
    check_components(form["components"])
