"""What members type: counted as people count, cleaned of what Discord would act on, refused with what to do."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins.labels import LabelEmpty, TextTooLong, check_length, clean_label, clean_text, count_characters

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("a\u0308o\u0308", 2),  # with combining marks
        ("\u0443\u0306", 1),
        (FAMILY, 1),
        ("\u2764\ufe0f", 1),  # a heart with a variation selector
        ("\U0001f44b\U0001f3fd", 1),  # a waving hand with a skin tone
        ("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 2),  # two flags
        ("\U0001f1e9\U0001f1ea\U0001f1eb", 2),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", 1),  # a flag made of tags
        ("a\u200db\u200dc", 3),  # letters do not hide behind joiners
        ("\u200d0", 2),
        ("שלום", 4),
        ("नमस्ते", 4),
    ],
)
def test_characters_are_counted_as_people_see_them(text: str, count: int) -> None:
    assert count_characters(text) == count


def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    assert check_length(FAMILY * 50, 50) == FAMILY * 50

    with pytest.raises(TextTooLong, match=r"51 characters long\. At most 50") as caught:
        check_length(FAMILY * 51, 50)

    assert (caught.value.limit, caught.value.length) == (50, 51)


def test_marks_without_end_count_after_all() -> None:
    with pytest.raises(TextTooLong) as caught:
        check_length("a" + "\u0301" * 4000, 500)

    assert caught.value.length > caught.value.limit == 500


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("  Saturdays \n at home ", "Saturdays at home"),
        ("<@123456> and me", "and me"),
        ("<@!1><@&2><#3> x", "x"),
        ("@everyone come", "come"),
        ("@Here", None),
        ("@every@everyoneone", None),  # what is left is looked at again
        ("@*everyone*", None),
        ("<@<@1>2>", None),
        ("</checkin:123> now", "now"),
        ("<t:1700000000:R>", None),
        ("**bold** _soft_ ~~no~~ ||hidden||", "bold soft no hidden"),
        ("`code` snake_case", "code snake_case"),
        ("# Title", "Title"),
        ("> > quoted", "quoted"),
        ("- #tag", "#tag"),
        ("[the beach](https://example.com)", "the beach"),
        ("<:wave:123> us", "wave us"),
        ("us <3", "us <3"),
        ("a\x00b\x1b[31m\u202ec\u200b", "ab[31mc"),
        ("\u200d\u0301", None),
        ("***", None),
        ("", None),
        ("نمی\u200cشود", "نمی\u200cشود"),
        (FAMILY, FAMILY),
    ],
)
def test_labels_are_cleaned_or_refused_with_what_to_do(typed: str, label: str | None) -> None:
    if label is None:
        with pytest.raises(LabelEmpty, match="Write a word or two"):
            clean_label(typed)
    else:
        assert clean_label(typed) == label


def test_a_label_has_at_most_32_characters() -> None:
    assert clean_label("\U0001f1e9\U0001f1ea" * 32) == "\U0001f1e9\U0001f1ea" * 32
    with pytest.raises(TextTooLong) as caught:
        clean_label("x" * 33)
    assert caught.value.limit == 32
    with pytest.raises(TextTooLong):  # each is one character, but no button could show them
        clean_label(FAMILY * 32)
    with pytest.raises(TextTooLong):  # not cleaned for seconds first
        clean_label("<@" * 100_000 + ">" * 100_000)


@given(st.text() | st.text("<@!&#>everyonhe123*_~`|\\[]()- :/\u200d\u200ba ", max_size=40))
def test_a_clean_label_holds_nothing_to_act_on_and_stays_as_it_is(typed: str) -> None:
    try:
        label = clean_label(typed)
    except (LabelEmpty, TextTooLong):
        return
    assert clean_label(label) == label
    assert not re.search(r"<(@[!&]?|#)\d*>|@everyone|@here|[*`~|\\]|__", label, re.IGNORECASE)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in label)
    assert 0 < count_characters(label) <= 32
    label.encode()


@given(st.text())
def test_a_clean_note_can_be_stored_and_stays_as_it_is(typed: str) -> None:
    note = clean_text(typed)

    assert clean_text(note) == note
    note.encode()


def test_a_note_keeps_its_lines_and_its_writing() -> None:
    assert clean_text(" one\r\ntwo\x00\u2028\tthree\ud800 ") == "one\ntwo\n\tthree"
    assert clean_text("**שלום** \u202bאב\u202c") == "**שלום** \u202bאב\u202c"
