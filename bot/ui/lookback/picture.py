"""The picture of what was kept: one equal shape for each check-in, with the name of its answer in it.

No shape stands above another: one size, colours of one lightness, in the order of days and nothing else. None of the
member's own words is in it, and no label: it may be shown to someone, and our font has Latin letters alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby
from typing import Final

from bot.domain.checkins.closing import STAGE
from bot.domain.checkins.session import step_of
from bot.domain.library import Library
from bot.domain.lookback import Kept, Look, by_day
from bot.domain.words.lookback import PictureWords
from bot.ui.dates import say_day
from bot.ui.drawing import Picture, shorten
from bot.ui.pictures import CENTRED, PAPER, TYPE, render

MOST_SHAPES: Final = 60
MOST_ALT: Final = 1024
NAME: Final = "check-ins.png"

_WIDE, _HIGH, _GAP, _MARGIN = 124, 84, 10, 22
_DATE_ROOM: Final = 24  # above a shape
_COLUMNS: Final = 6
_LEAST_COLUMNS: Final = 4  # so that the lines below fit
_LINE: Final = 24
_SCALE: Final = 2
_LIGHTNESS, _CHROMA = 0.88, 0.055  # of OKLCH, where all hues look as light and as strong as each other
_FIRST_HUE: Final = 200.0  # keeps red away from alarm and green from joy
_MOST_NAME: Final = 40
_SRGB_BENDS_AT: Final = 0.0031308


@dataclass(frozen=True, slots=True)
class Shape:
    """One check-in in the picture: its day, the name that stands in it, and its hue in degrees."""

    day: date
    name: str
    hue: float


def draw_picture(library: Library, look: Look) -> Picture:
    """Render the newest check-ins; blocks for up to half a second, so call it in a thread."""
    return Picture(NAME, render(picture_svg(library, look)), alt_text(library, look))


def shapes_of(library: Library, look: Look) -> tuple[Shape, ...]:
    """Give a shape for each of the newest check-ins, named in the script's words of now."""
    words = library.lookback.picture
    step = step_of(library.check_in, STAGE)
    options = step.options if step else ()
    names = {one.id: shorten(words.own_word if one.own_word else one.text, _MOST_NAME) for one in options}
    every = list(dict.fromkeys([*names.values(), words.no_word, words.other_word]))
    hues = {name: (_FIRST_HUE + 360 * at / len(every)) % 360 for at, name in enumerate(every)}

    def name_of(one: Kept) -> str:
        chosen = one.stage.chosen if one.stage else ()
        return names.get(chosen[0].option, words.other_word) if chosen else words.no_word

    days = by_day(look.entries[:MOST_SHAPES], look.zone)
    named = [(day.date, name_of(one)) for day in days for one in day.entries]
    return tuple(Shape(day, name, hues[name]) for day, name in named)


def days_in_words(library: Library, look: Look) -> tuple[str, ...]:
    """Say the picture in words, a line a day, in the same order."""
    words = library.lookback.picture
    days = groupby(shapes_of(library, look), key=lambda one: one.day)
    return tuple(f"{say_day(day, words.language)}: {', '.join(one.name for one in ones)}" for day, ones in days)


def alt_text(library: Library, look: Look) -> str:
    """Say the picture in one text; what does not fit stands in the list below it."""
    words = library.lookback.picture
    said = words.alt.format(zone=look.zone)
    for line in days_in_words(library, look):
        more = f" {line}."
        if len(said) + len(more) + len(words.alt_rest) + 1 > MOST_ALT:
            return f"{said} {words.alt_rest}"
        said += more
    return said


def picture_svg(library: Library, look: Look) -> str:
    """Draw the shapes row by row, and below them what a picture like this says of itself."""
    words = library.lookback.picture
    shapes = shapes_of(library, look)
    columns = min(_COLUMNS, max(_LEAST_COLUMNS, len(shapes)))
    rows, row = -(-len(shapes) // columns), _DATE_ROOM + _HIGH + _GAP
    below = [words.newest.format(most=MOST_SHAPES)] if len(look.entries) > MOST_SHAPES else []
    below += [words.zone.format(zone=look.zone), library.notebook.receipts.proof_of_nothing]
    top = _MARGIN + _LINE
    foot = top + rows * row
    width = 2 * _MARGIN + columns * (_WIDE + _GAP) - _GAP
    height = foot + len(below) * _LINE + _MARGIN
    lines = [_line(words.title, _MARGIN + 8), *(_line(one, foot + _LINE * (at + 1)) for at, one in enumerate(below))]
    size = f'width="{_SCALE * width}" height="{_SCALE * height}" viewBox="0 0 {width} {height}"'
    paper = f'<rect width="100%" height="100%" rx="20" fill="{PAPER}"/>'
    letters = _letters([one.name for one in shapes])
    cells = "".join(
        _cell(words, one, letters, _MARGIN + at % columns * (_WIDE + _GAP), top + at // columns * row + _DATE_ROOM)
        for at, one in enumerate(shapes)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{"".join(lines)}{cells}</svg>'


def colour_of(hue: float) -> str:
    """Give a hue as a colour of the one lightness and the one strength; see https://bottosson.github.io/posts/oklab."""
    a, b = _CHROMA * math.cos(math.radians(hue)), _CHROMA * math.sin(math.radians(hue))
    long = (_LIGHTNESS + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (_LIGHTNESS - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (_LIGHTNESS - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _encoded(one)):02x}" for one in linear)


def _encoded(linear: float) -> float:
    """Give a channel as screens take it."""
    linear = min(max(linear, 0.0), 1.0)
    return 12.92 * linear if linear <= _SRGB_BENDS_AT else 1.055 * linear ** (1 / 2.4) - 0.055


def _cell(words: PictureWords, one: Shape, letters: float, left: float, upper: float) -> str:
    """Draw one shape under its date."""
    dated = _line(say_day(one.day, words.language), upper - 7, left + 4)
    shape = f'<rect x="{left}" y="{upper}" width="{_WIDE}" height="{_HIGH}" rx="20" fill="{colour_of(one.hue)}"/>'
    return dated + shape + _name_in(one.name, letters, left + _WIDE / 2, upper + _HIGH / 2)


def _letters(names: Sequence[str]) -> float:
    """Give the one size in which every name fits into its shape, a word a line."""
    longest = max((len(word) for name in names for word in name.split()), default=1)
    most_lines = max((len(name.split()) for name in names), default=1)
    return min(19.0, 1.6 * _WIDE / longest, (_HIGH - 16) / (1.2 * most_lines))


def _name_in(name: str, letters: float, middle: float, height: float) -> str:
    lines = name.split()
    first = height + letters * 0.35 - 1.2 * letters * (len(lines) - 1) / 2
    return "".join(
        f'<text x="{middle}" y="{first + 1.2 * letters * at:.1f}" font-size="{letters:.1f}" {CENTRED}>'
        f"{escape(one)}</text>"
        for at, one in enumerate(lines)
    )


def _line(said: str, height: float, left: float = _MARGIN) -> str:
    return f'<text x="{left}" y="{height}" font-size="16" {TYPE}>{escape(said)}</text>'
