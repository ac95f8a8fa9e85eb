"""A bot as a process of its own, with the real client turned to the loopback: start, watch, end and measure it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from tests.forking import Command

from .exchange import PATIENCE, Bell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.forking import AsyncForkedProcess, ForkServer

    from .discord_server import WireDiscord

ROOT: Final = Path(__file__).resolve().parents[2]
LAUNCH: Final = "tests.wire.launch"


class BotProcess:
    """One process. As `async with` it is started, awaited until ready, and killed at the end if it still lives.

    `target` is the `module:function` to call, `arguments` its command line, `name` what tells processes apart.
    """

    fork_server: ForkServer | None = None
    """Where processes come from, if they need not start from nothing; the fixture `forked` sets it."""

    def __init__(
        self,
        server: WireDiscord,
        target: str,
        *arguments: str,
        name: str = "bot",
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
    ) -> None:
        self.name = name
        self._server = server
        self._arguments = (target, *arguments)
        self._env = dict(env or {})
        self._cwd = cwd
        self._process: asyncio.subprocess.Process | AsyncForkedProcess | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._out = bytearray()
        self._err = bytearray()
        self._bell = Bell()
        self._identified_before = 0
        self.started_at = 0.0
        self.ready_after = 0.0
        """Seconds from start to READY, once `wait_ready` returned."""

    async def __aenter__(self) -> Self:
        """Start, and wait until ready."""
        await self.start()
        try:
            await self.wait_ready()
        except BaseException:
            await self.kill()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave no process behind; when the test failed inside, show what the process wrote."""
        await self.kill()
        if kind is not None:
            print(f"--- {self.name} ---\n{self.stdout}\n{self.stderr}", file=sys.stderr)  # noqa: T201 - pytest shows it

    async def start(self) -> None:
        """Start the process; the token it needs is in DISCORD_TOKEN unless `env` says otherwise."""
        others = ("DISCORD", "WIRE_")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(others)}
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        wire = {"WIRE_BASE": self._server.base(self.name), "DISCORD_TOKEN": self._server.token, "PYTHONPATH": path}
        self._identified_before = self._identifies()
        self.started_at = time.perf_counter()
        env = inherited | wire | self._env
        if self.fork_server is not None:
            self._process = await self.fork_server.start(Command(LAUNCH, self._arguments, env, self._cwd))
        else:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", LAUNCH, *self._arguments),
                env=env,
                cwd=self._cwd,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        for stream, kept in ((self._process.stdout, self._out), (self._process.stderr, self._err)):
            assert stream is not None
            self._readers.append(asyncio.create_task(self._drain(stream, kept)))

    def _identifies(self) -> int:
        return sum(identify["client"] == self.name for identify in self._server.gateway.identifies)

    async def wait_ready(self, within: float = PATIENCE, *, shards: int = 1) -> None:
        """Wait until this process has identified so many shards and READY went out; fail at once if it ends before."""
        wanted = self._identified_before + shards
        ready = asyncio.create_task(self._server.until(lambda: self._identifies() >= wanted, within))
        ended = asyncio.create_task(self._running.wait())
        try:
            await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                await asyncio.gather(*self._readers)
            if not ready.done() or ready.exception():
                raise RuntimeError(f"not ready, exit code {self._running.returncode}\n{self.stdout}\n{self.stderr}")
            self.ready_after = time.perf_counter() - self.started_at
        finally:
            ready.cancel()
            ended.cancel()

    async def wrote(self, text: str, within: float = PATIENCE) -> None:
        """Wait until it wrote this text to standard output or error."""
        await self._bell.until(
            lambda: text in self.stdout or text in self.stderr,
            within,
            lambda: f"{text!r} among\n{self.stdout}\n{self.stderr}",
        )

    async def terminate(self, within: float = PATIENCE) -> int:
        """Send SIGTERM, as a service manager does, and return the exit code."""
        self._running.send_signal(signal.SIGTERM)
        return await self.wait(within)

    async def kill(self) -> None:
        """Send SIGKILL (kill -9) if it still runs, and wait for the end."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.kill()
        await self.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send any signal."""
        self._running.send_signal(number)

    async def wait(self, within: float = PATIENCE) -> int:
        """Wait for the end with all output read, and return the exit code (negative: the signal)."""
        async with asyncio.timeout(within):
            code = await self._running.wait()
            await asyncio.gather(*self._readers)
        return code

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._running.pid

    @property
    def stdout(self) -> str:
        """Return what it wrote to standard output so far."""
        return self._out.decode(errors="replace")

    @property
    def stderr(self) -> str:
        """Return what it wrote to standard error so far."""
        return self._err.decode(errors="replace")

    def rss_bytes(self, *, peak: bool = False) -> int:
        """Return the resident memory now, or the most it ever was."""
        field = "VmHWM:" if peak else "VmRSS:"
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith(field))
        return int(line.split()[1]) * 1024

    def cpu_seconds(self) -> float:
        """Return the processor time used so far, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def _running(self) -> asyncio.subprocess.Process | AsyncForkedProcess:
        if self._process is None:
            raise RuntimeError("not started")
        return self._process

    async def _drain(self, stream: asyncio.StreamReader, kept: bytearray) -> None:
        while chunk := await stream.read(1 << 16):
            kept += chunk
            self._bell.ring()
