"""Where a card would stand, and what the moderator and the bot may do there.

Read off the interaction where that says it, else asked of Discord.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeAlias, cast

import discord
from discord import app_commands

from bot.domain.cards.permissions import UNSEEN, Holder, Need, Overwrite, missing, permissions_in
from bot.domain.cards.posting import ChannelKind

Chosen: TypeAlias = app_commands.AppCommandChannel | app_commands.AppCommandThread
Raw: TypeAlias = Mapping[str, Any]
"""A channel as Discord writes it."""

VOICE: Final = discord.ChannelType.voice.value
_PRIVATE_THREAD: Final = discord.ChannelType.private_thread.value
_THREADS: Final = (
    discord.ChannelType.news_thread.value,
    discord.ChannelType.public_thread.value,
    _PRIVATE_THREAD,
)
_KINDS: Final[Mapping[int, ChannelKind]] = {
    discord.ChannelType.text.value: "channel",
    discord.ChannelType.news.value: "channel",
    VOICE: "channel",
    **dict.fromkeys(_THREADS, "thread"),
    discord.ChannelType.forum.value: "forum",
}
"""Where a card can stand."""


class ElsewhereError(Exception):
    """The channel is of another server, or of none: who may do what there, this server does not say."""


class UnseenError(Exception):
    """The bot may not see the channel, and nobody said who may do what there."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel, and the bits of what the moderator (`you`) and the bot (`me`) may do there.

    `type` is Discord's number. `home` is the channel a thread hangs in, else the channel itself. `age_restricted` is
    None where that has to be asked of it. `shut`: it is a private thread that the bot is not in.
    """

    channel: int = field(repr=False)
    type: int
    home: int = field(repr=False)
    you: int
    me: int
    age_restricted: bool | None = None
    locked: bool = False
    shut: bool = False

    @property
    def kind(self) -> ChannelKind | None:
        """What a card would be there; None where none can stand."""
        return _KINDS.get(self.type)


def look_here(interaction: discord.Interaction[Any]) -> Spot | None:
    """Read the channel that the interaction comes from; None where Discord did not say which it is."""
    channel, id_ = interaction.channel, interaction.channel_id
    if channel is None or id_ is None:
        return None
    is_thread = channel.type.value in _THREADS
    return Spot(
        channel=id_,
        type=channel.type.value,
        home=(getattr(channel, "parent_id", None) or id_) if is_thread else id_,
        you=interaction.permissions.value,
        me=interaction.app_permissions.value,
        age_restricted=None if is_thread else bool(getattr(channel, "nsfw", False)),
        locked=bool(getattr(channel, "locked", False)),
    )


def look_at(interaction: discord.Interaction[Any], chosen: Chosen) -> Spot | None:
    """Read a channel chosen for an option; None where Discord did not say what the bot may do there."""
    resolved: Mapping[str, Mapping[str, Raw]] = cast("Any", interaction.data or {}).get("resolved", {})
    raw = resolved.get("channels", {}).get(str(chosen.id), {})
    if "app_permissions" not in raw:
        return None
    return _spot_of(raw, chosen.permissions.value, int(raw["app_permissions"]))


async def ask(interaction: discord.Interaction[Any], channel: int, now: datetime, chosen: Chosen | None = None) -> Spot:
    """Ask Discord about a channel of the server and what the two may do there. A thread has its home's permissions.

    Of one that the bot may not see, no more is known than what was `chosen` says.

    Raises:
        UnseenError: it is such a one, and was not chosen.
        ElsewhereError: the channel is not in this server. The id came with a press, and may be any.
        discord.NotFound: the channel is not there.
        discord.HTTPException: Discord does not say.
    """
    http, server = interaction.client.http, interaction.guild_id or 0
    me = interaction.client.user.id if interaction.client.user else interaction.application_id
    asking: tuple[Awaitable[Any], ...] = (
        http.get_guild(server, with_counts=False),
        http.get_all_guild_channels(server),
        http.get_member(server, me),
        http.get_member(server, interaction.user.id),
    )
    guild, channels, *members = cast("list[Any]", await asyncio.gather(*asking))
    listed: dict[str, Raw] = {str(one["id"]): one for one in channels}
    try:
        raw = listed.get(str(channel)) or cast("Raw", await http.get_channel(channel))  # threads are not in the list
    except discord.Forbidden:
        if chosen is None:
            raise UnseenError from None
        kind, you = chosen.type.value, chosen.permissions.value
        return Spot(channel, kind, channel, you=you, me=UNSEEN, shut=kind == _PRIVATE_THREAD)
    if str(channel) not in listed and str(raw.get("guild_id")) != str(server):
        raise ElsewhereError
    home = (listed.get(str(raw.get("parent_id"))) if raw["type"] in _THREADS else None) or raw
    mine, yours = (_held_by(one, guild, home, now) for one in members)
    return replace(_spot_of(raw, yours, mine), age_restricted=bool(home.get("nsfw", False)))


async def ask_names(interaction: discord.Interaction[Any], now: datetime) -> Mapping[int, str]:
    """Ask Discord for the channels of the server that whoever asks can see, threads left out: names by id.

    Raises:
        discord.HTTPException: Discord does not say.
    """
    http, server = interaction.client.http, interaction.guild_id or 0
    asking: tuple[Awaitable[Any], ...] = (
        http.get_guild(server, with_counts=False),
        http.get_all_guild_channels(server),
        http.get_member(server, interaction.user.id),
    )
    guild, channels, member = cast("list[Any]", await asyncio.gather(*asking))
    listed = cast("list[Raw]", channels)
    return {
        int(one["id"]): str(one["name"])
        for one in listed
        if not missing(_held_by(member, guild, one, now), (Need.VIEW_CHANNEL,))
    }


async def clear_up(interaction: discord.Interaction[Any], spot: Spot, *, age: bool) -> Spot:
    """Ask what an interaction does not say of a thread: whether a private one is shut, and, for `age`, about its home.

    Raises:
        discord.HTTPException: Discord does not say.
    """
    http = interaction.client.http
    if spot.type == _PRIVATE_THREAD and not spot.shut and missing(spot.me, (Need.MANAGE_THREADS,)):
        try:
            await http.get_channel(spot.channel)
        except discord.Forbidden:
            spot = replace(spot, shut=True)
    if age and spot.age_restricted is None and not spot.shut:
        try:
            home = cast("Raw", await http.get_channel(spot.home))
        except discord.Forbidden:
            home: Raw = {}
        spot = replace(spot, age_restricted=bool(home.get("nsfw", False)))
    return spot


def _held_by(member: Raw, guild: Raw, home: Raw, now: datetime) -> int:
    user, silent_until = int(member["user"]["id"]), member.get("communication_disabled_until")
    holder = Holder(
        id=user,
        roles=[int(one) for one in member["roles"]],
        owner=user == int(guild["owner_id"]),
        timed_out=silent_until is not None and datetime.fromisoformat(silent_until) > now,
    )
    roles = {int(one["id"]): int(one["permissions"]) for one in guild["roles"]}
    overwrites = [
        Overwrite(int(one["id"]), int(one["allow"]), int(one["deny"])) for one in home.get("permission_overwrites", ())
    ]
    return permissions_in(int(guild["id"]), roles, holder, overwrites)


def _spot_of(raw: Raw, you: int, me: int) -> Spot:
    kind, state = raw["type"], raw.get("thread_metadata", {})
    is_thread = kind in _THREADS
    return Spot(
        channel=int(raw["id"]),
        type=kind,
        home=int(raw.get("parent_id") or raw["id"]) if is_thread else int(raw["id"]),
        you=you,
        me=me,
        age_restricted=None if is_thread else bool(raw.get("nsfw", False)),
        locked=bool(state.get("locked", False)),
    )
