"""Examines an installation before a member meets it: settings, pack, folders, token, and what the portal says."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import aiohttp
import discord

from bot.authoring.overlays import OverlayReader
from bot.authoring.own_pages import own_pages_beside
from bot.authoring.reader import Reader
from bot.config import Secret, Settings, load_settings, read_token
from bot.errors import ConfigInvalid, StorageError
from bot.storage.errors import DatabaseMissing
from bot.upkeep import Look, look, read_keys

_PATIENCE = 15.0
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
    try:
        settings = load_settings(config)
    except ConfigInvalid as error:
        return [Finding("wrong", problem) for problem in error.problems]
    findings = [Finding("ok", f"configuration: {config or 'defaults and the environment'}")]
    findings += _look_at_pack(settings)
    findings += _look_at_operator(settings)
    findings += await _look_at_check_ins(settings)
    try:
        token = read_token(settings)
    except ConfigInvalid as error:
        return [*findings, *(Finding("wrong", problem) for problem in error.problems)]
    findings += _look_at_token(settings)
    if offline:
        return [*findings, Finding("note", "the portal was not asked (--offline)")]
    return [*findings, *await _look_at_portal(token, settings)]


def _look_at_pack(settings: Settings) -> Iterator[Finding]:
    reading = Reader(settings.content).read()
    for problem in reading.errors:
        yield Finding("wrong", f"content: {problem}")
    if reading.library is not None:
        yield Finding("ok", f"content: {settings.content}, {len(reading.library.explainers)} explainers")
    own = OverlayReader(own_pages_beside(settings.content)).read(reading)
    for problem in own.errors:
        yield Finding("wrong", f"content: {problem}")
    if own.libraries:
        yield Finding("ok", f"content: {own}")
    unconfirmed = [problem for problem in reading.problems if problem.warning]
    if unconfirmed:
        says = f"content: {len(unconfirmed)} contacts under /support to confirm; `python -m bot check` lists them"
        yield Finding("note", says)


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


async def _look_at_check_ins(settings: Settings) -> list[Finding]:
    """Look at keys and the database also where check-ins are off: /mydata answers as long as there is a key."""
    findings = [Finding("note", _CHECK_INS_ON if settings.check_ins.enabled else _CHECK_INS_OFF)]
    storage = settings.storage
    if not storage.key_files:
        return findings
    findings += [finding for file in storage.key_files if (finding := _open_to_others("storage.key_files", file))]
    if storage.backups is None:
        findings.append(Finding("note", "storage.backups is not set: what is kept stands on one disk; docs/storage.md"))
    if trouble := read_keys(storage).trouble:
        findings.append(Finding("wrong", f"storage.key_files: {trouble}"))
    try:
        findings += _look_at_database(await look(storage))
    except DatabaseMissing:
        findings.append(Finding("note", "database: there is none yet; the bot makes one at its start"))
    except StorageError as error:
        findings.append(Finding("wrong", f"database: {error}"))
    return findings


def _look_at_database(found: Look) -> Iterator[Finding]:
    for name in () if found.keys.trouble else found.missing:
        yield Finding("wrong", f"database: needs the master key {name}; name its file under storage.key_files, too")
    if found.status.is_current:
        yield Finding("ok", f"database: {found.address}, at the newest schema")
    else:
        yield Finding("note", f"database: {found.address} is at an older schema; the bot upgrades it at its start")


def _look_at_token(settings: Settings) -> Iterator[Finding]:
    yield Finding("ok", "token: has the form of a bot token")
    if settings.token_file is not None and (finding := _open_to_others("token_file", settings.token_file)):
        yield finding


def _open_to_others(setting: str, file: Path) -> Finding | None:
    if os.name != "posix" or not file.exists() or not file.stat().st_mode & 0o077:
        return None
    return Finding("wrong", f"{setting}: others on this machine can read {file}; run: chmod 600 {file}")


async def _look_at_portal(token: Secret, settings: Settings) -> list[Finding]:
    client = discord.Client(intents=discord.Intents.none())
    try:
        async with client, asyncio.timeout(_PATIENCE):
            await client.login(token.get_secret_value())
            data = await client.http.application_info()
    except discord.LoginFailure:
        return [Finding("wrong", "Discord does not accept the token; copy it again from the portal, under Bot")]
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        return [Finding("wrong", f"Discord could not be asked ({type(error).__name__}); try again, or use --offline")]
    return list(_look_at_application(dict(data), settings))


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
    wanted = ", ".join(name.replace("_", " ") for name, on in PERMISSIONS if on)
    yield Finding("note", f"invite: asks for {wanted}; lookups work without any of them")
