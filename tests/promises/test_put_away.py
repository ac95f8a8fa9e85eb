"""Nothing personal stays on a screen: what lies untouched is put away, however Discord holds some of it up."""

import random
from datetime import timedelta

from bot.ui.ids import Kind
from tests.promises.homes import Home, traces
from tests.promises.hosting import Host, hosted
from tests.promises.walking import Lives, Member, Screen
from tests.wire.discord_server import WireDiscord

LONG = timedelta(hours=3)


async def begin(host: Host, name: str) -> Screen:
    user = host.wire.world.person(name)
    member = Member(host.wire, host.library, user, Lives(), random.Random(1))  # noqa: S311  # to be repeated
    screen = await member.arrive(keep=False)
    return await member.press(screen, screen.one(Kind.BEGIN_STEPS))


async def test_a_conversation_that_takes_no_more_edits_this_hour_holds_no_other_up(
    wire: WireDiscord, home: Home
) -> None:
    async with hosted(wire, home.settings()) as host:
        lying = [await begin(host, name) for name in ("Ada", "Ben")]
        host.clock.turn(LONG)
        wire.world.pass_time(LONG.total_seconds())
        wire.world.post.old_edits.says_when = False  # the bot waits by the machine's clock, which no test turns
        held_up = lying[0].message["channel_id"]
        wire.world.post.old_edits.says_when = False  # else the bot would not ask again for an hour of this machine's
        wire.world.post.old_edits.taken[held_up] = [wire.world.time()] * wire.world.post.old_edits.most

        for _ in range(2):  # the first round of a process is a pause
            await host.round_of_jobs()

        assert traces(host.output.getvalue()) == []
        assert [one.asked is None for one in lying] == [False, True]
        host.clock.turn(LONG)
        wire.world.pass_time(LONG.total_seconds())
        await host.round_of_jobs()
        assert [one.asked for one in lying] == [None, None]
