"""The pretend Discord one sees in the demo: a server, made-up people, and what they said this evening."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import discord
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.app import App

SERVER = "The Long Table"
BOT = "Compersion"
SETTLE_SECONDS = 30.0
_MINUTES_BETWEEN = 17

TALK: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "kitchen-table": (
        "Ordinary days in more than one relationship. Be kind; ask before you advise.",
        (
            (
                "Wren",
                "We hosted the first dinner with all three households on Sunday. Eleven people, one oven. I had a lump "
                "in my throat when Theo's other partner asked me for the soup recipe, and it was the good sort of lump.",
            ),
            (
                "Idris",
                "My husband is away with his boyfriend until Monday. I'm fine until about ten at night, and then I clean "
                "the kitchen twice. Anyone else?",
            ),
            (
                "Sunniva",
                "Ten at night, yes. I live alone and see two people. Mostly the quiet is lovely, and some nights it isn't.",
            ),
            (
                "Pax",
                "My girlfriend and her wife moved in together last week. I keep saying I'm happy for them. I think I am. "
                "I'm grumpy as well, and then I feel bad for being grumpy.",
            ),
            (
                "Juniper",
                "My long-distance sweetheart met someone at her climbing gym and was glowing about it. I waited to feel "
                "awful and grinned all the way home. Is there a word for that?",
            ),
            (
                "Marlow",
                "We are closing things for the winter while the baby is small. Nobody did anything wrong, we're just "
                "tired. Strange how hard that is to explain to people.",
            ),
            (
                "Tomasz",
                "How do you say “tell me a little less about your dates, please” without sounding cold?",
            ),
        ),
    ),
    "hard-evenings": (
        "For company while it is loud inside. No fixing unless someone asks.",
        (
            ("Sunniva", "She's on a first date tonight. My stomach hasn't noticed yet that I said yes to this."),
            ("Idris", "Sitting with you. Tea, blanket, phone in the other room?"),
        ),
    ),
    "try-things-out": ("Nobody minds noise here. Type / and look around.", ()),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone the visitor can look through the eyes of."""

    key: str
    name: str
    role: str
    actor: MemberActor


@dataclass(frozen=True, slots=True)
class World:
    """A server with its channels and the people one can be in it."""

    env: Env
    server: GuildHandle
    channels: Mapping[str, ChannelHandle]
    people: Mapping[str, Person]


def build_world(now: datetime) -> World:
    """Make the server and its talk, with simcord's clock set so that the talk ends at `now`.

    The client comes later (`enter`): it needs to know who runs it and where, and the clock it shall follow.
    """
    env = Env(discord.Client(intents=discord.Intents.none()), settle_timeout=SETTLE_SECONDS)
    lines = sum(len(talk) for _, talk in TALK.values())
    _set_clock(env, now - timedelta(minutes=_MINUTES_BETWEEN * (lines + 1)))
    env.backend.edit_bot_profile(BOT)
    robin = env.create_user("robin", global_name="Robin")
    server = env.create_guild(SERVER, owner=robin)
    keeps_order = server.create_role(
        "Moderators", permissions=discord.Permissions(manage_messages=True, pin_messages=True)
    )
    juniper = server.add_member(env.create_user("juniper", global_name="Juniper"))
    marlow = server.add_member(env.create_user("marlow", global_name="Marlow"), roles=[keeps_order])
    people = (
        Person("member", "Juniper", "a member", juniper),
        Person("moderator", "Marlow", "a moderator", marlow),
        Person("operator", "Robin", "who runs the bot", MemberActor(env, server, robin)),
    )
    channels = {name: server.create_text_channel(name, topic=topic) for name, (topic, _) in TALK.items()}
    _talk(env, server, channels, {one.name: one.actor.id for one in people})
    _set_clock(env, now)
    return World(env, server, channels, {one.key: one for one in people})


async def enter(world: World, app: App) -> None:
    """Let the bot connect to this world."""
    world.env.bot = app.make_client()
    await world.env.start()


def _set_clock(env: Env, now: datetime) -> None:
    """Set simcord's clock forward; it begins on a fixed day and cannot go back."""
    env.backend.advance_clock(max(0.0, (now.astimezone(UTC) - env.now()).total_seconds()))


def _talk(env: Env, server: GuildHandle, channels: Mapping[str, ChannelHandle], ids: dict[str, int]) -> None:
    for name, (_, talk) in TALK.items():
        for speaker, words in talk:
            if speaker not in ids:
                user = env.create_user(speaker.lower(), global_name=speaker)
                ids[speaker] = server.add_member(user).id
            env.backend.create_message(channels[name].id, ids[speaker], words)
            env.backend.advance_clock(_MINUTES_BETWEEN * 60)
