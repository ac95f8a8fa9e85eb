"""Deleting through /mydata: older backups can no longer be read once the keyring is written again, and not before."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage import database
from bot.storage.deeds import Deed
from bot.storage.tables import deed, member_key
from bot.ui.ids import Kind
from bot.upkeep import read_backup, write_backup
from tests.promises.crawling import Crawler
from tests.promises.homes import Home
from tests.promises.hosting import START, Host, hosted
from tests.promises.walking import Lives, Member, Told, kept_words, words_to_keep
from tests.storage.world import silent
from tests.wire.discord_server import WireDiscord
from tests.wire.looks import Json, texts

AFTER = START + timedelta(days=1)


async def check_in(host: Host, user: Json) -> Told:
    member = Member(host.wire, host.library, user, Lives(), random.Random(3))  # noqa: S311  # to be repeated
    member.always_safe = True
    return await member.check_in(keep=True, form=True)


async def delete_everything(host: Host, user: Json) -> str:
    """Press through /mydata to the receipt; give its words."""
    before = {kind for kind in Kind if kind not in {Kind.MY_DELETE_ASK, Kind.MY_DELETE_NOW}}
    crawler = Crawler(host, user, lambda *_: None, guild=False, leaves_out=before)
    await crawler.run(["mydata"])
    (yes,) = [one for one in crawler.late if one.press.subject == "everything"]
    exchange = await crawler.press(yes)
    return "\n".join(texts(exchange.shown))


async def wrapped_keys(host: Host) -> set[bytes]:
    storage = (await host.app.door.personal()).storage
    async with storage.database.reading() as tx:
        return {bytes(row) for row in (await tx.execute(select(member_key.c.wrapped))).scalars()}


def on_disk(home: Home) -> Iterator[bytes]:
    return (path.read_bytes() for path in home.state.iterdir())


async def restored(home: Home, name: str, folder: Path, data: Path, users: list[Json]) -> list[list[Json]]:
    """Restore a data file with the keyring of a folder; give what each of these people has then."""
    new = replace(home, folder=home.folder / name)
    new.state.mkdir(parents=True)
    await read_backup(new.settings().storage, folder, data, datetime.now(UTC), silent)
    return [await new.kept_by(int(user["id"])) for user in users]


async def moderate(host: Host, user: Json) -> None:
    """Note that somebody did something with a card, in a server of its own."""
    storage, number = (await host.app.door.personal()).storage, int(user["id"])
    async with storage.database.transaction() as tx:
        server = await storage.noticeboard.servers.add(tx, number, {}, START)
        await storage.noticeboard.deeds.add(tx, server, number, {"what": "post"}, START)


async def done_by(host: Host, user: Json) -> list[Deed]:
    storage = (await host.app.door.personal()).storage
    async with storage.database.reading() as tx:
        server = await storage.noticeboard.servers.get(tx, int(user["id"]))
        assert server
        return await storage.noticeboard.deeds.list_of(tx, server)


async def named(host: Host) -> set[bytes]:
    """Give what stands for the people who did something, and the documents that name them."""
    storage = (await host.app.door.personal()).storage
    async with storage.database.reading() as tx:
        found = await tx.execute(select(deed.c.actor, deed.c.sealed).where(deed.c.actor.is_not(None)))
        return {bytes(value) for row in found for value in row}


async def test_the_receipt_comes_though_another_program_reads_the_file_and_says_what_is_left(
    wire: WireDiscord, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As programs do that replicate the file; what is left is wiped when they have ended."""
    monkeypatch.setattr(database, "LONGEST_SCRUB", 0.2)
    ada = wire.world.person("Ada")
    async with hosted(wire, home.settings()) as host:
        await check_in(host, ada)
        (key,) = await wrapped_keys(host)
        other = sqlite3.connect(home.state / "bot.db", isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM member").fetchall()

        receipt = await delete_everything(host, ada)

        assert host.library.notebook.receipts.not_wiped in receipt
        assert any(key in file for file in on_disk(home))
        again = await delete_everything(host, ada)  # nobody is locked out meanwhile
        assert host.library.my_data.busy not in again
        other.close()
        await host.round_of_jobs()
        assert not any(key in file for file in on_disk(home))
        assert host.library.notebook.receipts.not_wiped not in await delete_everything(host, ada)


async def test_after_a_receipt_not_even_the_turn_of_the_deletion_stands_on_the_disk(
    wire: WireDiscord, home: Home
) -> None:
    ada = wire.world.person("Ada")
    async with hosted(wire, home.settings()) as host:
        await check_in(host, ada)
        vault = (await host.app.door.personal()).storage.vault
        pseudonym = vault.guest_lookup(int(ada["id"]))

        await delete_everything(host, ada)

        for form in (pseudonym, pseudonym.hex()[:40].encode()):
            assert not any(form in file for file in on_disk(home))


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_moderator_who_deleted_everything_is_a_moderator_without_a_name(
    wire: WireDiscord, home: Home, *, keeps: bool
) -> None:
    ada, ben = wire.world.person("Ada"), wire.world.person("Ben")
    async with hosted(wire, home.settings()) as host:
        for one in (ada, ben):
            await moderate(host, one)
        if keeps:
            await check_in(host, ada)
        before = await named(host)
        assert all(any(one in file for file in on_disk(home)) for one in before)

        await delete_everything(host, ada)
        gone = before - await named(host)

        assert len(gone) == 2
        assert not [one for one in gone if any(one in file for file in on_disk(home))]
        assert [(one.by, one.document) for one in await done_by(host, ada)] == [(None, {"what": "post"})]
        assert [(one.by, one.document) for one in await done_by(host, ben)] == [(int(ben["id"]), {"what": "post"})]


async def test_nobody_can_see_in_the_log_of_cards_that_a_moderator_deleted_their_data(
    wire: WireDiscord, home: Home
) -> None:
    ada, ben = wire.moderator, wire.world.moderator("Ben")

    async def log(host: Host) -> str:
        exchange = await host.plainly(lambda: wire.slash("card log", user=ben))
        return "\n".join(texts(exchange.shown))

    async with hosted(wire, home.settings()) as host:
        for user in (ada, ben):
            shown = await host.plainly(lambda user=user: wire.slash("card post", {"topic": "compersion"}, user=user))
            posted = await wire.press(shown, "Post", user=user)
            await posted.settled()
        before = await log(host)
        await delete_everything(host, ada)
        after = await log(host)
        words = host.library.cards.log

    assert before == after
    assert [one in before for one in (words.you, words.somebody)] == [True, True]
    assert not [user for user in (ada, ben) if user["id"] in before]


async def test_a_member_who_deleted_everything_is_gone_from_what_was_written_before(
    wire: WireDiscord, home: Home
) -> None:
    ada, ben = wire.world.person("Ada"), wire.world.person("Ben")
    storage, home_settings = home.settings().storage, home.settings()
    home.backups.mkdir()
    async with hosted(wire, home_settings) as host:
        said = [await check_in(host, one) for one in (ada, ben)]
        before = await write_backup(storage, home.backups, START, silent)
        earlier = home.folder / "earlier"
        shutil.copytree(home.backups, earlier)
        keys = await wrapped_keys(host)
        assert all(any(key in file for file in on_disk(home)) for key in keys)

        receipt = await delete_everything(host, ada)
        (gone,) = keys - await wrapped_keys(host)

        assert host.library.notebook.receipts.cannot_delete in receipt
        assert not any(gone in file for file in on_disk(home))
        after = await write_backup(storage, home.backups, AFTER, silent)

    assert before.keyring != after.keyring
    assert not before.keyring.exists()
    hers, his = await restored(home, "new keyring", home.backups, before.data, [ada, ben])
    assert hers == []
    assert [kept_words(one) for one in his] == [words_to_keep(said[1], host.library)]
    # The documents say that an older keyring still reads: whoever copied one away has to let it lapse.
    hers, his = await restored(home, "old keyring", earlier, earlier / before.data.name, [ada, ben])
    assert [kept_words(one) for one in hers] == [words_to_keep(said[0], host.library)]
    assert [kept_words(one) for one in his] == [words_to_keep(said[1], host.library)]
