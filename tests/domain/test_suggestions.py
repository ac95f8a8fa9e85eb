"""What of a lookup may be suggested: its words alone, whatever was typed."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins.labels import cut_characters, split_characters
from bot.domain.servers.suggestions import MOST_CHARACTERS, clean

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
PIECES = [
    "@everyone", "@here", "@ana", "<@1>", "<@!2>", "<#3>", "<@&4>", "</help:5>", "<:sad:6>", "<t:7:R>", "<id:guide>",
    "https://", "http", "://", "discord", ".", "gg", "/", "com", "abc", "www.", "mailto:", "a@b.c", ":", "@", "\\\\",
    "[", "]", "(", ")", "*", "_", "`", "|", "~", "\\", "#", "-", "> ", "-# ", "1. ", "<", ">", " ", "\n", "word",
    "\u200b", "\u200c", "\u200d", "\u202e", "\u2066", "\u0301", "\ufe0f", "é", "e\u0301", "ש", "م", "👩", "🏳", "🌈",
    "\U0001f1e9", "\U0001f3f4", "\U000e0067", "\U000e007f", "\x00", "\x1b", "\u2028", "\ud800", "\uffff", "\ue000",
]  # fmt: skip
typed = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=60).map("".join)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("why is my metamour's joy so loud?", "why is my metamour's joy so loud?"),
        ("why does @everyone look at me", "why does look at me"),
        ("<@123456789012345678> is late again", "is late again"),
        ("what @ana said", "what said"),
        ("come to discord.gg/abc now", "come to now"),
        ("DISCORD.com/invite/abc now", "now"),
        ("discord . gg/abc now", "now"),
        ("dis\u200bcord.gg/abc now", "now"),
        ("https://example.com/x?y=1 and envy", "and envy"),
        ("example.org/page and envy", "and envy"),
        ("[kind words](https://example.com) help", "kind words help"),
        ("mail ana@example.com please", "mail please"),
        ("**loud** _and_ `clear` ||hidden||", "loud and clear hidden"),
        ("# A heading", "A heading"),
        ("> said before", "said before"),
        ("I am sad.Why", "I am sad Why"),
        ("3.5 years, 10:30, and/or", "3.5 years, 10:30, and/or"),
        ("one\ntwo\x00three\x1b[31m", "one two three 31m"),
        ("\u202eright to left\u202c", "right to left"),
        ("קנאה באמצע הלילה", "קנאה באמצע הלילה"),
        ("چرا می‌ترسم", "چرا می‌ترسم"),  # the joiner that Persian words need stays
        (f"{FAMILY} ❤️ 🏳️\u200d🌈", f"{FAMILY} ❤️ 🏳️\u200d🌈"),
        ("<:heart:123456789012345678> and calm", "and calm"),
        ("x\U000e0068\U000e0069", "x"),  # words hidden in tags
    ],
)
def test_only_the_words_are_left(text: str, sent: str) -> None:
    assert clean(text) == sent


@pytest.mark.parametrize("text", ["", " ", "@everyone", "https://example.com", "<@1> <@2>", "***", "?", "\u200d\u0301"])
def test_where_no_words_are_left_nothing_is(text: str) -> None:
    assert clean(text) == ""


@given(typed)
def test_whatever_is_typed_nothing_in_it_acts(text: str) -> None:
    sent = clean(text)

    assert len(sent) <= MOST_CHARACTERS
    assert clean(sent) == sent
    assert not re.search(r"[@<>*_~`|\\\[\]#]|://|\bwww\.\S|\w\.\w+/|\bdiscord\.(gg|com)", sent, re.IGNORECASE)
    assert all(unicodedata.category(char) not in {"Cc", "Cs", "Co", "Zl", "Zp"} for char in sent)
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" or char == "\u200b" for char in sent)
    assert sent == " ".join(sent.split())


@given(st.text(alphabet=st.characters(categories=["Ll", "Lo"]), max_size=MOST_CHARACTERS))
def test_plain_letters_stay_as_they_are_written(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@given(st.lists(st.sampled_from([FAMILY, "a", "👋🏽", "🇩🇪", "é"]), min_size=40, max_size=80).map("".join))
def test_what_is_too_long_is_cut_between_characters(text: str) -> None:
    sent = clean(text)

    assert len(sent) > min(len(text), MOST_CHARACTERS) - len(FAMILY)
    assert text.startswith(sent)
    assert split_characters(text)[: len(split_characters(sent))] == split_characters(sent)


@given(typed, st.integers(0, 50))
def test_cutting_keeps_whole_characters(text: str, most: int) -> None:
    cut = cut_characters(text, most)

    assert len(cut) <= most
    assert text.startswith(cut)
    assert "".join(split_characters(text)) == text
    assert split_characters(text)[: len(split_characters(cut))] == split_characters(cut)


@pytest.mark.parametrize("piece", ["<a:", "[", "a.", ":a", "a.a", "- ", FAMILY, "@", "1."])
def test_of_a_very_long_text_the_beginning_is_looked_through(piece: str) -> None:
    assert clean(piece * 2000 + " word") == clean((piece * 2000)[:1000])
