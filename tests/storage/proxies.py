"""What stands before a PostgreSQL server at a provider's: TLS, and a pooler in transaction mode."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
import struct
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SSL_REQUEST = 80877103


class Proxy:
    """A TCP port on the loopback; `serve` speaks with whoever connects."""

    def __init__(self, socket: Path, serve: Serve) -> None:
        self.socket = socket
        self._serve = serve
        self._open = set[asyncio.Task[None]]()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await asyncio.sleep(0)  # sockets close a turn after their transports

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def talk() -> None:
            try:
                with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                    await self._serve(reader, writer)
            finally:
                writer.transport.abort()

        task = asyncio.ensure_future(talk())
        self._open.add(task)
        task.add_done_callback(self._open.discard)


class Tls(Proxy):
    """Encrypts, as every provider's server does, with a certificate for 127.0.0.1 that signs itself."""

    def __init__(self, socket: Path, folder: Path) -> None:
        super().__init__(socket, self._talk)
        self.root = folder / "root.crt"
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.root.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / "root.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.root, folder / "root.key")

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(8)
        if struct.unpack("!ii", first)[1] != SSL_REQUEST:
            return  # as a server does whose pg_hba.conf has hostssl alone
        writer.write(b"S")
        await writer.drain()
        await writer.start_tls(self._context)
        up, down = await asyncio.open_unix_connection(str(self.socket))
        try:
            await asyncio.gather(_pour(reader, down), _pour(up, writer))
        finally:
            down.transport.abort()


class Plain(Proxy):
    """Offers no TLS at all."""

    def __init__(self, socket: Path) -> None:
        super().__init__(socket, self._talk)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(8)
        up, down = await asyncio.open_unix_connection(str(self.socket))
        try:
            if struct.unpack("!ii", first)[1] == SSL_REQUEST:
                writer.write(b"N")
            else:
                down.write(first)
            await asyncio.gather(_pour(reader, down), _pour(up, writer))
        finally:
            down.transport.abort()


class Pooler(Proxy):
    """One connection to the server for all who connect, which changes hands between transactions."""

    def __init__(self, socket: Path) -> None:
        super().__init__(socket, self._talk)
        self._turn = asyncio.Lock()
        self._up: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._greeting = b""

    async def __aexit__(self, *_: object) -> None:
        if self._up:
            self._up[1].transport.abort()
        await super().__aexit__()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start = await reader.readexactly(8)
        if struct.unpack("!ii", start)[1] == SSL_REQUEST:
            writer.write(b"N")
            start = await reader.readexactly(8)
        start += await reader.readexactly(struct.unpack("!ii", start)[0] - 8)
        async with self._turn:
            if self._up is None:
                self._up = await asyncio.open_unix_connection(str(self.socket))
                self._up[1].write(start)
                while (message := await _message(self._up[0]))[:1] != b"Z":
                    # Whoever connects is given a number to cancel by; it is the pooler's, and no process of the server.
                    self._greeting += b"K" + struct.pack("!iii", 12, 7, 7) if message[:1] == b"K" else message
        writer.write(self._greeting + b"Z" + struct.pack("!ic", 5, b"I"))
        up, down = self._up
        while (first := await _message(reader))[:1] != b"X":
            async with self._turn:
                down.write(first)
                asking = asyncio.create_task(_pass_on(reader, down))
                while (answer := await _message(up))[:1] != b"Z" or answer[-1:] != b"I":
                    writer.write(answer)
                writer.write(answer)
                asking.cancel()
                await asyncio.wait({asking})


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(await _message(reader))


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(5)
    return head + await reader.readexactly(struct.unpack("!i", head[1:])[0] - 4)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()
