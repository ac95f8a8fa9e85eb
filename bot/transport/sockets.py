"""A port held before anything listens on it: the web server that will is slow to import."""

import contextlib
import socket
from collections.abc import Sequence

from bot.errors import StartFailed


def hold_port(host: str, port: int) -> Sequence[socket.socket]:
    """Bind every address of a host, as asyncio would; port 0 takes any that is free.

    Raises:
        StartFailed: the address cannot be had.
    """
    with contextlib.ExitStack() as undo:
        held: list[socket.socket] = []
        try:
            for family, kind, proto, _, address in _addresses(host, port):
                one = undo.enter_context(socket.socket(family, kind, proto))
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                wanted = held[0].getsockname()[1] if held else port
                one.bind((address[0], wanted, *address[2:]))
                held.append(one)
        except (OSError, ValueError) as error:  # ValueError: a name that no DNS could hold
            said = getattr(error, "strerror", None) or "no such address can be"
            raise StartFailed(
                f"{host}:{port} cannot be used for health and metrics: {said}; change side_port in the configuration"
            ) from None
        undo.pop_all()
    return held


def _addresses(
    host: str, port: int
) -> Sequence[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys(found))  # pyright: ignore[reportReturnType]  # addresses of Bluetooth cannot come
