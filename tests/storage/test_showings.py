"""Showings: counted by channel and card, for a day, and nothing tells who showed what where."""

from datetime import timedelta

from bot.storage.storage import Storage, assembled
from bot.storage.tables import showing
from bot.storage.vault import Vault
from tests.storage.world import DAY, HOUR, NOW, make_key, rows

CHANNEL, OTHER = 300_000_000_000_000_001, 300_000_000_000_000_002


async def test_a_card_is_counted_in_its_channel_from_an_hour_on(storage: Storage) -> None:
    showings = storage.noticeboard.showings
    async with storage.database.transaction() as tx:
        for hours in (0, 0, 1, 3):
            await showings.add(tx, CHANNEL, "basics", NOW - timedelta(hours=hours))
        await showings.add(tx, OTHER, "basics", NOW)
        await showings.add(tx, CHANNEL, "another", NOW)

        assert await showings.count(tx, CHANNEL, "basics", NOW) == 2
        assert await showings.count(tx, CHANNEL, "basics", NOW - timedelta(hours=2)) == 3
        assert await showings.count(tx, CHANNEL, "basics", NOW - DAY) == 4
        assert await showings.count(tx, OTHER, "another", NOW - DAY) == 0


async def test_the_same_digits_elsewhere_are_another_place(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        await storage.noticeboard.showings.add(tx, 12, "3", NOW)
        assert await storage.noticeboard.showings.count(tx, 1, "23", NOW) == 0


async def test_after_a_day_they_are_gone(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        for hours in (0, 23, 25):
            await storage.noticeboard.showings.add(tx, CHANNEL, "basics", NOW - timedelta(hours=hours))
        assert await storage.noticeboard.showings.delete_old(tx, NOW, DAY) == 1

    assert sorted(row.hour for row in await rows(storage.database, showing)) == [HOUR - timedelta(hours=23), HOUR]


async def test_a_count_goes_on_while_the_master_key_is_changed(storage: Storage) -> None:
    old = storage.vault.master(storage.vault.writing)
    async with storage.database.transaction() as tx:
        await storage.noticeboard.showings.add(tx, CHANNEL, "basics", NOW)
    changed = assembled(storage.database, Vault([make_key(), old]))
    async with changed.database.transaction() as tx:
        await changed.noticeboard.showings.add(tx, CHANNEL, "basics", NOW)

        assert await changed.noticeboard.showings.count(tx, CHANNEL, "basics", NOW) == 2
