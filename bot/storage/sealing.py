"""What the stores of servers ask of keys, so that none of them, nor who uses them, has a way to the vault.

A vault of members is no part of it: `server_vault.py` is one of these and nothing else.
"""

from typing import Any, Protocol

from bot.storage.ids import RowId, ServerRowId
from bot.storage.statements import Document


class ServerKey(Protocol):
    """What one server's documents are sealed with."""

    def seal(self, table: str, row: RowId, document: Document, least: int) -> bytes:
        """Seal a document for one row of one table, padded to at least so many bytes."""
        ...

    def open(self, table: str, row: RowId, sealed: bytes) -> dict[str, Any]:
        """Open a document.

        Raises:
            CannotOpen: another server's key, another row or table sealed it, or it was changed.
        """
        ...


class ServerVault(Protocol):
    """Keys and pseudonyms of servers. Several master keys may be loaded: the first writes, all of them read."""

    @property
    def writing(self) -> str:
        """The name of the master key that writes."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the loaded master keys, the writing one first."""
        ...

    def lookup(self, server_id: int) -> bytes:
        """Make the pseudonym under which a new row of a server is found."""
        ...

    def lookups(self, server_id: int) -> list[bytes]:
        """Make every pseudonym a server may stand under while keys are being changed."""
        ...

    def new_key(self, server: ServerRowId, lookup: bytes) -> tuple[ServerKey, bytes]:
        """Make a key for a server; give it, and sealed under the writing master key as `unwrap` takes it."""
        ...

    def unwrap(self, master: str, wrapped: bytes, server: ServerRowId, lookup: bytes) -> ServerKey:
        """Open a server's key, which is bound to the master key's name, the server and its pseudonym.

        Raises:
            KeyMissing: its master key is not loaded.
            CannotOpen: it belongs to another server or lookup, or was changed.
        """
        ...

    def wrap_anew(self, master: str, wrapped: bytes, server: ServerRowId, lookup: bytes, new_lookup: bytes) -> bytes:
        """Seal a server's key under the writing master key for another pseudonym; raises what `unwrap` does."""
        ...

    def actor(self, user_id: int) -> bytes:
        """Make the pseudonym of someone who does something; it cannot be matched with a member's."""
        ...

    def actors(self, user_id: int) -> list[bytes]:
        """Make every pseudonym such a one may stand under."""
        ...

    def place(self, channel: int, card: str) -> bytes:
        """Make the pseudonym of a card in a channel."""
        ...

    def places(self, channel: int, card: str) -> list[bytes]:
        """Make every pseudonym such a place may stand under."""
        ...
