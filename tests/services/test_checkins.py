"""Check-ins over both engines: many presses at once, rows that cannot be read, keeping given and withdrawn."""

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import CheckIns, Settings
from bot.domain.checkins import moves
from bot.domain.checkins.answers import Picked, SituationRef, Wrote
from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.session import Mode, current_step, form_steps, step_of
from bot.domain.checkins.standing import At, Ended, Gone, Standing, Step
from bot.domain.people import Place
from bot.domain.script import Step as ScriptStep
from bot.errors import StorageError, UserError
from bot.services.pack import ServedPack
from bot.services.personal import Personal, assemble
from bot.storage.ids import RowId, SessionId
from bot.storage.sessions import Guest
from bot.storage.storage import Storage
from bot.storage.tables import session
from tests.conftest import PACK
from tests.services.keepers import ANNE, BO, NOW, Clock, join, open_over
from tests.storage.world import bytes_on_disk
from tests.storage.world import rows as rows_of

HOURS = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def one(storage: Storage, clock: Clock) -> Personal:
    return open_over(storage, clock)


def at(user: int = ANNE, token: bytes | None = None, version: int = 0, message: int | None = 7) -> At:
    place = None if message is None else Place(5, message)
    return At(user, token or secrets.token_bytes(16), version, place)


async def rows(one: Personal, user: int = ANNE) -> int:
    async with one.storage.database.reading() as tx:
        member = await one.storage.members.get(tx, user)
        return len(await one.storage.sessions.list_open(tx, member or Guest(user)))


def stands(step: Step) -> Standing:
    assert isinstance(step, Standing)
    return step


async def skip_to_end(one: Personal, step: Step) -> Ended:
    while isinstance(step, Standing):
        step = await one.checkins.move(at(token=step.token, version=step.session.version), moves.skip)
    assert isinstance(step, Ended)
    return step


async def test_begin_arriving_many_times_at_once_begins_one(one: Personal) -> None:
    await join(one, ANNE)
    begin = at()

    steps = await asyncio.gather(*(one.checkins.begin(begin, "steps", 1) for _ in range(8)))

    assert {stands(step).session.version for step in steps} == {1}
    assert await rows(one) == 1


async def test_one_press_arriving_many_times_at_once_counts_once(one: Personal) -> None:
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    press = at(token=begun.token, version=1)

    steps = [stands(s) for s in await asyncio.gather(*(one.checkins.move(press, moves.skip) for _ in range(8)))]

    assert {step.session.version for step in steps} == {2}
    assert sorted(step.stale for step in steps) == [False] + [True] * 7


async def test_presses_that_differ_at_once_make_one_answer(one: Personal) -> None:
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    asked = stands(await one.checkins.move(at(token=begun.token, version=1), moves.skip))
    press = at(token=begun.token, version=asked.session.version)

    steps = await asyncio.gather(*(one.checkins.choose(press, "brings", (position,)) for position in range(1, 5)))

    assert sum(not stands(step).stale for step in steps) == 1
    answers = [stands(step).session.answer_to("brings") for step in steps]
    assert len({answer.options for answer in answers if answer}) == 1


async def test_keep_arriving_many_times_at_once_keeps_one(one: Personal) -> None:
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    ended = await skip_to_end(one, begun)
    assert ended.asks

    kept = await asyncio.gather(*(one.checkins.keep(at(token=begun.token)) for _ in range(4)))

    assert all(isinstance(step, Ended) and step.kept for step in kept)
    async with one.storage.database.reading() as tx:
        member = await one.storage.members.get(tx, ANNE)
        assert member is not None
        assert await one.storage.entries.count(tx, member) == 1
    assert await rows(one) == 0


async def test_keep_and_let_go_at_once_leave_one_of_the_two(one: Personal) -> None:
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    await skip_to_end(one, begun)

    kept, left = await asyncio.gather(
        one.checkins.keep(at(token=begun.token)), one.checkins.throw_away(at(token=begun.token))
    )

    if isinstance(kept, Gone):
        assert left is None
    else:
        assert isinstance(left, Ended)
        assert left.kept
    assert await rows(one) == 0


async def test_a_press_of_someone_elses_changes_nothing(one: Personal) -> None:
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    foreign = at(BO, begun.token, 1)
    for press in (
        one.checkins.move(foreign, moves.skip),
        one.checkins.answer(foreign, "situation", Picked(("no-label",))),
        one.checkins.begin(foreign, "steps", 1),
        one.checkins.go_on(foreign),
        one.checkins.stand(foreign),
        one.checkins.keep(foreign),
        one.checkins.throw_away(foreign),
        one.checkins.fill_form(foreign, {"note": Wrote("x")}),
        one.checkins.name_known(foreign, SituationRef("ab")),
    ):
        with pytest.raises(UserError, match="someone else"):
            await press
    assert await one.checkins.read_last_note(foreign) is None
    assert stands(await one.checkins.stand(at(token=begun.token))).session.version == 1


async def test_folding_and_a_press_at_once_lose_neither(one: Personal, clock: Clock) -> None:
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    clock.now = NOW + 3 * HOURS

    folded, pressed = await asyncio.gather(
        one.folding.fold(clock.now), one.checkins.move(at(token=begun.token, version=1), moves.skip)
    )

    session = stands(await one.checkins.stand(at(token=begun.token))).session
    assert stands(pressed).session.version <= session.version
    assert (session.state == "paused") == bool(folded)


async def test_what_was_put_away_comes_again_until_its_message_shows_it(one: Personal, clock: Clock) -> None:
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    clock.now = NOW + 3 * HOURS
    (folded,) = await one.folding.fold(clock.now)
    assert folded.place == Place(5, 7)
    assert await one.folding.fold(clock.now) == []
    clock.now += timedelta(minutes=6)
    (again,) = await one.folding.fold(clock.now)
    assert again.version == folded.version
    await one.folding.done(again)
    clock.now += timedelta(days=1)
    assert await one.folding.fold(clock.now) == []

    went_on = stands(await one.checkins.move(at(token=begun.token, version=again.version), moves.resume))
    assert went_on.session.state == "open"
    clock.now += 3 * HOURS
    assert [fold.token for fold in await one.folding.fold(clock.now)] == [begun.token]


async def test_a_member_who_came_back_meanwhile_is_not_noted_as_put_away(one: Personal, clock: Clock) -> None:
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    clock.now = NOW + 3 * HOURS
    (folded,) = await one.folding.fold(clock.now)
    await one.checkins.move(at(token=begun.token, version=folded.version), moves.resume)

    await one.folding.done(folded)

    clock.now += 3 * HOURS
    assert len(await one.folding.fold(clock.now)) == 1


async def test_one_that_cannot_be_read_is_left_as_it_is_until_its_time_is_over(one: Personal, clock: Clock) -> None:
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    other = stands(await one.checkins.begin(at(BO), "steps", 1))
    async with one.storage.database.transaction() as tx:
        row = await one.storage.sessions.get(tx, SessionId(RowId(begun.token)))
        assert row is not None
        document = {**row.document, "session": {"format": 99}}
        await one.storage.sessions.update(tx, row, document, expires=row.expires, due=row.due)

    with pytest.raises(StorageError, match="left as it is"):
        await one.checkins.stand(at(token=begun.token))
    assert (await one.consents.welcome(ANNE)).under_way == ()
    clock.now = NOW + 3 * HOURS
    assert [fold.token for fold in await one.folding.fold(clock.now)] == [other.token]
    clock.now = NOW + 26 * HOURS
    await one.folding.end(clock.now)
    assert (await rows(one), await rows(one, BO)) == (0, 0)


async def test_throwing_away_works_on_one_that_cannot_be_read(one: Personal) -> None:
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    async with one.storage.database.transaction() as tx:
        row = await one.storage.sessions.get(tx, SessionId(RowId(begun.token)))
        assert row is not None
        document = {**row.document, "session": None}
        await one.storage.sessions.update(tx, row, document, expires=row.expires, due=row.due)

    assert await one.checkins.throw_away(at(token=begun.token, version=1)) is None
    assert await rows(one) == 0


async def test_rows_of_other_kinds_are_no_check_ins(one: Personal) -> None:
    async with one.storage.database.transaction() as tx:
        token = secrets.token_bytes(16)
        await one.storage.sessions.add(
            tx, Guest(ANNE), {"kind": "sent-file"}, NOW, expires=NOW + 24 * HOURS, id_=SessionId(RowId(token))
        )

    assert isinstance(await one.checkins.stand(at(token=token)), Gone)
    assert await one.checkins.throw_away(at(token=token)) is None
    assert isinstance(await one.checkins.keep(at(token=token)), Gone)
    assert (await one.consents.welcome(ANNE)).under_way == ()
    assert await rows(one) == 1


async def test_a_check_in_in_no_lasting_message_is_put_away_without_one(one: Personal, clock: Clock) -> None:
    begun = stands(await one.checkins.begin(at(message=None), "steps", 1))
    clock.now = NOW + 3 * HOURS

    assert await one.folding.fold(clock.now) == []

    assert stands(await one.checkins.stand(at(token=begun.token, message=None))).session.state == "paused"


@pytest.mark.parametrize("mode", ["steps", "form"])
async def test_a_slip_taken_back_where_its_question_is_gone_ends_with_the_rest(
    storage: Storage, clock: Clock, mode: Mode
) -> None:
    pack = ServedPack(PACK, NOW)
    one = assemble(storage, Settings(check_ins=CheckIns()), pack, clock)
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), mode, 1))
    token, version = begun.token, begun.session.version
    if mode == "form":
        empty = dict.fromkeys(step.id for step in one.checkins.script.steps if step.form)
        filled = {**empty, "not-right": Picked(("not-safe",)), "note": Wrote("x")}
        await one.checkins.fill_form(at(token=token, version=version), filled)
    else:
        while (asked := current_step(begun.session, one.checkins.script)) and asked.id != "not-right":
            begun = stands(await one.checkins.move(at(token=token, version=begun.session.version), moves.skip))
        version = begun.session.version
        await one.checkins.choose(at(token=token, version=version), "not-right", (3,))
    script = pack.library.check_in
    gone = replace(
        script,
        steps=tuple(replace(step, when=()) for step in script.steps if step.id != "not-right"),
        closings=tuple(one for one in script.closings if "not-right" not in {when.step for when in one.when}),
    )
    pack._serve(replace(pack.library, check_in=gone), None)

    step = await one.checkins.take_back(at(token=token))

    ended = await skip_to_end(one, step) if mode == "steps" else step
    assert isinstance(ended, Ended)
    assert ended.kept
    assert await rows(one) == 0


@pytest.mark.parametrize("mode", ["steps", "form"])
@pytest.mark.parametrize("then", ["takes back", "hides", "does nothing"])
async def test_what_ended_with_support_alone_stands_at_its_question_in_the_next_process(
    storage: Storage, clock: Clock, mode: Mode, then: str
) -> None:
    """That it ended is written nowhere: what the buttons of its message lead to needs nothing that is not there."""
    one = open_over(storage, clock)
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), mode, 1))
    while mode == "steps" and current_step(begun.session, one.checkins.script) != not_right(one):
        begun = stands(await one.checkins.move(at(token=begun.token, version=begun.session.version), moves.skip))
    press = at(token=begun.token, version=begun.session.version)
    ticked = Picked(("not-safe",))
    ended = await (
        one.checkins.answer(press, "not-right", ticked)
        if mode == "steps"
        else one.checkins.fill_form(press, {"not-right": ticked, "note": Wrote("x")})
    )
    assert isinstance(ended, Ended)
    button, one = at(token=begun.token, version=ended.version), open_over(storage, clock)

    assert await one.checkins.read_written(button) is None
    if then == "takes back":
        again = stands(await one.checkins.take_back(button))
        assert bool(form_steps(again.session, one.checkins.script)) is (mode == "form")
        assert mode == "form" or current_step(again.session, one.checkins.script) == not_right(one)
        assert await one.checkins.hide(button) is not None, "it is put away, and waits"
        assert await rows(one) == 1
    elif then == "hides":
        assert await one.checkins.hide(button) is None
        assert await rows(one) == 0
    else:
        clock.now += 2 * HOURS
        (folded,) = await one.folding.fold(clock.now)
        assert folded.until is not None


async def test_what_0_4_0_noted_as_ended_with_support_alone_is_never_kept(one: Personal) -> None:
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    ended = OpenCheckIn(replace(begun.session, state="closed"), 1, keeps=True, place=Place(5, 7)).to_document()
    async with one.storage.database.transaction() as tx:
        row = await one.storage.sessions.get(tx, SessionId(RowId(begun.token)))
        assert row is not None
        await one.storage.sessions.update(tx, row, ended | {"support_only": True}, expires=row.expires, due=row.due)

    assert await one.checkins.keep(at(token=begun.token)) == Gone()
    assert stands(await one.checkins.take_back(at(token=begun.token))).session.state == "open"
    put_away = await one.checkins.hide(at(token=begun.token))
    assert put_away is not None
    assert put_away.session.state == "paused"


async def test_what_was_written_beside_a_tick_is_in_memory_for_hours_only(one: Personal, clock: Clock) -> None:
    begun = stands(await one.checkins.begin(at(), "form", 1))
    press = at(token=begun.token, version=begun.session.version)
    ticked = {"not-right": Picked(("not-safe",)), "note": Wrote("Canary")}
    await one.checkins.fill_form(press, ticked)
    assert await one.checkins.read_written(press) == "Canary"
    async with one.storage.database.transaction() as tx:
        await one.storage.sessions.put_off(tx, SessionId(RowId(begun.token)), clock.now + 9 * HOURS)
    clock.now += 4 * HOURS
    assert await one.folding.fold(clock.now) == []
    assert await one.checkins.read_written(press) is None

    await one.checkins.fill_form(press, ticked)
    await one.mydata.delete_everything(ANNE, clock.now)
    await one.checkins.begin(at(token=begun.token), "form", 1)
    assert await one.checkins.read_written(press) is None


def not_right(one: Personal) -> ScriptStep | None:
    return step_of(one.checkins.script, "not-right")


async def test_a_tick_taken_back_and_hidden_at_once_is_left_open_by_neither(one: Personal) -> None:
    begun = stands(await one.checkins.begin(at(), "form", 1))
    ticked = {"not-right": Picked(("not-safe",)), "note": Wrote("x")}
    await one.checkins.fill_form(at(token=begun.token, version=begun.session.version), ticked)

    back, hidden = await asyncio.gather(
        one.checkins.take_back(at(token=begun.token)), one.checkins.hide(at(token=begun.token))
    )

    if isinstance(back, Gone):
        assert hidden is None
        assert await rows(one) == 0
    else:
        assert hidden is not None
        assert stands(await one.checkins.stand(at(token=begun.token))).session.state == "paused"


async def test_keep_switched_on_reaches_what_is_open_already(one: Personal, clock: Clock) -> None:
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    await one.consents.agree(ANNE, 1, keep=True)
    clock.now = NOW + 48 * HOURS
    assert await one.folding.end(clock.now) == []

    ended = await skip_to_end(
        one, stands(await one.checkins.move(at(token=begun.token, version=begun.session.version), moves.resume))
    )

    assert ended.kept


async def test_agreeing_without_keep_notes_nobody(one: Personal) -> None:
    await one.consents.agree(ANNE, 1, keep=False)

    async with one.storage.database.reading() as tx:
        assert await one.people.find(tx, ANNE) is None


async def test_what_an_operator_reads_of_a_standing_check_in_names_nothing(one: Personal) -> None:
    await join(one, ANNE)
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    version = begun.session.version
    while (asked := current_step(begun.session, one.checkins.script)) and asked.id != "closest":
        begun = stands(await one.checkins.move(at(token=begun.token, version=version), moves.skip))
        version = begun.session.version
    own = next(n for n, option in enumerate(asked.options if asked else ()) if option.own_word)
    step = await one.checkins.choose(at(token=begun.token, version=version), "closest", (own,), "Canary")

    shown = f"{step!r} {stands(step).session!r} {at()!r}"
    assert "Canary" not in shown
    assert str(ANNE) not in shown
    assert "Canary" in stands(step).session.written


async def lying_sealed(one: Personal) -> list[bytes]:
    """Give the beginnings, which lie in one piece however a row is spread over pages."""
    return [bytes(row.sealed[:128]) for row in await rows_of(one.storage.database, session)]


@pytest.mark.parametrize("keep", [True, False])
async def test_what_a_check_in_held_on_its_way_is_off_the_disk_once_it_has_ended(
    embedded: Storage, clock: Clock, *, keep: bool
) -> None:
    """What is not kept is wiped as what is deleted is: an answer that is never kept, a whole check-in let go."""
    one, file = open_over(embedded, clock), embedded.database.file
    assert file
    step: Step = stands(await one.checkins.begin(at(), "steps", 1))
    token, seen = stands(step).token, await lying_sealed(one)
    while isinstance(step, Standing):
        version = step.session.version
        step = await one.checkins.move(at(token=token, version=version), moves.skip)
        seen += await lying_sealed(one)
    assert all(one in bytes_on_disk(file.parent) for one in seen[-1:])

    await (one.checkins.keep(at(token=token)) if keep else one.checkins.throw_away(at(token=token)))

    assert len(seen) > 3
    assert not [one for one in seen if one in bytes_on_disk(file.parent)]
    if not keep:
        assert token not in bytes_on_disk(file.parent)


@pytest.mark.parametrize("minutes", [0, 17, 59])
async def test_when_a_check_in_is_put_away_tells_no_more_than_an_hour(
    one: Personal, clock: Clock, minutes: int
) -> None:
    clock.now = NOW.replace(minute=minutes)
    begun = stands(await one.checkins.begin(at(), "steps", 1))
    first = [row.due for row in await rows_of(one.storage.database, session)]
    await one.checkins.move(at(token=begun.token, version=1), moves.skip)
    then = [row.due for row in await rows_of(one.storage.database, session)]

    assert first == then == [NOW.replace(minute=0, second=0) + 2 * HOURS]


async def test_when_an_errand_is_due_does_not_tell_when_it_was_asked_for(one: Personal) -> None:
    await one.errands.expect_file(ANNE, NOW)

    (row,) = await rows_of(one.storage.database, session)

    assert row.due == NOW.replace(minute=10, second=0) + HOURS
