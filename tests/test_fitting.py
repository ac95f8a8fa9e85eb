"""What fits at once is what pydantic takes, and no more; and it is all that the pack and the settings hold."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bot.authoring.documents import read_document
from bot.authoring.pack import shape_of
from bot.authoring.shapes import adapter
from bot.config import Between, Settings
from bot.domain.content import SLUG, Limit, authored
from bot.domain.interface import Fills
from bot.fitting import Unfit, fit

CONTENT = Path(__file__).parent.parent / "content" / "en"
FILES = sorted(one.relative_to(CONTENT).as_posix() for one in CONTENT.rglob("*.yaml"))


@authored
class Inner:
    name: Annotated[str, SLUG, Limit(1, 5)]
    words: Annotated[str, Fills("place")] = "none"


@authored
class Outer:
    title: str
    kind: Literal["one", "two"]
    inner: Inner
    several: Annotated[tuple[Inner, ...], Limit(1, 2)] = (Inner(name="a"),)
    number: Annotated[int, Between(-3, 30)] | None = None
    switch: bool = False
    day: date = date(2026, 11, 21)
    path: Path | None = None


def plain(value: Any) -> Any:
    """Bring a shape to something that can be compared."""
    if isinstance(value, Outer | Inner):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return [plain(one) for one in value] if isinstance(value, tuple) else value


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 40),
    st.floats(allow_nan=False),
    st.text(max_size=7),
    st.sampled_from(
        ["one", "two", "a-b", "a-b\n", "A", "true", "false", "yes", "12", "-3", "٣", "1_0", " 7", "2026-11-22"]
    ),
    st.sampled_from(["2026-W05-1", "20261122", "2026-02-30", "2026-11-22T00:00:00"]),
)
INNERS = st.one_of(
    st.builds(lambda name: {"name": name}, LEAVES),
    st.builds(lambda name, words: {"name": name, "words": words}, LEAVES, LEAVES),
    st.dictionaries(st.sampled_from(["name", "words", "more"]), LEAVES),
    LEAVES,
)
GOOD = st.fixed_dictionaries({"title": st.just("t"), "kind": st.just("one"), "inner": st.just({"name": "a"})})
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": LEAVES,
        "kind": LEAVES,
        "inner": INNERS,
        "several": st.one_of(LEAVES, st.lists(INNERS, max_size=3)),
        **dict.fromkeys(("number", "switch", "day", "path", "more"), LEAVES),
    },
)


@given(good=GOOD, changes=CHANGES, left_out=st.sets(st.sampled_from(["title", "kind", "inner"])))
def test_what_fits_is_what_pydantic_makes_of_it(
    good: dict[str, Any], changes: dict[str, Any], left_out: set[str]
) -> None:
    data = {**{name: one for name, one in good.items() if name not in left_out}, **changes}
    try:
        fitted = fit(Outer, data)
    except Unfit:
        return

    try:
        assert plain(TypeAdapter(Outer).validate_python(data)) == plain(fitted)
    except ValidationError:
        pytest.fail(f"pydantic refuses {data}")


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_the_pack_fits_at_once(name: str) -> None:
    shape = shape_of(name)
    assert shape is not None
    data = read_document(CONTENT / name, name).data

    made = adapter(shape).validate_python(data)

    assert TypeAdapter(shape).dump_python(fit(shape, data)) == TypeAdapter(shape).dump_python(made)


def test_settings_as_the_environment_gives_them_fit_at_once() -> None:
    written = {"content": "here", "side_port": {"port": "0"}, "check_ins": {"enabled": "true"}}

    settings = fit(Settings, {**written, "storage": {"key_files": ["a", "b"]}, "token_file": None})

    assert settings == TypeAdapter(Settings).validate_python({**written, "storage": {"key_files": ["a", "b"]}})


def test_an_annotation_that_cannot_be_asked_is_left_to_pydantic() -> None:
    @dataclass
    class Unknown:
        text: Annotated[str, "who knows"]

    with pytest.raises(Unfit):
        fit(Unknown, {"text": "a"})
