"""What `check` knows besides YAML: what must not go missing, what Discord refuses, what people cannot read."""

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from discord.app_commands.commands import validate_name

from bot.authoring.reader import Reader
from bot.domain.content import COMMAND
from bot.rehearsal.rehearsal import rehearse
from tests.authoring.cards import AT, CARD

Edit = Callable[[str, str, str], None]
SCRIPT, INTERFACE, CARDS = "checkins/check-in.yaml", "interface.yaml", "moderators/cards.yaml"


def told(pack: Path) -> list[str]:
    """What is wrong with the pack, without its folder."""
    reading = Reader(pack).read()
    assert (reading.library is None) == bool(reading.errors)
    return [str(one).replace(f"{pack.as_posix()}/", "") for one in reading.errors]


def told_of_card(pack: Path, text: str) -> list[str]:
    (pack / AT).write_text(text, encoding="utf-8")
    return [one.removeprefix(f"{AT}:") for one in told(pack)]


def said(lines: list[str]) -> list[str]:
    """The sentences alone."""
    return [one.split(": ", 1)[1] for one in lines]


def cut(pack: Path, name: str, begins: str, ends: str) -> None:
    """Take lines out of a file, from one up to another."""
    file = pack / name
    text = file.read_text(encoding="utf-8")
    start = text.index(begins)
    file.write_text(text[:start] + text[text.index(ends, start) :], encoding="utf-8")


# --- what must not go missing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("card", ["trajectory", "right-now", "what-to-say", "support", "privacy", "about"])
def test_a_card_that_a_button_leads_to_cannot_go(pack: Path, card: str) -> None:
    (pack / f"explainers/{card}.yaml").unlink()

    assert told(pack) == [f"explainers/{card}.yaml:1:1: this file is missing (the bot opens this card by name)"]


@pytest.mark.parametrize(("begins", "ends", "dangers"), [
    ("  - id: not-safe-and-not-free\n", "  - id: not-safe\n", []),
    ("  - id: not-safe\n    when", "  - id: not-free\n    when", ["not-safe"]),
    ("  - id: not-free\n    when", "  - id: not-right-agreement\n", ["not-free"]),
    ("  - id: not-safe-and-not-free\n", "  - id: not-right-agreement\n", ["not-free", "not-safe"]),
])  # fmt: skip
def test_the_closings_for_who_is_not_safe_or_not_free_cannot_go(
    pack: Path, begins: str, ends: str, dangers: list[str]
) -> None:
    cut(pack, SCRIPT, begins, ends)

    assert sorted(re.findall("no closing for `([^`]+)`", one)[0] for one in told(pack)) == dangers


NO_CLOSING = (
    "no closing for `not-safe` replaces everything (write one with instead: true, "
    "when {step: not-right, any_of: [not-safe]} and opens: support)"
)
SAFE = "  - id: not-safe\n    when:\n      - {step: not-right, any_of: [not-safe]}\n"
DANGEROUS = {
    "said only at times": (SAFE, f"{SAFE}      - {{step: brings, none_of: [look-in]}}\n", NO_CLOSING),
    "asked of some": (
        "    keep: never\n",
        "    keep: never\n    when: [{step: brings, none_of: [look-in]}]\n",
        "the step `not-right` is not asked of everybody (remove the condition: who is not safe can say so)",
    ),
    "kept": (
        "    keep: never\n",
        "",
        "the step `not-right` is kept (write keep: never, which is what members are told)",
    ),
    "without its answer": (
        "      - id: not-safe\n        text: I don't feel safe\n",
        "      - id: unsafe\n        text: I don't feel safe\n",
        "the step `not-right` has no option `not-safe` (who needs help has to be able to say so)",
    ),
    "leading elsewhere": (
        "        who can help.\n    opens: support\n  - id: not-free\n",
        "        who can help.\n    opens: compersion\n  - id: not-free\n",
        "the closing `not-safe` does not open `support` (write opens: support)",
    ),
}


@pytest.mark.parametrize("case", DANGEROUS)
def test_nobody_in_danger_is_left_without_help(pack: Path, edit: Edit, case: str) -> None:
    old, new, expected = DANGEROUS[case]
    edit(SCRIPT, old, new)

    assert expected in said(told(pack))


SCRIPTS = {
    "a condition that says nothing": (
        "      - {step: brings, any_of: [happening-now]}\n    options:\n      - id: one-minute\n",
        "      - {step: brings}\n    options:\n      - id: one-minute\n",
        ["this holds whatever was answered to `brings` (add any_of or none_of)"],
    ),
    "a closing without a condition": (
        "  - id: joy-relief\n    when:\n      - {step: joy, any_of: [relief]}\n",
        "  - id: joy-relief\n    when: []\n",
        ["the closing `joy-relief` has no condition, so that none after it is said (give it one: any_of, or none_of)"],
    ),
    "a closing twice": (
        "  - id: joy-relief\n",
        "  - id: joy-loud\n",
        ["the closing id `joy-loud` is taken (first used at checkins/check-in.yaml:PLACE)"],
    ),
    "a next step for an option of another step": (
        "  - option: rest\n",
        "  - option: warm-and-close\n",
        [
            "nothing is said to `rest` of the step `tend` (write a next step for it, even if it says that this is all)",
            "there is no option of the step `tend` `warm-and-close` (add it, or remove the reference)",
        ],
    ),
    "an option without a next step": (
        "  - option: nothing-now\n    say: Then that is all for now.\n    concerns: Only you.\n",
        "",
        [
            (
                "nothing is said to `nothing-now` of the step `tend` "
                "(write a next step for it, even if it says that this is all)"
            )
        ],
    ),
    "a next step twice": (
        "  - option: nothing-now\n",
        "  - {option: rest, say: Rest., concerns: You.}\n  - option: nothing-now\n",
        ["the next step for `rest` is taken (first used at checkins/check-in.yaml:PLACE)"],
    ),
    "a rest that asks for nothing there is": (
        "  when:\n    - {step: brings, none_of: [happening-now]}\nkeep_ask",
        "  when:\n    - {step: brings, none_of: [happening]}\nkeep_ask",
        ["there is no option `happening` (did you mean `happening-now`?)"],
    ),
    "a choice of the support panel twice": (
        "  - id: too-much\n",
        "  - id: not-safe\n",
        ["the id of the support panel `not-safe` is taken (first used at checkins/check-in.yaml:PLACE)"],
    ),
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_a_script_that_says_nothing_or_the_wrong_thing_is_told(pack: Path, edit: Edit, case: str) -> None:
    old, new, expected = SCRIPTS[case]
    edit(SCRIPT, old, new)

    assert sorted(re.sub(r"yaml:\d+:\d+", "yaml:PLACE", one) for one in said(told(pack))) == expected


# --- days and languages ---------------------------------------------------------------------------------------------


def _in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%d")


def test_a_day_to_come_is_refused(pack: Path) -> None:
    far = _in_days(3650)

    assert said(told_of_card(pack, CARD.replace("2026-11-21", far))) == [
        f"{far} is a day to come (write the day somebody read it)"
    ]
    assert told_of_card(pack, CARD.replace("2026-11-21", _in_days(0))) == []


def test_a_contact_confirmed_on_a_day_to_come_is_refused(pack: Path) -> None:
    file = pack / "resources.yaml"
    far = _in_days(2)
    file.write_text(re.sub(r"checked:.*", f"checked: {far}", file.read_text(), count=1))

    (line,) = said(told(pack))

    assert line.endswith(f"{far} is a day to come (write the day somebody confirmed it)")


WHERE = {"checkins/my-data.yaml": "  language: en\n", "checkins/lookback.yaml": "  language: en_GB\n"}


@pytest.mark.parametrize("file", WHERE)
@pytest.mark.parametrize("language", ["es", "es-ES", "es_ES", "es-419", "es_419", "zh-Hant", "pt-BR", "fil"])
def test_a_language_may_be_written_either_way(pack: Path, edit: Edit, file: str, language: str) -> None:
    edit(file, WHERE[file], f"  language: {language}\n")

    assert told(pack) == []


@pytest.mark.parametrize("file", WHERE)
@pytest.mark.parametrize("language", ["zz", "en-XX", "english", "es-ES-1", "es.UTF-8", "../en"])
def test_a_language_there_is_none_of_is_told(pack: Path, edit: Edit, file: str, language: str) -> None:
    edit(file, WHERE[file], f"  language: {language}\n")

    (line,) = said(told(pack))

    assert line == f"there is no language `{language}` (write one as in en, es, es-419, pt-BR or zh-Hant)"


@pytest.mark.parametrize(
    ("name", "is_wrong"), [("zz", True), ("en-XX", True), ("es-419", False), ("es_MX", False), ("my-pack", False)]
)
def test_a_folder_named_like_a_language_is_named_after_one(pack: Path, name: str, *, is_wrong: bool) -> None:
    folder = pack.rename(pack.with_name(name))

    reading = Reader(folder).read()

    assert sum("named like a language" in one.message for one in reading.problems) == is_wrong
    assert reading.library is not None, "a pack that served before goes on"


# --- commands -------------------------------------------------------------------------------------------------------


def rename(pack: Path, file: str, old: str, new: str, after: str = "") -> None:
    path = pack / file
    text = path.read_text(encoding="utf-8")
    start = text.index(after)
    assert f"name: {old}\n" in text[start:]
    path.write_text(text[:start] + text[start:].replace(f"name: {old}\n", f"name: {new}\n", 1), encoding="utf-8")


NAMES_TWICE = {
    "two lookups": (INTERFACE, "glossary", "explain", "the command `explain` is taken"),
    "a check-in like a lookup": ("checkins/notebook.yaml", "checkin", "explain", "the command `explain` is taken"),
    "two subcommands": (CARDS, "pin", "post", "the name in `card` `post` is taken"),
    "the operator's two": (INTERFACE, "reload", "status", "the name in `content` `status` is taken"),
    "two options": ("checkins/lookback.yaml", "period", "label", "the name in `lookback` `label` is taken"),
    "a capital letter": (INTERFACE, "glossary", "Glossary", "`name` is `Glossary` (use small letters"),
    "a blank": (INTERFACE, "glossary", "the glossary", "`name` is `the glossary` (use small letters"),
    "an apostrophe": (INTERFACE, "glossary", "l'idee", "`name` is `l'idee` (use small letters"),
}


@pytest.mark.parametrize("case", NAMES_TWICE)
def test_what_discord_refuses_of_command_names_is_told(pack: Path, case: str) -> None:
    file, old, new, expected = NAMES_TWICE[case]
    rename(pack, file, old, new)

    assert any(one.startswith(expected) for one in said(told(pack)))


@pytest.mark.parametrize(
    "name", ["erklären", "説明", "объясни", "εξήγησε", "اشرح", "समझाओ", "อธิบาย", "설명", "giải-thích", "t2"]
)
def test_a_command_may_be_named_in_any_script(pack: Path, name: str) -> None:
    rename(pack, INTERFACE, "explain", name)

    assert told(pack) == []
    assert validate_name(name) == name


def test_every_character_of_a_command_name_is_one_that_discord_py_takes() -> None:
    """And what it takes is refused here only where Discord refuses it: capitals, and letters that have small ones."""
    taken = [chr(at) for at in range(sys.maxunicode + 1) if not 0xD800 <= at <= 0xDFFF and COMMAND.admits(chr(at))]

    for one in taken:
        if one == one.lower():
            assert validate_name(one) == one
    assert len(taken) > 100_000


# --- braces ---------------------------------------------------------------------------------------------------------

SHARED = 'shared_by: "Shared by {name}."'
BRACES = {
    "{name:d}": ["{name} has something else in its braces (write {name} alone)"],
    "{name!r}": ["{name} has something else in its braces (write {name} alone)"],
    "{name:{width}}": ["{name} has something else in its braces (write {name} alone)"],
    "{name.id}": ["{name.id} is filled in by nothing (may hold {name})"],
    "{name[0]}": ["{name[0]} is filled in by nothing (may hold {name})"],
    "{}": ["{} is filled in by nothing (may hold {name})"],
    "{0}": ["{0} is filled in by nothing (may hold {name})"],
    "{name": ["a brace that opens and does not close (may hold {name})"],
    "name}": ["a brace that closes and does not open (may hold {name})"],
    "}name{": ["braces that are no pairs (may hold {name})"],
    "{{name}}": ["nothing here says {name} (write {name} where it belongs: the bot fills it in)"],
    "someone": ["nothing here says {name} (write {name} where it belongs: the bot fills it in)"],
    "{name}, {name}": [],
}


@pytest.mark.parametrize("written", BRACES)
def test_braces_hold_what_is_filled_in_and_all_of_it(pack: Path, edit: Edit, written: str) -> None:
    edit(INTERFACE, SHARED, f'shared_by: "Shared by {written}"')

    assert said(told(pack)) == BRACES[written]


def test_one_line_of_the_consent_says_who_moderates(pack: Path) -> None:
    file = pack / "checkins/notebook.yaml"
    file.write_text(file.read_text().replace("if they tried{moderates}.\n", "if they tried.\n", 1))

    (line,) = said(told(pack))

    assert line.startswith("nothing here says {moderates}")


# --- texts ----------------------------------------------------------------------------------------------------------

TEXTS = {
    "title: '   '": "there is nothing to see in this text (write one, or remove the key)",
    'title: "\\u200b\\u2060"': "there is nothing to see in this text (write one, or remove the key)",
    'title: "\\u2800\\u3164"': "there is nothing to see in this text (write one, or remove the key)",
    'title: "Wh\\0at"': "the character U+0000 cannot be shown (delete it)",
    'title: "Wh\\x07at"': "the character U+0007 cannot be shown (delete it)",
    'title: "Wh\\tat"': "the character U+0009 cannot be shown (delete it)",
    'title: "Wh\\nat"': "a line break in a text of one line (write it on one line, or with >-)",
    'title: "Wh\\u200bat"': "the invisible character U+200B ZERO WIDTH SPACE (delete it)",
    "title: 'What? '": "the text begins or ends with a blank (delete it)",
    "title: >\n  What?": "the text begins or ends with a line break (write >- in place of > or |)",
    'title: "What \\u202Ethat"': (
        "U+202E RIGHT-TO-LEFT OVERRIDE turns the direction of the text, and has no partner "
        "(write U+202C or U+2069 where it ends, or delete it)"
    ),
    "title: What \u2067that": (
        "U+2067 RIGHT-TO-LEFT ISOLATE turns the direction of the text, and has no partner "
        "(write U+202C or U+2069 where it ends, or delete it)"
    ),
}


@pytest.mark.parametrize("written", TEXTS)
def test_signs_that_nobody_sees_are_told(pack: Path, written: str) -> None:
    assert said(told_of_card(pack, CARD.replace("title: What is a test card?", written))) == [TEXTS[written]]


@pytest.mark.parametrize(
    "title",
    [
        "Why 👩🏽‍💻 and ❤️‍🔥?",  # emoji that are joined
        "1️⃣ or 🏴󠁧󠁢󠁥󠁮󠁧󠁿?",
        "می‌خواهم",  # Persian parts letters so
        "ක්‍ෂ?",  # Sinhala joins them so
        "\u2067עברית\u2069?",
        "Qui\xa0?",
        "說明？",
    ],
)
def test_signs_that_do_something_for_a_reader_may_stay(pack: Path, title: str) -> None:
    assert told_of_card(pack, CARD.replace("What is a test card?", title)) == []


NO_PARTNER = "write it on both sides, close to the words, or a backslash before it"
MARKS = {
    "A **word.": f"** has no partner ({NO_PARTNER})",
    "A *word.": f"* has no partner ({NO_PARTNER})",
    "A `word.": f"` has no partner ({NO_PARTNER})",
    "A ||word.": f"|| has no partner ({NO_PARTNER})",
    "A ~~word.": f"~~ has no partner ({NO_PARTNER})",
    "A ** word**.": f"** has no partner ({NO_PARTNER})",
    "# A word.": "a heading: # (the card makes its own: remove the sign, or write **bold**)",
    "-# A word.": "small print: -# (the card makes its own: remove the sign, or write **bold**)",
    "> A word.": "a quotation made with >: > (use quotation marks)",
    "- A word.": "a list inside a text: - (write sentences, or an item for each)",
    "1. A word.": "a list inside a text: 1. (write sentences, or an item for each)",
    "A [reason](https://example.org).": (
        "a link behind words: [reason]( (name the page in words, or give it its own place)"
    ),
    "A ![picture](https://example.org).": "a picture: ![picture]( (remove it: a text holds words alone)",
    "See https://example.org.": (
        "a link: https://example.org. (name the page in words; sources and people who can help have their own place)"
    ),
    "Ask <@123>.": "a mention: <@123> (no text is aimed at anybody: remove it)",
    "Ask <@&123>.": "a mention: <@&123> (no text is aimed at anybody: remove it)",
    "In <#123>.": "a mention: <#123> (no text is aimed at anybody: remove it)",
    "Ask @everyone.": "a mention: @everyone (no text is aimed at anybody: remove it)",
    "On <t:0:R>.": "a mention: <t:0:R> (no text is aimed at anybody: remove it)",
    "A <b>word</b>.": "HTML: <b> (Discord shows it as it is: remove it)",
}


@pytest.mark.parametrize("written", MARKS)
@pytest.mark.parametrize("where", ["card", "prompt"])
def test_markdown_that_does_not_belong_or_does_not_close_is_told(pack: Path, written: str, where: str) -> None:
    if where == "card":
        lines = told_of_card(pack, CARD.replace("One paragraph.", f"'{written}'"))
    else:
        prompts = f"  - {{id: x-one, text: '{written}', weight: gentle}}\n  - {{id: x-two, text: B?, weight: gentle}}\n"
        (pack / "prompts/x.yaml").write_text(f"id: x\nname: X\ngroup: other\nabout: support\nprompts:\n{prompts}")
        lines = told(pack)

    assert said(lines)[:1] == [MARKS[written]]


@pytest.mark.parametrize(
    "text", ["**A** *b* `c` ||d|| ~~e~~ __f__.", "I ___.", "2 * 3 = 6", "5 < 6", r"A \* and \_.", "snake_case", "a@b"]
)
def test_markdown_that_is_whole_may_stay(pack: Path, text: str) -> None:
    assert told_of_card(pack, CARD.replace("One paragraph.", f"'{text}'")) == []


def test_a_button_has_no_markdown(pack: Path, edit: Edit) -> None:
    edit(INTERFACE, "  take_back: Remove from channel\n", "  take_back: '**Remove**'\n")

    assert said(told(pack)) == ["markdown on a button (Discord shows its signs there: leave them out)"]


# --- what Discord would say -----------------------------------------------------------------------------------------


def test_a_pack_that_passes_has_its_commands_and_screens(pack: Path) -> None:
    assert rehearse(Reader(pack).read()) == ()


def test_what_is_too_long_only_when_put_together_is_told(pack: Path) -> None:
    works = "".join(f"  - {{id: w{n}, author: A, title: {'x' * 190}, year: 2020}}\n" for n in range(20))
    file = pack / "sources.yaml"
    file.write_text(file.read_text(encoding="utf-8").rstrip() + "\n" + works, encoding="utf-8")
    assert told(pack) == []

    (problem,) = rehearse(Reader(pack).read())

    assert re.fullmatch(r"/about has \d+ characters, at most 4000", problem.message)
