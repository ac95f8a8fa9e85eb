"""Draws `/mydata`: what is kept, and the choices about it.

What has nothing to show is drawn from the library alone, so that empty, paused, deleted and never kept are one message.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from discord import ui
from discord.utils import format_dt

from bot.domain.library import Library
from bot.domain.mydata.inventory import LETTERS, PAUSE_DAYS, Inventory
from bot.domain.mydata.retention import RETENTIONS
from bot.domain.people import Profile, Retention
from bot.ui.consent import consent_lines
from bot.ui.drawing import Button, Choice, Drawing, Part, button, row, select, text
from bot.ui.ids import Kind, Press

UNTIL_DELETED: Final = "until-deleted"
NEW: Final = 1  # position of a press that is answered with a message of its own

_HOUR: Final = 3600  # seconds; a pause's end stands in its button as full hours since 1970


def draw_show(library: Library, inventory: Inventory | None, note: str = "", deeds: int = 0) -> Drawing:
    """Draw what is kept, counted; where nothing is to be seen, the one message that says so.

    `deeds` are lines of theirs in servers' logs, which are told in either case.
    """
    words = library.my_data
    logged = (words.inventory.deeds.format(count=deeds),) if deeds else ()
    if inventory is None:
        body = text(f"## {words.title}", *_some(note), words.nothing, *logged, words.could_be)
        return Drawing(body, row(plain(words.keep.open, Kind.MY_KEEP), *_ways(library)), _more(library))
    lines = _inventory_lines(library, inventory)
    listed = "\n".join(f"- {line}" for line in lines)
    body = text(f"## {words.title}", *_some(note), words.inventory.heading, listed, *logged)
    keep = plain(words.keep.open, Kind.MY_KEEP)
    if inventory.profile is not None and inventory.profile.keep:
        keep = plain(words.keep.off, Kind.MY_KEEP_OFF)
    chooser = [_retention_select(library, inventory.profile)] if inventory.profile else []
    return Drawing(body, *chooser, row(keep, *_ways(library)), _more(library))


def draw_keep(library: Library, note: str = "", *, moderates: bool | None) -> Drawing:
    """Draw the consent and both answers to it, whatever was answered before."""
    words, consent = library.my_data.keep, library.notebook.consent
    lines = "\n".join(f"- {line}" for line in consent_lines(library, moderates=moderates))
    on = button(words.on, Press(Kind.MY_KEEP_ON, version=consent.version))
    about = button(consent.more, Press(Kind.CARD_PRIVATE, "privacy"))
    controls = row(on, plain(words.off, Kind.MY_KEEP_OFF), about, support(library))
    return Drawing(text(f"## {words.heading}", *_some(note), lines), controls, row(back(library)))


def draw_kept_no_more(library: Library) -> Drawing:
    """Say that Keep is off and what that leaves, with deleting beside it."""
    words = library.my_data
    delete = plain(words.delete_button, Kind.MY_DELETE)
    return Drawing(text(words.keep.is_off), row(delete, back(library), support(library)))


def draw_pause(library: Library, now: datetime, note: str = "") -> Drawing:
    """Draw the panel that everybody sees: six days as A to F, no date, and Go on."""
    words = library.my_data.pause
    days = [_full_hour(now + timedelta(days=length)) for length in PAUSE_DAYS]
    lines = [
        words.day.format(letter=letter, day=format_dt(day, "D")) for letter, day in zip(LETTERS, days, strict=True)
    ]
    until = [
        button(letter, Press(Kind.MY_PAUSE_UNTIL, position=int(day.timestamp()) // _HOUR))
        for letter, day in zip(LETTERS, days, strict=True)
    ]
    without = plain(words.without_date, Kind.MY_PAUSE_OPEN)
    rows = row(*until[:3]), row(*until[3:]), row(without, plain(words.go_on, Kind.MY_GO_ON))
    return Drawing(text(*_some(note), words.about, "\n".join(lines)), *rows, row(back(library), support(library)))


def pause_end(press: Press, now: datetime) -> datetime | None:
    """Read the end of a pause off its button; None when that day has come meanwhile."""
    end = datetime.fromtimestamp(press.position * _HOUR, now.tzinfo)
    return end if end > now else None


def draw_lapse(library: Library, day: datetime) -> Drawing:
    """Tell someone who asked for reminders that everything goes, with the way to keep or to take it."""
    show = button(library.my_data.title, Press(Kind.MY_DATA, position=NEW))
    return Drawing(text(library.my_data.lapse.notice.format(day=format_dt(day, "D"))), row(show, support(library)))


def draw_line(library: Library, *lines: str) -> Drawing:
    """Draw a sentence or two with the way back."""
    return Drawing(text(*lines), row(back(library), support(library)))


def draw_retention_ask(library: Library, retention: Retention | None, past: int) -> Drawing:
    """Ask once before a shorter time deletes what is older than it."""
    words = library.my_data.retention
    ask = words.ask.format(retention=tell_retention(library, retention), count=past)
    change = button(words.change, Press(Kind.MY_RETENTION_NOW, position=retention or 0))
    return Drawing(text(ask), row(change, back(library), support(library)))


def tell_retention(library: Library, retention: Retention | None) -> str:
    """Say a retention in words."""
    words = library.my_data.retention
    return words.until_deleted if retention is None else words.days.format(days=retention)


def retention_of(value: str) -> Retention | None:
    """Read a retention off the select; one that is not offered counts as the shortest."""
    for one in RETENTIONS:
        if _value(one) == value:
            return one
    return RETENTIONS[0]


def _inventory_lines(library: Library, inventory: Inventory) -> list[str]:
    words, profile = library.my_data.inventory, inventory.profile
    lines = [
        words.entries.format(count=inventory.entries),
        words.situations.format(count=inventory.situations),
        words.reminders.format(count=inventory.reminders),
        words.open.format(count=inventory.open),
        words.nudges.format(count=inventory.nudges),
    ]
    if inventory.errands:
        lines.append(words.errands.format(count=inventory.errands))
    if profile is not None:
        lines += _choices(library, profile)
    return lines


def _choices(library: Library, profile: Profile) -> list[str]:
    words = library.my_data.inventory
    keep = words.keep_on if profile.keep else words.keep_off
    quiet = profile.quiet_hours
    return [
        keep.format(version=profile.consent.version, time=format_dt(profile.consent.at, "F")),
        words.retention.format(retention=tell_retention(library, profile.retention)),
        words.zone.format(zone=profile.zone) if profile.zone else words.no_zone,
        words.quiet.format(start=f"{quiet.start:02}:00", end=f"{quiet.end:02}:00") if quiet else words.no_quiet,
        words.imports.format(count=len(profile.imports)),
        words.channel,
    ]


def _retention_select(library: Library, profile: Profile) -> ui.ActionRow[Any]:
    choices = [Choice(tell_retention(library, one), _value(one), chosen=one == profile.retention) for one in RETENTIONS]
    return select(library.my_data.retention.choose, Press(Kind.MY_RETENTION), choices)


def _ways(library: Library) -> list[Button]:
    words = library.my_data
    return [
        plain(words.export_button, Kind.MY_EXPORT),
        plain(words.import_button, Kind.MY_IMPORT),
        plain(words.pause_button, Kind.MY_PAUSE),
        plain(words.delete_button, Kind.MY_DELETE),
    ]


def _more(library: Library) -> Part:
    return row(plain(library.notebook.receipts.clear, Kind.MY_CLEAR), support(library))


def plain(label: str, kind: Kind) -> Button:
    """Make a button that says nothing but what is asked for."""
    return button(label, Press(kind))


def back(library: Library) -> Button:
    """Make the way back to what is kept."""
    return plain(library.my_data.back, Kind.MY_DATA)


def support(library: Library) -> Button:
    """Make the button that stands everywhere."""
    return plain(library.interface.buttons.support, Kind.SUPPORT)


def _some(note: str) -> tuple[str, ...]:
    return (note,) if note else ()


def _value(retention: Retention | None) -> str:
    return UNTIL_DELETED if retention is None else str(retention)


def _full_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
