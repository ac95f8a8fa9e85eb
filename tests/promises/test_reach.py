"""No gatekeeping, by construction: what everybody can use has no way to what members keep, not even in memory."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.wire.process import ROOT

CONTRACT = "Lookups reach nothing that members keep"
FOR_LATER = {"sqlalchemy", "alembic", "cryptography", "aiosqlite", "asyncpg", "greenlet", "babel", "resvg_py"}


def contract() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return next(one for one in project["tool"]["importlinter"]["contracts"] if one["name"] == CONTRACT)


def children(package: str) -> set[str]:
    """Name a package's modules and folders."""
    found = (ROOT / package.replace(".", "/")).iterdir()
    return {f"{package}.{one.stem}" for one in found if not one.name.startswith("__")}


def imported_by(module: Path, package: str) -> set[str]:
    """Name the children of a package that a module imports from."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    found = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {".".join(one.split(".")[:3]) for one in found if one.startswith(f"{package}.")}


def test_the_contract_names_every_service_of_what_members_keep() -> None:
    personal = children("bot.services") - {"bot.services.pack"}

    assert set(contract()["forbidden_modules"]) >= personal | {"bot.storage", "bot.jobs"}
    assert not contract().get("allow_indirect_imports")
    assert not contract().get("ignore_imports")


def test_the_contract_holds_for_every_cog_that_the_notebook_does_not_wire() -> None:
    """The app wires what everybody uses, the notebook what is personal; a cog that comes later is held to it, too."""
    everybodys = imported_by(ROOT / "bot" / "app.py", "bot.cogs")
    personal = imported_by(ROOT / "bot" / "notebook.py", "bot.cogs") - everybodys

    assert everybodys <= set(contract()["source_modules"])
    assert children("bot.cogs") - personal <= set(contract()["source_modules"])


def test_starting_loads_nothing_that_only_check_ins_need() -> None:
    """It would take longer than connecting does; and what is not loaded cannot be asked."""
    program = "import sys, bot.__main__, bot.cli, bot.app\nprint(*sorted({one.split('.')[0] for one in sys.modules}))"

    # Measured for coverage, the process would load what measuring needs.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, env=env
    )

    assert "discord" in done.stdout.split()
    assert not FOR_LATER & set(done.stdout.split())
