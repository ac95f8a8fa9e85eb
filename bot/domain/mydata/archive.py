"""Opens what a member uploads, packed or not. What it may cost is looked at before anything is unpacked."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.mydata.journal_checks import FileRefused
from bot.domain.mydata.journal_file import MOST_BYTES

_MOST_FILES: Final = 16
_MOST_MEMBERS: Final = 256
_MOST_NAMES: Final = 5
_ZIP: Final = b"PK"
_OTHER_ARCHIVES: Final = (
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
)
_PAGE: Final = re.compile(rb"\s*<(?:!|[a-z])", re.IGNORECASE)
_HEADER: Final = b"PK\x01\x02"  # before each member in a zip's directory
# As exported, and as systems rename: `entries (1).json`, `Copy of entries.json`, `entries.json.txt`.
_ENTRIES: Final = re.compile(r"[^/]*entries[^/]*\.json(?:\.txt)?", re.IGNORECASE)
_JSON: Final = re.compile(r"[^/]*\.json", re.IGNORECASE)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # zipfile unpacks others without any bound
_ENCRYPTED: Final = 0x1


def files_in(data: bytes) -> Iterator[bytes]:
    """Give the upload itself, or one after the other the JSON files of the zip that it is.

    Raises:
        FileRefused: it is packed in another way, damaged, or holds more than may be read.
    """
    if data.startswith(_OTHER_ARCHIVES):
        raise FileRefused("packed")
    if _PAGE.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise FileRefused("page")
    if not data.startswith(_ZIP):
        yield data
        return
    if data.count(_HEADER) > _MOST_MEMBERS:
        raise FileRefused("many_files", most=_MOST_MEMBERS)
    with _opened(data) as packed:
        for one in _choose(packed.infolist()):
            yield _unpack(packed, one)


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except Exception:  # noqa: BLE001  # of what a damaged zip makes the reader stumble over there is no list
        raise FileRefused("damaged_zip") from None


def _unpack(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    try:
        with packed.open(one) as file:
            data = file.read(MOST_BYTES + 1)  # the directory may lie
    except Exception:  # noqa: BLE001  # of what unpacking a damaged zip raises there is no list
        raise FileRefused("damaged_zip") from None
    if len(data) > MOST_BYTES:
        raise FileRefused("too_large")
    return data


def _choose(members: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Choose the files of entries, by what the directory says of them; nothing is unpacked yet."""
    files = [one for one in members if not one.filename.endswith(("/", "\\"))]
    names = {one.filename.replace("\\", "/"): one for one in files}
    shown = [name for name in names if not name.startswith("__MACOSX/") and not _base(name).startswith("._")]
    chosen = [name for name in shown if _ENTRIES.fullmatch(_base(name))]
    chosen = chosen or [name for name in shown if _JSON.fullmatch(_base(name))]
    if not shown:
        raise FileRefused("empty_zip")
    if not chosen:
        raise FileRefused("other_zip", names=", ".join(shown[:_MOST_NAMES]))
    found = [names[name] for name in chosen]
    if len(names) < len(files):
        raise FileRefused("same_name")
    if any(one.flag_bits & _ENCRYPTED for one in found):
        raise FileRefused("locked_zip")
    if any(one.compress_type not in _METHODS for one in found):
        raise FileRefused("packed")
    if len(found) > _MOST_FILES or any(one.file_size > MOST_BYTES for one in found):
        raise FileRefused("too_large")
    return found


def _base(name: str) -> str:
    return name.rpartition("/")[2]
