"""The drawings of `/server settings`, however much is set: Discord takes them, and they say what stands."""

from dataclasses import replace
from typing import get_args

import pytest
from simcord.components import validate_components, validate_modal, walk_components

from bot.domain.library import Library
from bot.domain.servers.settings import DEFAULTS, MOST_CHANNELS, ServerRecord, ServerSettings, Trouble, WeeklyPrompt
from bot.domain.servers.settings_file import Fault, PlacedFault
from bot.ui.drawing import Drawing
from bot.ui.forms import Form
from bot.ui.ids import MOST_NUMBER, TOKEN_BYTES
from bot.ui.pages import Runner, draw_about
from bot.ui.servers.settings import card_form, describe, draw_settings, draw_zones_of, tags_form, weekly_form
from bot.ui.servers.settings_file import Proposal, draw_faults, draw_proposal, import_form
from tests.ui.test_limits import COMPONENTS_V2, problems_of

BIG = 2**64 - 1
LONGEST = ServerSettings(
    shown="chosen",
    channels=tuple(BIG - number for number in range(MOST_CHANNELS)),
    visible="channel",
    age_restricted_only=True,
    weekly=WeeklyPrompt(
        channel=BIG, day=2, hour=23, zone="America/Argentina/ComodRivadavia", theme="anxious-attachment"
    ),
    suggestions=BIG,
    intro="when-it-never-arrives",
    forum_tags=tuple("*" * 19 + letter for letter in "abcde"),
)


def text_of(drawing: Drawing) -> str:
    return "\n".join(one["content"] for one in walk_components(drawing.to_components()) if one["type"] == 10)


@pytest.mark.parametrize("trouble", [None, *get_args(Trouble)])
@pytest.mark.parametrize("languages", [("en",), ("en", "de", "pt-BR")])
def test_discord_takes_the_screen_with_everything_set_at_its_longest(
    library: Library, trouble: Trouble | None, languages: tuple[str, ...]
) -> None:
    for settings in (DEFAULTS, LONGEST, replace(LONGEST, weekly=replace(LONGEST.weekly, paused=True))):
        record = ServerRecord(
            settings=settings, version=MOST_NUMBER, weekly_trouble=trouble, suggestions_trouble=trouble
        )
        problems_of(draw_settings(library, record, languages, library.servers.screen.stale))


def test_every_setting_is_said_in_words_and_differs_when_it_is_another(library: Library) -> None:
    usual, other = describe(library, DEFAULTS, ("en",)), describe(library, LONGEST, ("en",))

    assert [title for title in usual if usual[title] == other[title]] == [library.servers.language.title]
    assert "<#18446744073709551615>" in other[library.servers.weekly.title]
    assert "every Wednesday at 23:00" in other[library.servers.weekly.title]


def test_a_theme_that_is_gone_is_not_said_to_be_any(library: Library) -> None:
    weekly = WeeklyPrompt(channel=BIG, theme="gone-by-now")

    said = describe(library, replace(DEFAULTS, weekly=weekly), ("en",))[library.servers.weekly.title]

    assert "Theme: gone-by-now." in said


def test_what_a_server_named_itself_is_shown_without_markup(library: Library) -> None:
    settings = replace(DEFAULTS, forum_tags=("**bold** @everyone",))

    said = text_of(draw_settings(library, ServerRecord(settings=settings), ("en",)))

    assert "**bold**" not in said
    assert "@everyone" not in said


def test_discord_takes_every_form_with_what_is_set_in_it(library: Library) -> None:
    forms: list[Form] = [import_form(library)]
    for settings in (DEFAULTS, LONGEST):
        forms += [make(library, settings, MOST_NUMBER) for make in (weekly_form, card_form, tags_form)]
    for form in forms:
        validate_modal(form.to_dict())
        assert len(form.title) <= 45


def test_discord_takes_what_a_file_leads_to(library: Library) -> None:
    proposal = Proposal(DEFAULTS, LONGEST, MOST_NUMBER, bytes(range(TOKEN_BYTES)), b"format: 1\n")
    fault = Fault((), "one_of", {"key": "*" * 90, "value": "_" * 90, "choices": "anywhere, chosen, nowhere"})

    for drawing in (
        draw_proposal(library, proposal, ("en",)),
        draw_faults(library, [PlacedFault(9999, 9999, fault)] * 200),
        draw_zones_of(library, [f"America/Somewhere_{number}" for number in range(25)], MOST_NUMBER),
    ):
        validate_components(drawing.to_components(), flags=COMPONENTS_V2)
        assert len(text_of(drawing)) <= 4000


@pytest.mark.parametrize(
    ("contact", "leads_to"), [("https://example.org/report", 1), ("the keeper, @keeper", 0), ("", 0)]
)
def test_a_problem_is_reported_where_the_operator_says_and_a_page_is_one_press_away(
    library: Library, contact: str, leads_to: int
) -> None:
    drawing = draw_about(library, "1", Runner(contact))

    problems_of(drawing)
    links = [one for one in walk_components(drawing.to_components()) if one.get("style") == 5]
    assert [one["url"] for one in links] == [contact] * leads_to
    assert all(one["label"] == "Report a problem" for one in links)
    assert (contact or library.interface.about.report_nobody) in text_of(drawing)
