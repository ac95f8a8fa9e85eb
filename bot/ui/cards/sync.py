"""Draws what a look at all posted cards would change, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from bot.domain.cards.posting import Posting
from bot.domain.library import Library
from bot.ui.cards.registry import say_of
from bot.ui.drawing import Button, Drawing, button, row, small, text
from bot.ui.ids import Kind, Press

Change: TypeAlias = Literal["edit", "post", "pin", "unpin", "move", "remove", "clear", "try_again", "yours"]
"""What would become of one posted card; `yours` is what a moderator has to decide."""
MOST_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sync did: cards looked at, changed now, still to come, and waiting for a moderator."""

    looked: int
    changed: int
    remaining: int
    trouble: int


def draw_dry_run(library: Library, changes: Sequence[tuple[Posting, Change]], count: int) -> Drawing:
    """Draw what would happen to `count` posted cards; nothing has."""
    words = library.cards.sync
    if not count:
        return Drawing(text(f"## {words.title}", words.none), row(_support(library)))
    mine, yours = ([one for one in changes if (one[1] == "yours") is told] for told in (False, True))
    room = MOST_LINES // 2 if mine and yours else MOST_LINES
    blocks = [text("\n".join((words.would, *_lines(library, mine, room))))] if mine else []
    blocks += [text("\n".join(_lines(library, yours, room)))] if yours else []
    blocks = blocks or [text(words.all_well)]
    foot = [words.look.format(count=count)]
    foot += [words.slowly] if any(what == "edit" for _, what in changes) else []
    controls = row(
        button(words.do_it, Press(Kind.POSTED_SYNC)),
        button(words.leave_it, Press(Kind.POSTED_SYNC_LEAVE)),
        _support(library),
    )
    return Drawing(text(f"## {words.title}"), *blocks, text("\n".join(small(one) for one in foot)), controls)


def _lines(library: Library, changes: Sequence[tuple[Posting, Change]], most: int) -> list[str]:
    words = library.cards.sync
    lines = [say_of(library, posting, getattr(words, what)) for posting, what in changes[:most]]
    return [*lines, words.more.format(count=len(changes) - most)] if len(changes) > most else lines


def draw_outcome(library: Library, outcome: Outcome) -> Drawing:
    """Draw what was done, and what comes by itself."""
    words = library.cards.sync
    lines = [words.done.format(count=outcome.looked)]
    lines += [words.changed.format(count=outcome.changed)] if outcome.changed else []
    lines += [words.remaining.format(count=outcome.remaining), words.later] if outcome.remaining else []
    lines += [words.trouble.format(count=outcome.trouble)] if outcome.trouble else []
    everything = button(library.cards.posted.all, Press(Kind.POSTED))
    return Drawing(text(f"## {words.title}", "\n".join(lines)), row(everything, _support(library)))


def _support(library: Library) -> Button:
    return button(library.interface.buttons.support, Press(Kind.SUPPORT))
