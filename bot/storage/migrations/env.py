"""Alembic runs this on the connection it is given, inside the transaction that is open there."""

from alembic import context

from bot.storage.tables import metadata


def migrate() -> None:
    """Run what is missing."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,  # SQLite cannot change columns in place; Alembic then copies the table
    )
    context.run_migrations()


if __name__ == "env_py":  # the name Alembic loads it under; an ordinary import does nothing
    migrate()
