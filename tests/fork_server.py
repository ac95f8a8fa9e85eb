"""The process that `forking.ForkServer` starts: it has imported and read what nearly every child needs, and forks."""

from __future__ import annotations

import gc
import json
import os
import random
import runpy
import selectors
import signal
import socket
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

import uvloop  # noqa: F401  # so that no child has to import it
from slipcover import FileMatcher, ImportManager, Slipcover

_MOST_BYTES: Final = 1 << 20
_NEEDED: Final = (
    "bot.app",
    "bot.authoring.tone",
    "bot.authoring.wording",
    "bot.cli",
    "bot.demo.session",
    "bot.doctor",
    "bot.notebook",
    "bot.noticeboard",
    "bot.rehearsal.rehearsal",
    "bot.run",
    "bot.transport.side_port",
    "bot.upkeep",
    "alembic.command",
    "asyncpg",
    "tests.wire.launch",
)


def serve(requests: socket.socket) -> None:
    """Fork a child for each request until the other end closes."""
    measured = _measure_lines()
    for one in _NEEDED:
        import_module(one)
    import_module("tests.real_pack").share_real_pack()
    gc.freeze()
    statuses: dict[int, int] = {}
    waking, woken = socket.socketpair()
    woken.settimeout(0)  # as a wakeup descriptor has to be
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken.fileno())
    with selectors.DefaultSelector() as ready:
        ready.register(requests, selectors.EVENT_READ)
        ready.register(waking, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is waking:
                    waking.recv(1 << 12)
                    _reap(statuses)
                    continue
                request, descriptors, _, _ = socket.recv_fds(requests, _MOST_BYTES, 4)
                if not request:
                    return
                *streams, status = descriptors
                pid = os.fork()
                if pid == 0:
                    for one in (requests, waking, woken):
                        one.close()
                    for one in (status, *statuses.values()):
                        os.close(one)
                    _become(json.loads(request), streams, measured)
                for one in streams:
                    os.close(one)
                statuses[pid] = status
                requests.send(str(pid).encode())


def _reap(statuses: dict[int, int]) -> None:
    while statuses:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        os.write(statuses[pid], str(os.waitstatus_to_exitcode(status)).encode())
        os.close(statuses.pop(pid))


def _become(request: dict[str, Any], streams: list[int], measured: Slipcover | None) -> NoReturn:
    """Be the process that was asked for; never returns."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, one in enumerate(streams):
        os.dup2(one, number)
        os.close(one)
    # As a new process has them.
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115  # they are to stay open
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115  # it is to stay open
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(str(request["cwd"]))
    random.seed()
    sys.argv = [request["module"], *request["arguments"]]
    gc.enable()
    if measured and request["module"] == "bot":
        _write_measured_at_exit(measured)
    code = 1
    try:
        runpy.run_module(request["module"], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # as the interpreter does at the end of a process
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _measure_lines() -> Slipcover | None:
    """Measure the lines of all that is imported from now on, where the tests' own process does."""
    if "SLIPCOVER_COVERAGE_DIR" not in os.environ:
        return None
    measured = Slipcover(branch=True, exclude_lines=os.environ["SLIPCOVER_EXCLUDE_LINES"].split("\n"))
    ImportManager(measured, FileMatcher(sources=["bot"])).__enter__()
    return measured


def _write_measured_at_exit(measured: Slipcover) -> None:
    """Leave what this process reached where slipcover looks for what each process of tests reached."""
    measured.signal_child_process()
    file, end = Path(os.environ["SLIPCOVER_COVERAGE_DIR"], f"coverage-gw-fork-{os.getpid()}.json"), os._exit

    def write_and_end(code: int) -> NoReturn:
        file.write_text(json.dumps(measured.get_coverage()), encoding="utf-8")
        end(code)

    os._exit = write_and_end


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
