"""Takes from a test run as root the right to open everything, so that permissions hold for it as for anybody."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION: Final = 0x20080522  # linux/capability.h: two halves of 32 capabilities each
_OPENS_EVERYTHING: Final = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Half(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextlib.contextmanager
def permissions_hold() -> Iterator[None]:
    """Let permissions refuse this thread, and those it starts."""
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("only on Linux can root be refused")
    libc, header, halves = ctypes.CDLL(None, use_errno=True), _Header(_VERSION, 0), (_Half * 2)()
    assert libc.capget(ctypes.byref(header), halves) == 0
    had = halves[0].effective
    try:
        halves[0].effective = had & ~_OPENS_EVERYTHING
        assert libc.capset(ctypes.byref(header), halves) == 0
        yield
    finally:
        halves[0].effective = had
        assert libc.capset(ctypes.byref(header), halves) == 0
