"""Settings: config.yaml first, then the environment. Secrets come from the environment or a file, never the YAML.

Pydantic says what is wrong with them, and is imported only then: it takes a third of the time that connecting does.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar, cast, dataclass_transform

import yaml

from bot.domain.content import Limit
from bot.errors import ConfigInvalid
from bot.fitting import Unfit, fit

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PREFIX = "COMPERSION_"
TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105  # the name of the variable, not a token
_LISTS: Final = frozenset({("storage", "key_files")})
_KEY_NEEDED: Final = (
    "check_ins.enabled needs a key: make one with `python -m bot key new PATH`, name it under storage.key_files"
)

_Shape = TypeVar("_Shape")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def _settings(shape: type[_Shape]) -> type[_Shape]:
    made = dataclass(frozen=True, slots=True, kw_only=True)(shape)
    made.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]  # read by pydantic, not imported here
    return made


@dataclass(frozen=True, slots=True)
class Between:
    """The least and the greatest that a number may be."""

    least: int
    most: int

    def admits(self, number: int) -> bool:
        """Whether it is within."""
        return self.least <= number <= self.most

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {**handler(source), "ge": self.least, "le": self.most}


@_settings
class Operator:
    """Who runs this bot, and where."""

    user: int | None = None
    """Your Discord user id. /content answers you alone."""
    server: int | None = None
    """The id of your own server. /content exists only there."""
    contact: Annotated[str, Limit(0, 200)] = ""
    """Whom members tell about a problem; shown under /about."""
    moderates: bool | None = None
    """Whether you moderate a server that uses this bot; members are told so, or that you may where this is not set."""
    privacy_policy: Annotated[str, Limit(0, 300)] = ""
    """Address of your privacy policy; Discord asks for one."""


@_settings
class SidePort:
    """Where /healthz and /metrics answer."""

    host: str = "127.0.0.1"
    """Address to listen on; keep it on this machine."""
    port: Annotated[int, Between(0, 65535)] | None = 8080
    """Port; 0 takes any free one, null switches it off."""


@_settings
class CheckIns:
    """What members may keep with this bot. Lookups and /support depend on none of it."""

    enabled: bool = False  # not `on`: YAML reads that key as the value true
    """Whether members can check in. Needs storage.key_files."""
    notes: bool = True
    """Whether a check-in asks for a note."""
    reminders: bool = True
    """Whether members can ask to be reminded."""


@_settings
class StorageSettings:
    """Where check-ins are kept, and which keys open them."""

    database: str = field(default="sqlite:///state/bot.db", repr=False)
    """sqlite:///path or postgresql://user@host/name."""
    key_files: tuple[Path, ...] = ()
    """Files that `python -m bot key new` made: the first writes, all of them read."""
    backups: Path | None = None
    """The folder `python -m bot db backup` writes to."""

    @property
    def has_key(self) -> bool:
        """Whether anything can be kept."""
        return bool(self.key_files)


@_settings
class Settings:
    """Everything that can be set."""

    content: Path = Path("content/en")
    """The pack to serve."""
    token_file: Path | None = None
    """A file that holds the token, if DISCORD_TOKEN is not set."""
    log_level: Literal["INFO", "WARNING", "ERROR"] = "INFO"
    """How much to log."""
    operator: Operator = Operator()
    side_port: SidePort = SidePort()
    check_ins: CheckIns = CheckIns()
    storage: StorageSettings = StorageSettings()


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that shows nowhere by itself."""

    _text: str

    def get_secret_value(self) -> str:
        """Give the text."""
        return self._text


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
    settings = _shaped(where, _laid_over(written, _from_environment(os.environ)))
    if settings.check_ins.enabled and not settings.storage.has_key:
        raise ConfigInvalid([f"{where}: {_KEY_NEEDED}"])
    return settings


def _shaped(where: str, given: dict[str, Any]) -> Settings:
    try:
        return fit(Settings, given)
    except Unfit:
        from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415  # slow to import

    try:
        return TypeAdapter(Settings).validate_python(given)
    except ValidationError as error:
        raise ConfigInvalid([_problem(where, one) for one in error.errors()]) from None


_NAMES: Final = frozenset(one.name for one in fields(Settings))


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read COMPERSION_NAME and COMPERSION_PART__NAME; other names are not ours.

    `null` is nothing, as in the file; a list is written as PATH is.
    """
    found: dict[str, Any] = {}
    for name, value in environment.items():
        setting, _, inner = name.removeprefix(PREFIX).lower().partition("__")
        if not name.startswith(PREFIX) or setting not in _NAMES:
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


def read_token(settings: Settings) -> Secret:
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
    return Secret(token)


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


def _problem(where: str, error: "ErrorDetails") -> str:
    sentence = error["msg"]
    if error["type"] == "unexpected_keyword_argument":
        sentence = "no such setting; see config.example.yaml"
    return ": ".join(part for part in (where, ".".join(map(str, error["loc"])), sentence) if part)


def _holds_password(storage: Any) -> bool:
    written = cast("dict[Any, Any]", storage).get("database") if isinstance(storage, dict) else None
    # user:password@server, or ?password=...
    return isinstance(written, str) and re.search(r"//[^/@]*:[^/@]+@|[?&]password=", written) is not None
