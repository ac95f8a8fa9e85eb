"""Processes of ours without the wait for imports: forked from one that has imported and read everything.

A child begins where `python -m <module>` would, with its own arguments, environment, folder, input and output. What a
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
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Self, TypeAlias

ROOT: Final = Path(__file__).resolve().parents[1]

Bot: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]
"""Does `python -m bot` with these arguments; also takes `given`, `cwd`, and what else is in the environment."""


@dataclass(frozen=True)
class Command:
    """What a child does: `python -m <module> <arguments>`, with an environment and a folder of its own."""

    module: str
    arguments: Sequence[str]
    env: Mapping[str, str]
    cwd: Path = ROOT

    def encode(self) -> bytes:
        """Give what the server reads."""
        given = {"module": self.module, "arguments": self.arguments, "env": dict(self.env), "cwd": str(self.cwd)}
        return json.dumps(given).encode()


class ForkServer:
    """The process that forks, seen from a test. Used as `with`; its children end before it does."""

    def __enter__(self) -> Self:
        """Start it; it imports while tests go on."""
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fork_server", str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """Let it end."""
        self._socket.close()
        self._process.wait()

    def fork(self, command: Command, streams: Sequence[int]) -> tuple[int, int]:
        """Start a child with these as its input, output and errors.

        Returns its id, and the end of a pipe that says how it ended.
        """
        read, write = os.pipe()
        socket.send_fds(self._socket, [command.encode()], [*streams, write])
        os.close(write)
        return int(self._socket.recv(32)), read

    def run(self, command: Command, given: str) -> subprocess.CompletedProcess[str]:
        """Do it with this to read, and wait for its end."""
        with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout:
            stdin.write(given.encode())
            stdin.seek(0)
            code, errors = ForkedProcess(self, command, stdin.fileno(), stdout.fileno()).wait()
            stdout.seek(0)
            return subprocess.CompletedProcess(command.arguments, code, stdout.read().decode(), errors)

    async def start(self, command: Command) -> AsyncForkedProcess:
        """Do it without anything to read, while the event loop goes on."""
        (out, their_out), (err, their_err) = os.pipe(), os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        pid, status = await asyncio.to_thread(self.fork, command, [nothing, their_out, their_err])
        for one in (nothing, their_out, their_err):
            os.close(one)
        process = AsyncForkedProcess(pid, await _reader(out), await _reader(err))
        process.watch(await _reader(status))
        return process


class ForkedProcess:
    """What `subprocess.Popen` is, for a child of the fork server; what it says of errors goes to a file."""

    def __init__(self, server: ForkServer, command: Command, stdin: int, stdout: int) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed at its end
        self._pid, status = server.fork(command, [stdin, stdout, self._errors.fileno()])
        self._status = os.fdopen(status)

    @cached_property
    def _ended(self) -> tuple[int, str]:
        with self._status, self._errors:
            code = int(self._status.read())
            self._errors.seek(0)
            return code, self._errors.read().decode()

    def wait(self) -> tuple[int, str]:
        """Wait for its end; give its exit code, negative for a signal, and what it wrote to standard error."""
        return self._ended

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, number)


class AsyncForkedProcess:
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


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0))
    return reader
