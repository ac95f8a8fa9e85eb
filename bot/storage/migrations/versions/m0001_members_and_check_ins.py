"""Members, their keys, situations, open check-ins and entries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "member",
        _id(),
        sa.Column("lookup", sa.LargeBinary(32), nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("lookup", name="uq_member_lookup"),
    )
    op.create_index("ix_member_used", "member", ["used"])
    op.create_table(
        "member_key",
        sa.Column("member_id", sa.LargeBinary(16), nullable=False),
        sa.Column("master", sa.String(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_member_key"),
        _of_member("member_key"),
    )
    op.create_index("ix_member_key_master", "member_key", ["master"])
    op.create_table(
        "situation",
        _id(),
        sa.Column("member_id", sa.LargeBinary(16), nullable=False),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_situation"),
        _of_member("situation"),
    )
    op.create_index("ix_situation_member_id", "situation", ["member_id"])
    _make_session()
    op.create_table(
        "entry",
        _id(),
        sa.Column("member_id", sa.LargeBinary(16), nullable=False),
        sa.Column("expires", sa.BigInteger),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        _of_member("entry"),
    )
    op.create_index("ix_entry_member_id", "entry", ["member_id"])
    op.create_index("ix_entry_expires", "entry", ["expires"])


def _make_session() -> None:
    op.create_table(
        "session",
        _id(),
        sa.Column("member_id", sa.LargeBinary(16)),
        sa.Column("guest", sa.LargeBinary(32)),
        sa.Column("master", sa.String(32)),
        sa.Column("due", sa.BigInteger),
        sa.Column("expires", sa.BigInteger, nullable=False),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        _of_member("session"),
        sa.CheckConstraint(
            "(member_id IS NULL) = (guest IS NOT NULL) AND (guest IS NULL) = (master IS NULL)",
            name="ck_session_one_owner",
        ),
    )
    for column in ("member_id", "guest", "due", "expires"):
        op.create_index(f"ix_session_{column}", "session", [column])


def _id() -> sa.Column[bytes]:
    return sa.Column("id", sa.LargeBinary(16), nullable=False)


def _versioned() -> tuple[sa.Column[int], sa.Column[int], sa.Column[bytes]]:
    return (
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def _of_member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=f"fk_{table}_member_id", ondelete="CASCADE")
