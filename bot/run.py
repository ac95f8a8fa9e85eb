"""Runs the bot for real, from the settings to the event loop's end."""

import asyncio
import gc
from pathlib import Path


def run(config: Path | None) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        BotError: the settings, the pack, the token or the side port are not as they have to be.
    """
    gc.disable()  # starting makes much and throws nothing away

    import uvloop  # noqa: PLC0415  # all of these after the collector stopped

    from bot.app import App  # noqa: PLC0415  # likewise
    from bot.config import load_settings, read_token  # noqa: PLC0415  # likewise
    from bot.logs import set_up_logging  # noqa: PLC0415  # likewise

    settings = load_settings(config)
    token = read_token(settings)
    set_up_logging(settings.log_level)
    app = App(settings)
    gc.freeze()  # what stands now stays for good: the collector need not walk it
    gc.enable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(app.run(token))
