"""Stored messages put back where they stood, on a loopback Discord, and pressed again; check-ins led to their end."""

import base64
import copy
from collections.abc import Mapping, Sequence
from typing import Any

from bot.ui.ids import Kind
from tests.promises.hosting import Host
from tests.promises.walking import UNSAFE, Pressable, Screen
from tests.wire import payloads
from tests.wire.discord_server import FORM_SUBMIT, WireDiscord
from tests.wire.exchange import FORM, Exchange
from tests.wire.looks import Json, walk

MOST_PRESSES = 40  # of one check-in; more means that it does not end


def put_back(wire: WireDiscord, stored: Json) -> dict[str, Json]:
    """Let people, servers, channels and messages be there as they were, of the bot of now; give copies of messages."""
    world, bots = wire.world, {stored["bot"]: wire.world.bot}
    world.people |= {one["id"]: one for one in stored["people"]}
    world.permissions |= stored["permissions"]
    world.guilds |= {one["id"]: one for one in stored["guilds"]}
    world.channels |= {one["id"]: one for one in stored["channels"]}
    for guild, who, roles in stored["roles"]:
        world.roles_of[guild, bots[who]["id"] if who in bots else who] = roles
    for thread, there in stored["in threads"].items():
        world.in_thread[thread] = {bots[who]["id"] if who in bots else who for who in there}
    world.post.files |= {id_: base64.b64decode(content) for id_, content in stored["files"].items()}
    for one in stored["messages"]:
        message = copy.deepcopy(one["message"]) | {"author": world.bot}
        world.post.messages.setdefault(message["channel_id"], {})[message["id"]] = message
        for file in message["attachments"]:
            file["url"] = file["proxy_url"] = f"{world.url}/cdn/{file['id']}/{file['filename']}"
        channel, user = world.channels[message["channel_id"]], world.people[one["for"]]
        world.post.scenes[message["id"]] = world.scene(user=user, channel=channel)
    return copy.deepcopy({id_: one for there in world.post.messages.values() for id_, one in there.items()})


def message_of(wire: WireDiscord, channel: str, message: str) -> Json:
    return wire.world.post.messages[channel][message]


async def ask(host: Host, user: Json, command: str, **options: Json) -> Exchange:
    """Run a command in the private conversation."""
    return await host.plainly(lambda: host.wire.slash(command, options, user=user, guild=False))


async def press(
    host: Host, user: Json, on: Json | Exchange, which: str, values: Sequence[str] | None = None
) -> Exchange:
    """Press a button, or choose in a select, by its custom id."""
    return await host.plainly(lambda: host.wire.press(on, which, values, user=user))


async def press_stored(host: Host, one: Json, messages: Mapping[str, Json]) -> Exchange:
    """Press what was stored on its message as that stood: a button, a select, or a form with what was filled in."""
    wire = host.wire
    message, user = messages[one["message"]], wire.world.people[one["by"]]
    form = one.get("form")
    if form is None:
        return await press(host, user, message, one["id"], one["values"])
    files = [wire.upload(name, content.encode()) for name, content in form["files"].values()]
    filled = form["filled"] | {name: file["id"] for name, file in zip(form["files"], files, strict=True)}

    async def submit() -> Exchange:
        data = payloads.form(copy.deepcopy(form["shown"]), filled, {file["id"]: file for file in files})
        scene = wire.world.scene(wire.world.post.scenes[message["id"]], user=user)
        exchange = wire.world.open_exchange({"type": FORM_SUBMIT, "data": data}, scene).on(message)
        exchange.source = message_of(wire, one["channel"], one["message"])
        return wire._send(exchange, {})

    return await host.plainly(submit)


async def look_back(host: Host, user: Json) -> list[str]:
    """Open every check-in that `/lookback` lists; give what stands on each screen."""
    seen, shown = list[str](), await ask(host, user, "lookback")
    while True:
        page = copy.deepcopy(shown.shown)
        for one in Screen(page).all(Kind.LOOK_ENTRY):
            for option in one.component["options"]:
                opened = await press(host, user, page, one.custom_id, [option["value"]])
                seen.append("\n".join(opened.texts))
        turning = Screen(page).all(Kind.LOOK_PAGE)
        older = next((one for one in turning if one.component["label"] == host.library.lookback.older), None)
        if older is None:
            return seen
        shown = await press(host, user, page, older.custom_id)


class Returning:
    """Somebody who comes back to a check-in that stands in a message of long ago, and goes on with it."""

    def __init__(self, host: Host, stands: Json) -> None:
        self.host, self.token = host, stands["token"]
        self.user = host.wire.world.people[stands["user"]]
        self.screen = Screen(message_of(host.wire, stands["channel"], stands["message"]))

    async def choose_from_list(self) -> None:
        """Ask for a check-in, agree where that is asked, and go on with the one that is open."""
        self.screen = Screen((await ask(self.host, self.user, "checkin")).shown)
        if again := self.screen.one(Kind.CONSENT):
            await self.press(again)
        listed = self.screen.one(Kind.GO_ON_WITH)
        assert listed is not None, self.screen.text
        await self.press(listed, [self.token])

    async def finish(self, *, answers: bool) -> None:
        """Go on to the end, and keep it where that is asked: skip what is asked, or answer with what comes first."""
        for _ in range(MOST_PRESSES):
            screen = self.screen
            if keep := screen.one(Kind.KEEP):
                await self.press(keep)
                return
            if on := screen.one(Kind.GO_ON):  # put away, or gone back to an answer that stands
                await self.press(on)
            elif form := screen.one(Kind.FORM):
                await self.fill(form, answers=answers)
            elif skip := screen.one(Kind.SKIP):
                await self.answer(skip) if answers else await self.press(skip)
            else:
                return
        raise AssertionError("a check-in that does not end")

    async def answer(self, skip: Pressable) -> None:
        answer = self.screen.one(Kind.ANSWER)
        if answer is None:
            await self.press(skip)
        elif "options" in answer.component:
            await self.press(answer, [self._first(answer.component, answer.press.subject)])
        else:
            await self.press(answer)

    async def fill(self, opener: Pressable, *, answers: bool) -> None:
        opened = await self.press(opener)
        assert opened.type == FORM, opened.texts
        values: dict[str, Any] = {}
        for one in walk(opened.form) if answers else ():
            if "options" in one:
                values[one["custom_id"]] = self._first(one, one["custom_id"])
        wire = self.host.wire
        await self._follow(await self.host.plainly(lambda: wire.submit(opened, values, user=self.user)))

    def _first(self, component: Json, step: str) -> str:
        """Give what comes first in a list but for what ends a check-in with support alone."""
        options = next(one.options for one in self.host.library.check_in.steps if one.id == step)
        unsafe = {value for at, one in enumerate(options) if one.id in UNSAFE for value in (one.id, str(at))}
        return next(one["value"] for one in component["options"] if one["value"] not in unsafe)

    async def press(self, which: Pressable, values: list[str] | None = None) -> Exchange:
        sent = await press(self.host, self.user, self.screen.message, which.custom_id, values)
        if sent.type != FORM:
            await self._follow(sent)
        return sent

    async def _follow(self, sent: Exchange) -> None:
        """Look where the check-in goes on: in the message that was pressed, or in another that came of it."""
        there = [Screen(one) for one in (sent.original, *sent.followups) if one]  # an explainer may have come besides
        goes_on = [one for one in there if one.one(Kind.SKIP, Kind.KEEP, Kind.FORM, Kind.GO_ON)]
        self.screen = goes_on[0] if goes_on else there[0]
