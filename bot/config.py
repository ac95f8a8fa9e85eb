"""Settings: config.yaml first, then the environment. Secrets come from the environment or a file, never the YAML.

Plain pydantic: importing pydantic-settings takes a tenth of the time the whole bot needs to start.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, LiteralString, Self, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.errors import ConfigInvalid

PREFIX = "COMPERSION_"
TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105  # the name of the variable, not a token
_LISTS: Final = frozenset({("storage", "key_files")})
_KEY_NEEDED: Final[LiteralString] = (
    "check_ins.enabled needs a key: make one with `python -m bot key new PATH`, name it under storage.key_files"
)


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


class CheckIns(BaseModel):
    """What members may keep with this bot. Lookups and /support depend on none of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Not `on`: YAML reads that key as the value true.
    enabled: bool = Field(default=False, description="Whether members can check in. Needs storage.key_files.")
    notes: bool = Field(default=True, description="Whether a check-in asks for a note.")
    reminders: bool = Field(default=True, description="Whether members can ask to be reminded.")


class StorageSettings(BaseModel):
    """Where check-ins are kept, and which keys open them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database: str = Field(
        default="sqlite:///state/bot.db", repr=False, description="sqlite:///path or postgresql://user@host/name."
    )
    key_files: tuple[Path, ...] = Field(
        default=(), description="Files that `python -m bot key new` made: the first writes, all of them read."
    )
    backups: Path | None = Field(default=None, description="The folder `python -m bot db backup` writes to.")


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
    check_ins: CheckIns = CheckIns()
    storage: StorageSettings = StorageSettings()

    @model_validator(mode="after")
    def _check_ins_need_a_key(self) -> Self:
        if self.check_ins.enabled and not self.storage.key_files:
            raise PydanticCustomError("key_needed", _KEY_NEEDED)
        return self


def load_settings(path: Path | None) -> Settings:
    """Read settings from a file, if given, and the environment.

    Raises:
        ConfigInvalid: with every problem at once.
    """
    where = str(path) if path else "environment"
    written = _read(path) if path else {}
    if "token" in written or "discord_token" in written:
        raise ConfigInvalid([f"{where}: a token may not stand here; set {TOKEN_VARIABLE} or name a token_file"])
    if _holds_password(written.get("storage")):
        raise ConfigInvalid(
            [f"{where}: storage.database: a password may not stand here; use PGPASSFILE or {PREFIX}STORAGE__DATABASE"]
        )
    try:
        return Settings(**_laid_over(written, _from_environment(os.environ)))
    except ValidationError as error:
        raise ConfigInvalid([_problem(where, one) for one in error.errors()]) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read COMPERSION_NAME and COMPERSION_PART__NAME; other names are not ours.

    `null` is nothing, as in the file; a list is written as PATH is.
    """
    found: dict[str, Any] = {}
    for name, value in environment.items():
        setting, _, inner = name.removeprefix(PREFIX).lower().partition("__")
        if not name.startswith(PREFIX) or setting not in Settings.model_fields:
            continue
        given: Any = None if value == "null" else value
        if (setting, inner) in _LISTS:
            given = [one for one in value.split(os.pathsep) if one]
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
    return _with_names(cast("dict[Any, Any]", read))


def _with_names(read: dict[Any, Any]) -> dict[str, Any]:
    # YAML reads some names, such as `on`, as values.
    return {
        str(key): _with_names(cast("dict[Any, Any]", value)) if isinstance(value, dict) else value
        for key, value in read.items()
    }


def _problem(where: str, error: ErrorDetails) -> str:
    sentence = error["msg"]
    if error["type"] == "extra_forbidden":
        sentence = "no such setting; see config.example.yaml"
    return ": ".join(part for part in (where, ".".join(map(str, error["loc"])), sentence) if part)


def _holds_password(storage: Any) -> bool:
    written = cast("dict[Any, Any]", storage).get("database") if isinstance(storage, dict) else None
    # user:password@server, or ?password=...
    return isinstance(written, str) and re.search(r"//[^/@]*:[^/@]+@|[?&]password=", written) is not None
