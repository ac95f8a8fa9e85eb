"""`/mydata` as members meet it: shown, taken along, brought in, paused, deleted and cleared."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.cogs.mydata.clearing import Sweeper
from bot.domain.mydata.journal_file import write
from bot.domain.people import Pause
from bot.services.personal import Personal
from bot.storage.tables import session
from bot.ui.consent import consent_lines
from tests.discord.conftest import World, labels, selects, words
from tests.domain.journals import PROOF, journal
from tests.domain.test_journal import zipped
from tests.services.keepers import DAY, join, keep, profile_of
from tests.storage.world import rows

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conversations are cleared without pauses."""
    monkeypatch.setattr(Sweeper.__init__, "__defaults__", (0.0,))


class Flow:
    """Ana in a server and in her conversation with the bot, and what lies in storage."""

    def __init__(self, world: World) -> None:
        self.world, self.user, self.actor = world, world.ana.user, world.ana
        self.leapt = timedelta()

    @property
    def now(self) -> datetime:
        return self.world.env.now() + self.leapt

    async def leap(self, by: timedelta) -> None:
        """Let time go by, and the jobs' next rounds come."""
        self.leapt += by
        await self.world.env.advance_time(61)

    async def personal(self) -> Personal:
        return await self.world.app.door.personal()

    async def keeps(self, *labels: str | None, **chosen: Any) -> None:
        personal = await self.personal()
        await join(personal, self.user.id, self.now, **chosen)
        for number, label in enumerate(labels):
            await keep(personal, self.user.id, days=30 + number, label=label, now=self.now)

    async def run(self, command: str, **options: Any) -> Any:
        return (await self.actor.slash(self.world.channel, f"mydata {command}", **options)).response

    async def press(self, shown: Any, label: str) -> Any:
        """Press a button; give the message as it is then."""
        if isinstance(shown, discord.Message):
            await self.user.click(shown, label=label)
            return next((one for one in self.conversation if one.id == shown.id), None)
        result = await self.actor.click(shown, label=label)
        return result.response or shown

    @property
    def conversation(self) -> list[discord.Message]:
        return self.user.dm_channel.history()

    def read_file(self, message: discord.Message) -> dict[str, bytes]:
        (attachment,) = message.attachments
        data = self.world.env.backend.cdn.get(attachment.url)
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture
def flow(world: World, clock: list[Callable[[], datetime]]) -> Flow:
    made = Flow(world)
    clock.append(lambda: made.now)
    return made


def raw(shown: Any) -> str:
    """Give a message as it stands, every component and custom id."""
    return json.dumps([one if isinstance(one, dict) else one.to_dict() for one in shown.components])


# --- what is kept ----------------------------------------------------------------------------------------------------


async def test_show_counts_what_is_kept_and_alone_the_member_sees_it(flow: Flow) -> None:
    await flow.keeps("the blue house", None, zone="Europe/Berlin", retention=365)

    shown = await flow.run("show")

    assert shown.ephemeral
    for line in ["Check-ins you kept: 2", "Labels: 1", "Your check-ins are kept.", "365 days", "Europe/Berlin"]:
        assert line in words(shown)
    assert not re.search("blue house|Tea", raw(shown)), "counts, and nothing that was said"
    assert labels(shown) == [
        "Stop keeping my check-ins",
        "Export my check-ins",
        "Import check-ins",
        "Pause my notebook",
        "Delete my data",
        "Delete the bot's messages",
        "Support",
    ]
    assert [one["label"] for one in selects(shown)[0]["options"] if one["default"]] == ["365 days"]


async def test_keep_goes_off_at_once_with_deleting_beside_it_and_on_again(flow: Flow) -> None:
    await flow.keeps(None)

    shown = await flow.press(await flow.run("show"), "Stop keeping my check-ins")
    assert words(shown) == flow.world.library.my_data.keep.is_off
    assert labels(shown) == ["Delete my data", "Back to my data", "Support"]
    profile = await profile_of(await flow.personal(), flow.user.id)
    assert profile is not None
    assert not profile.keep

    shown = await flow.press(await flow.press(shown, "Back to my data"), "Start or stop keeping my check-ins")
    for line in consent_lines(flow.world.library, moderates=None):
        assert line in words(shown)
    await flow.press(shown, "I am 18 or older: keep my check-ins")
    profile = await profile_of(await flow.personal(), flow.user.id)
    assert profile is not None
    assert profile.keep


async def test_lines_that_changed_are_shown_again_before_anyone_agrees(
    flow: Flow, edit: Callable[[str, str, str], None]
) -> None:
    shown = await flow.press(await flow.run("show"), "Start or stop keeping my check-ins")
    edit("checkins/notebook.yaml", "version: 2", "version: 3")
    assert await flow.world.app.reload()

    shown = await flow.press(shown, "I am 18 or older: keep my check-ins")

    assert "One line has changed since you agreed." in words(shown)
    assert "that may be a moderator of a server you are in." in words(shown)
    assert "{" not in words(shown)
    assert await profile_of(await flow.personal(), flow.user.id) is None


async def test_another_retention_is_chosen_from_the_list(flow: Flow) -> None:
    await flow.keeps(None)
    shown = await flow.run("show")

    await flow.world.ana.select(shown, ["until-deleted"])

    assert "New setting for how long check-ins are kept: Until I delete them" in words(shown)
    profile = await profile_of(await flow.personal(), flow.user.id)
    assert profile is not None
    assert profile.retention is None


async def test_a_shorter_retention_that_deletes_is_asked_once(flow: Flow) -> None:
    await flow.keeps(None, retention=365)
    flow.leapt += timedelta(days=40)
    shown = await flow.run("show")

    await flow.world.ana.select(shown, ["30"])
    assert "If you choose 30 days, check-ins older than that are deleted within the hour. That would be: 1." in words(
        shown
    )
    profile = await profile_of(await flow.personal(), flow.user.id)
    assert profile is not None
    assert profile.retention == 365
    await flow.world.ana.click(shown, label="Yes, change and delete older ones")

    assert "New setting for how long check-ins are kept: 30 days" in words(shown)


async def every_look(flow: Flow) -> list[str]:
    """Go through all that `/mydata` shows, up to the receipts, and give what stood there."""
    shown = await flow.run("show")
    looks = [raw(shown)]
    await flow.run("export")
    files = flow.read_file(flow.conversation[-1])
    looks += [words(flow.conversation[-1]), *files, *(data.decode() for data in files.values())]
    for button in [
        "Start or stop keeping my check-ins",
        "Stop keeping my check-ins",
        "Back to my data",
        "Pause my notebook",
        "A",
        "Pause without an end date",
        "Back to my data",
        "Import check-ins",
        "Back to my data",
    ]:
        shown = await flow.press(shown, button)
        looks.append(raw(shown))
    for ask, yes in [
        ("Delete all check-ins", "Yes, delete all check-ins"),
        ("Delete everything", "Yes, delete everything"),
    ]:
        shown = await flow.run("delete")
        for button in [ask, yes]:
            shown = await flow.press(shown, button)
            looks.append(raw(shown))
    return looks


@pytest.mark.parametrize("kind", ["empty", "paused", "deleted"])
async def test_empty_paused_deleted_and_never_kept_look_the_same_to_the_byte(world: World, kind: str) -> None:
    kept, never = Flow(world), Flow(world)
    never.user, never.actor = world.ben.user, world.ben
    if kind == "empty":
        await kept.keeps(zone="Europe/Berlin")
    else:
        await kept.keeps("the blue house", None, zone="Europe/Berlin")
    personal = await kept.personal()
    if kind == "paused":
        await personal.mydata.pause(kept.user.id, Pause(), kept.now)
    if kind == "deleted":
        await personal.mydata.delete_everything(kept.user.id, kept.now)

    one, other = await every_look(kept), await every_look(never)

    assert one == other
    assert words(await kept.run("show")).startswith("## My data\n\nThere is nothing here.")


# --- taking along ----------------------------------------------------------------------------------------------------


async def test_an_export_comes_in_private_as_one_plain_zip(flow: Flow) -> None:
    await flow.keeps("the blue house", None, zone="Europe/Berlin")

    answer = await flow.run("export")

    (message,) = flow.conversation
    files = flow.read_file(message)
    whole = json.loads(files["entries.json"])
    page = files["journal.html"].decode()
    assert answer.ephemeral
    assert "It is waiting in our DMs" in words(answer)
    assert not answer.attachments
    assert [one.filename for one in message.attachments] == ["my-data.zip"]
    assert "up to a day" in words(message)
    assert sorted(files) == ["entries.json", "journal.html"]
    assert [one["label"] for one in whole["situations"]] == ["the blue house"]
    assert len(whole["entries"]) == 2
    assert whole["zone"] == "Europe/Berlin"
    assert str(flow.user.id) not in page + json.dumps(whole)
    assert "the blue house" in page
    assert PROOF in page
    assert 'src="data:image/png;base64,' in page


async def test_the_file_goes_when_its_button_is_pressed(flow: Flow) -> None:
    await flow.keeps(None)
    await flow.run("export")

    await flow.press(flow.conversation[0], "Delete this file")

    assert flow.conversation == []
    assert await (await flow.personal()).errands.list_files(flow.user.id) == []


async def test_the_file_goes_after_an_hour_by_itself(flow: Flow) -> None:
    await flow.keeps(None)
    await flow.run("export")

    await flow.leap(timedelta(minutes=50))
    assert len(flow.conversation) == 1
    await flow.leap(timedelta(minutes=10))

    assert flow.conversation == []


async def test_a_file_whose_place_was_not_noted_is_found_by_its_button(flow: Flow) -> None:
    """The process died between sending the file and noting where."""
    await flow.keeps(None)
    await flow.run("export")
    await flow.run("export")
    personal = await flow.personal()
    errand, _ = await personal.errands.list_files(flow.user.id)
    async with personal.storage.database.transaction() as tx:
        row = await personal.storage.sessions.get(tx, errand.token)
        await personal.storage.sessions.update(
            tx, row, {"kind": "sent-file", "place": None}, expires=row.expires, due=flow.now
        )

    await flow.leap(timedelta())

    assert [one.attachments[0].filename for one in flow.conversation] == ["my-data.zip"]
    assert len(await personal.errands.list_files(flow.user.id)) == 1


async def test_all_of_it_works_in_a_conversation_after_leaving_every_server(flow: Flow) -> None:
    await flow.keeps("the blue house")
    await flow.run("export")
    flow.world.guild.remove_member(flow.world.ana)

    shown = (await flow.user.slash("mydata show")).response
    assert "Check-ins you kept: 1" in words(shown)
    assert shown.ephemeral
    await flow.user.slash("mydata export")
    assert [len(one.attachments) for one in flow.conversation] == [1, 1]
    asked = (await flow.user.slash("mydata delete")).response
    for button in ["Delete everything", "Yes, delete everything"]:
        await flow.user.click(asked, label=button)
    assert "check-ins you kept (1)" in words(asked)
    assert flow.conversation == [], "the files went first"


async def test_a_second_export_meanwhile_is_told_to_wait(flow: Flow) -> None:
    personal = await flow.personal()

    async with personal.turns.alone(flow.user.id):
        answers = [await flow.run("export"), await flow.run("import", file=("entries.json", upload()))]
        shown = await flow.press(
            await flow.press(await flow.run("delete"), "Delete everything"), "Yes, delete everything"
        )

    assert {words(one) for one in [*answers, shown]} == {flow.world.library.my_data.busy}
    assert flow.conversation == []


async def test_a_notebook_too_large_for_discord_is_told_so(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cogs.mydata.transfer.MOST_SENT", 100)

    assert words(await flow.run("export")) == flow.world.library.my_data.export.too_large
    assert flow.conversation == []


# --- bringing in -----------------------------------------------------------------------------------------------------


def upload(change: Callable[[dict[str, Any]], object] = lambda _: None) -> bytes:
    whole = json.loads(write(journal(), datetime(2026, 1, 1, tzinfo=UTC), UTC, PROOF)["entries.json"])
    for number, entry in enumerate(whole["entries"]):
        entry["started"], entry["ended"] = f"2025-12-0{number + 1}T10:00:00Z", f"2025-12-0{number + 1}T10:04:00Z"
    change(whole)
    return json.dumps(whole).encode()


async def test_a_member_is_asked_and_then_it_comes_in(flow: Flow) -> None:
    await flow.keeps("the blue house")

    shown = await flow.run("import", file=("anything.txt", upload()))
    assert shown.ephemeral
    assert "Check-ins in this file: 3, from <t:1764583200:D> to <t:1764756000:D>" in words(shown)
    assert labels(shown) == ["Import them", "Don't import", "Support"]
    await flow.press(shown, "Import them")

    assert words(shown) == "Imported: 3."
    assert "Check-ins you kept: 4" in words(await flow.run("show"))
    again = await flow.run("import", file=("my-data.zip", zipped({"entries.json": upload()})))
    assert "3 of them are already here" in words(again)
    assert "this same file before" in words(again)


async def test_someone_who_keeps_nothing_reads_the_consent_first(flow: Flow) -> None:
    shown = await flow.run("import", file=("entries.json", upload()))

    for line in consent_lines(flow.world.library, moderates=None):
        assert line in words(shown)
    assert await profile_of(await flow.personal(), flow.user.id) is None
    await flow.press(shown, "I am 18 or older: import them")
    assert "Check-ins you kept: 3" in words(await flow.run("show"))


async def test_leaving_it_and_pressing_too_late(flow: Flow) -> None:
    shown = await flow.run("import", file=("entries.json", upload()))
    older = await flow.run("import", file=("entries.json", upload()))

    await flow.press(older, "Don't import")
    late = await flow.press(shown, "I am 18 or older: import them")

    assert words(older) == flow.world.library.my_data.bring_in.left
    assert words(late) == flow.world.library.my_data.bring_in.gone
    assert await profile_of(await flow.personal(), flow.user.id) is None


async def test_another_s_waiting_file_cannot_be_brought_in(flow: Flow) -> None:
    shown = await flow.run("import", file=("entries.json", upload()))
    (row,) = await waiting(flow)
    other = Flow(flow.world)
    other.user, other.actor = flow.world.ben.user, flow.world.ben
    await other.run("import", file=("entries.json", upload()))

    personal = await flow.personal()
    await personal.transfer.leave(other.user.id, bytes(row.id))

    assert len(await waiting(flow)) == 2
    await flow.press(shown, "I am 18 or older: import them")
    assert words(shown) == "Imported: 3."


async def waiting(flow: Flow) -> list[Any]:
    return await rows((await flow.personal()).storage.database, session)


REFUSED: dict[str, tuple[bytes, str]] = {
    "too_large": (b" " * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    "truncated": (upload()[:-30], "ends in the middle"),
    "not_json": (b"{\n oops", "first mistake is in line 2"),
    "not_ours": (b'{"format": "holiday"}', "not a file of check-ins"),
    "newer": (upload(lambda whole: whole.update(version=9)), "version 9"),
    "shape": (upload(lambda whole: whole["entries"][1].pop("ended")), "`entries[2].ended` is not right: it is missing"),
    "key": (upload(lambda whole: whole.update({"`@everyone`": 1})), "`@everyone` is not right: the format has no such"),
    "note": (
        upload(lambda whole: whole["entries"][0]["answers"][1].update(text="x" * 4000)),
        "`entries[1].answers[2].text` is 4000 characters long. It can have 1000.",
    ),
    "label": (upload(lambda whole: whole["situations"][0].update(label="<@1>")), "label at `situations[1].label`"),
    "too_many": (
        upload(lambda whole: whole.update(entries=[{}] * 5001)),
        "5001 items in one list, and there can be 5000",
    ),
    "damaged_zip": (b"PK\x03\x04 no zip", "zip is damaged"),
    "empty_zip": (zipped({"a.txt": b""}), "no entries.json"),
    "bomb": (zipped({"entries.json": b" " * 30_000_000}), "larger than 2 MB"),
    "nothing": (upload(lambda whole: whole.update(entries=[], situations=[])), "no check-ins in this file"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_cannot_be_brought_in_is_told_why_and_that_nothing_changed(flow: Flow, name: str) -> None:
    data, sentence = REFUSED[name]

    shown = await flow.run("import", file=("entries.json", data))

    assert shown.ephemeral
    assert sentence in words(shown)
    assert flow.world.library.my_data.refused.foot in words(shown)
    assert await waiting(flow) == []


async def test_too_many_situations_leave_the_file_waiting(flow: Flow) -> None:
    await flow.keeps("already here")
    labels_ = [{"id": number, "label": f"label {number}"} for number in range(50)]
    shown = await flow.run(
        "import",
        file=(
            "entries.json",
            upload(
                lambda whole: whole.update(
                    situations=labels_, entries=[{**one, "situation": None} for one in whole["entries"]]
                )
            ),
        ),
    )

    answer = await flow.press(shown, "Import them")

    assert "you would have 51 labels, and there can be 50" in words(answer)
    assert "Check-ins you kept: 1" in words(await flow.run("show"))


# --- pausing ---------------------------------------------------------------------------------------------------------


async def test_a_pause_takes_everything_out_of_sight_until_go_on(flow: Flow) -> None:
    await flow.keeps("the blue house")
    panel = await flow.run("pause")
    assert labels(panel) == [*"ABCDEF", "Pause without an end date", "Resume", "Back to my data", "Support"]
    days = [int(one) for one in re.findall(r"<t:(\d+):D>", words(panel))]
    assert [round((one - flow.now.timestamp()) / 86400) for one in days] == [1, 3, 7, 14, 30, 90]

    await flow.press(panel, "C")
    assert f"Paused until <t:{days[2]}:D>" in words(panel)
    profile = await profile_of(await flow.personal(), flow.user.id)
    assert profile is not None
    assert profile.pause is not None
    assert profile.pause.until is not None
    assert profile.pause.until.timestamp() == days[2]
    assert flow.world.library.my_data.nothing in words(await flow.run("show"))

    await flow.press(panel, "Resume")
    assert flow.world.library.my_data.pause.going_on in words(panel)
    assert "Check-ins you kept: 1" in words(await flow.run("show"))


async def test_a_letter_pressed_after_its_day_shows_new_days(flow: Flow) -> None:
    await flow.keeps(None)
    panel = await flow.run("pause")
    before = words(panel)

    await flow.leap(2 * DAY)
    await flow.press(panel, "A")

    profile = await profile_of(await flow.personal(), flow.user.id)
    assert profile is not None
    assert profile.pause is None
    assert words(panel) != before
    assert "Paused" not in words(panel)


# --- deleting --------------------------------------------------------------------------------------------------------


async def test_deleting_all_check_ins_is_asked_once_and_receipted(flow: Flow) -> None:
    await flow.keeps("the blue house", None)
    shown = await flow.press(await flow.run("delete"), "Delete all check-ins")
    assert labels(shown) == ["Yes, delete all check-ins", "Cancel", "Support"]

    at = flow.now
    await flow.press(shown, "Yes, delete all check-ins")

    assert "check-ins you kept (2), open check-ins and nudges (0)" in words(shown)
    assert f"<t:{int((at + 7 * DAY).timestamp())}:D>" in words(shown)
    assert flow.world.library.notebook.receipts.cannot_delete in words(shown)
    assert flow.world.library.my_data.delete.stays in words(shown)
    show = words(await flow.run("show"))
    assert "Check-ins you kept: 0" in show
    assert "Labels: 1" in show


async def test_deleting_everything_ends_it_and_one_can_start_again(flow: Flow) -> None:
    await flow.keeps("the blue house", None)
    shown = await flow.press(await flow.press(await flow.run("delete"), "Delete everything"), "Yes, delete everything")

    assert (
        "check-ins you kept (2), open check-ins, nudges and anything else waiting (0), labels (1), reminders (0)"
        in words(shown)
    )
    assert flow.world.library.notebook.receipts.start_again in words(shown)
    assert labels(shown) == ["Delete the bot's messages", "Check in", "Support"]
    assert await profile_of(await flow.personal(), flow.user.id) is None

    again = await flow.press(await flow.press(await flow.run("delete"), "Delete everything"), "Yes, delete everything")
    assert "whatever there was" in words(again)


async def test_thinking_better_of_it_deletes_nothing(flow: Flow) -> None:
    await flow.keeps(None)

    shown = await flow.press(await flow.press(await flow.run("delete"), "Delete everything"), "Cancel")

    assert "Check-ins you kept: 1" in words(shown)


async def test_one_check_in_is_deleted_where_it_is_looked_back_at(flow: Flow) -> None:
    await flow.keeps("the blue house")

    shown = await flow.press(await flow.run("delete"), "Delete one check-in")

    assert "the blue house" in words(shown)


# --- clearing --------------------------------------------------------------------------------------------------------


async def fill_conversation(flow: Flow, count: int) -> None:
    """Let both write into the conversation, turn by turn."""
    channel = flow.world.env.bot.get_partial_messageable(flow.user.dm_channel.id, type=discord.ChannelType.private)
    for number in range(count):
        await channel.send(f"from the bot {number}")
        if number % 10 == 0:
            await flow.user.send_dm(f"from ana {number}")


async def test_clearing_removes_the_bot_s_messages_and_leaves_the_member_s(flow: Flow) -> None:
    await flow.user.send_dm("hello")
    await fill_conversation(flow, 60)
    before = [one.content for one in flow.conversation if one.author.id == flow.user.id]

    shown = await flow.press(await flow.run("show"), "Delete the bot's messages")
    assert flow.world.library.my_data.clear.about in words(shown)
    done = await flow.press(shown, "Yes, delete the bot's messages")

    assert [one.content for one in flow.conversation] == before
    assert re.search(r"Done. Deleted: 6\d\.", words(done))
    assert done.ephemeral
    assert await waiting(flow) == []


async def test_a_clearing_that_was_cut_off_goes_on_by_itself(flow: Flow) -> None:
    """The process died after noting it: for someone who keeps nothing, too."""
    await fill_conversation(flow, 30)
    own = sum(one.author.id == flow.user.id for one in flow.conversation)
    personal = await flow.personal()
    newest = sorted(one.id for one in flow.conversation)[-5]
    token = await personal.errands.begin_clearing(flow.user.id, flow.user.dm_channel.id, flow.now)
    await personal.errands.go_on_clearing(token, newest, 5, flow.now)

    await flow.leap(timedelta())
    assert len(flow.conversation) > 30, "for two minutes it is left to whoever works on it"
    await flow.leap(timedelta(minutes=2))

    left = [one for one in flow.conversation if one.author.id != flow.user.id]
    assert len(left) == 5, "what came after is not looked at again"
    assert len(flow.conversation) == own + 5
    assert await waiting(flow) == []


async def test_clearing_an_empty_conversation_ends_cleanly(flow: Flow) -> None:
    asked = await flow.press(await flow.run("show"), "Delete the bot's messages")
    shown = await flow.press(asked, "Yes, delete the bot's messages")

    assert words(shown) == flow.world.library.my_data.clear.done.format(count=0)


async def test_messages_that_are_gone_already_do_no_harm(flow: Flow) -> None:
    await flow.run("export")
    (message,) = flow.conversation
    await message.delete()

    await flow.leap(HOUR)

    assert await (await flow.personal()).errands.list_files(flow.user.id) == []
