"""`moderators/servers.yaml`."""

from bot.domain.content import Label, Waiver, authored


@authored
class ServerWords:
    """All of it."""

    title: Label
    waive: tuple[Waiver, ...] = ()
