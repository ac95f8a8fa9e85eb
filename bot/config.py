"""Settings: config.yaml first, then the environment. Secrets come from the environment or a file, never the YAML.

Plain pydantic: importing pydantic-settings takes a tenth of the time the whole bot needs to start.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from bot.errors import ConfigInvalid

PREFIX = "COMPERSION_"
TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105  # the name of the variable, not a token


class Operator(BaseModel):
    """Who runs this bot, and where."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: int | None = Field(default=None, description="Your Discord user id. /content answers you alone.")
    server: int | None = Field(default=None, description="The id of your own server. /content exists only there.")
    contact: str = Field(
        default="", max_length=200, description="Whom members tell about a problem; shown under /about."
    )
    privacy_policy: str = Field(
        default="", max_length=300, description="Address of your privacy policy; Discord asks for one."
    )


class SidePort(BaseModel):
    """Where /healthz and /metrics answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on; keep it on this machine.")
    port: int | None = Field(
        default=8080, ge=0, le=65535, description="Port; 0 takes any free one, null switches it off."
    )


class Settings(BaseModel):
    """Everything that can be set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    content: Path = Field(default=Path("content/en"), description="The pack to serve.")
    token_file: Path | None = Field(
        default=None, description="A file that holds the token, if DISCORD_TOKEN is not set."
    )
    log_level: Literal["INFO", "WARNING", "ERROR"] = Field(default="INFO", description="How much to log.")
    operator: Operator = Operator()
    side_port: SidePort = SidePort()


def load_settings(path: Path | None) -> Settings:
    """Read settings from a file, if given, and the environment.

    Raises:
        ConfigInvalid: with every problem at once.
    """
    where = str(path) if path else "environment"
    written = _read(path) if path else {}
    if "token" in written or "discord_token" in written:
        raise ConfigInvalid([f"{where}: a token may not stand here; set {TOKEN_VARIABLE} or name a token_file"])
    try:
        return Settings(**_laid_over(written, _from_environment(os.environ)))
    except ValidationError as error:
        problems = [
            f"{where}: {'.'.join(map(str, one['loc']))}: {_sentence(one['type'], one['msg'])}" for one in error.errors()
        ]
        raise ConfigInvalid(problems) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read COMPERSION_NAME and COMPERSION_PART__NAME; `null` is nothing, as in the file. Other names are not ours."""
    found: dict[str, Any] = {}
    for name, value in environment.items():
        setting, _, inner = name.removeprefix(PREFIX).lower().partition("__")
        if not name.startswith(PREFIX) or setting not in Settings.model_fields:
            continue
        given = None if value == "null" else value
        if inner:
            found.setdefault(setting, {})[inner] = given
        else:
            found[setting] = given
    return found


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    laid = dict(below)
    for key, value in above.items():
        under = laid.get(key)
        laid[key] = {**under, **value} if isinstance(under, dict) and isinstance(value, dict) else value
    return laid


def read_token(settings: Settings) -> SecretStr:
    """Read the bot token from the environment, else from the token file.

    Raises:
        ConfigInvalid: there is none, or it cannot be a token.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token and settings.token_file is not None:
        try:
            token = settings.token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigInvalid([f"token_file {settings.token_file} cannot be read: {error}"]) from None
    if not token:
        raise ConfigInvalid([f"no token: set {TOKEN_VARIABLE}, or name a token_file in the configuration"])
    if token.count(".") != 2 or any(character.isspace() for character in token):  # noqa: PLR2004  # id, time, signature
        raise ConfigInvalid(
            ["the token has not the form of a bot token (three parts with dots); copy it again from the portal"]
        )
    return SecretStr(token)


def _read(path: Path) -> dict[str, Any]:
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigInvalid([f"{path}: there is no such file; copy config.example.yaml to begin"]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigInvalid([f"{path}: cannot be read: {' '.join(str(error).split())}"]) from None
    if read is None:
        return {}
    if not isinstance(read, dict):
        raise ConfigInvalid([f"{path}: write `setting: value` lines"])
    return {str(key): value for key, value in cast("dict[Any, Any]", read).items()}


def _sentence(kind: str, message: str) -> str:
    return "no such setting; see config.example.yaml" if kind == "extra_forbidden" else message
