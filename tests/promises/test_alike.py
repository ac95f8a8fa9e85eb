"""Whatever a member says, their rows look the same to whoever has the disk and not the key."""

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot.config import CheckIns, Settings
from bot.domain.checkins.answers import Picked, Value, Wrote
from bot.domain.checkins.moves import skip
from bot.domain.checkins.session import Mode, current_step
from bot.domain.checkins.standing import At, Ended, Standing
from bot.domain.library import Library
from bot.domain.people import Place
from bot.domain.script import Step
from bot.services.pack import ServedPack
from bot.services.personal import Personal, assemble
from bot.storage.ids import RowId, SessionId
from bot.storage.storage import Storage
from bot.storage.tables import entry, session
from tests.conftest import PACK
from tests.promises.hosting import Clock
from tests.storage.conftest import embedded as storage
from tests.storage.conftest import migrated

__all__ = ["migrated", "storage"]

SEALED = {"sealed", "wrapped"}
UNSAFE = {"not-free", "not-safe"}
LONGEST = "ü" * 32
CONDITIONAL = {"steady", "asked"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def personal(storage: Storage, clock: Clock) -> Personal:
    return assemble(storage, Settings(check_ins=CheckIns()), ServedPack(PACK, clock()), clock)


def choices(step: Step) -> Iterator[Value]:
    """Give every answer a step can have, an empty one and the longest included."""
    yield Picked(())
    if step.kind == "text":
        yield from (Wrote("x"), Wrote("ü" * step.most, bring_up=True))
    for one in step.options:
        if one.id not in UNSAFE:
            yield Picked((one.id,), LONGEST if one.own_word else None)
    if step.kind == "choices":
        yield Picked(tuple(one.id for one in step.options if one.id not in UNSAFE))


async def looks(personal: Personal, table: Table, token: bytes) -> tuple[Any, ...] | None:
    """Give what the disk tells of a row: the columns in the clear, ids aside, and the length of what is sealed."""
    async with personal.storage.database.reading() as tx:
        row = (await tx.execute(select(table).where(table.c.id == token))).mappings().first()
    if row is None:
        return None
    return tuple(
        (name, len(value) if name in SEALED or isinstance(value, bytes) else value) for name, value in row.items()
    )


Say = Callable[[Step], Value]


async def walk(personal: Personal, user: int, say: Say) -> tuple[tuple[str, ...], list[Any], Any]:
    """Check in; give what was asked, how the rows looked at each step, and how what was kept does."""
    token, seen, order = secrets.token_bytes(16), list[Any](), list[str]()
    script = personal.checkins.script
    step: Any = await personal.checkins.begin(At(user, token), "steps", 1)
    while isinstance(step, Standing):
        asked = current_step(step.session, script)
        assert asked is not None
        order.append(asked.id)
        seen.append(await looks(personal, session, token))
        step = await personal.checkins.answer(At(user, token, step.session.version), asked.id, say(asked))
    assert isinstance(step, Ended)
    return tuple(order), seen, await looks(personal, entry, token)


def saying(name: str, value: Value) -> Say:
    return lambda asked: value if asked.id == name else Picked(())


STEPS = ("here", "brings", "not-right", "joy", "closest", "note", "tend", "situation")


@pytest.mark.parametrize("name", STEPS)
async def test_every_answer_gives_rows_of_one_look(personal: Personal, name: str) -> None:
    """How often somebody pressed, a row does tell, and some are asked more or less; what is kept tells nothing."""
    asked = next(one for one in personal.checkins.script.steps if one.id == name)
    found = []
    for user, value in enumerate(choices(asked), 1):
        await personal.consents.agree(user, 1, keep=True)
        found.append(await walk(personal, user, saying(name, value)))

    assert len(found) > 2
    by_questions = {order: seen for order, seen, _ in found}
    assert all(seen == by_questions[order] for order, seen, _ in found)
    assert all(kept == found[0][2] is not None for _, _, kept in found)


async def test_the_most_that_can_be_said_looks_like_nothing_said(personal: Personal) -> None:
    for user in (1, 2):
        await personal.consents.agree(user, 1, keep=True)

    nothing = await walk(personal, 1, lambda _: Picked(()))
    everything = await walk(
        personal, 2, lambda asked: list(choices(asked))[{"not-right": -2, "brings": -2}.get(asked.id, -1)]
    )

    assert nothing == everything


def test_every_step_is_tried(library: Library) -> None:
    assert {one.id for one in library.check_in.steps} - CONDITIONAL == set(STEPS)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("minutes", [0, 70])
@pytest.mark.parametrize("mode", ["steps", "form"])
async def test_a_tick_that_ends_with_support_alone_cannot_be_told_from_a_press_that_comes_too_late(
    personal: Personal,
    clock: Clock,
    mode: Mode,
    minutes: int,
    keep: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    """Not even by who has the disk with its write-ahead log, and the key: nothing is written that says so."""
    found, checkins, whole = list[Any](), personal.checkins, timedelta(minutes=minutes)
    begun = list[tuple[int, Standing]]()
    for user in (1, 2, 3):
        if keep:
            await personal.consents.agree(user, 1, keep=True)
        step: Any = await checkins.begin(At(user, secrets.token_bytes(16), place=Place(1, 1)), mode, 1)
        while mode == "steps" and (asked := current_step(step.session, checkins.script)) and asked.id != "not-right":
            step = await checkins.move(At(user, step.token, step.session.version), skip)
        begun.append((user, step))
    clock.now += whole
    for ticked, (user, step) in zip(("not-sure", "not-safe", "not-free"), begun, strict=True):
        press = At(user, step.token, step.session.version - (ticked == "not-sure"))
        before = await lies(personal, step.token)
        if mode == "form":
            filled = {"not-right": Picked((ticked,)), "note": Wrote("x")}
            done = await checkins.fill_form(press, filled)
        else:
            done = await checkins.answer(press, "not-right", Picked((ticked,)))
        assert isinstance(done, Standing if ticked == "not-sure" else Ended)
        after = await lies(personal, step.token)
        assert (before == after) is (minutes == 0)
        found.append((await looks(personal, session, step.token), after[1]))

    assert found == [found[0]] * 3


async def lies(personal: Personal, token: bytes) -> tuple[Any, Any]:
    """Give what lies in a row, as it stands and opened."""
    async with personal.storage.database.reading() as tx:
        row = (await tx.execute(select(session).where(session.c.id == token))).mappings().one()
        opened = await personal.storage.sessions.get(tx, SessionId(RowId(token)))
    assert opened is not None
    return dict(row), opened.document
