"""The picture ranks nothing and holds none of the member's words: equal shapes, each with a name of the script's."""

import colorsys
import math
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bot.domain.checkins.answers import Answer, Chosen, SituationRef
from bot.domain.library import Library
from bot.domain.lookback import Look
from bot.ui.lookback.history import draw_look_picture
from bot.ui.lookback.picture import alt_text, colour_of, days_in_words, draw_picture, picture_svg, shapes_of
from tests.domain.kept_ones import NOW, kept, note, stage
from tests.ui.test_limits import problems_of

SVG = "{http://www.w3.org/2000/svg}"
HOME = SituationRef("ab" * 16)


def every_option(library: Library) -> list[Answer]:
    step = next(one for one in library.check_in.steps if one.id == "closest")
    return [
        Answer("closest", step.ask, (Chosen(one.id, one.text, one.note, "fog" if one.own_word else None),))
        for one in step.options
    ]


def look_at(library: Library, number: int, zone: str = "UTC") -> Look:
    options = every_option(library)
    entries = [
        kept(at, NOW - at * timedelta(hours=17), options[at % len(options)], note("my own note"), situation=HOME)
        for at in range(number)
    ]
    return Look(tuple(entries), {HOME: "Sundays"}, zone)


def parsed(library: Library, look: Look) -> Any:
    return ET.fromstring(picture_svg(library, look))  # noqa: S314  # our own drawing


@pytest.mark.parametrize("number", [1, 3, 20, 60])
def test_all_shapes_are_alike_but_for_their_place_and_colour(library: Library, number: int) -> None:
    root = parsed(library, look_at(library, number))
    _, *shapes = root.findall(f"{SVG}rect")

    assert len(shapes) == number
    for trait in ("width", "height", "rx"):
        assert len({shape.get(trait) for shape in shapes}) == 1
    assert {one.tag for one in root} == {f"{SVG}rect", f"{SVG}text"}  # no line, path, arrow or axis
    names = [one for one in root.findall(f"{SVG}text") if one.get("text-anchor") == "middle"]
    assert len({one.get("font-size") for one in names}) == 1


def test_shapes_stand_in_reading_order_whatever_was_said(library: Library) -> None:
    places = [
        (float(one.get("y")), float(one.get("x")))
        for one in parsed(library, look_at(library, 20))[1:]
        if one.tag == f"{SVG}rect"
    ]

    assert places == sorted(places)
    assert len({column for _, column in places}) == 6


def test_every_colour_is_as_light_and_as_strong_as_the_next(library: Library) -> None:
    hues = {one.hue for one in shapes_of(library, look_at(library, 9))}

    assert len(hues) == 9
    weights = [lightness_and_chroma(colour_of(hue)) for hue in hues]
    assert max(one[0] for one in weights) - min(one[0] for one in weights) < 0.01
    assert max(one[1] for one in weights) - min(one[1] for one in weights) < 0.01
    assert all(colorsys.rgb_to_hls(*channels(colour_of(hue)))[1] > 0.75 for hue in hues)  # dark letters are read on it


def test_nothing_a_member_wrote_is_in_it(library: Library) -> None:
    look = look_at(library, 20)
    everything = picture_svg(library, look) + alt_text(library, look) + "".join(days_in_words(library, look))

    for own in ("fog", "Sundays", "my own note"):
        assert own not in everything
    assert library.lookback.picture.own_word in everything


def test_what_was_brought_in_is_named_in_the_words_of_the_script_alone(library: Library) -> None:
    foreign = kept(1, NOW, Answer("closest", "My question", (Chosen("made-up", "My name for it"),)))
    reworded = kept(2, NOW, stage("acceptance", "My name for acceptance"))
    nothing_said = kept(3, NOW, note())

    names = [one.name for one in shapes_of(library, Look((foreign, reworded, nothing_said), {}, "UTC"))]

    words = library.lookback.picture
    assert names == [words.other_word, "Acceptance", words.no_word]


def test_the_newest_sixty_are_shown_and_it_says_so(library: Library) -> None:
    look = look_at(library, 75)
    said = "".join(parsed(library, look).itertext())

    assert len(shapes_of(library, look)) == 60
    assert library.lookback.picture.newest.format(most=60) in said
    assert library.lookback.picture.newest.format(most=60) not in "".join(
        parsed(library, look_at(library, 60)).itertext()
    )


def test_it_names_its_zone_and_says_what_it_proves(library: Library) -> None:
    look = look_at(library, 3, "Pacific/Auckland")
    said = "".join(parsed(library, look).itertext())

    assert "Pacific/Auckland" in said
    assert "Pacific/Auckland" in alt_text(library, look)
    assert library.notebook.receipts.proof_of_nothing in said
    assert "21 Nov 2026" in said  # 9:41 in UTC is still that day there
    assert "22 Nov 2026" not in said


@pytest.mark.parametrize("number", [1, 20, 60, 300])
def test_the_alt_text_is_the_same_list_and_fits(library: Library, number: int) -> None:
    look = look_at(library, number)
    alt, days = alt_text(library, look), days_in_words(library, look)

    assert len(alt) <= 1024
    fitting = [day for day in days if f"{day}." in alt]
    assert fitting == list(days[: len(fitting)])
    assert (library.lookback.picture.alt_rest in alt) == (len(fitting) < len(days))
    assert alt.endswith(library.lookback.picture.alt_rest) or len(fitting) == len(days)


def test_it_is_a_picture_and_its_message_fits(library: Library) -> None:
    look = look_at(library, 75)
    picture = draw_picture(library, look)

    problems_of(draw_look_picture(library, look, picture, days_in_words(library, look)))
    assert picture.png.startswith(b"\x89PNG")
    assert len(picture.png) < 1_000_000
    assert picture.name == "check-ins.png"


def channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def lightness_and_chroma(colour: str) -> tuple[float, float]:
    """Say how light and how strong a colour looks, as https://bottosson.github.io/posts/oklab measures it."""
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b)
