"""Somebody who tries everything: each command with each choice, then every button, select and form they come upon.

Nothing in here knows a command or a button by name, so that what is added later is tried as well.
"""

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.ui.ids import NO_TOKEN, Kind, UnknownPress, decode
from tests.promises.hosting import Host
from tests.promises.walking import Recorded
from tests.wire.exchange import FORM, Exchange
from tests.wire.looks import Json, walk
from tests.wire.refusals import EPHEMERAL

SUBCOMMAND, GROUP, CHANNEL, ATTACHMENT = 1, 2, 7, 11
BUTTON, SELECT, TEXT_INPUT, CHANNEL_SELECT, FILE, RADIO, CHECKBOXES, CHECKBOX = 2, 3, 4, 8, 19, 21, 22, 23
OF_PEOPLE = {5, 6, 7}  # selects of users, roles, and both
OF_PEOPLE_OR_ROLES = {6, 8, 9}  # options
ON_MESSAGE = 3
IN_SERVER, IN_PRIVATE = 0, 1
LATE = (  # what ends or hides things is pressed when there is nothing else left to press, in this order
    *(Kind.LOOK_TAKE_AWAY, Kind.LOOK_DELETE_NOW, Kind.SITUATION_MERGE_NOW, Kind.SITUATION_DELETE_NOW, Kind.PUT_AWAY),
    *(Kind.THROW_AWAY, Kind.LET_GO, Kind.REMINDER_STOP, Kind.REMINDER_STOP_ALL, Kind.NUDGE_TAKE_BACK, Kind.NUDGE_STOP),
    *(Kind.MY_RETENTION_NOW, Kind.MY_KEEP_OFF, Kind.MY_PAUSE_UNTIL, Kind.MY_PAUSE_OPEN, Kind.MY_GO_ON, Kind.MY_KEEP_ON),
    *(Kind.SERVER_WEEKLY_PAUSE, Kind.SERVER_WEEKLY_STOP, Kind.WEEKLY_PAUSE),
    *(Kind.SERVER_SUGGESTIONS_OFF, Kind.SUGGESTIONS_OFF, Kind.POSTED_REMOVE_NOW, Kind.POSTED_FORGET),
    *(Kind.MY_CLEAR_NOW, Kind.MY_DELETE_NOW),
)
_REFERENCE = 32  # characters of an id in a select's values

Fill = Callable[[Kind, Json], Any]
"""Gives what is typed or chosen in a field of a form of some kind."""
Send = Callable[[], Awaitable[Exchange]]


@dataclass
class Crawler:
    """One account, in one place. `leaves_out` are kinds it never presses; `most` bounds how often it presses the like.

    `guild` is whether it uses commands in the server, or else in its conversation with the bot. `watches` are channels
    in which it presses what the bot posted. `keeps_up` is whether it presses what it passed by as that stands by then.
    """

    host: Host
    user: Json
    fill: Fill
    guild: bool
    typed: str = "jealous"
    file: bytes = b"{}"
    watches: Sequence[Json] = ()
    keeps_up: bool = False
    most: int = 1_000
    leaves_out: Collection[Kind] = ()
    recorded: list[Recorded] = field(default_factory=list)
    steps: list[tuple[str, list[Any]]] = field(default_factory=list)
    """What was done, and what the bot asked Discord to do for it."""
    around: Callable[[str, Send], Awaitable[Exchange]] | None = None
    """Does one thing, in the way a test wants it done; as it is, plainly."""
    _seen: set[tuple[Any, ...]] = field(default_factory=set)
    _count: dict[tuple[Any, ...], int] = field(default_factory=dict)
    commands: set[str] = field(default_factory=set)
    """The commands it tried, with the words of subcommands."""
    late: list[Recorded] = field(default_factory=list)
    """What ends or hides things, and was come upon but not pressed yet."""
    _waiting: list[Recorded] = field(default_factory=list)
    _looked_at: set[str] = field(default_factory=set)

    @property
    def kinds(self) -> set[Kind]:
        return {one.press.kind for one in self.recorded}

    async def run(self, names: Collection[str] | None = None) -> None:
        """Try every command, or those of these names, and all that follows from them but what ends or hides things."""
        async for said, send in self._invocations(names):
            await self.do(said, send)
            await self._press_all()

    async def go_on(self) -> None:
        """Try whatever came by itself into the private conversation or a channel."""
        self._look(None)
        await self._press_all()

    async def turn_keep_on(self) -> None:
        """Agree to be kept from now on."""
        shown = await self.do("/mydata show", self._slash("mydata show", {}))
        for kind in (Kind.MY_KEEP, Kind.MY_KEEP_ON):
            assert shown.original is not None
            button = self.find(shown.original, kind)
            shown = await self.press(button)

    async def ask_for_less(self, days: int) -> None:
        """Choose that check-ins stay for fewer days than some are old, which is asked about first."""
        shown = await self.do("/mydata show", self._slash("mydata show", {}))
        assert shown.original is not None
        await self.press(self.find(shown.original, Kind.MY_RETENTION, str(days)))

    def find(self, message: Json, kind: Kind, value: str | None = None) -> Recorded:
        """Give what is of a kind in a message, with a value where it is a select."""
        there = self.pressables(copy.deepcopy(message))
        return next(one for one in there if one.press.kind is kind and value in {None, *(one.values or ())})

    async def press_late(self, kind: Kind, until: Kind) -> None:
        """Press what would be left for the end, until something of another kind is offered."""
        while until not in {one.press.kind for one in self.late}:
            one = next((one for one in reversed(self.late) if one.press.kind is kind), None)
            if one is None:
                return
            self.late.remove(one)
            await self.press(one)
            await self._press_all()

    async def finish(self) -> None:
        """Press what ends or hides things, and all that follows."""
        while self.late:
            self.late.sort(key=lambda one: LATE.index(one.press.kind), reverse=True)
            await self.press(self.late.pop())
            await self._press_all()

    def forget(self) -> None:
        """Begin anew, as if nothing had been tried yet."""
        for one in (self._seen, self._count, self._looked_at):
            one.clear()

    async def do(self, said: str, send: Send) -> Exchange:
        """Do one thing, and note what it brought."""
        wire = self.host.wire
        before = len(wire.requests)
        exchange = await (self.host.plainly(send) if self.around is None else self.around(said, send))
        self.steps.append((said, [asked_by(call) for call in wire.requests[before:]]))
        self._look(exchange)
        if exchange.callbacks and exchange.type == FORM:
            await self._fill_in(exchange)
        return exchange

    # --- commands ----------------------------------------------------------------------------------------------------

    async def _invocations(self, names: Collection[str] | None) -> AsyncIterator[tuple[str, Send]]:
        wire, guild_id = self.host.wire, self.host.wire.guild["id"]
        for command in [*wire.world.commands[None], *(wire.world.commands.get(guild_id, []) if self.guild else [])]:
            if (names is not None and command["name"] not in names) or not self._is_offered(command):
                continue
            if command["type"] == ON_MESSAGE:
                self.commands.add(command["name"])
                yield f"on a message: {command['name']}", self._on_message(command["name"])
                continue
            for path, options in leaves_of(command):
                self.commands.add(path)
                assert not OF_PEOPLE_OR_ROLES & {one["type"] for one in options}, f"/{path} takes a person"
                values = {one["name"]: await self._values(path, one) for one in options}
                for given in _choices(options, values):
                    yield f"/{path} {sorted(given)}", self._slash(path, given)

    def _is_offered(self, command: Json) -> bool:
        return not command["contexts"] or (IN_SERVER if self.guild else IN_PRIVATE) in command["contexts"]

    async def _values(self, path: str, option: Json) -> list[Any]:
        if option["type"] == ATTACHMENT:
            return [self.host.wire.upload("entries.json", self.file)]
        if option["type"] == CHANNEL:
            return self._places(option.get("channel_types"))
        if option.get("autocomplete"):
            return [*(await self._suggested(path, option["name"]))[:1], self.typed]
        return [one["value"] for one in option.get("choices", ())] or [self.typed]

    def _places(self, kinds: Collection[int] | None) -> list[Json]:
        """Give a channel of each kind that there is."""
        world, guild_id = self.host.wire.world, self.host.wire.guild["id"]
        there = [one for one in world.channels.values() if one.get("guild_id") == guild_id]
        return list({one["type"]: one for one in reversed(there) if not kinds or one["type"] in kinds}.values())

    async def _suggested(self, path: str, name: str) -> list[str]:
        """Give what is suggested before anything is typed, and see what is then."""
        found = list[str]()
        for typed in (self.typed, ""):
            asked = await self.host.wire.autocomplete(path, name, {name: typed}, user=self.user, guild=self.guild)
            answer = await asked.answered()
            self.steps.append((f"/{path} {name}: {typed}", [answer.data]))
            found = [one["value"] for one in answer.data["choices"]]
        return found

    def _slash(self, path: str, given: dict[str, Any]) -> Send:
        return lambda: self.host.wire.slash(path, given, user=self.user, guild=self.guild)

    def _on_message(self, name: str) -> Send:
        wire = self.host.wire
        channel = wire.channel if self.guild else wire.world.dm(self.user)
        return lambda: wire.message_command(
            name, wire.say(self.typed, user=self.user, channel=channel), user=self.user, guild=self.guild
        )

    # --- presses -----------------------------------------------------------------------------------------------------

    async def _press_all(self) -> None:
        """Press the newest first, as one does who goes on; what was passed by is pressed later, as it stood then."""
        while self._waiting:
            await self.press(self._waiting.pop())

    async def press(self, one: Recorded) -> Exchange:
        """Press what was come upon."""
        assert one.message is not None
        one = self._as_it_stands(one) if self.keeps_up else one
        assert one.message is not None
        message, custom_id = one.message, one.press.encode()
        self.recorded.append(one)
        said = f"{one.press.kind} {one.press.subject} {one.press.position} {one.values or ''}"
        return await self.do(said, lambda: self.host.wire.press(message, custom_id, one.values, user=self.user))

    def _as_it_stands(self, one: Recorded) -> Recorded:
        """Give the same press on the message as it stands now; where it is gone from there, as it stood then."""
        assert one.message is not None
        there = self.host.wire.world.post.messages.get(one.message["channel_id"], {}).get(one.message["id"])
        now = self.pressables(copy.deepcopy(there)) if there else iter(())
        return next((other for other in now if _is_like(other, one)), one)

    async def _fill_in(self, form: Exchange) -> None:
        wire, press = self.host.wire, decode(form.form["custom_id"])
        fields = list(_fields(form.form))
        files = [wire.upload("file", self.file) for one in fields if one["type"] == FILE]
        values = {one["custom_id"]: self.fill(press.kind, one) for one in fields if one["type"] != FILE}
        values |= {one["custom_id"]: file["id"] for one in fields if one["type"] == FILE for file in files}
        self.recorded.append(Recorded(press, form.source, form=form, filled=values))
        await self.do(f"form {press.kind}", lambda: wire.submit(form, values, files, user=self.user))

    # --- looking -----------------------------------------------------------------------------------------------------

    def _look(self, exchange: Exchange | None) -> None:
        """Note everything that can be pressed in the messages this brought, as they stand now."""
        there = self._in(self.host.wire.world.dm(self.user))
        there += [one for channel in self.watches for one in self._in(channel) if not one["flags"] & EPHEMERAL]
        answers = (exchange.original, *exchange.followups) if exchange else ()
        messages = [one for one in (*answers, *there) if one]
        for message in messages:
            if message["author"] is not self.host.wire.world.bot:
                continue
            stands = f"{message['id']} {message['components']}"
            if stands not in self._looked_at:
                self._looked_at.add(stands)
                for one in self.pressables(copy.deepcopy(message)):
                    self._note(one)

    def _note(self, one: Recorded) -> None:
        press = one.press
        key = (press.kind, press.subject, press.position if press.token == NO_TOKEN else 0, *(one.values or ()))
        if (
            press.token != NO_TOKEN
        ):  # what belongs to one check-in, reminder or entry is tried for each, but not forever
            key = (press.kind, press.subject, press.position, press.token, press.version, *(one.values or ()))
        if key in self._seen or press.kind in self.leaves_out:
            return
        self._seen.add(key)
        like = (press.kind, press.token == NO_TOKEN, *(value for value in one.values or () if len(value) < _REFERENCE))
        self._count[like] = self._count.get(like, 0) + 1
        if self._count[like] <= self.most:
            (self.late if press.kind in LATE else self._waiting).append(one)

    def pressables(self, message: Json) -> Iterator[Recorded]:
        """Give everything that can be pressed in a message; a way to choose a person fails."""
        for component in walk(message):
            assert component["type"] not in OF_PEOPLE, "a way to choose a person"
            if component["type"] not in {BUTTON, SELECT, CHANNEL_SELECT} or "custom_id" not in component:
                continue
            try:
                press = decode(component["custom_id"])
            except UnknownPress:
                raise AssertionError(f"a custom id nobody made: {component['custom_id']}") from None
            if component["type"] == BUTTON:
                yield Recorded(press, message)
                continue
            values = [one["value"] for one in component.get("options", ())]
            if component["type"] == CHANNEL_SELECT:
                values = [one["id"] for one in self._places(component.get("channel_types"))]
            for value in values:
                yield Recorded(press, message, [value])
            if component.get("max_values", 1) > 1:
                yield Recorded(press, message, values[:2])

    def _in(self, channel: Json) -> list[Json]:
        return [*self.host.wire.world.post.messages.get(channel["id"], {}).values()]


def asked_by(call: Any) -> Any:
    """Give what was asked of Discord."""
    return call.method, call.path, call.query, call.body, sorted((name, data) for name, data in call.files.values())


def leaves_of(command: Json, path: str = "") -> Iterator[tuple[str, list[Json]]]:
    """Give the commands inside a command, by their words, with the options of each."""
    here = f"{path} {command['name']}".strip()
    options = command.get("options", [])
    inner = [one for one in options if one["type"] in {SUBCOMMAND, GROUP}]
    if not inner:
        yield here, options
    for one in inner:
        yield from leaves_of(one, here)


def _choices(options: list[Json], values: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Give the least that has to be said, then each option with each of its choices."""
    needed = {one["name"]: values[one["name"]][0] for one in options if one.get("required")}
    yield needed
    for one in options:
        for value in values[one["name"]]:
            yield needed | {one["name"]: value}


def _is_like(one: Recorded, other: Recorded) -> bool:
    return one.values == other.values and replace(one.press, version=0) == replace(other.press, version=0)


def _fields(form: Json) -> Iterator[Json]:
    return (one for one in walk(form) if one["type"] in {SELECT, TEXT_INPUT, FILE, RADIO, CHECKBOXES, CHECKBOX})
