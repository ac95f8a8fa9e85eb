from bot.search.names import NameIndex
from bot.search.text import split

TERMS = NameIndex(
    [
        ("metamour", "Metamour", ("meta", "partner's partner")),
        ("nre", "New relationship energy", ("NRE",)),
        ("secure-base", "Secure base", ()),
        ("at", "Österreich", ("Austria",)),
        ("relation", "Relationship anarchy", ()),
        ("jp", "日本", ("Japan",)),
    ]
)


def ids(typed: str, limit: int = 25) -> list[str]:
    return [id_ for id_, _ in TERMS.suggest(typed, limit)]


def test_nothing_typed_gives_all_in_order() -> None:
    assert ids("") == ["metamour", "nre", "secure-base", "at", "relation", "jp"]
    assert ids("  ", 2) == ["metamour", "nre"]


def test_names_that_begin_so_come_before_names_that_contain_it() -> None:
    assert ids("rel") == ["relation", "nre"]


def test_other_names_accents_and_typos_are_understood() -> None:
    assert TERMS.suggest("austria") == [("at", "Österreich")]
    assert ids("oster") == ["at"]
    assert ids("ÖSTER") == ["at"]
    assert ids("metamuor") == ["metamour"]
    assert ids("secrue ba") == ["secure-base"]
    assert ids("日") == ["jp"]


def test_hostile_typing_finds_nothing() -> None:
    for typed in ('"', "*", "\x00", "NEAR(", "zzzzzz", "a" * 6000, "()"):
        assert ids(typed) == []


def test_exact_names_are_told_from_beginnings() -> None:
    assert TERMS.exact("META") == "metamour"
    assert TERMS.exact("secure-base") == "secure-base"
    assert TERMS.exact("Secure  base!") == "secure-base"
    assert TERMS.exact("日本") == "jp"
    assert TERMS.exact("secure") is None
    assert TERMS.exact("") is None


def test_an_index_of_nothing_answers_too() -> None:
    empty = NameIndex([])

    assert empty.suggest("a") == []
    assert empty.exact("a") is None


def test_one_sign_that_folds_into_many_makes_no_long_text_longer() -> None:
    words = split("\u33af" * 6_000)  # five letters and digits each, once folded

    assert sum(map(len, words)) <= 6_000
    assert len(split("a" + "\u0301\u0316" * 3_000)) == 1
