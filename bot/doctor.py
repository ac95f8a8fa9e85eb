"""Examines an installation before a member meets it: settings, pack, folders, token, and what the portal says."""

import asyncio
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import aiohttp
import discord
from discord.http import Route

from bot.authoring.kept_pack import CopyUnusable, KeptPack
from bot.authoring.overlays import OverlayReader
from bot.authoring.own_pages import own_pages_beside
from bot.authoring.pack import RESOURCES
from bot.authoring.reader import Reader
from bot.config import Secret, Settings, StorageSettings, configuration, load_settings, read_token
from bot.domain.trusted_time import AGREE, say_off
from bot.errors import ConfigInvalid, StartFailed, StorageError
from bot.rehearsal.rehearsal import rehearse
from bot.storage.address import parse
from bot.storage.claim import ROOM
from bot.storage.errors import DatabaseMissing
from bot.transport.discord_clock import DiscordClock, read_local_clock
from bot.transport.sockets import hold_port
from bot.transport.standing import MOST_SERVERS, Standing
from bot.upkeep import Look, look, read_keys

_PATIENCE = 15.0
_PATIENCE_WITH_OURSELVES = 2.0
_LONG = timedelta(days=1)
_SERVER_COMMANDS = ("applications.commands", "bot")
_CHECK_INS_OFF = "check-ins are off: `check_ins.enabled`; docs/operating.md says what they ask of you"
_CHECK_INS_ON = (
    "check-ins are on: what members keep can be sensitive information in the words of privacy law and of Discord's "
    "Developer Policy; docs/dpia.md says what to weigh"
)
# What posting a card in a channel takes; lookups need none of it.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    pin_messages=True,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `wrong` ones keep the bot from working well; a note does not."""

    mark: Literal["ok", "note", "wrong"]
    says: str

    @property
    def wrong(self) -> bool:
        """Tell whether this has to be mended."""
        return self.mark == "wrong"

    def __str__(self) -> str:
        """Give one line, the mark in words."""
        return f"{self.mark:<6} {self.says}"


async def examine(config: Path | None, *, offline: bool) -> list[Finding]:
    """Look at everything; asks Discord unless offline."""
    config = configuration(config)
    try:
        settings = load_settings(config)
    except ConfigInvalid as error:
        return [Finding("wrong", problem) for problem in error.problems]
    findings = [Finding("ok", f"configuration: {config or 'defaults and the environment'}")]
    findings += _look_at_pack(settings)
    findings += _look_at_operator(settings)
    findings += await _look_at_side_port(settings)
    looked, seen = await _look_at_check_ins(settings)
    findings += looked
    try:
        token = read_token(settings)
    except ConfigInvalid as error:
        return [*findings, *(Finding("wrong", problem) for problem in error.problems)]
    findings += _look_at_token(settings)
    if offline:
        return [*findings, *_compare_offline(seen), Finding("note", "the portal was not asked (--offline)")]
    clock = DiscordClock()
    return [*findings, *await _look_at_portal(token, settings, clock), *_look_at_clock(clock, seen)]


def _look_at_pack(settings: Settings) -> Iterator[Finding]:
    reading = Reader(settings.content).read()
    refused = rehearse(reading)
    for problem in (*reading.errors, *refused):
        yield Finding("wrong", f"content: {problem}")
    if reading.library is None:
        yield _look_at_copy(settings)
    if reading.library is not None and not refused:
        yield Finding("ok", f"content: {settings.content}, {len(reading.library.explainers)} explainers")
    own = OverlayReader(own_pages_beside(settings.content)).read(reading, rehearse)
    for problem in own.errors:
        yield Finding("wrong", f"content: {problem}")
    if own.libraries:
        yield Finding("ok", f"content: {own}")
    unconfirmed = [problem for problem in reading.problems if problem.warning and problem.path.endswith(RESOURCES)]
    if unconfirmed:
        says = f"content: {len(unconfirmed)} contacts under /support to confirm; `python -m bot check` lists them"
        yield Finding("note", says)


def _look_at_copy(settings: Settings) -> Finding:
    try:
        copy = KeptPack(settings.storage.folder, settings.content).read()
    except CopyUnusable as error:
        return Finding("wrong", f"content: the bot cannot start, as {error}; correct the pack")
    kept = f"{copy.since:%Y-%m-%d %H:%M} UTC"
    return Finding("note", f"content: until that is corrected, a start serves the copy that was kept on {kept}")


def _look_at_operator(settings: Settings) -> Iterator[Finding]:
    operator = settings.operator
    if not operator.contact:
        yield Finding("wrong", "operator.contact is empty: members have nobody to tell about a problem; set it")
    if not operator.privacy_policy:
        says = "operator.privacy_policy is empty: Discord asks for one; docs/privacy-template.md is a start"
        yield Finding("wrong", says)
    if operator.moderates is None:
        says = (
            "operator.moderates is not set: members are told that you may moderate a server they are in; "
            "write true if you moderate one that uses this bot, else false"
        )
        yield Finding("note", says)
    if operator.user is None or operator.server is None:
        yield Finding("note", "operator.user or operator.server is not set: there will be no /content command")


async def _look_at_side_port(settings: Settings) -> list[Finding]:
    host, port = settings.side_port.host, settings.side_port.port
    if port is None:
        return [Finding("note", "side_port.port is null: nothing tells from outside how the bot is")]
    try:
        for one in hold_port(host, port):
            one.close()
    except StartFailed as error:
        if await _is_ours(host, port):
            return [Finding("ok", f"side_port: a bot of this kind already answers on {host}:{port}")]
        return [Finding("wrong", f"side_port: {error}")]
    return [Finding("ok", f"side_port: {host}:{port} is free")]


async def _is_ours(host: str, port: int) -> bool:
    try:
        patience = aiohttp.ClientTimeout(_PATIENCE_WITH_OURSELVES)
        async with (
            aiohttp.ClientSession(timeout=patience) as session,
            session.get(f"http://{host}:{port}/metrics") as response,
        ):
            return "compersion_" in await response.text()
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return False


async def _look_at_check_ins(settings: Settings) -> tuple[list[Finding], datetime | None]:
    """Look at keys and the database also where check-ins are off: /mydata answers as long as there is a key.

    Gives the time the database last saw confirmed as well.
    """
    seen = None
    findings = [Finding("note", _CHECK_INS_ON if settings.check_ins.enabled else _CHECK_INS_OFF)]
    storage = settings.storage
    try:
        parse(storage.database)
    except StorageError as error:
        return [*findings, Finding("wrong", f"storage.database: {error}")], seen
    if not storage.key_files:
        return findings, seen
    findings += [finding for file in storage.key_files if (finding := _open_to_others("storage.key_files", file))]
    findings += _look_at_folders(storage)
    if storage.backups is None:
        findings.append(Finding("note", "storage.backups is not set: what is kept stands on one disk; docs/storage.md"))
    if trouble := read_keys(storage).trouble:
        findings.append(Finding("wrong", f"storage.key_files: {trouble}"))
    try:
        found = await look(storage, read_local_clock())
        findings, seen = [*findings, *_look_at_database(found)], found.confirmed
    except DatabaseMissing:
        findings.append(Finding("note", "database: there is none yet; the bot makes one at its start"))
    except StorageError as error:
        findings.append(Finding("wrong", f"database: {error}"))
    return findings, seen


def _look_at_folders(storage: StorageSettings) -> Iterator[Finding]:
    """See that the folders written to are there, or can be made, and have room."""
    file = parse(storage.database).file
    if file is not None:
        yield from _look_at_folder("storage.database", file.parent, makes_parents=False)
    if storage.backups is not None:
        yield from _look_at_folder("storage.backups", storage.backups, makes_parents=True)


def _look_at_folder(setting: str, folder: Path, *, makes_parents: bool) -> Iterator[Finding]:
    there = folder
    try:
        while not there.exists() and there != there.parent and (makes_parents or there == folder):
            there = there.parent
        if not there.is_dir():
            yield Finding("wrong", f"{setting}: {there} is not a folder that is there; make it, or name another")
        elif not os.access(there, os.W_OK | os.X_OK):
            yield Finding("wrong", f"{setting}: {there} cannot be written to; give it to the bot's user")
        elif shutil.disk_usage(there).free < ROOM:
            yield Finding("wrong", f"{setting}: there is no room left where {there} is; make some")
    except OSError as error:
        yield Finding("wrong", f"{setting}: {folder} cannot be looked at: {error.strerror}")


def _look_at_database(found: Look) -> Iterator[Finding]:
    for name in () if found.keys.trouble else found.missing:
        yield Finding("wrong", f"database: needs the master key {name}; name its file under storage.key_files, too")
    if found.backups_trouble:
        says = f"storage.backups: {found.backups} cannot be read: {found.backups_trouble}; give it to the bot's user"
        yield Finding("wrong", says)
    elif found.lacks_backup:
        says = f"storage.backups: none is in {found.backups} yet; start the bot, or run: python -m bot db backup"
        yield Finding("note", says)
    if found.backup_made is not None and found.backup_is_too_old:
        says = f"storage.backups: the newest is of {found.backup_made:%Y-%m-%d}; run: python -m bot db backup"
        yield Finding("wrong", says)
    if found.status.is_current:
        yield Finding("ok", f"database: {found.address}, at the newest schema")
    else:
        yield Finding("note", f"database: {found.address} is at an older schema; the bot upgrades it at its start")


def _look_at_token(settings: Settings) -> Iterator[Finding]:
    yield Finding("ok", "token: has the form of a bot token")
    if settings.token_file is not None and (finding := _open_to_others("token_file", settings.token_file)):
        yield finding


def _open_to_others(setting: str, file: Path) -> Finding | None:
    try:
        mode = file.stat().st_mode
    except OSError:  # reading it says why
        return None
    if os.name != "posix" or not stat.S_ISREG(mode) or not mode & 0o077:
        return None
    return Finding("wrong", f"{setting}: others on this machine can read {file}; run: chmod 600 {file}")


def _look_at_clock(clock: DiscordClock, seen: datetime | None) -> Iterator[Finding]:
    """Compare this machine's clock, and the time the database last saw confirmed, with Discord's."""
    if clock.heard is None:
        return  # Discord could not be asked, which is said already
    if abs(clock.off) > AGREE:
        says = f"clock: {say_off(clock.off)} Discord's; set it, for example with: timedatectl set-ntp true"
        yield Finding("wrong", says)
    else:
        yield Finding("ok", "clock: agrees with Discord's")
    if seen is not None and seen - clock.heard > AGREE:
        says = (
            f"clock: the time confirmed last is {say_off(seen - clock.heard)} Discord's; the running bot sets it right "
            "when Discord told the time twice, and nothing lapses before"
        )
        yield Finding("wrong", says)


def _compare_offline(seen: datetime | None) -> Iterator[Finding]:
    if seen is None:
        return
    off = read_local_clock() - seen
    if off < -AGREE:
        yield Finding("wrong", f"clock: {say_off(off)} the time Discord confirmed last; set it")
    elif off > _LONG:
        says = f"clock: {say_off(off)} the time Discord confirmed last: the bot was off for so long, or it is wrong"
        yield Finding("note", says)


async def _look_at_portal(token: Secret, settings: Settings, clock: DiscordClock) -> list[Finding]:
    client = discord.Client(intents=discord.Intents.none(), http_trace=clock.hear_answers(aiohttp.TraceConfig()))
    try:
        async with client, asyncio.timeout(_PATIENCE):
            await client.login(token.get_secret_value())
            data = await client.http.application_info()
            gateway = await client.http.request(Route("GET", "/gateway/bot"))
    except discord.LoginFailure:
        return [Finding("wrong", "Discord does not accept the token; copy it again from the portal, under Bot")]
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        return [Finding("wrong", f"Discord could not be asked ({type(error).__name__}); try again, or use --offline")]
    standing = Standing.read(gateway, int(data.get("approximate_guild_count") or 0))
    return [*_look_at_application(dict(data), settings), *_look_at_standing(standing)]


def _look_at_standing(standing: Standing) -> Iterator[Finding]:
    if standing.too_large:
        yield Finding("wrong", f"servers: {standing.too_large}")
        return
    if standing.worth_a_word:
        yield Finding("note" if standing.remaining else "wrong", f"gateway: {standing.worth_a_word}")
    left = f"{standing.remaining:,} of {standing.total:,} connections are left for today"
    yield Finding(
        "ok", f"servers: about {standing.servers:,} of the {MOST_SERVERS:,} that one connection may hold; {left}"
    )


def _look_at_application(data: dict[str, Any], settings: Settings) -> Iterator[Finding]:
    yield Finding("ok", f"portal: application {data['name']}")
    installs: dict[str, Any] = data.get("integration_types_config") or {}
    for key, name in (("0", "Guild Install"), ("1", "User Install")):
        if key in installs:
            yield Finding("ok", f"portal: {name} is on")
        else:
            yield Finding("wrong", f"portal: {name} is off; turn it on under Installation")
    if not data.get("privacy_policy_url"):
        yield Finding("wrong", "portal: no Privacy Policy URL; set it under General Information")
    elif settings.operator.privacy_policy and data["privacy_policy_url"] != settings.operator.privacy_policy:
        yield Finding("note", "portal: the Privacy Policy URL is not the one in the configuration")
    if data.get("interactions_endpoint_url"):
        says = "portal: an Interactions Endpoint URL is set, so nothing comes over the gateway; clear it"
        yield Finding("wrong", says)
    scopes = _SERVER_COMMANDS
    link = discord.utils.oauth_url(int(data["id"]), permissions=PERMISSIONS, scopes=scopes)
    yield Finding("ok", f"invite: {link}")
    wanted = ", ".join(_name_permission(name) for name, on in PERMISSIONS if on)
    yield Finding("note", f"invite: asks for {wanted}; lookups work without any of them")


def _name_permission(name: str) -> str:
    """Name a permission as Discord's pages do; the library has an old name for one."""
    return "View Channels" if name == "read_messages" else name.replace("_", " ").title().replace(" In ", " in ")
