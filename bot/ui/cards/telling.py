"""Says how posted cards stand, in words: for every screen and answer about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import discord

from bot.domain.cards.permissions import Need
from bot.domain.cards.posting import SERIES, Posting, Standing, standing_of
from bot.domain.cards.trouble import Trouble
from bot.domain.library import Library
from bot.ui.cards.posted import title_of
from bot.ui.drawing import small

_SHORT: Final = 7  # characters of a digest that tell two versions apart


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted card and what it would show if it were drawn now; `digest` is None when it is in no pack."""

    posting: Posting
    digest: str | None

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return standing_of(self.posting, self.digest)

    @property
    def trouble(self) -> Trouble | None:
        """What a moderator has to know."""
        missing = Trouble.NOT_IN_PACK if self.digest is None and not self.posting.wish.gone else None
        return self.posting.trouble or missing


def name_subject(library: Library, subject: str | None) -> str:
    """Name what is posted by its title; by its id where it is no longer among the cards."""
    words = library.cards
    if subject is None:
        return words.log.no_card
    if subject.startswith(SERIES):
        return words.series_title
    return title_of(library, subject) or subject


def mention(channel: int) -> str:
    """Name a channel so that Discord shows its name and leads there."""
    return f"<#{channel}>"


def tell_standing(library: Library, posted: Posted) -> str:
    """Say in a word or two how a card stands, and that it is pinned."""
    words, posting = library.cards.standing, posted.posting
    how = words.leaving if posting.wish.gone else getattr(words, posted.standing)
    return f"{words.pinned}, {how}" if posting.seen.pinned else how


def tell_trouble(library: Library, trouble: Trouble) -> str:
    """Say what is wrong and what can be done."""
    return getattr(library.cards.trouble, trouble.value.replace("-", "_"))


def tell_posted(library: Library, server: int, posted: Posted, name: str | None = None) -> str:
    """Say in one to three lines where a card is, how it is, and what it needs; `name` for another than its title."""
    words, posting = library.cards, posted.posting
    card = name or name_subject(library, posting.wish.subject)
    title = words.posted.title.format(card=card, channel=mention(posting.wish.channel))
    link = posting.link(server) if posted.standing != "gone" else None
    line = f"{title}: {tell_standing(library, posted)}"
    lines = [f"{line} · [{words.standing.open}]({link})" if link else line]
    if posted.trouble is not None:
        lines.append(tell_trouble(library, posted.trouble))
    if posting.seen.sent is not None and posting.stands:
        day = discord.utils.format_dt(posting.seen.sent, "D")
        version = words.standing.version.format(digest=posting.seen.digest[:_SHORT], day=day)
        part = f", {words.standing.part}" if posting.wish.part_of else ""
        lines.append(small(f"{version}{part}"))
    return "\n".join(lines)


def tell_needs(library: Library, needs: Iterable[Need]) -> str:
    """Name permissions as Discord's settings do."""
    names = library.cards.permissions
    return ", ".join(f"**{getattr(names, one.word)}**" for one in needs)


def tell_waiting(library: Library, postings: Sequence[Posting]) -> str | None:
    """Say that posted cards need a moderator; None when none does."""
    count = sum(one.trouble is not None for one in postings)
    words = library.cards
    if not count:
        return None
    return small(words.one_needs_a_look if count == 1 else words.need_a_look.format(count=count))
