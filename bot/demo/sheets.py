"""Puts many pictures on one sheet, small enough for a repository."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops

_GROUND = (30, 31, 34)
_GAP = 10
_SEAM = 2  # pixels at the foot where what is below may shine through
_QUALITIES = (82, 74, 66, 58, 50, 42)


def make_sheet(pictures: Sequence[Path], sheet: Path, columns: int, width: int, most: int) -> Path:
    """Lay pictures out in columns, in reading order as far as heights allow, each put where there is most room.

    The sheet has at most `most` bytes, if any quality of its pictures allows.
    """
    heights = [_GAP] * columns
    placed: list[tuple[Image.Image, int, int]] = []
    for path in pictures:
        small = _trim(path)
        small.thumbnail((width, small.height))
        column = heights.index(min(heights))
        placed.append((small, _GAP + column * (width + _GAP), heights[column]))
        heights[column] += small.height + _GAP
    whole = Image.new("RGB", (_GAP + columns * (width + _GAP), max(heights)), _GROUND)
    for small, left, top in placed:
        whole.paste(small, (left, top))
    for quality in _QUALITIES:
        whole.save(sheet, quality=quality, optimize=True, progressive=True)
        if sheet.stat().st_size <= most:
            break
    return sheet


def _trim(path: Path) -> Image.Image:
    """Read a picture without the empty ground at its right."""
    with Image.open(path) as read:
        picture = read.convert("RGB").crop((0, 0, read.width, read.height - _SEAM))
    ground = Image.new("RGB", picture.size, picture.getpixel((picture.width - 1, 0)))
    box = ImageChops.difference(picture, ground).getbbox()
    return picture.crop((0, 0, min(picture.width, box[2] + _GAP), picture.height)) if box else picture


def shrink_colours(picture: Path, colours: int = 128) -> Path:
    """Store a picture with fewer colours, which is plenty for text on plain ground and a fraction of the size."""
    with Image.open(picture) as read:
        few = read.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)
    return picture
