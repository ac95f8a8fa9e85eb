"""A member's check-ins as they take them along: in the words they saw, with labels in place of ids.

What is read from an upload has the same shape, so that going out and coming in again changes nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.domain.checkins.answers import Answer, DocumentUnreadable, text_in
from bot.domain.checkins.session import FORMAT

_DIGEST_LETTERS: Final = 32


@dataclass(frozen=True, slots=True, repr=False)
class Topic:
    """A situation: its label, and whether it was put away."""

    label: str
    away: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """One check-in: when it began and ended, what it was about, and the answers in the order they stand."""

    script: str
    started: datetime
    ended: datetime
    label: str | None
    answers: tuple[Answer, ...]

    @property
    def has_note(self) -> bool:
        """Whether the member wrote a note."""
        return any(one.text for one in self.answers)

    @property
    def identity(self) -> str:
        """A digest by which the same check-in is known again; its situation may have been renamed since."""
        times = [self.started.astimezone(UTC).isoformat(), self.ended.astimezone(UTC).isoformat()]
        return _digest([times, [one.to_document() for one in self.answers]])

    def to_document(self, situation: str | None) -> dict[str, Any]:
        """Give the document of a kept entry, about a situation by its id here."""
        return {
            "format": FORMAT,
            "script": self.script,
            "started": self.started.isoformat(),
            "ended": self.ended.isoformat(),
            "situation": situation,
            "answers": [one.to_document() for one in self.answers],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any], labels: Mapping[str, str]) -> "Page":
        """Read the document of a kept entry; `labels` go by the situations' ids.

        Raises:
            DocumentUnreadable: a later version wrote it.
        """
        if document.get("format") != FORMAT:
            raise DocumentUnreadable(f"an entry in format {document.get('format')!r}, this version reads {FORMAT}")
        try:
            return cls(
                script=text_in(document, "script"),
                started=datetime.fromisoformat(text_in(document, "started")),
                ended=datetime.fromisoformat(text_in(document, "ended")),
                label=labels.get(document.get("situation") or ""),
                answers=tuple(Answer.from_document(one) for one in document["answers"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise DocumentUnreadable("an entry that is damaged") from None  # the cause might quote an answer


@dataclass(frozen=True, slots=True, repr=False)
class Journal:
    """All of it; `pages` in order of time. A topic that no page is about comes along as well."""

    topics: tuple[Topic, ...] = ()
    pages: tuple[Page, ...] = ()

    @property
    def digest(self) -> str:
        """A digest by which the same content is known again, whatever file it came in."""
        return _digest(sorted([page.identity, page.label or ""] for page in self.pages))


def joined(parts: Iterable[Journal]) -> Journal:
    """Put parts together: topics once each, pages in order of time."""
    topics: dict[str, Topic] = {}
    pages = list[Page]()
    for part in parts:
        for topic in part.topics:
            topics.setdefault(topic.label, topic)
        pages += part.pages
    return Journal(tuple(topics.values()), tuple(sorted(pages, key=lambda page: page.started)))


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode("ascii")).hexdigest()[:_DIGEST_LETTERS]
