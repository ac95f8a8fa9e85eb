"""Draws what moderators did with cards."""

from collections.abc import Sequence
from typing import Final

import discord

from bot.domain.cards.deeds import Deed
from bot.domain.library import Library
from bot.ui.cards.telling import mention, name_subject
from bot.ui.drawing import Drawing, button, row, small, text
from bot.ui.ids import Kind, Press

A_PAGE: Final = 15


def draw_log(library: Library, deeds: Sequence[Deed], page: int, reader: int) -> Drawing:
    """Draw one page for a moderator, the newest first; pages outside the log are brought inside."""
    words, buttons = library.cards.log, library.cards.list
    support = button(library.interface.buttons.support, Press(Kind.SUPPORT))
    if not deeds:
        return Drawing(text(f"## {words.title}", words.none), row(support))
    pages = -(-len(deeds) // A_PAGE)
    page = min(max(page, 0), pages - 1)
    lines = [f"- {_tell(library, one, reader)}" for one in deeds[page * A_PAGE : (page + 1) * A_PAGE]]
    foot = [small(words.kept), small(words.page.format(page=page + 1, pages=pages))]
    earlier = button(buttons.earlier, Press(Kind.CARD_LOG, position=page - 1)) if page else None
    later = button(buttons.later, Press(Kind.CARD_LOG, position=page + 1)) if page + 1 < pages else None
    body = text(f"## {words.title}\n" + "\n".join(lines))
    return Drawing(body, text("\n".join(foot)), row(earlier, later, support))


def _tell(library: Library, deed: Deed, reader: int) -> str:
    """Say what was done, and whether by the reader. Nobody else is named: a name that goes would tell of a deletion."""
    words = library.cards.log
    who = words.you if deed.by == reader else words.somebody
    where = words.no_channel if deed.channel is None else mention(deed.channel)
    said = getattr(words, deed.what).format(who=who, card=name_subject(library, deed.subject), channel=where)
    return f"{discord.utils.format_dt(deed.at, 'f')}: {said}"
