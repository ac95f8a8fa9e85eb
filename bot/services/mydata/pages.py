"""A member's entries as pages of a journal, and what is here already of a file that is to come in.

Thousands of entries take some tenths of a second here: call it in a thread.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from bot.domain.checkins.answers import DocumentUnreadable, SituationRef
from bot.domain.checkins.situations import OwnSituation
from bot.domain.mydata.journal import Journal, Page, Topic, joined

if TYPE_CHECKING:
    from bot.storage.entries import Entry

Newest: TypeAlias = tuple[datetime, str]  # when the check-in with a note ended, and its id


@dataclass(frozen=True, slots=True, repr=False)
class Mine:
    """What is here before a file comes in: by what each check-in is known again, and the digests of earlier files.

    `noted` says which entry has the newest note about a situation, or about none, and when that check-in ended.
    """

    known: frozenset[str] = frozenset()
    noted: Mapping[SituationRef | None, Newest] = field(default_factory=dict[SituationRef | None, Newest])
    imports: tuple[str, ...] = ()
    shows: bool = False
    keeps: bool = False


def journal_of(entries: "Sequence[Entry]", mine: Sequence[OwnSituation], now: datetime) -> Journal:
    """Give entries as a journal, under the labels of now; those whose time is over are left out."""
    labels = {str(one.ref): one.label for one in mine}
    pages = tuple(page for _, page in _read_all(entries, labels, now))
    return joined([Journal(tuple(Topic(one.label, one.away) for one in mine), pages)])


def look_through(entries: "Sequence[Entry]", now: datetime) -> tuple[frozenset[str], dict[SituationRef | None, Newest]]:
    """Give by what each entry is known again, and which has the newest note about each situation."""
    known, noted = set[str](), dict[SituationRef | None, Newest]()
    for entry, page in _read_all(entries, {}, now):
        known.add(page.identity)
        note(noted, entry.document.get("situation"), page, entry.id.hex())
    return frozenset(known), noted


def _read_all(entries: "Sequence[Entry]", labels: Mapping[str, str], now: datetime) -> "Iterator[tuple[Entry, Page]]":
    for entry in entries:
        if entry.expires is None or entry.expires > now:
            with contextlib.suppress(DocumentUnreadable):  # one that a later version wrote stays here, for that version
                yield entry, Page.from_document(entry.document, labels)


def compare(journal: Journal, known: frozenset[str]) -> tuple[Sequence[Page], str]:
    """Give the pages that are not here, each once, and the digest of the whole; takes its time, so in a thread."""
    fresh = {page.identity: page for page in journal.pages}
    return [page for identity, page in fresh.items() if identity not in known], journal.digest


def note(noted: dict[SituationRef | None, Newest], ref: SituationRef | None, page: Page, id_: str) -> None:
    """Note a page that has a note where it is the newest of its situation."""
    if page.has_note:
        noted[ref] = max(noted.get(ref, (page.ended, id_)), (page.ended, id_))
