"""The docs say what is: every setting, command and subcommand, the schemas, the version."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel
from typer.models import TyperInfo

from bot import __version__
from bot.authoring.pack import shape_of
from bot.authoring.schema import schemas
from bot.cli import cli
from bot.config import Settings, load_settings
from bot.domain.library import Library

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)


def settings_of(model: type[BaseModel], prefix: str = "") -> list[str]:
    names: list[str] = []
    for name, field in model.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, BaseModel):
            names += settings_of(nested, f"{prefix}{name}.")
        else:
            names.append(f"{prefix}{name}")
    return names


def flatten(written: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in written.items():
        flat |= flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


def test_the_example_configuration_loads_and_is_the_defaults() -> None:
    assert load_settings(ROOT / "config.example.yaml") == Settings()


def test_the_example_configuration_names_every_setting_with_a_word_on_it() -> None:
    text = (ROOT / "config.example.yaml").read_text(encoding="utf-8")

    assert sorted(flatten(yaml.safe_load(text))) == sorted(settings_of(Settings))
    values = [line for line in text.splitlines() if re.match(r" *\w+: +\S", line)]
    assert all("#" in line for line in values)


@pytest.mark.parametrize("name", settings_of(Settings))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCS


SUBCOMMANDS = [
    f"{group.name} {one.name or one.callback.__name__}".strip()
    for group in (*cli.registered_groups, TyperInfo(cli, name=""))
    for one in group.typer_instance.registered_commands
]


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_subcommand_is_documented(name: str) -> None:
    assert f"python -m bot {name}" in DOCS


def test_every_command_is_documented(library: Library) -> None:
    commands = library.interface.commands
    names = [commands.explain, commands.stages, commands.reflect, commands.glossary, commands.support]
    for name in [*(one.name for one in (*names, commands.help, commands.about)), f"{commands.content.name} status"]:
        assert f"/{name}" in DOCS
    assert commands.find_an_explainer in DOCS
    mine = library.my_data.command
    parts = (mine.show, mine.export, mine.bring_in, mine.pause, mine.delete)
    for name in (library.notebook.command.name, library.lookback.command.name, library.reminders.command.name):
        assert f"`/{name}" in DOCS
    for part in parts:
        assert f"`/{mine.name} {part.name}" in DOCS


@pytest.mark.parametrize(
    "file", sorted((ROOT / "content" / "en" / "checkins").glob("*.yaml")), ids=lambda path: path.name
)
def test_every_file_of_check_ins_is_documented(file: Path) -> None:
    assert f"`checkins/{file.name}`" in DOCS


def test_the_pictures_in_the_docs_are_small() -> None:
    for picture in (*(ROOT / "docs").glob("check-in-*.jpg"), ROOT / "docs" / "readme.png"):
        assert picture.stat().st_size < 600_000


@pytest.mark.parametrize("name", sorted(schemas()))
def test_committed_schemas_are_the_ones_the_loader_uses(name: str) -> None:
    committed = (ROOT / "content" / "schema" / name).read_text(encoding="utf-8")

    assert committed == schemas()[name]


@pytest.mark.parametrize("file", sorted((ROOT / "content" / "en").rglob("*.yaml")), ids=lambda path: path.name)
def test_every_file_of_the_pack_names_its_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)

    assert found
    schema = (file.parent / found[1]).resolve()
    assert schema.is_file()
    assert shape_of(file.relative_to(ROOT / "content" / "en").as_posix()) is not None


def test_the_version_stands_in_one_place_and_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_lock_holds_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert "://" not in lock
    assert "index" not in re.sub(r"(?m)^\S+==.*$", "", lock)
    packages = re.findall(r"(?m)^\S+==\S+", lock)
    assert len(packages) > 40
    assert lock.count("--hash=sha256:") >= len(packages)


def test_links_between_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_nothing_in_the_project_names_the_machine_it_was_made_on() -> None:
    listed = subprocess.run(
        ["git", "grep", "-nIE", r"(/root/|/wor[k]/|/home/[a-z])"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert [line for line in listed.stdout.splitlines() if "test_documentation.py" not in line] == []


def test_pack_says_that_no_clinician_has_read_it() -> None:
    assert "A clinician who knows non-monogamy has not read it yet" in DOCS
