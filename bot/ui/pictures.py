"""Pictures, drawn as SVG and rendered to PNG. Slow enough (milliseconds) to be kept off the event loop."""

from html import escape
from pathlib import Path

import resvg_py

from bot.domain.content import Trajectory
from bot.ui.drawing import Picture

_FONT = Path(__file__).parent / "fonts" / "AtkinsonHyperlegible-Bold.ttf"
_WIDTH, _HEIGHT, _SIDE, _GAP = 1200, 260, 208, 32
_INK, _PAPER, _SHAPE = "#1f2a30", "#f4f1ea", "#cfe0dc"


def stages_svg(trajectory: Trajectory) -> str:
    """Draw five equal shapes in a row: one colour, one size, one height, no path between them."""
    shapes: list[str] = []
    for index, stage in enumerate(trajectory.stages):
        left = _GAP / 2 + index * (_SIDE + _GAP) + 8
        middle = left + _SIDE / 2
        shapes.append(
            f'<rect x="{left}" y="26" width="{_SIDE}" height="{_SIDE}" rx="32" fill="{_SHAPE}"/>'
            f'<text x="{middle}" y="139" font-family="Atkinson Hyperlegible" font-weight="700" font-size="32" '
            f'fill="{_INK}" text-anchor="middle">{escape(stage.name)}</text>'
        )
    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    paper = f'<rect width="100%" height="100%" rx="24" fill="{_PAPER}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{"".join(shapes)}</svg>'


def render_stages(trajectory: Trajectory, alt: str) -> Picture:
    """Render the trajectory's picture; blocks for some milliseconds."""
    png = resvg_py.svg_to_bytes(svg_string=stages_svg(trajectory), font_files=[str(_FONT)], skip_system_fonts=True)
    return Picture("stages.png", bytes(png), alt)
