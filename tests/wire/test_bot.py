"""The real bot as its own process on a loopback Discord: everything a network, a signal or an author can do to it."""

from __future__ import annotations

import asyncio
import re
import signal
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.domain.content import NAMED_BY_CODE

from .looks import find, texts
from .process import BotProcess
from .room_of_interactions import ANSWER_WITHIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .discord_server import WireDiscord
    from .exchange import Exchange

pytestmark = pytest.mark.usefixtures("forked")

OPERATOR = 77
CANARY = "zebra canary I am so jealous tonight"


@pytest.fixture
def config(tmp_path: Path, content: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"content: {content}\nside_port: {{port: null}}\noperator: {{contact: the keeper}}\n")
    return path


def process(wire: WireDiscord, config: Path, **env: str) -> BotProcess:
    return BotProcess(wire, "bot.__main__:main", "run", "--config", str(config), env=env)


async def explained(wire: WireDiscord, topic: str = "compersion", **scene: Any) -> Exchange:
    exchange = await wire.slash("explain", {"topic": topic}, **scene)
    await exchange.settled()
    return exchange


async def put(wire: WireDiscord, times: int) -> None:
    """Wait until commands have been put so often, which happens after connecting."""
    await wire.until(lambda: len(wire.calls("PUT", "/commands")) == times)


# --- start and stop -------------------------------------------------------------------------------------------------


async def test_commands_are_put_once_and_again_only_when_they_differ(
    wire: WireDiscord, config: Path, edit: Callable[[str, str, str], None]
) -> None:
    async with process(wire, config) as bot:
        await put(wire, 1)
        assert await bot.terminate() == 0

    async with process(wire, config) as bot:
        await wire.until(lambda: len(wire.calls("GET", "/commands")) == 2)
        await explained(wire)
        assert await bot.terminate() == 0
    assert len(wire.calls("PUT", "/commands")) == 1

    edit("interface.yaml", "description: What a word means. Only", "description: What a word or name means. Only")
    async with process(wire, config):
        await put(wire, 2)


async def test_the_operators_commands_are_put_in_their_server_alone(wire: WireDiscord, config: Path) -> None:
    config.write_text(config.read_text().replace("contact:", f"server: {wire.guild['id']}, user: {OPERATOR}, contact:"))
    async with process(wire, config) as bot:
        await put(wire, 2)
        assert await bot.terminate() == 0
    puts = [one.path for one in wire.calls("PUT", "/commands")]
    assert sum(f"/guilds/{wire.guild['id']}/" in one for one in puts) == 1

    async with process(wire, config):
        await wire.until(lambda: len(wire.calls("GET", "/commands")) == 4)
        refused = await wire.slash("content status", user=wire.member)
        await refused.settled()
        assert "for the person who runs this bot" in refused.texts[0]
    assert len(wire.calls("PUT", "/commands")) == 2


async def test_sigterm_during_fifty_presses_answers_each_and_ends_well(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        card = await explained(wire)
        slow = wire.faults.add(method="POST", path_regex="/callback", delay=0.3, times=None)
        presses = [await wire.press(card, "Support") for _ in range(50)]
        code = await bot.terminate(10)

    assert code == 0
    assert slow.hits >= 50
    assert all(one.callbacks for one in presses)
    assert all("findahelpline.com" in "\n".join(one.texts) for one in presses)


async def test_ctrl_c_ends_it_too(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        bot.signal(signal.SIGINT)
        assert await bot.wait() == 0
        assert "Traceback" not in bot.stderr


async def test_a_wrong_token_ends_it_with_a_sentence(wire: WireDiscord, config: Path) -> None:
    bot = process(wire, config, DISCORD_TOKEN="a.wrong.token")  # a token of nobody's
    await bot.start()

    assert await bot.wait() == 1
    assert "Discord does not accept the token; copy it again from the portal, under Bot" in bot.stderr
    assert "a.wrong.token" not in bot.stderr
    assert "Traceback" not in bot.stderr


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"status": 429, "via": False}, {"reset": True}])
async def test_a_discord_that_cannot_be_had_is_waited_for(
    wire: WireDiscord, config: Path, fault: dict[str, Any]
) -> None:
    wire.faults.add(method="GET", path_regex=r"/users/@me$", times=1, **fault)
    wire.faults.add(method="GET", path_regex=r"/commands$", times=1, **{**fault, "status": fault.get("status") or 502})
    async with process(wire, config):
        exchange = await explained(wire)

    assert "What is compersion?" in exchange.texts[0]


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", r"/users/@me$", "Discord cannot be reached (RateLimited); trying again"),
        ("GET", r"/gateway/bot$", "Discord cannot be reached (RateLimited); trying again"),
        ("PUT", r"/commands$", "The commands could not be put: RateLimited"),
    ],
)
async def test_a_rate_limit_of_an_hour_is_said_and_ends_nothing(
    wire: WireDiscord, config: Path, method: str, path: str, said: str
) -> None:
    wire.faults.add(method=method, path_regex=path, status=429, retry_after=3600)
    bot = process(wire, config)
    await bot.start()
    await bot.wrote(said)

    assert await bot.terminate() == 0
    assert "Traceback" not in bot.stderr


async def test_sigterm_while_discord_says_nothing_still_ends_it(wire: WireDiscord, config: Path) -> None:
    hanging = wire.faults.add(method="GET", path_regex=r"/users/@me$", hang=True, times=None)
    bot = process(wire, config)
    await bot.start()
    await wire.until(lambda: hanging.hits >= 1)

    assert await bot.terminate(10) == 0
    hanging.release()


async def test_a_token_that_is_reset_while_connected_ends_it_with_a_sentence(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        await explained(wire)
        await wire.gateway.close(4004)
        assert await bot.wait() == 1
        assert "Discord no longer accepts the token" in bot.stderr


async def test_health_follows_the_connection_and_metrics_name_nobody(wire: WireDiscord, config: Path) -> None:
    config.write_text(config.read_text().replace("port: null", "port: 0"))
    async with process(wire, config) as bot, aiohttp.ClientSession() as session:
        await explained(wire, CANARY)
        found = re.search(r"Health and metrics on (127\.0\.0\.1:\d+)", bot.stderr)
        assert found
        async with session.get(f"http://{found[1]}/healthz") as response:
            assert (response.status, await response.text()) == (200, "ok\n")
        async with session.get(f"http://{found[1]}/metrics") as response:
            metrics = await response.text()

    assert "compersion_pack_errors 0.0" in metrics
    assert "compersion_answers_lost 0.0" in metrics
    assert wire.member["id"] not in metrics
    assert "canary" not in metrics
    assert "explain" not in metrics


async def test_a_side_port_that_is_taken_ends_it_with_a_sentence(wire: WireDiscord, config: Path) -> None:
    taken = wire.base("bot").split(":")[2].split("/")[0]
    config.write_text(config.read_text().replace("port: null", f"port: {taken}"))
    bot = process(wire, config)
    await bot.start()

    assert await bot.wait() == 1
    assert f"127.0.0.1:{taken} cannot be used for health and metrics" in bot.stderr
    assert "Traceback" not in bot.stderr


async def test_a_folder_that_goes_away_and_comes_back_is_served_again(
    wire: WireDiscord, config: Path, pack: Path
) -> None:
    async with process(wire, config) as bot:
        await explained(wire)
        away = pack.with_name("away")
        pack.rename(away)
        await bot.wrote("there is no such folder")
        assert "What is compersion?" in (await explained(wire)).texts[0]
        text = (away / "explainers/compersion.yaml").read_text()
        (away / "explainers/compersion.yaml").write_text(text.replace("What is compersion?", "What is that glow?"))
        away.rename(pack)
        await bot.wrote("Serving pack")
        assert "What is that glow?" in (await explained(wire)).texts[0]


# --- answers over a bad line ----------------------------------------------------------------------------------------


async def test_a_rate_limit_is_waited_out(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config):
        limited = wire.faults.add(method="POST", path_regex="/callback", status=429, retry_after=0.2, via=True)
        exchange = await explained(wire)

    assert limited.hits == 1
    assert "What is compersion?" in exchange.texts[0]


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 502}, {"reset": True}, {"reset": True, "after": True}])
async def test_a_broken_answer_is_given_again_and_once(wire: WireDiscord, config: Path, fault: dict[str, Any]) -> None:
    async with process(wire, config) as bot:
        card = await explained(wire)
        wire.faults.add(method="POST", path_regex="/callback", **fault)
        pressed = await wire.press(card, "Support")
        await pressed.settled()
        await explained(wire)
        assert "Traceback" not in bot.stderr

    assert len(pressed.callbacks) == 1
    assert "findahelpline.com" in "\n".join(pressed.texts)


async def test_a_discord_that_takes_no_answer_leaves_the_bot_answering_others(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        card = await explained(wire)
        lost = wire.faults.add(method="POST", path_regex="/callback", status=403, code=50013, times=2)
        await wire.press(card, "Support")
        await wire.until(lambda: lost.hits == 2)
        await bot.wrote("Discord did not take the apology either")
        assert "What is compersion?" in (await explained(wire)).texts[0]


async def test_a_discord_that_falls_silent_holds_up_nobody_else(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        card = await explained(wire)
        silent = wire.faults.add(method="POST", path_regex="/callback", hang=True)
        await wire.press(card, "Support")
        await wire.until(lambda: silent.hits)
        assert "What is compersion?" in (await explained(wire)).texts[0]
        assert await bot.terminate(10) == 0
    silent.release()


async def test_an_interaction_delivered_twice_or_late_does_no_harm(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        doubled = await explained(wire, times=2)
        wire.world.answer_within = ANSWER_WITHIN
        late = await wire.slash("explain", {"topic": "compersion"}, late=3.5)
        await late.until(lambda: late.refused)
        wire.world.answer_within = 60.0
        assert "What is compersion?" in (await explained(wire)).texts[0]
        assert "Traceback" not in bot.stderr

    assert len(doubled.callbacks) == 1


async def test_a_deferred_press_is_answered_when_discord_is_slow(wire: WireDiscord, config: Path) -> None:
    """Showing in the channel takes three requests; each may be slow, and the order holds."""
    async with process(wire, config):
        card = await explained(wire)
        wire.faults.add(method="POST", path_regex=r"/webhooks/", delay=0.5)
        shown = await wire.press(card, "Share in channel")
        await shown.until(lambda: shown.edits)

    assert len(shown.followups) == 1
    assert f"Shared by <@{wire.member['id']}>." in "\n".join(texts(shown.followups[0]))


async def test_a_press_that_takes_longer_than_discord_waits_is_deferred_and_answered(
    wire: WireDiscord, config: Path
) -> None:
    async with BotProcess(wire, "tests.wire.slow_bot:main", "run", "--config", str(config)):
        card = await explained(wire)
        prompt = await wire.press(card, "Reflect on this")
        await prompt.settled()
        shown = await wire.press(card, "Share in channel")
        await shown.until(lambda: shown.edits)
        before = texts(prompt.shown), texts(shown.followups[0])

        new, same, failing = await asyncio.gather(
            wire.press(card, "Support"),
            wire.press(prompt, "Another question"),
            wire.press(shown.followups[0], "Remove from channel"),
        )
        await asyncio.gather(new.settled(), same.settled(), failing.settled())

    assert (new.type, same.type, failing.type) == (5, 6, 6)
    assert new.private
    assert "findahelpline.com" in "\n".join(new.texts)
    assert texts(prompt.shown) != before[0]
    assert texts(shown.followups[0]) == before[1]
    assert [bool(one["flags"] & 64) for one in failing.followups] == [True]
    assert "It took long, and it did not work." in failing.texts


async def test_a_gateway_that_closes_is_resumed_and_nothing_is_missed(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config):
        await explained(wire)
        await wire.gateway.close(4000)
        exchange = await wire.slash("explain", {"topic": "secure-base"})
        await exchange.settled()

    assert len(wire.gateway.resumes) == 1
    assert "What is a secure base?" in exchange.texts[0]


# --- what simcord does not model ------------------------------------------------------------------------------------


async def test_a_member_who_installed_the_bot_for_themselves_is_told_when_discord_kept_it_private(
    wire: WireDiscord, config: Path
) -> None:
    view_channels_alone = 1 << 10
    wire.member = wire.world.person("guest", view_channels_alone)
    async with process(wire, config):
        card = await explained(wire, guild="555", owners={"1": wire.member["id"]})
        shown = await wire.press(card, "Share in channel")
        await shown.until(lambda: shown.edits)

    assert [bool(one["flags"] & 64) for one in shown.followups] == [True]
    assert "Discord kept it private" in "\n".join(texts(card.shown))


async def test_a_channel_that_takes_no_post_is_said_and_the_card_stays(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config):
        card = await explained(wire)
        wire.faults.add(method="POST", path_regex=r"/webhooks/", status=403, code=50013)
        shown = await wire.press(card, "Share in channel")
        await shown.until(lambda: shown.edits)

    assert not shown.followups
    assert "I don't have permission to post in this channel" in "\n".join(texts(card.shown))


async def test_a_card_that_cannot_be_taken_back_stays_and_the_member_is_told_privately(
    wire: WireDiscord, config: Path
) -> None:
    async with process(wire, config):
        card = await explained(wire)
        shown = await wire.press(card, "Share in channel")
        await shown.until(lambda: shown.edits)
        message = shown.followups[0]
        wire.faults.add(method="DELETE", path_regex=r"/webhooks/", status=403, code=50001)
        before = texts(message)
        pressed = await wire.press(message, "Remove from channel")
        await pressed.until(lambda: pressed.followups)

    assert [bool(one["flags"] & 64) for one in pressed.followups] == [True]
    assert "Discord did not answer" in pressed.followups[0]["components"][0]["content"]
    assert texts(message) == before


async def test_taking_back_what_is_already_gone_is_no_trouble(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        card = await explained(wire)
        shown = await wire.press(card, "Share in channel")
        await shown.until(lambda: shown.edits)
        gone = wire.faults.add(method="DELETE", path_regex=r"/webhooks/", status=404, code=10008)
        pressed = await wire.press(shown.followups[0], "Remove from channel")
        await wire.until(lambda: gone.hits)
        await explained(wire)
        await bot.terminate()
        assert "WARNING" not in bot.stderr

    assert not pressed.followups


@pytest.mark.parametrize("locale", ["de", "ar", "zz-unknown"])
async def test_any_locale_is_answered(wire: WireDiscord, config: Path, locale: str) -> None:
    async with process(wire, config):
        assert "What is compersion?" in (await explained(wire, locale=locale)).texts[0]


async def test_every_message_the_bot_sends_pings_nobody(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config):
        card = await explained(wire, "@everyone <@1> jealous")
        await (await wire.slash("support", {"country": "@everyone"})).settled()
        card = await explained(wire)
        shown = await wire.press(card, "Share in channel")
        await shown.until(lambda: shown.edits)
        said = await wire.dm_message(wire.member, "hello")
        await said.settled()

    sent = [
        one.body.get("data", one.body)
        for one in wire.requests
        if one.method in {"POST", "PATCH"} and isinstance(one.body, dict)
    ]
    sent = [one for one in sent if isinstance(one, dict) and one.get("components")]
    assert len(sent) >= 5
    assert all(one["allowed_mentions"] == {"parse": []} for one in sent)
    assert not any("@everyone" in text.replace("@\u200beveryone", "") for one in sent for text in texts(one))


async def test_a_typed_message_is_answered_once_an_hour_and_never_logged(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        first = await wire.dm_message(wire.member, CANARY)
        await first.settled()
        await wire.dm_message(wire.member, CANARY)
        await explained(wire)
        pressed = await wire.press(first, "Support")
        await pressed.settled()
        await bot.terminate()
        output = bot.stdout + bot.stderr

    posts = [one for one in wire.calls("POST", "/messages") if "/channels/" in one.path]
    assert len(posts) == 1
    assert "findahelpline.com" in "\n".join(pressed.texts)
    assert "canary" not in output


async def test_a_discord_that_takes_no_direct_message_does_no_harm(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        wire.close_dms(wire.member)
        await wire.dm_message(wire.member, "hello")
        await bot.wrote("A typed message could not be answered")
        assert "What is compersion?" in (await explained(wire)).texts[0]


# --- nothing gives a member away ------------------------------------------------------------------------------------


async def test_what_members_do_leaves_no_trace_in_the_output(wire: WireDiscord, config: Path) -> None:
    wire.member = wire.world.person("marguerite")
    async with process(wire, config) as bot:
        await explained(wire, CANARY)
        await (await wire.autocomplete("explain", "topic", {"topic": CANARY})).answered()
        message = wire.say(CANARY, user=wire.member)
        await (await wire.message_command("Find an explainer", message)).settled()
        card = await explained(wire)
        for status in (500, 403, 404):
            wire.faults.add(method="POST", path_regex="/callback", status=status, times=None)
            for label in ("Support", "Reflect on this"):
                await wire.press(card, label)
            await wire.slash("explain", {"topic": CANARY})
            await wire.autocomplete("explain", "topic", {"topic": CANARY})
            await wire.until(lambda: wire.requests[-1].status == status)  # noqa: B023  # awaited in its own round
            wire.faults.clear()
        await explained(wire)
        await bot.terminate(20)
        output = bot.stdout + bot.stderr

    assert "canary" not in output
    assert wire.member["id"] not in output
    assert wire.member["username"] not in output
    assert wire.token not in output


# --- an author at work ----------------------------------------------------------------------------------------------


async def test_a_saved_file_is_served_by_the_next_lookup_and_a_broken_one_is_not(
    wire: WireDiscord, config: Path, edit: Callable[[str, str, str], None]
) -> None:
    title = "title: What is compersion?"
    async with process(wire, config) as bot:
        await explained(wire)
        edit("explainers/compersion.yaml", title, "title: What is that glow?")
        await bot.wrote("Serving pack")
        assert "What is that glow?" in (await explained(wire)).texts[0]

        edit("explainers/compersion.yaml", "title: What is that glow?", "titel: What is that glow?")
        await bot.wrote("the last good one goes on serving")
        assert "unknown key `titel` (did you mean `title`?)" in bot.stderr
        assert "What is that glow?" in (await explained(wire)).texts[0]


async def test_sighup_reads_the_pack_again(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        bot.signal(signal.SIGHUP)
        await bot.wrote("Serving pack")


async def test_the_operator_sees_what_is_wrong_and_where(
    wire: WireDiscord, config: Path, edit: Callable[[str, str, str], None]
) -> None:
    operator = wire.world.person("operator")
    config.write_text(
        config.read_text().replace("contact:", f"server: {wire.guild['id']}, user: {operator['id']}, contact:")
    )
    async with process(wire, config) as bot:
        await put(wire, 2)
        edit("explainers/compersion.yaml", "title: What is compersion?", "titel: What is compersion?")
        await bot.wrote("the last good one goes on serving")
        status = await wire.slash("content status", user=operator)
        await status.settled()
        said = "\n".join(status.texts)
        assert "unknown key `titel`" in said
        assert "compersion.yaml" in said

        edit("explainers/compersion.yaml", "titel: What is compersion?", "title: What is compersion?")
        reload = await wire.slash("content reload", user=operator)
        await reload.settled()
        assert "unknown key" not in "\n".join(reload.texts)


# --- everything a member can press ----------------------------------------------------------------------------------


async def test_every_card_opens_from_the_list_and_everything_on_it_answers(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        for topic in NAMED_BY_CODE:
            if topic == "support":  # its name leads to the people who can help
                continue
            card = await explained(wire, topic)
            for label in ("Support", "Reflect on this"):
                if label in card.texts:
                    pressed = await wire.press(card, label)
                    await pressed.settled()
                    assert pressed.private
            options = find(card.shown, "Read next")["options"]
            opened = await wire.press(card, "Read next", values=[options[0]["value"]])
            await opened.settled()
            assert options[0]["label"] in "\n".join(opened.texts)
        assert "Traceback" not in bot.stderr


async def test_a_burst_is_answered_and_nothing_stays_under_way(wire: WireDiscord, config: Path) -> None:
    config.write_text(config.read_text().replace("port: null", "port: 0"))
    async with process(wire, config) as bot, aiohttp.ClientSession() as session:
        exchanges = [await wire.slash("explain", {"topic": "compersion"}) for _ in range(100)]
        await asyncio.gather(*(one.settled() for one in exchanges))
        await bot.wrote("Health and metrics on")
        found = re.search(r"Health and metrics on (127\.0\.0\.1:\d+)", bot.stderr)
        assert found
        async with session.get(f"http://{found[1]}/metrics") as response:
            assert "compersion_under_way 0.0" in await response.text()
