"""Reads files that people put on disk: none that is no file, and none that is larger than it may be."""

import errno
import os
import stat
from pathlib import Path

# A pipe without a writer would hold the process for ever; neither exists on Windows.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class TooLarge(OSError):
    """A file of more bytes than may be read; `most` says how many may be."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(errno.EFBIG, f"larger than {most // 1024} KiB", str(path))
        self.most = most


def say_unreadable(error: OSError, path: Path) -> tuple[str, str]:
    """Say why a file or folder cannot be read, and what to do, to people who know no errors of a system."""
    if error.errno == errno.EISDIR:
        return "it is a folder, and no file", "rename the folder, or move its files to where they belong"
    if error.errno == errno.ELOOP:
        return "it is a link that leads back to itself", "remove it, and put the file here"
    if error.errno == errno.ENOENT and path.is_symlink():
        return "it is a link that leads nowhere", "remove it, and put the file here"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "this user may not", "change its permissions"
    return error.strerror or str(error), "check that the file is there and its permissions"


def may_be_there(path: Path) -> bool:
    """Tell whether something is there. What a closed folder hides counts as there: reading it says why it cannot be."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_folder(path: Path) -> bool:
    """Tell whether a folder is there to be seen; what a closed folder hides is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def read_regular_file(path: Path, most: int) -> bytes:
    """Read a whole file; a link leads to the file it names. Blocks no longer than the disk does.

    Raises:
        TooLarge: it has more than `most` bytes; not many more are read.
        OSError: it cannot be read, or is a folder, a pipe or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | _AT_ONCE)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is a pipe or a device, and no file", str(path))
        parts: list[bytes] = []
        left = most + 1
        while left > 0 and (part := os.read(descriptor, left)):
            parts.append(part)
            left -= len(part)
    finally:
        os.close(descriptor)
    if left <= 0:
        raise TooLarge(path, most)
    return b"".join(parts)
