"""`python -m bot`: runs the bot at once or hands over to the command line; the rim, where trouble becomes sentences."""

import sys
from pathlib import Path

from bot.errors import BotError, ConfigInvalid, ContentInvalid

PROBLEM, UNEXPECTED, INTERRUPTED = 1, 3, 130


def main() -> None:
    """Do what the command line says; known trouble is printed as sentences, the rest as one line and a trace."""
    try:
        _do(sys.argv[1:])
    except (ConfigInvalid, ContentInvalid) as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        sys.exit(PROBLEM)
    except BotError as error:
        print(error, file=sys.stderr)
        sys.exit(PROBLEM)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001  # the rim: whatever it is, say so and end
        _print_unexpected(error)
        sys.exit(UNEXPECTED)


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


def _print_unexpected(error: Exception) -> None:
    import traceback

    traceback.print_tb(error.__traceback__)
    print(f"Unexpected: {type(error).__name__}. Please report the lines above.", file=sys.stderr)


if __name__ == "__main__":
    main()
