"""`moderators/weekly.yaml`."""

from bot.domain.content import Label, Waiver, authored


@authored
class WeeklyWords:
    """All of it."""

    title: Label
    waive: tuple[Waiver, ...] = ()
