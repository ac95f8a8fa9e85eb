"""Examines an installation before a member meets it: settings, pack, folders, token, and what the portal says."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import aiohttp
import discord
from pydantic import SecretStr

from bot.authoring.reader import Reader
from bot.config import Settings, load_settings, read_token
from bot.errors import ConfigInvalid

_PATIENCE = 15.0
_SERVER_COMMANDS = ("applications.commands", "bot")
# What posting a card in a channel takes; lookups need none of it.
_PERMISSIONS = discord.Permissions(
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
    unconfirmed = [problem for problem in reading.problems if problem.warning]
    if unconfirmed:
        says = f"content: {len(unconfirmed)} contacts under /support to confirm; `python -m bot check` lists them"
        yield Finding("note", says)


def _look_at_operator(settings: Settings) -> Iterator[Finding]:
    operator = settings.operator
    if not operator.contact:
        yield Finding("wrong", "operator.contact is empty: members have nobody to tell about a problem; set it")
    if not operator.privacy_policy:
        says = "operator.privacy_policy is empty: Discord asks for one; docs/operating.md has a template"
        yield Finding("wrong", says)
    if operator.user is None or operator.server is None:
        yield Finding("note", "operator.user or operator.server is not set: there will be no /content command")


def _look_at_token(settings: Settings) -> Iterator[Finding]:
    yield Finding("ok", "token: has the form of a bot token")
    file = settings.token_file
    if file is not None and file.exists() and os.name == "posix" and file.stat().st_mode & 0o077:
        yield Finding("wrong", f"token_file: others on this machine can read {file}; run: chmod 600 {file}")


async def _look_at_portal(token: SecretStr, settings: Settings) -> list[Finding]:
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
    link = discord.utils.oauth_url(int(data["id"]), permissions=_PERMISSIONS, scopes=scopes)
    yield Finding("ok", f"invite: {link}")
    wanted = ", ".join(name.replace("_", " ") for name, on in _PERMISSIONS if on)
    yield Finding("note", f"invite: asks for {wanted}; lookups work without any of them")
