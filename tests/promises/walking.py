"""A member who checks in on the loopback: reads what stands on the screen, answers it, and remembers what they said.

Where the bot dies before it answers, they press again once it is back, as people do.
"""

import asyncio
import copy
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.checkins.answers import SITUATION, is_way_on
from bot.domain.library import Library
from bot.domain.script import Option, Step
from bot.ui.ids import Kind, Press, UnknownPress, decode
from tests.wire.discord_server import WireDiscord
from tests.wire.exchange import FORM, MESSAGE, Exchange
from tests.wire.looks import Json, texts, walk

TOO_LATE = 10062
UNSAFE = {"not-free", "not-safe"}
CONDITIONAL = {"steady"}  # asked because of an earlier answer, and kept like any other


@dataclass(frozen=True)
class Pressable:
    """A button or select with what its custom id says."""

    component: Json
    press: Press

    @property
    def custom_id(self) -> str:
        return str(self.component["custom_id"])


@dataclass(frozen=True)
class Recorded:
    """A press as it went over the wire: on a message as it stood, or a form with what was filled in."""

    press: Press
    message: Json | None
    values: list[str] | None = None
    form: Exchange | None = None
    filled: Mapping[str, Any] | None = None


@dataclass
class Screen:
    """What a member can press in a message, by kind."""

    message: Json

    @property
    def pressables(self) -> list[Pressable]:
        return list(_pressables(self.message))

    def all(self, kind: Kind) -> list[Pressable]:
        return [one for one in self.pressables if one.press.kind is kind]

    def one(self, *kinds: Kind) -> Pressable | None:
        return next((one for kind in kinds for one in self.all(kind)), None)

    @property
    def asked(self) -> str | None:
        """The step this screen asks, if it asks one."""
        found = self.one(Kind.ANSWER, Kind.WORD, Kind.NOTE)
        return found.press.subject if found else None

    @property
    def text(self) -> str:
        return "\n".join(texts(self.message))


@dataclass
class Told:
    """What somebody said in one check-in: words by step, as they are to be kept."""

    token: bytes
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    nothing_stays: bool = False
    """Whether an answer of theirs ended it with nothing kept."""
    kept: bool = False
    """Whether they kept it; while it is under way, whether they mean to."""


class Lives:
    """The life of the bot as those who use it notice it: whether it is there, and that it went."""

    def __init__(self) -> None:
        self.up = asyncio.Event()
        self.down = asyncio.Event()
        self.up.set()

    def end(self) -> None:
        self.up.clear()
        self.down.set()

    def begin(self) -> None:
        self.down = asyncio.Event()
        self.up.set()


class Member:
    """Somebody with a private conversation with the bot."""

    def __init__(self, wire: WireDiscord, library: Library, user: Json, lives: Lives, rng: random.Random) -> None:
        self.wire, self.library, self.user, self.lives, self.rng = wire, library, user, lives, rng
        self.says: Callable[[], str] = lambda: f"words {rng.getrandbits(48):012x}"
        self.told: list[Told] = []
        self.always_safe = False
        """Never say that they are not safe or not free to say no, which ends a check-in with support alone."""
        self.tries_the_switch = False
        self.recorded: list[Recorded] = []
        self.pressed_again = 0

    async def check_in(self, *, keep: bool, form: bool, leaves: float = 0.0, this_one: bool | None = None) -> Told:
        """Walk through a whole check-in.

        `leaves` is how likely they leave a step and come back to it. `this_one` says whether to keep it where that is
        asked; None leaves it to chance.
        """
        screen = await self.arrive(keep=keep)
        begin = screen.one(Kind.BEGIN_FORM if form else Kind.BEGIN_STEPS)
        assert begin is not None, screen.text
        told = Told(begin.press.token, kept=self.rng.random() < 0.5 if this_one is None else this_one)
        self.told.append(told)
        screen = await self.press(screen, begin)
        if opener := screen.one(Kind.FORM):
            screen = await self._fill_in(screen, opener, told)
        await self._answer_all(screen, told, leaves)
        return told

    async def end_with_support(self, *, hides: bool) -> None:
        """Say that they are not safe, take that back, say it again, look at all there is then, and hide it or not."""
        screen = await self.arrive(keep=True)
        if listed := screen.one(Kind.GO_ON_WITH):  # as many may be open as there can be
            screen = await self.press(screen, listed, [listed.component["options"][0]["value"]])
            for kind in (Kind.LEAVE, Kind.THROW_AWAY):
                screen = await self.press(screen, screen.one(kind))
            screen = await self.arrive(keep=True)
        screen = await self.press(screen, screen.one(Kind.BEGIN_FORM))
        screen = await self.fill(
            screen, self._there(screen, Kind.FORM), {"not-right": ["not-safe"], "note": self.says()}
        )
        screen = await self.press(screen, screen.one(Kind.TAKE_BACK_TICK))
        step = self._step(screen)
        unsafe = next(str(at) for at, one in enumerate(step.options) if one.id in UNSAFE)
        screen = await self.press(screen, screen.one(Kind.ANSWER), [unsafe])
        for kind, values in ((Kind.SHOW_WRITTEN, None), (Kind.COUNTRY_BESIDE, ["us"])):
            await self._press_beside(screen, self._there(screen, kind), values)
        if hides:
            await self.press(screen, screen.one(Kind.HIDE_SUPPORT))

    async def label_twice(self) -> None:
        """Go back to the first question, then leave a note and a label; the second time, choose one that is there."""
        for _ in range(2):
            screen = await self.arrive(keep=True)
            for kind in (Kind.BEGIN_STEPS, Kind.SKIP, Kind.BACK):
                screen = await self.press(screen, screen.one(kind))
            while screen.asked != SITUATION:
                if opener := screen.one(Kind.NOTE):
                    screen = await self.fill(screen, opener, {"note": self.says(), "bring-up": True})
                else:
                    screen = await self.press(screen, screen.one(Kind.SKIP))
            if known := screen.one(Kind.LABEL):
                await self.press(screen, known, [known.component["options"][0]["value"]])
            else:
                await self.fill(screen, self._there(screen, Kind.WORD), {"word": self.says()[:24]})

    async def _press_beside(self, screen: Screen, which: Pressable, values: list[str] | None) -> None:
        """Press what is answered with a message of its own."""
        self.recorded.append(Recorded(which.press, copy.deepcopy(screen.message), values))
        await self._insist(lambda: self.wire.press(screen.message, which.custom_id, values, user=self.user), None)

    async def arrive(self, *, keep: bool) -> Screen:
        """Ask for a check-in and go past the consent; give the way in."""
        screen = await self._ask()
        for _ in range(2 if self.tries_the_switch and screen.one(Kind.KEEP_SWITCH) else 0):
            screen = await self.press(screen, screen.one(Kind.KEEP_SWITCH))
        while switch := screen.one(Kind.KEEP_SWITCH):
            if (switch.press.position == 0) == keep:
                screen = await self.press(screen, screen.one(Kind.CONSENT))
            else:
                screen = await self.press(screen, switch)
        return screen

    async def press(self, screen: Screen, which: Pressable | None, values: list[str] | None = None) -> Screen:
        """Press, again after the bot's death until it is answered; give the screen as it stands then."""
        assert which is not None, screen.text
        self.recorded.append(Recorded(which.press, copy.deepcopy(screen.message), values))

        async def send() -> Exchange:
            return await self.wire.press(screen.message, which.custom_id, values, user=self.user)

        return self._stands(screen, await self._insist(send, screen.message))

    async def fill(self, screen: Screen, opener: Pressable, values: dict[str, Any]) -> Screen:
        """Open a form and send it off; the bot may die between the two."""
        self.recorded.append(Recorded(opener.press, copy.deepcopy(screen.message)))

        async def open_() -> Exchange:
            return await self.wire.press(screen.message, opener.custom_id, user=self.user)

        opened = await self._insist(open_, None)
        assert opened is not None
        assert opened.type == FORM, opened.texts
        filed = Recorded(decode(opened.form["custom_id"]), None, form=opened, filled=values)
        self.recorded.append(filed)
        return self._stands(
            screen, await self._insist(lambda: self.wire.submit(opened, values, user=self.user), screen.message)
        )

    def _stands(self, screen: Screen, exchange: Exchange | None) -> Screen:
        """Give what stands after a press: the message pressed, drawn anew; anything said beside it is a failure."""
        said = exchange.texts if exchange is not None and exchange.type == MESSAGE else None
        assert said is None, f"a press was answered with: {said}"
        return Screen(screen.message)

    async def _ask(self) -> Screen:
        exchange = await self._insist(lambda: self.wire.slash("checkin", user=self.user, guild=False), None, _says_more)
        assert exchange is not None
        return Screen(exchange.shown)

    async def _insist(
        self,
        send: Callable[[], Awaitable[Exchange]],
        message: Json | None,
        met: Callable[[Exchange], bool] = lambda one: bool(one.callbacks) and one._is_settled(),
    ) -> Exchange | None:
        """Send until it is answered; None when an answer came after the death of the bot that gave it."""
        before = message and (message["components"], message["edited_timestamp"])
        while True:
            await self.lives.up.wait()
            down = self.lives.down
            exchange = await send()
            if await self._met(exchange, met, down):
                return exchange
            await self.lives.up.wait()
            if met(exchange):
                return exchange
            if message and before != (message["components"], message["edited_timestamp"]):
                return None
            self.pressed_again += 1

    async def _met(self, exchange: Exchange, met: Callable[[Exchange], bool], down: asyncio.Event) -> bool:
        """Wait until it is answered, comes too late for Discord, or the bot is dead; say whether it is answered."""
        answered = asyncio.ensure_future(exchange.until(lambda: met(exchange) or TOO_LATE in exchange.refused, 30))
        ended = asyncio.ensure_future(down.wait())
        await asyncio.wait({answered, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if answered.done():
            answered.result()
            return met(exchange)
        answered.cancel()
        return False

    async def _fill_in(self, screen: Screen, opener: Pressable, told: Told) -> Screen:
        values: dict[str, Any] = {}
        words: dict[str, tuple[str, ...]] = {}
        for step in self.library.check_in.steps:
            if not step.form or self.rng.random() < 0.2:
                continue
            if step.kind == "text":
                values[step.id] = self.says()
                words[step.id] = (values[step.id],)
                continue
            picked = self._pick([one for one in step.options if not one.own_word], step)
            values[step.id] = [one.id for one in picked] if step.kind == "choices" else picked[0].id
            words[step.id] = tuple(one.text for one in picked)
            told.nothing_stays |= bool(UNSAFE & {one.id for one in picked})
        told.words |= words
        return await self.fill(screen, opener, values)

    async def _answer_all(self, screen: Screen, told: Told, leaves: float) -> None:
        """Answer whatever is asked until the end, and see to it that nothing answered is asked again."""
        version, asked_before = 0, set[str]()
        while True:
            if self._ended(screen):
                told.kept = not told.nothing_stays
                return
            if keep := screen.one(Kind.KEEP):
                await self.press(screen, keep if told.kept else screen.one(Kind.LET_GO))
                return
            if screen.one(Kind.THROW_AWAY):  # put away by themself
                screen = await self.press(screen, screen.one(Kind.GO_ON))
                continue
            step = self._step(screen)
            drawn = screen.one(Kind.SKIP)
            assert drawn is not None
            assert drawn.press.token == told.token, "two check-ins crossed"
            assert drawn.press.version >= version, "it went back behind what was acknowledged"
            version = drawn.press.version
            assert step.id not in asked_before, f"{step.id} was acknowledged, and is asked again"
            assert step.id not in told.words, f"{step.id} was in the form that was acknowledged, and is asked again"
            if self.rng.random() < leaves:
                screen = await self.press(screen, screen.one(Kind.LEAVE))
                continue
            asked_before.add(step.id)
            screen = await self._answer(screen, step, told)

    def _ended(self, screen: Screen) -> bool:
        return not (screen.one(Kind.SKIP) or screen.one(Kind.KEEP) or screen.one(Kind.THROW_AWAY))

    async def _answer(self, screen: Screen, step: Step, told: Told) -> Screen:
        if self.rng.random() < 0.1:
            return await self.press(screen, screen.one(Kind.SKIP))
        if step.kind == "text":
            note = self.says()
            told.words[step.id] = (note,)
            return await self.fill(screen, self._there(screen, Kind.NOTE), {"note": note, "bring-up": True})
        if step.kind == "choices":
            picked = self._pick(step.options, step)
            told.words[step.id] = tuple(one.text for one in picked)
            told.nothing_stays |= bool(UNSAFE & {one.id for one in picked})
            values = [str(step.options.index(one)) for one in picked]
            return await self.press(screen, screen.one(Kind.ANSWER), values)
        option = self.rng.choice(step.options)
        place = step.options.index(option)
        if option.own_word:
            word = self.says()[:24]
            if step.id != SITUATION:
                told.words[step.id] = (word,)
            opener = next(one for one in screen.all(Kind.WORD) if one.press.position == place)
            return await self.fill(screen, opener, {"word": word})
        if step.id != SITUATION:
            told.words[step.id] = (option.text,)
        told.nothing_stays |= option.ends
        button = next(one for one in screen.all(Kind.ANSWER) if one.press.position == place)
        return await self.press(screen, button)

    def _pick(self, options: tuple[Option, ...] | list[Option], step: Step) -> list[Option]:
        most = len(options) if step.kind == "choices" else 1
        picked = self.rng.sample(list(options), self.rng.randint(1, most))
        if self.always_safe or self.rng.random() < 0.8:
            picked = [one for one in picked if one.id not in UNSAFE] or [
                one for one in options if one.id not in UNSAFE
            ][:1]
        return [one for one in options if one in picked]

    def _step(self, screen: Screen) -> Step:
        asked = screen.asked
        step = next((one for one in self.library.check_in.steps if one.id == asked), None)
        assert step is not None, screen.text
        return step

    def _there(self, screen: Screen, kind: Kind) -> Pressable:
        found = screen.one(kind)
        assert found is not None, screen.text
        return found


def kept_words(document: Json) -> dict[str, tuple[str, ...]]:
    """Read a kept check-in the way it was said: words by step."""
    return {
        one["step"]: (one["text"],)
        if "text" in one
        else tuple(chosen.get("own_word", chosen["text"]) for chosen in one["chosen"])
        for one in document["answers"]
    }


def words_to_keep(told: Told, library: Library) -> dict[str, tuple[str, ...]]:
    """Give what of a check-in is to be kept: all but what is promised not to be."""
    never = {step.id for step in library.check_in.steps if step.keep == "never" or is_way_on(step)}
    return {step: words for step, words in told.words.items() if step not in never}


def _says_more(one: Exchange) -> bool:
    """Whether a message says by now what it came for: it opens with a neutral line and gets the rest by edit."""
    return one.original is not None and any(True for _ in _pressables(one.original))


def _pressables(message: Json) -> Iterator[Pressable]:
    for component in walk(message):
        if "custom_id" not in component:
            continue
        try:
            yield Pressable(component, decode(component["custom_id"]))
        except UnknownPress:
            raise AssertionError(f"a custom id nobody made: {component['custom_id']}") from None
