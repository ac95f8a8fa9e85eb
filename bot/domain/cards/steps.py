"""What to do next about a posted card. Pure: no step is taken here; `outcomes.py` says what a card is after one.

A step is decided on what is kept, taken, and its outcome kept, before the next is decided. So a crash anywhere loses at
most the news of one step, and each step is safe to take twice: a message is looked for before it is sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, TypeAlias

from bot.domain.cards.posting import Left, Posting, Seen, Sending
from bot.domain.cards.trouble import FINAL, MENTIONED, OF_PINS, Trouble

EDITS_AN_HOUR: Final = 3  # Discord's limit (30046), for each channel, on messages older than an hour
LOOKED_AT_EACH: Final = timedelta(hours=22)
SPREAD: Final = timedelta(hours=4)  # over which the daily looks of all cards are strewn
GRACE: Final = timedelta(minutes=1)  # that whoever began has to go on before the job does
TRIED_AGAIN_AFTER: Final = timedelta(hours=20)

HOUR: Final = timedelta(minutes=61)  # one minute more: Discord's clock is not ours
_COUNTS_AS_OLD: Final = timedelta(minutes=55)


class Act(Enum):
    """A kind of step."""

    FIND = "look for a message that may have been sent"
    SEND = "send a message"
    LOOK = "look at the message"
    EDIT = "edit the message"
    PIN = "pin the message"
    UNPIN = "take the pin away"
    REMOVE = "delete a message that should go"
    MENTION = "note a trouble that stops nothing, or that it is over"
    FORGET = "delete the row"
    WAIT = "nothing until a moment"
    DONE = "nothing"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `left` is what to remove, `until` the end of a wait, `trouble` what to note; each for its act alone."""

    act: Act
    left: Left | None = field(default=None, repr=False)
    until: datetime | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why cards are looked at now. What was seen or refused before `since` is looked at or tried once more.

    `asked`: a moderator asked for it, so that a pin somebody took away is set again.
    """

    now: datetime
    since: datetime
    asked: bool = False

    @classmethod
    def of_moderator(cls, now: datetime) -> "Occasion":
        """A command, or a sync."""
        return cls(now, now, asked=True)

    @classmethod
    def of_time(cls, now: datetime) -> "Occasion":
        """The job's: a look each day."""
        return cls(now, now - TRIED_AGAIN_AFTER)

    def at(self, now: datetime) -> "Occasion":
        """The same a little later."""
        return replace(self, now=now)


Edits: TypeAlias = Sequence[datetime]
"""Times of edits in one channel to messages older than an hour, of all its cards."""


def next_step(posting: Posting, digest: str | None, edits: Edits, occasion: Occasion) -> Step:
    """Decide. `digest` is that of the card as it is drawn now, None when it is in no pack."""
    wish, seen = posting.wish, posting.seen
    if seen.sending is not None and not is_held_up(seen, occasion):
        return _step_of_sending(seen.sending, occasion.now)
    if wish.gone:
        return _next_of_removal(seen, occasion)
    if is_held_up(seen, occasion):
        return _step_of_leftovers(seen, occasion) or Step(Act.DONE)
    if (mention := _to_mention(seen, digest)) is not None:
        return mention
    if seen.message is None or seen.home != wish.channel or seen.replace:
        return Step(Act.SEND) if digest is not None else _step_of_leftovers(seen, occasion) or Step(Act.DONE)
    return _next_of_standing(posting, digest, edits, occasion)


def _step_of_sending(sending: Sending, now: datetime) -> Step:
    """Look for it; in a forum, where Discord knows no nonce, only when whoever began must have come to an end."""
    if sending.forum and now - sending.since < GRACE:
        return Step(Act.WAIT, until=sending.since + GRACE)
    return Step(Act.FIND)


def _to_mention(seen: Seen, digest: str | None) -> Step | None:
    if digest is None:
        return Step(Act.MENTION, trouble=Trouble.NOT_IN_PACK) if seen.trouble is None else None
    return Step(Act.MENTION) if seen.trouble is Trouble.NOT_IN_PACK else None


def _next_of_removal(seen: Seen, occasion: Occasion) -> Step:
    if seen.message is not None and seen.channel is not None:
        return Step(Act.REMOVE, left=Left(channel=seen.channel, message=seen.message))
    over = not seen.left_over and seen.sending is None
    return _step_of_leftovers(seen, occasion) or Step(Act.FORGET if over else Act.DONE)


def _next_of_standing(posting: Posting, digest: str | None, edits: Edits, occasion: Occasion) -> Step:
    wish, seen = posting.wish, posting.seen
    if seen.looked is None or seen.looked < occasion.since:
        return Step(Act.LOOK)
    waiting: Step | None = None
    if digest is not None and seen.digest != digest:
        until = may_edit_at(seen, edits, occasion.now)
        if until is None:
            return Step(Act.EDIT)
        waiting = Step(Act.WAIT, until=until)
    if seen.pinned != wish.pinned and not _pin_is_held_up(seen, occasion):
        return Step(Act.PIN if wish.pinned else Act.UNPIN)
    return _step_of_leftovers(seen, occasion) or waiting or Step(Act.DONE)


def _step_of_leftovers(seen: Seen, occasion: Occasion) -> Step | None:
    for left in seen.left_over:
        if left.tried is None or left.tried < occasion.since:
            return Step(Act.REMOVE, left=left)
    return None


def is_held_up(seen: Seen, occasion: Occasion) -> bool:
    """Whether a trouble stops everything about the message for now."""
    trouble = seen.trouble
    if trouble is None or trouble in OF_PINS or trouble in MENTIONED:
        return False
    return trouble in FINAL or (seen.tried is not None and seen.tried >= occasion.since)


def _pin_is_held_up(seen: Seen, occasion: Occasion) -> bool:
    if seen.trouble is Trouble.UNPINNED:
        return not occasion.asked
    return seen.trouble in OF_PINS and seen.tried is not None and seen.tried >= occasion.since


def is_old(seen: Seen, now: datetime) -> bool:
    """Whether Discord counts an edit of the message."""
    return seen.sent is not None and now - seen.sent >= _COUNTS_AS_OLD


def may_edit_at(seen: Seen, edits: Edits, now: datetime) -> datetime | None:
    """Say when the message may be edited; None is now."""
    if not is_old(seen, now):
        return None
    within = sorted(one for one in edits if now - one < HOUR)
    return None if len(within) < EDITS_AN_HOUR else within[-EDITS_AN_HOUR] + HOUR


def due_after(posting: Posting, step: Step, now: datetime) -> datetime | None:
    """Say when time calls for a posting whose next step this is: soon, when the limit allows, for the daily look."""
    if step.act is Act.WAIT:
        return step.until
    if step.act is not Act.DONE:
        return now + GRACE
    if posting.seen.trouble in FINAL and not posting.seen.left_over:
        return None
    strewn = SPREAD * (int.from_bytes(posting.id[:4], "big") / 2**32)
    return now + LOOKED_AT_EACH + strewn
