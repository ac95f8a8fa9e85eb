"""Makes Discord's list of commands the same as ours, and asks for nothing when it already is."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, cast

import discord
from discord import app_commands

log = logging.getLogger(__name__)

# What Discord adds to a command, or fills in for what was not said.
_DEFAULTS: Mapping[str, Any] = {
    "options": [],
    "nsfw": False,
    "required": False,
    "autocomplete": False,
    "default_member_permissions": None,
    "dm_permission": True,
    "description": "",
}
_COMPARED = frozenset(
    {
        *("type", "name", "description", "options", "nsfw", "contexts", "integration_types", "required"),
        *(
            "default_member_permissions",
            "autocomplete",
            "choices",
            "min_length",
            "max_length",
            "min_value",
            "max_value",
        ),
    }
)


async def sync_commands(tree: app_commands.CommandTree[Any], guild: discord.abc.Snowflake | None = None) -> bool:
    """Put the tree's commands when they differ from what Discord has; True when they were put.

    Discord keeps per-server permissions by command, so commands are never cleared first.
    """
    client = tree.client
    assert client.application_id is not None  # noqa: S101  # known once logged in
    http = client.http
    there = (
        await http.get_guild_commands(client.application_id, guild.id)
        if guild
        else await http.get_global_commands(client.application_id)
    )
    here = [command.to_dict(tree) for command in tree.get_commands(guild=guild)]
    everywhere = guild is None
    if _comparable(here, everywhere=everywhere) == _comparable(there, everywhere=everywhere):
        return False
    await tree.sync(guild=guild)
    log.info("Commands put: %d, %s", len(here), "in the operator's server" if guild else "everywhere")
    return True


def _comparable(commands: Iterable[Mapping[str, Any]], *, everywhere: bool) -> dict[tuple[int, str], Any]:
    """Bring commands to one form. Those of one server have no contexts or install types of their own."""
    left_out = set[str]() if everywhere else {"contexts", "integration_types"}
    return {
        (one.get("type", 1), one["name"]): _plain({key: value for key, value in one.items() if key not in left_out})
        for one in commands
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        kept = {key: _plain(one) for key, one in given.items() if key in _COMPARED}
        kept = {key: one for key, one in kept.items() if one not in (_DEFAULTS.get(key), None)}
        if "default_member_permissions" in kept:
            kept["default_member_permissions"] = str(kept["default_member_permissions"])
        kept.setdefault("type", 1)
        return {key: sorted(one) if key in {"contexts", "integration_types"} else one for key, one in kept.items()}
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[Any]", value)]
    return value
