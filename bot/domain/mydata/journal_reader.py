"""Reads what a member uploads: `entries.json`, several of them, or the zip they came in. All of it, or nothing."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from bot.domain.checkins.answers import Answer, Chosen
from bot.domain.mydata.archive import files_in
from bot.domain.mydata.journal import Journal, Page, Topic, joined
from bot.domain.mydata.journal_checks import (
    FileRefused,
    check_label,
    check_list,
    check_mapping,
    check_note,
    check_slug,
    check_text,
    check_yes,
    misfit,
)
from bot.domain.mydata.journal_file import FORMAT, MOST_BYTES, MOST_ENTRIES, VERSION

MOST_SITUATIONS: Final = 50

_MOST_ANSWERS: Final = 40
_MOST_CHOSEN: Final = 25
_AHEAD: Final = timedelta(days=1)  # clocks differ
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DIGITS: Final = 9  # of a number: versions and places in a list are all there are


def read(data: bytes, now: datetime) -> Journal:
    """Read an upload.

    Raises:
        FileRefused: with the reason and the place of the first thing that does not fit.
    """
    if len(data) > MOST_BYTES:
        raise FileRefused("too_large")
    journal = joined(_parts(data, now))
    if not journal.pages and not journal.topics:
        raise FileRefused("nothing")
    return journal


def _parts(data: bytes, now: datetime) -> Iterator[Journal]:
    count = 0
    for one in files_in(data):
        part = _File(one, now).read()
        count += len(part.pages)
        if count > MOST_ENTRIES:
            raise FileRefused("too_many", count=count, most=MOST_ENTRIES)
        yield part


class _File:
    """One `entries.json`, looked through once. Places are told as `entries[3].answers[1].text`, the first being 1."""

    def __init__(self, data: bytes, now: datetime) -> None:
        self._latest = now + _AHEAD
        self._data = data

    def read(self) -> Journal:
        whole = _parse(self._data)
        if not isinstance(whole, dict) or cast("Any", whole).get("format") != FORMAT:
            raise FileRefused("not_ours")
        version = cast("dict[str, Any]", whole).get("version")
        if type(version) is not int or version < 1:
            raise misfit("version", "number")
        if version > VERSION:
            raise FileRefused("newer", version=version)
        file = check_mapping(whole, "", ("format", "version", "entries"), ("says", "exported", "zone", "situations"))
        topics = self._topics(check_list(file.get("situations", []), "situations", MOST_SITUATIONS))
        entries = check_list(file["entries"], "entries", MOST_ENTRIES)
        pages = [self._page(one, f"entries[{at}]", topics) for at, one in enumerate(entries, 1)]
        return Journal(tuple(topics.values()), tuple(pages))

    def _topics(self, values: list[Any]) -> dict[int, Topic]:
        topics: dict[int, Topic] = {}
        for at, value in enumerate(values, 1):
            where = f"situations[{at}]"
            one = check_mapping(value, where, ("id", "label"), ("away",))
            number = one["id"]
            if type(number) is not int or number in topics:
                raise misfit(f"{where}.id", "number")
            topics[number] = Topic(
                check_label(one["label"], f"{where}.label"), check_yes(one.get("away", False), where)
            )
        return topics

    def _page(self, value: Any, where: str, topics: Mapping[int, Topic]) -> Page:
        one = check_mapping(value, where, ("started", "ended", "answers"), ("script", "situation"))
        started = self._time(one["started"], f"{where}.started")
        ended = self._time(one["ended"], f"{where}.ended")
        if ended < started:
            raise misfit(f"{where}.ended", "later")
        situation = one.get("situation")
        if situation is not None and (type(situation) is not int or situation not in topics):
            raise misfit(f"{where}.situation", "situation")
        answers = check_list(one["answers"], f"{where}.answers", _MOST_ANSWERS)
        return Page(
            script=check_slug(one.get("script", "check-in"), f"{where}.script"),
            started=started,
            ended=ended,
            label=None if situation is None else topics[situation].label,
            answers=tuple(_answer(answer, f"{where}.answers[{at}]") for at, answer in enumerate(answers, 1)),
        )

    def _time(self, value: Any, where: str) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None and _EARLIEST <= moment <= self._latest:
                return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        raise misfit(where, "time")


def _parse(data: bytes) -> Any:
    try:
        text = data.decode(json.detect_encoding(data))  # Windows writes UTF-16, too, and marks in front
    except UnicodeDecodeError as error:
        cut = error.end == len(data) and error.reason in {"unexpected end of data", "truncated data"}
        raise FileRefused("truncated" if cut else "encoding") from None
    try:
        return json.loads(text, object_pairs_hook=_once, parse_int=_number)
    except json.JSONDecodeError as error:
        # What the parser stumbled over quotes the file, so that it must not come along as a cause.
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        raise FileRefused("truncated" if cut and text.strip() else "not_json", line=error.lineno) from None
    except (ValueError, RecursionError):  # numbers without end, lists without end
        raise FileRefused("not_json", line=1) from None


def _number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(len(digits))
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise FileRefused("shape", where="", expected="once")
    return made


def _answer(value: Any, where: str) -> Answer:
    one = check_mapping(value, where, ("step", "question"), ("chosen", "text", "bring_up"))
    chosen = check_list(one.get("chosen", []), f"{where}.chosen", _MOST_CHOSEN)
    note = check_note(one["text"], f"{where}.text") if one.get("text") is not None else None
    if not chosen and not note:
        raise misfit(where, "answer")
    return Answer(
        step=check_slug(one["step"], f"{where}.step"),
        question=check_text(one["question"], f"{where}.question"),
        chosen=tuple(_chosen(choice, f"{where}.chosen[{at}]") for at, choice in enumerate(chosen, 1)),
        text=note,
        bring_up=check_yes(one.get("bring_up", False), where),
    )


def _chosen(value: Any, where: str) -> Chosen:
    one = check_mapping(value, where, ("option", "text"), ("note", "own_word"))
    note, own = one.get("note"), one.get("own_word")
    return Chosen(
        option=check_slug(one["option"], f"{where}.option"),
        text=check_text(one["text"], f"{where}.text"),
        note=None if note is None else check_text(note, f"{where}.note"),
        own_word=None if own is None else check_label(own, f"{where}.own_word"),
    )
