"""`python -m bot`: runs the bot at once or hands over to the command line; the rim, where trouble becomes sentences."""

import io
import os
import signal
import sys


def _leave_at_once(*_: object) -> None:
    os._exit(0)  # nothing is open yet that would have to be put away


if __name__ == "__main__" and sys.argv[1:2] == ["run"]:  # before anything that takes time is imported
    for number in (signal.SIGTERM, signal.SIGINT):  # as the first process of a container it would never hear the first
        signal.signal(number, _leave_at_once)

from pathlib import Path  # noqa: E402  # after what hears a signal meanwhile

from bot.errors import BotError, ConfigInvalid, ContentInvalid  # noqa: E402  # after that, as it takes time, too

PROBLEM, UNEXPECTED, INTERRUPTED = 1, 3, 130


def main() -> None:
    """Do what the command line says; known trouble is printed as sentences, the rest as one line and a trace."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what a console has no sign for is no reason to say nothing
    code = _done(sys.argv[1:])
    if sys.argv[1:2] == ["run"]:  # by now all is put away
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _done(arguments: list[str]) -> int:
    """Do it, and give the exit code."""
    try:
        _do(arguments)
    except (ConfigInvalid, ContentInvalid) as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return PROBLEM
    except BotError as error:
        print(error, file=sys.stderr)
        return PROBLEM
    except ModuleNotFoundError as error:
        print(_name_missing(error.name or ""), file=sys.stderr)
        return PROBLEM
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the rim: whatever it is, say so and end
        _print_unexpected(error)
        return UNEXPECTED
    return 0


def _do(arguments: list[str]) -> None:
    """Run the bot where that is plainly asked; reading anything else takes a library that is slow to import."""
    match arguments:
        case ["run"]:
            _run(None)
        case ["run", "--config", path]:
            _run(Path(path))
        case _:
            from bot.cli import cli

            cli()


def _run(config: Path | None) -> None:
    from bot.run import run

    run(config)


def _name_missing(module: str) -> str:
    if module.partition(".")[0] == "bot":
        return "This part is not in this installation, as in the image: run it from a clone, with `make demo`."
    return (
        f"The library {module} is not installed for this Python. In a clone, `make install` builds .venv; "
        "then write .venv/bin/python in place of python."
    )


def _print_unexpected(error: Exception) -> None:
    import traceback

    traceback.print_tb(error.__traceback__)
    print(f"Unexpected: {type(error).__name__}. Please report the lines above.", file=sys.stderr)


if __name__ == "__main__":
    main()
