"""Draws what `/mydata` does: the file that goes out, the file that comes in, deleting with its receipt, clearing."""

from typing import Final

from discord.utils import format_dt

from bot.domain.library import Library
from bot.domain.mydata.inventory import Receipt, Remains, Waiting, What
from bot.ui.consent import consent_lines
from bot.ui.drawing import Attachment, Drawing, attached, button, row, text
from bot.ui.ids import Kind, Press
from bot.ui.lookback.history import View
from bot.ui.mydata.panel import back, plain, support

ZIP: Final = "my-data.zip"


def draw_delete(library: Library) -> Drawing:
    """Draw what can be deleted."""
    words = library.my_data.delete
    choices = row(
        button(words.one, View().press(Kind.LOOK_PAGE)),
        button(words.check_ins, Press(Kind.MY_DELETE_ASK, "check-ins")),
        button(words.everything, Press(Kind.MY_DELETE_ASK, "everything")),
    )
    export = plain(library.my_data.export_button, Kind.MY_EXPORT)
    return Drawing(text(words.about), choices, row(export, back(library), support(library)))


def draw_ask(library: Library, what: What) -> Drawing:
    """Ask once, naming what would go."""
    words = library.my_data.delete
    everything = what == "everything"
    yes = words.yes_everything if everything else words.yes_check_ins
    ask = words.ask_everything if everything else words.ask_check_ins
    controls = row(button(yes, Press(Kind.MY_DELETE_NOW, what)), plain(words.no, Kind.MY_DATA), support(library))
    return Drawing(text(ask), controls)


def draw_receipt(library: Library, receipt: Receipt, remains: Remains) -> Drawing:
    """Draw what was deleted, what remains of it and until when, what a bot cannot delete, and the way on."""
    words, receipts = library.my_data.delete, library.notebook.receipts
    counts, everything = words.whatever, receipt.what == "everything"
    if receipt.entries is not None:
        pattern = words.counts if everything else words.counts_check_ins
        counts = pattern.format(
            entries=receipt.entries,
            sessions=receipt.sessions,
            situations=receipt.situations,
            reminders=receipt.reminders,
        )
    until = remains.keys_until
    lines = [
        receipts.deleted.format(time=format_dt(receipt.at, "F"), counts=counts),
        *([] if remains.wiped else [receipts.not_wiped]),
        receipts.key_gone.format(day=format_dt(until, "D")) if until else receipts.key_in_backups,
        *([words.deeds.format(count=receipt.deeds)] if receipt.deeds else []),
        receipts.cannot_delete,
        receipts.start_again if everything else words.stays,
    ]
    clear = button(receipts.clear, Press(Kind.MY_CLEAR_NOW))
    check_in = button(library.notebook.conversation.check_in, Press(Kind.CHECK_IN))
    return Drawing(text(*lines), row(clear, check_in, support(library)))


def draw_clear(library: Library) -> Drawing:
    """Say what clearing removes and what it leaves, and ask."""
    words = library.my_data.clear
    begin = button(words.begin, Press(Kind.MY_CLEAR_NOW))
    return Drawing(text(words.about), row(begin, back(library), support(library)))


def draw_clearing(library: Library, removed: int) -> Drawing:
    """Tell how far a clearing has come."""
    return Drawing(text(library.my_data.clear.under_way.format(count=removed)))


def draw_cleared(library: Library, removed: int, *, later: bool = False) -> Drawing:
    """Tell that a clearing is done, or that it goes on later by itself."""
    words = library.my_data.clear
    return Drawing(text((words.later if later else words.done).format(count=removed)), row(support(library)))


def draw_file(library: Library, data: bytes, token: bytes) -> Drawing:
    """Draw the message that the file comes with; `token` is the errand that removes it."""
    words, one = library.my_data.export, Attachment(ZIP, data)
    remove = button(words.remove, Press(Kind.MY_FILE, token=token))
    return Drawing(text(words.about), attached(one), row(remove, support(library)), pictures=[one])


def draw_import_how(library: Library) -> Drawing:
    """Say how a file is brought in."""
    return Drawing(text(library.my_data.bring_in_how), row(back(library), support(library)))


def draw_waiting(library: Library, waiting: Waiting, *, moderates: bool | None) -> Drawing:
    """Say what a file holds and ask; whoever does not keep yet sees the lines of the consent as well."""
    words, consent = library.my_data.bring_in, library.notebook.consent
    first, last = format_dt(waiting.first, "D"), format_dt(waiting.last, "D")
    lines = [words.about.format(count=waiting.count, first=first, last=last)]
    if waiting.here:
        lines.append(words.here.format(count=waiting.here))
    if waiting.before:
        lines.append(words.before)
    lines += [words.stays, words.out_of_sight]
    if waiting.agree:
        lines += [words.needs_keep, "\n".join(f"- {line}" for line in consent_lines(library, moderates=moderates))]
    version = consent.version if waiting.agree else 0
    take = button(
        words.agree if waiting.agree else words.take, Press(Kind.MY_IMPORT_TAKE, token=waiting.token, version=version)
    )
    leave = button(words.leave, Press(Kind.MY_IMPORT_LEAVE, token=waiting.token))
    return Drawing(text(*lines), row(take, leave, support(library)))
