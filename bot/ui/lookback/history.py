"""Draws what a member kept: the days, the list to bring up, and the one drawing that says there is nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import discord
from discord import ui

from bot.domain.checkins.answers import Answer, SituationRef
from bot.domain.library import Library
from bot.domain.lookback import ALL, PERIODS, Kept, Look, Note, by_day
from bot.ui.drawing import Button, Choice, Drawing, Picture, button, gap, row, select, shorten, small, text
from bot.ui.ids import NO_TOKEN, Kind, Press
from bot.ui.quoting import own_words, quoted

_ON_A_PAGE: Final = 4
_NOTES_ON_A_PAGE: Final = 5
_MOST_QUESTION: Final = 90
_MOST_ANSWER: Final = 120
_MOST_NOTE: Final = 260
_MOST_ENTRY: Final = 660  # four of them, their days and the longest words a pack may have make less than 4000
_MOST_IN_LIST: Final = 560
_MOST_LABEL: Final = 80
_MOST_LINE: Final = 1000


@dataclass(frozen=True, slots=True)
class View:
    """Which page of what a member looks at. It stands in every custom id of it, so that Back leads back there."""

    period: str = ALL
    situation: SituationRef | None = None
    page: int = 0

    def press(self, kind: Kind, token: bytes = NO_TOKEN, version: int = 0, position: int = 0) -> Press:
        """Make a press that knows where it was made."""
        return Press(kind, f"{self.period}-{self.situation or 0}-{self.page}", token, version, position)

    @classmethod
    def of(cls, press: Press) -> "View":
        """Read where a press was made; the first page of all where it does not say."""
        parts = press.subject.rsplit("-", 2)
        if len(parts) != 3 or parts[0] not in PERIODS or not parts[2].isdecimal():  # noqa: PLR2004  # as `press` writes it
            return cls()
        return cls(parts[0], None if parts[1] == "0" else SituationRef(parts[1]), int(parts[2]))


def draw_nothing(library: Library) -> Drawing:
    """Draw that nothing is here: the same for whoever kept nothing, has paused, deleted it, or looks elsewhere."""
    words = library.lookback
    ways = row(button(words.situations_button, Press(Kind.SITUATIONS)), support(library))
    return Drawing(text(library.notebook.receipts.nothing_here), ways)


def draw_look(library: Library, look: Look, view: View) -> Drawing:
    """Draw one page of days, the newest first; a page outside the list is brought inside."""
    words = library.lookback
    pages = max(1, -(-len(look.entries) // _ON_A_PAGE))
    view = replace(view, page=min(max(view.page, 0), pages - 1))
    shown = look.entries[view.page * _ON_A_PAGE : (view.page + 1) * _ON_A_PAGE]
    foot = [words.page.format(page=view.page + 1, pages=pages)] if pages > 1 else []
    foot += [words.unread] if look.unread else []
    choices = [_choice(library, look, one) for one in shown]
    pick = [select(words.choose, view.press(Kind.LOOK_ENTRY), choices)] if choices else []
    newer = button(words.newer, _turned(view, -1)) if view.page else None
    older = button(words.older, _turned(view, 1)) if view.page + 1 < pages else None
    turning = [row(newer, older)] if newer or older else []
    return Drawing(
        text(f"## {words.title}\n{small(words.order.format(zone=look.zone))}"),
        *_days(library, look, shown),
        *([text("\n".join(map(small, foot)))] if foot else []),
        *pick,
        *turning,
        row(
            button(words.picture_button, view.press(Kind.LOOK_PICTURE)),
            button(words.bring_up_button, Press(Kind.BRING_UP)),
            button(words.situations_button, Press(Kind.SITUATIONS)),
            support(library),
        ),
    )


def draw_look_picture(library: Library, look: Look, picture: Picture, said: Sequence[str]) -> Drawing:
    """Draw the picture with the same list in words below it, a line a day."""
    gallery = ui.MediaGallery[Any]()
    gallery.add_item(media=f"attachment://{picture.name}", description=picture.alt)
    words = library.lookback.picture
    foot = [words.zone.format(zone=look.zone), library.notebook.receipts.proof_of_nothing]
    listed = text("\n".join(f"- {own_words(one, _MOST_LINE)}" for one in said))
    return Drawing(gallery, listed, text(small(" ".join(foot))), row(support(library)), pictures=[picture])


def draw_bring_up(library: Library, look: Look, notes: Sequence[Note], page: int) -> Drawing:
    """Draw the notes to bring up, each with the button that takes its mark away."""
    words = library.lookback
    pages = max(1, -(-len(notes) // _NOTES_ON_A_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = notes[page * _NOTES_ON_A_PAGE : (page + 1) * _NOTES_ON_A_PAGE]
    foot = [text(small(words.page.format(page=page + 1, pages=pages)))] if pages > 1 else []
    sections = [_noted(library, look, one, page) for one in shown]
    choices = [_choice(library, look, one) for one in dict.fromkeys(note.kept for note in shown)]
    pick = [select(words.bring_up.open, View().press(Kind.LOOK_ENTRY), choices)] if choices else []
    newer = button(words.newer, Press(Kind.BRING_UP, position=page - 1)) if page else None
    older = button(words.older, Press(Kind.BRING_UP, position=page + 1)) if page + 1 < pages else None
    turning = [row(newer, older)] if newer or older else []
    intro = words.bring_up.intro if shown else words.bring_up.nothing
    ways = row(button(words.back, View().press(Kind.LOOK_PAGE)), support(library))
    return Drawing(text(f"## {words.bring_up.title}\n{intro}"), *sections, *foot, *pick, *turning, ways)


def support(library: Library) -> Button:
    """Make the button that leads to help."""
    return button(library.interface.buttons.support, Press(Kind.SUPPORT))


def say_answer(answer: Answer) -> str:
    """Say an answer on one line, in the words the member saw or used."""
    return own_words(" · ".join(answer.words))


def _turned(view: View, by: int) -> Press:
    return replace(view, page=view.page + by).press(Kind.LOOK_PAGE)


def _days(library: Library, look: Look, shown: Sequence[Kept]) -> Iterator[ui.Item[Any]]:
    for day in by_day(shown, look.zone):
        yield gap()
        heading = f"### {discord.utils.format_dt(day.noon, 'D')}"
        for at, one in enumerate(day.entries):
            said = _in_short(library, look, one)
            yield text(said if at else f"{heading}\n{said}")


def _in_short(library: Library, look: Look, one: Kept) -> str:
    """Say a check-in in a few lines, notes before all else where not everything fits."""
    lines = [
        (answer.text is not None, f"{small(own_words(answer.question, _MOST_QUESTION))}\n{_answer_in_short(answer)}")
        for _, answer in one.said
    ]
    cut = any(len(line) > _MOST_ANSWER for _, answer in one.said for line in answer.words)
    while sum(len(line) + 1 for _, line in lines) > _MOST_ENTRY:
        last = max((at for at, (note, _) in enumerate(lines) if not note), default=len(lines) - 1)
        del lines[last]
        cut = True
    head = f"**{discord.utils.format_dt(one.ended, 't')}**"
    label = look.label_of(one)
    head += f" · **{own_words(label, _MOST_LABEL)}**" if label else ""
    body = [line for _, line in lines] or [library.lookback.entry.no_answers]
    return "\n".join([head, *body, *([small(library.lookback.more_inside)] if cut else [])])


def _answer_in_short(answer: Answer) -> str:
    if answer.text is not None:
        return quoted(" ".join(answer.text.split()), _MOST_NOTE)
    return own_words(" · ".join(answer.words), _MOST_ANSWER)


def _choice(library: Library, look: Look, one: Kept) -> Choice:
    """Name a check-in in a select, where Discord renders no times: by its day and hour in the member's zone."""
    from bot.ui.dates import say_moment  # noqa: PLC0415  # its tables take longer to load than a start may

    moment = say_moment(one.ended, look.zone, library.lookback.picture.language)
    label = look.label_of(one)
    return Choice(shorten(f"{moment} · {label}" if label else moment), one.id)


def _noted(library: Library, look: Look, note: Note, page: int) -> ui.Item[Any]:
    moment = discord.utils.format_dt(note.kept.ended, "D")
    label = look.label_of(note.kept)
    head = f"{moment} · **{own_words(label, _MOST_LABEL)}**" if label else moment
    token = bytes.fromhex(note.kept.id)
    done = Press(Kind.BRING_UP_DONE, str(page), token, note.kept.version, note.at)
    said = f"{head}\n{quoted(note.answer.text or '', _MOST_IN_LIST)}"
    return ui.Section(text(said), accessory=button(library.lookback.answer.done, done))
