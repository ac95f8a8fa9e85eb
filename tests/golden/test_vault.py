"""Bytes of the vault: what was sealed under a key is found, opened and written by every version to come.

`vault.json` was written by 0.3.0's own code, and is never written again: with other labels, another order in what a
seal is bound to, or other padding, nothing that members keep would open.
"""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from bot.storage.ids import MemberId, RowId, ServerRowId
from bot.storage.server_vault import MasterServerVault
from bot.storage.tables import metadata
from bot.storage.vault import DataKey, MasterKey, Vault, new_data_key, open_sealed, seal

VECTORS = json.loads((Path(__file__).parent / "vault.json").read_text(encoding="utf-8"))

SECRET = bytes(range(32))
OTHER_SECRET = bytes(range(32, 64))
USER, SERVER, CHANNEL = 100_000_000_000_000_001, 200_000_000_000_000_002, 300_000_000_000_000_003
ROW = RowId(bytes(range(64, 80)))
DATA_KEY = DataKey(bytes(range(96, 128)))
DOCUMENTS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "signs": {"says": "Tea \u2615, \u00fc, \u2028, \ud83c\udf38", "half a pair": "\ud83c", "n": [1, None, True, 2.5]},
    "fills a step": {"a": "x" * (512 - 4 - len('{"a":""}'))},
    "one more": {"a": "x" * (512 - 4 - len('{"a":""}') + 1)},
}


@pytest.fixture
def dice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and nonces that count."""
    monkeypatch.setattr(secrets, "token_bytes", lambda size: bytes(range(200, 200 + size)))


def test_each_purpose_has_the_key_it_had() -> None:
    master = MasterKey.from_secret(SECRET)

    assert {
        "name": master.name,
        "member index": master.index.hex(),
        "member key wrapping": master.wrapping.hex(),
        "guest index": master.guest_index.hex(),
        "guest session": master.guest.hex(),
        "server index": master.server_index.hex(),
        "server key wrapping": master.server_wrapping.hex(),
        "actor index": master.actor_index.hex(),
        "showing index": master.showing_index.hex(),
    } == VECTORS["derived"]


def test_everybody_is_found_under_the_pseudonym_they_had() -> None:
    vault = Vault([MasterKey.from_secret(SECRET), MasterKey.from_secret(OTHER_SECRET)])
    servers = MasterServerVault(vault)

    assert {
        "member": [one.hex() for one in vault.lookups(USER)],
        "guest": [one.hex() for one in vault.guest_lookups(USER)],
        "server": [one.hex() for one in servers.lookups(SERVER)],
        "actor": [one.hex() for one in servers.actors(USER)],
        "place": [one.hex() for one in servers.places(CHANNEL, "compersion")],
    } == VECTORS["pseudonyms"]
    assert [one.hex() for one in (vault.lookup(USER), vault.guest_lookup(USER))] == [
        VECTORS["pseudonyms"]["member"][0],
        VECTORS["pseudonyms"]["guest"][0],
    ]


@pytest.mark.usefixtures("dice")
def test_a_wrapped_key_opens_and_is_written_as_it_was() -> None:
    vault = Vault([MasterKey.from_secret(SECRET)])
    servers = MasterServerVault(vault)
    member, server, stored = MemberId(ROW), ServerRowId(ROW), VECTORS["wrapped"]

    wrapped = vault.wrap(DATA_KEY, member, vault.lookup(USER))
    made, wrapped_for_server = servers.new_key(server, servers.lookup(SERVER))

    assert {"member": wrapped.sealed.hex(), "server": wrapped_for_server.hex()} == stored
    assert vault.unwrap(wrapped, member, vault.lookup(USER)) == DATA_KEY
    assert servers.unwrap(vault.writing, bytes.fromhex(stored["server"]), server, servers.lookup(SERVER)) == made
    assert made.data == new_data_key()


@pytest.mark.usefixtures("dice")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_opens_and_is_written_as_it_was(name: str) -> None:
    sealed = bytes.fromhex(VECTORS["documents"][name])

    assert seal(DATA_KEY, "entry", ROW, DOCUMENTS[name]) == sealed
    assert open_sealed(DATA_KEY, "entry", ROW, sealed) == DOCUMENTS[name]


@pytest.mark.usefixtures("dice")
def test_each_table_is_padded_to_what_it_was_and_bound_to_its_name() -> None:
    there = {table.name: table.info["least"] for table in metadata.sorted_tables if "sealed" in table.c}
    stored = VECTORS["tables"]

    assert there.items() >= {name: one["least"] for name, one in stored.items()}.items()
    for name, one in stored.items():
        sealed = seal(DATA_KEY, name, ROW, {"a": 1}, there[name])
        assert (len(sealed), sealed[:64].hex(), sealed[-16:].hex()) == (one["length"], one["begins"], one["tag"])
