"""Reminders, what was sent of them, and which process sends."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of what time calls."""
    op.create_table(
        "reminder",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("member_id", sa.LargeBinary(16), nullable=False),
        sa.Column("due", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_reminder_member_id", ondelete="CASCADE"),
    )
    op.create_index("ix_reminder_member_id", "reminder", ["member_id"])
    op.create_index("ix_reminder_due", "reminder", ["due"])
    op.create_table(
        "occurrence",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("what", sa.LargeBinary(16), nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_occurrence"),
        sa.UniqueConstraint("what", "due", name="uq_occurrence_what"),
        sa.CheckConstraint("state IN ('sending', 'sent')", name="ck_occurrence_known_state"),
    )
    op.create_index("ix_occurrence_state", "occurrence", ["state"])
    op.create_index("ix_occurrence_created", "occurrence", ["created"])
    op.create_table(
        "lease",
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("holder", sa.LargeBinary(16), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_lease"),
    )
