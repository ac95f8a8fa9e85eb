"""What moderators have is no way to a person: none to aim at, nobody written to, and no lookup to read about."""

import itertools
from collections.abc import Iterator

import pytest

from tests.promises.homes import Home, traces
from tests.promises.hosting import Host, hosted
from tests.promises.moderating import NEVER_OFFERED, Ground, Keeping, kinds_of, rows, suggest
from tests.wire.discord_server import WireDiscord
from tests.wire.looks import texts

LOOKUPS = 1000
AT_ONCE = 20
CANARY = "zebrafinch"


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_nothing_that_moderators_do_is_aimed_at_a_person_or_writes_to_one(wire: WireDiscord, home: Home) -> None:
    """The crawler fails where there is an option or a select of people; here is what it sent, and where to."""
    async with hosted(wire, home.settings()) as host:
        keeping = Keeping(Ground(host, wire.moderator))
        await keeping.go_through_all()
        suggesting = suggest(host, wire.member, keeping.fill)
        await suggesting.run(["explain"])
        await keeping.finish()

        tried = keeping.crawler.kinds | suggesting.kinds
        assert kinds_of(host) - tried == NEVER_OFFERED
        assert keeping.paths == keeping.crawler.commands
        assert traces(host.output.getvalue()) == []
    private = {one["id"] for one in wire.world.channels.values() if "guild_id" not in one}
    assert wire.calls("POST", "/users/@me/channels") == []
    assert not [call for call in wire.requests if set(call.path.split("/")) & private]
    sent = [call.body for call in wire.calls("POST", r"/channels/\d+/(messages|threads)$")]
    messages = [body.get("message", body) for body in sent]
    assert len(messages) > 20
    for message in messages:
        assert message["allowed_mentions"] == {"parse": []}
        assert not any("<@" in text for text in texts(message))


def on_disk(home: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.state.iterdir()}


async def everywhere(host: Host, home: Home) -> dict[str, bytes]:
    found = on_disk(home)
    found["log"] = host.output.getvalue().encode()
    return found | {path: (await host.side_port(path)).encode() for path in ("/metrics", "/healthz")}


def topics() -> Iterator[str]:
    return (f"{CANARY} graphics driver {number}" for number in itertools.count(1_000))  # none that could be an age


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_a_thousand_lookups_that_find_nothing_leave_no_row_and_no_byte(wire: WireDiscord, home: Home) -> None:
    async with hosted(wire, home.settings()) as host:
        await Ground(host, wire.moderator).set_all()
        typed = topics()
        people = [wire.world.person(f"Asker {number}") for number in range(AT_ONCE)]  # one alone would have to wait
        for _ in range(2):  # the first round of a process is a pause
            await host.round_of_jobs()
        before = await rows(host)
        assert before["server"]
        offered = 0
        for _ in range(LOOKUPS // AT_ONCE):
            asked = [await wire.slash("explain", {"topic": next(typed)}, user=one) for one in people]
            for one in asked:
                offered += host.library.suggestions.offer.suggest in texts(await one.settled())
            suggested = await wire.autocomplete("explain", "topic", {"topic": next(typed)}, user=wire.member)
            await suggested.answered()

        assert offered == LOOKUPS
        assert await rows(host) == before
        found = await everywhere(host, home)
    found |= {f"{name}, closed": content for name, content in on_disk(home).items()}
    assert [name for name, content in found.items() if CANARY.encode() in content] == []
