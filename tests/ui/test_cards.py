"""Cards drawn once: shared by a pack and the packs that servers' own pages lie over, and never for ever."""

from dataclasses import replace

from bot.domain.library import Library, Origins
from bot.ui.cards import card
from bot.ui.cards.card import Audience, CardBook


def laid_over(library: Library, title: str) -> Library:
    """A server's library in which one card is reworded."""
    reworded = replace(library.explainers["secure-base"], title=title)
    cards = {**library.explainers, "secure-base": reworded}
    return replace(library, explainers=cards, origins=Origins(cards={"secure-base": "reworded"}))


def test_libraries_taking_turns_draw_nothing_twice(library: Library) -> None:
    book, libraries = CardBook(), [library, *(laid_over(library, f"Base {number}") for number in range(50))]

    def round_of() -> list[int]:
        found = [(one, one.explainers[id_]) for id_ in ("secure-base", "compersion") for one in libraries]
        return [id(book.card(one, explainer, Audience.PRIVATE)) for one, explainer in found]

    first = round_of()

    assert round_of() == first
    assert len(set(first)) == 51 + 1


def test_a_card_is_drawn_anew_where_one_it_leads_to_has_another_title(library: Library) -> None:
    book, other = CardBook(), laid_over(library, "Our base")
    leading = next(one for one in library.explainers.values() if "secure-base" in one.related)

    plain, over = (book.card(one, leading, Audience.PRIVATE).to_components() for one in (library, other))

    assert "Our base (reworded here)" in str(over)
    assert "Our base" not in str(plain)


def test_a_new_pack_is_drawn_anew_though_its_cards_are_the_same(library: Library) -> None:
    book = CardBook()
    words = replace(library.interface, buttons=replace(library.interface.buttons, support="Help"))
    explainer = library.explainers["compersion"]
    book.card(library, explainer, Audience.PRIVATE)

    drawn = book.card(replace(library, interface=words, works=dict(library.works)), explainer, Audience.PRIVATE)

    assert "'label': 'Help'" in str(drawn.to_components())


def test_the_longest_titles_keep_their_mark(library: Library) -> None:
    long = laid_over(library, "x" * 80)

    for most in (80, 100):
        name = card.name_card(long, long.explainers["secure-base"], most)

        assert len(name) <= most
        assert name.endswith(" (reworded here)")
