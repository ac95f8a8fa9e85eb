"""What can go wrong with what is kept; each class's sentence tells the operator what to do.

No sentence carries a value of a row: paths and names of keys are all that is ever filled in.
"""

from bot.errors import StorageError


class DatabaseLocked(StorageError):
    """Somebody else held the database for longer than we wait."""

    transient = True
    sentence = "The database is locked by something else. Nothing was changed; close what uses it and try again."


class DatabaseBusy(StorageError):
    """Others of this process used all connections, or wrote, for longer than we wait."""

    transient = True
    sentence = "Too much was asked of the database at once, and this had to wait too long. Nothing was changed by it."


class WrongSetting(StorageError):
    """What the settings say of storage cannot be used; it stays so until somebody changes it."""


class AddressInvalid(WrongSetting):
    """The address of the database is none, or nothing can be done with it."""

    sentence = (
        "The database address cannot be used. Check user, server, port and options in storage.database; "
        "docs/operating.md has examples."
    )


class DatabaseTimeout(StorageError):
    """The server did not answer in time; whether what was written is kept is not known."""

    transient = True
    sentence = "The database server did not answer in time. Look at its load, its log and the network."


class SecondProcess(StorageError):
    """Another process of the bot serves from the same database."""

    sentence = "Another process already uses this database. Stop it first: one process serves from it at a time."


class DatabaseFull(StorageError):
    """There is no room left."""

    sentence = "The disk is full. Nothing was changed; make room and try again."


class DiskFailed(StorageError):
    """The system does not read or write the file."""

    sentence = (
        "The system fails at reading or writing the database file. Look at quotas and limits of this user, at the "
        "disk, and at the network drive if it is on one."
    )


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


class ServerUnreachable(DatabaseUnreachable):
    """Nobody answers at the server's address."""

    sentence = (
        "No PostgreSQL server answers at the address. Check host and port in storage.database, and whether it runs."
    )


class ServerNameUnknown(ServerUnreachable):
    """The server's name leads nowhere."""

    sentence = "The name of the PostgreSQL server is not known. Check the host in storage.database, and the DNS here."


class ServerStarting(ServerUnreachable):
    """The server takes no connections yet, or none any more."""

    sentence = "The PostgreSQL server is starting or stopping, and takes no connections. It is tried again."


class NoFreeConnection(DatabaseUnreachable):
    """The server has as many connections as it takes."""

    sentence = (
        "The PostgreSQL server takes no more connections. Lower storage.connections, or raise the limit of the role or "
        "max_connections on the server."
    )


class NoFittingServer(DatabaseUnreachable):
    """None of the servers in the address may be used."""

    sentence = (
        "None of the servers in storage.database is what its target_session_attrs asks for. Look at each of them."
    )


class OptionRefused(WrongSetting, DatabaseUnreachable):
    """The server does not take what the address asks of it."""

    sentence = (
        "The PostgreSQL server, or a pooler before it, refuses application_name or options in storage.database. "
        "Correct them, or take them out."
    )


class TlsFailed(WrongSetting, DatabaseUnreachable):
    """No encrypted connection comes about."""

    sentence = (
        "No TLS connection to the PostgreSQL server comes about. Check sslmode in storage.database, and whether the "
        "server offers TLS."
    )


class CertificateRefused(TlsFailed):
    """The server's certificate is not one to trust."""

    sentence = (
        "The certificate of the PostgreSQL server is not trusted, or is another's. Name the provider's certificate "
        "with sslrootcert=FILE, or sslrootcert=system for one that the system trusts."
    )


class AccessRefused(WrongSetting, DatabaseUnreachable):
    """The server does not let this role in."""

    sentence = (
        "The PostgreSQL server refuses the user or the password. Check both in storage.database or PGPASSFILE (which "
        "has to be chmod 600), and pg_hba.conf on the server."
    )


class NoSuchDatabase(WrongSetting, DatabaseUnreachable):
    """The server has no database of that name."""

    sentence = "The PostgreSQL server has no database of this name. Make it there, or correct storage.database."


class SchemaRefused(WrongSetting):
    """The role may make no tables."""

    sentence = (
        "The role may make no tables in this PostgreSQL database. Make it the database's owner, or GRANT CREATE ON "
        "SCHEMA public to it."
    )


class PoolerBetween(WrongSetting, DatabaseUnreachable):
    """Statements of one connection reach several of the server's."""

    sentence = (
        "A pooler in transaction mode, such as PgBouncer, stands before the PostgreSQL server, and the bot cannot work "
        "through one. Name the server itself or the pooler's session mode in storage.database (with many providers "
        "that is port 5432, not 6543)."
    )


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


class DatabaseMoved(StorageError):
    """The file was moved, removed or replaced while it was open."""

    sentence = (
        "The database file was moved, removed or replaced while it was open, so nothing is read or written any more. "
        "Put back the file that was there, or start the bot again: it then serves from what is there."
    )


class SecondBackup(StorageError):
    """Another process writes a backup into the same folder."""

    sentence = "Another backup is being written into this folder. Wait until it has ended, or name another folder."


class BackupUnverified(StorageError):
    """What was written could not be read back."""

    sentence = (
        "The backup that was just written cannot be read back, and was removed. The one before stands as it was. "
        "Look at the disk it was written to, and try again."
    )


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
