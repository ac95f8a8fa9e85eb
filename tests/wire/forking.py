"""Bots as processes of their own without the wait for imports: forked from one that has imported and read everything.

A child begins where `python -m tests.wire.launch` would, with its own arguments, environment, folder and output. What a
start costs, or what a signal does in the middle of it, has to be tried on a process that really starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[2]


class ForkedProcess:
    """What `asyncio.subprocess.Process` is, for a child of the fork server."""

    def __init__(self, pid: int, stdout: asyncio.StreamReader, stderr: asyncio.StreamReader) -> None:
        self.pid = pid
        self.stdout, self.stderr = stdout, stderr
        self.returncode: int | None = None
        self._ended: asyncio.Task[int] | None = None

    def watch(self, status: asyncio.StreamReader) -> None:
        """Learn the exit code from what the server writes once the child ended."""

        async def end() -> int:
            self.returncode = int(await status.read())
            return self.returncode

        self._ended = asyncio.create_task(end())

    async def wait(self) -> int:
        """Wait for the end and return the exit code, negative for a signal."""
        assert self._ended is not None
        return await asyncio.shield(self._ended)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The process that forks, seen from a test. Used as `with`; its children end before it does."""

    def __enter__(self) -> Self:
        """Start it; it imports while tests go on. As of bots that start from nothing, its lines are not counted."""
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.wire.forkserver", str(theirs.fileno())],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """Let it end."""
        self._socket.close()
        self._process.wait()

    async def start(self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path) -> ForkedProcess:
        """Start a child with the arguments `tests.wire.launch` takes."""
        pipes = [os.pipe() for _ in range(3)]
        request = json.dumps({"arguments": arguments, "env": dict(env), "cwd": str(cwd)}).encode()
        socket.send_fds(self._socket, [request], [write for _, write in pipes])
        for _, write in pipes:
            os.close(write)
        pid = int(await asyncio.to_thread(self._socket.recv, 32))
        out, err, status = [await _reader(read) for read, _ in pipes]
        process = ForkedProcess(pid, out, err)
        process.watch(status)
        return process


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0))
    return reader
