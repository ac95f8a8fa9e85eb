"""What can go wrong with what is kept; each class's sentence tells the operator what to do.

No sentence carries a value of a row: paths and names of keys are all that is ever filled in.
"""

from bot.errors import StorageError


class DatabaseLocked(StorageError):
    """Somebody else held the database for longer than we wait."""

    sentence = "The database is locked by something else. Nothing was changed; close what uses it and try again."


class SecondProcess(StorageError):
    """Another process of the bot serves from the same file."""

    sentence = "Another process already uses this SQLite file. Stop it first, or move to PostgreSQL to run several."


class DatabaseFull(StorageError):
    """There is no room left."""

    sentence = "The disk is full. Nothing was changed; make room and try again."


class DatabaseReadOnly(StorageError):
    """What should be written may only be read."""

    sentence = "The database can only be read. Give the bot's user the right to write the file and its folder."


class DatabaseDamaged(StorageError):
    """The file is no database, or a broken one."""

    sentence = "The file is not a database, or it is damaged. Keep it, and restore a backup into a new file."


class DatabaseUnreachable(StorageError):
    """The file or the server cannot be opened."""

    sentence = "The database cannot be opened. Check the address, the folder and its permissions, or the server."


class DatabaseMissing(DatabaseUnreachable):
    """There is no file where one was expected."""


class DatabaseNewer(StorageError):
    """A later version of the bot has written this database."""

    sentence = "This database was written by a newer version of the bot. Run that version, or restore an older backup."


class DatabaseOlder(StorageError):
    """A command beside the bot met a database that is not at this version's schema."""

    sentence = "The database has not the schema of this version. Stop the bot and run: python -m bot db upgrade"


class DatabaseInUse(StorageError):
    """A restore was aimed at a database that holds something."""

    sentence = (
        "This database already holds members or servers. Restore into a new, empty one, so that nothing is mixed."
    )


class IdTaken(StorageError):
    """A row was to be made under an id that somebody else's row has, or had a moment ago."""

    sentence = "A row of this id is somebody else's, or was closed just now. Nothing was changed."


class BackupInvalid(StorageError):
    """A file named for restoring is not one of ours."""

    sentence = "This is not a backup of this bot. Name a data file and the newest keyring that `db backup` has written."


class KeyFileInvalid(StorageError):
    """A master key file cannot be made or read."""

    sentence = "The key file cannot be read. Make one with: python -m bot key new PATH"


class KeyMissing(StorageError):
    """Rows are sealed under a master key that is not loaded."""

    sentence = "The database is under another master key than the one loaded. Load the key file it was made with, too."


class CannotOpen(StorageError):
    """A sealed value does not open: another key, another row, or bytes that were changed."""

    sentence = "A sealed value does not open: it was changed, moved to another row, or sealed under another key."
