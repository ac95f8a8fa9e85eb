"""Addresses of databases, as the settings have them: `sqlite:///path` or `postgresql://user@server/name`.

Of the options of PostgreSQL's own addresses those are taken that the driver knows. What cannot be used is said before
anything is asked of a server, and no sentence holds a value of the address: it could be part of a password.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode

from bot.storage.errors import AddressInvalid

_FORMS: Final = "write sqlite:///path or postgresql://user@server/name"
_SQLITE, _POSTGRESQL = "sqlite", frozenset({"postgres", "postgresql"})
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "sslmode": frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}),
    "target_session_attrs": frozenset({"any", "primary", "standby", "read-write", "read-only", "prefer-standby"}),
    "sslnegotiation": frozenset({"postgres", "direct"}),
    "channel_binding": frozenset({"disable", "prefer"}),
}
_FILES: Final = frozenset({"sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile"})
_SECRET: Final = frozenset({"password", "sslpassword"})
_TEXTS: Final = frozenset(
    {
        *("host", "port", "dbname", "user", "service", "application_name", "options", "connect_timeout"),
        *("ssl_min_protocol_version", "ssl_max_protocol_version", "krbsrvname", "gsslib"),
    }
)
_OPTIONS: Final = frozenset(_WORDS) | _FILES | _SECRET | _TEXTS
_LONGEST_CONNECT: Final = 600
SYSTEM_ROOTS: Final = "system"


@dataclass(frozen=True, slots=True)
class Address:
    """One database: `file` is that of SQLite; without one it is PostgreSQL's, and `dsn` is for its driver.

    `patience` is in seconds, None where the address says nothing about it; `system_roots` tells that the certificate is
    held against those the system trusts. `shown` is the address as it may be printed.
    """

    shown: str
    file: Path | None = None
    dsn: str = field(default="", repr=False)
    patience: float | None = None
    system_roots: bool = False


def parse(address: str) -> Address:
    """Read an address.

    Raises:
        AddressInvalid: it is none, or of another kind of database, or has an option that cannot be used.
    """
    scheme, separator, rest = address.partition("://")
    kind, _, _ = scheme.partition("+")  # a driver may be named, as in SQLAlchemy's addresses; ours is used
    if separator and kind == _SQLITE:
        return _sqlite(rest)
    if separator and kind in _POSTGRESQL:
        return _postgresql(rest)
    raise AddressInvalid(f"The database must be a SQLite file or PostgreSQL: {_FORMS}.")


def shown(address: str) -> str:
    """Give an address as it may be printed: without its passwords."""
    return parse(address).shown


def folders_of(address: str, backups: Path | None) -> tuple[Path, ...]:
    """Give the folders that keys are kept apart from: that of an embedded database, and the backups'."""
    file = parse(address).file
    return (*([file.parent] if file else []), *([backups] if backups else []))


def _sqlite(rest: str) -> Address:
    path = rest.removeprefix("/")
    if not rest.startswith("/") or path in {"", ":memory:"}:
        raise AddressInvalid(
            "The database address names no file: write sqlite:///path, or sqlite:////path from the root."
        )
    if "?" in path:
        raise AddressInvalid("The address of a SQLite file takes no options: write sqlite:///path and no more.")
    if path.startswith("~"):
        raise AddressInvalid("The database address begins with ~, which only a shell knows: write the whole path.")
    if "\0" in path or path.endswith("/"):
        raise AddressInvalid(f"The database address names no file: {_FORMS}.")
    return Address(f"sqlite:///{path}", Path(path))


def _postgresql(rest: str) -> Address:
    place, _, query = rest.partition("?")
    authority, slash, name = place.partition("/")
    if "#" in rest or authority.count("@") > 1 or "@" in query.partition("=")[0] or "@" in name:
        raise AddressInvalid(
            "The database address cannot be read. In a password write @ as %40, / as %2F, ? as %3F, # as %23, % as %25."
        )
    user, at, hosts = authority.rpartition("@")
    _check_hosts(hosts)
    given = _options(query)
    patience = _seconds(given.pop("connect_timeout", ""))
    given.pop("channel_binding", None)  # of what may stand here, the driver's way is the only one
    system_roots = given.get("sslrootcert") == SYSTEM_ROOTS
    if system_roots:
        if given.pop("sslmode", "verify-full") != "verify-full":
            raise AddressInvalid("In the database address sslrootcert=system needs sslmode=verify-full.")
        del given["sslrootcert"]
    options = f"?{urlencode(given)}" if given else ""
    return Address(
        f"postgresql://{user.partition(':')[0]}{':***' if ':' in user else ''}{at}{hosts}{slash}{name}{_masked(given)}",
        dsn=f"postgresql://{place}{options}",
        patience=patience,
        system_roots=system_roots,
    )


def _check_hosts(hosts: str) -> None:
    one = r"(\[[0-9A-Fa-f:.%\w]+\]|[^\s:\[\],]+)?(:\d{1,5})?"
    named = hosts.split(",")
    ports = [int(port) for port in re.findall(r":(\d+)(?=,|$)", hosts)]
    if (
        not all(re.fullmatch(one, host) for host in named)
        or (len(named) > 1 and not all(named))
        or not all(0 < port <= 65535 for port in ports)  # noqa: PLR2004  # as TCP has it
    ):
        raise AddressInvalid(
            "The server in the database address cannot be read: write host, host:5432 or [::1]:5432, more with commas."
        )


def _options(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError:
        raise AddressInvalid("The options of the database address are not name=value pairs joined with &.") from None
    given = {
        "sslmode" if name == "ssl" else name: _switched(value) if name == "ssl" else value for name, value in pairs
    }
    for name, value in given.items():
        if name not in _OPTIONS:
            near = get_close_matches(name, _OPTIONS, n=1)
            said = f"did you mean {near[0]}" if near else "take it out; docs/operating.md names those that are known"
            raise AddressInvalid(f"The database address has an option that is not known here: {said}.")
        if not value:
            raise AddressInvalid(
                f"The option {name} of the database address is empty: give it a value, or take it out."
            )
        if value not in _WORDS.get(name, {value}):
            raise AddressInvalid(_refuse_word(name))
        if name in _FILES and value != SYSTEM_ROOTS and not _is_file(Path(value)):
            raise AddressInvalid(
                f"The option {name} of the database address names a file that this bot cannot see: {value}"
            )
    return given


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that this user may not enter
        return False


def _refuse_word(name: str) -> str:
    if name == "channel_binding":
        return (
            "The database address has channel_binding=require, which the driver here cannot do. Take it out; "
            "sslmode=verify-full makes sure of the server as well."
        )
    return f"The option {name} of the database address must be one of: {', '.join(sorted(_WORDS[name]))}."


def _switched(value: str) -> str:
    return {"true": "require", "1": "require", "false": "disable", "0": "disable"}.get(value, value)


def _seconds(value: str) -> float | None:
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and 0 < int(value[:6]) <= _LONGEST_CONNECT):
        raise AddressInvalid(
            f"The option connect_timeout of the database address is in seconds: 1 to {_LONGEST_CONNECT}."
        )
    return float(value)


def _masked(options: Mapping[str, str]) -> str:
    if not options:
        return ""
    return "?" + "&".join(f"{name}={'***' if name in _SECRET else value}" for name, value in options.items())
