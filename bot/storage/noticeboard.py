"""The stores of what moderators post and set. They reach no vault, and whoever has them has no way to members."""

from dataclasses import dataclass

from bot.storage.deeds import Deeds
from bot.storage.postings import Postings
from bot.storage.sealing import ServerVault
from bot.storage.servers import Servers
from bot.storage.showings import Showings


@dataclass(frozen=True, slots=True)
class NoticeboardStores:
    """The stores, over one vault of servers."""

    servers: Servers
    postings: Postings
    deeds: Deeds
    showings: Showings


def noticeboard_stores(vault: ServerVault) -> NoticeboardStores:
    """Make the stores."""
    return NoticeboardStores(Servers(vault), Postings(), Deeds(vault), Showings(vault))
