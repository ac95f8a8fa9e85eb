"""Draws the end of a check-in: kind words, at most one thing to do, what can still be added, and if it is kept.

What was ticked as not right is nowhere once it has been answered. The words that answer it stay on the message: where
that is drawn again, they are read back from it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import discord
from discord import ui

from bot.domain.checkins.closing import Closing
from bot.domain.checkins.standing import Ended
from bot.domain.library import Library
from bot.domain.script import LOOK_AFTER, SITUATION, STAGE
from bot.ui.checkins.steps import draw_labels
from bot.ui.drawing import Drawing, button, echo, gap, row, small, text
from bot.ui.ids import NO_TOKEN, Kind, Press, UnknownPress, decode
from bot.ui.quoting import quoted
from bot.ui.support import draw_support_alone

_KIND_WORDS: Final = 7003  # the number of the text that answers what was said


@dataclass(frozen=True, slots=True, repr=False)
class Answered:
    """What a closing on a message says already, and the cards it leads to."""

    words: str
    cards: tuple[str, ...]


def answered_on(message: discord.Message | None) -> Answered | None:
    """Read the kind words of a closing back from its message; None where there are none."""
    words, cards = "", list[str]()
    for one in _components(message):
        if getattr(one, "id", None) == _KIND_WORDS:
            words = str(getattr(one, "content", ""))
        press = _press_of(one)
        if press is not None and press.kind is Kind.CARD_PRIVATE:
            cards.append(press.subject)
    return Answered(words, tuple(cards)) if words else None


def offers_on(message: discord.Message | None) -> bool:
    """Whether a message offers what can be added to a check-in at its end."""
    return any(press.kind is Kind.OFFER for one in _components(message) if (press := _press_of(one)))


def draw_ended_check_in(
    library: Library, ended: Ended, now: datetime, *, reminders: bool, before: Answered | None = None
) -> Drawing:
    """Draw the closing; one that offers support shows the people who can help and nothing else.

    `before` is what the message says that it is drawn over.
    """
    closing = ended.closing
    if closing.instead:
        return _draw_help_alone(library, ended, now)
    answered = before or Answered("\n\n".join(closing.lines), closing.explainers)
    blocks: list[ui.Item[Any]] = [ui.TextDisplay[Any](answered.words, id=_KIND_WORDS)] if answered.words else []
    if closing.next_step is not None:
        concerns = library.notebook.conversation.concerns.format(who=closing.next_step.concerns)
        blocks += [gap(), text(f"{closing.next_step.say}\n{small(concerns)}")]
    added = [small(one) for one in _added(library, closing)]
    foot = [one for one in (*added, closing.rest, *_what_became(library, ended, reminders=reminders)) if one]
    blocks += [gap(), text("\n".join(foot))]
    choices, offers = _choices(library, ended), _offers(library, ended)
    return Drawing(*blocks, *choices, *offers, *_ways_on(library, ended, answered, reminders=reminders))


def draw_said(library: Library, ended: Ended) -> Drawing:
    """Draw what the member said, for them alone: each question with their answer."""
    said = "\n".join(_said(one.question, one.words) for one in ended.closing.mirror)
    return Drawing(text(f"{library.check_in.mirror}\n{said}" if said else library.notebook.receipts.nothing_here))


def draw_let_go(library: Library) -> Drawing:
    """Draw that a check-in was not kept."""
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
    dies between noting how their check-in ended and offering support, this is what pressing again brings.
    """
    words = library.notebook.conversation
    again = button(words.check_in, Press(Kind.CHECK_IN))
    return draw_support_alone(library, now).below(f"{words.ended}\n\n{words.ended_help}").above(row(again))


def _draw_help_alone(library: Library, ended: Ended, now: datetime) -> Drawing:
    words, at = library.notebook.conversation, Press(Kind.HIDE_SUPPORT, token=ended.token, version=ended.version)
    said = "\n\n".join([*ended.closing.lines, words.none_kept])
    controls = row(
        button(words.show_written, replace(at, kind=Kind.SHOW_WRITTEN)) if ended.wrote else None,
        button(words.ticked_by_mistake, replace(at, kind=Kind.TAKE_BACK_TICK)),
        button(words.put_away, at),
    )
    return draw_support_alone(library, now).below(said).above(controls)


def _added(library: Library, closing: Closing) -> list[str]:
    """Name the label, and the own word, that a check-in has."""
    words, session = library.notebook.conversation, closing.session
    stage = session.answer_to(STAGE)
    own = [one.own_word for one in stage.chosen if one.own_word] if stage else []
    lines = [words.situation.format(label=echo(session.label))] if session.label else []
    return [*lines, *(words.own_word.format(word=echo(one)) for one in own)]


def _what_became(library: Library, ended: Ended, *, reminders: bool) -> list[str]:
    words = library.notebook.conversation
    if ended.kept:
        kept = words.kept_until_deleted if ended.until is None else words.kept.format(day=_day(ended.until))
        return [kept, words.reminders_offer] if ended.first and reminders else [kept]
    lines = [ended.trouble] if ended.trouble else []
    return [*lines, ended.closing.keep_ask or words.not_kept]


def _choices(library: Library, ended: Ended) -> list[ui.Item[Any]]:
    """Offer to keep it or not to, in equal weight."""
    if not ended.asks:
        return []
    script = library.check_in
    keep, let_go = Press(Kind.KEEP, token=ended.token), Press(Kind.LET_GO, token=ended.token)
    return [row(button(script.keep_it, keep), button(script.let_go, let_go))]


def _offers(library: Library, ended: Ended) -> list[ui.Item[Any]]:
    """Offer what a form had no room for: a label, an own word, one thing to look after."""
    words, offers = library.notebook.conversation, ended.closing.offers
    labels = {SITUATION: words.add_label, STAGE: words.add_own_word, LOOK_AFTER: words.look_after}
    at = Press(Kind.OFFER, token=ended.token)
    rows: list[ui.Item[Any]] = []
    if offers:
        rows.append(row(*(button(labels[one], replace(at, subject=one)) for one in offers)))
    if SITUATION in offers and ended.labels:
        rows.append(draw_labels(library, replace(at, subject=SITUATION), ended.labels, Kind.OFFER_LABEL))
    return rows


def _ways_on(library: Library, ended: Ended, answered: Answered, *, reminders: bool) -> list[ui.Item[Any]]:
    words, closing = library.notebook.conversation, ended.closing
    cards = [*answered.cards, closing.next_step.opens if closing.next_step else None]
    found = [one for id_ in dict.fromkeys(cards) if id_ and (one := library.explainer(id_))]
    reading = [row(button(one.title, Press(Kind.CARD_PRIVATE, one.id))) for one in found]
    offered = ended.first and reminders
    waits = int(ended.until.timestamp()) if ended.asks and ended.until else 0
    away = Press(Kind.PUT_AWAY, token=ended.token if ended.asks else NO_TOKEN, version=waits)
    return [
        *reading,
        row(
            button(words.show_said, Press(Kind.SHOW_SAID, token=ended.token)) if closing.mirror else None,
            button(words.put_away, away),
            button(words.look_back, Press(Kind.LOOK)) if ended.kept else None,
            button(words.reminders_button, Press(Kind.REMINDERS)) if offered else None,
            button(library.interface.buttons.support, Press(Kind.SUPPORT)),
        ),
    ]


def _said(question: str, words: tuple[str, ...]) -> str:
    if len(words) == 1 and "\n" in words[0]:
        return f"- {question}\n{quoted(words[0])}"
    return f"- {question} **{', '.join(echo(one, 500) for one in words)}**"


def _components(message: discord.Message | None) -> Iterator[Any]:
    """Walk a message in reading order."""
    waiting: list[Any] = list(reversed(message.components)) if message else []
    while waiting:
        one = waiting.pop()
        yield one
        children: Iterable[Any] = getattr(one, "children", ())
        waiting += reversed(list(children))


def _press_of(component: Any) -> Press | None:
    try:
        return decode(str(getattr(component, "custom_id", "")))
    except UnknownPress:
        return None


def _day(moment: datetime) -> str:
    return discord.utils.format_dt(moment, "D")
