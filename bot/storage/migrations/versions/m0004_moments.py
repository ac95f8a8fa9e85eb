"""The time that was confirmed last, and up to when the operator let a deletion go on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table of moments."""
    op.create_table(
        "moment",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_moment"),
    )
