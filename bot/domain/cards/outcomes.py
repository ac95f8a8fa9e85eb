"""What a posted card's `seen` is after a step was taken, refused, or found to be done. Pure."""

from dataclasses import replace
from datetime import datetime

from bot.domain.cards.posting import Left, Seen, Sending, Wish
from bot.domain.cards.steps import EDITS_AN_HOUR, HOUR
from bot.domain.cards.trouble import FINAL, MENTIONED, OF_PINS, Trouble


def begun(seen: Seen, wish: Wish, digest: str, now: datetime) -> Seen:
    """Before a message is sent; keep this first."""
    sending = Sending(channel=wish.channel, since=now, digest=digest, forum=wish.kind == "forum")
    return replace(seen, sending=sending, round=seen.round + 1)


def begun_again(seen: Seen, sending: Sending, now: datetime) -> Seen:
    """Before a message is sent that was looked for and is not there; keep this first. Its nonce stays."""
    return replace(seen, sending=replace(sending, since=now))


def not_sent(seen: Seen) -> Seen:
    """The message that may have been sent was not, and nothing of it is awaited any more."""
    return replace(seen, sending=None)


def arrived(seen: Seen, sending: Sending, channel: int, message: int) -> Seen:
    """What was begun stands, in `channel`; the message before, if any, should go.

    Where the pin was taken away by hand, a new message in the same place gets none by itself.
    """
    stays_unpinned = seen.trouble is Trouble.UNPINNED and seen.home == sending.channel
    return replace(
        seen,
        message=message,
        channel=channel,
        home=sending.channel,
        sent=sending.since,
        digest=sending.digest,
        pinned=False,
        sending=None,
        looked=sending.since,
        trouble=seen.trouble if stays_unpinned else None,
        tried=seen.tried if stays_unpinned else None,
        replace=False,
        left_over=(*seen.left_over, *_standing_before(seen)),
    )


def _standing_before(seen: Seen) -> tuple[Left, ...]:
    if seen.message is None or seen.channel is None:
        return ()
    return (Left(channel=seen.channel, message=seen.message),)


def looked(seen: Seen, now: datetime, *, pinned: bool, wished: bool) -> Seen:
    """The message is there, pinned or not; a pin that is `wished` and gone was taken away by somebody."""
    after = _without_held_up(replace(seen, looked=now, pinned=pinned))
    if seen.pinned and wished and not pinned:
        return replace(after, trouble=Trouble.UNPINNED, tried=now)
    if pinned and after.trouble in OF_PINS:
        return replace(after, trouble=None, tried=None)
    return after


def editing(seen: Seen, now: datetime) -> Seen:
    """Before an edit that Discord counts; keep this first."""
    recent = tuple(one for one in seen.edits if now - one < HOUR)
    return replace(seen, edits=(*recent, now)[-EDITS_AN_HOUR:])


def edited(seen: Seen, digest: str) -> Seen:
    """The message shows the card as it is drawn now; what was wrong with its pin is tried again."""
    over = seen.trouble is not None and seen.trouble is not Trouble.UNPINNED
    return replace(seen, digest=digest, trouble=None, tried=None) if over else replace(seen, digest=digest)


def edits_used_up(seen: Seen, now: datetime) -> Seen:
    """Discord takes no more edits in this channel, although by our count it should."""
    return replace(seen, edits=(now,) * EDITS_AN_HOUR)


def pinned(seen: Seen, *, yes: bool) -> Seen:
    """The pin is set, or gone."""
    over = seen.trouble in OF_PINS
    return replace(seen, pinned=yes, trouble=None, tried=None) if over else replace(seen, pinned=yes)


def removed(seen: Seen, left: Left) -> Seen:
    """A message that should go is gone, and with it its pin."""
    rest = tuple(one for one in seen.left_over if (one.channel, one.message) != (left.channel, left.message))
    after = replace(seen, left_over=rest)
    if (seen.channel, seen.message) == (left.channel, left.message):
        after = replace(after, message=None, channel=None, pinned=False)
    if seen.trouble is Trouble.PINS_FULL and seen.channel == left.channel:
        after = replace(after, trouble=None, tried=None)
    return after


def refused_removal(seen: Seen, left: Left, now: datetime) -> Seen:
    """A message that should go cannot be removed."""
    standing = (seen.channel, seen.message) == (left.channel, left.message)
    tried = replace(left, tried=now)
    rest = [one for one in seen.left_over if (one.channel, one.message) != (left.channel, left.message)]
    after = replace(seen, left_over=(*rest, tried))
    return replace(after, message=None, channel=None, pinned=False) if standing else after


def let_go(seen: Seen) -> Seen:
    """Messages that should go and cannot be removed are looked after no longer; they stay where they are."""
    return replace(seen, left_over=tuple(one for one in seen.left_over if one.tried is None))


def refused(seen: Seen, trouble: Trouble, now: datetime, *, at_sending: bool = False) -> Seen:
    """A step was refused for a reason that moderators can do something about, or the message was found gone.

    `at_sending`: what was refused is a new message. The one before stands where it is, and is to go as it was to.
    """
    after = replace(seen, trouble=trouble, tried=now)
    if trouble not in FINAL:
        return after
    left_over = (*seen.left_over, *_standing_before(seen)) if at_sending else seen.left_over
    nothing = replace(after, message=None, channel=None, home=None, digest="", pinned=False, sending=None)
    return replace(nothing, replace=False, left_over=left_over)


def to_be_replaced(seen: Seen) -> Seen:
    """Discord refuses to edit the message for good."""
    return replace(seen, replace=True)


def mentioned(seen: Seen, trouble: Trouble | None) -> Seen:
    """Note a trouble that stops nothing, or that it is over."""
    return replace(seen, trouble=trouble, tried=None)


def _without_held_up(seen: Seen) -> Seen:
    if seen.trouble is None or seen.trouble in OF_PINS or seen.trouble in MENTIONED:
        return seen
    return replace(seen, trouble=None, tried=None)
