"""The pretend Discord: a server, the people one can be in it, and a bot that may enter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.app import App
from bot.config import CheckIns, Operator, Settings, StorageSettings
from bot.demo.forum import number_posts_like_discord
from bot.demo.talk import FORUM, HOUSE_RULES, SUGGESTIONS, TALKS
from bot.doctor import PERMISSIONS
from bot.domain.trusted_time import SimulatedClock
from bot.rehearsal.rehearsal import rehearse

SERVER = "The Long Table"
MEMBER = "member"
BOT = "Compersion"
SETTLE_SECONDS = 30.0
_THE_BOT_MAY = PERMISSIONS | discord.Permissions(manage_messages=True)  # simcord's name for Pin Messages
_BETWEEN = timedelta(minutes=17)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone the visitor can look through the eyes of."""

    key: str
    name: str
    role: str
    actor: MemberActor


@dataclass(frozen=True, slots=True)
class World:
    """A server with its channels and forum, and the people one can be in it."""

    env: Env
    server: GuildHandle
    channels: Mapping[str, ChannelHandle]
    forum: ChannelHandle
    people: Mapping[str, Person]

    @property
    def posts(self) -> Mapping[str, ChannelHandle]:
        """What stands in the forum now, the oldest first, by a name for addresses."""
        return {f"post-{one.id}": one for one in self.forum.threads}

    @property
    def first_channel(self) -> str:
        """Where people talk."""
        return TALKS[0].channel

    @property
    def quiet_channel(self) -> str:
        """Where nobody does."""
        return TALKS[-1].channel


def build_world(now: datetime) -> World:
    """Make the server and its talk, with simcord's clock set so that the talk ends at `now`.

    The bot comes later (`enter`): it needs to know who runs it, where, and which clock to follow. What is made before
    the clock is set, people and channels, has the same id in each run, and so finds what an earlier run kept.
    """
    env = Env(discord.Client(intents=discord.Intents.none()), settle_timeout=SETTLE_SECONDS)
    number_posts_like_discord(env)
    env.backend.edit_bot_profile(BOT)
    robin = env.create_user("robin", global_name="Robin")
    server = env.create_guild(SERVER, owner=robin)
    order = discord.Permissions(manage_guild=True, manage_messages=True, pin_messages=True)
    moderators = server.create_role("Moderators", permissions=order)
    juniper = server.add_member(env.create_user("juniper", global_name="Juniper"))
    marlow = server.add_member(env.create_user("marlow", global_name="Marlow"), roles=[moderators])
    people = (
        Person(MEMBER, "Juniper", "a member", juniper),
        Person("moderator", "Marlow", "a moderator", marlow),
        Person("operator", "Robin", "who runs the bot", MemberActor(env, server, robin)),
    )
    for one in people:
        env.backend.get_dm_channel(one.actor.id)
    env.backend.edit_role(server.id, server.roles[BOT].id, {"permissions": _THE_BOT_MAY.value})
    the_bot, everyone = server.roles[BOT], server.default_role
    overwrites: dict[str, dict[Any, discord.PermissionOverwrite]] = {
        HOUSE_RULES: {
            everyone: discord.PermissionOverwrite(send_messages=False),
            the_bot: discord.PermissionOverwrite(send_messages=False),
            moderators: discord.PermissionOverwrite(send_messages=True),
        },
        SUGGESTIONS: {
            everyone: discord.PermissionOverwrite(view_channel=False),
            the_bot: discord.PermissionOverwrite(view_channel=True),
            moderators: discord.PermissionOverwrite(view_channel=True),
        },
    }
    channels = {
        talk.channel: server.create_text_channel(
            talk.channel, topic=talk.topic, overwrites=overwrites.get(talk.channel)
        )
        for talk in TALKS
    }
    forum = server.create_forum_channel(FORUM)
    lines = sum(len(talk.lines) for talk in TALKS)
    _set_clock(env, now - (lines + 1) * _BETWEEN)
    _talk(env, server, channels, {one.name: one.actor.id for one in people})
    _set_clock(env, now)
    return World(env, server, channels, forum, {one.key: one for one in people})


def make_app(world: World, content: Path, storage: StorageSettings) -> App:
    """Make the very App that production runs, with check-ins on, for this world's operator and by its clock.

    Raises:
        ContentInvalid: the pack does not check.
    """
    operator = Operator(
        user=world.people["operator"].actor.id,
        server=world.server.id,
        contact=f"Robin, who is made up, in #{world.quiet_channel}",
    )
    settings = Settings(content=content, operator=operator, check_ins=CheckIns(enabled=True), storage=storage)
    return App(settings, SimulatedClock(world.env.now), rehearse=rehearse)


async def enter(world: World, app: App) -> None:
    """Let the bot connect to this world."""
    world.env.bot = app.make_client()
    await world.env.start()


def _set_clock(env: Env, now: datetime) -> None:
    """Set simcord's clock forward; it begins on a fixed day and cannot go back."""
    env.backend.advance_clock(max(0.0, (now.astimezone(UTC) - env.now()).total_seconds()))


def _talk(env: Env, server: GuildHandle, channels: Mapping[str, ChannelHandle], ids: dict[str, int]) -> None:
    for talk in TALKS:
        for line in talk.lines:
            if line.speaker not in ids:
                user = env.create_user(line.speaker.lower(), global_name=line.speaker)
                ids[line.speaker] = server.add_member(user).id
            env.backend.create_message(channels[talk.channel].id, ids[line.speaker], line.words)
            env.backend.advance_clock(_BETWEEN.total_seconds())
