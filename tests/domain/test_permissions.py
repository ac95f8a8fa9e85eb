"""What somebody may do in a channel: by Discord's rules, step by step, and as the loopback has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cards.permissions import (
    EVERYTHING,
    NEEDS_OF_MODERATOR,
    UNSEEN,
    Holder,
    Need,
    Overwrite,
    missing,
    needs_of_bot,
    permissions_in,
)
from tests.wire import permissions as discord

SERVER, ROLE, OTHER, ME = 1, 2, 3, 4
VIEW, SEND, PIN, HISTORY = (
    one.bit for one in (Need.VIEW_CHANNEL, Need.SEND_MESSAGES, Need.PIN_MESSAGES, Need.READ_HISTORY)
)
ADMINISTRATOR = 1 << 3

bits = st.builds(sum, st.sets(st.sampled_from([ADMINISTRATOR, VIEW, SEND, PIN, HISTORY, Need.CONNECT.bit])))
overwrites = st.lists(
    st.builds(lambda id_, allow, deny: Overwrite(id_, allow & ~deny, deny), st.sampled_from([1, 2, 3, 4]), bits, bits),
    unique_by=lambda one: one.id,
)


@given(
    given_to=st.fixed_dictionaries({SERVER: bits, ROLE: bits, OTHER: bits}),
    mine=st.sets(st.sampled_from([ROLE, OTHER])),
    said=overwrites,
)
def test_roles_and_overwrites_come_to_what_discord_makes_of_them(
    given_to: dict[int, int], mine: set[int], said: list[Overwrite]
) -> None:
    base = given_to[SERVER]
    for role in mine:
        base |= given_to[role]
    raw = [
        {"id": str(one.id), "type": int(one.id == ME), "allow": str(one.allow), "deny": str(one.deny)} for one in said
    ]

    held = permissions_in(SERVER, given_to, Holder(ME, mine), said)

    expected = discord.within(base, raw, str(SERVER), {str(one) for one in mine}, str(ME))
    assert held == (EVERYTHING if base & ADMINISTRATOR else expected)


def test_what_a_member_is_given_stands_over_roles_and_those_over_everyone() -> None:
    roles = {SERVER: VIEW | SEND, ROLE: PIN}
    everyone, role = Overwrite(SERVER, 0, SEND | PIN), Overwrite(ROLE, SEND, 0)
    member = Overwrite(ME, 0, SEND)

    assert permissions_in(SERVER, roles, Holder(ME, [ROLE]), []) == VIEW | SEND | PIN
    assert permissions_in(SERVER, roles, Holder(ME, [ROLE]), [everyone]) == VIEW
    assert permissions_in(SERVER, roles, Holder(ME, [ROLE]), [everyone, role]) == VIEW | SEND
    assert permissions_in(SERVER, roles, Holder(ME, [ROLE]), [everyone, role, member]) == VIEW
    assert permissions_in(SERVER, roles, Holder(ME, [SERVER, ROLE]), [everyone, role]) == VIEW | SEND


def test_of_several_roles_one_that_allows_is_enough() -> None:
    said = [Overwrite(ROLE, 0, PIN), Overwrite(OTHER, PIN, 0)]

    assert permissions_in(SERVER, {SERVER: PIN, ROLE: 0, OTHER: 0}, Holder(ME, [ROLE, OTHER]), said) == PIN


def test_nothing_is_closed_to_administrators_and_the_owner() -> None:
    shut = [Overwrite(SERVER, 0, EVERYTHING)]

    assert permissions_in(SERVER, {SERVER: ADMINISTRATOR}, Holder(ME, []), shut) == EVERYTHING
    assert permissions_in(SERVER, {SERVER: 0}, Holder(ME, [], owner=True), shut) == EVERYTHING
    assert missing(ADMINISTRATOR, NEEDS_OF_MODERATOR) == ()


def test_who_is_timed_out_can_read_and_no_more() -> None:
    roles = {SERVER: VIEW | SEND | PIN | HISTORY}

    assert permissions_in(SERVER, roles, Holder(ME, [], timed_out=True), []) == VIEW | HISTORY


@pytest.mark.parametrize(
    ("place", "special"),
    [
        ("channel", (Need.SEND_MESSAGES,)),
        ("thread", (Need.SEND_IN_THREADS,)),
        ("forum", (Need.CREATE_POSTS,)),
    ],
)
def test_each_place_takes_its_own(place: str, special: tuple[Need, ...]) -> None:
    needs = needs_of_bot(place, pinned=True)

    assert needs == (Need.VIEW_CHANNEL, *special, Need.READ_HISTORY, Need.PIN_MESSAGES)
    assert needs_of_bot(place, pinned=False) == needs[:-1]
    for one in needs:
        assert missing(EVERYTHING & ~ADMINISTRATOR & ~one.bit, needs) == (one,)
    assert missing(0, needs) == needs


def test_a_voice_channel_and_a_locked_thread_take_one_more() -> None:
    assert Need.CONNECT in needs_of_bot("channel", pinned=False, voice=True)
    assert Need.MANAGE_THREADS in needs_of_bot("thread", pinned=False, locked=True)


def test_of_what_cannot_be_seen_it_is_said_that_it_cannot_be_seen() -> None:
    assert missing(UNSEEN, needs_of_bot("channel", pinned=True)) == (Need.VIEW_CHANNEL,)
