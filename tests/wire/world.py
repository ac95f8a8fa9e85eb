"""What the loopback Discord remembers but for messages: people, servers, channels, commands, interactions.

`docs/testing.md` lists what a test can ask of it.
"""

from __future__ import annotations

import base64
import secrets
import time
from typing import Final, TypedDict, Unpack

from . import shapes
from .exchange import Bell, Exchange, Scene
from .gateway import Gateway
from .looks import Json
from .post import Post
from .servers import Servers

PRIVATE_CHANNEL: Final = 2


class SceneOptions(TypedDict, total=False):
    """How a scene differs from the usual one: the member, in the server's channel, in English, app installed there."""

    user: Json
    guild: bool | str
    """False: the DM with the bot. A server's id: that server, which the bot need not be in."""
    channel: Json
    context: int
    """2 is a private channel of others, where only an app the user installed can be used."""
    locale: str
    guild_locale: str
    owners: dict[str, str]
    """authorizing_integration_owners, as in {"1": user id} for an app only the user installed."""
    permissions: int
    """What the member may do here, in place of what the world knows; for other channels, what they may do without
    their overwrites. The same for the bot with `app_permissions`."""
    app_permissions: int


class World(Servers):
    """All state. Rooms change it for the bot, `WireDiscord` changes it for people."""

    def __init__(self, bell: Bell) -> None:
        super().__init__()
        self.url = ""
        self.shards = 1
        """How many shards GET /gateway/bot recommends."""
        self.answer_within = 60.0
        """Seconds for the first answer. Discord gives 3, which a busy machine takes for itself: see `ANSWER_WITHIN`."""
        self.session_starts: Json = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
        """What GET /gateway/bot says of how often this bot may still identify."""
        self.bell = bell
        self.token = f"{base64.urlsafe_b64encode(self.bot['id'].encode()).decode()}.WIREaa.{'w' * 38}"
        self.people: dict[str, Json] = {}
        self.portal: Json = {}
        """What the portal's pages say where that differs from an application fresh out of the box."""
        self.resolved_app_permissions = True
        """Whether channels among options carry the bot's own permissions, as they do since July 2026."""
        self.commands: dict[str | None, list[Json]] = {None: []}
        self.exchanges: dict[str, Exchange] = {}
        self.by_token: dict[str, Exchange] = {}
        self.gateway = Gateway(self, bell)
        self.post = Post(self)

    def person(self, name: str, permissions: int = shapes.MEMBER) -> Json:
        """Make a user, with the permissions they have in servers."""
        who = shapes.user(name)
        self.people[who["id"]] = who
        self.permissions[who["id"]] = permissions
        return who

    def moderator(self, name: str) -> Json:
        """Make a user who may pin and manage messages."""
        return self.person(name, shapes.MODERATOR)

    def dm(self, user: Json, *, foreign: bool = False) -> Json:
        """Return the channel between a user and the bot (or, `foreign`, someone else), opened if there is none yet."""
        for channel in self.channels.values():
            if channel.get("recipients") == [user] and (channel["id"] in self.foreign) is foreign:
                return channel
        channel = shapes.private_channel(user)
        self.channels[channel["id"]] = channel
        if foreign:
            self.foreign.add(channel["id"])
        return channel

    def scene(self, base: Scene | None = None, **options: Unpack[SceneOptions]) -> Scene:
        """Return the scene these options describe; what they leave open comes from `base` where there is one."""
        user = options.get("user") or (base.user if base else None)
        if user is None:
            raise LookupError("a scene needs a user")
        moved = base is None or "guild" in options or "channel" in options
        context = options.get("context", None if moved or base is None else base.context)
        channel = options.get("channel") or (self._place(user, options, context) if moved or not base else base.channel)
        guild_id = channel.get("guild_id")
        if context is None:
            context = 0 if guild_id else 1
        owners = options.get("owners") or (base.owners if base and not moved else self._owners(user, channel))
        return Scene(
            user=user,
            channel=channel,
            guild_id=guild_id,
            context=context,
            locale=options.get("locale", base.locale if base else "en-US"),
            guild_locale=options.get("guild_locale", base.guild_locale if base else "en-US"),
            owners=owners,
            permissions=options.get("permissions", self.permissions_of(user, channel)),
            app_permissions=options.get("app_permissions", self.permissions_of(self.bot, channel)),
            told=(options.get("permissions"), options.get("app_permissions")),
        )

    def _place(self, user: Json, options: SceneOptions, context: int | None) -> Json:
        guild = options.get("guild", context in (None, 0))
        if context == PRIVATE_CHANNEL:
            return self.dm(user, foreign=True)
        if not guild:
            return self.dm(user)
        guild_id = next(iter(self.guilds)) if guild is True else guild
        inside = self.channels_of(guild_id)
        return inside[0] if inside else self.add_channel("elsewhere", guild_id)

    def _owners(self, user: Json, channel: Json) -> dict[str, str]:
        return {"0": channel.get("guild_id", "0")} if self.sees(channel) else {"1": user["id"]}

    def open_exchange(self, payload: Json, scene: Scene, *, late: float = 0.0) -> Exchange:
        """Complete an interaction's payload from its scene and keep what will answer it."""
        payload = {
            "id": shapes.snowflake(late),
            "application_id": self.bot["id"],
            "token": secrets.token_urlsafe(120),
            "version": 1,
            "locale": scene.locale,
            "context": scene.context,
            "channel": scene.channel,
            "channel_id": scene.channel["id"],
            "app_permissions": str(scene.app_permissions),
            "authorizing_integration_owners": scene.owners,
            "entitlements": [],
            "attachment_size_limit": 10 << 20,
        } | payload
        if scene.guild_id:
            payload["guild_id"] = scene.guild_id
            payload["guild"] = {"id": scene.guild_id, "locale": scene.guild_locale, "features": []}
            payload["guild_locale"] = scene.guild_locale
            roles = self.roles_of.get((scene.guild_id, scene.user["id"]), [])
            payload["member"] = shapes.member(scene.user, roles) | {"permissions": str(scene.permissions)}
        else:
            payload["user"] = scene.user
        exchange = Exchange(payload, scene, created=time.monotonic() - late)
        self.exchanges[exchange.id] = self.by_token[payload["token"]] = exchange
        return exchange
