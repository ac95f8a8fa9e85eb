"""Pictures, drawn as SVG and rendered to PNG in a process of their own. Blocks; call it in a thread."""

import subprocess
import sys
from html import escape
from pathlib import Path

from bot.domain.content import Trajectory
from bot.ui.drawing import Picture

_FONT = Path(__file__).parent / "fonts" / "AtkinsonHyperlegible-Bold.ttf"
_RENDERER = Path(__file__).parent / "renderer.py"
_PATIENCE = 20.0  # seconds
_SIDE, _GAP, _MARGIN = 160, 12, 16
_WIDTH, _HEIGHT = 5 * _SIDE + 4 * _GAP + 2 * _MARGIN, _SIDE + 2 * _MARGIN
_SHAPE = "#cfe0dc"
PAPER = "#f4f1ea"
TYPE = 'font-family="Atkinson Hyperlegible" font-weight="700" fill="#1f2a30"'
CENTRED = f'text-anchor="middle" {TYPE}'


def stages_svg(trajectory: Trajectory) -> str:
    """Draw five equal shapes in a row: one colour, one size, one height, no path between them."""
    names = [stage.name.split() for stage in trajectory.by_name]
    letters = min(26.0, 1.7 * _SIDE / max(len(word) for words in names for word in words))
    shapes = "".join(_shape(words, _MARGIN + at * (_SIDE + _GAP), letters) for at, words in enumerate(names))
    size = f'width="{2 * _WIDTH}" height="{2 * _HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    paper = f'<rect width="100%" height="100%" rx="20" fill="{PAPER}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{shapes}</svg>'


def _shape(words: list[str], left: int, letters: float) -> str:
    """Draw one shape with its name, a word a line, in the middle."""
    middle, line = left + _SIDE / 2, letters * 1.15
    first = _MARGIN + _SIDE / 2 + letters * 0.35 - line * (len(words) - 1) / 2
    named = "".join(
        f'<text x="{middle}" y="{first + line * at}" font-size="{letters}" {CENTRED}>{escape(word)}</text>'
        for at, word in enumerate(words)
    )
    return f'<rect x="{left}" y="{_MARGIN}" width="{_SIDE}" height="{_SIDE}" rx="26" fill="{_SHAPE}"/>{named}'


def render_stages(trajectory: Trajectory, alt: str) -> Picture:
    """Render the trajectory's picture; blocks for some milliseconds."""
    return Picture("stages.png", render(stages_svg(trajectory)), alt)


def render(svg: str) -> bytes:
    """Render a drawing to PNG with the one font we ship; a large one takes a third of a second.

    Raises:
        OSError, subprocess.SubprocessError: no process could be had, or it failed.
    """
    # -I: neither the folder it runs in nor the environment decides what is imported.
    command = [sys.executable, "-I", str(_RENDERER), str(_FONT)]
    done = subprocess.run(command, input=svg.encode(), stdout=subprocess.PIPE, check=True, timeout=_PATIENCE)  # noqa: S603  # our own program
    return done.stdout
