"""Somebody who tries everything: each command with each choice, then every button, select and form they come upon.

Nothing in here knows a command or a button by name, so that what is added later is tried as well.
"""

import copy
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.ui.ids import NO_TOKEN, Kind, UnknownPress, decode
from tests.promises.hosting import Host
from tests.promises.walking import Recorded
from tests.wire.exchange import FORM, Exchange
from tests.wire.looks import Json, walk

SUBCOMMAND, GROUP, STRING, ATTACHMENT = 1, 2, 3, 11
BUTTON, SELECT, TEXT_INPUT, RADIO, CHECKBOXES, CHECKBOX = 2, 3, 4, 21, 22, 23
ON_MESSAGE = 3
LATE = (  # what ends or hides things is pressed when there is nothing else left to press, in this order
    *(Kind.LOOK_TAKE_AWAY, Kind.LOOK_DELETE_NOW, Kind.SITUATION_MERGE_NOW, Kind.SITUATION_DELETE_NOW, Kind.PUT_AWAY),
    *(Kind.THROW_AWAY, Kind.LET_GO, Kind.REMINDER_STOP, Kind.REMINDER_STOP_ALL, Kind.NUDGE_TAKE_BACK, Kind.NUDGE_STOP),
    *(Kind.MY_RETENTION_NOW, Kind.MY_KEEP_OFF, Kind.MY_PAUSE_UNTIL, Kind.MY_PAUSE_OPEN, Kind.MY_GO_ON, Kind.MY_KEEP_ON),
    *(Kind.MY_CLEAR_NOW, Kind.MY_DELETE_NOW),
)
_REFERENCE = 32  # characters of an id in a select's values

Fill = Callable[[Kind, Json], Any]
"""Gives what is typed or chosen in a field of a form of some kind."""
Send = Callable[[], Awaitable[Exchange]]


@dataclass
class Crawler:
    """One account, in one place. `leaves_out` are kinds it never presses; `most` bounds how often it presses the like.

    `guild` is whether it uses commands in the server, or else in its conversation with the bot.
    """

    host: Host
    user: Json
    fill: Fill
    guild: bool
    typed: str = "jealous"
    file: bytes = b"{}"
    most: int = 1_000
    leaves_out: Collection[Kind] = ()
    recorded: list[Recorded] = field(default_factory=list)
    steps: list[tuple[str, list[Any]]] = field(default_factory=list)
    """What was done, and what the bot asked Discord to do for it."""
    around: Callable[[str, Send], Awaitable[Exchange]] | None = None
    """Does one thing, in the way a test wants it done; as it is, plainly."""
    _seen: set[tuple[Any, ...]] = field(default_factory=set)
    _count: dict[tuple[Any, ...], int] = field(default_factory=dict)
    late: list[Recorded] = field(default_factory=list)
    """What ends or hides things, and was come upon but not pressed yet."""
    _waiting: list[Recorded] = field(default_factory=list)
    _looked_at: set[str] = field(default_factory=set)

    @property
    def kinds(self) -> set[Kind]:
        return {one.press.kind for one in self.recorded}

    async def run(self, names: Collection[str] | None = None) -> None:
        """Try every command, or those of these names, and all that follows from them but what ends or hides things."""
        for said, send in list(self._invocations(names)):
            await self.do(said, send)
            await self._press_all()

    async def go_on(self) -> None:
        """Try whatever came by itself into the private conversation."""
        self._look(None)
        await self._press_all()

    async def turn_keep_on(self) -> None:
        """Agree to be kept from now on."""
        shown = await self.do("/mydata show", self._slash("mydata show", {}))
        for kind in (Kind.MY_KEEP, Kind.MY_KEEP_ON):
            assert shown.original is not None
            button = next(one for one in _pressables(copy.deepcopy(shown.original)) if one.press.kind is kind)
            shown = await self.press(button)

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
        self.steps.append((said, [_asked(call) for call in wire.requests[before:]]))
        self._look(exchange)
        if exchange.callbacks and exchange.type == FORM:
            await self._fill_in(exchange)
        return exchange

    # --- commands ----------------------------------------------------------------------------------------------------

    def _invocations(self, names: Collection[str] | None) -> Iterator[tuple[str, Send]]:
        wire, guild_id = self.host.wire, self.host.wire.guild["id"]
        registered = [*wire.world.commands[None], *(wire.world.commands.get(guild_id, []) if self.guild else [])]
        for command in registered:
            if names is not None and command["name"] not in names:
                continue
            if command["type"] == ON_MESSAGE:
                yield f"on a message: {command['name']}", self._on_message(command["name"])
                continue
            for path, options in _leaves(command):
                for given in self._choices(options):
                    yield f"/{path} {sorted(given)}", self._slash(path, given)

    def _choices(self, options: list[Json]) -> Iterator[dict[str, Any]]:
        """Give the least that has to be said, then each option with each of its choices."""
        needed = {one["name"]: self._values(one)[0] for one in options if one.get("required")}
        yield needed
        for one in options:
            for value in self._values(one):
                yield needed | {one["name"]: value}

    def _values(self, option: Json) -> list[Any]:
        if option["type"] == ATTACHMENT:
            return [self.host.wire.upload("entries.json", self.file)]
        return [one["value"] for one in option.get("choices", ())] or [self.typed]

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
        message, custom_id = one.message, one.press.encode()
        self.recorded.append(one)
        said = f"{one.press.kind} {one.press.subject} {one.press.position} {one.values or ''}"
        return await self.do(said, lambda: self.host.wire.press(message, custom_id, one.values, user=self.user))

    async def _fill_in(self, form: Exchange) -> None:
        press = decode(form.form["custom_id"])
        values = {one["custom_id"]: self.fill(press.kind, one) for one in _fields(form.form)}
        self.recorded.append(Recorded(press, form.source, form=form, filled=values))
        await self.do(f"form {press.kind}", lambda: self.host.wire.submit(form, values, user=self.user))

    # --- looking -----------------------------------------------------------------------------------------------------

    def _look(self, exchange: Exchange | None) -> None:
        """Note everything that can be pressed in the messages this brought, as they stand now."""
        channel = self.host.wire.world.dm(self.user)
        there = self.host.wire.world.post.messages.get(channel["id"], {})
        answers = (exchange.original, *exchange.followups) if exchange else ()
        messages = [one for one in (*answers, *there.values()) if one]
        for message in messages:
            if message["author"] is not self.host.wire.world.bot:
                continue
            stands = f"{message['id']} {message['edited_timestamp']}"
            if stands not in self._looked_at:
                self._looked_at.add(stands)
                for one in _pressables(copy.deepcopy(message)):
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


def _asked(call: Any) -> Any:
    return call.method, call.path, call.query, call.body, sorted((name, data) for name, data in call.files.values())


def _leaves(command: Json, path: str = "") -> Iterator[tuple[str, list[Json]]]:
    here = f"{path} {command['name']}".strip()
    options = command.get("options", [])
    inner = [one for one in options if one["type"] in {SUBCOMMAND, GROUP}]
    if not inner:
        yield here, options
    for one in inner:
        yield from _leaves(one, here)


def _pressables(message: Json) -> Iterator[Recorded]:
    for component in walk(message):
        if component["type"] not in {BUTTON, SELECT} or "custom_id" not in component:
            continue
        try:
            press = decode(component["custom_id"])
        except UnknownPress:
            raise AssertionError(f"a custom id nobody made: {component['custom_id']}") from None
        if component["type"] == BUTTON:
            yield Recorded(press, message)
            continue
        values = [one["value"] for one in component["options"]]
        for value in values:
            yield Recorded(press, message, [value])
        if component.get("max_values", 1) > 1:
            yield Recorded(press, message, values[:2])


def _fields(form: Json) -> Iterator[Json]:
    return (one for one in walk(form) if one["type"] in {SELECT, TEXT_INPUT, RADIO, CHECKBOXES, CHECKBOX})
