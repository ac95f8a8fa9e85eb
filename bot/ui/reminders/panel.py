"""Draws `/reminders`: what is set, and setting one, question by question. What lies in between lies in the buttons."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from discord.utils import format_dt

from bot.domain.library import Library
from bot.domain.people import Notice
from bot.domain.reminders.letters import Panel, SetReminder
from bot.domain.reminders.schedule import (
    DAY,
    HOUR,
    EveryWeeks,
    Once,
    OnDays,
    Pattern,
    first_offered,
    offer_times,
    step_on,
)
from bot.domain.zones import HOURS, zone_of
from bot.ui.drawing import Button, Choice, Drawing, Part, button, row, select, select_many, small, text
from bot.ui.forms import Form, line_field
from bot.ui.ids import Kind, Press

LETTERS: Final = "ABCDEF"
SERIES: Final = "series"
CITY: Final = "city"
WEEKS_OFFERED: Final = (1, 2, 3, 4)

_ONCE: Final = "once"
_WEEKS: Final = "weeks-"
_MINUTE: Final = timedelta(minutes=1)
_MOST_CITY: Final = 60


def draw_panel(library: Library, panel: Panel) -> Drawing:
    """Draw what is set, each with its Pause and Stop, and the two ways to set another."""
    words = library.reminders.panel
    if not panel.known:
        return Drawing(text(f"## {library.reminders.title}\n{words.keep_needed}"), row(_support(library)))
    lines = [describe(library, one, number) for number, one in enumerate(panel.reminders, 1)]
    told = [text(*(tell(library, one) for one in panel.notices))] if panel.notices else []
    settings = [words.zone.format(zone=panel.zone) if panel.zone else words.no_zone]
    if panel.quiet_hours:
        start, end = map(clock, (panel.quiet_hours.start, panel.quiet_hours.end))
        settings.append(words.quiet_hours.format(start=start, end=end))
    return Drawing(
        *told,
        text(f"## {library.reminders.title}", *(lines or [words.none_set])),
        *(_controls(library, one, number) for number, one in enumerate(panel.reminders, 1)),
        text(small(" ".join(settings))),
        row(
            button(words.one_reminder, Press(Kind.REMINDER_NEW, _ONCE)),
            button(words.series, Press(Kind.REMINDER_NEW, SERIES)),
        ),
        row(
            button(words.zone_button, Press(Kind.ZONE)),
            button(words.quiet_button, Press(Kind.QUIET_HOURS)),
            _support(library),
        ),
    )


def tell(library: Library, notice: Notice) -> str:
    """Say what a member is still to be told."""
    words = library.notebook.reminders
    told: dict[Notice, str] = {
        "went-quiet": words.went_quiet,
        "reminders-paused": words.paused_for_closed,
        "missed": words.missed,
    }
    return told[notice]


def draw_switched_off(library: Library) -> Drawing:
    """Draw that the operator has switched reminders off."""
    return Drawing(text(library.reminders.panel.switched_off), row(_support(library)))


def draw_how_often(library: Library) -> Drawing:
    """Ask how often a series comes."""
    words = library.reminders.setting
    weeks = [
        button(
            words.every_week if many == 1 else words.every_weeks.format(weeks=many),
            Press(Kind.REMINDER_NEW, f"{_WEEKS}{many}"),
        )
        for many in WEEKS_OFFERED
    ]
    chosen = button(words.chosen_days, Press(Kind.REMINDER_DAYS))
    return Drawing(text(words.how_often), row(*weeks), row(chosen, *ways_back(library)))


def draw_times(library: Library, page: Press, now: datetime, zone: str | None = None) -> Drawing:
    """Offer six times, hours first and then days. `page` says of what, from when and how far apart."""
    words = library.reminders.setting
    step = timedelta(minutes=page.version)
    ask = words.which_hour if step < DAY else words.which_day if page.subject == _ONCE else words.first_day
    return offer(library, ask, Kind.REMINDER_TIME, page, now, ways_back(library), zone)


def offer(  # noqa: PLR0913, PLR0917  # a question, its answers, and where they lead
    library: Library,
    ask: str,
    choose: Kind,
    page: Press,
    now: datetime,
    ways: Iterable[Button],
    zone: str | None = None,
) -> Drawing:
    """Draw six times as A to F, each read in the reader's own zone, with Earlier and Later.

    `zone` is the reader's, where it is known: days are then days on its clocks.
    """
    words, known = library.reminders.setting, zone_of(zone) if zone else None
    step = timedelta(minutes=page.version)
    times = offer_times(at_minutes(page.position), step, now, known)
    lines = "\n".join(f"**{letter}** {full(one)}" for letter, one in zip(LETTERS, times, strict=True))

    def at(kind: Kind, moment: datetime) -> Press:
        return Press(kind, page.subject, page.token, page.version, minutes_of(moment))

    letters = [button(letter, at(choose, one)) for letter, one in zip(LETTERS, times, strict=True)]
    before = max(step_on(times[0], -len(LETTERS) * step, known), first_offered(now))
    earlier = button(words.earlier, at(page.kind, before)) if times[0] - step >= first_offered(now) else None
    later = button(words.later, at(page.kind, step_on(times[-1], step, known)))
    return Drawing(text(ask, lines), row(*letters[:3]), row(*letters[3:]), row(earlier, later), row(*ways))


def draw_days(library: Library, token: bytes) -> Drawing:
    """Ask for weekdays."""
    words = library.reminders.setting
    choices = [Choice(name, str(number)) for number, name in enumerate(words.day_names)]
    days = select_many(words.choose_days, Press(Kind.REMINDER_DAYS, token=token), choices)
    return Drawing(text(words.which_days), days, row(*ways_back(library)))


def draw_hour_of_days(library: Library, token: bytes, days: frozenset[int], zone: str) -> Drawing:
    """Ask at which hour; the days chosen lie in the select."""
    words = library.reminders.setting
    press = Press(Kind.REMINDER_HOUR, token=token, version=mask_of(days))
    ask = words.at_which_hour.format(days=_named(library, days), zone=zone)
    return Drawing(text(ask), select(words.choose_hour, press, hours()), row(*ways_back(library)))


def draw_set(library: Library, one: SetReminder) -> Drawing:
    """Draw that a reminder is set, and for when."""
    words = library.reminders.setting
    said = words.set_once if isinstance(one.reminder.pattern, Once) else words.set_series
    time = full(one.reminder.next) if one.reminder.next else ""
    lines = [said.format(time=time), words.off_switch]
    if isinstance(one.reminder.pattern, EveryWeeks) and one.reminder.zone is None:
        zone = button(library.reminders.panel.zone_button, Press(Kind.ZONE))
        return Drawing(text(*lines, words.set_without_zone), row(zone, *ways_back(library)))
    return Drawing(text(*lines), row(*ways_back(library)))


def draw_zone_needed(library: Library) -> Drawing:
    """Ask for a time zone, and say what for."""
    words = library.reminders.zone
    return Drawing(text(words.why), row(button(words.name_it, Press(Kind.ZONE)), *ways_back(library)))


def zone_form(library: Library) -> Form:
    """Ask for a city."""
    words = library.reminders.zone
    field = line_field(CITY, words.form_label, most=_MOST_CITY, note=words.form_note)
    return Form(words.form_title, Press(Kind.ZONE_TYPED), field)


def draw_zones(library: Library, zones: Sequence[str]) -> Drawing:
    """Offer the time zones that fit what was typed, or say that none does."""
    words = library.reminders.zone
    again = button(words.name_it, Press(Kind.ZONE))
    if not zones:
        return Drawing(text(words.unknown), row(again, *ways_back(library)))
    choices = [Choice(zone, zone) for zone in zones]
    return Drawing(
        text(words.which),
        select(words.choose, Press(Kind.ZONE_CHOSEN), choices),
        row(again, *ways_back(library)),
    )


def draw_quiet_from(library: Library, zone: str) -> Drawing:
    """Ask from which hour nothing is to come."""
    words = library.reminders.zone
    none = button(words.none, Press(Kind.QUIET_NONE))
    choose = select(words.choose_hour, Press(Kind.QUIET_FROM), hours())
    return Drawing(text(words.from_which.format(zone=zone)), choose, row(none, *ways_back(library)))


def draw_quiet_until(library: Library, start: int) -> Drawing:
    """Ask until which hour; the first lies in the select."""
    words = library.reminders.zone
    choose = select(words.choose_hour, Press(Kind.QUIET_UNTIL, version=start), hours())
    return Drawing(text(words.until_which.format(start=clock(start))), choose, row(*ways_back(library)))


def describe(library: Library, one: SetReminder, number: int) -> str:
    """Say in words what is set, and when it comes next."""
    words, reminder = library.reminders.panel, one.reminder
    match reminder.pattern:
        case Once():
            what = words.once.format(number=number)
        case EveryWeeks(1):
            what = words.every_week.format(number=number)
        case EveryWeeks(weeks):
            what = words.every_weeks.format(number=number, weeks=weeks)
        case OnDays(days, hour):
            what = words.on_days.format(number=number, days=_named(library, days), hour=clock(hour))
    if reminder.next:
        return f"{what} {words.next.format(time=full(reminder.next))}"
    return f"{what} " + {"closed": words.closed, "quiet": words.quiet}.get(reminder.state, words.paused)


def ways_back(library: Library) -> tuple[Button, Button]:
    """Give the two ways on that stand under everything."""
    return button(library.reminders.panel.back, Press(Kind.REMINDERS_HERE)), _support(library)


def first_page(subject: str, token: bytes, now: datetime) -> Press:
    """Give the press that asks for an hour, to begin with."""
    return times_page(subject, token, first_offered(now), HOUR)


def times_page(subject: str, token: bytes, wanted: datetime, step: timedelta) -> Press:
    """Give the press that offers six times from a moment on."""
    return Press(Kind.REMINDER_TIMES, subject, token, step // _MINUTE, minutes_of(wanted))


def pattern_of(subject: str) -> Pattern:
    """Read which kind of reminder a press is about.

    Raises:
        ValueError: none that there is.
    """
    return Once() if subject == _ONCE else EveryWeeks(int(subject.removeprefix(_WEEKS)))


def mask_of(days: Iterable[int]) -> int:
    """Write weekdays as one number."""
    return sum(1 << day for day in days)


def days_of(mask: int) -> frozenset[int]:
    """Read weekdays back."""
    return frozenset(day for day in range(7) if mask >> day & 1)


def minutes_of(moment: datetime) -> int:
    """Write a moment as whole minutes since 1970, which a button has room for."""
    return int(moment.timestamp()) // 60


def at_minutes(minutes: int) -> datetime:
    """Read a moment back."""
    return datetime.fromtimestamp(minutes * 60, UTC)


def full(moment: datetime) -> str:
    """Give a moment as Discord shows it to each reader in their own zone and language."""
    return format_dt(moment, "F")


def clock(hour: int) -> str:
    """Give a full hour as clocks show it."""
    return f"{hour:02}:00"


def hours() -> list[Choice]:
    """Give the hours of a day to choose from."""
    return [Choice(clock(hour), str(hour)) for hour in range(HOURS)]


def _controls(library: Library, one: SetReminder, number: int) -> Part:
    words, subject = library.reminders.panel, one.token.hex()
    pause: Callable[..., str] = words.pause.format
    start: Callable[..., str] = words.start.format
    held = one.reminder.state != "waiting"
    first = (start, Kind.REMINDER_START) if held else (pause, Kind.REMINDER_PAUSE)
    return row(
        button(first[0](number=number), Press(first[1], subject)),
        button(words.stop.format(number=number), Press(Kind.REMINDER_STOP, subject)),
    )


def _named(library: Library, days: Iterable[int]) -> str:
    return ", ".join(library.reminders.setting.day_names[day] for day in sorted(days))


def _support(library: Library) -> Button:
    return button(library.interface.buttons.support, Press(Kind.SUPPORT))
