"""Screens of moderators: posted cards, settings and their file, suggestions."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Final, get_args

from bot.domain.cards.deeds import Deed
from bot.domain.cards.deeds import What as Done
from bot.domain.cards.permissions import Need
from bot.domain.cards.posting import SERIES, TRAJECTORY, ChannelKind, Posting, Seen, Wish
from bot.domain.cards.trouble import Trouble
from bot.domain.content import Explainer
from bot.domain.library import Library
from bot.domain.servers.settings import DEFAULTS, MOST_CHANNELS, MOST_TAG, MOST_TAGS, ServerRecord, ServerSettings
from bot.domain.servers.settings import Trouble as SettingTrouble
from bot.domain.servers.settings_file import FILLS, Fault, PlacedFault, Reason
from bot.domain.servers.suggestions import MOST_CHARACTERS
from bot.rehearsal.screens import MOST, NOTE, NOW, SOMEBODY, TOKEN, ZONE, Case, Screen, given, longest_text, named
from bot.ui.cards import log, posted, preview, registry, sync
from bot.ui.cards.telling import Posted
from bot.ui.servers import settings, settings_file, suggestions

_SERIES: Final = f"{SERIES}{TRAJECTORY}"
_LANGUAGES: Final = ("en", "de", "pt-BR")
_NEEDS: Final = tuple(Need)
_ZONES: Final = [ZONE + "x" * number for number in range(25)]


def _longest_card(library: Library) -> Explainer:
    return max(library.explainers.values(), key=lambda one: len(one.title))


def _subjects(library: Library) -> list[str]:
    return [_longest_card(library).id, _SERIES]


def _postings(library: Library) -> list[Posting]:
    """Give a posted card in every trouble, pinned and not, in every kind of channel."""
    seen = Seen(message=SOMEBODY, channel=SOMEBODY, home=SOMEBODY, sent=NOW, digest="x" * 32)
    made = list[Posting]()
    for trouble, pinned, kind, subject in product(
        (None, *Trouble), (True, False), get_args(ChannelKind), _subjects(library)
    ):
        wish = Wish(channel=SOMEBODY, subject=subject, kind=kind, pinned=pinned, part_of=TOKEN)
        how = replace(seen, trouble=trouble, pinned=pinned)
        made.append(Posting(id=TOKEN, version=MOST, created=NOW, due=NOW, wish=wish, seen=how))
    return made


def _all_posted(library: Library) -> list[Posted]:
    return [Posted(one, "y" * 32) for one in _postings(library)]


def _of_each_kind(library: Library) -> Iterator[Case]:
    """Give posted cards that differ in what is asked about them."""
    seen = set[tuple[ChannelKind, str]]()
    for one in _postings(library):
        if (one.wish.kind, one.wish.subject) not in seen:
            seen.add((one.wish.kind, one.wish.subject))
            yield given(one)


def _lists(library: Library) -> Iterator[Case]:
    """Give the list with nothing in it, and each page of one with every trouble."""
    yield given(SOMEBODY, [], 0)
    every = [
        replace(one, posting=replace(one.posting, id=bytes([at]) * 16)) for at, one in enumerate(_all_posted(library))
    ]
    longest = sorted(every, key=lambda one: len(registry.tell_posted(library, SOMEBODY, one)))
    yield given(SOMEBODY, longest[-3 * registry.A_PAGE :], 1)


def _log_pages(library: Library) -> list[Case]:
    done = [
        Deed(at=NOW, by=SOMEBODY, what=one, channel=SOMEBODY, subject=_longest_card(library).id)
        for one in get_args(Done)
    ]
    return [given([], 0, 1), *(given([one] * 3 * log.A_PAGE, 1, reader) for one in done for reader in (SOMEBODY, 1))]


def _posted_cards(library: Library) -> Iterator[Case]:
    links = dict.fromkeys(library.stages, f"https://discord.com/channels/{SOMEBODY}/{SOMEBODY}/{SOMEBODY}")
    yield given(_SERIES, TOKEN, MOST, links)
    yield from (given(id_, TOKEN, MOST, of=named(id_)) for id_ in library.explainers)


def _previews(library: Library) -> Iterator[Case]:
    card = posted.draw_posted(library, _longest_card(library).id, TOKEN)
    lacking = preview.Lacking(_NEEDS, _NEEDS, _NEEDS, (longest_text(library.cards.missing),))
    there = (f"https://discord.com/channels/{SOMEBODY}/{SOMEBODY}/{SOMEBODY}",)
    for kind, parts, lacks in product(get_args(ChannelKind), ((), tuple(library.stages)), (preview.Lacking(), lacking)):
        draft = preview.Draft(
            subject=_longest_card(library).id,
            channel=SOMEBODY,
            kind=kind,
            token=TOKEN,
            lacking=lacks,
            parts=parts,
            there=there,
            shown=MOST,
        )
        yield given(card, draft)


def _changes(library: Library) -> Iterator[Case]:
    (one, *_) = _postings(library)
    yield given([], 0)
    yield given([], MOST)
    for what in get_args(sync.Change):
        changes = [(one, what)] * 2 * sync.MOST_LINES
        yield given([*changes, *[(one, "yours")] * 2 * sync.MOST_LINES], MOST)


def _longest_settings(library: Library) -> ServerSettings:
    weekly = DEFAULTS.weekly
    return ServerSettings(
        shown="chosen",
        channels=tuple(SOMEBODY - number for number in range(MOST_CHANNELS)),
        visible="channel",
        age_restricted_only=True,
        weekly=replace(
            weekly,
            channel=SOMEBODY,
            day=2,
            hour=23,
            zone=ZONE,
            theme=max(library.themes, key=lambda one: len(library.themes[one].name)),
        ),
        suggestions=SOMEBODY,
        intro=_longest_card(library).id,
        forum_tags=tuple("*" * (MOST_TAG - 1) + str(number) for number in range(MOST_TAGS)),
    )


def _settings(library: Library) -> Iterator[ServerSettings]:
    longest = _longest_settings(library)
    yield from (DEFAULTS, longest, replace(longest, weekly=replace(longest.weekly, paused=True)))
    yield replace(longest, shown="nowhere", intro="x" * 48)


def _setting_screens(library: Library) -> Iterator[Case]:
    note = longest_text(library.servers.screen, library.servers.trouble)
    for chosen, trouble, languages in product(
        _settings(library), (None, *get_args(SettingTrouble)), (("en",), _LANGUAGES)
    ):
        record = ServerRecord(settings=chosen, version=MOST, weekly_trouble=trouble, suggestions_trouble=trouble)
        yield given(record, languages, note)


def _setting_forms(library: Library) -> list[Case]:
    return [given(one, MOST) for one in _settings(library)]


def _faults(_: Library) -> Iterator[Case]:
    longest = {"key": "*" * 90, "value": "_" * 90, "choices": "*" * 90, "most": MOST}
    for reason in get_args(Reason):
        fills = {name: longest[name] for name in FILLS.get(reason, ())}
        yield given([PlacedFault(9999, 9999, Fault((), reason, fills))] * 200)


SCREENS: Final = (
    Screen(posted.draw_posted, "the posted card", _posted_cards, shows_pages=True),
    Screen(
        preview.draw_lacking,
        "what is missing for a card",
        lambda _: [given(SOMEBODY, preview.Lacking(_NEEDS, _NEEDS, _NEEDS))],
    ),
    Screen(preview.draw_preview, "the preview of a card", _previews, shows_pages=True),
    Screen(preview.draw_nothing_posted, "the answer that nothing was posted"),
    Screen(registry.draw_list, "/card list", _lists, shows_pages=True),
    Screen(
        registry.draw_one,
        "a posted card",
        lambda one: (given(SOMEBODY, it, longest_text(one.cards.posted)) for it in _all_posted(one)),
        shows_pages=True,
    ),
    Screen(registry.draw_remove_ask, "the question before a card is removed", _of_each_kind, shows_pages=True),
    Screen(registry.draw_how_to_move, "how a card is moved", _of_each_kind, shows_pages=True),
    Screen(registry.draw_done, "a sentence about a posted card", lambda one: [given(longest_text(one.cards))]),
    Screen(
        registry.draw_refused,
        "cards that cannot be removed",
        lambda one: [given(SOMEBODY, _all_posted(one)[:n]) for n in (1, 2)],
        shows_pages=True,
    ),
    Screen(sync.draw_dry_run, "what /card sync would do", _changes, shows_pages=True),
    Screen(sync.draw_outcome, "what /card sync did", lambda _: [given(sync.Outcome(MOST, MOST, MOST, MOST))]),
    Screen(log.draw_log, "/card log", _log_pages, shows_pages=True),
    Screen(settings.draw_settings, "/server settings", _setting_screens, shows_pages=True),
    Screen(settings.weekly_form, "the form for the weekly prompt", _setting_forms, shows_pages=True),
    Screen(settings.card_form, "the form for the featured card", _setting_forms, shows_pages=True),
    Screen(settings.tags_form, "the form for forum tags", _setting_forms),
    Screen(settings.draw_zones_of, "the list of time zones", lambda _: [given(_ZONES, MOST)]),
    Screen(
        settings.draw_cards_of,
        "cards to choose from",
        lambda one: [given([*one.explainers][:25], MOST)],
        shows_pages=True,
    ),
    Screen(settings_file.draw_export, "the settings as a file", lambda _: [given(b"")]),
    Screen(settings_file.import_form, "the form for a settings file"),
    Screen(settings_file.draw_faults, "what is wrong in a settings file", _faults),
    Screen(
        settings_file.draw_unchanged,
        "a sentence about a settings file",
        lambda one: [given(longest_text(one.servers.file))],
    ),
    Screen(
        settings_file.draw_proposal,
        "what a settings file would change",
        lambda one: [given(settings_file.Proposal(DEFAULTS, _longest_settings(one), MOST, TOKEN, b""), _LANGUAGES)],
        shows_pages=True,
    ),
    Screen(
        suggestions.draw_preview,
        "the suggestion before it is sent",
        lambda one: [given(NOTE[:MOST_CHARACTERS], SOMEBODY, TOKEN, longest_text(one.suggestions))],
    ),
    Screen(suggestions.draw_suggestion, "the suggestion", lambda _: [given(NOTE[:MOST_CHARACTERS])]),
)
