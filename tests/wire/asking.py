"""The REST API asked directly, without a bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import aiohttp

    from .discord_server import WireDiscord
    from .looks import Json

HI = {"content": "hi"}


class Rest:
    """A client of the REST API that knows the token."""

    def __init__(self, wire: WireDiscord, session: aiohttp.ClientSession) -> None:
        self._wire = wire
        self.session = session

    async def __call__(self, method: str, path: str, body: object = None, **options: Any) -> tuple[int, Any]:
        """Ask, and return the status and the JSON; None where there is none."""
        url = f"{self._wire.base()}/api/v10{path}"
        headers = {"Authorization": f"Bot {self._wire.token}"}
        async with self.session.request(method, url, json=body, headers=headers, **options) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def code(self, method: str, path: str, body: object = None) -> int:
        """Ask, and return Discord's code, 0 where nothing was refused."""
        status, said = await self(method, path, body)
        return 0 if status < 300 else int(said["code"])

    async def post(self, channel: Json) -> Json:
        """Let the bot send something, and return the message."""
        status, message = await self("POST", f"/channels/{channel['id']}/messages", HI)
        assert status == 200, message
        return dict(message)


def at(message: Json) -> str:
    """Return the path of a message."""
    return f"/channels/{message['channel_id']}/messages/{message['id']}"


def pin_of(message: Json) -> str:
    """Return the path of a message's pin."""
    return f"/channels/{message['channel_id']}/messages/pins/{message['id']}"
