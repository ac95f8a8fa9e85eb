"""Every service of what moderators post and set, in one hand. Reaches nothing that members keep."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.servers.settings import ServerSettings
from bot.services.cards.board import Board, BoardStores
from bot.services.pack import ServedPack
from bot.services.servers.settings import ServerService
from bot.services.servers.showings import ShowingCounts
from bot.services.servers.weekly import Weekly

if TYPE_CHECKING:
    from bot.storage.database import Database
    from bot.storage.leases import Leases
    from bot.storage.moments import Moments
    from bot.storage.noticeboard import NoticeboardStores
    from bot.storage.occurrences import Occurrences


@dataclass(frozen=True, slots=True)
class Noticeboard:
    """The services, wired once. Each of their methods is one commit at most, done when it returns."""

    database: "Database"
    leases: "Leases"
    moments: "Moments"
    board: Board
    servers: ServerService
    showings: ShowingCounts
    weekly: Weekly


@dataclass(frozen=True, slots=True)
class Parts:
    """What of an open storage the noticeboard may reach."""

    database: "Database"
    leases: "Leases"
    moments: "Moments"
    occurrences: "Occurrences"
    stores: "NoticeboardStores"


def assemble_noticeboard(
    parts: Parts, pack: ServedPack, clock: Callable[[], datetime], told: Callable[[int, ServerSettings], None]
) -> Noticeboard:
    """Wire the services over an open storage; `told` hears of each change of a server's settings."""
    database, stores = parts.database, parts.stores
    return Noticeboard(
        database=database,
        leases=parts.leases,
        moments=parts.moments,
        board=Board(database, BoardStores(stores.servers, stores.postings, stores.deeds), clock),
        servers=ServerService(database, stores.servers, parts.moments, clock, told),
        showings=ShowingCounts(database, stores.showings, clock),
        weekly=Weekly(database, stores.servers, parts.occurrences, pack, clock),
    )
