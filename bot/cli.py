"""The command line: one function a subcommand, each parses, calls one thing, prints, and gives an exit code.

Imports that one command needs happen inside it, so that `--help` and `check` start at once.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="A Discord bot that explains compersion, and never gates, ranks, scores or judges.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DEFAULT_PACK = Path("content/en")


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="The pack to check.")] = DEFAULT_PACK,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Also check tone and lengths.")] = False,
) -> None:
    """Check a pack and print every problem at once. Exit code 0 when clean, 1 with problems."""
    from bot.authoring.reader import Reader

    reading = Reader(folder).read(strict=strict)
    if as_json:
        print(json.dumps({"problems": [asdict(problem) for problem in reading.problems]}, indent=2))
    else:
        for problem in reading.problems:
            print(problem)
        warnings = len(reading.problems) - len(reading.errors)
        found = f"{len(reading.errors)} problems, {warnings} warnings" if reading.problems else "clean"
        print(f"{folder}: {found}", file=sys.stderr)
    raise typer.Exit(1 if reading.errors else 0)


@app.command()
def schema(
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("content/schema"),
) -> None:
    """Write the JSON Schemas that editors use for completion."""
    from bot.authoring.schema import write_schemas

    for path in write_schemas(out):
        print(path)


def main() -> None:
    """Run the command line."""
    app()
