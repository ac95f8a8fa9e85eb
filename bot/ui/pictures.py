"""Pictures, drawn as SVG and rendered to PNG. Slow enough (milliseconds) to be kept off the event loop."""

from html import escape
from pathlib import Path

import resvg_py

from bot.domain.content import Trajectory
from bot.ui.drawing import Picture

_FONT = Path(__file__).parent / "fonts" / "AtkinsonHyperlegible-Bold.ttf"
_SIDE, _GAP, _MARGIN = 160, 12, 16
_WIDTH, _HEIGHT = 5 * _SIDE + 4 * _GAP + 2 * _MARGIN, _SIDE + 2 * _MARGIN
_INK, _PAPER, _SHAPE = "#1f2a30", "#f4f1ea", "#cfe0dc"
_TYPE = f'font-family="Atkinson Hyperlegible" font-weight="700" fill="{_INK}" text-anchor="middle"'


def stages_svg(trajectory: Trajectory) -> str:
    """Draw five equal shapes in a row: one colour, one size, one height, no path between them."""
    names = [stage.name.split() for stage in trajectory.stages]
    letters = min(26.0, 1.7 * _SIDE / max(len(word) for words in names for word in words))
    shapes = "".join(_shape(words, _MARGIN + at * (_SIDE + _GAP), letters) for at, words in enumerate(names))
    size = f'width="{2 * _WIDTH}" height="{2 * _HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    paper = f'<rect width="100%" height="100%" rx="20" fill="{_PAPER}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{shapes}</svg>'


def _shape(words: list[str], left: int, letters: float) -> str:
    """Draw one shape with its name, a word a line, in the middle."""
    middle, line = left + _SIDE / 2, letters * 1.15
    first = _MARGIN + _SIDE / 2 + letters * 0.35 - line * (len(words) - 1) / 2
    named = "".join(
        f'<text x="{middle}" y="{first + line * at}" font-size="{letters}" {_TYPE}>{escape(word)}</text>'
        for at, word in enumerate(words)
    )
    return f'<rect x="{left}" y="{_MARGIN}" width="{_SIDE}" height="{_SIDE}" rx="26" fill="{_SHAPE}"/>{named}'


def render_stages(trajectory: Trajectory, alt: str) -> Picture:
    """Render the trajectory's picture; blocks for some milliseconds."""
    png = resvg_py.svg_to_bytes(svg_string=stages_svg(trajectory), font_files=[str(_FONT)], skip_system_fonts=True)
    return Picture("stages.png", bytes(png), alt)
