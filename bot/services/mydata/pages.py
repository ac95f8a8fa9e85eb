"""A member's entries as pages of a journal, and what is here already of a file that is to come in.

Thousands of entries take some tenths of a second here: call it in a thread.
"""

from collections.abc import Iterable, Mapping, Sequence
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

    `noted` says which entry has the newest note about a situation, or about none, and when that check-in ended; `count`
    is of all entries, unreadable ones too.
    """

    known: frozenset[str] = frozenset()
    noted: Mapping[SituationRef | None, Newest] = field(default_factory=dict[SituationRef | None, Newest])
    imports: tuple[str, ...] = ()
    count: int = 0
    shows: bool = False
    keeps: bool = False


def journal_of(pages: Iterable[Page], mine: Sequence[OwnSituation]) -> Journal:
    """Give pages as a journal, with the labels of now."""
    return joined([Journal(tuple(Topic(one.label, one.away) for one in mine), tuple(pages))])


def page_of(entry: "Entry", labels: Mapping[str, str], now: datetime) -> Page | None:
    """Read an entry; None where its time is over, or where a later version wrote it: it stays, for that version."""
    if entry.expires is not None and entry.expires <= now:
        return None
    try:
        return Page.from_document(entry.document, labels)
    except DocumentUnreadable:
        return None


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """What of an entry decides whether it is here already, and whether its note is the newest."""

    identity: str
    situation: SituationRef | None
    noted: Newest | None

    @classmethod
    def of(cls, entry: "Entry", now: datetime) -> "Known | None":
        """Read an entry; None as `page_of` gives it."""
        page = page_of(entry, {}, now)
        if page is None:
            return None
        noted = (page.ended, entry.id.hex()) if page.has_note else None
        return cls(page.identity, entry.document.get("situation"), noted)


def look_through(entries: Iterable[Known | None]) -> tuple[frozenset[str], dict[SituationRef | None, Newest]]:
    """Give by what each entry is known again, and which has the newest note about each situation."""
    known, noted = set[str](), dict[SituationRef | None, Newest]()
    for one in entries:
        if one is not None:
            known.add(one.identity)
            if one.noted is not None:
                noted[one.situation] = max(noted.get(one.situation, one.noted), one.noted)
    return frozenset(known), noted


@dataclass(frozen=True, slots=True, repr=False)
class Compared:
    """A file beside what is here: its check-ins, each once, those of them that are new, and the digest of the whole."""

    count: int
    fresh: Sequence[Page]
    digest: str


def compare(journal: Journal, known: frozenset[str]) -> Compared:
    """Hold a file against what is here; takes its time, so in a thread."""
    pages = {page.identity: page for page in journal.pages}
    fresh = [page for identity, page in pages.items() if identity not in known]
    return Compared(len(pages), fresh, journal.digest)


def note(noted: dict[SituationRef | None, Newest], ref: SituationRef | None, page: Page, id_: str) -> None:
    """Note a page that has a note where it is the newest of its situation."""
    if page.has_note:
        noted[ref] = max(noted.get(ref, (page.ended, id_)), (page.ended, id_))
