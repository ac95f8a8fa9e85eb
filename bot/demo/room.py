"""One room of the pretend Discord, shown by simcord's preview, taking turns with whatever else moves the world.

simcord lets one thing happen at a time and refuses the second; here the second waits. It also refuses a press on a
page that was redrawn behind the visitor's back; here such a press counts. And it draws every message anew at each
press, which gets slow after many cards; here the oldest private ones go. It stays where it was looking; here it turns
to what came last. Its links to a message lead to the real Discord; here they say where they would lead. It writes out
the number of a channel that someone cannot see; here it is named as Discord does.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias, cast

import discord
from simcord import ChannelHandle, Env, MemberActor, Preview, SetupError, UserHandle
from typing_extensions import override

_Json: TypeAlias = dict[str, Any] | list[Any]

_MOST_PRIVATE = 12
_PRIVATE = discord.MessageFlags(ephemeral=True).value
_WAY_OUT = "https://discord.com/"
_ELSEWHERE = " (in this demo: go back to its page and open your DMs there)"
_UNSEEN, _UNSEEN_NAME = re.compile(r"<#\d+>"), "#No Access"
_CHANNEL = 2  # the channel's place in what follows


class Room(Preview):
    """A preview for one pair of eyes."""

    _PAGE_LEASE_SECONDS: ClassVar[float] = 86_400.0  # a tab left in the background overnight still works

    def __init__(
        self, env: Env, channel: ChannelHandle, viewer: MemberActor | UserHandle, port: int, turn: asyncio.Lock
    ) -> None:
        super().__init__(
            env,
            channel,
            (viewer,),
            layout="channel",
            display="responsive",
            width=960,
            height=720,
            locale="en-US",
            timezone="UTC",
            presentation_time=None,
            assets=None,
            port=port,
        )
        self._turn = turn
        self._seen = self._happened()
        self._redrawn: set[tuple[str, int]] = set()
        self._newest = self._find_newest()

    @property
    def ended(self) -> bool:
        """Whether the visitor ended it from within, in simcord's menu."""
        return not self._active

    async def catch_up(self) -> None:
        """Redraw when something happened that no press in this room brought about; only while holding the turn."""
        if self.ended or self._seen == self._happened():
            return
        await self.refresh()

    @override
    async def refresh(self) -> None:
        self._turn_to_newest()
        await super().refresh()
        self._seen = self._happened()
        self._redrawn.update((page.id, page.revision) for page in self._pages.values())

    @override
    async def _action(self, context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with self._turn:
            answer = await super()._action(context_id, self._brought_up_to_date(context_id, body))
            self._tidy()
            self._seen = self._happened()
            if self._newest != self._find_newest() and not self.ended:
                await self.refresh()
            return answer

    @override
    def _page_payload(self, page: Any) -> dict[str, Any]:
        payload = super()._page_payload(page)
        _close_ways_out(payload, self._where_to)
        return payload

    def _where_to(self, address: str) -> str:
        """Say where an address of Discord's leads: to a channel of the server, or to private messages."""
        part = address.removeprefix(_WAY_OUT).split("/")
        id_ = part[_CHANNEL] if len(part) > _CHANNEL else ""
        channel = self.env.backend.channels.get(int(id_)) if id_.isdecimal() else None
        return f" (leads to #{channel.name})" if channel is not None and channel.name else _ELSEWHERE

    def _brought_up_to_date(self, context_id: str | None, body: Mapping[str, Any]) -> Mapping[str, Any]:
        page = self._pages.get(context_id or "")
        revision = body.get("published_revision") if isinstance(body, Mapping) else None  # pyright: ignore[reportUnnecessaryIsInstance]  # from the browser
        if page is None or not isinstance(revision, int):
            return body
        if all((page.id, later) in self._redrawn for later in range(revision + 1, page.revision + 1)):
            return {**body, "published_revision": page.revision}
        return body

    def _turn_to_newest(self) -> None:
        newest = self._find_newest()
        if newest is None or newest == self._newest:
            return
        self._newest = newest
        for page in self._pages.values():
            page.target_id = page.window_end_id = newest

    def _find_newest(self) -> int | None:
        try:
            history = self.channel.history(viewer=self.viewers[0])
        except SetupError:  # a post that was deleted meanwhile
            return None
        return history[-1].id if history else None

    def _tidy(self) -> None:
        backend = self.env.backend
        messages = backend.messages.get(self.channel.id, {})
        private = sorted(id_ for id_, message in messages.items() if message.flags & _PRIVATE)
        for id_ in private[:-_MOST_PRIVATE]:
            backend.delete_message(self.channel.id, id_)

    def _happened(self) -> int:
        return len(self.env.backend.transcript)


def _close_ways_out(part: _Json, where_to: Callable[[str], str]) -> None:
    """Let the words of each link to the real Discord stand without it, and say where it leads; name unseen channels."""
    inside = list(part.values()) if isinstance(part, dict) else part
    for one in inside:
        if isinstance(one, dict | list):
            _close_ways_out(cast("_Json", one), where_to)
    if isinstance(part, dict) and part.get("type") == "text":
        part["content"] = _UNSEEN.sub(_UNSEEN_NAME, str(part.get("content", "")))
    if isinstance(part, list) and any(_leads_out(one) for one in part):
        part[:] = _without_ways_out(list(part), where_to)


def _without_ways_out(tokens: Sequence[Any], where_to: Callable[[str], str]) -> Iterator[Any]:
    way = ""
    for one in tokens:
        if _leads_out(one):
            way = one["href"]
        elif way and one["type"] == "link_close":
            yield {"type": "text", "content": where_to(way)}
            way = ""
        else:
            yield one


def _leads_out(token: Any) -> bool:
    return isinstance(token, dict) and str(cast("dict[str, Any]", token).get("href", "")).startswith(_WAY_OUT)
