"""One damaged row: it is left alone, and no other card, server or walk waits for it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.services.pack import ServedPack
from bot.storage.storage import Storage
from bot.storage.tables import posting, server
from tests.jobs.hanging import Wall, hanging, said
from tests.jobs.test_cards import change_the_pack, come_round, job_of
from tests.storage.world import NOW


@pytest.fixture
async def wall(embedded: Storage, content: Path) -> AsyncIterator[Wall]:
    async with hanging(embedded, ServedPack(content, NOW)) as wall:
        yield wall


async def damage(wall: Wall, id_: bytes) -> None:
    async with wall.storage.database.transaction() as tx:
        await tx.execute(update(posting).where(posting.c.id == id_).values(sealed=b"0" * 600))


async def test_beside_a_damaged_row_old_cards_are_edited_and_other_servers_served(wall: Wall, edit: Any) -> None:
    bad, good = [await wall.post("compersion", wall.wire.channel) for _ in range(2)]
    here = wall.wire.channel
    wall.another_server()
    other = await wall.post("compersion", wall.wire.channel)
    await damage(wall, bad)
    wall.clock.go_on(timedelta(days=2))
    await change_the_pack(wall, edit)
    job = job_of(wall)
    for _ in range(3):
        await come_round(wall, job)
        wall.clock.go_on(timedelta(minutes=2))
    del here
    assert "Well, " in said(wall.only(other))
    assert "Well, " in said(wall.only(good))


async def test_a_server_that_does_not_open_holds_no_other_up_however_many_cards_it_has(wall: Wall) -> None:
    for _ in range(201):
        await wall.put("compersion", wall.wire.channel)
    async with wall.storage.database.transaction() as tx:
        await tx.execute(update(server).values(sealed=b"0" * 600))
    wall.another_server()
    other = await wall.put("compersion", wall.wire.channel)
    wall.clock.go_on(timedelta(minutes=2))
    await come_round(wall, job_of(wall))
    assert wall.only(other)
