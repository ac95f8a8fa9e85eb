"""`/content`: for the person who runs the bot, in their own server, about the pack and nothing else."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import discord
from discord import app_commands

from bot.cogs.replies import Reply
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.ui.pages import draw_pack_status


class OperatorCog:
    """Tells what is serving and what is wrong with the newest pack."""

    def __init__(self, pack: ServedPack, operator_id: int | None, now: Callable[[], datetime]) -> None:
        self._pack = pack
        self._operator_id = operator_id
        self._now = now

    def group(self) -> app_commands.Group:
        """Make the group of commands for the operator's server."""
        words = self._pack.library.interface.commands.content

        async def status(interaction: discord.Interaction[Any]) -> None:
            self._check(interaction)
            await self._show_status(interaction)

        async def reload(interaction: discord.Interaction[Any]) -> None:
            self._check(interaction)
            await self._pack.reload(self._now())
            await self._show_status(interaction)

        group = app_commands.Group(
            name=words.name,
            description=words.description,
            default_permissions=discord.Permissions(manage_guild=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        for one, callback in ((words.status, status), (words.reload, reload)):
            group.add_command(app_commands.Command(name=one.name, description=one.description, callback=callback))
        return group

    async def _show_status(self, interaction: discord.Interaction[Any]) -> None:
        pack = self._pack
        own = pack.own_pages
        problems = sorted((*own.problems, *pack.problems), key=lambda problem: problem.warning)
        said = [f"{own}; of {own.behind} the newest do not serve."] if own.libraries or own.behind else []
        if pack.copy_since is not None:
            kept = discord.utils.format_dt(pack.copy_since, "F")
            said.append(
                f"This is a copy, kept on {kept}: since then no pack in the folder was good when the bot looked."
            )
        drawing = draw_pack_status(
            pack.library, pack.folder.as_posix(), pack.serving_since, list(map(str, problems)), "\n".join(said)
        )
        await Reply(interaction).show(drawing)

    def _check(self, interaction: discord.Interaction[Any]) -> None:
        """Let the operator through; default permissions are a hint that an administrator can widen."""
        if self._operator_id is None or interaction.user.id != self._operator_id:
            raise UserError(self._pack.library.interface.trouble.not_operator)
