"""Settings: config.yaml first, then the environment. Secrets come from the environment or a file, never the YAML.

Pydantic says what is wrong with them, and is imported only then: it takes a third of the time that connecting does.
"""

import dataclasses
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar, cast, dataclass_transform

from bot.authoring.documents import Document, read_document
from bot.domain.content import Limit
from bot.errors import ConfigInvalid
from bot.fitting import Unfit, fit
from bot.plain_yaml.faults import EMPTY, Route
from bot.regular_files import may_be_there

PREFIX = "COMPERSION_"
TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105  # the name of the variable, not a token
DEFAULT_FILE: Final = Path("config.yaml")
_LONGEST_NAME, _LONGEST_PATH = 255, 4095  # bytes and characters, as Linux has it
_LONGEST_TOKEN: Final = 4096  # characters; one has about 70
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
    """The least and the greatest that a whole number may be."""

    least: int
    most: int

    def admits(self, number: int) -> bool:
        """Whether it is within."""
        return self.least <= number <= self.most

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return _looked_at(_refuse_odd_number, {**handler(source), "ge": self.least, "le": self.most})


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A path as the system takes it: nothing that only a shell or nobody understands."""

    def admits(self, path: Path) -> bool:
        """Whether it is one."""
        return not _trouble_of_path(str(path))

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return _looked_at(_refuse_odd_path, handler(source))


_NO_PLAIN_DIGITS: Final = re.compile(r"\d[_.]|\+")  # pydantic reads 80_80, 80.0 and +80


def _looked_at(look: Callable[[Any], Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function-before", "function": {"type": "no-info", "function": look}, "schema": schema}


def _refuse_odd_number(value: Any) -> Any:
    if isinstance(value, bool | float) or (isinstance(value, str) and _NO_PLAIN_DIGITS.search(value)):
        raise ValueError("it has to be a whole number")  # pydantic passes on a TypeError
    return value


def _refuse_odd_path(value: Any) -> Any:
    if isinstance(value, str) and (trouble := _trouble_of_path(value)):
        raise ValueError(trouble)
    return value


def _trouble_of_path(text: str) -> str:
    if not text:
        return "it is empty: write a path, or leave the setting out"
    if len(text) > 1 and text[0] == text[-1] in "'\"":
        return "it stands in quotes, which would be part of the name: leave them out"
    if text.startswith("~"):
        return "only a shell knows what ~ is: write the whole path"
    if "\0" in text or max(map(len, os.fsencode(text).split(b"/"))) > _LONGEST_NAME or len(text) > _LONGEST_PATH:
        return "no system has such a path"
    return ""


DiscordId = Annotated[int, Between(1, 2**63 - 1)]
OnePath = Annotated[Path, OnDisk()]


@_settings
class Operator:
    """Who runs this bot, and where."""

    user: DiscordId | None = None
    """Your Discord user id. /content answers you alone."""
    server: DiscordId | None = None
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

    host: Annotated[str, Limit(1, 253)] = "127.0.0.1"
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
    connections: Annotated[int, Between(2, 100)] = 8
    """How many connections to PostgreSQL there are at most, besides one that says whose the database is.

    A backup that is being written holds one of them: with a single one, everybody else would wait until it has ended.
    """
    key_files: tuple[OnePath, ...] = ()
    """Files that `python -m bot key new` made: the first writes, all of them read."""
    backups: OnePath | None = None
    """A folder for backups, of which the bot makes one each day."""

    @property
    def folder(self) -> Path:
        """The folder that holds what the bot writes for itself: that of an embedded database, else `state`."""
        kind, _, path = self.database.partition(":///")
        return Path(path.partition("?")[0]).parent if kind.startswith("sqlite") and path else Path("state")

    @property
    def restoring(self) -> Path:
        """The folder that a restore works in; what is there while none is under way, one that was killed has left."""
        name = Path(self.database.partition("?")[0]).name if self.database.startswith("sqlite") else "postgresql"
        return self.folder / f"{name}.restoring"

    @property
    def has_key(self) -> bool:
        """Whether anything can be kept."""
        return bool(self.key_files)


@_settings
class Settings:
    """Everything that can be set."""

    content: OnePath = Path("content/en")
    """The pack to serve."""
    token_file: OnePath | None = None
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


def configuration(given: Path | None) -> Path | None:
    """Name the file to read: the one given, else the `config.yaml` of the working directory where there is one."""
    return given or (DEFAULT_FILE if may_be_there(DEFAULT_FILE) else None)


def load_settings(path: Path | None) -> Settings:
    """Read settings from a file, if given, and the environment.

    Raises:
        ConfigInvalid: with every problem at once.
    """
    document = _read(path) if path else Document("environment", {})
    written: dict[str, Any] = document.data or {}
    variables, problems = _from_environment(os.environ)
    problems = [*_problems_of(document), *problems]
    if problems:
        raise ConfigInvalid(problems)
    settings = _shaped(Document(document.path, _laid_over(written, variables)))
    assert isinstance(settings, Settings)  # noqa: S101  # its parts were looked at, and each is one of its own
    if settings.check_ins.enabled and not settings.storage.has_key:
        raise ConfigInvalid([f"{document.path}: {_KEY_NEEDED}"])
    return settings


def _read(path: Path) -> Document:
    """Read a file as strictly as a pack; one with nothing in it but comments sets nothing."""
    try:
        path.stat()
    except FileNotFoundError:
        raise ConfigInvalid([f"{path}: there is no such file; copy config.example.yaml to begin"]) from None
    except (OSError, ValueError) as error:
        raise ConfigInvalid([f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}"]) from None
    document = read_document(path, str(path))
    if [one.message for one in document.problems] == [EMPTY]:
        return Document(document.path, {})
    return document


def _problems_of(document: Document) -> list[str]:
    written = document.data
    if isinstance(written, dict):
        top = cast("dict[str, Any]", written)
        if "token" in top or "discord_token" in top:
            return [f"{document.path}: a token may not stand here; set {TOKEN_VARIABLE} or name a token_file"]
        if _holds_password(top.get("storage")):
            said = f"a password may not stand here; use PGPASSFILE or {PREFIX}STORAGE__DATABASE"
            return [f"{document.path}: storage.database: {said}"]
        for route in _numbers(top, ()):
            if (text := document.places.written.get(route, "")) and not re.fullmatch(r"-?(0|[1-9]\d*)", text):
                document.add(route, f"`{text}` is not a whole number in plain digits", "write it like 8080")
    if written is not None:
        _shaped(document)
    return [str(one) for one in sorted(document.problems)]


def _shaped(document: Document) -> Settings | None:
    """Give the settings of a document; None, and its problems added to it, when they cannot be used."""
    try:
        return fit(Settings, document.data)
    except Unfit:
        from bot.authoring.shapes import shape_document  # noqa: PLC0415  # slow to import

        return shape_document(document, Settings)


def _numbers(data: Any, route: Route) -> Iterator[Route]:
    if isinstance(data, dict):
        for key, value in cast("dict[str, Any]", data).items():
            yield from _numbers(value, (*route, key))
    elif isinstance(data, list):
        for index, value in enumerate(cast("list[Any]", data)):
            yield from _numbers(value, (*route, index))
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield route


def _variables(shape: type[Any] = Settings, route: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name the environment variable of each setting, and where it stands."""
    for one in dataclasses.fields(shape):
        at = (*route, one.name)
        if dataclasses.is_dataclass(one.type):
            yield from _variables(cast("type[Any]", one.type), at)
        else:
            yield PREFIX + "__".join(at).upper(), at


_VARIABLES: Final = dict(_variables())
_LISTS: Final = frozenset({"COMPERSION_STORAGE__KEY_FILES"})


def _from_environment(environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Read COMPERSION_NAME and COMPERSION_PART__NAME; an empty one is as good as none.

    `null` is nothing, as in the file; a list is written as PATH is.
    """
    found: dict[str, Any] = {}
    problems: list[str] = []
    for name, text in environment.items():
        if name not in _VARIABLES:
            problems += _misspelt(name)
        elif text:
            value: Any = None if text == "null" else text
            if name in _LISTS:
                value = [one for one in (value or "").split(os.pathsep) if one]
            alone = _nested(_VARIABLES[name], value)
            problems += _problems_of_variable(name, text, alone)
            found = _laid_over(found, alone)
    return found, problems


def _problems_of_variable(name: str, text: str, alone: dict[str, Any]) -> list[str]:
    if _UNSHOWABLE.search(text):
        return [f"{name}: it holds characters that cannot be shown; write plain text"]
    document = Document(name, alone)
    _shaped(document)
    return [f"{name}: {one.message}" + (f" ({one.hint})" if one.hint else "") for one in document.problems]


def _misspelt(name: str) -> list[str]:
    """Say so where a variable is plainly meant for this bot and is none of its settings."""
    ours = name.startswith(PREFIX)
    if not ours and not name.upper().endswith(_ENDINGS):
        return []
    from difflib import get_close_matches  # noqa: PLC0415  # hardly ever needed

    near = get_close_matches(name.upper(), _VARIABLES, n=1, cutoff=0.6 if ours else 0.9)
    if not ours and not near:
        return []
    hint = f"did you mean {near[0]}?" if near else "docs/operating.md names them all"
    return [f"{name}: there is no such setting ({hint})"]


_UNSHOWABLE: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")  # lone surrogates stand for what is no UTF-8
_ENDINGS: Final = tuple(name.removeprefix(PREFIX) for name in _VARIABLES)


def _nested(route: tuple[str, ...], value: Any) -> dict[str, Any]:
    first, *rest = route
    return {first: _nested(tuple(rest), value) if rest else value}


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
    where, token = TOKEN_VARIABLE, os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token and settings.token_file is not None:
        where, token = f"token_file {settings.token_file}", _token_in(settings.token_file)
    if not token:
        raise ConfigInvalid([f"no token: set {TOKEN_VARIABLE}, or name a token_file in the configuration"])
    if odd := _ODD.search(token):
        raise ConfigInvalid([f"{where}: {_name_odd(odd)}: a token has none; copy it again from the portal"])
    if token.count(".") != 2:  # noqa: PLR2004  # id, time, signature
        raise ConfigInvalid(
            [f"{where}: it is not in the form of a bot token (three parts with dots); copy it again from the portal"]
        )
    return Secret(token)


_ODD: Final = re.compile(r"[^A-Za-z0-9._=+/-]")


def _token_in(file: Path) -> str:
    try:
        if not file.is_file():
            raise ConfigInvalid(
                [f"token_file {file} cannot be read: it is {'no file' if file.exists() else 'not there'}"]
            )
        with file.open(encoding="utf-8") as opened:
            return opened.read(_LONGEST_TOKEN).strip()
    except UnicodeDecodeError:
        raise ConfigInvalid(
            [f"token_file {file} cannot be read: it is not UTF-8 text; save it as plain text"]
        ) from None
    except OSError as error:
        raise ConfigInvalid([f"token_file {file} cannot be read: {error.strerror}"]) from None


def _name_odd(found: re.Match[str]) -> str:
    """Name a character without showing what stands around it."""
    import unicodedata  # noqa: PLC0415  # hardly ever needed

    character, place = found[0], found.start() + 1
    name = unicodedata.name(character, "a control character").lower()
    return f"character {place} of the token is U+{ord(character):04X} ({name})"


def _holds_password(storage: Any) -> bool:
    written = cast("dict[Any, Any]", storage).get("database") if isinstance(storage, dict) else None
    # user:password@server, or ?password=...
    return isinstance(written, str) and re.search(r"//[^/@]*:[^/@]+@|[?&](ssl)?password=", written) is not None
