"""Messages of the loopback Discord: made, changed, deleted, pinned; their files; and who hears of it on the gateway."""

from __future__ import annotations

import mimetypes
from copy import deepcopy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from .exchange import MESSAGE, Answer
from .gateway import DIRECT_MESSAGES, GUILD_MESSAGES, GUILDS
from .looks import Json, complete, walk
from .old_edits import OldEdits
from .permissions import VIEW
from .refusals import COMPONENTS_V2, EPHEMERAL, LOADING, Refusal, check_message
from .shapes import snowflake, snowflake_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .door import Call
    from .exchange import Exchange, Scene
    from .world import World

    Files = Mapping[int, tuple[str, bytes]]

PIN_LIMIT: Final = 250


class Post:
    """All messages by channel, ephemeral ones included; the rooms hide those from the channel's own routes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.messages: dict[str, dict[str, Json]] = {}
        self.scenes: dict[str, Scene] = {}
        self.pins: dict[str, dict[str, str]] = {}
        self.nonces: dict[str, Json] = {}
        self.old_edits = OldEdits(world)
        self.files: dict[str, bytes] = {}
        self.closed_dms: dict[str, int] = {}
        self.listening: dict[str, Exchange] = {}

    def attach(self, filename: str, content: bytes, **described: Any) -> Json:
        """Keep a file, and return it as an attachment that can be fetched over loopback."""
        attachment_id = snowflake()
        self.files[attachment_id] = content
        url = f"{self._world.url}/cdn/{attachment_id}/{filename}"
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        attachment = {"id": attachment_id, "filename": filename, "size": len(content), "url": url, "proxy_url": url}
        return attachment | {"content_type": kind} | described

    def create(
        self,
        scene: Scene,
        body: Json,
        files: Files | None = None,
        author: Json | None = None,
        times: int = 1,
        **extra: Any,
    ) -> Json:
        """Keep a message the bot, or `author`, sent; tell the gateway unless only one member sees it."""
        flags = body.get("flags") or 0
        channel = scene.channel
        if channel["id"] not in self._world.channels:
            raise Refusal(10003)
        at = self._world.time()
        attachments = self._attachments(body, files or {}, [])
        if not flags & LOADING:
            check_message(body | {"attachments": attachments}, flags)
        message: Json = {
            "id": snowflake_of(at),
            "channel_id": channel["id"],
            "author": author or self._world.bot,
            "content": body.get("content") or "",
            "embeds": body.get("embeds") or [],
            "components": _resolve(body.get("components"), attachments),
            "attachments": attachments,
            "timestamp": datetime.fromtimestamp(at, UTC).isoformat(),
            "edited_timestamp": None,
            "flags": flags,
            "type": 0,
            "pinned": False,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
        } | extra
        if "nonce" in body:
            message["nonce"] = body["nonce"]
        self.messages.setdefault(channel["id"], {})[message["id"]] = message
        self.scenes[message["id"]] = scene
        if not flags & EPHEMERAL:
            channel["last_message_id"] = message["id"]
            if "thread_metadata" in channel:
                channel["message_count"] += 1
                channel["total_message_sent"] += 1
                self._world.in_thread[channel["id"]].add(message["author"]["id"])
            self.tell("MESSAGE_CREATE", channel, message, times)
        return message

    def edit(self, message: Json, body: Json, files: Files | None = None) -> Json:
        """Change a kept message in place, as PATCH and the update callback do; components V2 can only be added."""
        if message["id"] not in self.messages.get(message["channel_id"], {}):
            raise Refusal(10008)
        flags = (message["flags"] | (body.get("flags") or 0) & COMPONENTS_V2) & ~LOADING
        attachments = self._attachments(body, files or {}, message["attachments"])
        after = {"content": message["content"], "embeds": message["embeds"], "components": message["components"]}
        after |= {key: body[key] for key in after if key in body}
        check_message(after | {"attachments": attachments}, flags)
        components = _resolve(after["components"], attachments)
        message |= {"content": after["content"] or "", "embeds": after["embeds"] or [], "components": components}
        message |= {"attachments": attachments, "flags": flags, "edited_timestamp": self._world.now()}
        if not flags & EPHEMERAL:
            self.tell("MESSAGE_UPDATE", self._world.channels[message["channel_id"]], message)
        return message

    def delete(self, message: Json) -> None:
        """Forget a message, and its pin without a word about that."""
        channel = self._world.channels[message["channel_id"]]
        del self.messages[channel["id"]][message["id"]]
        self.pins.get(channel["id"], {}).pop(message["id"], None)
        if not message["flags"] & EPHEMERAL:
            self.tell("MESSAGE_DELETE", channel, {"id": message["id"], "channel_id": channel["id"]})

    def forget(self, channel: Json) -> None:
        """Forget all messages and pins of a channel that is gone."""
        for message_id in self.messages.pop(channel["id"], {}):
            self.scenes.pop(message_id, None)
        self.pins.pop(channel["id"], None)

    def pin(self, message: Json, by: Json | None = None) -> None:
        """Pin a message; the channel is told by a message of type 6 from the bot, or from whoever pinned it."""
        pins = self.pins.setdefault(message["channel_id"], {})
        if message["id"] in pins:
            return
        if len(pins) >= PIN_LIMIT:
            raise Refusal(30003)
        if message["type"] not in (0, 19, 20, 23):
            raise Refusal(50021)
        pins[message["id"]] = self._world.now()
        message["pinned"] = True
        self._tell_of_pins(message)
        reference = {"type": 0, "message_id": message["id"], "channel_id": message["channel_id"]}
        said = {"type": 6, "content": "", "message_reference": reference}
        self.create(self.scenes[message["id"]], {"content": "pinned"}, author=by, **said)

    def unpin(self, message: Json) -> None:
        """Unpin a message; one that is not pinned stays so."""
        message["pinned"] = False
        if self.pins.get(message["channel_id"], {}).pop(message["id"], None):
            self._tell_of_pins(message)

    def _tell_of_pins(self, message: Json) -> None:
        channel = self._world.channels[message["channel_id"]]
        newest = list(self.pins[channel["id"]].values())[-1:]
        data = {"channel_id": channel["id"], "last_pin_timestamp": newest[0] if newest else None}
        if "guild_id" in channel:
            data["guild_id"] = channel["guild_id"]
        intent = GUILDS if "guild_id" in channel else DIRECT_MESSAGES
        self._world.gateway.emit("CHANNEL_PINS_UPDATE", data, guild_id=channel.get("guild_id"), intent=intent)

    def heard(self, channel: Json, message: Json, call: Call) -> None:
        """Hand a message of the bot to the member who last wrote into this DM."""
        exchange = self.listening.get(channel["id"])
        if exchange is None:
            return
        if exchange.callbacks:
            exchange.followups.append(message)
        else:
            files = dict(call.files.values())
            exchange.original = message
            exchange.callbacks.append(Answer(MESSAGE, call.body, call.at, call.client, files))
        exchange.bell.ring()

    def find(self, channel_id: str, message_id: str, permission: int = VIEW) -> Json:
        """Return a message of a channel that everyone there can see, or refuse; so too without this permission."""
        self._world.reach(channel_id, permission)
        message = self.messages.get(channel_id, {}).get(message_id)
        if message is None or message["flags"] & EPHEMERAL:
            raise Refusal(10008)
        return message

    def tell(self, event: str, channel: Json, data: Json, times: int = 1) -> None:
        """Send a message event to the sessions whose intents ask for it."""
        if not self._world.sees(channel):
            return
        guild_id = channel.get("guild_id")
        data = deepcopy(data) | ({"guild_id": guild_id} if guild_id else {})
        intent = GUILD_MESSAGES if guild_id else DIRECT_MESSAGES
        self._world.gateway.emit(event, data, guild_id=guild_id, intent=intent, times=times)

    def _attachments(self, body: Json, files: Files, before: list[Json]) -> list[Json]:
        """Return a message's attachments: those listed that it had, and the uploads, in the order of the list."""
        listed: list[Json] | None = body.get("attachments")
        if listed is None:
            return before + [self.attach(*files[index]) for index in files]
        kept = {attachment["id"]: attachment for attachment in before}
        result: list[Json] = []
        for entry in listed:
            if str(entry["id"]) in kept:
                result.append(kept[str(entry["id"])])
            elif int(entry["id"]) in files:
                described = {key: entry[key] for key in ("description",) if entry.get(key)}
                result.append(self.attach(*files[int(entry["id"])], **described))
        return result


def _resolve(components: list[Json] | None, attachments: list[Json]) -> list[Json]:
    """Return components as Discord gives them back: numbered, and with files that can be fetched."""
    components = deepcopy(components or [])
    complete(components)
    by_name = {f"attachment://{attachment['filename']}": attachment for attachment in attachments}
    for component in walk(components):
        media = [component.get("media"), component.get("file")]
        media += [item["media"] for item in component.get("items") or []]
        for item in filter(None, media):
            if item["url"].startswith("attachment://"):
                if item["url"] not in by_name:
                    raise Refusal(50035, f"no attachment for {item['url']}")
                attachment = by_name[item["url"]]
                item.update(url=attachment["url"], attachment_id=attachment["id"])
                if "file" in component:
                    component.update(name=attachment["filename"], size=attachment["size"])
            item.update({"id": snowflake(), "proxy_url": item["url"]} | item)
    return components
