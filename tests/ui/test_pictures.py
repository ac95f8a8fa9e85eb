"""The trajectory's picture ranks nothing: five shapes alike, side by side, without a path."""

from xml.etree import ElementTree as ET

from bot.domain.library import Library
from bot.ui.pictures import render_stages, stages_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_five_equal_shapes_at_one_height_and_nothing_between_them(library: Library) -> None:
    root = ET.fromstring(stages_svg(library.trajectory))  # noqa: S314  # our own drawing
    _, *shapes = root.findall(f"{SVG}rect")

    assert len(shapes) == 5
    for trait in ("width", "height", "y", "rx", "fill"):
        assert len({shape.get(trait) for shape in shapes}) == 1
    assert {one.tag for one in root} == {f"{SVG}rect", f"{SVG}text"}
    assert len({one.get("font-size") for one in root.findall(f"{SVG}text")}) == 1


def test_the_picture_says_every_name_and_its_alt_text_does_too(library: Library) -> None:
    said = "".join(ET.fromstring(stages_svg(library.trajectory)).itertext())  # noqa: S314  # our own drawing
    picture = render_stages(library.trajectory, library.interface.stages.picture)

    for stage in library.trajectory.stages:
        assert stage.name.replace(" ", "") in said
        assert stage.name in picture.alt
    assert picture.png.startswith(b"\x89PNG")
    assert len(picture.png) < 100_000
