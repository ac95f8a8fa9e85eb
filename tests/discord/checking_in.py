"""Someone who checks in: what they see in their private conversation with the bot, and how they press through it."""

from collections.abc import Mapping
from typing import Any

from simcord.actors import MemberActor

from bot.domain.library import Library
from bot.ui.drawing import Drawing, button, row
from bot.ui.ids import Kind, Press, decode
from tests.discord.conftest import World, components, labels, selects, words

TURN_ON = "Start keeping my check-ins"
TURN_OFF = "Stop keeping my check-ins"
BEGIN = "I am 18 or older: begin"


class Someone:
    """A member at their private conversation. `seen` is the newest message there, as it stands now."""

    def __init__(self, world: World, member: MemberActor) -> None:
        self.world, self.member, self.user = world, member, member.user
        self.last: Any = None

    @property
    def library(self) -> Library:
        return self.world.library

    @property
    def seen(self) -> Any:
        return self.user.dm_channel.history()[-1]

    @property
    def words(self) -> str:
        return words(self.seen)

    @property
    def labels(self) -> list[str]:
        return labels(self.seen)

    @property
    def told(self) -> str:
        """What the last press drew besides: a message for them alone."""
        return "\n".join(words(one) for one in [self.last.response, *self.last.followups] if one and one.ephemeral)

    @property
    def step(self) -> str:
        """The id of the step on the screen; empty where there is none."""
        for press in self.presses():
            if press.kind in {Kind.ANSWER, Kind.WORD, Kind.NOTE, Kind.LABEL}:
                return press.subject
        return ""

    @property
    def is_hidden(self) -> bool:
        """Whether a neutral line stands there, which says until when it waits and nothing else."""
        line = self.library.check_in.controls.paused
        waits = self.library.notebook.conversation.waits.split("{", maxsplit=1)[0]
        return self.words.startswith(f"{line} {waits}<t:") and self.words.count("\n") == 0

    @property
    def token(self) -> bytes:
        return next(press.token for press in self.presses() if any(press.token))

    def presses(self, shown: Any = None) -> list[Press]:
        found = [str(one["custom_id"]) for one in components(shown or self.seen) if "custom_id" in one]
        return [decode(one) for one in found]

    async def checkin(self, *, here: bool = True) -> None:
        """Run `/checkin`, in the server or in the private conversation."""
        if here:
            self.last = await self.member.slash(self.world.channel, "checkin")
        else:
            self.last = await self.user.slash("checkin")

    async def begin(self, how: str = "Begin", *, keep: bool = False) -> None:
        """Run `/checkin` and go all the way in."""
        await self.checkin()
        if keep and TURN_ON in self.labels:
            await self.press(TURN_ON)
        if BEGIN in self.labels:
            await self.press(BEGIN)
        await self.press(how)

    async def press(self, label: str, on: Any = None) -> None:
        self.last = await self.user.click(on or self.seen, label=label)

    async def choose(self, *options: str, placeholder: str | None = None, on: Any = None) -> None:
        """Choose, in the one select there is, the options with these labels."""
        found = [one for one in selects(on or self.seen) if placeholder in {None, one.get("placeholder")}]
        values = {one["label"]: one["value"] for one in found[0]["options"]}
        chosen = [values[option] for option in options]
        self.last = await self.user.select(on or self.seen, chosen, custom_id=found[0]["custom_id"])

    async def choose_open(self, number: int) -> None:
        """Go on with one of those that are open, from the way in."""
        (found,) = selects(self.seen)
        self.last = await self.user.select(self.seen, [found["options"][number]["value"]])

    async def open(self, label: str, on: Any = None) -> Any:
        """Open a form and give it."""
        return await self.user.click(on or self.seen, label=label)

    async def submit(self, form: Any, values: Mapping[str, Any]) -> None:
        self.last = await self.user.submit_modal(form, dict(values))

    async def write(self, label: str, values: Mapping[str, Any]) -> None:
        await self.submit(await self.open(label), values)

    async def answer(self, label: str) -> None:
        """Answer the step on the screen with what is called so, whatever is pressed for that."""
        if selects(self.seen) and label in {one["label"] for one in selects(self.seen)[0]["options"]}:
            await self.choose(label)
        else:
            await self.press(label)

    async def repeat(self, press: Press) -> None:
        """Press again what was on the screen a while ago, in a message of the bot's own."""
        conversation = self.world.env.bot.get_partial_messageable(self.user.dm_channel.id)
        await conversation.send(view=Drawing(row(button("Again", press))))
        await self.press("Again")

    def control(self, kind: Kind) -> Press:
        """Give what a button on the screen says of itself."""
        return next(press for press in self.presses() if press.kind is kind)

    async def skip_to(self, step: str) -> None:
        """Skip whatever stands before a step."""
        while self.step != step:
            assert "Skip" in self.labels, f"{step} does not come"
            await self.press("Skip")

    async def skip_to_end(self) -> None:
        while "Skip" in self.labels:
            await self.press("Skip")

    async def label(self, word: str) -> None:
        """Skip to the label, the last question, and give one."""
        await self.skip_to("situation")
        await self.write("A new label", {"word": word})

    async def kept(self) -> list[Mapping[str, Any]]:
        """What is kept of them, as it lies there once opened."""
        storage = (await self.world.app.door.personal()).storage
        async with storage.database.reading() as tx:
            member = await storage.members.get(tx, self.user.id)
            return [one.document for one in await storage.entries.list_all(tx, member)] if member else []

    async def rows(self) -> list[Mapping[str, Any]]:
        """What lies in rows of open check-ins of theirs."""
        from bot.storage.sessions import Guest  # noqa: PLC0415  # the bot imports it when it is first needed, too

        storage = (await self.world.app.door.personal()).storage
        async with storage.database.reading() as tx:
            member = await storage.members.get(tx, self.user.id)
            return [one.document for one in await storage.sessions.list_open(tx, member or Guest(self.user.id))]

    async def is_member(self) -> bool:
        storage = (await self.world.app.door.personal()).storage
        async with storage.database.reading() as tx:
            return await storage.members.get(tx, self.user.id) is not None


def said(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give what a kept check-in says: the words to each step."""
    return {
        one["step"]: [one["text"]]
        if "text" in one
        else [chosen.get("own_word") or chosen["text"] for chosen in one["chosen"]]
        for one in document["answers"]
    }
