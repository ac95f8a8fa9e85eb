"""A damaged row of one server keeps no walk from noticing and ending others."""

from datetime import timedelta

from sqlalchemy import update

from bot.storage.storage import Storage
from bot.storage.tables import server
from tests.services.test_servers import DAY, HERE, THERE, Board, known, walk
from tests.storage.world import rows


async def test_a_walk_goes_on_past_a_server_that_does_not_open(storage: Storage) -> None:
    board = Board(storage)
    await known(board, HERE)
    (bad,) = [row.id for row in await rows(storage.database, server)]
    await known(board, THERE)
    async with storage.database.transaction() as tx:
        await tx.execute(update(server).where(server.c.id == bad).values(sealed=b"0" * 600))

    await walk(board)
    board.now += 31 * DAY + timedelta(hours=1)

    assert await walk(board) == 1
    assert [row.id for row in await rows(storage.database, server)] == [bad]
