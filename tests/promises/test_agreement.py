"""Whatever is done with cards, and whatever happens to them, one sync later registry and channels agree.

Posts, pins, moves and removals, changes of the pack, messages and pins and channels deleted by hand, permissions lost
and given back, refusals, and a process killed before or after any of its requests.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Literal

import pytest
from aiohttp import web
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.domain.cards.posting import SERIES, TRAJECTORY, Posting, Seen, links_of
from bot.domain.cards.trouble import FINAL, OF_PINS, Trouble
from bot.domain.library import Library
from bot.domain.trusted_time import SimulatedClock
from bot.jobs.cards import CardsJob
from bot.services.cards.board import part_id
from bot.services.leasing import Lease
from bot.services.pack import ServedPack
from bot.storage.storage import open_storage
from bot.storage.vault import Vault
from bot.ui.cards.posted import draw_posted, parts_of_series
from tests.conftest import PACK
from tests.jobs.hanging import Wall, hanging, said
from tests.promises.homes import TORTURE
from tests.storage.world import NOW
from tests.wire import permissions as may
from tests.wire.faults import reset
from tests.wire.looks import Json
from tests.wire.post import PIN_LIMIT

CARDS: Final = ("compersion", "support", "what-to-say", "curiosity")
PERMISSIONS: Final = (may.VIEW, may.SEND, may.READ_HISTORY, may.PIN, may.MANAGE_THREADS, may.SEND_IN_THREADS)
DAY: Final = timedelta(days=1)
NEEDED: Final = {
    Trouble.NO_VIEW: may.VIEW,
    Trouble.NO_SEND: may.SEND,
    Trouble.NO_POST: may.SEND,
    Trouble.NO_HISTORY: may.READ_HISTORY,
    Trouble.NO_PIN: may.PIN,
}
WHICH: Final = st.integers(0, 59)  # of however many there are: what is drawn must not depend on what happens
CHANNELS: Final = 3
FORUM: Final = 3
THREAD: Final = 4

End = Literal["killed before", "killed after", "reset before", "reset after", "unavailable", "too many"]
ENDS: Final[tuple[End, ...]] = (
    "killed before",
    "killed before",
    "killed after",
    "killed after",
    "reset before",
    "reset after",
    "unavailable",
)


@dataclass(eq=False)
class Strike:
    """A rule of the loopback: the n-th request of a task is what the process dies of, or is lost."""

    left: int
    end: End
    task: "asyncio.Task[Any] | None" = None
    hits: int = 0

    @property
    def after(self) -> bool:
        return self.end.endswith("after")

    def matches(self, call: Any) -> bool:
        del call
        self.left -= 1
        return self.left == 0

    async def strike(self, request: web.Request) -> web.Response:
        if self.end.startswith("killed"):
            assert self.task is not None
            self.task.cancel()
        if self.end == "unavailable":
            return web.Response(status=503)
        reset(request)
        return web.Response(status=499)

    def release(self) -> None:
        """Nothing hangs."""


@dataclass
class Ground:
    """What outlives one run of the machine."""

    runner: asyncio.Runner
    wall: Wall
    library: Library
    edition: int = 0


class Moderators(RuleBasedStateMachine):
    """Moderators, authors and mishaps in one server."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground, self.wall = ground, ground.wall
        self.wall.another_server()
        world, guild = self.wall.wire.world, self.wall.wire.guild
        self.channels: list[Json] = [world.add_channel(f"room-{one}", guild["id"]) for one in range(CHANNELS)]
        self.channels.append(world.add_channel("forum", guild["id"], may.FORUM))
        self.channels.append(world.add_thread(self.channels[0], "thread"))
        self.denied: dict[str, int] = {}
        self.permit(self.channels[FORUM], 0)
        self.known: list[bytes] = []
        self.written: list[Json] = []
        self.serve(self.ground.library)
        self.wall.restart()
        self.job = self.make_job()

    def make_job(self) -> CardsJob:
        wall = self.wall
        return CardsJob(wall.pack, wall.client, wall.poster, wall.clock, pace=0)

    def do(self, coroutine: Any) -> Any:
        return self.ground.runner.run(coroutine)

    def serve(self, library: Library) -> None:
        # The works are what tells one pack from another where cards are drawn once and kept.
        self.wall.pack._serve(replace(library, works=dict(library.works)), None)

    def postings(self) -> list[Posting]:
        return self.do(self.wall.board.list_all(self.wall.server))

    def pick(self, data: st.DataObject) -> Posting | None:
        which = data.draw(WHICH, label="which")
        there = sorted(self.postings(), key=lambda one: self.known.index(one.id))
        return there[which % len(there)] if there else None

    def attempt(self, data: st.DataObject, work: Any) -> None:
        """Do what a process does, which may die of it at any request, or meet a Discord that cannot be had."""
        at = data.draw(st.one_of(st.just(0), st.integers(1, 8)), label="request")
        end: End = data.draw(st.sampled_from(ENDS), label="end") if at else "reset before"

        async def go() -> bool:
            task = asyncio.ensure_future(work())
            strike = Strike(at, end, task)
            self.wall.wire.faults.rules.append(strike)
            try:
                await asyncio.wait({task})
            finally:
                self.wall.wire.faults.rules.clear()
            if task.cancelled():
                return True
            task.result()
            return False

        if self.do(go()):
            self.restart()

    # --- what moderators do ------------------------------------------------------------------------------------------

    @rule(data=st.data(), card=st.sampled_from(CARDS), where=st.integers(0, THREAD), pinned=st.booleans())
    def post(self, data: st.DataObject, card: str, where: int, *, pinned: bool) -> None:
        self.put(data, card, where, pinned=pinned, parts=())

    @rule(data=st.data(), where=st.integers(0, FORUM))
    def post_series(self, data: st.DataObject, where: int) -> None:
        parts = parts_of_series(self.ground.library, TRAJECTORY)
        self.put(data, SERIES + TRAJECTORY, where, pinned=True, parts=parts)

    def put(self, data: st.DataObject, subject: str, where: int, *, pinned: bool, parts: Any) -> None:
        kind = {FORUM: "forum", THREAD: "thread"}.get(where, "channel")
        id_ = self.do(self.wall.put(subject, self.channels[where], pinned=pinned, kind=kind, parts=parts))
        self.known += [id_, *(part_id(id_, part) for part in parts)]
        wall = self.wall
        if parts:
            self.attempt(data, lambda: wall.poster.settle_series(wall.client, wall.board, wall.server, id_))
        else:
            self.attempt(data, lambda: wall.settle(id_))

    @rule(data=st.data(), pinned=st.booleans())
    def pin_or_unpin(self, data: st.DataObject, *, pinned: bool) -> None:
        self.change(data, pinned=pinned)

    @rule(data=st.data(), where=st.integers(0, THREAD))
    def move(self, data: st.DataObject, where: int) -> None:
        kind = {FORUM: "forum", THREAD: "thread"}.get(where, "channel")
        self.change(data, channel=int(self.channels[where]["id"]), kind=kind)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.change(data, gone=True)

    @rule(data=st.data())
    def post_again(self, data: st.DataObject) -> None:
        self.change(data, again=True)

    def change(self, data: st.DataObject, **wish: Any) -> None:
        one = self.pick(data)
        if one is not None:
            self.attempt(data, lambda: self.wall.change(one.id, **wish))

    @rule(data=st.data())
    def survey(self, data: st.DataObject) -> None:
        wall = self.wall
        before = [(token, said(message), message["pinned"]) for token, message in wall.messages()]
        self.attempt(data, lambda: wall.poster.survey(wall.client, wall.board, wall.server))
        assert [(token, said(message), message["pinned"]) for token, message in wall.messages()] == before

    @rule(data=st.data())
    def sync(self, data: st.DataObject) -> None:
        self.attempt(data, self.wall.sync)

    # --- what happens ------------------------------------------------------------------------------------------------

    @rule(data=st.data())
    def deleted_by_hand(self, data: st.DataObject) -> None:
        message, whole = self.message(data), data.draw(st.booleans(), label="with its post")
        if message is None:
            return
        if whole and message["channel_id"] == message["id"]:
            self.delete(self.wall.wire.world.channels[message["channel_id"]])
        else:
            self.wall.wire.world.post.delete(message)

    @rule(data=st.data())
    def unpinned_by_hand(self, data: st.DataObject) -> None:
        message = self.message(data)
        if message is not None and message["pinned"]:
            self.wall.wire.world.post.unpin(message)

    def message(self, data: st.DataObject) -> Json | None:
        which = data.draw(WHICH, label="message")
        there = [message for _, message in self.wall.messages() if self.here(message)]
        return there[which % len(there)] if there else None

    def here(self, message: Json) -> bool:
        return self.wall.wire.world.channels[message["channel_id"]]["guild_id"] == self.wall.wire.guild["id"]

    @rule(where=st.integers(0, FORUM))
    def channel_deleted(self, where: int) -> None:
        world, guild = self.wall.wire.world, self.wall.wire.guild
        self.delete(self.channels[where])
        kind = may.FORUM if where == FORUM else may.TEXT
        self.channels[where] = world.add_channel("new", guild["id"], kind)
        if where == FORUM:
            self.permit(self.channels[FORUM], 0)
        if where == 0:
            self.channels[THREAD] = world.add_thread(self.channels[0], "thread")

    def delete(self, channel: Json) -> None:
        """Delete a channel with all that was written there."""
        world = self.wall.wire.world
        world.delete_channel(channel)
        self.written = [one for one in self.written if one["channel_id"] in world.channels]

    @rule(data=st.data(), card=st.sampled_from(CARDS), moved=st.booleans())
    def a_card_in_the_forum_is_talked_about_and_goes(self, data: st.DataObject, card: str, *, moved: bool) -> None:
        wall = self.wall
        id_ = self.do(wall.put(card, self.channels[FORUM], kind="forum"))
        self.known.append(id_)
        self.do(wall.settle(id_))
        self.members_write()
        goes: Any = {"channel": int(self.channels[0]["id"]), "kind": "channel"} if moved else {"gone": True}
        self.attempt(data, lambda: wall.change(id_, **goes))

    @rule()
    def members_write(self) -> None:
        """Into every post that a card began in a forum."""
        posts = [message["id"] for _, message in self.wall.messages() if message["channel_id"] == message["id"]]
        channels = self.wall.wire.world.channels
        self.written += [self.wall.wire.say("This helped me.", channel=channels[one]) for one in posts]

    @rule(where=st.integers(0, FORUM), permission=st.sampled_from(PERMISSIONS), lost=st.booleans())
    def permissions_change(self, where: int, permission: int, *, lost: bool) -> None:
        channel = self.channels[where]
        denied = self.denied.get(channel["id"], 0)
        self.denied[channel["id"]] = denied | permission if lost else denied & ~permission
        self.permit(channel, self.denied[channel["id"]])

    def permit(self, channel: Json, denied: int) -> None:
        """Deny permissions; all others the bot has, so that it may delete posts in the forum."""
        self.wall.wire.world.overwrite(
            channel, self.wall.wire.world.bot, allow=may.MANAGE_THREADS & ~denied, deny=denied
        )

    @rule(where=st.integers(0, CHANNELS - 1), full=st.booleans())
    def pins_fill(self, where: int, *, full: bool) -> None:
        """Fill a channel's pins but for its cards', or make room."""
        channel, post = self.channels[where], self.wall.wire.world.post
        pins = post.pins.setdefault(channel["id"], {})
        for one in [key for key in pins if key not in post.messages.get(channel["id"], {})]:
            del pins[one]
        if full:
            pins.update({f"theirs {number}": "" for number in range(PIN_LIMIT - len(pins))})

    @rule()
    def thread_archived(self) -> None:
        world = self.wall.wire.world
        for one in list(world.channels.values()):
            if "thread_metadata" in one and one["guild_id"] == self.wall.wire.guild["id"]:
                world.archive(one)

    @rule(card=st.sampled_from(CARDS), gone=st.integers(0, 4))
    def the_pack_changes(self, card: str, gone: int) -> None:
        """A card is reworded, and sometimes another one is not in the pack any more."""
        self.ground.edition += 1
        library = self.ground.library
        cards = dict(library.explainers)
        cards[card] = _reworded(cards[card], self.ground.edition)
        if not gone:
            del cards["curiosity"]
        self.serve(replace(library, explainers=cards))

    @rule(data=st.data(), hours=st.sampled_from([0, 1, 2, 25]))
    def the_job_comes_round(self, data: st.DataObject, hours: int) -> None:
        self.wall.clock.go_on(timedelta(hours=hours, minutes=2))
        self.attempt(data, self.round)

    async def round(self) -> None:
        storage, wall = self.wall.storage, self.wall
        lease = Lease(storage, "cards", bytes(16), SimulatedClock(wall.clock))
        await self.job.run(wall, lease)

    @rule()
    def restart(self) -> None:
        self.wall.restart()
        self.job = self.make_job()

    # --- what then holds ---------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "job"):
            return
        self.wall.restart()
        self.wall.clock.go_on(timedelta(minutes=2))  # nobody else is at it any more
        settled = self.do(self.wall.sync())
        assert "later" not in {one.outcome for one in settled}
        self.agrees(edits_wait=True)
        for _ in range(12):
            self.wall.clock.go_on(timedelta(minutes=62))
            self.do(self.round())
        self.agrees(edits_wait=False)

    def agrees(self, *, edits_wait: bool) -> None:
        for one in self.written:
            there = self.wall.wire.world.post.messages.get(one["channel_id"], {})
            assert one["id"] in there, "what a member wrote is gone"
        postings = self.postings()
        accounted = {(one.seen.channel, one.seen.message) for one in postings if one.seen.message is not None} | {
            (left.channel, left.message) for one in postings for left in one.seen.left_over if left.tried
        }
        for token, message in self.wall.messages():
            if self.here(message):
                place = (int(message["channel_id"]), int(message["id"]))
                assert place in accounted, f"a stray message of {token.hex()}"
        for one in postings:
            self.agrees_on(one, postings, edits_wait=edits_wait)

    def agrees_on(self, one: Posting, postings: list[Posting], *, edits_wait: bool) -> None:
        seen, trouble = one.seen, one.trouble
        standing = [message for message in self.wall.of(one.id) if not _is_left_over(message, seen)]
        assert len(standing) <= 1, "posted twice"
        if trouble in FINAL:
            assert not standing
            return
        if one.wish.gone:
            assert seen.left_over or self.held_up(one), "not removed, and nothing says why"
            return
        if trouble is None or trouble in OF_PINS or trouble is Trouble.LEFT_BEHIND:
            assert standing, "nothing stands, and nothing says why"
            (message,) = standing
            assert seen.home == one.wish.channel
            if not (edits_wait and self.edits_are_used_up(message)):
                drawing = draw_posted(
                    self.wall.pack.library, one.wish.subject, one.id, 0, links_of(one.id, self.wall.server, postings)
                )
                assert drawing is not None
                assert said(message) == said({"components": drawing.to_components()})
            if trouble not in OF_PINS:
                assert message["pinned"] == one.wish.pinned
        if trouble is Trouble.NOT_IN_PACK:
            assert self.wall.pack.library.explainer(one.wish.card) is None
        elif trouble is not None:
            assert self.held_up(one), f"{trouble} without a reason"

    def held_up(self, one: Posting) -> bool:
        """Whether something does stand in the way of a card."""
        world = self.wall.wire.world
        places = {one.wish.channel, one.seen.channel, *(left.channel for left in one.seen.left_over)}
        there = [channel for place in places if (channel := world.channels.get(str(place)))]
        lacking = any(not world.bot_may(channel, needed) for channel in there for needed in PERMISSIONS)
        full = any(len(world.post.pins.get(channel["id"], {})) >= PIN_LIMIT for channel in there)
        return lacking or full or one.trouble is Trouble.UNPINNED

    def edits_are_used_up(self, message: Json) -> bool:
        old = self.wall.wire.world.post.old_edits
        return len(old.taken.get(message["channel_id"], ())) >= old.most


def _is_left_over(message: Json, seen: Seen) -> bool:
    place = (int(message["channel_id"]), int(message["id"]))
    return place in {(left.channel, left.message) for left in seen.left_over}


def _reworded(explainer: Any, edition: int) -> Any:
    fields = {name: getattr(explainer, name) for name in explainer.__dataclass_fields__}
    return type(explainer)(**{**fields, "summary": f"As it is said in edition {edition}."})


@pytest.mark.long
@pytest.mark.timeout(1200 * TORTURE)
def test_registry_and_channels_agree(sqlite: str, vault: Vault) -> None:
    with asyncio.Runner() as runner:
        storage = runner.run(open_storage(sqlite, vault, NOW))
        pack = ServedPack(PACK, NOW)
        stack = AsyncExitStack()
        wall = runner.run(stack.enter_async_context(hanging(storage, pack)))
        ground = Ground(runner, wall, pack.library)
        try:
            asked = settings(
                max_examples=25 * TORTURE,
                stateful_step_count=20,
                phases=[Phase.generate],  # shrinking would take minutes
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
                print_blob=True,
            )
            run_state_machine_as_test(lambda: Moderators(ground), settings=asked)
        finally:
            runner.run(stack.aclose())
            runner.run(storage.close())
