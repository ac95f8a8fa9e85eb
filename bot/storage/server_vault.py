"""Keys and pseudonyms of servers, over the master keys that are loaded; none is shared with what members keep."""

from dataclasses import dataclass, field
from typing import Any, Final

from bot.storage.ids import RowId, ServerRowId
from bot.storage.statements import Document
from bot.storage.vault import (
    DataKey,
    Vault,
    WrappedKey,
    new_data_key,
    open_sealed,
    pseudonym,
    seal,
    unwrap_key,
    wrap_key,
)

_KIND: Final = b"server key"


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A server's key."""

    data: DataKey = field(repr=False)

    def seal(self, table: str, row: RowId, document: Document, least: int) -> bytes:
        """Seal a document for one row of one table, padded to at least so many bytes."""
        return seal(self.data, table, row, document, least)

    def open(self, table: str, row: RowId, sealed: bytes) -> dict[str, Any]:
        """Open a document; raises CannotOpen."""
        return open_sealed(self.data, table, row, sealed)


class MasterServerVault:
    """Implements `sealing.ServerVault`."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._first = vault.master(vault.writing)

    @property
    def writing(self) -> str:
        """The name of the master key that writes."""
        return self._vault.writing

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the loaded master keys, the writing one first."""
        return self._vault.names

    def lookup(self, server_id: int) -> bytes:
        """Make the pseudonym under which a new row of a server is found."""
        return pseudonym(self._first.server_index, str(server_id))

    def lookups(self, server_id: int) -> list[bytes]:
        """Make every pseudonym a server may stand under while keys are being changed."""
        return [pseudonym(one.server_index, str(server_id)) for one in self._vault.masters]

    def new_key(self, server: ServerRowId, lookup: bytes) -> tuple[SealingKey, bytes]:
        """Make a key for a server; give it, and wrapped."""
        key = SealingKey(new_data_key())
        return key, self._wrap(key, server, lookup)

    def unwrap(self, master: str, wrapped: bytes, server: ServerRowId, lookup: bytes) -> SealingKey:
        """Open a server's key; raises KeyMissing or CannotOpen."""
        wrapping = self._vault.master(master).server_wrapping
        return SealingKey(unwrap_key(WrappedKey(master, wrapped), wrapping, _KIND, server + lookup))

    def wrap_anew(self, master: str, wrapped: bytes, server: ServerRowId, lookup: bytes, new_lookup: bytes) -> bytes:
        """Seal a server's key under the writing master key for another pseudonym; raises what `unwrap` does."""
        return self._wrap(self.unwrap(master, wrapped, server, lookup), server, new_lookup)

    def actor(self, user_id: int) -> bytes:
        """Make the pseudonym of someone who does something; it cannot be matched with a member's."""
        return pseudonym(self._first.actor_index, str(user_id))

    def actors(self, user_id: int) -> list[bytes]:
        """Make every pseudonym such a one may stand under."""
        return [pseudonym(one.actor_index, str(user_id)) for one in self._vault.masters]

    def place(self, channel: int, card: str) -> bytes:
        """Make the pseudonym of a card in a channel."""
        return pseudonym(self._first.showing_index, _place(channel, card))

    def places(self, channel: int, card: str) -> list[bytes]:
        """Make every pseudonym such a place may stand under."""
        return [pseudonym(one.showing_index, _place(channel, card)) for one in self._vault.masters]

    def _wrap(self, key: SealingKey, server: ServerRowId, lookup: bytes) -> bytes:
        return wrap_key(key.data, self._first.server_wrapping, _KIND, self._first.name, server + lookup).sealed


def _place(channel: int, card: str) -> str:
    return f"{channel}\0{card}"
