"""Normal forms in time that grows with the text."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.unicode import normalize

Form = Literal["NFC", "NFD", "NFKD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKD")


@given(st.text(max_size=60), st.sampled_from(FORMS))
def test_what_people_write_is_normalized_as_ever(text: str, form: Form) -> None:
    marks = sum(unicodedata.category(one)[0] == "M" for one in text)

    if marks <= 30:
        assert normalize(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f73\u0316", "\uff9e\u0301", "\u0344\u0323"])
def test_of_marks_without_end_thirty_stay(marks: str, form: Form) -> None:
    shown = normalize(form, "a" + marks * 100_000 + "b")

    assert len(shown) < 100
    assert shown[-1] == "b"
