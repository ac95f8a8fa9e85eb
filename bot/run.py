"""Runs the bot for real, from the settings to the event loop's end."""

import asyncio
import contextlib
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.authoring.problems import Problem
    from bot.authoring.reader import Reading

_PR_SET_DUMPABLE: Final = 4  # of prctl(2)


def run(config: Path | None) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        BotError: the settings, the pack, the token or the side port are not as they have to be.
    """
    gc.disable()  # starting makes much and throws nothing away

    import uvloop  # noqa: PLC0415  # after the collector stopped

    from bot.app import App  # noqa: PLC0415  # after the collector stopped
    from bot.authoring.kept_pack import KeptPack  # noqa: PLC0415  # after the collector stopped
    from bot.config import configuration, load_settings, read_token  # noqa: PLC0415  # after the collector stopped
    from bot.logs import set_up_logging  # noqa: PLC0415  # after the collector stopped

    refuse_dumps()
    settings = load_settings(configuration(config))
    token = read_token(settings)
    set_up_logging(settings.log_level)
    app = App(settings, kept=KeptPack(settings.storage.folder, settings.content), rehearse=_rehearse)
    gc.freeze()  # what stands now stays for good: the collector need not walk it
    gc.enable()
    # Never closed: that waits for threads which import or index what nobody will ask for. main() ends them all.
    asyncio.Runner(loop_factory=uvloop.new_event_loop).run(app.run(token))


def _rehearse(reading: "Reading") -> "tuple[Problem, ...]":
    """Ask what Discord would refuse of a pack; called in a thread, where it may take its time to load."""
    from bot.rehearsal.rehearsal import rehearse  # noqa: PLC0415  # a start does not wait for it

    return rehearse(reading)


def refuse_dumps() -> None:
    """Let nobody have this process's memory, as a core file or by attaching to it: keys and words are in it."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # there is no such thing on every system
        import resource  # noqa: PLC0415  # not on every system

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  # discord.py has it anyway

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
