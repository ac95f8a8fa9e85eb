"""Draws `/server settings`: everything that is set, in words, and a way to change each, on one message."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from discord import ui

from bot.domain.library import Library
from bot.domain.servers.settings import HOURS, MOST_CHANNELS, SHOWN, VISIBLE, ServerRecord, ServerSettings, Trouble
from bot.domain.words.servers import SwitchWords
from bot.ui.drawing import (
    MOST_OPTIONS,
    Choice,
    Drawing,
    Part,
    beside,
    button,
    echo,
    row,
    select,
    select_channels,
    small,
    text,
)
from bot.ui.forms import Form, line_field, paragraph_field, select_field
from bot.ui.ids import Kind, Press

PLACES: Final = (0, 2, 5, 13, 15, 16)  # kinds of channels in which, or in whose threads, members write
_OFFERED: Final = (0, 2, 5, 13, 15)  # media channels are none that Discord documents for a select
TO_WRITE_IN: Final = (0, 5)  # those the bot posts in by itself: text and announcements
ANY: Final = "any"
DAY, HOUR, ZONE, THEME, CARD, TAGS = "day", "hour", "zone", "theme", "card", "tags"

_MOST_TYPED: Final = 80
_MOST_TAGS_TYPED: Final = 300

_SHOWN, _VISIBLE, _AGE, _LANGUAGE, _WEEKLY = "shown", "visible", "age", "language", "weekly"
_SUGGESTIONS, _INTRO, _TAGS = "suggestions", "intro", "tags"
_PARTS: Final[Mapping[Kind | None, str]] = {
    **dict.fromkeys((Kind.SERVER_SHOWN, Kind.SERVER_CHANNELS), _SHOWN),
    Kind.SERVER_VISIBLE: _VISIBLE,
    Kind.SERVER_AGE: _AGE,
    Kind.SERVER_LANGUAGE: _LANGUAGE,
    **dict.fromkeys((Kind.SERVER_WEEKLY_CHANNEL, Kind.SERVER_WEEKLY_SET, Kind.SERVER_WEEKLY_ZONE), _WEEKLY),
    **dict.fromkeys((Kind.SERVER_WEEKLY_PAUSE, Kind.SERVER_WEEKLY_STOP), _WEEKLY),
    **dict.fromkeys((Kind.SERVER_SUGGESTIONS, Kind.SERVER_SUGGESTIONS_OFF), _SUGGESTIONS),
    **dict.fromkeys((Kind.SERVER_INTRO_NAMED, Kind.SERVER_INTRO_CHOSEN), _INTRO),
    Kind.SERVER_TAGS_NAMED: _TAGS,
}

Item = ui.Item[Any]
_Told: TypeAlias = Mapping[str | None, tuple[str, ...]]
"""Notes by the part of the screen they stand in; by None those on top."""


def draw_settings(
    library: Library, record: ServerRecord, languages: Sequence[str], *notes: str, pressed: Kind | None = None
) -> Drawing:
    """Draw the screen; each control carries the version it was drawn from.

    `notes` say what became of a press. The screen is long: where it is known what was `pressed`, they stand there.
    """
    words, version = library.servers, record.version
    told = {_PARTS.get(pressed): notes}
    head = text(*told.get(None, ()), f"## {words.screen.title}\n{words.screen.intro}")
    export = button(words.screen.export, Press(Kind.SERVER_EXPORT))
    bring_in = button(words.screen.bring_in, Press(Kind.SERVER_IMPORT))
    support = button(library.interface.buttons.support, Press(Kind.SUPPORT))
    return Drawing(
        head,
        *_showing(library, record.settings, version, told),
        *_language(library, record.settings, version, languages, told),
        *_weekly(library, record, told),
        *_suggestions(library, record, told),
        *_first_card(library, record.settings, version, told),
        row(export, bring_in, support),
    )


def describe(library: Library, settings: ServerSettings, languages: Sequence[str]) -> dict[str, str]:
    """Say in words what is set, by the name of the setting."""
    words = library.servers
    visible, age = words.visible, words.age
    tags = ", ".join(echo(one) for one in settings.forum_tags)
    return {
        words.shown.title: _where_shown(library, settings),
        visible.title: visible.channel if settings.visible == "channel" else visible.private,
        age.title: age.is_on if settings.age_restricted_only else age.is_off,
        words.language.title: _which_language(library, settings, languages),
        words.weekly.title: _when_weekly(library, settings),
        words.suggestions.title: (
            words.suggestions.is_off
            if settings.suggestions is None
            else words.suggestions.is_on.format(channel=_channel(settings.suggestions))
        ),
        words.intro.title: _which_card(library, settings),
        words.tags.title: words.tags.is_set.format(tags=tags) if tags else words.tags.is_none,
    }


def weekly_form(library: Library, settings: ServerSettings, version: int) -> Form:
    """Ask for day, hour, zone and theme; what is set stands in it."""
    words, weekly = library.servers.weekly, settings.weekly
    days = [Choice(name, str(day), chosen=day == weekly.day) for day, name in enumerate(words.day_names)]
    hours = [Choice(_clock(hour), str(hour), chosen=hour == weekly.hour) for hour in range(HOURS)]
    themes = [Choice(words.any_theme, ANY, chosen=weekly.theme is None)]
    themes += [Choice(library.themes[id_].name, id_, chosen=id_ == weekly.theme) for id_ in weekly_themes(library)]
    return Form(
        words.form_title,
        Press(Kind.SERVER_WEEKLY_SET, version=version),
        select_field(DAY, words.day, days),
        select_field(HOUR, words.hour, hours),
        line_field(ZONE, words.zone, most=_MOST_TYPED, note=words.zone_note, typed=weekly.zone),
        select_field(THEME, words.theme, themes[:MOST_OPTIONS]),
    )


def card_form(library: Library, settings: ServerSettings, version: int) -> Form:
    """Ask for the card that is offered first."""
    words, card = library.servers.intro, library.explainer(settings.intro or "")
    field = line_field(CARD, words.form_label, most=_MOST_TYPED, note=words.form_note, typed=card and card.title)
    return Form(words.form_title, Press(Kind.SERVER_INTRO_NAMED, version=version), field)


def tags_form(library: Library, settings: ServerSettings, version: int) -> Form:
    """Ask for the tags of posts in forums."""
    words, typed = library.servers.tags, "\n".join(settings.forum_tags)
    field = paragraph_field(TAGS, words.form_label, most=_MOST_TAGS_TYPED, note=words.form_note, typed=typed)
    return Form(words.form_title, Press(Kind.SERVER_TAGS_NAMED, version=version), field)


def draw_zones_of(library: Library, zones: Sequence[str], version: int) -> Drawing:
    """Offer the zones that fit what was typed."""
    words = library.servers.weekly
    choices = [Choice(zone, zone) for zone in zones]
    choose = select(words.choose_zone, Press(Kind.SERVER_WEEKLY_ZONE, version=version), choices)
    return Drawing(text(words.which_zone), choose, row(button(library.servers.screen.back, back_to_settings())))


def draw_cards_of(library: Library, cards: Sequence[str], version: int) -> Drawing:
    """Offer the cards that come close to what was typed."""
    words = library.servers.intro
    choices = [Choice(library.explainers[id_].title, id_) for id_ in cards]
    choose = select(words.change, Press(Kind.SERVER_INTRO_CHOSEN, version=version), choices)
    return Drawing(text(words.which), choose, row(button(library.servers.screen.back, back_to_settings())))


def back_to_settings() -> Press:
    """Give the press that draws the screen anew."""
    return Press(Kind.SERVER_SETTINGS)


def weekly_themes(library: Library) -> list[str]:
    """Name the themes that have prompts for a channel."""
    return [id_ for id_, theme in library.themes.items() if any(prompt.weekly for prompt in theme.prompts)]


def _showing(library: Library, settings: ServerSettings, version: int, told: _Told) -> list[Item]:
    words, said = library.servers, describe(library, settings, ())
    options = {"anywhere": words.shown.option_anywhere, "chosen": words.shown.option_chosen}
    shown = [Choice(options.get(one, words.shown.option_nowhere), one, chosen=one == settings.shown) for one in SHOWN]
    seen = {"private": words.visible.option_private, "channel": words.visible.option_channel}
    visible = [Choice(seen[one], one, chosen=one == settings.visible) for one in VISIBLE]
    channels = Press(Kind.SERVER_CHANNELS, version=version)
    which = select_channels(words.shown.choose_channels, channels, _OFFERED, settings.channels, most=MOST_CHANNELS)
    return [
        _titled(words.shown.title, *told.get(_SHOWN, ()), said[words.shown.title], small(words.shown.note)),
        select(words.shown.choose, Press(Kind.SERVER_SHOWN, version=version), shown),
        *([which] if settings.shown == "chosen" else []),
        _titled(words.visible.title, *told.get(_VISIBLE, ()), said[words.visible.title], small(words.visible.note)),
        select(words.visible.choose, Press(Kind.SERVER_VISIBLE, version=version), visible),
        _switch(words.age, Kind.SERVER_AGE, version, *told.get(_AGE, ()), is_on=settings.age_restricted_only),
    ]


def _switch(words: SwitchWords, kind: Kind, version: int, *notes: str, is_on: bool) -> Part:
    other = button(words.turn_off if is_on else words.turn_on, Press(kind, version=version, position=int(not is_on)))
    return beside(_titled(words.title, *notes, words.is_on if is_on else words.is_off), other)


def _language(
    library: Library, settings: ServerSettings, version: int, languages: Sequence[str], told: _Told
) -> list[Item]:
    words = library.servers.language
    said = _titled(words.title, *told.get(_LANGUAGE, ()), _which_language(library, settings, languages))
    if len(languages) == 1:
        return [said]
    choices = [Choice(_named(one), one, chosen=one == settings.language) for one in languages]
    return [said, select(words.choose, Press(Kind.SERVER_LANGUAGE, version=version), choices)]


def _weekly(library: Library, record: ServerRecord, told: _Told) -> list[Item]:
    words, weekly, version = library.servers.weekly, record.settings.weekly, record.version
    chosen = () if weekly.channel is None else (weekly.channel,)
    when = button(words.when, Press(Kind.SERVER_WEEKLY_WHEN, version=version))
    pause = Press(Kind.SERVER_WEEKLY_PAUSE, version=version, position=int(not weekly.paused))
    holding = button(words.go_on if weekly.paused else words.pause, pause)
    stop = button(words.stop, Press(Kind.SERVER_WEEKLY_STOP, version=version))
    controls = row(when, holding, stop) if chosen else row(when)
    said = _when_weekly(library, record.settings)
    lines = (*told.get(_WEEKLY, ()), said, *_trouble(library, record.weekly_trouble))
    return [
        _titled(words.title, *lines),
        select_channels(words.choose_channel, Press(Kind.SERVER_WEEKLY_CHANNEL, version=version), TO_WRITE_IN, chosen),
        controls,
    ]


def _suggestions(library: Library, record: ServerRecord, told: _Told) -> list[Item]:
    words, settings, version = library.servers.suggestions, record.settings, record.version
    described, trouble = describe(library, settings, ())[words.title], _trouble(library, record.suggestions_trouble)
    lines = (*told.get(_SUGGESTIONS, ()), described, *trouble)
    said, chosen = _titled(words.title, *lines), () if settings.suggestions is None else (settings.suggestions,)
    off = button(words.turn_off, Press(Kind.SERVER_SUGGESTIONS_OFF, version=version))
    press = Press(Kind.SERVER_SUGGESTIONS, version=version)
    return [beside(said, off) if chosen else said, select_channels(words.choose_channel, press, TO_WRITE_IN, chosen)]


def _first_card(library: Library, settings: ServerSettings, version: int, told: _Told) -> list[Item]:
    intro, tags, said = library.servers.intro, library.servers.tags, describe(library, settings, ())
    change = button(intro.change, Press(Kind.SERVER_INTRO, version=version))
    name = button(tags.change, Press(Kind.SERVER_TAGS, version=version))
    return [
        beside(_titled(intro.title, *told.get(_INTRO, ()), said[intro.title]), change),
        beside(_titled(tags.title, *told.get(_TAGS, ()), said[tags.title]), name),
    ]


def _where_shown(library: Library, settings: ServerSettings) -> str:
    words = library.servers.shown
    if settings.shown == "chosen":
        channels = ", ".join(map(_channel, settings.channels))
        return words.chosen.format(channels=channels) if channels else words.chosen_none
    return words.anywhere if settings.shown == "anywhere" else words.nowhere


def _which_language(library: Library, settings: ServerSettings, languages: Sequence[str]) -> str:
    words = library.servers.language
    if len(languages) > 1:
        return words.several.format(language=_named(settings.language))
    return words.one.format(language=_named(languages[0] if languages else settings.language))


def _when_weekly(library: Library, settings: ServerSettings) -> str:
    words, weekly = library.servers.weekly, settings.weekly
    theme = library.themes.get(weekly.theme or "")
    when = {
        "day": words.day_names[weekly.day],
        "hour": _clock(weekly.hour),
        "zone": weekly.zone,
        "theme": theme.name if theme else weekly.theme or words.any_theme,
    }
    if weekly.channel is None:
        return f"{words.is_off} {words.would_be.format(**when)}"
    said = words.is_paused if weekly.paused else words.is_on
    return said.format(channel=_channel(weekly.channel), **when)


def _which_card(library: Library, settings: ServerSettings) -> str:
    words = library.servers.intro
    if settings.intro is None:
        return words.is_none
    card = library.explainer(settings.intro)
    return words.is_set.format(card=card.title) if card else words.is_gone


def _trouble(library: Library, trouble: Trouble | None) -> Collection[str]:
    return (getattr(library.servers.trouble, trouble),) if trouble else ()


def _titled(title: str, *lines: str) -> Part:
    return text("\n".join((f"### {title}", *lines)))


def _channel(channel: int) -> str:
    return f"<#{channel}>"


def _clock(hour: int) -> str:
    return f"{hour:02}:00"


def _named(language: str) -> str:
    from bot.ui.dates import locale_of  # noqa: PLC0415  # imports babel, which nothing else near here needs

    locale = locale_of(language)
    return locale.get_display_name(locale) or language
