"""What a card should be now, and what is to be done next about it: drawn, counted, decided."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.cogs.cards.channels import Channels, Parcel
from bot.domain.cards.posting import Posting, links_of
from bot.domain.cards.steps import Occasion, Step, is_old, next_step
from bot.domain.servers.view import ServerView
from bot.services.pack import ServedPack
from bot.ui.cards.posted import NO_LINKS, DigestBook, draw_posted, title_of

if TYPE_CHECKING:
    from bot.services.cards.board import Board

_MOST_LEDGERS: Final = 100
_LEDGER_LASTS: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Site:
    """Where and why cards are being settled."""

    board: "Board"
    server: int = field(repr=False)
    channels: Channels = field(repr=False)
    occasion: Occasion


class _Ledger:
    """Counted edits of one server by channel, read once and kept up by what is edited here."""

    def __init__(self, read: datetime, postings: Sequence[Posting]) -> None:
        self.read = read
        self.edits: dict[int, list[datetime]] = {}
        for one in postings:
            if one.seen.channel is not None:
                self.edits.setdefault(one.seen.channel, []).extend(one.seen.edits)

    def take_over(self, other: "_Ledger") -> None:
        """Take what was counted in another while this one was being read."""
        for channel, edits in other.edits.items():
            mine = self.edits.setdefault(channel, [])
            mine += [at for at in edits if at >= self.read and at not in mine]


class Outlook:
    """Knows the cards as they are drawn now, and how often each channel's old messages were edited."""

    def __init__(self, pack: ServedPack, view: ServerView, clock: Callable[[], datetime]) -> None:
        self._pack, self._view, self._clock = pack, view, clock
        self._digests = DigestBook()
        self._ledgers: dict[int, _Ledger] = {}

    def digest(self, server: int, subject: str, links: Mapping[str, str] = NO_LINKS) -> str | None:
        """Give the digest of a card as it is drawn now in a server; None when it is not among its cards."""
        return self._digests.digest(self._pack.library_of(server), subject, links)

    async def next(self, site: Site, posting: Posting) -> Step:
        """Decide what is to be done next."""
        digest = await self.digest_of(site, posting)
        edits = await self._edits_of(site, posting, digest)
        return next_step(posting, digest, edits, site.occasion.at(self._clock()))

    async def digest_of(self, site: Site, posting: Posting) -> str | None:
        """Give the digest of a posting's card, the index of a series with the links it should have."""
        return self.digest(site.server, posting.wish.subject, await self._links_of(site, posting))

    async def _links_of(self, site: Site, posting: Posting) -> Mapping[str, str]:
        if posting.wish.series is None:
            return NO_LINKS
        return links_of(posting.id, site.server, await site.board.list_all(site.server))

    async def _edits_of(self, site: Site, posting: Posting, digest: str | None) -> Sequence[datetime]:
        """Give the counted edits of the card's channel, where an edit is to be thought of."""
        seen = posting.seen
        if digest is None or seen.digest == digest or seen.channel is None or not is_old(seen, self._clock()):
            return ()
        return (await self._ledger_of(site)).edits.get(seen.channel, ())

    async def _ledger_of(self, site: Site) -> _Ledger:
        now, known = self._clock(), self._ledgers.get(site.server)
        if known is not None and now - known.read <= _LEDGER_LASTS:
            return known
        fresh = _Ledger(now, await site.board.list_all(site.server))
        meanwhile = self._ledgers.pop(site.server, None)
        if meanwhile is not None:
            fresh.take_over(meanwhile)
        while len(self._ledgers) >= _MOST_LEDGERS:
            del self._ledgers[next(iter(self._ledgers))]
        self._ledgers[site.server] = fresh
        return fresh

    async def parcel(self, site: Site, posting: Posting) -> Parcel | None:
        """Draw a card to be sent; None when it is in no pack."""
        library, subject = self._pack.library_of(site.server), posting.wish.subject
        links = await self._links_of(site, posting)
        drawing = draw_posted(library, subject, posting.id, posting.seen.round, links)
        title = title_of(library, subject)
        if drawing is None or title is None:
            return None
        tags = (await self._view.settings(site.server)).forum_tags
        return Parcel(posting.id, posting.seen.round, drawing, title, tags)

    def count(self, server: int, channel: int | None, now: datetime) -> None:
        """Count one more edit."""
        ledger = self._ledgers.get(server)
        if ledger is not None and channel is not None:
            ledger.edits.setdefault(channel, []).append(now)
