"""Master key files: one short text file for each key, kept outside the folder that holds the database.

The name of a key is derived from the key, so that a file damaged in copying is noticed before anything is sealed.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from bot.storage.errors import KeyFileInvalid
from bot.storage.vault import SECRET_BYTES, MasterKey, Vault

_FORMAT = "compersion-key-1"
_ELSEWHERE = "Name a file in a folder that this user may write to, or give the user the right to."
_LONGEST = 65536  # characters; one has less than 400
_HEADER = """\
# The master key of a compersion bot. Whoever has it and the database can read what members wrote.
# Without it nobody can. Keep a copy somewhere safe, and never beside the database or its backups.
"""


def new_key_file(path: Path, *apart: Path) -> str:
    """Make a master key in a new file that only its owner reads, and its folder; give the key's name.

    Raises:
        KeyFileInvalid: the file exists, or cannot be written, or it would lie in a folder keys are kept apart from.
    """
    _refuse_inside(path, apart)
    secret = secrets.token_bytes(SECRET_BYTES)
    name = MasterKey.from_secret(secret).name
    text = f"{_HEADER}{_FORMAT} {name} {base64.b64encode(secret).decode()}\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileInvalid(f"{path.parent} cannot be made: {error.strerror}. {_ELSEWHERE}") from None
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileInvalid(
            f"{path} exists. A key that is overwritten is lost with all it sealed: name a new file."
        ) from None
    except OSError as error:
        raise KeyFileInvalid(f"{path} cannot be written: {error.strerror}. {_ELSEWHERE}") from None
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)  # a part of a key opens nothing, and would be taken for one
        said = f"{path} cannot be written: {error.strerror}. Make room on that disk, or name a file on another."
        raise KeyFileInvalid(said) from None
    return name


def load_vault(paths: Sequence[Path], *apart: Path) -> Vault:
    """Read master key files; the first key writes, all of them read. `address.folders_of` says what to keep apart.

    Raises:
        KeyFileInvalid: none was named, or one is missing, damaged or inside a folder keys are kept apart from.
    """
    if not paths:
        raise KeyFileInvalid(
            "No key file is set. Make one with: python -m bot key new PATH, and name it in the settings."
        )
    return Vault([_load(path, apart) for path in paths])


def _load(path: Path, apart: Sequence[Path]) -> MasterKey:
    _refuse_inside(path, apart)
    try:
        if path.exists() and not path.is_file():
            raise KeyFileInvalid(f"{path} is not a file. Name the key's file itself under storage.key_files.")
        with path.open(encoding="ascii") as file:
            text = file.read(_LONGEST)
    except FileNotFoundError:
        raise KeyFileInvalid(
            f"There is no key file at {path}. Put the copy you keep in its place, or, for a new database, make one "
            f"with: python -m bot key new {path}"
        ) from None
    except (OSError, UnicodeDecodeError):
        raise KeyFileInvalid(
            f"The key file {path} cannot be read. Check its permissions and that it is a key file."
        ) from None
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    match lines:
        case [[format_, name, encoded]] if format_ == _FORMAT:
            key = _decode(encoded)
            if key is not None and key.name == name:
                return key
        case _:
            pass
    raise KeyFileInvalid(f"The key file {path} is damaged or not a key file. Put the copy you keep in its place.")


def _decode(encoded: str) -> MasterKey | None:
    try:
        secret = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return MasterKey.from_secret(secret) if len(secret) == SECRET_BYTES else None


def _refuse_inside(path: Path, apart: Sequence[Path]) -> None:
    try:
        path.resolve()
    except (OSError, RuntimeError):
        raise KeyFileInvalid(f"{path} leads nowhere: its links go in a circle. Name the key's file itself.") from None
    for folder in apart:
        if path.resolve().is_relative_to(folder.resolve()):
            raise KeyFileInvalid(
                f"{path} is inside {folder}, where the database or its backups are. Whoever copies that folder must "
                "not get the key: name a path outside it."
            )
