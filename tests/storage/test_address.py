"""Addresses of databases in every form that providers give: each is served, or its mend is said."""

import asyncio
import re
import socket
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from bot.errors import StorageError
from bot.storage import engine
from bot.storage.address import parse, shown
from bot.storage.claim import claim
from bot.storage.engine import open_database
from bot.storage.errors import (
    AccessRefused,
    AddressInvalid,
    CertificateRefused,
    DatabaseTimeout,
    NoFittingServer,
    NoFreeConnection,
    NoSuchDatabase,
    OptionRefused,
    PoolerBetween,
    SchemaRefused,
    SecondProcess,
    ServerNameUnknown,
    ServerUnreachable,
    TlsFailed,
    WrongSetting,
)
from tests.storage.proxies import Plain, Pooler, Tls

PASSWORD = "p@ss/w?rd #%:é&="  # of a role that is made here


@pytest.fixture
def folder(postgresql: str) -> Path:
    """Where the server's socket is."""
    return Path(parse_qs(urlsplit(postgresql).query)["host"][0])


@pytest.fixture
def socket_of(folder: Path) -> Path:
    return folder / ".s.PGSQL.5432"


@pytest.fixture
def guarded(server: Any) -> Iterator[str]:
    """A role that needs its password, and may have three connections."""
    hba = Path(re.findall(r"\S+pg_hba\.conf", server.psql("SHOW hba_file"))[0])
    before = hba.read_text()
    hba.write_text(f"local all guarded scram-sha-256\n{before}")
    server.psql(f"CREATE ROLE guarded LOGIN CONNECTION LIMIT 3 PASSWORD '{PASSWORD}'; SELECT pg_reload_conf();")
    server.psql("GRANT ALL ON SCHEMA public TO guarded;")
    yield f"guarded:{quote(PASSWORD, safe='')}"
    server.psql("DROP OWNED BY guarded; DROP ROLE guarded;")
    hba.write_text(before)
    server.psql("SELECT pg_reload_conf();")


NOT_THERE = Path(__file__).with_name("restoring")


async def opens(address: str) -> str:
    """Claim and open a database; give the role that the server knows us as."""
    taken = await claim(address, NOT_THERE)
    await taken.release()
    database = await open_database(address)
    try:
        async with database.reading() as tx:
            return str(
                (await tx.exec_driver_sql("SELECT current_user || ' ' || current_setting('lock_timeout')")).scalar()
            )
    finally:
        await database.close()


async def refused(address: str, kind: type[StorageError]) -> None:
    """Each way in says the same one sentence, without a word of the password."""
    for way in (partial(claim, restoring=NOT_THERE), open_database):
        with pytest.raises(StorageError) as caught:
            await way(address)
        assert type(caught.value) is kind
        assert PASSWORD not in str(caught.value)
        assert quote(PASSWORD, safe="") not in str(caught.value)


# --- what is served -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        "postgresql://postgres@/postgres?host={folder}",
        "postgres://postgres@/postgres?host={folder}",
        "postgresql+asyncpg://postgres@/postgres?host={folder}",
        "postgresql+psycopg2://postgres@/postgres?host={folder}&port=5432",
        "postgresql:///postgres?user=postgres&host={folder}",
        "postgresql:///?user=postgres&dbname=postgres&host={folder}",
        "postgresql://postgres@{quoted}/postgres",
        "postgresql://postgres@{quoted}:5432/postgres",
        "postgresql://postgres@/postgres?host={folder},{folder}",
        "postgresql://postgres@/postgres?host=/no/where,{folder}&target_session_attrs=read-write",
        "postgresql://postgres@/postgres?host={folder}&connect_timeout=10&application_name=ours&channel_binding=prefer",
        "postgresql://postgres@/postgres?host={folder}&options=-c%20statement_timeout%3D7000",
        "postgresql://postgres@/postgres?host={folder}&sslmode=disable",
        "postgresql://postgres@/postgres?host={folder}&ssl=require",
    ],
)
async def test_a_socket_is_named_in_every_form_there_is(folder: Path, form: str) -> None:
    assert await opens(form.format(folder=folder, quoted=quote(str(folder), safe=""))) == "postgres 1500ms"


@pytest.mark.parametrize(
    "form", ["{guarded}@/postgres?host={folder}", "guarded@/postgres?host={folder}&password={password}"]
)
async def test_a_password_with_every_odd_character_is_taken(folder: Path, guarded: str, form: str) -> None:
    address = "postgresql://" + form.format(guarded=guarded, folder=folder, password=quote(PASSWORD, safe=""))

    assert await opens(address) == "guarded 1500ms"
    assert quote(PASSWORD, safe="") not in shown(address)
    assert "***" in shown(address)
    assert quote(PASSWORD, safe="") not in repr(parse(address))


@pytest.mark.parametrize(
    "options",
    [
        "sslmode=require",
        "sslmode=verify-full&sslrootcert={root}",
        "sslmode=verify-ca&sslrootcert={root}",
        "",
        "ssl=true",
    ],
)
async def test_a_provider_that_wants_tls_is_served(socket_of: Path, tmp_path: Path, options: str) -> None:
    async with Tls(socket_of, tmp_path) as provider:
        address = f"postgresql://postgres@127.0.0.1:{provider.port}/postgres?{options.format(root=provider.root)}"
        assert await opens(address) == "postgres 1500ms"


async def test_several_hosts_are_tried_in_turn(socket_of: Path) -> None:
    async with Plain(socket_of) as provider:
        free = _free_port()
        address = (
            f"postgresql://postgres@127.0.0.1:{free},127.0.0.1:{provider.port}/postgres?target_session_attrs=primary"
        )
        assert await opens(address) == "postgres 1500ms"


# --- what is refused, and how ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "mend"),
    [
        ("postgresql://u:p@ss@host/db", "In a password write @ as %40"),
        ("postgresql://u:p#ss@host/db", "In a password write @ as %40"),
        ("postgresql://u:p?ss@host/db", "In a password write @ as %40"),
        ("postgresql://u:p/ss@host/db", "In a password write @ as %40"),
        ("postgresql://u:p[ss]@[::1/db", "The server in the database address cannot be read"),
        ("postgresql://u@host:port/db", "The server in the database address cannot be read"),
        ("postgresql://u@host:99999/db", "The server in the database address cannot be read"),
        ("postgresql://u@a,,b/db", "The server in the database address cannot be read"),
        ("postgresql://u@h/db?sslmode", "not name=value pairs"),
        ("postgresql://u@h/db?sslmode=", "The option sslmode of the database address is empty"),
        ("postgresql://u@h/db?sslmode=on", "sslmode of the database address must be one of: allow, disable"),
        ("postgresql://u@h/db?sslmod=require", "not known here: did you mean sslmode"),
        ("postgresql://u@h/db?pgbouncer=true", "not known here: take it out"),
        ("postgresql://u@h/db?statement_cache_size=0", "not known here"),
        ("postgresql://u@h/db?sslrootcert=/no/where.crt", "names a file that this bot cannot see: /no/where.crt"),
        ("postgresql://u@h/db?sslmode=require&sslrootcert=system", "needs sslmode=verify-full"),
        ("postgresql://u@h/db?connect_timeout=soon", "connect_timeout of the database address is in seconds"),
        ("postgresql://u@h/db?channel_binding=require", "Take it out; sslmode=verify-full"),
        ("postgresql://u@h/db?target_session_attrs=master", "must be one of: any"),
        ("sqlite:///bot.db?mode=ro", "takes no options"),
        ("sqlite:///~/bot.db", "write the whole path"),
        ("sqlite://bot.db", "sqlite:////path from the root"),
        ("sqlite:///state/", "names no file"),
        ("mysql://u@h/db", "must be a SQLite file or PostgreSQL"),
        ("host=h dbname=db", "must be a SQLite file or PostgreSQL"),
    ],
)
def test_an_address_that_cannot_be_used_says_its_mend_and_shows_no_part_of_it(address: str, mend: str) -> None:
    with pytest.raises(AddressInvalid) as caught:
        parse(address)

    assert mend in str(caught.value)
    assert "p@ss" not in str(caught.value)
    assert "ss@" not in str(caught.value)


async def test_a_wrong_password_database_port_and_name_each_have_their_sentence(folder: Path, guarded: str) -> None:
    await refused(f"postgresql://guarded:wrong@/postgres?host={folder}", AccessRefused)
    await refused(f"postgresql://guarded@/postgres?host={folder}", AccessRefused)
    await refused(f"postgresql://{guarded}@/nowhere?host={folder}", NoSuchDatabase)
    await refused(f"postgresql://{guarded}@/postgres?host={folder}&port=5433", ServerUnreachable)
    await refused(f"postgresql://{guarded}@127.0.0.1:{_free_port()}/postgres", ServerUnreachable)
    await refused(f"postgresql://{guarded}@no-such-server.invalid/postgres", ServerNameUnknown)
    await refused(f"postgresql://postgres@/postgres?host={folder}&target_session_attrs=standby", NoFittingServer)
    await refused(f"postgresql://postgres@/postgres?host={folder}&options=-c%20no_such%3D1", OptionRefused)


async def test_a_password_file_that_others_can_read_is_not_taken(
    server: Any, folder: Path, guarded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.psql("ALTER ROLE guarded PASSWORD 'of the file';")
    file = tmp_path / "pgpass"
    file.write_text("*:*:*:guarded:of the file\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    address = f"postgresql://guarded@/postgres?host={folder}"
    assert guarded
    assert await opens(address) == "guarded 1500ms"

    file.chmod(0o644)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(WrongSetting):
            await claim(address, NOT_THERE)


async def test_tls_that_does_not_come_about_has_its_sentences(socket_of: Path, tmp_path: Path) -> None:
    async with Tls(socket_of, tmp_path) as provider, Plain(socket_of) as bare:
        address = f"postgresql://postgres@127.0.0.1:{provider.port}/postgres?sslmode=verify-full"
        await refused(f"{address}&sslrootcert=system", CertificateRefused)
        await refused(f"postgresql://postgres@127.0.0.1:{bare.port}/postgres?sslmode=require", TlsFailed)
        await refused(f"{address}&sslrootcert={tmp_path / 'root.key'}", TlsFailed)
        await refused(address, AddressInvalid)


async def test_more_connections_than_the_role_may_have_are_said(folder: Path, guarded: str) -> None:
    address = f"postgresql://{guarded}@/postgres?host={folder}"
    databases = [await open_database(address) for _ in range(3)]

    await refused(address, NoFreeConnection)
    for one in databases:
        await one.close()


async def test_members_wait_for_each_other_where_the_role_has_fewer_connections(folder: Path, guarded: str) -> None:
    database = await open_database(f"postgresql://{guarded}@/postgres?host={folder}", connections=8)

    async def ask() -> int:
        async with database.reading() as tx:
            return (await tx.exec_driver_sql("SELECT 1 FROM pg_sleep(0.1)")).scalar_one()

    assert sum(await asyncio.gather(*(ask() for _ in range(12)))) == 12
    await database.close()


async def test_who_waits_in_vain_for_a_connection_the_server_does_not_give_is_told(
    folder: Path, guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LONGEST_WAIT", 0.3)
    database = await open_database(f"postgresql://{guarded}@/postgres?host={folder}", connections=8)
    end = asyncio.Event()

    async def read_much() -> None:
        async with database.reading() as tx:
            await tx.exec_driver_sql("SELECT 1")
            await end.wait()

    reading = [asyncio.create_task(read_much()) for _ in range(4)]
    done, _ = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
    with pytest.raises(NoFreeConnection, match="takes no more connections"):
        await done.pop()
    end.set()
    await asyncio.wait(reading)
    await database.close()


async def test_a_role_that_may_make_no_tables_is_refused_before_anything_is_made(
    server: Any, folder: Path, guarded: str
) -> None:
    server.psql("REVOKE ALL ON SCHEMA public FROM guarded; REVOKE ALL ON SCHEMA public FROM PUBLIC;")

    with pytest.raises(SchemaRefused, match="GRANT CREATE ON SCHEMA"):
        await claim(f"postgresql://{guarded}@/postgres?host={folder}", NOT_THERE)


async def test_a_pooler_in_transaction_mode_is_told_from_the_server(socket_of: Path) -> None:
    async with Pooler(socket_of) as pooler:
        with pytest.raises(PoolerBetween, match="port 5432, not 6543"):
            await claim(f"postgresql://postgres@127.0.0.1:{pooler.port}/postgres", NOT_THERE)


async def test_a_silent_server_is_waited_for_as_long_as_the_address_says() -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    with silent, pytest.raises(DatabaseTimeout):
        await claim(f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/db?connect_timeout=1", NOT_THERE)


# --- one process a database -----------------------------------------------------------------------------------------


async def test_a_database_is_one_process_s_until_it_lets_go_or_dies(address: str) -> None:
    first = await claim(address, NOT_THERE)
    assert not first.kept
    assert await first.holds()
    with pytest.raises(SecondProcess, match="Stop it first"):
        await claim(address, NOT_THERE)

    await first.release()
    database = await open_database(address, claimed=True)
    second = await claim(address, NOT_THERE)
    await database.close()
    await second.release()


async def test_a_claim_is_lost_with_its_connection_and_can_be_taken_again(server: Any, postgresql: str) -> None:
    first = await claim(postgresql, NOT_THERE)

    server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'compersion-bot';")

    assert not await first.holds()
    await first.release()
    second = await claim(postgresql, NOT_THERE)
    assert await second.holds()
    await second.release()


async def test_a_file_named_by_another_link_is_the_same_one(sqlite: str, tmp_path: Path) -> None:
    first = await claim(sqlite, NOT_THERE)
    (tmp_path / "other").symlink_to(tmp_path / "state")
    (tmp_path / "linked.db").symlink_to(tmp_path / "state" / "bot.db")

    for other in (tmp_path / "other" / "bot.db", tmp_path / "linked.db"):
        with pytest.raises(SecondProcess):
            await claim(f"sqlite:///{other}", NOT_THERE)
    await first.release()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]
