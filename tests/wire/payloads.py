"""The `data` of interactions, made the way a Discord client makes them: it refuses what a member could not send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .looks import Json, find, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .exchange import Scene
    from .world import World

CHAT_INPUT: Final = 1
ON_MESSAGE: Final = 3
SUBCOMMAND: Final = 1
GROUP: Final = 2
STRING, INTEGER, BOOLEAN, CHANNEL, NUMBER, ATTACHMENT = 3, 4, 5, 7, 10, 11
TYPES: Final = {bool: BOOLEAN, int: INTEGER, float: NUMBER, str: STRING}
TEXT_INPUT, CHANNEL_SELECT, RADIO, CHECKBOXES, CHECKBOX = 4, 8, 21, 22, 23


def slash(world: World, scene: Scene, name: str, options: Mapping[str, Any], focused: str | None = None) -> Json:
    """Return the data of a command, `name` being its words as typed: "mydata export".

    Attachments and channels are given as their JSON. Once anything is registered, only registered commands can be
    called, where they may be used and with the options they have. `focused` is the option an autocomplete is for.
    """
    root, *path = name.split()
    registered = _registered(world, scene, CHAT_INPUT, root)
    known = registered
    for word in path:
        known = _child(known, word)
    given = [_option(_child(known, key), key, value) for key, value in options.items()]
    for option in given:
        if option["name"] == focused:
            option["focused"] = True
    missing = [o["name"] for o in (known or {}).get("options", []) if o.get("required") and o["name"] not in options]
    if missing and focused is None:
        raise LookupError(f"/{name} needs {missing}")
    for depth, word in enumerate(reversed(path)):
        given = [{"type": GROUP if depth else SUBCOMMAND, "name": word, "options": given}]
    data = {"id": (registered or world.bot)["id"], "type": CHAT_INPUT, "name": root, "options": given}
    return data | _home(registered) | ({} if focused else _resolved(world, scene, options))


def message_command(world: World, scene: Scene, name: str, message: Json) -> Json:
    """Return the data of a command called on a message."""
    registered = _registered(world, scene, ON_MESSAGE, name)
    resolved = {"messages": {message["id"]: message}}
    data = {"id": (registered or world.bot)["id"], "type": ON_MESSAGE, "name": name, "target_id": message["id"]}
    return data | _home(registered) | {"resolved": resolved}


def _home(registered: Json | None) -> Json:
    """Return the server a command belongs to, which Discord names for commands of one server alone."""
    return {"guild_id": registered["guild_id"]} if registered and "guild_id" in registered else {}


def _registered(world: World, scene: Scene, kind: int, name: str) -> Json | None:
    if not any(world.commands.values()):
        return None
    for registered in world.commands.get(scene.guild_id, []) + world.commands[None]:
        if (registered["type"], registered["name"]) == (kind, name):
            _check_place(registered, scene)
            return registered
    raise LookupError(f"no command {name!r} of type {kind} is registered")


def _check_place(registered: Json, scene: Scene) -> None:
    contexts, installs = registered["contexts"], {str(install) for install in registered["integration_types"]}
    if (contexts and scene.context not in contexts) or not installs & {*scene.owners}:
        raise LookupError(f"{registered['name']!r} is not offered here: contexts {contexts}, installs {installs}")


def _child(known: Json | None, word: str) -> Json | None:
    if known is None:
        return None
    for option in known.get("options", []):
        if option["name"] == word:
            return dict(option)
    raise LookupError(f"{known['name']!r} has no {word!r}")


def _option(declared: Json | None, key: str, value: Any) -> Json:
    if isinstance(value, dict):
        _check_kind(declared, value)
        return {"type": ATTACHMENT if "filename" in value else CHANNEL, "name": key, "value": value["id"]}
    return {"type": declared["type"] if declared else TYPES[type(value)], "name": key, "value": value}


def _check_kind(declared: Json | None, channel: Json) -> None:
    kinds = (declared or {}).get("channel_types")
    if kinds and channel.get("type") not in kinds:
        raise LookupError(f"takes channels of the types {kinds}, not {channel.get('type')}")


def _resolved(world: World, scene: Scene, options: Mapping[str, Any]) -> Json:
    """Return what the ids among the options stand for."""
    objects = [value for value in options.values() if isinstance(value, dict)]
    groups = {
        "attachments": {value["id"]: value for value in objects if "filename" in value},
        "channels": {value["id"]: _seen(world, scene, value) for value in objects if "filename" not in value},
    }
    filled = {name: group for name, group in groups.items() if group}
    return {"resolved": filled} if filled else {}


def _seen(world: World, scene: Scene, channel: Json) -> Json:
    """Return a channel as it comes resolved: without its overwrites, since July 2026 with the bot's permissions."""
    keys = ("id", "type", "name", "parent_id", "topic", "position", "nsfw", "guild_id", "flags", "last_message_id")
    keys += ("rate_limit_per_user", "thread_metadata")
    told, app_told = scene.told
    seen = {key: channel[key] for key in keys if key in channel}
    seen["permissions"] = str(world.permissions_of(scene.user, channel, told))
    if world.resolved_app_permissions:
        seen["app_permissions"] = str(world.permissions_of(world.bot, channel, app_told))
    return seen


def component(world: World, scene: Scene, message: Json, which: str, values: list[str] | None) -> Json:
    """Return the data of a press, or, with `values` (or their labels; ids of channels), of a choice in a select."""
    found = find(message, which)
    data = {"component_type": found["type"], "custom_id": found["custom_id"], "id": found["id"]}
    if values is None:
        return data
    data["values"] = _chosen(found, values)
    if found["type"] == CHANNEL_SELECT:
        for value in values:
            _check_kind(found, world.channels[value])
        data["resolved"] = {"channels": {value: _seen(world, scene, world.channels[value]) for value in values}}
    return data


def form(opened: Json, values: Mapping[str, Any], files: Mapping[str, Json]) -> Json:
    """Return the data of a form filled in: `values` by custom id or label, attachments by id in `files`.

    What is not named stays as the form opened: empty, or its defaults. Choices may be named by their labels.
    """
    unknown = set(values) - {c.get(key) for c in walk(opened) for key in ("custom_id", "label")}
    if unknown:
        raise LookupError(f"the form has no {sorted(unknown)}")
    components = [_filled(child, values) for child in opened["components"]]
    data = {"custom_id": opened["custom_id"], "components": components}
    return data | ({"resolved": {"attachments": dict(files)}} if files else {})


def _filled(shown: Json, values: Mapping[str, Any]) -> Json:
    sent = {key: shown[key] for key in ("type", "id") if key in shown}
    if "component" in shown:
        field = shown["component"]
        value = values.get(field["custom_id"], values.get(shown.get("label", "")))
        return sent | {"component": _field(field, value)}
    if "components" in shown:
        return sent | {"components": [_field(child, values.get(child["custom_id"])) for child in shown["components"]]}
    return sent


def _field(field: Json, value: Any) -> Json:
    sent: Json = {key: field[key] for key in ("type", "id", "custom_id") if key in field}
    kind = field["type"]
    if kind == CHECKBOX:
        return sent | {"value": field.get("default", False) if value is None else bool(value)}
    if kind == TEXT_INPUT:
        text = field.get("value") or "" if value is None else str(value)
        _check_count(field, len(text), field.get("min_length") or 1, field.get("max_length") or 4000)
        return sent | {"value": text}
    if value is None:
        chosen = [option["value"] for option in field.get("options") or [] if option.get("default")]
    else:
        chosen = _chosen(field, [value] if isinstance(value, str) else list(value))
    if kind == RADIO:
        _check_count(field, len(chosen), 1, 1)
        return sent | {"value": chosen[0] if chosen else None}
    most = field.get("max_values") or (len(field["options"]) if kind == CHECKBOXES else 1)
    _check_count(field, len(chosen), field.get("min_values") or 1, most)
    return sent | {"values": chosen}


def _chosen(field: Json, values: list[str]) -> list[str]:
    """Return the values of these options, which may be named by their labels."""
    if "options" not in field:
        return values
    by_name = {o["label"]: o["value"] for o in field["options"]} | {o["value"]: o["value"] for o in field["options"]}
    missing = [value for value in values if value not in by_name]
    if missing:
        raise LookupError(f"no option {missing}; there are {sorted(by_name)}")
    return [str(by_name[value]) for value in values]


def _check_count(field: Json, count: int, least: int, most: int) -> None:
    if count > most or (count < least and (count or field.get("required", True))):
        raise LookupError(f"{field['custom_id']!r} takes {least} to {most}, not {count}")
