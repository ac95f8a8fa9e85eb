"""The way to a PostgreSQL server: its connections, and a sentence for each way in which there is none."""

import contextlib
import socket
import ssl
from collections.abc import Generator, Mapping
from typing import Any, Final, Self

import asyncpg  # pyright: ignore[reportMissingTypeStubs]  # it has none

from bot.errors import StorageError
from bot.storage.address import Address
from bot.storage.errors import (
    AddressInvalid,
    CertificateRefused,
    DatabaseTimeout,
    NoFittingServer,
    OptionRefused,
    PoolerBetween,
    SchemaRefused,
    SecondProcess,
    ServerNameUnknown,
    ServerUnreachable,
    TlsFailed,
)
from bot.storage.failures import explain

LONGEST_CONNECT: Final = 5.0  # seconds, where the address names none
_OPTIONS_REFUSED: Final = frozenset(
    {"08P01", "22023", "42501", "42704", "55P02", "42601"}
)  # at the start of a connection
_NAME: Final = "compersion-bot"  # in the server's list of those connected
_LONGEST_GOODBYE: Final = 1.0  # seconds, for the server to hear of the end
_LOCK: Final = 0x636F6D7065727369  # any number, the same in every process
_LOOK: Final = """
SELECT pg_backend_pid() AS process, to_regclass('alembic_version') IS NOT NULL AS kept,
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS makes
"""

_driver: Any = asyncpg
_DRIVERS: Final[tuple[type[Exception], ...]] = (OSError, _driver.PostgresError, _driver.InterfaceError)
_SENTENCES: Final[tuple[tuple[type[Exception], type[StorageError]], ...]] = (
    (TimeoutError, DatabaseTimeout),
    (ssl.SSLCertVerificationError, CertificateRefused),
    (ssl.SSLError, TlsFailed),
    (socket.gaierror, ServerNameUnknown),
    (OSError, ServerUnreachable),
    (_driver.TargetServerAttributeNotMatched, NoFittingServer),
)


async def connect(address: Address, settings: Mapping[str, str] | None = None, **options: Any) -> Any:
    """Make one connection of the driver's; `settings` hold for all its transactions, `options` are the driver's own.

    What is set is set once connected and not with the start, where poolers refuse what they do not know.

    Raises:
        StorageError: there is none to be had; the sentence tells the operator why.
    """
    named = {} if "application_name=" in address.dsn else {"application_name": _NAME}
    try:
        connection = await _driver.connect(
            address.dsn,
            timeout=address.patience or LONGEST_CONNECT,
            ssl=ssl.create_default_context() if address.system_roots else None,
            server_settings=named,
            **options,
        )
    except Exception as error:  # whatever the driver makes of an address, or of a server's words
        raise _explained(error) from error
    try:
        if settings:
            with _sentences():
                await connection.execute(";".join(f"SET {name} = '{value}'" for name, value in settings.items()))
    except BaseException:
        connection.terminate()
        raise
    return connection


def _explained(error: Exception) -> StorageError:
    if isinstance(error, ConnectionError) and "SSL" in str(error):  # "rejected SSL upgrade", and no class of its own
        return TlsFailed()
    if isinstance(error, _driver.PostgresError):
        return OptionRefused() if getattr(error, "sqlstate", "") in _OPTIONS_REFUSED else explain(error)
    return next((sentence() for kind, sentence in _SENTENCES if isinstance(error, kind)), AddressInvalid())


@contextlib.contextmanager
def _sentences() -> Generator[None]:
    try:
        yield
    except _DRIVERS as error:
        raise _explained(error) from error


class ServerClaim:
    """The right to serve from a database: a connection of its own, whose lock ends with it, however it ends."""

    def __init__(self, connection: Any, *, kept: bool) -> None:
        self._connection = connection
        self.kept = kept

    @classmethod
    async def take(cls, address: Address) -> Self:
        """Connect, look around, and take the lock.

        Raises:
            SecondProcess: another process has it.
            WrongSetting: no such database can be had.
            StorageError: it cannot be had now.
        """
        connection = await connect(address, statement_cache_size=0)
        try:
            with _sentences():
                return cls(connection, kept=await _take(address, connection))
        except BaseException:
            connection.terminate()
            raise

    async def holds(self) -> bool:
        """Whether it still does: the server lets go of it with the connection."""
        try:
            return await self._connection.fetchval("SELECT true", timeout=LONGEST_CONNECT)
        except _DRIVERS:
            self._connection.terminate()
            return False

    async def release(self) -> None:
        """Let the next process have the database."""
        with contextlib.suppress(*_DRIVERS):
            await self._connection.close(timeout=_LONGEST_GOODBYE)


async def _take(address: Address, connection: Any) -> bool:
    """Take the lock where nothing speaks against it; tell whether something was kept there before."""
    found = await connection.fetchrow(_LOOK)
    process = found["process"]
    if process != connection.get_server_pid() and await _is_shared(address, connection, process):
        raise PoolerBetween
    if not (found["kept"] or found["makes"]):
        raise SchemaRefused
    if not await connection.fetchval(f"SELECT pg_try_advisory_lock({_LOCK})"):
        raise SecondProcess
    return bool(found["kept"])


async def _is_shared(address: Address, first: Any, process: int) -> bool:
    """Tell whether a pooler gives the server's process behind one of our connections to another between statements."""
    second = await connect(address, statement_cache_size=0)
    try:
        async with second.transaction():
            other = await second.fetchval("SELECT pg_backend_pid()")
            return process == other or process != await first.fetchval("SELECT pg_backend_pid()")
    finally:
        second.terminate()
