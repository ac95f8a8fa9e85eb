"""The command line: one function a subcommand, each parses, calls one thing, prints, and ends with an exit code.

0 all well, 1 a problem found, 2 wrong usage, 3 unexpected, 130 interrupted. What one command needs is imported
inside it, so that `--help` and `check` start at once.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_storage import db, key
from bot.errors import ContentInvalid
from bot.regular_files import may_be_there

DEFAULT_PACK = Path("content/en")
PROBLEM = 1

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Pack = Annotated[Path, typer.Option("--content", help="The pack to read.")]
_Config = Annotated[Path | None, typer.Option("--config", help="The configuration file; else config.yaml here.")]

cli = typer.Typer(
    help="A Discord bot that explains compersion, and never gates, ranks, scores or judges.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(key, name="key")
cli.add_typer(db, name="db")


@cli.command()
def run(config: _Config = None) -> None:
    """Run the bot for real. The token comes from DISCORD_TOKEN or a token file."""
    from bot.run import run as run_for_real

    run_for_real(config)


@cli.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="The pack to check.")] = DEFAULT_PACK,
    *,
    as_json: _Json = False,
    strict: Annotated[bool, typer.Option("--strict", help="Also check tone and lengths.")] = False,
) -> None:
    """Check a pack and the servers' own pages beside it; print every problem at once. Exit code 1 with problems."""
    from bot.authoring.overlays import OverlayReader
    from bot.authoring.own_pages import own_pages_beside
    from bot.authoring.reader import Reader

    reading = Reader(folder).read(strict=strict)
    servers = own_pages_beside(folder)
    overlays, problems = OverlayReader(servers), [*reading.problems]
    if reading.library is None:
        own = overlays.read(reading, strict=strict)
    else:
        from bot.rehearsal.rehearsal import rehearse

        own = overlays.read(reading, rehearse, strict=strict)
        problems += rehearse(reading)
    problems += own.problems
    wrong = sum(not problem.warning for problem in problems) - len(own.errors)
    if as_json:
        print(json.dumps({"problems": [problem.to_json() for problem in problems]}, indent=2))
    else:
        print(*problems, sep="\n", end="\n" if problems else "")
        warnings = len(reading.problems) - len(reading.errors)
        print(f"{folder}: {wrong} problems, {warnings} warnings", file=sys.stderr)
        if may_be_there(servers):
            warnings = len(own.problems) - len(own.errors)
            said = f"; {own}" if reading.library else ""
            print(f"{servers}: {len(own.errors)} problems, {warnings} warnings{said}", file=sys.stderr)
    raise typer.Exit(PROBLEM if wrong or own.errors else 0)


@cli.command()
def schema(
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("content/schema"),
) -> None:
    """Write the JSON Schemas that editors use for completion."""
    from bot.authoring.schema import write_schemas

    for path in write_schemas(out):
        print(path)


@cli.command()
def find(
    question: Annotated[str, typer.Argument(help="What a member might ask; - reads one question a line.")],
    *,
    limit: Annotated[int, typer.Option(min=1, max=25, help="At most this many cards.")] = 5,
    as_json: _Json = False,
    content: _Pack = DEFAULT_PACK,
) -> None:
    """Print the cards the Finder ranks for a question, best first; nothing when none is close."""
    from bot.authoring.reader import Reader
    from bot.search.finder import Finder

    reading = Reader(content).read()
    if reading.library is None:
        raise ContentInvalid([str(problem) for problem in reading.errors])
    finder = Finder(reading.library)
    from_input = question == "-"
    questions: Iterable[str] = (line.rstrip("\n") for line in sys.stdin) if from_input else [question]
    for one in questions:
        results = [asdict(match) for match in finder.find(one, limit)]
        if as_json or from_input:
            print(json.dumps({"query": one, "results": results}, ensure_ascii=False), flush=True)
            continue
        for result in results:
            print(f"{result['score']:.3f}  {result['id']:<34}  {result['title']}")
        if not results:
            print("Nothing close.")


@cli.command()
def doctor(
    config: _Config = None,
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Leave out what has to ask Discord.")] = False,
) -> None:
    """Check settings, content, folders, token and the portal; say how to fix each, and print the invite link."""
    import asyncio

    from bot.doctor import examine

    findings = asyncio.run(examine(config, offline=offline))
    for finding in findings:
        print(finding)
    raise typer.Exit(PROBLEM if any(finding.wrong for finding in findings) else 0)


@cli.command()
def demo(
    *,
    port: Annotated[int, typer.Option(min=0, max=65534, help="The page's port; the room takes the next one.")] = 8765,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    state: Annotated[Path | None, typer.Option(help="Keep check-ins, settings and content here between runs.")] = None,
    content: _Pack = DEFAULT_PACK,
) -> None:
    """Try the bot in your browser: the real bot, a simulated Discord, no token, nothing leaves this machine."""
    from bot.demo.run import serve

    serve(content, port, open_browser=not no_open, state=state)


@cli.command()
def gallery(
    out: Annotated[Path, typer.Option(help="The folder to write pictures to.")] = Path("build/gallery"),
    browser: Annotated[str | None, typer.Option(help="The Chromium to draw with.")] = None,
    content: _Pack = DEFAULT_PACK,
) -> None:
    """Draw every card at desktop and phone width, and the contact sheets in docs/."""
    from bot.demo.gallery import make

    for path in make(content, out, browser):
        print(path)
