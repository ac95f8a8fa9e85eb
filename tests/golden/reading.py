"""What golden tests ask of the bot's own code: every sealed row opened, and read the way the bot reads it.

The one module of these tests that knows the bot's inside. The names in what it gives are those of the stored data:
where the bot's own names change, they change here alone.
"""

import ast
import base64
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from sqlalchemy import select

import bot
from bot.cogs.cards.poster import Poster
from bot.cogs.mydata.clearing import Sweeper
from bot.config import Settings
from bot.domain.cards.deeds import deed_from
from bot.domain.cards.posting import Seen, Wish, created_from, seen_from, wish_from
from bot.domain.checkins.answers import Answer
from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.situations import SituationCard
from bot.domain.library import Library
from bot.domain.lookback import read_kept
from bot.domain.mydata.errands import Clearing, SentFile, from_document
from bot.domain.mydata.journal import Page
from bot.domain.people import Place, Profile
from bot.domain.reminders.nudges import Nudge
from bot.domain.reminders.reminder import Reminder
from bot.domain.reminders.schedule import EveryWeeks, Once, OnDays, Pattern
from bot.domain.servers.settings import record_from_document
from bot.domain.servers.weekly import Prompts
from bot.storage.database import Transaction
from bot.storage.storage import Storage
from bot.storage.tables import metadata
from bot.ui.ids import Kind, Press, decode
from bot.upkeep import read_backup

Json = dict[str, Any]


def sealed_tables() -> set[str]:
    """Name the tables that hold something sealed, keys left out."""
    return {table.name for table in metadata.sorted_tables if "sealed" in table.c}


def writers() -> set[str]:
    """Name what writes sealed documents: classes, and what functions that are named so write."""
    return {
        name for file in Path(bot.__file__).parent.rglob("*.py") for name in _writers_in(ast.parse(file.read_text()))
    }


WRITTEN_BY: Mapping[str, tuple[str, ...]] = {
    "Profile": ("member",),
    "SituationCard": ("situation",),
    "OpenCheckIn": ("session: check-in",),
    "Session": ("session: check-in", "entry"),
    "Answer": ("session: check-in", "entry"),
    "Page": ("entry",),
    "Nudge": ("session: nudge",),
    "Task": ("session: sent-file", "session: clearing"),
    "Reminder": ("reminder",),
    "Pattern": ("reminder",),
    "ServerRecord": ("server",),
    "ServerSettings": ("server",),
    "Claimed": ("server",),
    "Prompts": ("server",),
    "Posting": ("posting",),
    "deed_document": ("deed",),
}
"""What wrote sealed documents in 0.3.0, by its name now, and in which of them that stands."""


async def read_rows(storage: Storage) -> list[Json]:
    """Open every sealed row there is; give what it says and what stands beside that in the clear."""
    found = [one for rows in (_rows_of_members, _rows_of_servers) async for one in rows(storage)]
    return sorted(found, key=lambda one: (one["what"], one["id"], str(one["says"])))


def read_custom_id(custom_id: str) -> Json:
    """Give what a custom id says."""
    press = decode(custom_id)
    return {
        "kind": press.kind.name,
        "subject": press.subject,
        "token": press.token.hex(),
        "version": press.version,
        "position": press.position,
    }


def write_custom_id(says: Mapping[str, Any]) -> str:
    """Give the custom id that says this today."""
    token = bytes.fromhex(says["token"])
    return Press(Kind[says["kind"]], says["subject"], token, says["version"], says["position"]).encode()


def troubles(library: Library) -> tuple[str, ...]:
    """Give the sentences that a press is answered with when nothing can be made of it."""
    words = library.interface.trouble
    return words.old_button, words.storage, words.discord_trouble, words.unexpected.partition("{")[0]


async def restore(settings: Settings, folder: Path, now: datetime) -> None:
    """Restore a backup as `db restore` does."""
    await read_backup(settings.storage, folder, None, now, lambda _, __: None)


def hurry(patch: pytest.MonkeyPatch) -> None:
    """Let what is done in many requests be done without pauses between them."""
    for works in (Sweeper, Poster):
        patch.setattr(works.__init__, "__defaults__", (0.0,))


def _writers_in(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            yield from (node.name for one in node.body if _writes(one))
        elif _writes(node):
            asks = node.args.args[0].annotation
            is_whole = node.name.endswith("to_document") and isinstance(asks, ast.Name)
            yield asks.id if is_whole else node.name


def _writes(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and re.search(r"(to|kept|deed)_document$", node.name) is not None


async def _ids(tx: Transaction, table: str) -> list[Any]:
    return list((await tx.execute(select(metadata.tables[table].c.id))).scalars())


async def _rows_of_members(storage: Storage) -> AsyncIterator[Json]:
    """Go through members with all that is theirs, then open check-ins and errands."""
    async with storage.database.reading() as tx:
        for id_ in await _ids(tx, "member"):
            member = await storage.members.get_by_id(tx, id_)
            assert member is not None
            yield _row("member", member, _profile(member.document), user=member.user_id)
            for row in await storage.situations.list_all(tx, member):
                yield _row("situation", row, _situation(row.document), user=member.user_id)
            for row in await storage.entries.list_all(tx, member):
                yield _row("entry", row, _entry(row.document), user=member.user_id)
            for row in await storage.reminders.list_all(tx, member):
                yield _row("reminder", row, _reminder(row.document), user=member.user_id)
        for id_ in await _ids(tx, "session"):
            row = await storage.sessions.get(tx, id_)
            assert row is not None
            kind = row.document["kind"]
            yield _row(f"session: {kind}", row, _LYING[kind](row.document), user=row.user_id)


async def _rows_of_servers(storage: Storage) -> AsyncIterator[Json]:
    """Go through servers, with what they posted and what was done."""
    async with storage.database.reading() as tx:
        board = storage.noticeboard
        for id_ in await _ids(tx, "server"):
            server = await board.servers.get_by_id(tx, id_)
            assert server is not None
            yield _row("server", server, _server(server.document), server=server.server_id)
            for row in await board.postings.list_of(tx, server):
                yield _row("posting", row, _posting(row.document), server=server.server_id)
            for row in await board.deeds.list_of(tx, server):
                says = _deed(row.created, row.by, row.document)
                yield {"what": "deed", "id": "", "server": server.server_id, "says": says}


def _row(what: str, row: Any, says: Json, **whose: int) -> Json:
    clear = {
        name: _iso(getattr(row, name)) for name in ("created", "used", "due", "expires", "left") if _has(row, name)
    }
    return {"what": what, "id": row.id.hex(), **whose, "version": row.version, **clear, "says": says}


def _has(row: Any, name: str) -> bool:
    return hasattr(row, name)


def _profile(document: Mapping[str, Any]) -> Json:
    one = Profile.from_document(document)
    return {
        "consent": one.consent.version,
        "consented at": _iso(one.consent.at),
        "keep": one.keep,
        "retention": one.retention,
        "zone": one.zone,
        "quiet hours": [one.quiet_hours.start, one.quiet_hours.end] if one.quiet_hours else None,
        "channel": one.channel,
        "paused": one.pause is not None,
        "paused until": _iso(one.pause.until) if one.pause else None,
        "noted": one.noted,
        "notices": [*one.notices],
        "imports": [*one.imports],
        "warned": _iso(one.warned),
    }


def _situation(document: Mapping[str, Any]) -> Json:
    one = SituationCard.from_document(document)
    return {"label": one.label, "used": _iso(one.used), "away": one.away, "noted": one.noted}


def _entry(document: Mapping[str, Any]) -> Json:
    kept, page = read_kept("", 1, document), Page.from_document(document, {})
    assert kept.answers == page.answers
    assert kept.ended == page.ended
    return {
        "script": page.script,
        "started": _iso(page.started),
        "ended": _iso(kept.ended),
        "situation": kept.situation,
        "answers": _answers(kept.answers),
    }


def _reminder(document: Mapping[str, Any]) -> Json:
    one = Reminder.from_document(document)
    return {
        "pattern": _pattern(one.pattern),
        "start": _iso(one.start),
        "next": _iso(one.next),
        "zone": one.zone,
        "state": one.state,
        "until": _iso(one.until),
        "unanswered": one.unanswered,
        "jitter": one.jitter,
        "claimed": _iso(one.claimed),
    }


def _pattern(pattern: Pattern) -> Any:
    match pattern:
        case Once():
            return "once"
        case EveryWeeks():
            return {"every weeks": pattern.weeks}
        case OnDays():
            return {"on days": sorted(pattern.days), "hour": pattern.hour}


def _check_in(document: Mapping[str, Any]) -> Json:
    one = OpenCheckIn.from_document(document)
    assert one is not None
    session = one.session
    return {
        "consent": one.consent,
        "keeps": one.keeps,
        "place": _place(one.place),
        "script": session.script,
        "mode": session.mode,
        "state": session.state,
        "version": session.version,
        "started": _iso(session.started),
        "touched": _iso(session.touched),
        "answers": _answers(session.answers),
        "skipped": sorted(session.skipped),
        "filled": session.filled,
        "situation": session.situation,
        "revisiting": session.revisiting,
        "wording": session.wording,
    }


def _nudge(document: Mapping[str, Any]) -> Json:
    one = Nudge.from_document(document)
    assert one is not None
    return {"at": _iso(one.at), "channel": one.channel, "claimed": _iso(one.claimed)}


def _sent_file(document: Mapping[str, Any]) -> Json:
    one = from_document(document)
    assert isinstance(one, SentFile)
    return {"place": _place(one.place)}


def _clearing(document: Mapping[str, Any]) -> Json:
    one = from_document(document)
    assert isinstance(one, Clearing)
    return {"channel": one.channel, "before": one.before, "removed": one.removed}


def _import(document: Mapping[str, Any]) -> Json:
    return {"file": base64.b64decode(document["file"]).decode()}


_LYING: Mapping[str, Callable[[Mapping[str, Any]], Json]] = {
    "check-in": _check_in,
    "nudge": _nudge,
    "sent-file": _sent_file,
    "clearing": _clearing,
    "import": _import,
}


def _server(document: Mapping[str, Any]) -> Json:
    record, prompts = record_from_document(document), Prompts.from_document(document)
    settings, claimed = record.settings, prompts.claimed
    weekly = settings.weekly
    return {
        "shown": settings.shown,
        "channels": [*settings.channels],
        "visible": settings.visible,
        "language": settings.language,
        "age-restricted only": settings.age_restricted_only,
        "weekly": [weekly.channel, weekly.day, weekly.hour, weekly.zone, weekly.theme, weekly.paused],
        "suggestions": settings.suggestions,
        "intro": settings.intro,
        "forum tags": [*settings.forum_tags],
        "changes": record.version,
        "weekly trouble": record.weekly_trouble,
        "suggestions trouble": record.suggestions_trouble,
        "prompts used": [*prompts.used],
        "prompt claimed": claimed and [claimed.token.hex(), claimed.prompt, claimed.channel, _iso(claimed.at)],
    }


def _posting(document: Mapping[str, Any]) -> Json:
    wish, seen = wish_from(document), seen_from(document)
    return {"created": _iso(created_from(document)), "wish": _wish(wish), "seen": _seen(seen)}


def _wish(wish: Wish) -> Json:
    return {
        "channel": wish.channel,
        "subject": wish.subject,
        "kind": wish.kind,
        "pinned": wish.pinned,
        "part of": wish.part_of.hex() if wish.part_of else None,
        "gone": wish.gone,
    }


def _seen(seen: Seen) -> Json:
    sending = seen.sending
    return {
        "message": seen.message,
        "channel": seen.channel,
        "home": seen.home,
        "sent": _iso(seen.sent),
        "digest": seen.digest,
        "pinned": seen.pinned,
        "round": seen.round,
        "sending": sending and [sending.channel, _iso(sending.since), sending.digest, sending.forum],
        "edits": [_iso(one) for one in seen.edits],
        "looked": _iso(seen.looked),
        "trouble": seen.trouble,
        "tried": _iso(seen.tried),
        "replace": seen.replace,
        "left over": [[one.channel, one.message, _iso(one.tried)] for one in seen.left_over],
    }


def _deed(created: datetime, by: int | None, document: Mapping[str, Any]) -> Json:
    one = deed_from(created, by, document)
    assert one is not None
    return {"at": _iso(one.at), "by": one.by, "what": one.what, "channel": one.channel, "subject": one.subject}


def _answers(answers: Iterable[Answer]) -> list[Json]:
    return [
        {
            "step": one.step,
            "question": one.question,
            "chosen": [[two.option, two.text, two.note, two.own_word] for two in one.chosen],
            "text": one.text,
            "bring up": one.bring_up,
            "kept": one.kept,
        }
        for one in answers
    ]


def _place(place: Place | None) -> list[int] | None:
    return [place.channel, place.message] if place else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
