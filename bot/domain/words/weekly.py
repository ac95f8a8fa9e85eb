"""`moderators/weekly.yaml`: the prompt that comes into a channel once a week."""

from bot.domain.content import ButtonLabel, Label, Line, Waiver, authored


@authored
class WeeklyMessageWords:
    """What stands with the prompt."""

    title: Label
    yours: Line
    reflect: ButtonLabel
    gone: Line
    pause: ButtonLabel


@authored
class WeeklyPauseWords:
    """Answers to a press on Pause."""

    paused: Line
    nothing_set: Line
    for_moderators: Line


@authored
class WeeklyWords:
    """All of it."""

    title: Label
    message: WeeklyMessageWords
    pause: WeeklyPauseWords
    waive: tuple[Waiver, ...] = ()
