"""No gatekeeping, by construction: what everybody can use has no way to what members keep, not even in memory."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.wire.process import ROOT

LOOKUPS = "Lookups reach nothing that members keep"
NOTICEBOARD = "The noticeboard reaches nothing that members keep"
FOR_LATER = {"sqlalchemy", "alembic", "cryptography", "aiosqlite", "asyncpg", "greenlet", "babel", "resvg_py"}


def contract(name: str) -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return next(one for one in project["tool"]["importlinter"]["contracts"] if one["name"] == name)


def sources(name: str) -> set[str]:
    return set(contract(name)["source_modules"])


def forbidden(name: str) -> set[str]:
    return set(contract(name)["forbidden_modules"])


def children(package: str) -> set[str]:
    """Name a package's modules and folders."""
    found = (ROOT / package.replace(".", "/")).iterdir()
    return {f"{package}.{one.stem}" for one in found if not one.name.startswith("__")}


def imported_by(module: Path, package: str) -> set[str]:
    """Name the children of a package that a module imports from."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    found = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {".".join(one.split(".")[:3]) for one in found if one.startswith(f"{package}.")}


@pytest.mark.parametrize("name", [LOOKUPS, NOTICEBOARD])
def test_no_contract_lets_anything_through(name: str) -> None:
    assert not contract(name).get("allow_indirect_imports")
    assert not contract(name).get("ignore_imports")


def test_lookups_may_reach_no_service_of_either_half() -> None:
    assert forbidden(LOOKUPS) >= (children("bot.services") - sources(LOOKUPS)) | {"bot.storage", "bot.jobs"}


def test_the_contract_holds_for_every_cog_of_neither_half() -> None:
    """The app wires what everybody uses, the notebook what is personal; a cog that comes later is held to it, too."""
    everybodys = imported_by(ROOT / "bot" / "app.py", "bot.cogs")
    personal = imported_by(ROOT / "bot" / "notebook.py", "bot.cogs") - everybodys

    assert everybodys <= sources(LOOKUPS)
    assert children("bot.cogs") - personal - sources(NOTICEBOARD) <= sources(LOOKUPS)


@pytest.mark.parametrize("layer", ["bot.cogs", "bot.jobs", "bot.services"])
def test_whatever_is_not_everybodys_is_on_one_side_of_the_noticeboard(layer: str) -> None:
    """A module that comes later has to be put on a side: it may reach what members keep, or the noticeboard may it."""
    halves = children(layer) - sources(LOOKUPS)

    assert halves <= sources(NOTICEBOARD) | forbidden(NOTICEBOARD)
    assert not sources(NOTICEBOARD) & forbidden(NOTICEBOARD)


@pytest.mark.parametrize("layer", ["bot.domain", "bot.ui"])
def test_what_the_noticeboards_cogs_draw_and_decide_with_is_held_to_it(layer: str) -> None:
    features = {one.rpartition(".")[2] for one in children("bot.cogs") & sources(NOTICEBOARD)} | {"noticeboard"}

    assert {one for one in children(layer) if one.rpartition(".")[2] in features} <= sources(NOTICEBOARD)


def test_the_noticeboard_may_reach_no_store_of_people() -> None:
    """Its own stores hold what moderators set; the others open what members keep, or lend who opens it."""
    shared = {
        "address",
        "claim",
        "database",
        "driver",
        "engine",
        "errors",
        "failures",
        "ids",
        "leases",
        "moments",
        "occurrences",
        "opening",
        "postgresql",
        "process_lock",
        "sqlite",
        "statements",
    }
    own = {"deeds", "noticeboard", "postings", "sealing", "servers", "showings", "tables"}
    upkeep = {
        "backup",
        "files",
        "keyfile",
        "keyring",
        "migrations",
        "restore",
        "rotation",
        "upgrade",
    }  # reach the vault
    rest = {f"bot.storage.{one}" for one in shared | own | upkeep}

    assert children("bot.storage") - rest == {one for one in forbidden(NOTICEBOARD) if one.startswith("bot.storage")}


def test_starting_loads_nothing_that_only_check_ins_need() -> None:
    """It would take longer than connecting does; and what is not loaded cannot be asked."""
    program = "import sys, bot.__main__, bot.cli, bot.app\nprint(*sorted({one.split('.')[0] for one in sys.modules}))"

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "discord" in done.stdout.split()
    assert not FOR_LATER & set(done.stdout.split())
