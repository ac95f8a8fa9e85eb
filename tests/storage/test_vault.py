"""What is sealed opens only where it belongs, and its length tells next to nothing."""

import json
import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.errors import CannotOpen, KeyMissing
from bot.storage.ids import MemberId, new_id
from bot.storage.vault import OVERHEAD, STEP, MasterKey, Vault, WrappedKey, new_data_key, open_sealed, seal
from tests.storage.world import ANNE, BO, make_key, make_vault

TEXT = st.text(st.characters(codec=None, exclude_categories=()))
DOCUMENTS = st.dictionaries(TEXT, st.one_of(st.none(), st.booleans(), st.integers(), TEXT, st.lists(TEXT)), max_size=6)


@given(DOCUMENTS)
def test_a_document_comes_back_as_it_was(document: dict[str, Any]) -> None:
    key, row = new_data_key(), new_id()

    assert open_sealed(key, "entry", row, seal(key, "entry", row, document)) == document


@given(DOCUMENTS, st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_anywhere_does_not_open(document: dict[str, Any], at: int, by: int) -> None:
    key, row = new_data_key(), new_id()
    sealed = bytearray(seal(key, "entry", row, document))
    sealed[at % len(sealed)] ^= by

    with pytest.raises(CannotOpen):
        open_sealed(key, "entry", row, bytes(sealed))


@given(DOCUMENTS)
def test_swapped_rows_tables_and_members_do_not_open(document: dict[str, Any]) -> None:
    key, row = new_data_key(), new_id()
    sealed = seal(key, "entry", row, document)

    for other in ((key, "entry", new_id()), (key, "session", row), (new_data_key(), "entry", row)):
        with pytest.raises(CannotOpen):
            open_sealed(*other, sealed)


@pytest.mark.parametrize("cut", [b"", b"short", bytes(12), bytes(27)])
def test_what_is_too_short_does_not_open(cut: bytes) -> None:
    with pytest.raises(CannotOpen):
        open_sealed(new_data_key(), "entry", new_id(), cut)


@given(st.integers(0, 3 * STEP), st.sampled_from([STEP, 4 * STEP]))
def test_lengths_go_up_in_steps_of_512(characters: int, least: int) -> None:
    document = {"a": "x" * characters}
    length = len(seal(new_data_key(), "entry", new_id(), document, least)) - OVERHEAD
    needed = 4 + len(json.dumps(document, separators=(",", ":")))

    assert length % STEP == 0
    assert length == max(least, -(-needed // STEP) * STEP)


@given(st.text(max_size=100), st.text(max_size=100))
def test_short_documents_of_different_content_have_one_length(one: str, other: str) -> None:
    lengths = {len(seal(new_data_key(), "entry", new_id(), {"a": text}, 512)) for text in (one, other)}

    assert lengths == {STEP + OVERHEAD}


def test_the_same_document_never_looks_the_same_twice() -> None:
    key, row = new_data_key(), new_id()

    assert seal(key, "entry", row, {"a": 1}) != seal(key, "entry", row, {"a": 1})


def test_numbers_json_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        seal(new_data_key(), "entry", new_id(), {"a": float("nan")})


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_pseudonym_is_one_to_a_user_and_different_under_every_key(one: int, other: int) -> None:
    vault, another = make_vault(), make_vault()

    assert (vault.lookup(one) == vault.lookup(other)) == (one == other)
    assert vault.lookup(one) != another.lookup(one)
    assert vault.guest_lookup(one) != vault.lookup(one)


def test_every_loaded_key_finds_and_the_first_writes() -> None:
    new, old = make_key(), make_key()
    both = make_vault(new, old)

    assert both.names == (new.name, old.name)
    assert both.writing == new.name
    assert both.lookups(ANNE) == [make_vault(new).lookup(ANNE), make_vault(old).lookup(ANNE)]
    assert both.guest_lookups(ANNE) == [make_vault(new).guest_lookup(ANNE), make_vault(old).guest_lookup(ANNE)]


@given(st.binary(min_size=32, max_size=32))
def test_a_master_key_gives_each_purpose_its_own_key(secret: bytes) -> None:
    key = MasterKey.from_secret(secret)

    assert len({key.index, key.wrapping, key.guest_index, key.guest, secret}) == 5
    assert MasterKey.from_secret(secret) == key


def wrapped_for(vault: Vault) -> tuple[WrappedKey, MemberId, bytes]:
    member, lookup = MemberId(new_id()), vault.lookup(ANNE)
    return vault.wrap(new_data_key(), member, lookup), member, lookup


def test_a_wrapped_key_opens_for_its_member_under_its_key() -> None:
    new, old = make_key(), make_key()
    key, member = new_data_key(), MemberId(new_id())
    lookup = make_vault(old).lookup(ANNE)
    wrapped = make_vault(old).wrap(key, member, lookup)

    assert make_vault(new, old).unwrap(wrapped, member, lookup) == key
    assert wrapped.master == old.name


def test_a_wrapped_key_does_not_open_for_another_member_lookup_or_name() -> None:
    new, old = make_key(), make_key()
    vault = make_vault(old, new)
    wrapped, member, lookup = wrapped_for(vault)

    for other in (
        (wrapped, MemberId(new_id()), lookup),
        (wrapped, member, vault.lookup(BO)),
        (WrappedKey(new.name, wrapped.sealed), member, lookup),
        (WrappedKey(old.name, wrapped.sealed[:-1] + bytes([wrapped.sealed[-1] ^ 1])), member, lookup),
    ):
        with pytest.raises(CannotOpen):
            vault.unwrap(*other)


def test_a_key_that_is_not_loaded_is_named() -> None:
    wrapped, member, lookup = wrapped_for(make_vault())

    with pytest.raises(KeyMissing, match=wrapped.master):
        make_vault().unwrap(wrapped, member, lookup)
    with pytest.raises(KeyMissing, match=wrapped.master):
        make_vault().guest_key(wrapped.master)


def test_keys_do_not_show_themselves() -> None:
    secret = secrets.token_bytes(32)
    master, key = MasterKey.from_secret(secret), new_data_key()

    assert repr(master) == f"MasterKey(name='{master.name}')"
    assert repr(key) == "DataKey()"
    assert "sealed" not in repr(wrapped_for(make_vault(master))[0])
