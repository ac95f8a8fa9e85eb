"""What a member sees of a message or a form: walks, reads and finds components. Pure functions over raw JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
View = Json | list[Json]
"""A message, callback data or form that carries `components`, or the list itself."""

DEFAULTS: Final[dict[int, Json]] = {
    **{select: {"min_values": 1, "max_values": 1} for select in (3, 5, 6, 7, 8)},
    11: {"description": None, "spoiler": False},
    13: {"spoiler": False},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}


def walk(view: View) -> Iterator[Json]:
    """Yield every component, parents before children, in the order a member reads them."""
    components = view if isinstance(view, list) else view.get("components") or []
    for component in components:
        yield component
        yield from walk(component)
        for key in ("component", "accessory"):
            if key in component:
                yield from walk([component[key]])


def texts(view: View) -> list[str]:
    """Return every text a member can read, in order: content, text displays, labels, placeholders, choices."""
    seen = [] if isinstance(view, list) else [view.get("content"), view.get("title")]
    for component in walk(view):
        seen += [component.get(key) for key in ("content", "label", "description", "placeholder")]
        for option in component.get("options") or []:
            seen += [option.get("label"), option.get("description")]
    return [text for text in seen if text]


def find(view: View, which: str) -> Json:
    """Return the button, select or field with this custom id, label or placeholder; refuse what nobody could press."""
    pressable = [component for component in walk(view) if "custom_id" in component]
    exact = [component for component in pressable if component["custom_id"] == which]
    found = exact or [c for c in pressable if which in (c.get("label"), c.get("placeholder"))]
    if len(found) != 1:
        there = [(c.get("label") or c.get("placeholder"), c["custom_id"]) for c in pressable]
        raise LookupError(f"{len(found)} components answer to {which!r}; there are {there}")
    if found[0].get("disabled"):
        raise LookupError(f"{which!r} is disabled")
    return found[0]


def complete(view: View) -> None:
    """Give each component what Discord gives it when the app did not: an id and the defaults of its kind."""
    taken = {component.get("id") for component in walk(view)}
    fresh = (n for n in range(1, 1 << 20) if n not in taken)
    for component in walk(view):
        component.update(DEFAULTS.get(component["type"], {}) | component)
        if not component.get("id"):
            component["id"] = next(fresh)
        for item in component.get("items") or []:
            item.update(DEFAULTS[11] | item)
        if component.get("emoji") and component["emoji"].get("id") is None:
            component["emoji"].pop("id", None)
