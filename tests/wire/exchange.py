"""One interaction from the member's side: what was sent, what came back and when, and how a test waits for it."""

from __future__ import annotations

import asyncio
import time
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self, TypeVar

from .looks import Json, texts
from .refusals import EPHEMERAL, LOADING

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

PATIENCE: Final = 180.0
"""Seconds that a test waits for what has to come: a busy machine is no fault of what is tested."""

MESSAGE: Final = 4
DEFERRED_MESSAGE: Final = 5
DEFERRED_UPDATE: Final = 6
UPDATE: Final = 7
CHOICES: Final = 8
FORM: Final = 9


class Bell:
    """Wakes those who wait for something to become true; rung whenever anything happened."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Let every waiter look again."""
        self._rung.set()

    async def until(self, met: Callable[[], T], within: float, awaited: Callable[[], str]) -> T:
        """Return the first truthy value of `met`; after `within` seconds raise, saying what was awaited."""
        try:
            async with asyncio.timeout(within):
                while not (value := met()):
                    self._rung.clear()
                    await self._rung.wait()
                return value
        except TimeoutError:
            raise TimeoutError(f"not within {within} s: {awaited()}") from None


@dataclass(frozen=True)
class Scene:
    """By whom, where and under which installation something happens; everything an event says around its data."""

    user: Json
    channel: Json
    guild_id: str | None
    context: int
    locale: str
    guild_locale: str
    owners: dict[str, str]
    permissions: int
    app_permissions: int
    told: tuple[int | None, int | None] = (None, None)
    """Both as the test gave them, where it did."""


@dataclass(frozen=True)
class Answer:
    """A callback that Discord took: its type, its data as sent, when (perf_counter), and from which process."""

    type: int
    data: Json
    at: float
    client: str
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(eq=False)
class Exchange:
    """An interaction and all that answered it. `original` is the message as it stands now, later edits included."""

    payload: Json
    scene: Scene
    created: float
    """When Discord made it (monotonic): the 3 s and 15 min count from here; `late` puts it into the past."""
    sent_at: float = field(default_factory=time.perf_counter)
    source: Json | None = None
    """The message with the component that was pressed."""
    opener: Exchange | None = None
    """The exchange that opened the form that this one sends off."""
    callbacks: list[Answer] = field(default_factory=list)
    followups: list[Json] = field(default_factory=list)
    edits: list[Json] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    """Codes of callbacks turned away: 40060 for a second one, 10062 for one that came too late."""
    original: Json | None = None
    deleted: list[Json] = field(default_factory=list)
    expired: bool = False
    """Set it, and the token is as it is after a quarter of an hour."""
    delivered: int = 0
    """How many live connections the event went to; 0 means nobody was there to hear it."""
    bell: Bell = field(default_factory=Bell)

    @property
    def id(self) -> str:
        """Return the interaction's id."""
        return str(self.payload["id"])

    @property
    def data(self) -> Json:
        """Return the data of the first callback as the bot sent it."""
        return self.callbacks[0].data

    @property
    def type(self) -> int:
        """Return the callback type of the first answer: 4, 5, 6, 7, 8 or 9."""
        return self.callbacks[0].type

    @property
    def latency(self) -> float:
        """Return the seconds from sending the event to the arrival of the first callback."""
        return self.callbacks[0].at - self.sent_at

    @property
    def choices(self) -> list[Json]:
        """Return the suggestions of an autocomplete answer."""
        return list(self.data["choices"])

    @property
    def form(self) -> Json:
        """Return the form that opened."""
        if self.type != FORM:
            raise LookupError(f"the answer is of type {self.type}, no form")
        return self.data

    @property
    def private(self) -> bool:
        """Say whether the answer is one that only the member sees."""
        return bool(self.shown.get("flags", 0) & EPHEMERAL)

    @property
    def shown(self) -> Json:
        """Return what stands on the member's screen: the form, the choices, else the message as it is by now."""
        if self.type in (CHOICES, FORM) or self.original is None:
            return self.data
        return self.original

    @property
    def texts(self) -> list[str]:
        """Return every text a member can read in the answer and its follow-ups."""
        return [text for view in (self.shown, *self.followups) for text in texts(view)]

    def on(self, source: Json | None) -> Self:
        """Say which message was pressed; the event carries it as it stood then."""
        if source is not None:
            self.source = source
            self.payload["message"] = deepcopy(source)
        return self

    async def answered(self, within: float = PATIENCE) -> Answer:
        """Wait for the first callback that Discord took, a deferral included."""
        await self.until(lambda: bool(self.callbacks), within)
        return self.callbacks[0]

    async def settled(self, within: float = PATIENCE) -> Json:
        """Wait until there is more than a deferral, and return what the member then sees."""
        await self.until(lambda: self.callbacks and self._is_settled(), within)
        return self.shown

    async def until(self, met: Callable[[], T], within: float = PATIENCE) -> T:
        """Wait until `met()` is true; it is asked again whenever this exchange changed."""
        return await self.bell.until(met, within, self._so_far)

    def _is_settled(self) -> bool:
        if self.type == DEFERRED_MESSAGE:
            return self.original is None or not self.original["flags"] & LOADING
        return self.type != DEFERRED_UPDATE or bool(self.edits or self.followups)

    def _so_far(self) -> str:
        types = [answer.type for answer in self.callbacks]
        return (
            f"an answer to {self.payload.get('data', {})}; callbacks {types}, refused {self.refused}, "
            f"{len(self.followups)} follow-ups, {len(self.edits)} edits, delivered to {self.delivered}"
        )
