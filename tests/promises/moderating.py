"""All that moderators can do: every command and press of theirs, what comes weekly, and what members suggest."""

from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select

from bot.authoring.server_settings import write
from bot.cogs.cards.channels import Pace
from bot.domain.servers.settings import ServerSettings, WeeklyPrompt
from bot.domain.servers.weekly import next_due
from bot.noticeboard import Noticeboard
from bot.storage.tables import lease, metadata
from bot.ui.cards.log import A_PAGE
from bot.ui.ids import Kind
from tests.promises.crawling import CHECKBOX, RADIO, TEXT_INPUT, Crawler, asked_by, leaves_of
from tests.promises.hosting import Host
from tests.wire import permissions as may
from tests.wire.looks import Json

NOTHING_CLOSE = "graphics driver xyzzy"
NEVER_OFFERED = {Kind.SERVER_LANGUAGE}  # there is one language to choose from
KEEPER = may.PIN | may.MANAGE_SERVER | may.MANAGE_MESSAGES


@dataclass
class Ground:
    """A server with a place of each kind for a card, and a member whose role lets them do everything there."""

    host: Host
    keeper: Json

    def __post_init__(self) -> None:
        wire = self.host.wire
        world, guild = wire.world, wire.guild
        world.permissions[self.keeper["id"]] |= KEEPER
        world.give_role(guild, self.keeper, world.add_role(guild, "Keepers", KEEPER))
        world.add_channel("news", guild["id"], may.NEWS)
        world.add_channel("forum", guild["id"], may.FORUM, tags=["cards"])
        self.square = world.add_channel("square", guild["id"])
        self.inbox = world.add_channel("inbox", guild["id"])
        self.weekly = WeeklyPrompt(channel=int(self.square["id"]))
        world.add_thread(self.square, "thread")
        for half in self.host.app.halves.made:
            if isinstance(half, Noticeboard):
                half._poster._pace = Pace(0)  # so that no answer is put off, in one world and not in the other

    async def set(self, **settings: Any) -> None:
        """Set what the server has, as if nothing had been set before."""
        board = await self.host.app.door.noticeboard()
        await board.servers.update(int(self.host.wire.guild["id"]), lambda _: ServerSettings(**settings))

    async def set_all(self) -> None:
        """Let suggestions come, and a prompt each week."""
        await self.set(weekly=self.weekly, suggestions=int(self.inbox["id"]))


@dataclass
class Keeping:
    """A moderator who tries everything. `says` gives what is typed."""

    ground: Ground
    says: Callable[[], str] = lambda: "words"
    leaves_out: Collection[Kind] = ()
    cards: int = A_PAGE + 1
    """How many are posted at first; so many fill a page of the list and of the log, and begin another."""

    def __post_init__(self) -> None:
        self.host, self.wire = self.ground.host, self.ground.host.wire
        self.zone = "Springfield"  # the name of several
        self.card = "jealous"  # what several cards are about
        self.jobs: Callable[[], Awaitable[None]] = self.host.round_of_jobs
        self.crawler = Crawler(
            self.host,
            self.ground.keeper,
            self.fill,
            guild=True,
            typed=self.says(),
            most=1,
            leaves_out=self.leaves_out,
            watches=(self.ground.square, self.ground.inbox),
            keeps_up=True,
        )

    def fill(self, kind: Kind, asked: Json) -> Any:
        """Fill in a field of a form."""
        if asked["type"] == TEXT_INPUT:
            typed = {Kind.SERVER_WEEKLY_SET: self.zone, Kind.SERVER_INTRO_NAMED: self.card}.get(kind) or self.says()
            return typed[: min(asked.get("max_length") or 4000, 20)]
        if asked["type"] == CHECKBOX:
            return True
        value = asked["options"][0]["value"]
        return value if asked["type"] == RADIO else [value]

    @property
    def commands(self) -> set[str]:
        """Name the commands that Discord shows to moderators alone."""
        registered = self.wire.world.commands[None]
        return {one["name"] for one in registered if one.get("default_member_permissions")}

    @property
    def paths(self) -> set[str]:
        """Name them with the words of their subcommands."""
        registered = self.wire.world.commands[None]
        return {path for one in registered if one["name"] in self.commands for path, _ in leaves_of(one)}

    async def go_through_all(self) -> None:
        """Do everything there is to do, but what ends it."""
        await self.set_everything()
        await self.ground.set_all()
        await self.post_many()
        await self.crawler.run(self.commands - {self.host.library.servers.command.name})
        await self.pin_by_message()
        await self.mend()
        await self.hear_weekly()

    async def set_everything(self) -> None:
        """Try all settings, with a file that has others."""
        file = replace(ServerSettings(), forum_tags=("brought",))
        self.crawler.file = write(file, self.host.library.servers.file.heading)
        await self.crawler.run(["server"])
        self.zone, self.card = "Europe/Berlin", "compersion"
        self.crawler.forget()
        await self.crawler.run(["server"])

    async def post_many(self) -> None:
        """Post cards one by one."""
        for card in list(self.host.library.explainers)[: self.cards]:
            shown = await self.crawler.do(
                "/card post many", lambda card=card: self._slash("card post", topic=card, channel=self.ground.square)
            )
            assert shown.original is not None
            await self.crawler.press(self.crawler.find(shown.original, Kind.POST_CARD))
        self.crawler.forget()

    async def pin_by_message(self) -> None:
        """Use the command on messages on a posted card, on one that a member shared, and on no card."""
        name = self.host.library.cards.commands.pin_this_card
        for message in (self.wire.posts(self.ground.square)[0], self.wire.say("hello", channel=self.ground.square)):
            await self.crawler.do(
                "on a posted card",
                lambda message=message: self.wire.message_command(name, message, user=self.ground.keeper),
            )

    async def mend(self) -> None:
        """Have one card deleted by hand and forget it, another and post it again; each after a look at all."""
        for kind in (Kind.POSTED_AGAIN, Kind.POSTED_FORGET):
            message = self.wire.posts(self.ground.square)[0]
            board = (await self.host.app.door.noticeboard()).board
            posting = await board.find(int(self.wire.guild["id"]), int(self.ground.square["id"]), int(message["id"]))
            assert posting is not None
            self.host.clock.turn(timedelta(minutes=1))  # after the last look
            self.wire.world.post.delete(message)
            await self.crawler.do("/card sync", lambda: self._slash("card sync"))
            shown = await self.crawler.do("/card list", lambda: self._slash("card list"))
            while (chosen := self._of(shown.shown, Kind.POSTED_ONE, posting.id.hex())) is None:
                later = [one for one in self.crawler.pressables(shown.shown) if one.press.kind is Kind.POSTED]
                shown = await self.crawler.press(later[-1])
            shown = await self.crawler.press(chosen)
            await self.crawler.press(self.crawler.find(shown.shown, kind))

    async def hear_weekly(self) -> None:
        """Wait for the prompt of the week, and press what came."""
        due = next_due(self.ground.weekly, self.host.clock())
        assert due is not None
        self.host.clock.now = due
        before = len(self.wire.requests)
        for _ in range(2):  # the first round of a process is a pause
            await self.jobs()
        self.crawler.steps.append(("jobs", [asked_by(call) for call in self.wire.requests[before:]]))
        self.crawler.forget()
        await self.crawler.go_on()

    async def finish(self) -> None:
        """Press what ends or takes away, and all that follows."""
        await self.crawler.go_on()
        await self.crawler.finish()

    def _of(self, message: Json, kind: Kind, value: str) -> Any:
        there = self.crawler.pressables(message)
        return next((one for one in there if one.press.kind is kind and value in (one.values or ())), None)

    async def _slash(self, name: str, **options: Any) -> Any:
        return await self.wire.slash(name, options, user=self.ground.keeper)


def kinds_of(host: Host) -> set[Kind]:
    """Name the kinds of press that the noticeboard answers."""
    return {kind for half in host.app.halves.made if isinstance(half, Noticeboard) for kind, _ in half.presses()}


def suggest(host: Host, user: Json, fill: Any, typed: str = NOTHING_CLOSE) -> Crawler:
    """Give a member who looks for what is not there, and presses what is offered then."""
    offered = {Kind.SUGGEST, Kind.SUGGEST_SEND, Kind.SUGGEST_LEAVE}
    leaves_out: Iterator[Kind] = (one for one in Kind if one not in offered)
    return Crawler(host, user, fill, guild=True, typed=typed, leaves_out=set(leaves_out))


async def rows(host: Host) -> dict[str, list[Any]]:
    """Give every row there is, but for who runs the jobs."""
    storage = (await host.app.door.personal()).storage
    tables: list[Table] = [one for one in metadata.sorted_tables if one is not lease]
    async with storage.database.reading() as tx:
        return {one.name: sorted(map(tuple, (await tx.execute(select(one))).all()), key=repr) for one in tables}
