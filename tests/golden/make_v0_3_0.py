"""How `v0_3_0/` was made: by the code of 0.3.0, commit 2de2467, and never again. It stays as its description.

On that commit, with this folder as it was when it came: `python -m tests.golden.make_v0_3_0 FOLDER`. The clock stands,
the dice are fixed and the key is nobody's. Somebody tries everything there is, so that every kind of press is come
upon; a moderator does, too. Then people are left standing at each step of a check-in, and what nobody comes upon is
written by the bot's own stores.
"""

import asyncio
import base64
import copy
import gzip
import io
import itertools
import json
import random
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from bot.domain.cards.posting import Left, Posting, Seen, Sending, Wish
from bot.domain.cards.trouble import Trouble
from bot.domain.people import Consent, Pause, Place, Profile
from bot.domain.reminders.nudges import Nudge
from bot.domain.reminders.reminder import Reminder
from bot.domain.reminders.schedule import EveryWeeks, Once, OnDays
from bot.domain.script import Step
from bot.domain.servers.settings import ServerRecord, ServerSettings, WeeklyPrompt, record_to_document
from bot.domain.servers.settings import Trouble as SettingTrouble
from bot.domain.servers.weekly import KEY, Claimed, Prompts
from bot.domain.zones import QuietHours
from bot.services.personal import Personal
from bot.storage.ids import PostingId, RowId
from bot.storage.keyfile import new_key_file
from bot.storage.sessions import Guest
from bot.ui.ids import Kind
from bot.upkeep import write_backup
from tests.conftest import PACK
from tests.golden.reading import read_custom_id, read_rows
from tests.golden.replaying import press_stored, put_back
from tests.promises.crawling import FILE, LATE, Crawler
from tests.promises.homes import Home
from tests.promises.hosting import Clock, Host, hosted
from tests.promises.living import PERSONAL, Life
from tests.promises.moderating import Ground, Keeping, suggest
from tests.promises.test_twins import dice
from tests.promises.walking import Lives, Member, Pressable, Recorded, Screen
from tests.wire.discord_server import WireDiscord
from tests.wire.exchange import FORM as OPENS_FORM
from tests.wire.looks import Json, walk

OF_EACH_KIND = 2  # presses with their messages
IDS_OF_EACH_KIND = 6
DAY = timedelta(days=1)

UNSETTLED: Mapping[str, Any] = {
    "situation": "the blue house",
    "brings": ["happening-now"],
    "steady": ["carry-on"],
    "here": ["on-guard", "jealous", "sad"],
    "joy": ["loud"],
    "not-right": ["agreement"],
    "closest": "unfurling",
    "note": "Tea helped.\nAsk about Sunday.",
    "tend": ["talk-over"],
}
CALM: Mapping[str, Any] = {
    "situation": ["no-label"],
    "brings": ["look-in"],
    "here": ["warm"],
    "joy": ["warm-and-close"],
    "not-right": ["nothing-seen"],
    "closest": ["compersion-proper"],
    "note": None,
    "tend": ["rest"],
}
ASKED: Mapping[str, Any] = CALM | {"brings": ["someone-asked"], "not-right": ["need-missed", "something-else"]}
NOTHING: Mapping[str, Any] = dict.fromkeys(UNSETTLED)
FORM: Mapping[str, Any] = {
    "here": ["calm", "curious"],
    "joy": "changing",
    "not-right": ["not-sure"],
    "closest": "managed-distress",
    "note": "A short one.",
}
AT_THE_END = "the end"


@dataclass
class Visitor:
    """Somebody who checks in as far as they are to, and is left standing there. `said` is what they will look for."""

    host: Host
    name: str
    keeps: bool
    screen: Screen = field(init=False)
    mode: str = "steps"
    token: bytes = b""
    label: str | None = None
    said: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    at: str = ""

    def __post_init__(self) -> None:
        wire = self.host.wire
        self.user = wire.world.person(self.name)
        self.member = Member(wire, self.host.library, self.user, Lives(), random.Random(1))  # noqa: S311  # no secret

    async def begin(self, mode: str = "steps") -> None:
        self.mode, self.said, self.label = mode, {}, None
        self.screen = await self.member.arrive(keep=self.keeps)
        begin = self.screen.one(Kind.BEGIN_STEPS if mode == "steps" else Kind.BEGIN_FORM)
        assert begin is not None
        self.token = begin.press.token
        await self.press(begin)

    async def press(self, which: Pressable | None, values: list[str] | None = None) -> None:
        self.screen = await self.member.press(self.screen, which, values)

    async def press_kind(self, kind: Kind) -> None:
        await self.press(self.screen.one(kind))

    async def fill_form(self, given: Mapping[str, Any]) -> None:
        opener = self.screen.one(Kind.FORM)
        assert opener is not None
        self.screen = await self.member.fill(self.screen, opener, dict(given))
        for step, value in given.items():
            self._note(self._step(step), value)

    async def go_to(self, step: str, given: Mapping[str, Any]) -> None:
        """Answer whatever is asked until a step is."""
        while self.screen.asked != step and not (step == AT_THE_END and self.screen.one(Kind.KEEP)):
            asked = self.screen.asked
            assert asked is not None, self.screen.text
            await self.answer(self._step(asked), given[asked])

    async def answer(self, step: Step, value: Any) -> None:
        if value is None:
            await self.press_kind(Kind.SKIP)
        elif step.kind == "text":
            opener = self.screen.one(Kind.NOTE)
            assert opener is not None
            self.screen = await self.member.fill(self.screen, opener, {"note": value, "bring-up": True})
        elif isinstance(value, str):
            opener = self.screen.one(Kind.WORD)
            assert opener is not None
            self.screen = await self.member.fill(self.screen, opener, {"word": value})
        elif step.kind == "choices":
            places = [str(at) for at, one in enumerate(step.options) if one.id in value]
            await self.press(self.screen.one(Kind.ANSWER), places)
        else:
            (at,) = (at for at, one in enumerate(step.options) if one.id in value)
            await self.press(next(one for one in self.screen.all(Kind.ANSWER) if one.press.position == at))
        self._note(step, value)

    def _note(self, step: Step, value: Any) -> None:
        if step.id == "situation":
            self.label = value if isinstance(value, str) else None
        elif value is not None and step.keep == "always":
            texts = {one.id: one.text for one in step.options}
            self.said[step.id] = [texts.get(one, one) for one in ([value] if isinstance(value, str) else value)]

    def _step(self, id_: str) -> Step:
        return next(one for one in self.host.library.check_in.steps if one.id == id_)

    def stands(self) -> Json:
        message = self.screen.message
        return {
            "name": self.name,
            "user": self.user["id"],
            "keeps": self.keeps,
            "mode": self.mode,
            "token": self.token.hex(),
            "label": self.label,
            "said": self.said,
            "ended": self.screen.one(Kind.KEEP) is not None,
            "channel": message["channel_id"],
            "message": message["id"],
        }


@dataclass
class Visitors:
    """Those who are left standing somewhere."""

    host: Host
    there: list[Visitor] = field(default_factory=list[Visitor])

    async def come(self, name: str, mode: str = "steps", *, keeps: bool = True) -> Visitor:
        self.host.clock.turn(timedelta(seconds=1))
        one = Visitor(self.host, name, keeps)
        await one.begin(mode)
        self.there.append(one)
        return one

    async def stand_everywhere(self) -> None:
        """Leave somebody at each step, in both ways, with Keep on and without."""
        await self.stand_at_steps()
        await self.go_elsewhere()
        await self.stand_around_forms()
        await self.stand_for_another_time()

    async def stand_at_steps(self) -> None:
        for step in UNSETTLED:
            await (await self.come(f"Steps, keeps, at {step}")).go_to(step, UNSETTLED)
        for step in ("situation", "here", "joy", "closest", "tend", AT_THE_END):
            await (await self.come(f"Steps, keeps nothing, at {step}", keeps=False)).go_to(step, CALM)
        for step in ("joy", "closest", AT_THE_END):
            await (await self.come(f"Steps, was asked to, at {step}", keeps=False)).go_to(step, ASKED)
        for step in ("tend", AT_THE_END):
            await (await self.come(f"Steps, skips all, at {step}", keeps=False)).go_to(step, NOTHING)

    async def go_elsewhere(self) -> None:
        one = await self.come("Steps, left at note")
        await one.go_to("note", UNSETTLED)
        await one.press_kind(Kind.LEAVE)
        one = await self.come("Steps, stopped by their answer")
        await one.go_to("steady", UNSETTLED)
        await one.answer(one._step("steady"), ["stop-here"])
        for before, step in (("here", "joy"), ("note", "tend")):
            one = await self.come(f"Steps, went back to {before}")
            await one.go_to(step, UNSETTLED)
            await one.press_kind(Kind.BACK)
        one = await self.come("Form, left before it", "form")
        await one.press_kind(Kind.LEAVE)
        one = await self.come("Form, left at brings", "form")
        await one.fill_form(FORM)
        await one.go_to("brings", UNSETTLED)
        await one.press_kind(Kind.LEAVE)
        one = await self.come("Form, changed to steps, at here", "form")
        await one.press_kind(Kind.STEP_BY_STEP)
        await one.go_to("here", UNSETTLED)

    async def stand_around_forms(self) -> None:
        for keeps, whose in ((True, "keeps"), (False, "keeps nothing")):
            await self.come(f"Form, {whose}, before it", "form", keeps=keeps)
            for step in ("situation", "brings", "steady", "tend") if keeps else ("situation", "tend"):
                one = await self.come(f"Form, {whose}, at {step}", "form", keeps=keeps)
                await one.fill_form(FORM)
                await one.go_to(step, UNSETTLED)
        one = await self.come(f"Form, keeps nothing, at {AT_THE_END}", "form", keeps=False)
        await one.fill_form(FORM)
        await one.go_to(AT_THE_END, CALM)
        for some in ({}, {"note": "A note alone."}, {"here": ["flat"], "closest": "neither"}):
            one = await self.come(f"Form, filled with {len(some)}, at brings", "form", keeps=bool(some))
            await one.fill_form(some)
            await one.go_to("brings", CALM)

    async def stand_for_another_time(self) -> None:
        """Leave somebody who has a label and a note from before where both are offered."""
        for step in ("situation", "brings"):
            one = await self.come(f"Steps, came before, at {step}")
            await one.go_to("tend", UNSETTLED)
            await one.answer(one._step("tend"), ["rest"])
            await one.begin()
            if step == "brings":
                label = one.screen.one(Kind.LABEL)
                assert label is not None
                await one.press(label, [label.component["options"][0]["value"]])
                one.label = "the blue house"


async def keep_some(host: Host) -> Visitor:
    """Keep check-ins of every shape, and take them out as a file."""
    nora = Visitor(host, "Nora", keeps=True)
    for mode, given in (
        ("steps", UNSETTLED),
        ("steps", CALM | {"situation": "a second one"}),
        ("steps", ASKED | {"closest": ["several"]}),
        ("steps", NOTHING | {"note": "Nothing but a note."}),
        ("steps", NOTHING),
        ("form", UNSETTLED | {"situation": ["no-label"]}),
        ("form", CALM),
    ):
        host.clock.turn(timedelta(hours=30))
        await nora.begin(mode)
        if mode == "form":
            await nora.fill_form(FORM)
        await nora.go_to("tend", given)
        await nora.answer(nora._step("tend"), given["tend"])
    situations, user = (await host.app.door.personal()).situations, int(nora.user["id"])
    (second,) = (one for one in await situations.mine(user, host.clock()) if one.label == "a second one")
    await situations.put_away(user, second.ref, host.clock(), away=True)
    return nora


async def write_the_rest(host: Host, personal: Personal) -> None:
    """Write what nobody comes upon by pressing, or too late: settings, reminders, errands, a server's rows."""
    now, storage = host.clock(), personal.storage

    def profile(**chosen: Any) -> Profile:
        return replace(Profile(consent=Consent(1, now - 9 * DAY), keep=True), **chosen)

    def user(name: str) -> int:
        return int(host.wire.world.person(name)["id"])

    profiles = {
        "Paused": profile(pause=Pause(), retention=None),
        "Paused until": profile(pause=Pause(now + 5 * DAY), retention=30, zone="Asia/Tokyo"),
        "Keep off": profile(keep=False, retention=365, notices=("went-quiet", "reminders-paused")),
        "Everything set": profile(
            zone="Europe/Berlin",
            quiet_hours=QuietHours(22, 7),
            channel=300_000_000_000_000_003,
            noted="0f" * 16,
            notices=("went-quiet",),
            imports=("ab" * 16, "cd" * 16),
            warned=now - 3 * DAY,
        ),
    }
    berlin = {"zone": "Europe/Berlin", "start": now}
    reminders = (
        Reminder(pattern=Once(), start=now + DAY, next=now + DAY, jitter=17),
        Reminder(pattern=Once(), start=now - DAY, next=None, state="done", claimed=now - timedelta(hours=5)),
        Reminder(pattern=EveryWeeks(2), next=now + 9 * DAY, unanswered=2, claimed=now - 5 * DAY, **berlin),
        Reminder(pattern=OnDays(frozenset({0, 3}), 19), next=now + 2 * DAY, **berlin),
        Reminder(pattern=EveryWeeks(1), next=now + 8 * DAY, state="paused", until=now + 7 * DAY, **berlin),
        Reminder(pattern=EveryWeeks(1), next=None, state="paused", **berlin),
        Reminder(pattern=EveryWeeks(1), next=None, state="closed", **berlin),
        Reminder(pattern=EveryWeeks(12), next=None, state="quiet", unanswered=3, **berlin),
    )
    async with storage.database.transaction() as tx:
        for name, one in profiles.items():
            member = await storage.members.add(tx, user(name), one.to_document(), now)
        for one in reminders:
            await storage.reminders.add(tx, member, one.to_document(), now, due=one.due)
        for at, nudge in enumerate((Nudge(now + DAY, 300_000_000_000_000_003), Nudge(now, None, claimed=now))):
            who = member if at else Guest(user("Nudged"))
            document, until = nudge.to_document(), nudge.expires
            await storage.sessions.add(tx, who, document, now, expires=until, due=nudge.due)
    for place in (None, Place(300_000_000_000_000_003, 300_000_000_000_000_004)):
        token = await personal.errands.expect_file(user("Has a file"), now)
        if place:
            await personal.errands.note_place(token, place)
    clearing = user("Clears")
    await personal.errands.begin_clearing(clearing, 300_000_000_000_000_003, now)
    token = await personal.errands.begin_clearing(clearing, 300_000_000_000_000_005, now)
    await personal.errands.go_on_clearing(token, 300_000_000_000_000_006, 12, now)
    await write_servers(host, storage)


async def write_servers(host: Host, storage: Any) -> None:
    """Write a server with everything set, cards posted in every state, and what was done."""
    now, board = host.clock(), storage.noticeboard
    channel, message, mo = 300_000_000_000_000_010, 300_000_000_000_000_011, 300_000_000_000_000_012
    settings = ServerSettings(
        shown="chosen",
        channels=(channel, channel + 5),
        visible="channel",
        age_restricted_only=True,
        weekly=WeeklyPrompt(channel=channel, day=2, hour=9, zone="Europe/Berlin", theme="rest", paused=True),
        suggestions=channel + 6,
        intro="compersion",
        forum_tags=("cards", "reading"),
    )
    record = ServerRecord(settings=settings, version=7, weekly_trouble="refused", suggestions_trouble="channel_gone")
    prompts = Prompts(("rest-1", "rest-2"), Claimed(token=b"\x07" * 16, prompt="rest-2", channel=channel, at=now))
    index = b"\x01" * 16
    wishes = (
        (index, Wish(channel=channel, subject="series:trajectory", pinned=True), Seen()),
        (b"\x02" * 16, Wish(channel=channel, subject="acceptance", part_of=index), Seen()),
        (b"\x03" * 16, Wish(channel=channel, subject="curiosity", kind="forum", gone=True), _all_seen(now, message)),
        (
            b"\x04" * 16,
            Wish(channel=channel, subject="compersion", kind="thread", pinned=True),
            Seen(sending=Sending(channel=channel, since=now, digest="d1", forum=False), round=1),
        ),
    )
    async with storage.database.transaction() as tx:
        document = record_to_document(record, {KEY: prompts.to_document()})
        server = await board.servers.add(tx, channel - 9, document, now)
        for id_, wish, seen in wishes:
            one = Posting(id=id_, version=1, created=now, due=now, wish=wish, seen=seen)
            await board.postings.add(tx, server, PostingId(RowId(id_)), one.to_document(), due=now, now=now)
        for what in ("post", "pin", "unpin", "move", "again", "remove"):
            await board.deeds.add(tx, server, mo, {"what": what, "channel": channel, "subject": "compersion"}, now)
        await board.deeds.add(tx, server, mo + 1, {"what": "sync", "channel": None, "subject": None}, now)
        await board.deeds.forget_person(tx, mo + 1)
        await board.showings.add(tx, channel, "compersion", now)
        await storage.occurrences.add(tx, server.id, now, now)
        for number, trouble in enumerate(Trouble):
            id_, wish = bytes([16 + number]) * 16, Wish(channel=channel, subject="acceptance")
            one = Posting(id=id_, version=1, created=now, due=None, wish=wish, seen=Seen(trouble=trouble, tried=now))
            await board.postings.add(tx, server, PostingId(RowId(id_)), one.to_document(), due=None, now=now)
        left = await board.servers.add(tx, channel - 8, record_to_document(ServerRecord()), now)
        await board.servers.update(tx, left, left.document, due=None, left=now - DAY)
        for number, reason in enumerate(get_args(SettingTrouble)):
            record = ServerRecord(
                settings=ServerSettings(shown="nowhere"), weekly_trouble=reason, suggestions_trouble=reason
            )
            await board.servers.add(tx, channel - 7 + number, record_to_document(record), now)


def _all_seen(now: datetime, message: int) -> Seen:
    return Seen(
        message=message,
        channel=message,
        home=message - 1,
        sent=now - DAY,
        digest="d0",
        pinned=True,
        round=3,
        edits=(now - timedelta(minutes=9), now),
        looked=now,
        trouble=Trouble.NO_DELETE,
        tried=now,
        replace=True,
        left_over=(Left(channel=message, message=message), Left(channel=message - 1, message=message, tried=now)),
    )


# --- presses ----------------------------------------------------------------------------------------------------------


@dataclass
class Upon:
    """What somebody came upon."""

    by: Json
    recorded: Recorded


async def try_everything(host: Host) -> list[Upon]:
    """Do all there is to do, but what ends it; give every press that was come upon."""
    wire = host.wire
    numbers = itertools.count(1)
    life = Life(host, wire.member, lambda: f"a few words {next(numbers)}")
    await life.try_all_but_the_end()
    keeping = Keeping(Ground(host, wire.moderator))
    await keeping.go_through_all()
    suggesting = suggest(host, wire.member, life.fill)
    await suggesting.run(["explain"])
    await keeping.crawler.go_on()
    lookups = Crawler(host, wire.moderator, life.fill, guild=True, most=1)
    await lookups.run({one["name"] for one in wire.world.commands[None]} - set(PERSONAL) - keeping.commands)
    found = [Upon(life.user, one) for one in life.member.recorded]
    for crawler in (life.crawler, keeping.crawler, suggesting, lookups):
        found += [Upon(crawler.user, one) for one in (*crawler.recorded, *crawler.late)]
    return found


def all_of(host: Host, visitors: Sequence[Visitor]) -> Iterator[Upon]:
    """Give what visitors pressed on their way, and all that can be pressed where they stand."""
    looks = Crawler(host, host.wire.member, lambda _, __: "", guild=False)
    for one in visitors:
        yield from (Upon(one.user, recorded) for recorded in one.member.recorded)
        for recorded in looks.pressables(copy.deepcopy(one.screen.message)):
            yield Upon(one.user, recorded)


def chosen(found: Iterable[Upon]) -> list[Upon]:
    """Choose some of each kind, the latest first, unlike one another; what ends things comes last."""
    by_kind: dict[Kind, dict[Any, Upon]] = {kind: {} for kind in Kind}
    for one in reversed(list(found)):
        press, values = one.recorded.press, one.recorded.values
        there = by_kind[press.kind]
        key = (press.subject if len(press.subject) < 32 else "", press.position > 0, len(values or ()))
        if one.recorded.message is None and one.recorded.form is None:
            continue
        if len(there) < OF_EACH_KIND:
            there.setdefault(key, one)
    kinds = [*(kind for kind in Kind if kind not in LATE), *LATE]
    return [one for kind in kinds for one in by_kind[kind].values()]


class Messages:
    """The messages to be stored: each as it stood when it was pressed, once."""

    def __init__(self) -> None:
        self._numbers = iter(range(1, 100_000))
        self._by_look: dict[str, Json] = {}

    def store(self, message: Json, user: Json, *, standing: bool = False) -> Json:
        """Take a message, under its own id where it stands so now, else under another."""
        look = json.dumps([message["id"], message["components"]])
        if look not in self._by_look:
            id_ = message["id"] if standing else str(int(message["id"]) + (next(self._numbers) << 22))
            kept = {key: value for key, value in message.items() if key not in {"author", "interaction_metadata"}}
            self._by_look[look] = {"for": user["id"], "message": kept | {"id": id_}}
        return self._by_look[look]["message"]

    @property
    def all(self) -> list[Json]:
        return [*self._by_look.values()]


def stored(one: Upon, messages: Messages, wire: WireDiscord) -> Json:
    """Give a press with the message it stands in, and for a form what was filled in."""
    recorded = one.recorded
    message = recorded.message or (recorded.form.source if recorded.form else None)
    assert message is not None
    there = messages.store(message, one.by)
    pressed: Json = {
        "kind": recorded.press.kind.name,
        "id": recorded.press.encode(),
        "by": one.by["id"],
        "channel": there["channel_id"],
        "message": there["id"],
        "values": recorded.values,
    }
    if recorded.form is not None:
        shown = recorded.form.form
        of_files = {one["custom_id"] for one in walk(shown) if one["type"] == FILE}
        filled = dict(recorded.filled or {})
        contents = {name: ["settings.yaml", wire.world.post.files[filled.pop(name)].decode()] for name in of_files}
        pressed["form"] = {"shown": shown, "filled": filled, "files": contents}
    return pressed


def written(path: Path, what: Any) -> None:
    path.write_text(json.dumps(what, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


async def make(folder: Path, temporary: Path) -> None:
    """Make everything."""
    clock = Clock()
    messages = Messages()
    with dice(clock):
        key = folder / "master.key"
        new_key_file(key)
        home = Home(temporary, PACK, key)
        async with WireDiscord() as wire:
            wire.world.post.old_edits.most = 1_000
            async with hosted(wire, home.settings(), clock) as host:
                jobs = host.app.client.jobs
                assert jobs is not None
                await jobs.stop()
                found = await try_everything(host)
                nora = await keep_some(host)
                exported = await wire.slash("mydata export", user=nora.user, guild=False)
                await exported.settled()
                await (standing := Visitors(host)).stand_everywhere()
                visitors = standing.there
                await bring_a_file(host, [*wire.world.post.files.values()][-1])
                (folder / "my-data.zip").write_bytes([*wire.world.post.files.values()][-1])
                personal = await host.app.door.personal()
                await write_the_rest(host, personal)
                for one in visitors:
                    messages.store(one.screen.message, one.user, standing=True)
                found += all_of(host, [nora, *visitors])
                presses = [stored(one, messages, wire) for one in chosen(found)]
                rows = await read_rows(personal.storage)
                await write_backup(home.settings().storage, folder / "backups", clock(), lambda _, __: None)
                world = world_of(wire, messages)
        with closing(sqlite3.connect(home.state / "bot.db")) as database:
            database.execute("VACUUM INTO ?", [str(folder / "bot.db")])
    ids = sorted({one.recorded.press.encode() for one in found})
    written(folder / "rows.json", {"now": clock().isoformat(), "rows": rows})
    written(folder / "check_ins.json", [one.stands() for one in visitors])
    (folder / "kinds.txt").write_text("".join(f"{kind.name}={kind.value}\n" for kind in Kind), encoding="utf-8")
    written(folder / "custom_ids.json", dict(few_of_each_kind(ids)))
    (folder / "world.json").write_text(json.dumps(world, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    for large in (*folder.rglob("*.db"), folder / "world.json"):
        large.with_name(f"{large.name}.gz").write_bytes(gzip.compress(large.read_bytes(), mtime=0))
        large.unlink()
    await tell_forms(folder, temporary / "again", presses)
    written(folder / "presses.json", presses)


async def bring_a_file(host: Host, file: bytes) -> None:
    """Let somebody's file wait for their yes."""
    wire, somebody = host.wire, host.wire.world.person("Brings a file")
    import_ = await wire.slash(
        "mydata import", {"file": wire.upload("entries.json", unzipped(file))}, user=somebody, guild=False
    )
    await import_.settled()


def unzipped(file: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        return opened.read("entries.json")


def few_of_each_kind(ids: Iterable[str]) -> Iterator[tuple[str, Json]]:
    """Choose some ids of each kind, those first that are unlike the others."""
    by_kind: dict[str, dict[Any, str]] = {}
    for one in ids:
        says = read_custom_id(one)
        key = (says["subject"], says["position"], says["version"] > 0)
        by_kind.setdefault(says["kind"], {}).setdefault(key, one)
    for there in by_kind.values():
        some = [*there.values()]
        for one in some[:: max(1, len(some) // IDS_OF_EACH_KIND)][:IDS_OF_EACH_KIND]:
            yield one, read_custom_id(one)


def world_of(wire: WireDiscord, messages: Messages) -> Json:
    """Give what the messages need around them."""
    world = wire.world
    attached = [file for one in messages.all for file in one["message"]["attachments"]]
    read = {one["id"] for one in attached if one["filename"].endswith(".yaml")}  # what a press reads again
    return {
        "bot": world.bot["id"],
        "people": [*world.people.values()],
        "permissions": world.permissions,
        "guilds": [*world.guilds.values()],
        "channels": [*world.channels.values()],
        "roles": [[guild, who, roles] for (guild, who), roles in world.roles_of.items()],
        "in threads": {thread: sorted(there) for thread, there in world.in_thread.items()},
        "messages": messages.all,
        "files": {id_: base64.b64encode(content).decode() for id_, content in world.post.files.items() if id_ in read},
    }


async def tell_forms(folder: Path, temporary: Path, presses: list[Json]) -> None:
    """Press all that was stored, on a copy, and note what opens a form."""
    stored_world = json.loads(gzip.decompress((folder / "world.json.gz").read_bytes()))
    home = Home(temporary, PACK, folder / "master.key")
    home.state.mkdir(mode=0o700, parents=True)
    (home.state / "bot.db").write_bytes(gzip.decompress((folder / "bot.db.gz").read_bytes()))
    now = datetime.fromisoformat(json.loads((folder / "rows.json").read_text())["now"])
    async with WireDiscord() as wire:
        messages = put_back(wire, stored_world)
        async with hosted(wire, home.settings(), Clock(now)) as host:
            for one in presses:
                one["opens a form"] = (await press_stored(host, one, messages)).type == OPENS_FORM


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(sys.argv[1])
        target.mkdir(parents=True)
        asyncio.run(make(target, Path(temporary)))
