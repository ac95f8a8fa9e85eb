"""Bad YAML in, the whole report out: what an author reads for every mistake the loader knows."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.reader import Reader
from tests.authoring.cards import AT, CARD


def report(pack: Path) -> str:
    reading = Reader(pack).read()
    lines = [str(one) for one in reading.problems if not one.warning]
    assert (reading.library is None) == bool(lines)
    return "\n".join(lines).replace(f"{pack.as_posix()}/", "")


def report_of_card(pack: Path, text: str) -> str:
    (pack / "explainers" / "test-card.yaml").write_text(text, encoding="utf-8")
    return report(pack)


ALIAS = "a YAML alias (*name) (write the text out again; a pack uses no aliases)"

BAD_CARDS = {
    "unknown key": (
        CARD.replace("title:", "titel:"),
        f"{AT}:1:1: `title` is missing (add title:)\n{AT}:2:1: unknown key `titel` (did you mean `title`?)",
    ),
    "unknown key with nothing near": (CARD + "zzzzzz: 1\n", f"{AT}:10:1: unknown key `zzzzzz` (remove it)"),
    "duplicate key": (
        CARD + "title: Again?\n",
        f"{AT}:10:1: `title` stands twice; first at line 2, column 1 (keep one of them)",
    ),
    "no read as false": (
        CARD + "aliases: [no, fine]\n",
        f'{AT}:10:11: `no` is read as true or false (put it in quotes: "no")',
    ),
    "a number where text belongs": (
        CARD + "search: [911]\n",
        f'{AT}:10:10: `911` is read as a number (put it in quotes: "911")',
    ),
    "on as a key": (CARD + "on: x\n", f'{AT}:10:1: the key `on` is not read as text (put it in quotes: "on")'),
    "empty value": (
        CARD.replace("title: What is a test card?", "title:"),
        f"{AT}:2:7: `title` is empty (write a text, or remove the key)",
    ),
    "text where a list belongs": (
        CARD.replace("body:\n  - One paragraph.", "body: One paragraph."),
        f"{AT}:7:7: `body` is not a list (begin each item with `- `)",
    ),
    "list where text belongs": (
        CARD.replace("summary: A card that exists in tests.", "summary: [a, b]"),
        f"{AT}:6:10: `summary` is not text (write one text here)",
    ),
    "not one of": (
        CARD.replace("kind: idea", "kind: ideal"),
        f"{AT}:3:7: `kind` is `ideal` (one of 'idea', 'stage', 'block', 'condition', 'pointer', 'care' or 'service')",
    ),
    "too long": (
        CARD.replace("What is a test card?", "x" * 86),
        f"{AT}:2:8: `title` has 86 characters, at most 80 (shorten it by 6)",
    ),
    "too many": (
        CARD + "related: [compersion, support, privacy, about, right-now, what-to-say]\n",
        f"{AT}:10:10: `related` has 6 items, at most 5 (remove some)",
    ),
    "empty list": (
        CARD.replace("body:\n  - One paragraph.", "body: []"),
        f"{AT}:7:7: `body` is empty or too short (at least 1)",
    ),
    "not a date": (
        CARD.replace("2026-11-21", "yesterday"),
        f"{AT}:9:11: `reviewed` is not a date (write it as 2026-11-21)",
    ),
    "bad id": (
        CARD.replace("id: test-card", "id: Test Card"),
        f"{AT}:1:5: `id` is `Test Card` (use lower-case letters a to z, digits and hyphens)",
    ),
    "id is not the file's name": (
        CARD.replace("id: test-card", "id: other-card"),
        f"{AT}:1:5: the id `other-card` is not the file's name (rename one: `test-card`)",
    ),
    "tab": (CARD + "aliases:\n\t- x\n", f"{AT}:11:1: a tab where YAML wants spaces (indent with spaces)"),
    "colon in text": (
        CARD.replace("summary: A card", "summary: A card: one"),
        f"{AT}:6:16: a colon where none can stand (put the text in quotes, or use >- on a new line)",
    ),
    "undefined alias": (
        CARD + "known: *star\n",
        f"{AT}:10:8: a text that begins with * is read as a YAML alias (put it in quotes)",
    ),
    "aliases that explode": (
        CARD + "aliases: &a [x, y]\nsearch: &b [*a, *a]\nquestions: [*b, *b]\n",
        "\n".join(f"{AT}:{at}: {ALIAS}" for at in ("11:13", "11:17", "12:13", "12:17")),
    ),
    "tag": (
        CARD.replace("title: What", "title: !!python/name:os.system What"),
        f"{AT}:2:8: a YAML tag (tag:yaml.org,2002:python/name:os.system) (remove the tag, or put the text in quotes)",
    ),
    "two documents": (
        CARD + "---\nid: x\n",
        f"{AT}:10:1: a second document begins here (one document a file: remove the ---)",
    ),
    "control character": (
        CARD + "known: a\x07b\n",
        f"{AT}:10:9: the character U+0007 cannot stand in YAML (delete it)",
    ),
    "unclosed quote": (
        CARD + 'known: "abc\n',
        (f"{AT}:10:8: a quotation mark opens here and is never closed (close it)"),
    ),
    "deep nesting": (
        "[" * 60_000,
        f"{AT}:1:21: nested more than 20 deep (a pack needs far less; look for a stray bracket)",
    ),
    "empty file": ("", f"{AT}:1:1: the file is empty (write its keys, or remove the file)"),
    "not a mapping": ("- a\n", f"{AT}:1:1: the file is not a mapping (write `key: value` lines under it)"),
    "too large": (CARD + "# " + "x" * 300_000, f"{AT}:1:1: more than 256 KiB (split it into smaller files)"),
    "dangling related": (
        CARD + "related: [compersio]\n",
        f"{AT}:10:11: there is no explainer `compersio` (did you mean `compersion`?)",
    ),
    "related to itself": (
        CARD + "related: [test-card]\n",
        f"{AT}:10:11: `test-card` is the card itself or stands twice (remove it)",
    ),
    "dangling theme": (
        CARD.replace("reflect: rest", "reflect: rust"),
        f"{AT}:5:10: there is no prompts theme `rust` (did you mean `rest`?)",
    ),
    "no theme": (
        CARD.replace("reflect: rest\n", ""),
        f"{AT}:1:1: `reflect` is missing (name a theme of prompts/; only care and service cards may have none)",
    ),
    "dangling source": (
        CARD + "sources: [{work: freud, grade: study}]\n",
        f"{AT}:10:18: there is no work in sources.yaml `freud` (add it, or remove the reference)",
    ),
    "more text than a message takes": (
        CARD.replace("  - One paragraph.", "\n".join(f"  - {'x' * 900}" for _ in range(4))),
        f"{AT}:1:1: the card `test-card` has 3648 characters, at most 3400 (shorten it by 248)",
    ),
}


@pytest.mark.parametrize(("text", "expected"), BAD_CARDS.values(), ids=BAD_CARDS.keys())
def test_a_bad_card_is_reported_whole(pack: Path, text: str, expected: str) -> None:
    assert report_of_card(pack, text) == expected


@pytest.mark.parametrize("kind", ["care", "service"])
def test_a_card_for_someone_in_need_may_go_without_a_theme(pack: Path, kind: str) -> None:
    text = CARD.replace("kind: idea", f"kind: {kind}").replace("reflect: rest\n", "")

    assert report_of_card(pack, text) == ""


def test_aliases_are_refused_where_they_stand(pack: Path) -> None:
    actual = report_of_card(pack, CARD + "aliases: &all [one, two]\nsearch: *all\n")

    assert actual == f"{AT}:11:9: a YAML alias (*name) (write the text out again; a pack uses no aliases)"


def test_taken_ids_and_names_are_reported_with_both_places(pack: Path) -> None:
    actual = report_of_card(pack, CARD + "was: [compersion]\naliases: [What is compersion?]\n")

    title = next(
        n
        for n, line in enumerate((pack / "explainers/compersion.yaml").read_text().splitlines(), 1)
        if line.startswith("title:")
    )
    first = f"{pack.as_posix()}/explainers/compersion.yaml"
    assert actual == (
        f"{AT}:10:7: the id `compersion` is taken (first used at {first}:2:5)".replace(f"{pack.as_posix()}/", "")
        + f"\n{AT}:11:11: the name `what is compersion?` is taken (first used at explainers/compersion.yaml:{title}:8)"
    )


def test_everything_is_reported_at_once(pack: Path) -> None:
    (pack / "glossary.yaml").unlink()
    (pack / "explainers" / "support.yaml").unlink()
    (pack / "stray.yaml").write_text("a: 1\n")
    (pack / "explainers" / "old.yml").write_text("a: 1\n")

    lines = report(pack).splitlines()

    assert "glossary.yaml:1:1: this file is missing (every pack has one)" in lines
    assert "explainers/support.yaml:1:1: this file is missing (the bot opens this card by name)" in lines
    assert "stray.yaml:1:1: no file of a pack has this name (move it or remove it)" in lines
    assert "explainers/old.yml:1:1: files of a pack end in .yaml (rename it)" in lines


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"

    reading = Reader(nowhere).read()

    assert [str(one) for one in reading.problems] == [
        f"{nowhere.as_posix()}/:1:1: there is no such folder (point at a pack, for example content/en)".replace(
            "/:", ":"
        )
    ]


def test_an_unreadable_file_says_so(pack: Path) -> None:
    (pack / "glossary.yaml").unlink()
    (pack / "glossary.yaml").mkdir()

    hint = "rename the folder, or move its files to where they belong"
    assert f"glossary.yaml:1:1: cannot be read: it is a folder, and no file ({hint})" in report(pack)


def test_a_file_that_is_not_text_says_so(pack: Path) -> None:
    (pack / "explainers" / "test-card.yaml").write_bytes(CARD.encode() + b"known: caf\xe9\n")

    assert report(pack) == f"{AT}:10:1: not UTF-8 text (save the file as UTF-8)"


def test_braces_that_nothing_fills_are_refused(pack: Path, edit: Callable[[str, str, str], None]) -> None:
    edit("interface.yaml", 'shared_by: "Shared by {name}."', 'shared_by: "Shared by {user}."')

    actual = report(pack)

    assert actual.endswith(": {user} is filled in by nothing (may hold {name})")


def test_a_deep_prompt_without_a_settling_line_is_refused(pack: Path) -> None:
    theme = "id: extra\nname: Extra\ngroup: other\nabout: compersion\nprompts:\n"
    theme += (
        "  - {id: extra-one, text: One?, weight: deep, weekly: true}\n  - {id: extra-two, text: Two?, weight: gentle}\n"
    )
    (pack / "prompts" / "extra.yaml").write_text(theme)

    assert report(pack) == (
        "prompts/extra.yaml:6:5: the deep prompt `extra-one` has no `settle` (end it with a settling line)\n"
        "prompts/extra.yaml:6:55: only gentle prompts go into a channel (remove weekly, or soften it)"
    )


def test_unconfirmed_and_stale_contacts_warn_and_still_serve(pack: Path) -> None:
    resources = (pack / "resources.yaml").read_text()
    contacts = len(re.findall(r"(?m)^ +checked:", resources))
    stale = re.sub(r"(?m)^( +)checked:.*", r"\1checked: 2020-01-31", resources, count=1)
    (pack / "resources.yaml").write_text(stale)

    reading = Reader(pack).read()

    assert reading.library is not None
    warnings = [one.message for one in reading.problems if one.warning]
    assert sum("last confirmed 2020-01-31" in one for one in warnings) == 1
    assert sum("not confirmed yet" in one for one in warnings) == contacts - 1


RESOURCES = "resources.yaml"
LINE = "        call: 116 123\n        for_whom: Anyone who finds it hard to cope.\n        source: samaritans.org"
BAD_CONTACTS = {
    "what contacts had before": (
        "call: 116 123",
        "reach: 116 123",
        "unknown key `reach` (a contact now has call:, write: (by: text, chat or mail) and site:; write it as those)",
    ),
    "no way to reach it": ("call: 116 123", "site: https://example.org", "nothing says how to reach Samaritans"),
    "no source": ("        source: samaritans.org", "        # samaritans.org", "`source` is missing (add source:)"),
    "a chat without an address": (
        "call: 116 123",
        "write: [{by: chat, to: example.org}]",
        "`example.org` is no way to write by chat (write an address that begins with https://)",
    ),
    "a mail without an address": (
        "call: 116 123",
        "write: [{by: mail, to: someone}]",
        "`someone` is no way to write by mail (write an address to mail)",
    ),
    "a word that cannot be sent": (
        "call: 116 123",
        "write: [{by: mail, to: a@example.org, word: HELP}]",
        "a word to send by mail (only texts have one)",
    ),
    "a site that Discord does not link": (
        "call: 116 123",
        "call: 116 123\n        site: example.org",
        "`site` is `example.org` (use an address that begins with https://)",
    ),
    "hours in no form": (
        "call: 116 123",
        "call: 116 123\n        hours: {zone: Europe/London, open: [weekdays 9-5]}",
        "item 1 of `open` is `weekdays 9-5` (use days and times, as in mon-thu 10:00-20:30, sat 22:00-02:00 or",
    ),
    "hours without a zone": (
        "call: 116 123",
        "call: 116 123\n        hours: {open: [daily 00:00-24:00]}",
        "`zone` is missing (add zone:)",
    ),
    "a zone that is none": (
        "call: 116 123",
        "call: 116 123\n        hours: {zone: europe/london, open: [daily 00:00-24:00]}",
        "there is no time zone `europe/london` (write Europe/London)",
    ),
    "hours of a list of therapists": (
        "call: 116 123",
        "call: 116 123\n        kind: therapy\n        hours: {zone: Europe/London, open: [daily 00:00-24:00]}",
        "hours of a therapy, which nobody answers (remove them)",
    ),
}


@pytest.mark.parametrize("case", BAD_CONTACTS)
def test_each_mistake_in_a_contact_is_told_with_what_to_write(pack: Path, case: str) -> None:
    before, after, message = BAD_CONTACTS[case]
    text = (pack / RESOURCES).read_text(encoding="utf-8")
    assert LINE in text
    (pack / RESOURCES).write_text(text.replace(LINE, LINE.replace(before, after), 1), encoding="utf-8")

    assert message in report(pack)


def test_more_than_one_message_takes_is_told_for_each_place(pack: Path) -> None:
    text = (pack / RESOURCES).read_text(encoding="utf-8")
    long = "        for_whom: " + "x" * 160
    crowd = "".join(
        f"      - name: Line {n}\n        call: '{n}'\n{long}\n        source: a\n        checked:\n" for n in range(8)
    )
    text = text.replace("  - code: in\n    name: India\n", f"  - code: in\n    name: India\n    contacts:\n{crowd}", 1)
    (pack / RESOURCES).write_text(text, encoding="utf-8")

    assert "support for India has" in report(pack)


def test_more_buttons_than_a_row_takes_are_told(pack: Path) -> None:
    text = (pack / RESOURCES).read_text(encoding="utf-8")
    more = "".join(
        f"      - {{name: S{n}, kind: directory, site: 'https://example.org/{n}', for_whom: A, source: a, checked: }}\n"
        for n in range(4)
    )
    text = text.replace("  - code: in\n    name: India\n", f"  - code: in\n    name: India\n    contacts:\n{more}", 1)
    (pack / RESOURCES).write_text(text, encoding="utf-8")

    assert "6 contacts of India and everywhere have a site (at most 5: each is a button)" in report(pack)


# --- the script of a check-in ---------------------------------------------------------------------------------------

CHECK_IN = "checkins/check-in.yaml"
TELLS = "the kept step `joy` is asked because of `not-right`, which is never kept"
BAD_SCRIPTS = {
    "a step the bot asks for is called something else": (
        "  - id: situation\n",
        "  - id: matter\n",
        ["there is no step `situation` (the bot asks for it by name)"],
    ),
    "a step that can stop the check-in, in the form and with others asked because of it": (
        "    form: What brings you here?\n    options:\n      - id: happening-now\n        text: It is happening now\n",
        (
            "    form: What brings you here?\n    options:\n"
            "      - id: happening-now\n        text: It is happening now\n        ends: true\n"
        ),
        [
            "the step `brings` can stop the check-in, and is in the form (remove form:, or ends:)",
            *(
                f"the kept step `{step}` is asked because of `brings`, which is never kept"
                " (write keep: never, or ask with none_of)"
                for step in ("steady", "asked")
            ),
        ],
    ),
    "a stage without a line": (
        "      - {step: closest, any_of: [curiosity]}\n",
        "      - {step: joy, any_of: [quiet]}\n",
        [
            "no closing answers `curiosity` of the step `closest` (every word for it gets a line alike in warmth)",
        ],
    ),
    "a kept step asked because of what is not kept": (
        "      - {step: not-right, none_of: [agreement, need-missed, not-free, not-safe, something-else]}\n",
        "      - {step: not-right, any_of: [need-missed]}\n",
        [f"{TELLS} (write keep: never, or ask with none_of)"],
    ),
    "a note longer than fits": (
        "    most: 500\n",
        "    most: 4000\n",
        ["a note of 4000 characters (write 1 to 1000)"],
    ),
    "a note that nothing can be written into": (
        "    most: 500\n",
        "    most: 0\n",
        ["a note of 0 characters (write 1 to 1000)"],
    ),
    "a list of options written as a text": (
        "any_of: [happening-now]}\n    options",
        "any_of: happening-now}\n    options",
        ["`any_of` is not a list (begin each item with `- `)"],
    ),
    "a colon without a blank in a short mapping": (
        "{step: brings, any_of: [happening-now]}\n    options",
        "{step:brings, any_of:[happening-now]}\n    options",
        ["a colon without a blank after it makes no key (write `key: value`)"],
    ),
    "a closing that replaces everything for whoever did not answer": (
        "  - id: not-safe\n    when:\n      - {step: not-right, any_of: [not-safe]}\n",
        "  - id: not-safe\n    when:\n      - {step: not-right, none_of: [nothing-seen]}\n",
        ["the closing `not-safe` replaces everything, and no answer asks for it (give it an any_of)"],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), BAD_SCRIPTS.values(), ids=BAD_SCRIPTS)
def test_a_script_the_bot_cannot_walk_is_reported(
    pack: Path, edit: Callable[[str, str, str], None], old: str, new: str, expected: list[str]
) -> None:
    edit(CHECK_IN, old, new)

    told = report(pack).splitlines()

    assert all(one.startswith(f"{CHECK_IN}:") for one in told)
    assert [one.split(": ", 1)[1] for one in told] == expected


def test_a_second_text_in_the_form_is_refused(pack: Path, edit: Callable[[str, str, str], None]) -> None:
    edit(CHECK_IN, "  - id: note\n", "  - {id: more, kind: text, ask: And more?, form: More}\n  - id: note\n")

    assert "a second text in the form (one note is all it asks for)" in report(pack)


def test_a_kept_step_may_be_left_out_because_of_what_is_not_kept(pack: Path) -> None:
    """`tend` is: leaving it out looks like skipping it."""
    assert report(pack) == ""
