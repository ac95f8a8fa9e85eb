"""Dates and times in words, for where Discord does not render them: selects, pictures and their alt texts."""

from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from bot.domain.zones import zone_of


def say_day(day: date, language: str) -> str:
    """Say a date as people who read a language write it; in English where the language is not known."""
    return format_date(day, "medium", locale=locale_of(language))


def say_moment(moment: datetime, zone_name: str, language: str) -> str:
    """Say a date with its time, as clocks in a zone show it."""
    there = moment.astimezone(zone_of(zone_name))
    return f"{say_day(there.date(), language)}, {format_time(there.time(), 'short', locale=locale_of(language))}"


def locale_of(language: str) -> Locale:
    """Find out how people write in a language; `es-419` and `es_419` are the same, and what is none is English."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")
