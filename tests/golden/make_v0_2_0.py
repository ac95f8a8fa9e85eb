"""How `v0_2_0/` was made: by the code of 0.2.0, commit e3161fb, and never again. It stays as its description.

On that commit, with `tests/` of 0.3.0 (2de2467) and this folder as it was when it came laid over it, but
`tests/conftest.py` of its own: `python -m tests.golden.make_v0_2_0 FOLDER`. All is done as for 0.3.0, but what came
with servers.
"""

import asyncio
import importlib.abc
import importlib.machinery
import itertools
import sys
import tempfile
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import bot.config
import bot.storage.ids
from bot.ui.ids import Kind

LATER = ("bot.cogs.cards", "bot.domain.cards", "bot.domain.servers", "tests.promises.moderating")


class Absent(types.ModuleType):
    """A module that 0.2.0 has none of; nothing of it is used."""

    __path__: Sequence[str] = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


class Absence(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives an empty module for each that came later, so that what imports it can be imported."""

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.startswith(LATER) else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return Absent(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


sys.meta_path.insert(0, Absence())
bot.config.Secret = SecretStr  # its name later
bot.storage.ids.PostingId = bot.storage.ids.RowId
for line in Path("tests/ui/kinds.txt").read_text(encoding="utf-8").splitlines():
    if not hasattr(Kind, name := line.partition("=")[0]):
        setattr(Kind, name, name)  # a name alone, which no press has

from tests.golden import make_v0_3_0 as later  # noqa: E402  # needs what stands in above for what 0.2.0 lacks
from tests.golden import reading  # noqa: E402  # needs what stands in above for what 0.2.0 lacks
from tests.promises.crawling import Crawler  # noqa: E402  # needs what stands in above for what 0.2.0 lacks
from tests.promises.hosting import Host  # noqa: E402  # needs what stands in above for what 0.2.0 lacks
from tests.promises.living import PERSONAL, Life  # noqa: E402  # needs what stands in above for what 0.2.0 lacks


async def try_everything(host: Host) -> list[later.Upon]:
    """Do all there is to do, but what ends it; give every press that was come upon."""
    wire = host.wire
    numbers = itertools.count(1)
    life = Life(host, wire.member, lambda: f"a few words {next(numbers)}")
    await life.try_all_but_the_end()
    lookups = Crawler(host, wire.moderator, life.fill, guild=True, most=1)
    await lookups.run({one["name"] for one in wire.world.commands[None]} - set(PERSONAL))
    found = [later.Upon(life.user, one) for one in life.member.recorded]
    for crawler in (life.crawler, lookups):
        found += [later.Upon(crawler.user, one) for one in (*crawler.recorded, *crawler.late)]
    return found


async def no_servers(*_: Any) -> None:
    """Write nothing of servers."""


async def no_rows(_: Any) -> Any:
    """Find no rows of servers."""
    for one in ():
        yield one


if __name__ == "__main__":
    later.LATE = [one for one in later.LATE if isinstance(one, Kind)]
    later.try_everything, later.write_servers, reading._rows_of_servers = try_everything, no_servers, no_rows
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(sys.argv[1])
        target.mkdir(parents=True)
        asyncio.run(later.make(target, Path(temporary)))
