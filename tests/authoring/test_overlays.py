"""A server's own pages over the real pack: what serves, and the whole report for every mistake they may hold."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.authoring import limits
from bot.authoring.overlays import OverlayReader
from bot.authoring.own_pages import OwnPages, own_pages_beside
from bot.authoring.problems import Problem
from bot.authoring.reader import Reader, Reading
from bot.domain.library import Library
from bot.rehearsal.rehearsal import refused_screens, rehearse
from bot.services.pack import ServedPack
from tests.real_pack import PACK

SERVER, ANOTHER = 123456789012345678, 223456789012345678
CARD = """\
id: house-rules
title: How do we talk here?
kind: idea
share: anyone
reflect: rest
summary: Three habits of this server.
body:
  - We ask before we advise.
reviewed: 2026-11-21
aliases: [our habits]
questions: [what are the rules here]
"""
REWORDED = """\
id: vicarious-joy
title: Joy for someone else, in our words
kind: pointer
share: anyone
reflect: vicarious-joy
summary: The same card, said our way.
body:
  - A paragraph of ours.
reviewed: 2026-11-21
"""
THEME = """\
id: camp-fire
name: Around the fire
about: house-rules
prompts:
  - {id: fire-one, text: What did you bring?, weight: gentle, weekly: true}
  - {id: fire-two, text: What may stay here?, weight: gentle}
"""
ADDED = """\
id: rest
prompts:
  - {id: rest-ours, text: Where in our rooms do you rest?, weight: gentle}
  - {id: rest-minute, text: What would one minute of yours hold?, weight: gentle}
"""
STAGE, PARTS = "explainers/curiosity.yaml", ("known", "not_for", "telling", "try_this")
RULES, CAMP, REST = "explainers/house-rules.yaml", "prompts/camp-fire.yaml", "prompts/rest.yaml"


@pytest.fixture
def servers(pack: Path) -> Path:
    return own_pages_beside(pack)


Write = Callable[..., None]


@pytest.fixture
def write(servers: Path) -> Write:
    """Writes files of one server's folder."""

    def write_files(files: Mapping[str, str], server: object = SERVER) -> None:
        for name, text in files.items():
            file = servers / str(server) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    return write_files


def read(pack: Path, *, strict: bool = False) -> OwnPages:
    return OverlayReader(own_pages_beside(pack)).read(Reader(pack).read(), strict=strict)


def report(pack: Path, *, strict: bool = False) -> str:
    own = read(pack, strict=strict)
    assert (SERVER in own.libraries) == (not own.errors)
    root = f"{pack.parent.as_posix()}/"
    return "\n".join(map(str, own.problems)).replace(f"{root}servers/{SERVER}/", "").replace(root, "")


def laid(pack: Path) -> tuple[Library, Library]:
    own, plain = read(pack), Reader(pack).read().library
    assert not own.problems
    assert plain is not None
    return own.libraries[SERVER], plain


def test_a_server_adds_cards_and_prompts_beside_the_built_in_ones(pack: Path, write: Write) -> None:
    write({RULES: CARD, CAMP: THEME})

    library, plain = laid(pack)

    assert library.explainers.keys() - plain.explainers.keys() == {"house-rules"}
    assert library.themes.keys() - plain.themes.keys() == {"camp-fire"}
    assert list(library.explainers) == sorted(library.explainers)
    assert library.own == {"house-rules", "camp-fire"}
    assert library.origins.prompts == {"fire-one": "own", "fire-two": "own"}
    assert library.digest != plain.digest
    assert library.explainers["support"].title == plain.explainers["support"].title


def test_a_reworded_card_is_still_found_by_what_led_to_it(pack: Path, write: Write) -> None:
    sources = "".join(_sources_of("vicarious-joy"))
    parts = "".join(f"{key}: Ours.\n" for key in ("try_this", "not_for", "known"))
    write({"explainers/vicarious-joy.yaml": REWORDED + parts + "telling: [Ours?]\n" + sources})

    library, plain = laid(pack)

    card, before = library.explainers["vicarious-joy"], plain.explainers["vicarious-joy"]
    assert card.title == "Joy for someone else, in our words"
    assert {before.title, *before.aliases} <= set(card.aliases)
    assert set(before.questions) <= set(card.questions)
    assert library.origins.cards == {"vicarious-joy": "reworded"}


def _sources_of(id_: str) -> list[str]:
    lines = (PACK / "explainers" / f"{id_}.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    start = lines.index("sources:\n")
    end = next(at for at, line in enumerate(lines[start + 1 :], start + 1) if not line.startswith(" "))
    return lines[start:end]


def test_prompts_for_a_built_in_theme_stand_in_their_place_and_none_is_lost(pack: Path, write: Write) -> None:
    write({REST: ADDED})

    library, plain = laid(pack)

    before, after = plain.themes["rest"], library.themes["rest"]
    assert [one.id for one in after.prompts] == [*(one.id for one in before.prompts), "rest-ours"]
    assert {one.id: one.text for one in after.prompts}["rest-minute"] == "What would one minute of yours hold?"
    assert (after.name, after.group, after.about) == (before.name, before.group, before.about)
    assert library.origins.prompts == {"rest-ours": "own", "rest-minute": "reworded"}


def test_without_a_folder_there_is_nothing(pack: Path) -> None:
    assert read(pack) == OwnPages()


def test_the_whole_report_comes_at_once_and_nothing_of_it_serves(pack: Path, write: Write) -> None:
    write(
        {
            RULES: CARD.replace("title:", "titel:").replace("reflect: rest", "reflect: rust"),
            CAMP: THEME.replace("about: house-rules", "about: house-rulez"),
            "resources.yaml": "x: y\n",
            "notes/one.yaml": "x: y\n",
            "prompts/old.yml": "x: y\n",
        }
    )
    write({RULES: CARD}, "my-server")
    (pack.parent / "servers" / "loose.yaml").write_text("x: y\n")

    no_name = "a server's own pages have no file of this name"
    there = "a server has explainers/ and prompts/: move it there, or remove it"
    for_all = "it holds for everybody: remove it; a server adds and rewords cards and prompts alone"
    copied = "name it after the server: in Discord, with Developer Mode on, right-click the server and Copy Server ID"
    assert report(pack).splitlines() == [
        f"{RULES}:1:1: `title` is missing (add title:)",
        f"{RULES}:2:1: unknown key `titel` (did you mean `title`?)",
        f"{RULES}:5:10: there is no prompts theme `rust` (did you mean `rest`?)",
        f"notes/one.yaml:1:1: {no_name} ({there})",
        f"{CAMP}:3:8: there is no explainer `house-rulez` (did you mean `house-rules`?)",
        "prompts/old.yml:1:1: files of a pack end in .yaml (rename it)",
        f"resources.yaml:1:1: {no_name} ({for_all})",
        "servers/loose.yaml:1:1: it stands in no server's folder (move it into the folder of a server)",
        f"servers/my-server:1:1: `my-server` is no server's id ({copied})",
    ]


def _as(id_: str) -> dict[str, str]:
    return {f"explainers/{id_}.yaml": CARD.replace("id: house-rules", f"id: {id_}").replace("our habits", "ours")}


_SECOND = THEME.replace("camp-fire", "two-fires").replace("fire-", "more-")
_FIXED = "(everybody finds the same there: remove the file, or give the card an id of its own)"
_KINDS = "(choose idea, block, condition, pointer or care)"
_ALIKE = "(write as many for each of the five, or for none: the others have 7)"
BLOCKS = "explainers/what-blocks-compersion.yaml"
BAD = {
    **{
        f"the card {id_}": (_as(id_), f"explainers/{id_}.yaml:1:5: the card `{id_}` cannot be reworded {_FIXED}")
        for id_ in ("support", "privacy", "about", "right-now", "what-to-say")
    },
    "a word of rank": (
        {RULES: CARD.replace("We ask before", "The evolved ask before")},
        f'{RULES}:8:5: tone: "evolved" (say it another way)',
    ),
    "a word of rank, waived": (
        {RULES: CARD.replace("Three", "Advanced") + "waive: [{word: advanced, reason: We like it.}]\n"},
        f'{RULES}:6:10: tone: "Advanced" (say it another way)',
    ),
    "a word of rank in a prompt": (
        {REST: ADDED.replace("Where in our rooms do", "Which stage should")},
        f'{REST}:3:27: tone: "should" (say it another way)',
    ),
    "a card that takes parts away": (
        {STAGE: _as("curiosity")[STAGE].replace("idea", "care")},
        "\n".join(
            [
                *(f"{STAGE}:1:1: the built-in card has `{part}` (keep it, in your words)" for part in PARTS),
                f"{STAGE}:1:1: the built-in card names the source `a` (add {{work: a, grade: opinion}})",
                f"{STAGE}:3:7: the kind was `stage` (write kind: stage)",
            ]
        ),
    ),
    "a sixth stage": (
        {RULES: CARD.replace("kind: idea", "kind: stage")},
        f"{RULES}:3:7: a server's own card cannot be of the kind `stage` {_KINDS}",
    ),
    "a card that comes before others": (
        {RULES: CARD.replace("share: anyone", "share: anyone\nsafety: true")},
        (
            f"{RULES}:5:9: a server's own card cannot come before others"
            " (remove the line: it is for the pack's cards about help)"
        ),
    ),
    "a theme among the stages": (
        {RULES: CARD, CAMP: THEME + "group: stage\n"},
        f"{CAMP}:7:8: the stages are five (remove the line)",
    ),
    "one stage that weighs more": (
        {"prompts/curiosity.yaml": ADDED.replace("rest", "curiosity")},
        f"prompts/curiosity.yaml:3:3: the stage `curiosity` has 9 prompts with these {_ALIKE}",
    ),
    "a theme of its own without a name": (
        {CAMP: THEME.replace("name: Around the fire\n", "").replace("house-rules", "rest")},
        f"{CAMP}:1:1: `name` is missing (add name: a theme of the server's own has one)",
    ),
    "a built-in theme turned to something else": (
        {REST: ADDED + "about: curiosity\n"},
        f"{REST}:5:8: `about` of the built-in theme is `it-comes-and-goes` (remove the line)",
    ),
    "a name that is taken": (
        {RULES: CARD.replace("How do we talk here?", "The three blocks")},
        f"{RULES}:2:8: the name `the three blocks` is taken (first used at en/{BLOCKS}:LINE)",
    ),
    "a prompt id that is taken": (
        {RULES: CARD, CAMP: THEME.replace("fire-one", "rest-minute")},
        f"{CAMP}:5:10: the prompt id `rest-minute` is taken (first used at en/prompts/rest.yaml:LINE)",
    ),
    "a theme too many": (
        {RULES: CARD, CAMP: THEME, "prompts/two-fires.yaml": _SECOND},
        "prompts/two-fires.yaml:1:1: more than 25 themes (a list in Discord takes no more: join two)",
    ),
    "more than Discord takes": (
        {RULES: CARD.replace("  - We ask", "".join(f"  - {letter * 900}\n" for letter in "abcd") + "  - We ask")},
        f"{RULES}:1:1: the card `house-rules` has 3672 characters, at most 3400 (shorten it by 272)",
    ),
    "somebody's name": (
        {RULES: CARD.replace("Three habits", "Ask <@123456> about habits")},
        f"{RULES}:6:10: a mention: <@123456> (no text is aimed at anybody: remove it)",
    ),
    "an id that is not the file's name": (
        {"explainers/other.yaml": CARD},
        "explainers/other.yaml:1:5: the id `house-rules` is not the file's name (rename one: `other`)",
    ),
}


@pytest.mark.parametrize(("files", "expected"), BAD.values(), ids=BAD)
def test_what_a_server_may_not_do(pack: Path, write: Write, files: Mapping[str, str], expected: str) -> None:
    write(files)

    assert re.sub(r"(first used at [^:]+):\d+:\d+", r"\1:LINE", report(pack)) == expected


def test_lengths_and_words_to_look_at_again_are_for_the_strict_check(pack: Path, write: Write) -> None:
    write({RULES: CARD.replace("We ask", "We only ask")})

    assert report(pack) == ""
    strict = read(pack, strict=True)

    assert [(one.message, one.warning) for one in strict.problems] == [
        ("1 questions", False),
        ("the card has 11 words", False),
        ('tone: "only"', True),
    ]


def test_mistakes_of_the_pack_are_not_told_again_for_each_server(
    pack: Path, write: Write, edit: Callable[[str, str, str], None]
) -> None:
    write({RULES: CARD.replace("reflect: rest", "reflect: rust")})
    edit("explainers/compersion.yaml", "title: What is compersion?", "titel: What is compersion?")

    own = read(pack)

    assert own.libraries == {}
    assert [one.message for one in own.problems] == ["there is no prompts theme `rust`"]


def test_a_bad_edit_keeps_the_last_good_pages_of_that_server_alone(pack: Path, write: Write) -> None:
    reader, overlays = Reader(pack), OverlayReader(own_pages_beside(pack))
    write({RULES: CARD})
    write({RULES: CARD}, ANOTHER)
    first = overlays.read(reader.read())

    write({RULES: CARD.replace("title: How", "title: Why").replace("kind: idea", "kind: rule")})
    write({RULES: CARD.replace("title: How", "title: Where")}, ANOTHER)
    second = overlays.read(reader.read())

    assert second.libraries[SERVER] is first.libraries[SERVER]
    assert second.libraries[ANOTHER].explainers["house-rules"].title == "Where do we talk here?"
    assert (second.behind, len(second.problems)) == (1, 1)


def test_a_change_of_the_pack_comes_to_a_server_whose_newest_pages_are_bad(
    pack: Path, write: Write, edit: Callable[[str, str, str], None]
) -> None:
    reader, overlays = Reader(pack), OverlayReader(own_pages_beside(pack))
    write({RULES: CARD})
    overlays.read(reader.read())
    write({RULES: CARD.replace("kind: idea", "kind: rule")})

    edit("explainers/compersion.yaml", "title: What is compersion?", "title: What is that glow?")
    library = overlays.read(reader.read()).libraries[SERVER]

    assert library.explainers["compersion"].title == "What is that glow?"
    assert library.explainers["house-rules"].title == "How do we talk here?"


def test_pages_that_fit_the_pack_no_longer_give_way_to_it(pack: Path, write: Write) -> None:
    reader, overlays = Reader(pack), OverlayReader(own_pages_beside(pack))
    write({RULES: CARD})
    assert SERVER in overlays.read(reader.read()).libraries

    (pack / RULES).write_text(CARD.replace("share: anyone", "share: private"), encoding="utf-8")
    own = overlays.read(reader.read())

    assert own.libraries == {}
    assert [one.hint for one in own.problems] == ["write share: private"]


def test_a_folder_that_goes_takes_its_pages_along(pack: Path, servers: Path, write: Write) -> None:
    reader, overlays = Reader(pack), OverlayReader(servers)
    write({RULES: CARD})
    overlays.read(reader.read())

    (servers / str(SERVER)).rename(servers / ".away")

    assert overlays.read(reader.read()) == OwnPages()


def test_unchanged_pages_keep_their_library(pack: Path, servers: Path, write: Write) -> None:
    reader, overlays, base = Reader(pack), OverlayReader(servers), Reader(pack).read()
    write({RULES: CARD})

    first, again = overlays.read(base), overlays.read(reader.read())

    assert again.libraries[SERVER] is first.libraries[SERVER]


def test_the_examples_in_the_documentation_check_and_name_their_schemas(
    pack: Path, servers: Path, write: Write
) -> None:
    blocks = re.findall(r"```yaml\n(# yaml-language-server: \S+=(\S+)\nid: (\S+)\n.*?)```", _documentation(), re.DOTALL)
    named = {"explainer.json": "explainers", "own-theme.json": "prompts"}
    files = {f"{named[Path(schema).name]}/{id_}.yaml": text for text, schema, id_ in blocks if "../../../" in schema}

    write(files)

    assert len(files) == len([RULES, CAMP, REST])
    assert report(pack) == ""
    assert read(pack, strict=True).problems == ()
    for _, schema, _ in blocks:
        if "../../../" in schema:
            at = (servers / str(SERVER) / "prompts" / schema).resolve().relative_to(pack.parent.resolve())
            assert (PACK.parent / at).is_file()


def _documentation() -> str:
    return (PACK.parent.parent / "docs" / "authoring.md").read_text(encoding="utf-8")


SPANISH = CARD.replace("Three habits of this server.", "He aprendido a preguntar. Avanzado, he de escuchar.")


def test_an_english_word_that_ranks_may_mean_something_else_in_another_language(pack: Path, write: Write) -> None:
    write({RULES: SPANISH.replace("share: anyone", "share: anyone\nlanguage: es")})

    assert report(pack) == ""
    strict = [one for one in read(pack, strict=True).problems if one.message.startswith("tone: ")]
    assert [(one.message, one.warning) for one in strict] == [('tone: "He"', True), ('tone: "he"', True)]


def test_a_page_in_another_language_waives_what_it_has_to(pack: Path, write: Write) -> None:
    waived = "waive: [{word: he, reason: I have.}]\n"
    write({RULES: SPANISH.replace("share: anyone", "share: anyone\nlanguage: es-419") + waived})

    assert not [one for one in read(pack, strict=True).problems if one.message.startswith("tone: ")]


@pytest.mark.parametrize("language", ["en", "en-GB", "en_US"])
def test_the_language_of_the_pack_frees_nothing(pack: Path, write: Write, language: str) -> None:
    write({RULES: SPANISH.replace("share: anyone", f"share: anyone\nlanguage: {language}")})

    assert report(pack).count('tone: "') == 2


def test_a_language_there_is_none_of_frees_nothing_and_is_told(pack: Path, write: Write) -> None:
    write({RULES: SPANISH.replace("share: anyone", "share: anyone\nlanguage: zz")})

    assert "there is no language `zz`" in report(pack)


@pytest.mark.parametrize("text", ["title: 0x_", "title: !!int x", "title: " + "9" * 5000, "reviewed: 2026-13-45"])
def test_one_servers_page_that_yaml_chokes_on_harms_nobody_else(pack: Path, write: Write, text: str) -> None:
    key = text.partition(":")[0]
    bad = "\n".join(text if one.startswith(key) else one for one in CARD.splitlines())
    write({RULES: bad})
    write({RULES: CARD}, ANOTHER)

    own = read(pack)

    assert list(own.libraries) == [ANOTHER]
    assert len(own.errors) == 1
    assert own.behind == 1


def test_one_servers_folder_that_cannot_be_looked_at_harms_nobody_else(pack: Path, servers: Path, write: Write) -> None:
    write({RULES: CARD}, ANOTHER)
    (servers / str(SERVER)).symlink_to("no system has such a long name" * 10)

    own = read(pack)

    assert set(own.libraries) == {ANOTHER}
    (problem,) = own.errors
    assert str(problem).startswith(f"{servers / str(SERVER)}:1:1: cannot be read: File name too long")


def test_servers_pages_that_cannot_be_looked_at_leave_the_pack_serving(pack: Path, servers: Path) -> None:
    servers.symlink_to("no system has such a long name" * 10)

    served = ServedPack(pack, datetime.now(UTC))

    assert [one.message for one in served.own_pages.errors] == ["cannot be read: File name too long"]


def test_a_pack_that_cannot_be_looked_at_is_told(pack: Path) -> None:
    current = pack.with_name("current")
    current.symlink_to("no system has such a long name" * 10)

    assert "cannot be read: File name too long" in [one.message for one in Reader(current).read().problems]


# --- what Discord would refuse --------------------------------------------------------------------------------------

NOW = datetime(2026, 12, 1, tzinfo=UTC)
LONG_CARD = CARD.replace("  - We ask before we advise.\n", "".join(f"  - {'We ask. ' * 85}\n" for _ in range(6)))


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let limits of single pages pass what is too long only with what stands around it."""
    monkeypatch.setattr(limits, "MOST_TEXT", 10_000)


@pytest.mark.usefixtures("roomy")
def test_a_page_of_a_server_that_discord_would_refuse_is_told_where_it_is_written(pack: Path, write: Write) -> None:
    write({RULES: LONG_CARD, REST: ADDED})
    own = OverlayReader(own_pages_beside(pack)).read(Reader(pack).read(), rehearse)

    (problem,) = own.problems
    assert problem.path.endswith(f"servers/{SERVER}/{RULES}")
    assert re.search(r"`house-rules` has 4\d\d\d characters, at most 4000", problem.message)
    assert own.libraries == {}
    assert own.behind == 1


@pytest.mark.usefixtures("roomy")
async def test_what_discord_would_refuse_of_a_server_leaves_its_last_good_pages(pack: Path, write: Write) -> None:
    write({RULES: CARD})
    served = ServedPack(pack, NOW, rehearse=rehearse)
    good = served.library_of(SERVER).explainers["house-rules"]

    write({RULES: LONG_CARD})
    await served.reload(NOW)
    await served.reload(NOW)

    assert served.library_of(SERVER).explainers["house-rules"] == good
    assert len(served.own_pages.errors) == 1
    write({RULES: CARD.replace("Three habits", "Four habits")})
    await served.reload(NOW)
    assert served.own_pages.errors == ()


@pytest.mark.usefixtures("roomy")
async def test_what_a_start_serves_of_a_server_is_rehearsed_once_it_is_connected(pack: Path, write: Write) -> None:
    write({RULES: LONG_CARD})
    served = ServedPack(pack, NOW, rehearse=rehearse)
    assert "house-rules" in served.library_of(SERVER).explainers

    await served.keep(NOW)

    assert "house-rules" not in served.library_of(SERVER).explainers
    assert len(served.own_pages.errors) == 1


def test_each_library_of_a_server_is_rehearsed_once(pack: Path, write: Write) -> None:
    write({RULES: CARD})
    write({RULES: CARD}, ANOTHER)
    reader, overlays, seen = Reader(pack), OverlayReader(own_pages_beside(pack)), list[Reading]()

    def note(reading: Reading) -> tuple[Problem, ...]:
        seen.append(reading)
        return ()

    for _ in range(3):
        overlays.read(reader.read(), note)
    assert len(seen) == 2
    write({RULES: CARD.replace("Three habits", "Four habits")})
    overlays.read(reader.read(), note)

    assert len(seen) == 3
    assert all(one.over is not None for one in seen)


def test_only_what_a_server_changes_is_drawn_for_it(pack: Path, write: Write) -> None:
    write({RULES: CARD + "related: [compersion]\n"})
    library, plain = laid(pack)
    long = {id_: replace(one, body=("x" * 4000,)) for id_, one in plain.explainers.items()}
    over = replace(plain, explainers=MappingProxyType(long))
    mine = replace(over, explainers=MappingProxyType({**long, "house-rules": library.explainers["house-rules"]}))

    assert [name for name, _ in refused_screens(over)]
    assert [name for name, _ in refused_screens(mine, over) if "`" in name] == []
    changed = replace(long["compersion"], title="Compersion, as we say it")
    mine = replace(mine, explainers=MappingProxyType({**mine.explainers, "compersion": changed}))
    told = {found[1] for name, _ in refused_screens(mine, over) if (found := re.search("`(.+)`", name))}
    naming = {id_ for id_, one in long.items() if "compersion" in one.related}
    assert told - {"house-rules"} == {"compersion", *naming}
