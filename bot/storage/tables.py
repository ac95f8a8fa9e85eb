"""The tables of what is kept, and what stands in them in the clear: random ids, versions, hours, expiry, when due.

No server, channel, message or user id of Discord's has a column here; whatever such a thing is needed for lies in the
sealed document. `server_id` is the random id of our row. A table's `least` is the size its documents are padded to at
least, so that short ones all look alike.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

REVISION = "0004"  # the newest migration; a test holds them together

HOUR = timedelta(hours=1)
_START = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """A moment as whole seconds since 1970: the same in both engines, and never without its zone."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse a time without a zone: it would be read as another one elsewhere."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return int((value - _START).total_seconds())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give it back in UTC."""
        del dialect
        return None if value is None else _START + timedelta(seconds=value)


def this_hour(now: datetime) -> datetime:
    """Cut a moment down to its hour, which is all that the clear columns tell."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def next_hour(moment: datetime | None) -> datetime | None:
    """Round a moment up to the hour, so that an expiry tells no more than an hour does."""
    if moment is None:
        return None
    cut = this_hour(moment)
    return cut if cut == moment else cut + HOUR


NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


def _id() -> Column[bytes]:
    return Column("id", LargeBinary(16), primary_key=True)


def _member_id(*, nullable: bool = False) -> Column[bytes]:
    to = ForeignKey("member.id", ondelete="CASCADE")
    return Column("member_id", LargeBinary(16), to, nullable=nullable, index=True)


def _server_id() -> Column[bytes]:
    return Column("server_id", LargeBinary(16), ForeignKey("server.id", ondelete="CASCADE"), nullable=False, index=True)


def _versioned() -> tuple[Column[Any], ...]:
    return (
        Column("version", Integer, nullable=False),
        Column("created", Instant, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
    )


member = Table(
    "member",
    metadata,
    _id(),
    Column("lookup", LargeBinary(32), nullable=False, unique=True),
    Column("used", Instant, nullable=False, index=True),
    *_versioned(),
    info={"least": 512},
)

# The only place of members' keys. It is left out of the data backup, and deleting a row here deletes the member's words
# in every copy of the other tables.
member_key = Table(
    "member_key",
    metadata,
    Column("member_id", LargeBinary(16), ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("master", String(32), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
)

situation = Table("situation", metadata, _id(), _member_id(), *_versioned(), info={"least": 512})

# A session belongs to a member, or to a guest: someone who keeps nothing and therefore has no member row.
session = Table(
    "session",
    metadata,
    _id(),
    _member_id(nullable=True),
    Column("guest", LargeBinary(32), index=True),
    Column("master", String(32)),
    Column("due", Instant, index=True),
    Column("expires", Instant, nullable=False, index=True),
    *_versioned(),
    CheckConstraint(
        "(member_id IS NULL) = (guest IS NOT NULL) AND (guest IS NULL) = (master IS NULL)", name="one_owner"
    ),
    info={"least": 4096},
)

entry = Table(
    "entry",
    metadata,
    _id(),
    _member_id(),
    Column("expires", Instant, index=True),
    *_versioned(),
    info={"least": 4096},
)

reminder = Table(
    "reminder",
    metadata,
    _id(),
    _member_id(),
    Column("due", Instant, index=True),
    *_versioned(),
    info={"least": 512},
)

# `what` is the id of a reminder, of a session, or of whatever else is sent once at a time.
occurrence = Table(
    "occurrence",
    metadata,
    _id(),
    Column("what", LargeBinary(16), nullable=False),
    Column("due", Instant, nullable=False),
    Column("state", String(8), nullable=False, index=True),
    Column("created", Instant, nullable=False, index=True),
    UniqueConstraint("what", "due"),
    CheckConstraint("state IN ('sending', 'sent')", name="known_state"),
)

lease = Table(
    "lease",
    metadata,
    Column("job", String(64), primary_key=True),
    Column("holder", LargeBinary(16), nullable=False),
    Column("until", Instant, nullable=False),
)

# What all processes and the command line have to know of time.
moment = Table(
    "moment",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", Instant, nullable=False),
)

# A server whose moderators post or set something. `left` is the hour in which the bot was seen to have left it.
server = Table(
    "server",
    metadata,
    _id(),
    Column("lookup", LargeBinary(32), nullable=False, unique=True),
    Column("left", Instant, index=True),
    Column("due", Instant, index=True),
    *_versioned(),
    info={"least": 2048},
)

# The only place of servers' keys, as `member_key` is of members'.
server_key = Table(
    "server_key",
    metadata,
    Column("server_id", LargeBinary(16), ForeignKey("server.id", ondelete="CASCADE"), primary_key=True),
    Column("master", String(32), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
)

posting = Table(
    "posting",
    metadata,
    _id(),
    _server_id(),
    Column("due", Instant, index=True),
    *_versioned(),
    info={"least": 1024},
)

# What a moderator did. `actor` is their pseudonym, under the index key of `master`, until they delete their data.
deed = Table(
    "deed",
    metadata,
    _id(),
    _server_id(),
    Column("actor", LargeBinary(32), index=True),
    Column("master", String(32), index=True),
    Column("expires", Instant, nullable=False, index=True),
    *_versioned(),
    CheckConstraint("(actor IS NULL) = (master IS NULL)", name="known_actor"),
    info={"least": 512},
)

# `place` is a pseudonym of a channel and a card; nothing says whose showing it was.
showing = Table(
    "showing",
    metadata,
    _id(),
    Column("place", LargeBinary(32), nullable=False, index=True),
    Column("hour", Instant, nullable=False, index=True),
)

SEALED_BY_MEMBER = (situation, session, entry, reminder)
KEPT_OUT_OF_BACKUPS = frozenset(one.name for one in (member_key, session, server_key, deed, showing, moment))
