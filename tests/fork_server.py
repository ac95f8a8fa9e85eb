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
from typing import Any, Final, NoReturn

import uvloop  # noqa: F401  # so that no child has to import it

from tests.real_pack import share_real_pack

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
    for one in _NEEDED:
        import_module(one)
    share_real_pack()
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
                    _become(json.loads(request), streams)
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


def _become(request: dict[str, Any], streams: list[int]) -> NoReturn:
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


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
