"""Word vectors as the Finder reads them: what they lean to, what they say of danger, and whether they fit the cards."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.authoring.reader import Reader
from bot.authoring.vectors import BESIDE, FILE, VectorsFile, write_vectors
from bot.domain.library import Library
from bot.search.finder import Finder
from bot.search.meaning import Meaning
from bot.search.text import split
from tests.search.conftest import PACK
from tests.search.vectors.lines import digest


@pytest.fixture(scope="module")
def meaning(library: Library) -> Meaning:
    assert library.vectors is not None
    return Meaning(library.vectors, library.explainers.values())


def test_the_vectors_were_made_from_the_cards_as_they_are(library: Library) -> None:
    assert library.vectors is not None

    again = "names or hidden lines of cards have changed: run .venv/bin/python -m tests.search.vectors"
    assert library.vectors.made_from == digest(library), again
    assert set(library.vectors.cards) == set(library.explainers), again


def test_shares_are_of_one_whole_and_lean_to_what_is_meant(library: Library, meaning: Meaning) -> None:
    shares = meaning.shares(split("they are on a date this evening and my chest is so tight i cannot breathe"))

    assert math.fsum(map(math.exp, shares)) == pytest.approx(1)
    best = sorted(library.explainers, key=lambda id_: -shares[list(library.explainers).index(id_)])
    assert "right-now" in best[:3]


def test_nothing_known_leans_to_nothing_in_particular(meaning: Meaning) -> None:
    assert len(meaning.shares([])) == len(meaning.shares(["zzzzqqq"]))
    assert meaning.danger([]) == meaning.danger(["zzzzqqq"])


@pytest.mark.parametrize(
    ("danger", "harmless"),
    [
        ("he hit me again last night and i am scared of him", "he hit it off with my sister and i am happy for him"),
        ("i want to kill myself when she is with him", "this crossword is killing me and she is good at it"),
        ("he keeps my passport so that i cannot leave", "i need my passport for our holiday and he keeps losing his"),
    ],
)
def test_danger_is_told_from_words_that_sound_like_it_also_within_a_long_story(
    meaning: Meaning, danger: str, harmless: str
) -> None:
    story = split(
        "we met at a pottery class and opened up in spring, it rains a lot here and we like board games. " * 3
    )

    assert meaning.danger(split(danger)) > meaning.danger(split(harmless))
    assert meaning.danger([*story, *split(danger), *story]) > meaning.danger([*story, *split(harmless), *story])


def test_a_card_without_weights_of_its_own_is_found_by_its_lines(library: Library) -> None:
    assert library.vectors is not None
    others = {id_: head for id_, head in library.vectors.cards.items() if id_ != "journaling"}
    finder = Finder(replace(library, vectors=replace(library.vectors, cards=others)))

    for line in ("should i keep a diary about my jealousy", "writing it down in a notebook, does that do anything"):
        assert "journaling" in [one.id for one in finder.find(line)[:3]]


def test_a_file_of_vectors_says_the_same_when_written_and_read_again(library: Library, tmp_path: Path) -> None:
    assert library.vectors is not None
    write_vectors(tmp_path / FILE, library.vectors)
    again = VectorsFile(tmp_path / FILE).read()

    assert again is not None
    assert (tmp_path / FILE).read_bytes() == (PACK / FILE).read_bytes()
    assert again.cards == library.vectors.cards


def test_a_file_that_is_cut_short_is_a_problem_of_the_pack(tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "en")
    file = tmp_path / "en" / FILE
    file.write_bytes(file.read_bytes()[:-40])

    assert [FILE in str(problem) for problem in Reader(tmp_path / "en").read().errors] == [True]


@pytest.mark.parametrize("part", range(12))
def test_a_byte_that_is_not_what_was_written_is_a_problem_of_the_pack(tmp_path: Path, part: int) -> None:
    written = bytearray((PACK / FILE).read_bytes())
    written[len(written) * part // 12 + 5] ^= 4
    (tmp_path / "vectors").mkdir()
    (tmp_path / FILE).write_bytes(written)

    with pytest.raises(ValueError, match="it is "):
        VectorsFile(tmp_path / FILE).read()


def test_a_file_of_an_earlier_version_has_no_digest_and_is_read(library: Library, tmp_path: Path) -> None:
    first, _, rest = (PACK / FILE).read_bytes().partition(b"\n")
    told = json.loads(first)
    earlier = json.dumps({key: told[key] for key in ("cards", "danger_unit", "made_from")}).encode()
    (tmp_path / "vectors").mkdir()
    (tmp_path / FILE).write_bytes(earlier + b"\n" + rest)
    read = VectorsFile(tmp_path / FILE).read()

    assert read is not None
    assert library.vectors is not None
    assert read.cards == library.vectors.cards


@pytest.mark.parametrize("name", BESIDE)
def test_sentences_that_are_cut_short_are_named(tmp_path: Path, name: str) -> None:
    shutil.copytree(PACK, tmp_path / "en")
    file = tmp_path / "en" / "vectors" / name
    file.write_bytes(file.read_bytes()[:-4000])
    (told,) = [str(one) for one in Reader(tmp_path / "en").read().problems if "/vectors/" in str(one)]

    assert told.endswith(
        f"vectors/{name}:1:1: warning: vectors/words.bin was made from other lines than stand here "
        "(put back what is missing, or make it anew with `python -m tests.search.vectors`)"
    )


def test_a_pack_without_vectors_answers_by_its_words(tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "en")
    (tmp_path / "en" / FILE).unlink()
    plain = Reader(tmp_path / "en").read().library

    assert plain is not None
    assert plain.vectors is None
    assert Finder(plain).find("should i keep a diary about my jealousy")[0].id == "journaling"
