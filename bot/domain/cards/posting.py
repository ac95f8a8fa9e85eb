"""A posted card: what moderators want of it, and what was seen and done of that. Pure; `steps.py` says what to do next.

The token of a posting is its row's id. It stands in the Support button of the message, together with the number of the
sending (`round`), so that after a crash a message is found again and never taken for an earlier one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, get_args

from bot.domain.cards.trouble import FINAL, OF_PINS, Trouble
from bot.domain.content import STAGE_IDS

FORMAT: Final = 1
SERIES: Final = "series:"
TRAJECTORY: Final = "trajectory"
MOST_PINS: Final = 250

ChannelKind: TypeAlias = Literal["channel", "thread", "forum"]
"""`channel` is text, news or voice text. In a forum the card becomes a post of its own."""
Standing: TypeAlias = Literal["current", "waiting", "drifted", "gone", "trouble"]
"""`waiting`: not posted yet. `drifted`: the message is older than the card. `gone`: see `FINAL`."""

_KINDS: Final[Mapping[str, ChannelKind]] = {name: name for name in get_args(ChannelKind)}


class UnreadableError(Exception):
    """The row of a posted card is damaged, or a later version wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What moderators want. `subject` is the id of an explainer, or `series:` and the name of a series for its index.

    `part_of` is the id of the index's row for the cards of a series. `gone` means: take it away and forget it.
    """

    channel: int = field(repr=False)
    subject: str
    kind: ChannelKind = "channel"
    pinned: bool = False
    part_of: bytes | None = field(default=None, repr=False)
    gone: bool = False

    @property
    def series(self) -> str | None:
        """The name of the series whose index this is."""
        return self.subject.removeprefix(SERIES) if self.subject.startswith(SERIES) else None

    @property
    def card(self) -> str:
        """The explainer that is drawn: the subject, and for the index of a series the card it begins with."""
        return self.subject.removeprefix(SERIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A message that was about to be sent, and may or may not have arrived; `digest` is of what it shows.

    `forum`: it was to begin a post there.
    """

    channel: int = field(repr=False)
    since: datetime
    digest: str
    forum: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A message of ours that should go. `tried` is when removing it was refused last."""

    channel: int = field(repr=False)
    message: int = field(repr=False)
    tried: datetime | None = None

    @property
    def is_post(self) -> bool:
        """Whether it began a post in a forum: Discord gives the post and its first message one id."""
        return self.channel == self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was done, and seen in the channel.

    `message` stands in `channel`: for a forum, in its post. `home` is the channel it was wished in when it was sent,
    `sent` when, `digest` what it showed. `round` counts sendings. `edits` are times of edits to messages older than an
    hour, newest last. `looked` is when the message was seen last, `tried` when the trouble was met. `replace`: Discord
    refuses to edit it, so that a new one has to take its place.
    """

    message: int | None = field(default=None, repr=False)
    channel: int | None = field(default=None, repr=False)
    home: int | None = field(default=None, repr=False)
    sent: datetime | None = None
    digest: str = ""
    pinned: bool = False
    round: int = 0
    sending: Sending | None = None
    edits: tuple[datetime, ...] = ()
    looked: datetime | None = None
    trouble: Trouble | None = None
    tried: datetime | None = None
    replace: bool = False
    left_over: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One posted card. `created` is when it was asked for, `due` when time calls for it next.

    `version` counts the changes of its row.
    """

    id: bytes = field(repr=False)
    version: int
    created: datetime
    due: datetime | None
    wish: Wish
    seen: Seen = Seen()

    @property
    def trouble(self) -> Trouble | None:
        """What to tell a moderator, the worst first: of a card that is to go, what keeps it."""
        if self.was_refused_removal and (self.seen.trouble is None or self.wish.gone):
            return Trouble.LEFT_BEHIND
        return self.seen.trouble

    @property
    def was_refused_removal(self) -> bool:
        """Whether a message of it is to go and cannot be removed."""
        return any(one.tried for one in self.seen.left_over)

    @property
    def is_post(self) -> bool:
        """Whether its message began a post in a forum, as with `Left`."""
        return self.seen.message is not None and self.seen.message == self.seen.channel

    @property
    def stands(self) -> bool:
        """Whether there is a message, as far as is known."""
        return self.seen.message is not None

    def link(self, server: int) -> str | None:
        """Give the address of the message; None when there is none."""
        if self.seen.message is None:
            return None
        return f"https://discord.com/channels/{server}/{self.seen.channel}/{self.seen.message}"

    def to_document(self) -> dict[str, Any]:
        """Give a plain dict for JSON, to be sealed."""
        wish, seen = self.wish, self.seen
        return {
            "format": FORMAT,
            "created": self.created.isoformat(),
            "wish": {
                "channel": wish.channel,
                "subject": wish.subject,
                "kind": wish.kind,
                "pinned": wish.pinned,
                "part_of": wish.part_of.hex() if wish.part_of else None,
                "gone": wish.gone,
            },
            "seen": {
                "message": seen.message,
                "channel": seen.channel,
                "home": seen.home,
                "sent": _written(seen.sent),
                "digest": seen.digest,
                "pinned": seen.pinned,
                "round": seen.round,
                "sending": _sending_written(seen.sending),
                "edits": [one.isoformat() for one in seen.edits],
                "looked": _written(seen.looked),
                "trouble": seen.trouble,
                "tried": _written(seen.tried),
                "replace": seen.replace,
                "left_over": [[one.channel, one.message, _written(one.tried)] for one in seen.left_over],
            },
        }


def wish_from(document: Mapping[str, Any]) -> Wish:
    """Read the wish out of a document that `Posting.to_document` wrote.

    Raises:
        ValueError: it did not write this, or a later version did.
    """
    if document.get("format") != FORMAT:
        raise ValueError(f"a posted card in format {document.get('format')!r}, this version reads {FORMAT}")
    try:
        wish = document["wish"]
        return Wish(
            channel=int(wish["channel"]),
            subject=str(wish["subject"]),
            kind=_KINDS[wish["kind"]],
            pinned=bool(wish["pinned"]),
            part_of=bytes.fromhex(wish["part_of"]) if wish["part_of"] else None,
            gone=bool(wish["gone"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ValueError("a posted card that is damaged") from None


def created_from(document: Mapping[str, Any]) -> datetime:
    """Read when a card was asked for out of a document that `Posting.to_document` wrote.

    Raises:
        ValueError: it did not write this.
    """
    return datetime.fromisoformat(str(document.get("created")))


def seen_from(document: Mapping[str, Any]) -> Seen:
    """Read what was seen out of a document that `Posting.to_document` wrote.

    Raises:
        ValueError: it did not write this.
    """
    try:
        seen = document["seen"]
        return Seen(
            message=seen["message"],
            channel=seen["channel"],
            home=seen["home"],
            sent=_read(seen["sent"]),
            digest=str(seen["digest"]),
            pinned=bool(seen["pinned"]),
            round=int(seen["round"]),
            sending=_sending_read(seen["sending"]),
            edits=tuple(datetime.fromisoformat(one) for one in seen["edits"]),
            looked=_read(seen["looked"]),
            trouble=Trouble(seen["trouble"]) if seen["trouble"] else None,
            tried=_read(seen["tried"]),
            replace=bool(seen["replace"]),
            left_over=tuple(
                Left(channel=channel, message=message, tried=_read(tried))
                for channel, message, tried in seen["left_over"]
            ),
        )
    except (KeyError, TypeError, ValueError, IndexError):
        raise ValueError("a posted card that is damaged") from None


def is_pin_set_again(posting: Posting, *, pinned: bool | None) -> bool:
    """Whether asking for a pin, or for none, means one that somebody took away by hand; None asks for nothing."""
    return bool(pinned) and posting.wish.pinned and posting.seen.trouble is Trouble.UNPINNED


def rewished(posting: Posting, wish: Wish, *, again: bool = False) -> Posting:
    """Give a posting with another wish; trouble that the change may end is not held against it.

    `again`: what was taken away by hand, the message or its pin, is to be there again.
    """
    seen = posting.seen
    moved = wish.channel != posting.wish.channel
    if moved and seen.trouble is Trouble.UNPINNED and not again:
        wish = replace(wish, pinned=False)  # a move asks for no pin that somebody took away
    repinned = wish.pinned != posting.wish.pinned and seen.trouble in OF_PINS
    if again or moved or wish.gone or repinned:
        seen = replace(seen, trouble=None, tried=None)
    return replace(posting, wish=wish, seen=seen)


def parts_of(index: bytes, postings: Sequence[Posting]) -> list[Posting]:
    """Give the cards of a series, by the id of its index's row, that are not being taken away."""
    return [one for one in postings if one.wish.part_of == index and not one.wish.gone]


def alike_in(postings: Iterable[Posting], subject: str, channel: int) -> list[Posting]:
    """Give those of a card in a channel that are not being taken away."""
    return [one for one in postings if (one.wish.subject, one.wish.channel) == (subject, channel) and not one.wish.gone]


def links_of(index: bytes, server: int, postings: Sequence[Posting]) -> dict[str, str]:
    """Give the addresses of a series' cards that stand, by subject; what its index is drawn with."""
    found = ((one.wish.subject, one.link(server)) for one in parts_of(index, postings))
    return {subject: link for subject, link in found if link}


def in_order(postings: Sequence[Posting]) -> list[Posting]:
    """Give postings in the order they were put, the cards of a series behind its index in theirs."""
    heads = {one.id: one for one in postings}

    def place(one: Posting) -> tuple[datetime, int, bytes, int]:
        head = heads.get(one.wish.part_of or one.id, one)
        parts = len(STAGE_IDS) if one.wish.subject not in STAGE_IDS else STAGE_IDS.index(one.wish.subject)
        return head.created, head.seen.message or 0, head.id, -1 if head is one else parts

    return sorted(postings, key=place)


def standing_of(posting: Posting, digest: str | None) -> Standing:
    """Say how a posted card stands; `digest` is that of the card as it is drawn now, None when it is in no pack."""
    if posting.seen.trouble in FINAL:
        return "gone"
    if posting.trouble is not None or digest is None:
        return "trouble"
    if posting.seen.message is None or posting.seen.home != posting.wish.channel:
        return "waiting"
    return "current" if posting.seen.digest == digest else "drifted"


def is_outdated(posting: Posting, digest: str | None) -> bool:
    """Whether a change of the cards calls for this one; `digest` as with `standing_of`."""
    seen = posting.seen
    if posting.wish.gone or seen.trouble in FINAL or (seen.message is None and seen.trouble is None):
        return False  # what is not posted yet is due anyway, and somebody may be at it
    if digest is None:
        return seen.trouble is None
    return seen.digest != digest or seen.trouble is Trouble.NOT_IN_PACK


def _sending_written(sending: Sending | None) -> list[Any] | None:
    if sending is None:
        return None
    return [sending.channel, sending.since.isoformat(), sending.digest, sending.forum]


def _sending_read(written: Sequence[Any] | None) -> Sending | None:
    if written is None:
        return None
    channel, since, digest, forum = written
    return Sending(channel=int(channel), since=datetime.fromisoformat(since), digest=str(digest), forum=bool(forum))


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
