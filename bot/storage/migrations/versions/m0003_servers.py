"""Servers, their keys, posted cards, what moderators did with them, and where cards were shown."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of what moderators post and set."""
    op.create_table(
        "server",
        _id(),
        sa.Column("lookup", sa.LargeBinary(32), nullable=False),
        sa.Column("left", sa.BigInteger),
        sa.Column("due", sa.BigInteger),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_server"),
        sa.UniqueConstraint("lookup", name="uq_server_lookup"),
    )
    op.create_table(
        "server_key",
        sa.Column("server_id", sa.LargeBinary(16), nullable=False),
        sa.Column("master", sa.String(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("server_id", name="pk_server_key"),
        _of_server("server_key"),
    )
    op.create_table(
        "posting",
        _id(),
        sa.Column("server_id", sa.LargeBinary(16), nullable=False),
        sa.Column("due", sa.BigInteger),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
        _of_server("posting"),
    )
    op.create_table(
        "deed",
        _id(),
        sa.Column("server_id", sa.LargeBinary(16), nullable=False),
        sa.Column("actor", sa.LargeBinary(32)),
        sa.Column("master", sa.String(32)),
        sa.Column("expires", sa.BigInteger, nullable=False),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_deed"),
        _of_server("deed"),
        sa.CheckConstraint("(actor IS NULL) = (master IS NULL)", name="ck_deed_known_actor"),
    )
    op.create_table(
        "showing",
        _id(),
        sa.Column("place", sa.LargeBinary(32), nullable=False),
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_showing"),
    )
    _make_indexes()


def _make_indexes() -> None:
    indexes = {
        "server": ("left", "due"),
        "server_key": ("master",),
        "posting": ("server_id", "due"),
        "deed": ("server_id", "actor", "master", "expires"),
        "showing": ("place", "hour"),
    }
    for table, columns in indexes.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])


def _id() -> sa.Column[bytes]:
    return sa.Column("id", sa.LargeBinary(16), nullable=False)


def _versioned() -> tuple[sa.Column[int], sa.Column[int], sa.Column[bytes]]:
    return (
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def _of_server(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["server_id"], ["server.id"], name=f"fk_{table}_server_id", ondelete="CASCADE")
