"""Keys and sealing, with the cryptography library and nothing of our own making.

Knows no table and no SQL. What it hands out is bytes; what it refuses to open is `CannotOpen`.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.storage.errors import CannotOpen, KeyMissing
from bot.storage.ids import MemberId, RowId

SECRET_BYTES: Final = 32
STEP: Final = 512  # documents are padded to multiples of this, so that lengths tell little
OVERHEAD: Final = 28  # nonce and tag

_NONCE_BYTES: Final = 12
_LENGTH_BYTES: Final = 4
_LABEL: Final = b"compersion-bot 1 "


@dataclass(frozen=True, slots=True)
class DataKey:
    """What the documents of one member, or of one server, are sealed with. Lives as long as the work on them does."""

    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it is stored, with the name of the master key it needs."""

    master: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MasterKey:
    """What is derived from one master secret; the secret itself is not held."""

    name: str
    index: bytes = field(repr=False)
    wrapping: bytes = field(repr=False)
    guest_index: bytes = field(repr=False)
    guest: bytes = field(repr=False)
    server_index: bytes = field(repr=False)
    server_wrapping: bytes = field(repr=False)
    actor_index: bytes = field(repr=False)
    showing_index: bytes = field(repr=False)

    @classmethod
    def from_secret(cls, secret: bytes) -> "MasterKey":
        """Derive a key for each purpose; no two purposes share one."""
        return cls(
            name=_derive(secret, b"name")[:8].hex(),
            index=_derive(secret, b"member index"),
            wrapping=_derive(secret, b"member key wrapping"),
            guest_index=_derive(secret, b"guest index"),
            guest=_derive(secret, b"guest session"),
            server_index=_derive(secret, b"server index"),
            server_wrapping=_derive(secret, b"server key wrapping"),
            actor_index=_derive(secret, b"actor index"),
            showing_index=_derive(secret, b"showing index"),
        )


class Vault:
    """The master keys that are loaded: the first writes, all of them read."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        self._keys = {key.name: key for key in keys}
        self.writing = keys[0].name

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the loaded keys, the writing one first."""
        return tuple(self._keys)

    @property
    def masters(self) -> tuple[MasterKey, ...]:
        """The loaded keys, the writing one first."""
        return tuple(self._keys.values())

    def master(self, name: str) -> MasterKey:
        """Give a loaded key.

        Raises:
            KeyMissing: it is not.
        """
        if name not in self._keys:
            raise KeyMissing(f"The database needs the master key {name}, which is not loaded. Load its key file, too.")
        return self._keys[name]

    def lookup(self, user_id: int) -> bytes:
        """Make the pseudonym under which a new row of a member is found."""
        return pseudonym(self._keys[self.writing].index, str(user_id))

    def lookups(self, user_id: int) -> list[bytes]:
        """Make every pseudonym a member may stand under while keys are being changed."""
        return [pseudonym(key.index, str(user_id)) for key in self._keys.values()]

    def guest_lookup(self, user_id: int) -> bytes:
        """Make the pseudonym of someone who keeps nothing; it cannot be matched with a member's."""
        return pseudonym(self._keys[self.writing].guest_index, str(user_id))

    def guest_lookups(self, user_id: int) -> list[bytes]:
        """Make every pseudonym such a one may stand under."""
        return [pseudonym(key.guest_index, str(user_id)) for key in self._keys.values()]

    def guest_key(self, master: str) -> DataKey:
        """Give the key that seals sessions of people who keep nothing."""
        return DataKey(self.master(master).guest)

    def wrap(self, key: DataKey, member: MemberId, lookup: bytes) -> WrappedKey:
        """Seal a member's data key under the writing master key, bound to its name, the member and the lookup."""
        master = self._keys[self.writing]
        return wrap_key(key, master.wrapping, b"member key", master.name, member + lookup)

    def unwrap(self, wrapped: WrappedKey, member: MemberId, lookup: bytes) -> DataKey:
        """Open a member's data key.

        Raises:
            KeyMissing: its master key is not loaded.
            CannotOpen: it belongs to another member or lookup, or was changed.
        """
        return unwrap_key(wrapped, self.master(wrapped.master).wrapping, b"member key", member + lookup)


def new_data_key() -> DataKey:
    """Make a data key."""
    return DataKey(secrets.token_bytes(SECRET_BYTES))


def wrap_key(key: DataKey, wrapping: bytes, kind: bytes, master: str, owner: bytes) -> WrappedKey:
    """Seal a data key, bound to what kind it is, to the name of the master key, and to whose it is."""
    return WrappedKey(master, _encrypt(wrapping, key.raw, _wrap_binding(kind, master, owner)))


def unwrap_key(wrapped: WrappedKey, wrapping: bytes, kind: bytes, owner: bytes) -> DataKey:
    """Open a data key.

    Raises:
        CannotOpen: it is another's or of another kind, or was changed.
    """
    return DataKey(_decrypt(wrapping, wrapped.sealed, _wrap_binding(kind, wrapped.master, owner)))


def pseudonym(key: bytes, name: str) -> bytes:
    """Make of a name what finds it again, and nobody without the key can make."""
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(name.encode("utf-8"))
    return mac.finalize()


def seal(key: DataKey, table: str, row: RowId, document: Mapping[str, Any], least: int = STEP) -> bytes:
    """Seal a JSON document for one row of one table, padded to a multiple of 512 bytes and at least to `least`."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # An imported file can hold half a surrogate pair, which plain UTF-8 refuses.
    return _encrypt(key.raw, _pad(text.encode("utf-8", "surrogatepass"), least), _document_binding(table, row))


def open_sealed(key: DataKey, table: str, row: RowId, sealed: bytes) -> dict[str, Any]:
    """Open a document.

    Raises:
        CannotOpen: another key, row or table sealed it, or it was changed.
    """
    text = _unpad(_decrypt(key.raw, sealed, _document_binding(table, row)))
    return cast("dict[str, Any]", json.loads(text.decode("utf-8", "surrogatepass")))


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=SECRET_BYTES, salt=None, info=_LABEL + purpose).derive(secret)


def _wrap_binding(kind: bytes, master: str, owner: bytes) -> bytes:
    return b"\0".join((_LABEL + kind, master.encode("ascii"), owner))


def _document_binding(table: str, row: RowId) -> bytes:
    return b"\0".join((_LABEL + b"document", table.encode("ascii"), row))


def _pad(data: bytes, least: int) -> bytes:
    framed = len(data).to_bytes(_LENGTH_BYTES, "big") + data
    size = max(least, -(-len(framed) // STEP) * STEP)
    return framed.ljust(size, b"\0")


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]


def _encrypt(key: bytes, data: bytes, binding: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, binding)


def _decrypt(key: bytes, sealed: bytes, binding: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], binding)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise CannotOpen from None
