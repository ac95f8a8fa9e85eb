"""YAML as authors get it wrong: nothing ends or holds the process, nothing is lost, each mistake has its sentence."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.reader import Reader
from tests.authoring.cards import AT, CARD

Edit = Callable[[str, str, str], None]


def told(pack: Path, text: str | bytes = "") -> list[str]:
    """What is wrong with the test card, as line:column: sentence; anything else wrong with the pack comes first."""
    if text:
        (pack / AT).write_bytes(text if isinstance(text, bytes) else text.encode())
    reading = Reader(pack).read()
    assert (reading.library is None) == bool(reading.errors)
    lines = [str(one).removeprefix(f"{pack.as_posix()}/") for one in reading.errors]
    return sorted((one.removeprefix(f"{AT}:") for one in lines), key=lambda one: one[:1].isdigit())


# --- nothing ends the process ---------------------------------------------------------------------------------------

BREAKS = {"cr": "\r", "nel": "\x85", "ls": "\u2028", "ps": "\u2029", "bom": "\ufeff", "lf": "\n"}
NESTS = {"dashes": "- ", "questions": "? ", "brackets": "[", "braces": "{", "colons": "- ? - "}


@pytest.mark.parametrize("nest", NESTS)
@pytest.mark.parametrize("between", BREAKS)
def test_no_depth_however_it_is_written_ends_the_process(pack: Path, between: str, nest: str) -> None:
    lines = told(pack, f"a:{BREAKS[between]}" + NESTS[nest] * (49_000 // len(NESTS[nest])))

    assert lines
    assert all(one[:1].isdigit() for one in lines)


@pytest.mark.parametrize("between", ["cr", "lf"])
def test_depth_is_what_the_parser_sees(pack: Path, between: str) -> None:
    (line,) = told(pack, f"a:{BREAKS[between]}" + "- " * 500)

    assert line == "2:39: nested more than 20 deep (a pack needs far less; look for a stray bracket)"


ODD_VALUES = {
    "title: 0x_": '2:8: `0x_` is read as a number (put it in quotes: "0x_")',
    "title: 0b_": '2:8: `0b_` is read as a number (put it in quotes: "0b_")',
    "title: " + "9" * 5000: "2:8: `" + "9" * 5000 + '` is read as a number (put it in quotes: "' + "9" * 5000 + '")',
    "title: 190:20:30": '2:8: `190:20:30` is read as a number (put it in quotes: "190:20:30")',
    "title: .inf": '2:8: `.inf` is read as a number (put it in quotes: ".inf")',
    "title: !!int x": "2:8: a YAML tag (tag:yaml.org,2002:int) (remove the tag, or put the text in quotes)",
    "title: !!int ''": "2:8: a YAML tag (tag:yaml.org,2002:int) (remove the tag, or put the text in quotes)",
    "title: !!float 1::3": "2:8: a YAML tag (tag:yaml.org,2002:float) (remove the tag, or put the text in quotes)",
    "title: !!bool perhaps": "2:8: a YAML tag (tag:yaml.org,2002:bool) (remove the tag, or put the text in quotes)",
    "title: !!timestamp then": (
        "2:8: a YAML tag (tag:yaml.org,2002:timestamp) (remove the tag, or put the text in quotes)"
    ),
    "title: !!python/object/apply:os.system [ls]": (
        "2:8: a YAML tag (tag:yaml.org,2002:python/object/apply:os.system) (remove the tag, or put the text in quotes)"
    ),
    "title: *title": "2:8: a text that begins with * is read as a YAML alias (put it in quotes)",
    "title: =": "",
}


@pytest.mark.parametrize("written", ODD_VALUES, ids=lambda one: one[:40])
def test_no_value_is_constructed(pack: Path, written: str) -> None:
    expected = [ODD_VALUES[written]] if ODD_VALUES[written] else []

    assert told(pack, CARD.replace("title: What is a test card?", written)) == expected


@pytest.mark.parametrize(
    "day", ["2026-13-45", "2026-02-30", "0000-00-00", "2026-11-21T99:00:00Z", "2026-11-21T10:00:00"]
)
def test_a_day_that_is_none_is_told_with_the_way_to_write_one(pack: Path, day: str) -> None:
    first = day[:10] if "T" in day or day[4:5] == "-" else "2026-11-21"
    assert told(pack, CARD.replace("2026-11-21", day)) == [f"9:11: `reviewed` is not a date (write it as {first})"]


def test_a_document_that_refers_to_itself_is_no_trouble(pack: Path) -> None:
    said = "a YAML alias (*name) (write the text out again; a pack uses no aliases)"

    assert told(pack, CARD + "related: &all [*all]\n") == [f"10:16: {said}"]


def test_a_billion_laughs_is_told_and_takes_no_time(pack: Path) -> None:
    laughs = "aliases: &a0 [x, y]\n" + "".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))

    assert any("a YAML alias" in one for one in told(pack, CARD + laughs))


# --- nothing holds the process --------------------------------------------------------------------------------------


def _pipe(at: Path) -> None:
    os.mkfifo(at)


def _device(at: Path) -> None:
    at.symlink_to("/dev/zero")


def _huge(at: Path) -> None:
    with at.open("wb") as file:
        file.truncate(3 << 30)


def _folder(at: Path) -> None:
    at.mkdir()


def _nowhere(at: Path) -> None:
    at.symlink_to("gone.yaml")


def _itself(at: Path) -> None:
    at.symlink_to(at.name)


NO_FILES = {
    "a named pipe": (_pipe, "cannot be read: it is a pipe or a device, and no file"),
    "a device": (_device, "cannot be read: it is a pipe or a device, and no file"),
    "3 GB": (_huge, "more than 256 KiB"),
    "a folder": (_folder, "cannot be read: it is a folder, and no file"),
    "a link to nothing": (_nowhere, "cannot be read: it is a link that leads nowhere"),
    "a link to itself": (_itself, "cannot be read: it is a link that leads back to itself"),
}


@pytest.mark.parametrize("case", NO_FILES)
def test_what_is_no_file_is_a_sentence(pack: Path, case: str) -> None:
    make, said = NO_FILES[case]
    make(pack / AT)

    (line,) = told(pack)

    assert line.startswith(f"1:1: {said} (")


@pytest.mark.parametrize("name", ["resources.yaml", "vectors/words.bin"])
def test_a_pipe_in_place_of_any_file_is_a_sentence(pack: Path, name: str) -> None:
    (pack / name).unlink()
    os.mkfifo(pack / name)

    assert [one for one in told(pack) if one.startswith(name)]


# --- nothing is lost without a word ---------------------------------------------------------------------------------

CUT = (
    "everything from this # on is left out "
    "(put the text in quotes; before a comment write two spaces, and one after the #)"
)
GLUED = "this line is read as the end of the one above (indent it like the items above it)"
ODD_INDENT = "this line is indented like none of those above it (indent it like the lines it belongs to)"
EATEN = {
    "a number sign": ("known: Practical #1 writing\n", [f"10:18: {CUT}"]),
    "a number sign with blanks": ("known: The # 1 question\n", [f"10:12: {CUT}"]),
    "a tag of social media": ("known: #polyamory\n", [f"10:8: {CUT}"]),
    "an anchor": ("aliases:\n  - &me who\n", ["11:5: YAML leaves out `&me` (put the text in quotes, or remove it)"]),
    "a lone anchor": ("known: &known\n", ["10:8: YAML leaves out `&known` (put the text in quotes, or remove it)"]),
    "one column short": ("search:\n  - xmas with them\n - new year without me\n", [f"12:2: {ODD_INDENT}"]),
    "one column too many": (
        "search:\n  - xmas with them\n   - new year\n   - without me\n",
        [f"12:4: {GLUED}", f"13:4: {GLUED}"],
    ),
    "a list under a text": ("try_this: Ask for\n  - a call\n", [f"11:3: {GLUED}"]),
    "items one column too far, too long": (
        "aliases:\n  - " + "x" * 60 + "\n   - " + "y" * 60 + "\n",
        [f"12:4: {GLUED}"],
    ),
    "a comment that is one": ("known: Practical writing  # not tested\n", []),
    "a comment on its own line": ("# it is practical #1 writing\nknown: Practical writing\n", []),
    "a number sign in quotes": ('known: "Practical #1 writing"  # so it is\n', []),
    "a number sign in a longer text": ("try_this: >-\n  Practical #1 writing.\n", []),
    "a number sign in a word": ("known: Practical C#1 writing\n", []),
}


@pytest.mark.parametrize("case", EATEN)
def test_what_yaml_eats_is_told_once_with_what_to_do(pack: Path, case: str) -> None:
    written, expected = EATEN[case]

    assert told(pack, CARD + written) == expected


# --- every mistake has its sentence ---------------------------------------------------------------------------------

WHOLE = "put the whole text in quotes"
SENTENCES = {
    "aliases:\n  - **who** gets it\n": (
        "11:5: a text that begins with * means something else in YAML (put it in quotes)"
    ),
    "aliases:\n  - [sigh] who\n": f"11:5: a text that begins with [ is read as a list or mapping ({WHOLE})",
    "aliases:\n  - {sigh} who\n": f"11:5: a text that begins with {{ is read as a list or mapping ({WHOLE})",
    'aliases:\n  - "who" gets it\n': (
        '11:5: a text that begins with " ends at the next one (put the whole text in other quotes)'
    ),
    "aliases:\n  - @home\n": "11:5: a text cannot begin with @ (put it in quotes)",
    "aliases:\n  - `code`\n": "11:5: a text cannot begin with ` (put it in quotes)",
    "aliases:\n  - %100\n": "11:5: a text cannot begin with % (put it in quotes)",
    "aliases:\n  - > who\n": "11:5: a text that begins with > is read as the start of a longer one (put it in quotes)",
    "aliases:\n  - | who\n": "11:5: a text that begins with | is read as the start of a longer one (put it in quotes)",
    "aliases:\n  - & who\n": "11:5: a text that begins with & means something else in YAML (put it in quotes)",
    "questions:\n  - question: who gets it\n": (
        "11:5: item 1 of `questions` is not text (a colon and a blank make a key: put the whole text in quotes)"
    ),
    'known: "never closed\nrelated: [compersion]\n': "10:8: a quotation mark opens here and is never closed (close it)",
    "known:idea\nrelated: [compersion]\n": "10:7: a colon without a blank after it makes no key (write `key: value`)",
    "known: 'One essay's idea'\n": (
        "10:19: an apostrophe ends a text in '…' (write it twice, or put the text in double quotes)"
    ),
    "<<<<<<< HEAD\nknown: One\n=======\nknown: Two\n>>>>>>> theirs\n": (
        "10:1: a merge of git that nobody resolved "
        "(keep one side and remove the lines with <<<<<<<, ======= and >>>>>>>)"
    ),
    "<<: {known: One}\n": "10:1: a YAML merge key (<<) (write the keys out)",
    "known: {{ title }}\n": "10:9: a text that begins with { is read as something else (put the whole text in quotes)",
    "aliases: &t [one, two]\nsearch: *t\n": (
        "11:9: a YAML alias (*name) (write the text out again; a pack uses no aliases)"
    ),
    "safety: perhaps\n": "10:9: `safety` is neither true nor false (write true or false)",
    "known: One: two\n": "10:11: a colon where none can stand (put the text in quotes, or use >- on a new line)",
    "aliases: [one, two\n": (
        "10:10: a list or mapping in [ does not end where it should "
        "(close the bracket, and put commas between items; a text that begins with one goes in quotes whole)"
    ),
    "aliases: - one\n": (
        "10:10: a list cannot begin on the line of its key "
        "(begin it on the next line; a text that begins with - goes in quotes)"
    ),
    "aliases:\n\xa0 - one\n": "11:1: a no-break space (U+00A0) where YAML wants spaces (indent with plain spaces)",
    "knоwn: One\n": "10:1: unknown key `knоwn` (о is U+043E CYRILLIC SMALL LETTER O) (did you mean `known`?)",
    "kno\u200bwn: One\n": "10:4: the invisible character U+200B ZERO WIDTH SPACE (delete it)",
    "related: [compersiоn]\n": (
        "10:11: `compersiоn` (о is U+043E CYRILLIC SMALL LETTER O) (use lower-case letters a to z, digits and hyphens)"
    ),
}


@pytest.mark.parametrize("written", SENTENCES)
def test_a_mistake_is_told_as_what_its_author_did(pack: Path, written: str) -> None:
    (line,) = told(pack, CARD + written)

    assert line.replace("item 1 of `related` is ", "") == SENTENCES[written]


VALUES = {
    ("share: anyone", "share: no"): "4:8: `share` is `no` (one of 'anyone', 'moderators' or 'private')",
    ("kind: idea", "kind:"): (
        "3:6: `kind` is empty (one of 'idea', 'stage', 'block', 'condition', 'pointer', 'care' or 'service')"
    ),
}


@pytest.mark.parametrize("change", VALUES)
def test_a_value_is_told_as_it_is_written(pack: Path, change: tuple[str, str]) -> None:
    assert told(pack, CARD.replace(*change)) == [VALUES[change]]


def test_utf_16_is_told_as_that(pack: Path) -> None:
    assert told(pack, CARD.encode("utf-16-le")) == [
        "1:2: the character U+0000 cannot stand in YAML (save the file as UTF-8)"
    ]
    assert told(pack, CARD.encode("utf-16")) == ["1:1: not UTF-8 text (save the file as UTF-8)"]


@pytest.mark.parametrize(
    "text", [CARD, CARD.replace("\n", "\r\n"), CARD.replace("\n", "\r"), f"\ufeff{CARD}", f"---\n{CARD}"]
)
@pytest.mark.parametrize("start", ["", "%YAML 1.1\n---\n"])
def test_what_editors_make_of_a_file_is_no_mistake(pack: Path, start: str, text: str) -> None:
    assert told(pack, text if not start else start + text.removeprefix("\ufeff").removeprefix("---\n")) == []


# --- every problem at once, one cause once --------------------------------------------------------------------------


def test_a_wrong_value_hides_nothing_else_in_its_file(pack: Path) -> None:
    text = CARD.replace("kind: idea", "kind: ideas").replace("reflect: rest", "reflect: rust")

    assert told(pack, text + "related: [compersio]\n") == [
        "3:7: `kind` is `ideas` (one of 'idea', 'stage', 'block', 'condition', 'pointer', 'care' or 'service')",
        "5:10: there is no prompts theme `rust` (did you mean `rest`?)",
        "10:11: there is no explainer `compersio` (did you mean `compersion`?)",
    ]


def test_a_card_the_bot_needs_is_told_once_however_many_lead_to_it(pack: Path) -> None:
    (pack / "explainers/right-now.yaml").unlink()

    assert told(pack) == ["explainers/right-now.yaml:1:1: this file is missing (the bot opens this card by name)"]


def test_a_card_that_is_gone_is_told_once_with_all_that_lead_to_it(pack: Path) -> None:
    (pack / "explainers/compersion.yaml").unlink()

    (line,) = told(pack)

    assert "there is no explainer `compersion`; also asked for at " in line
    assert "list the old one under was:" in line


@pytest.mark.parametrize("folder", ["prompts", "explainers"])
@pytest.mark.parametrize("how", ["gone", "empty", "a file", "a link to itself"])
def test_a_folder_of_which_nothing_is_known_is_told_once(pack: Path, folder: str, how: str) -> None:
    (pack / folder).rename(pack.parent / "away")
    if how == "empty":
        (pack / folder).mkdir()
    elif how == "a file":
        (pack / folder).write_text("")
    elif how == "a link to itself":
        (pack / folder).symlink_to(folder)

    (line,) = told(pack)

    assert line.startswith(f"{folder}:1:1: ")


# --- what is passed over is named -----------------------------------------------------------------------------------

NAMES = {
    "explainers/new.YAML": "files of a pack end in .yaml (rename it)",
    "explainers/new.yaml.txt": "files of a pack end in .yaml (rename it: what stands behind that is too much)",
    "explainers/new.yml": "files of a pack end in .yaml (rename it)",
    "prompts/deeper/new.yaml": "no file of a pack has this name (move it or remove it)",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_does_not_serve_is_named(pack: Path, name: str) -> None:
    (pack / name).parent.mkdir(exist_ok=True)
    (pack / name).write_text(CARD)

    assert told(pack) == [f"{name}:1:1: {NAMES[name]}"]


def test_a_file_that_is_none_of_a_pack_is_named_and_does_no_harm(pack: Path) -> None:
    for name in ("notes.txt", "explainers/README.md", "explainers/.test.yaml.swp"):
        (pack / name).write_text("Buy milk.")

    reading = Reader(pack).read()

    assert reading.library is not None
    said = [one.path.removeprefix(f"{pack.as_posix()}/") for one in reading.problems if "passed over" in one.message]
    assert said == ["explainers/README.md", "notes.txt"]


def test_a_file_whose_name_is_no_id_is_to_be_renamed(pack: Path) -> None:
    (pack / "explainers/Holidays.yaml").write_text(CARD.replace("test-card", "holidays"))

    assert told(pack) == [
        "explainers/Holidays.yaml:1:1: the file's name `Holidays` is no id (rename the file: `holidays.yaml`)"
    ]


# --- links, and files that change without a trace -------------------------------------------------------------------


def test_a_folder_that_is_a_link_is_read_like_any_other(pack: Path) -> None:
    (pack / "explainers").rename(pack.parent / "shared")
    (pack / "explainers").symlink_to(pack.parent / "shared")

    assert told(pack) == []


def test_a_file_with_the_same_size_and_time_is_read_again(pack: Path, edit: Edit) -> None:
    reader, file = Reader(pack), pack / "explainers/compersion.yaml"
    reader.read()
    before = file.stat()

    edit("explainers/compersion.yaml", "title: What is compersion?", "title: What's compersion??")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    library = reader.read().library

    assert library is not None
    assert library.explainers["compersion"].title == "What's compersion??"


def test_a_file_that_could_not_be_read_is_tried_again(pack: Path) -> None:
    reader, file = Reader(pack), pack / "glossary.yaml"
    file.rename(pack.parent / "away.yaml")
    file.symlink_to(file.name)
    assert reader.read().library is None

    file.unlink()
    (pack.parent / "away.yaml").rename(file)

    assert reader.read().library is not None


def test_an_unchanged_file_is_not_parsed_again(pack: Path) -> None:
    reader = Reader(pack)
    first, again = reader.read(), reader.read()

    assert first.pack.reads["glossary.yaml"] is again.pack.reads["glossary.yaml"]


# --- one cause, told once -------------------------------------------------------------------------------------------

MANY = "".join(f"  - question {number}\n" for number in range(9))
BELOW = "9 lines below are read as the end of this one (begin every item in the same column, with - and a blank)"
ONCE = {
    "the first item in another column": (
        f"questions:\n - one\n{MANY}",
        [f"11:4: {BELOW}"],
    ),
    "no blank behind the first -": (
        f"questions:\n  -one\n{MANY}",
        [f"11:3: {BELOW}"],
    ),
    "a quotation mark that the next one closes": (
        'questions:\n  - "never closed\n  - two\n  - "three"\n',
        ["11:5: a quotation mark opens here and is closed only in line 13 (close it at the end of this text)"],
    ),
    "all of it pasted twice": (CARD, ["10:1: from here on 8 keys stand a second time (remove what was pasted twice)"]),
    "aliases everywhere": (
        f"search: &a [x, y]\nquestions: [{', '.join(['*a'] * 9)}]\n",
        [
            (
                "11:13: a YAML alias (*name); also in the lines 11, 11, 11 and 5 more "
                "(write the text out again; a pack uses no aliases)"
            )
        ],
    ),
    "an exclamation mark first": (
        "questions: ['x', ! bang]\n",
        ["10:18: YAML leaves out the ! before this text (put the text in quotes)"],
    ),
    "a backslash in quotes": (
        'questions: ["a\\q"]\n',
        ["10:15: a backslash means something else between \"…\" (write it twice, or put the text in '…')"],
    ),
    "a comment behind a text in quotes": ('questions:  # first\n  - "a" # second\n', []),
}


@pytest.mark.parametrize("case", ONCE)
def test_one_cause_is_told_once(pack: Path, case: str) -> None:
    written, expected = ONCE[case]

    assert told(pack, CARD + written) == expected


def test_a_text_that_is_far_too_long_is_told_as_that_alone(pack: Path) -> None:
    assert told(pack, CARD.replace("What is a test card?", "x" * 6000)) == [
        "2:8: `title` has 6000 characters, at most 80 (shorten it by 5920)"
    ]


def test_a_copy_of_a_file_is_told_at_the_copy(pack: Path) -> None:
    whole = (pack / "explainers/compersion.yaml").read_bytes()
    (pack / "explainers/compersion (1).yaml").write_bytes(whole)

    assert told(pack) == [
        (
            "explainers/compersion (1).yaml:2:5: this file has the id of `compersion.yaml` "
            "(remove it, or give it an id of its own, which is its name, too)"
        )
    ]


def test_a_card_pasted_into_another_is_told_once(pack: Path) -> None:
    whole = (pack / "explainers/compersion.yaml").read_text(encoding="utf-8")
    (pack / AT).write_text(whole.replace("id: compersion\n", "id: test-card\n"), encoding="utf-8")

    (line,) = told(pack)

    assert line.endswith("/explainers/compersion.yaml: is one a copy of the other?)")
    assert re.match(rf"{AT}:3:8: [0-9]+ names of this file are taken", f"{AT}:{line}")


def test_a_name_with_no_letter_of_an_id_is_not_proposed(pack: Path) -> None:
    (pack / "explainers/🎉.yaml").write_text(CARD.replace("test-card", "🎉"), encoding="utf-8")

    assert [one.split(" is no id ")[1] for one in told(pack) if "is no id" in one] == [
        "(use lower-case letters a to z, digits and hyphens)"
    ]


def test_a_file_that_may_not_have_been_saved_whole_is_a_warning(pack: Path) -> None:
    (pack / AT).write_text(CARD.rstrip(), encoding="utf-8")

    reading = Reader(pack).read()

    assert reading.library is not None
    assert [(one.line, one.message) for one in reading.problems if AT in one.path] == [(9, "the last line has no end")]


@pytest.mark.parametrize("version", ["-1", "0", "99999999999"])
def test_a_version_of_the_consent_that_no_button_holds_is_told(pack: Path, version: str) -> None:
    file = pack / "checkins/notebook.yaml"
    file.write_text(re.sub("version: [0-9]+", f"version: {version}", file.read_text(), count=1))

    (line,) = told(pack)

    assert f"the consent has the version {version} (write a whole number: 1 at first" in line


def test_a_table_of_vectors_that_is_cut_short_is_told_without_a_parser_s_words(pack: Path) -> None:
    file = pack / "vectors/words.bin"
    file.write_bytes(file.read_bytes()[:1000])

    (line,) = told(pack)

    assert line == (
        "vectors/words.bin:1:1: cannot be read: it is no file of vectors (take the file that came with the pack, make "
        "it anew with `python -m tests.search.vectors`, or remove it and the Finder goes without)"
    )


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("%YAML 1.1\n---\nrelated: []\n", 10),
        ("%YAML 1.1\nrelated: []\n", 10),
        ("%TAG ! x\n\n# a comment\nrelated: []\n", 10),
        ("...\n%YAML 1.2\n---\nrelated: []\n", 11),
        ("% off\n", 10),
        ("%off: yes\n", 10),
    ],
)
def test_a_line_that_yaml_takes_for_an_instruction_is_said_to_be_one(pack: Path, written: str, line: int) -> None:
    said = "a line that begins with % is an instruction to YAML itself"

    assert told(pack, CARD + written) == [
        f"{line}:1: {said} (remove it: a pack needs none; a text that begins with % goes in quotes)"
    ]
