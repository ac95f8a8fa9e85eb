"""Documents of kept check-ins, as a session writes them, and what reads them back."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.checkins.answers import Answer, Chosen
from bot.domain.lookback import Kept, read_kept

NOW = datetime(2026, 11, 21, 9, 41, 13, tzinfo=UTC)
NOTE = "A walk helped. <@1> *Ask* for Sunday_s"
OWN_WORD = "fog"
CLOSEST = "Which is closest right now, by your own word?"


def stage(option: str = "acceptance", text: str = "Acceptance", own_word: str | None = None) -> Answer:
    note = None if own_word else "I am at ease with what I agreed to."
    return Answer("closest", CLOSEST, (Chosen(option, text, note, own_word),))


def note(text: str = NOTE, *, bring_up: bool = False) -> Answer:
    return Answer("note", "Anything to remember for next time?", text=text, bring_up=bring_up)


def document(ended: datetime = NOW, *answers: Answer, situation: str | None = None) -> dict[str, Any]:
    return {
        "format": 1,
        "script": "check-in",
        "started": (ended - timedelta(minutes=5)).isoformat(),
        "ended": ended.isoformat(),
        "situation": situation,
        "answers": [one.to_document() for one in answers or (stage(),)],
    }


def kept(number: int, ended: datetime = NOW, *answers: Answer, situation: str | None = None) -> Kept:
    return read_kept(f"{number:032x}", 1, document(ended, *answers, situation=situation))
