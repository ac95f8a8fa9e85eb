"""Draws the end of a check-in: what was said, what it is answered with, at most one thing to do, and if it is kept."""

from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.domain.checkins.standing import Ended
from bot.domain.library import Library
from bot.ui.drawing import Drawing, button, echo, gap, row, small, text
from bot.ui.ids import Kind, Press
from bot.ui.quoting import quoted
from bot.ui.support import draw_support_alone


def draw_ended_check_in(library: Library, ended: Ended, now: datetime, *, reminders: bool) -> Drawing:
    """Draw the closing; one that offers support shows the people who can help and nothing else."""
    closing = ended.closing
    if closing.instead:
        away = button(library.notebook.conversation.put_away, Press(Kind.PUT_AWAY))
        said = "\n\n".join([*closing.lines, library.notebook.conversation.none_kept])
        return draw_support_alone(library, now).below(said).above(row(away))
    blocks: list[ui.Item[Any]] = []
    if closing.mirror:
        said = "\n".join(_said(one.question, one.words) for one in closing.mirror)
        blocks += [text(f"{library.check_in.mirror}\n{said}"), gap()]
    blocks += [text(*closing.lines)] if closing.lines else []
    if closing.next_step is not None:
        concerns = library.notebook.conversation.concerns.format(who=closing.next_step.concerns)
        blocks += [gap(), text(f"{closing.next_step.say}\n{small(concerns)}")]
    foot = [line for line in (closing.rest, *_what_became(library, ended, reminders=reminders)) if line]
    blocks += [gap(), text("\n".join(foot))]
    return Drawing(*blocks, *_choices(library, ended), *_ways_on(library, ended, reminders=reminders))


def draw_let_go(library: Library) -> Drawing:
    """Draw that a check-in was let go."""
    words = library.notebook.conversation
    return Drawing(
        text(words.let_go),
        row(
            button(words.check_in, Press(Kind.CHECK_IN)),
            button(library.interface.buttons.support, Press(Kind.SUPPORT)),
        ),
    )


def draw_gone(library: Library, now: datetime) -> Drawing:
    """Draw what answers a press on a check-in that is no more, with the people who can help.

    It is the same whatever ended it, and so tells nothing. One who is not safe may see no other answer: when the bot
    dies between dropping their check-in and offering support, this is what pressing again brings.
    """
    words = library.notebook.conversation
    again = button(words.check_in, Press(Kind.CHECK_IN))
    return draw_support_alone(library, now).below(f"{words.ended}\n\n{words.ended_help}").above(row(again))


def _what_became(library: Library, ended: Ended, *, reminders: bool) -> list[str]:
    words = library.notebook.conversation
    if ended.kept:
        kept = words.kept_until_deleted if ended.until is None else words.kept.format(day=_day(ended.until))
        return [kept, words.reminders_offer] if ended.first and reminders else [kept]
    lines = [ended.trouble] if ended.trouble else []
    return [*lines, ended.closing.keep_ask or words.not_kept]


def _choices(library: Library, ended: Ended) -> list[ui.Item[Any]]:
    """Offer to keep it or to let it go, in equal weight."""
    if not ended.asks:
        return []
    script = library.check_in
    keep, let_go = Press(Kind.KEEP, token=ended.token), Press(Kind.LET_GO, token=ended.token)
    return [row(button(script.keep_it, keep), button(script.let_go, let_go))]


def _ways_on(library: Library, ended: Ended, *, reminders: bool) -> list[ui.Item[Any]]:
    words, closing = library.notebook.conversation, ended.closing
    cards = [closing.explainer, closing.next_step.opens if closing.next_step else None]
    found = [one for id_ in dict.fromkeys(cards) if id_ and (one := library.explainer(id_))]
    reading = [row(button(one.title, Press(Kind.CARD_PRIVATE, one.id))) for one in found]
    offered = ended.first and reminders
    return [
        *reading,
        row(
            button(words.put_away, Press(Kind.PUT_AWAY, token=ended.token) if ended.asks else Press(Kind.PUT_AWAY)),
            button(words.look_back, Press(Kind.LOOK)) if ended.kept else None,
            button(words.reminders_button, Press(Kind.REMINDERS)) if offered else None,
            button(library.interface.buttons.support, Press(Kind.SUPPORT)),
        ),
    ]


def _said(question: str, words: tuple[str, ...]) -> str:
    if len(words) == 1 and "\n" in words[0]:
        return f"- {question}\n{quoted(words[0])}"
    return f"- {question} **{', '.join(echo(one, 500) for one in words)}**"


def _day(moment: datetime) -> str:
    return discord.utils.format_dt(moment, "D")
