"""The docs say what is: every setting, command and subcommand, the schemas, the version."""

import dataclasses
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from discord import app_commands
from typer.models import TyperInfo

from bot import __version__
from bot.app import App
from bot.authoring.pack import shape_of
from bot.authoring.schema import schemas
from bot.cli import cli
from bot.config import CheckIns, Settings, StorageSettings, load_settings
from bot.storage.keyfile import new_key_file

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)


def settings_of(shape: type[Any], prefix: str = "") -> list[str]:
    names: list[str] = []
    for one in dataclasses.fields(shape):
        nested = dataclasses.is_dataclass(one.type)
        names += settings_of(one.type, f"{prefix}{one.name}.") if nested else [f"{prefix}{one.name}"]
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


def commands_of(app: App) -> Iterator[str]:
    """Name every command there is with everything switched on, as the docs write it."""
    for cog in (app._lookups, app._stages, app._reflect, app._glossary, app._guide):
        yield from map(written, cog.commands())
    for half in app.halves._make():
        for command in half.commands():
            for one in command.commands if isinstance(command, app_commands.Group) else (command,):
                yield written(one)
    for one in app._operator.group().commands:
        yield written(one)


def written(command: Any) -> str:
    if isinstance(command, app_commands.ContextMenu):
        return f"| **{command.name}** (a message's menu"
    options = (one for one in command.parameters)
    given = [one.display_name if one.required else f"[{one.display_name}]" for one in options]
    return f"| `/{' '.join((command.qualified_name, *map(str, given)))}` |"


def test_every_command_is_documented_with_its_options(tmp_path: Path) -> None:
    new_key_file(tmp_path / "key")
    storage = StorageSettings(database=f"sqlite:///{tmp_path / 'bot.db'}", key_files=(tmp_path / "key",))
    app = App(Settings(content=ROOT / "content" / "en", check_ins=CheckIns(enabled=True), storage=storage))
    listed = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    named = list(commands_of(app))
    assert [one for one in named if one not in listed] == []
    assert len(named) > 25


@pytest.mark.parametrize(
    "file",
    [one for folder in ("checkins", "moderators") for one in sorted((ROOT / "content" / "en" / folder).glob("*.yaml"))],
    ids=lambda path: path.name,
)
def test_every_file_of_a_half_is_documented(file: Path) -> None:
    assert f"`{file.parent.name}/{file.name}`" in DOCS


def test_the_pictures_in_the_docs_are_small() -> None:
    pictures = (*(ROOT / "docs").glob("check-in-*.jpg"), *(ROOT / "docs").glob("moderators-*.jpg"))
    assert len(pictures) == 4
    for picture in (*pictures, ROOT / "docs" / "readme.png"):
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
