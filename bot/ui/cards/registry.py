"""Draws the posted cards of a server: the list, one of them with what can be done, and the question before removing."""

from collections.abc import Sequence
from typing import Final

from bot.domain.cards.posting import Posting
from bot.domain.cards.trouble import Trouble
from bot.domain.library import Library
from bot.ui.cards.telling import Posted, mention, name_subject, tell_posted, tell_standing
from bot.ui.drawing import Button, Choice, Drawing, button, row, select, small, text
from bot.ui.ids import Kind, Press

A_PAGE: Final = 7
PIN, UNPIN = 1, 0
"""What the position of a press on Pin or Unpin means."""
NEW: Final = 1
"""The position of a press that answers with a message of its own."""


def draw_list(library: Library, server: int, posted: Sequence[Posted], page: int) -> Drawing:
    """Draw one page of all posted cards, what needs a look first; pages outside the list are brought inside."""
    words = library.cards.list
    if not posted:
        return Drawing(text(f"## {words.title}", words.none), row(_support(library)))
    pages = -(-len(posted) // A_PAGE)
    page = min(max(page, 0), pages - 1)
    first = page * A_PAGE
    shown = sorted(posted, key=lambda one: one.trouble is None)[first : first + A_PAGE]
    names = _tell_apart([name_subject(library, one.posting.wish.subject) for one in shown])
    blocks = [text(tell_posted(library, server, one, name)) for name, one in zip(names, shown, strict=True)]
    choices = [
        Choice(name, one.posting.id.hex(), tell_standing(library, one)) for name, one in zip(names, shown, strict=True)
    ]
    foot = words.page.format(page=page + 1, pages=pages, count=len(posted))
    earlier = button(words.earlier, Press(Kind.POSTED, position=page - 1)) if page else None
    later = button(words.later, Press(Kind.POSTED, position=page + 1)) if page + 1 < pages else None
    return Drawing(
        text(f"## {words.title}"),
        *blocks,
        text(small(foot)),
        select(words.choose, Press(Kind.POSTED_ONE), choices),
        row(earlier, later, _support(library)),
    )


def draw_one(library: Library, server: int, posted: Posted, note: str = "") -> Drawing:
    """Draw one posted card with everything that can be done with it; `note` says what was done last."""
    words = library.cards.posted
    lines = [note, tell_posted(library, server, posted)]
    controls = _controls(library, posted)
    foot = row(button(words.all, Press(Kind.POSTED)), _support(library))
    return Drawing(text(*(one for one in lines if one)), *([row(*controls)] if controls else []), foot)


def _tell_apart(titles: Sequence[str]) -> list[str]:
    """Number titles that stand on a page more than once, and no others: a number before a stage would be a rank."""
    return [
        f"{title} ({titles[:at].count(title) + 1})" if titles.count(title) > 1 else title
        for at, title in enumerate(titles)
    ]


def _controls(library: Library, posted: Posted) -> list[Button]:
    words, posting, token = library.cards.posted, posted.posting, posted.posting.id
    move = button(words.move, Press(Kind.POSTED_MOVE, token=token))
    forget = button(words.forget, Press(Kind.POSTED_FORGET, token=token))
    refused = [forget] if posting.was_refused_removal else []
    if posting.wish.gone:
        return refused
    if posted.standing == "gone":
        again = [button(words.again, Press(Kind.POSTED_AGAIN, token=token))]
        return [*(again if posting.trouble is Trouble.DELETED else []), move, forget]
    pins = list[Button]()
    if not posting.seen.pinned:
        pins.append(button(words.pin, Press(Kind.POSTED_PIN, token=token, position=PIN)))
    if posting.wish.pinned:
        label = words.leave_unpinned if posting.trouble is Trouble.UNPINNED else words.unpin
        pins.append(button(label, Press(Kind.POSTED_PIN, token=token, position=UNPIN)))
    return [*pins, move, button(words.remove, Press(Kind.POSTED_REMOVE, token=token)), *refused]


def draw_remove_ask(library: Library, posting: Posting) -> Drawing:
    """Ask before a card is taken away."""
    words = library.cards.posted
    form = words.remove_in_forum_ask if posting.wish.kind == "forum" else words.remove_ask
    form = words.remove_series_ask if posting.wish.series else form
    remove = button(words.remove_now, Press(Kind.POSTED_REMOVE_NOW, token=posting.id))
    return Drawing(text(say_of(library, posting, form)), row(remove, *ways_back(library, posting)))


def draw_how_to_move(library: Library, posting: Posting) -> Drawing:
    """Say how a card is moved: the channel has to come with a command."""
    words = library.cards.posted
    lines = [words.how_to_move]
    lines += [words.how_to_move_out_of_forum] if posting.wish.kind == "forum" else []
    lines += [words.how_to_move_series] if posting.wish.series else []
    return Drawing(text("\n".join(lines)), row(*ways_back(library, posting)))


def draw_done(library: Library, sentence: str) -> Drawing:
    """Draw what became of a card that is not among the posted ones any more."""
    return Drawing(text(sentence), row(button(library.cards.posted.all, Press(Kind.POSTED)), _support(library)))


def draw_refused(library: Library, server: int, refused: Sequence[Posted]) -> Drawing:
    """Draw the cards that are to go and cannot be removed, each with what it needs; a single one can be let go here."""
    if len(refused) == 1:
        return draw_one(library, server, refused[0])
    blocks = (tell_posted(library, server, one) for one in refused)
    return Drawing(text(*blocks), row(button(library.cards.posted.all, Press(Kind.POSTED)), _support(library)))


def ways_back(library: Library, posting: Posting) -> list[Button]:
    """Give the buttons that change nothing."""
    words = library.cards.posted
    return [
        button(words.back, Press(Kind.POSTED_ONE, token=posting.id)),
        button(words.all, Press(Kind.POSTED)),
        _support(library),
    ]


def say_of(library: Library, posting: Posting, form: str) -> str:
    """Fill a sentence with a card's name and where it stands."""
    return form.format(card=name_subject(library, posting.wish.subject), channel=mention(posting.wish.channel))


def _support(library: Library) -> Button:
    return button(library.interface.buttons.support, Press(Kind.SUPPORT))
