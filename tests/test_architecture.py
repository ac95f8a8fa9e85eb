"""What the structure promises: one way in for presses, production without extras, commands that aim at nobody."""

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest
from discord import AppCommandOptionType, app_commands

from bot.app import App
from bot.cogs.presses import Handler, Pressed, Presses
from bot.cogs.replies import Defer
from bot.config import CheckIns, Operator, Settings, StorageSettings
from bot.transport.gateway import GatewayClient
from bot.ui.ids import Kind

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "bot").rglob("*.py"))
OPERATOR_SERVER = 1234


@pytest.fixture
async def client() -> GatewayClient:
    kept = StorageSettings(key_files=(Path("master.key"),))  # read by nobody here: it is what brings every command
    asked = Settings(operator=Operator(user=1, server=OPERATOR_SERVER), storage=kept, check_ins=CheckIns(enabled=True))
    client = App(asked).make_client()
    await client.complete()
    return client


def commands_of(
    client: GatewayClient,
) -> Iterator[app_commands.Command | app_commands.Group | app_commands.ContextMenu]:
    yield from client.tree.get_commands()
    yield from client.tree.get_commands(guild=discord.Object(OPERATOR_SERVER))


FORBIDDEN_NAMES = {
    "DynamicItem",
    "add_view",
    "add_dynamic_items",
    "on_submit",
    "interaction_check",
    "wait_for",
    "Modal",
}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_other_way_in_for_presses_exists(source: Path) -> None:
    """Views that listen, dynamic items and modals of discord.py lose, leak or misdirect presses."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    allowed = {"wait_for"} if "demo" in source.parts else set[str]()
    allowed |= {"Modal"} if source == ROOT / "bot/ui/forms.py" else set()
    # The tree's own: it lets a command wait for the half it belongs to.
    allowed |= {"interaction_check"} if source == ROOT / "bot/transport/gateway.py" else set()

    assert not used & (FORBIDDEN_NAMES - allowed)

    bases = {ast.unparse(base) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases}
    known = {"ui.LayoutView", "ui.Modal"}
    # The one item of ours is what is sent and nothing more: it has no callback and takes no press.
    known |= {"ui.Item[Any]"} if source == ROOT / "bot/ui/drawing.py" else set()
    assert not {base for base in bases if base.startswith(("ui.", "discord.ui."))} - known
    callbacks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(ast.unparse(one).endswith(".callback") for one in node.targets)
    ]
    assert not callbacks


def test_one_handler_takes_interactions() -> None:
    listening = [source for source in SOURCES if "async def on_interaction" in source.read_text(encoding="utf-8")]

    assert [one.relative_to(ROOT).as_posix() for one in listening] == [
        "bot/cogs/presses.py",
        "bot/transport/gateway.py",
    ]


async def test_every_kind_of_press_has_a_handler(client: GatewayClient) -> None:
    assert set(client.presses.kinds) == set(Kind)


async def test_a_second_handler_of_a_kind_of_press_is_refused(client: GatewayClient) -> None:
    async def act(pressed: Pressed) -> None:
        await pressed.reply.suggest_nothing()

    for kind in Kind:
        with pytest.raises(ValueError, match=kind.name):
            client.presses.add([(kind, Handler(act, Defer.NEVER))])
    twice = [(Kind.CARD, Handler(act, Defer.NEVER))] * 2
    with pytest.raises(ValueError, match=Kind.CARD.name):
        Presses(client.presses._pack, twice)


async def test_intents_are_direct_messages_and_nothing_else(client: GatewayClient) -> None:
    assert [name for name, on in client.intents if on] == ["dm_messages"]


async def test_every_command_says_where_it_may_be_used(client: GatewayClient) -> None:
    for command in client.tree.get_commands():
        payload = command.to_dict(client.tree)
        for_moderators = command.default_permissions is not None
        assert sorted(payload["contexts"]) == ([0] if for_moderators else [0, 1, 2]), command.name
        assert sorted(payload["integration_types"]) == ([0] if for_moderators else [0, 1]), command.name


async def test_the_operators_commands_exist_in_their_server_alone(client: GatewayClient) -> None:
    names = {command.name for command in client.tree.get_commands()}
    (group,) = client.tree.get_commands(guild=discord.Object(OPERATOR_SERVER))

    assert group.name not in names
    assert group.default_permissions == discord.Permissions(manage_guild=True)


async def test_no_command_takes_a_member(client: GatewayClient) -> None:
    people = {AppCommandOptionType.user, AppCommandOptionType.mentionable, AppCommandOptionType.role}
    for command in commands_of(client):
        if isinstance(command, app_commands.ContextMenu):
            assert command.type is discord.AppCommandType.message
            continue
        subcommands = command.walk_commands() if isinstance(command, app_commands.Group) else [command]
        for one in subcommands:
            if isinstance(one, app_commands.Command):
                assert not {parameter.type for parameter in one.parameters} & people


async def test_command_texts_fit_discord(client: GatewayClient) -> None:
    for command in commands_of(client):
        payload = command.to_dict(client.tree)
        assert len(str(payload)) < 8000
        if "description" in payload:
            assert 1 <= len(payload["description"]) <= 100
        for option in payload.get("options", []):
            assert 1 <= len(option["description"]) <= 100


IMPORTED_IN = {
    "alembic": {"storage"},
    "cryptography": {"storage"},
    "discord": {"ui", "cogs", "jobs", "transport", "app", "halves", "notebook", "noticeboard", "doctor", "demo"},
    "pydantic": {"authoring"},
    "simcord": {"demo"},
    "sqlalchemy": {"storage"},
    "yaml": {"authoring", "plain_yaml"},
}


def test_libraries_are_imported_where_they_belong() -> None:
    """What imports them no longer is to lose its place here, too."""
    found = {name: {part for part, names in imports().items() if name in names} for name in IMPORTED_IN}

    assert found == IMPORTED_IN


def test_the_domain_is_the_standard_library_alone() -> None:
    assert imports()["domain"] - sys.stdlib_module_names == {"bot"}


@functools.cache
def imports() -> dict[str, set[str]]:
    """Give what each part of the bot imports, be it for a function or a type alone."""
    found = dict[str, set[str]]()
    for source in SOURCES:
        part = source.relative_to(ROOT / "bot").parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found.setdefault(part, set()).update(name.split(".")[0] for name in names)
    return found


def test_production_imports_without_any_extra() -> None:
    """The Dockerfile installs no extras; what production imports may not need them."""
    modules = [
        ".".join(source.relative_to(ROOT).with_suffix("").parts)
        for source in SOURCES
        if "demo" not in source.parts and source.name not in {"__init__.py", "__main__.py"}
    ]
    program = (
        "import sys, importlib\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'simcord', 'playwright', 'pytest', 'hypothesis', 'PIL', 'av'}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_a_start_without_trouble_imports_nothing_that_explains_trouble() -> None:
    """Pydantic and the command line's library take half as long to import as connecting does."""
    program = (
        "import sys, bot.__main__, bot.run\n"
        "from bot.app import App\n"
        "from bot.config import load_settings\n"
        "App(load_settings(None))\n"
        "print(*sorted({one.split('.')[0] for one in sys.modules}))"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "discord" in done.stdout.split()
    assert not {"pydantic", "typer", "rich"} & set(done.stdout.split())


def test_the_top_level_holds_what_it_may_and_nothing_more() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    top = {line.split("/")[0] for line in listed if line and not line.startswith(".")}

    assert top <= {
        *("bot", "content", "tests", "docs", "config.example.yaml", "pyproject.toml", "requirements.lock"),
        *("README.md", "Dockerfile", "Makefile", "CHANGELOG.md", "deploy"),
    }


READS_A_CLOCK = {"bot/transport/discord_clock.py", "bot/cli_storage.py", "bot/authoring/references.py"}
COUNTS_PAUSES = {"bot/jobs/runner.py"}
CONFIRMS = {"bot/domain/trusted_time.py", "bot/storage/moments.py"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_reads_this_machine_s_clock_but_what_compares_it(source: Path) -> None:
    """What deletes takes a `ConfirmedTime`, which the type checker holds; only what asked Discord makes one."""
    name = source.relative_to(ROOT).as_posix()
    tree = ast.parse(source.read_text(encoding="utf-8"))
    used = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    read = {one for one in used if one in {"time.time", "date.today", "datetime.today"} or one.endswith("datetime.now")}
    read |= {one for one in used if one.rpartition(".")[2] in {"utcnow", "utcfromtimestamp"}}
    if name in COUNTS_PAUSES:
        read.discard("utcnow")
    assert not read or name in READS_A_CLOCK or "demo" in source.parts
    assert "ConfirmedTime" not in used or name in CONFIRMS
