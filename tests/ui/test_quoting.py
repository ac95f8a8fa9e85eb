"""A member's own words: shown without markup, and read back from the message letter by letter."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.drawing import echo
from bot.ui.quoting import OWN_WORDS, own_words, plain_words, quoted, read_own_words, show_own_words

signs = st.text(alphabet="\\*_~|`<>@[]()#-+. 1ah:/tps\n\té🫧", max_size=40)
typed = st.lists(signs | st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(["https://a_b*c", "\\"]))


@given(typed.map("".join).filter(str.strip))
def test_whatever_was_written_is_read_back_letter_by_letter(words: str) -> None:
    assert read_own_words(own_words(words, 10**6)) == words


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("*a* __b__ ~~c~~ ||d|| `e`", r"\*a\* \_\_b\_\_ \~\~c\~\~ \|\|d\|\| \`e\`"),
        ("# head\n- one\n1. two\n> three", "\\# head\n\\- one\n1\\. two\n\\> three"),
        ("<@1> @everyone [x](https://y_z)", r"\<\@1\> \@everyone \[x\](https://y_z)"),
        ("well-known 1.5", "well-known 1.5"),
        ("half a \ud83d pair", "half a ? pair"),
    ],
)
def test_markup_stays_plain_signs(words: str, shown: str) -> None:
    assert own_words(words) == shown


MENTION = re.compile(r"<(?:@[!&]?|#|t:|id:|a?:\w+:)\d*|</|@everyone|@here")
invisible = st.sampled_from("\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u2060\u2063\u3164\ufe0f\ufeff\U000e0041")
mentions = st.sampled_from(
    [
        "<@100000000000000001>",
        "<@!1>",
        "<@&2>",
        "<#3>",
        "@everyone",
        "@here",
        "</card:1>",
        "<t:1>",
        "<id:guide>",
        "<:a:1>",
    ]
)
links = st.sampled_from(["https://", "http://a", "https://a.b/c?d=e", "https://medium.com/@", "https://a_b*c(d)"])


@given(st.lists(mentions | links | invisible | signs, max_size=8).map("".join), st.sampled_from([echo, own_words]))
def test_no_mention_stands_unescaped_behind_whatever_it_is_written(words: str, show: Callable[..., str]) -> None:
    shown = show(words, 3000)

    for seen in (shown, "".join(one for one in shown if unicodedata.category(one) != "Cf")):
        for found in MENTION.finditer(seen):
            before = seen[: found.start()]
            assert (len(before) - len(before.rstrip("\\"))) % 2 == 1, (words, shown)


@given(typed.map("".join), st.integers(1, 60))
def test_what_is_cut_fits_and_ends_in_no_half_sign(words: str, most: int) -> None:
    shown = own_words(words, most)

    assert len(shown) <= most
    if shown.endswith("…") and not words.endswith("…"):
        assert (len(shown[:-1]) - len(shown[:-1].rstrip("\\"))) % 2 == 0 or "https://" in shown


@given(typed.map("".join), st.integers(10, 60))
def test_a_quotation_is_cut_at_a_line(words: str, most: int) -> None:
    shown = quoted(words * 5, most)

    assert len(shown) <= most
    assert all(line.startswith("> ") for line in shown.split("\n"))


def test_a_quotation_marks_every_line() -> None:
    assert quoted("one\n\n*two*") == "> one\n> \n> \\*two\\*"


@pytest.mark.parametrize("words", ["", " \n\t"])
def test_where_nothing_was_written_something_stands(words: str) -> None:
    assert own_words(words) == plain_words(words) == "…"
    assert show_own_words(words).id is None


def test_in_a_select_words_stand_on_one_line_as_they_are() -> None:
    assert plain_words(" *one*\n two \ud83d") == "*one* two ?"


def test_only_whole_words_are_handed_to_a_form() -> None:
    assert show_own_words("short").id == OWN_WORDS
    assert show_own_words("*" * 2000).id is None
    assert len(show_own_words("*" * 2000).content) <= 3000
