"""The operator's commands for what is kept: `key` makes a master key, `db` looks after the database.

What each needs is imported inside it, as in `cli.py`.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.errors import StorageError

if TYPE_CHECKING:
    from bot.config import StorageSettings
    from bot.storage.rotation import Progress
    from bot.storage.shredding import Removed
    from bot.upkeep import Look

PROBLEM = 1
_SPELL = "forget everybody"
_MEGABYTE = 1_000_000

_Config = Annotated[Path | None, typer.Option("--config", help="The configuration file; else config.yaml here.")]
_Done = TypeVar("_Done")

key = typer.Typer(help="Master keys: without one, what is kept is unreadable.", no_args_is_help=True)
db = typer.Typer(help="The database: status, backups, keys, deletion.", no_args_is_help=True)


@key.command()
def new(path: Annotated[Path, typer.Argument(metavar="PATH", help="A new file.")], config: _Config = None) -> None:
    """Make a master key in a new file that only you can read, apart from the database and its backups."""
    from bot.upkeep import make_key

    name = make_key(_settings(config), path)
    print(f"{path}: made the master key {name}.")
    print("Name this file under storage.key_files. Keep a copy somewhere safe: without the key nobody can read")
    print("what members keep, you included. Never put it beside the database or its backups.")


@db.command()
def status(config: _Config = None) -> None:
    """Show schema, size, rows and master keys. Exit code 1 when there is something to do. Needs no key."""
    from bot.upkeep import look

    found = _run(look(_settings(config), _local_clock()))
    for line in _described(found):
        print(line)
    backups = found.backups_trouble or found.lacks_backup or found.backup_is_too_old
    wrong = found.missing or found.keys.trouble or backups
    raise typer.Exit(0 if found.status.is_current and not wrong else PROBLEM)


@db.command()
def upgrade(config: _Config = None) -> None:
    """Bring the database to this version's schema, as the bot does at its start. A SQLite file is copied first."""
    from bot.upkeep import migrate

    before, after = _run(migrate(_settings(config), _local_clock()))
    if before == after:
        print(f"The schema is {after}, the newest. Nothing was to be done.")
    else:
        print(f"The schema was {before or 'none'} and is now {after}, the newest.")


@db.command()
def backup(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Else storage.backups is taken.")] = None,
    config: _Config = None,
) -> None:
    """Write a data file and the keyring that opens it. Runs beside the bot and needs no key."""
    from bot.upkeep import write_backup

    settings = _settings(config)
    with _bar("Copying") as progress:
        files = _run(write_backup(settings, _folder(folder, settings), _local_clock(), progress))
    print(f"{files.data}: what is kept, without keys. Removed by a later backup after 30 days.")
    print(f"{files.keyring}: the keys of members and servers, sealed; it replaces the keyring before.")
    print("Delete copies that you keep elsewhere after the same time: keyrings after 7 days, data files after 30.")


@db.command()
def restore(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Else storage.backups is taken.")] = None,
    *,
    data: Annotated[Path | None, typer.Option("--data", help="Take this data file, not the newest.")] = None,
    config: _Config = None,
) -> None:
    """Fill a new, empty database from a backup. Who deleted their check-ins since does not come back."""
    from bot.upkeep import read_backup

    settings = _settings(config)
    with _bar("Restoring") as progress:
        done = _run(read_backup(settings, _folder(folder, settings), data, _local_clock(), progress))
    print(f"Back: members {done.members:,}, servers {done.servers:,}, rows {done.rows:,} in all.")
    if done.removed:
        print(f"Left out: rows {done.removed:,}. No key opens them any more: they were deleted after the backup.")


@db.command()
def retention(
    *,
    confirm: Annotated[bool, typer.Option("--confirm", help="Let all that is due now go, however much it is.")] = False,
    config: _Config = None,
) -> None:
    """Show what time calls for. Exit code 1 when so much is due at once that it waits for you."""
    from bot.upkeep import look_at_due

    due = _run(look_at_due(_settings(config), _local_clock(), let_go=confirm))
    print(f"time      {due.now:%Y-%m-%d %H:%M} UTC, as Discord confirmed it last")
    print(f"due       check-ins {due.entries}, members {due.members}, servers {due.servers}")
    if due.is_held:
        print("held      This is much at once, so it waits for you. If the time above is wrong, or you do not expect")
        print("          it, delete nothing and find out why; else: python -m bot db retention --confirm")
        raise typer.Exit(PROBLEM)
    if confirm:
        print("What is due goes in the next rounds of the bot, a minute from now.")
    else:
        print("Nothing waits for you: the bot deletes check-ins and members within the hour, servers within a day.")


@db.command(name="rotate-key")
def rotate_key(config: _Config = None) -> None:
    """Bring every member and server under the first key file. Runs beside the bot; stopped, it goes on where it was."""
    from bot.upkeep import change_key

    settings = _settings(config)
    with _bar("Changing keys") as progress:
        moved, wiped = _run(change_key(settings, _local_clock(), progress))
    print(f"Moved to the first key: members {moved.members:,}, servers {moved.servers:,}, deeds {moved.deeds:,}.")
    if moved.members or moved.servers or moved.deeds:
        print("Now make a backup: the newest one still needs the old key. `db status` says when its file may go.")
    else:
        print("`db status` says whether anything here, such as a backup, still needs another key.")
    if moved.left:
        print(f"Left under the old key, as nothing opens them any more: {moved.left:,}.")
    _say_wiped(wiped)


@db.command()
def forget(
    user: Annotated[int | None, typer.Argument(metavar="[USER_ID]", help="The Discord id of one person.")] = None,
    *,
    everybody: Annotated[
        bool, typer.Option("--all", help="Everybody and every server, also when the key is lost.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before forgetting everybody.")] = False,
    config: _Config = None,
) -> None:
    """Delete everything kept about one person, or about everybody and every server, at once and for good."""
    from bot.storage.files import last_key_gone
    from bot.storage.shredding import Removed
    from bot.upkeep import forget as forget_one
    from bot.upkeep import forget_everybody, no_earlier

    if (user is None) != everybody:
        raise typer.BadParameter("Give one USER_ID, or --all.")
    settings = _settings(config)
    if user is None:
        if not yes:
            _ask(settings)
        removed, wiped = _run(forget_everybody(settings))
    else:
        removed, wiped = _run(forget_one(settings, user, _local_clock()))
    if removed == Removed():
        print(f"Nothing was kept about {'anybody' if everybody else 'them'}. Nothing was deleted.")
    else:
        print(f"Deleted here, now: {_counted(removed) if everybody else 'all that was kept about them'}.")
        gone = last_key_gone(_run(no_earlier(settings, _local_clock())))
        print(
            f"Copies in backups can no longer be read after {gone:%Y-%m-%d}, if backups go on daily: the last keyring"
        )
        print("from before has lapsed by then. `python -m bot db backup` replaces the newest one now.")
    _say_wiped(wiped)


def _say_wiped(wiped: bool) -> None:  # noqa: FBT001  # the answer of the command before
    if not wiped:
        print(
            "Remains of it are still on the disk: another program is reading the file. The bot wipes them when that has"
        )
        print("ended; without it, so does this command once more.")
        raise typer.Exit(PROBLEM)


def _ask(settings: "StorageSettings") -> None:
    from bot.upkeep import count_all

    members, servers = _run(count_all(settings))
    print(f"This deletes everything of all {members:,} members and all {servers:,} servers, at once and for good.")
    if typer.prompt(f"Type `{_SPELL}` to go on", default="", show_default=False) != _SPELL:
        print("Nothing was deleted.")
        raise typer.Exit(PROBLEM)


def _described(found: "Look") -> Iterator[str]:
    yield f"database  {found.address}, {found.status.size / _MEGABYTE:,.1f} MB"
    if not found.status.is_current:
        yield f"schema    {found.status.revision or 'none'}, not {found.status.newest}: stop the bot, run db upgrade"
        return
    yield f"schema    {found.status.revision}, the newest"
    for table, count in found.status.rows.items():
        yield f"rows      {count:>12,}  {table}"
    yield from _described_time(found)
    names = dict.fromkeys(found.keys.names) | dict.fromkeys(found.status.keys)
    for name in names | dict.fromkeys(name for copy in found.copies for name in copy.keys or ()):
        yield f"key       {found.status.keys.get(name, 0):>12,}  under {name}, {_standing(found, name)}"
    if found.keys.trouble:
        yield f"key       {found.keys.trouble}"
    for copy in found.copies:
        needs = "cannot be read" if copy.keys is None else f"needs {', '.join(sorted(copy.keys)) or 'no key'}"
        yield f"copy      {copy.path.name} {needs}"
    if found.backups_trouble:
        yield f"backup    {found.backups} cannot be read: {found.backups_trouble}"
    elif found.lacks_backup:
        yield f"backup    none is in {found.backups} yet: MAKE ONE NOW, or start the bot, which makes one each day"
    if found.backup_made is not None:
        old = ", more than two days ago: MAKE ONE NOW" if found.backup_is_too_old else ""
        yield f"backup    the newest was made on {found.backup_made:%Y-%m-%d at %H:%M} UTC{old}"


def _described_time(found: "Look") -> Iterator[str]:
    if found.confirmed is None:
        yield "time      never confirmed by Discord yet: nothing lapses before"
        return
    yield f"time      {found.confirmed:%Y-%m-%d %H:%M} UTC when Discord confirmed it last"
    for job, until in found.jobs.items():
        yield f"job       {job:>12}  {'is run' if until > found.confirmed else 'IS RUN BY NO PROCESS'}"
    if not found.jobs:
        yield "job       none is run: the bot is stopped, or the time is not confirmed to it"


def _standing(found: "Look", name: str) -> str:
    needs = [copy.path.name for copy in found.copies if name in (copy.keys or ())]
    if name in found.status.keys:
        if name not in found.keys.names:
            return "which is NOT LOADED: name its file under storage.key_files"
        return "which writes" if name == found.keys.names[0] else "which reads"
    if name in found.keys.names[:1]:
        return "which writes"
    if needs:
        return f"which {needs[-1]} needs: keep its file until that has lapsed"
    if not found.sees_all_copies:
        return "which nothing that could be read here needs: keep its file until there is a backup that can be read"
    return "which nothing here needs: its file may be taken out. A backup that you keep elsewhere may need it"


def _counted(removed: "Removed") -> str:
    return (
        f"members {removed.members:,}, labels {removed.situations:,}, check-ins {removed.entries:,}, "
        f"open ones {removed.sessions:,}, reminders {removed.reminders:,}"
        + (f", deeds {removed.deeds:,}" if removed.deeds else "")
        + (f", servers {removed.servers:,}" if removed.servers else "")
    )


def _settings(config: Path | None) -> "StorageSettings":
    from bot.config import configuration, load_settings

    return load_settings(configuration(config)).storage


def _folder(given: Path | None, settings: "StorageSettings") -> Path:
    folder = given or settings.backups
    if folder is None:
        raise typer.BadParameter("Give a folder, or set storage.backups.")
    return folder


def _local_clock() -> datetime:
    return datetime.now(UTC)


def _run(work: Coroutine[Any, Any, _Done]) -> _Done:
    try:
        return asyncio.run(work)
    except OSError as error:  # of files beside the database: backups, copies
        raise StorageError(f"{error.filename or 'A file'}: {error.strerror}. Nothing was changed.") from error


@contextlib.contextmanager
def _bar(says: str) -> Generator["Progress"]:
    """Show a bar at a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(says, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
