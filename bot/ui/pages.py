"""Draws everything that is not a card: lists, choices, prompts, terms, help, about, apologies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.domain.content import Explainer, Prompt, Stage, Term, Theme
from bot.domain.library import Library
from bot.ui.cards.card import COLOURS, cite, name_card, name_theme, origin_line
from bot.ui.consent import tell_moderates
from bot.ui.drawing import (
    MOST_OPTIONS,
    Button,
    Choice,
    Drawing,
    Picture,
    button,
    gap,
    link,
    row,
    select,
    shorten,
    small,
    text,
)
from bot.ui.ids import Kind, Press

_MOST_PROBLEMS = 12
_PAGE = re.compile(r"https?://[^\s/]+\.[^\s]+")


def draw_ways_on(library: Library, sentence: str) -> Drawing:
    """Draw one sentence with the list of cards, the glossary and Support under it."""
    return Drawing(text(sentence), row(*_ways_on(library)))


def draw_plain(sentence: str) -> Drawing:
    """Draw one sentence and nothing else."""
    return Drawing(text(sentence))


@dataclass(frozen=True, slots=True)
class _Listing:
    """A list too long for one select: what it is called, its choices, and the presses for choosing and turning."""

    title: str
    placeholder: str
    choose: Kind
    turn: Kind
    choices: Sequence[Choice]

    def draw(self, library: Library, page: int) -> Drawing:
        """Draw one page, as lines and as a select; pages outside the list are brought inside."""
        words = library.interface
        pages = max(1, -(-len(self.choices) // MOST_OPTIONS))
        page = min(max(page, 0), pages - 1)
        shown = self.choices[page * MOST_OPTIONS : (page + 1) * MOST_OPTIONS]
        lines = "\n".join(f"- {one.label}" for one in shown)
        foot = small(words.explain.list_page.format(page=page + 1, pages=pages))
        earlier = button(words.buttons.earlier, Press(self.turn, position=page - 1)) if page else None
        later = button(words.buttons.later, Press(self.turn, position=page + 1)) if page + 1 < pages else None
        support = button(words.buttons.support, Press(Kind.SUPPORT))
        body = text(f"## {self.title}\n{lines}")
        return Drawing(
            body, text(foot), select(self.placeholder, Press(self.choose), shown), row(earlier, later, support)
        )


def draw_cards_page(library: Library, page: int) -> Drawing:
    """Draw one page of the list of all cards, in order of kind and title."""
    words = library.interface
    cards = sorted(library.explainers.values(), key=lambda one: (list(COLOURS).index(one.kind), one.title))
    choices = [Choice(name_card(library, one), one.id, getattr(words.card.kinds, one.kind)) for one in cards]
    listing = _Listing(words.explain.list_title, words.buttons.choose_card, Kind.CARD, Kind.CARDS_PAGE, choices)
    return listing.draw(library, page)


def draw_terms_page(library: Library, page: int, title: str = "") -> Drawing:
    """Draw one page of the glossary's words; `title` in place of the usual one says why."""
    words = library.interface
    terms = sorted(library.terms.values(), key=lambda one: one.term.casefold())
    choices = [Choice(one.term, one.id) for one in terms]
    named = title or words.glossary.title
    return _Listing(named, words.buttons.choose_term, Kind.TERM, Kind.TERMS_PAGE, choices).draw(library, page)


def draw_stages(library: Library, picture: Picture) -> Drawing:
    """Draw the trajectory: picture, words, and five buttons of one style."""
    words, trajectory, stages = library.interface, library.trajectory, library.trajectory.by_name
    names = "\n".join(f"- **{stage.name}**: {stage.line}" for stage in stages)
    gallery = ui.MediaGallery[Any]()
    gallery.add_item(media=f"attachment://{picture.name}", description=picture.alt)
    sources = small(f"{words.card.sources} " + " · ".join(cite(library, one) for one in trajectory.sources))
    container = ui.Container[Any](
        text(f"## {trajectory.title}\n{trajectory.summary}"),
        gallery,
        text(*trajectory.body),
        gap(),
        text(names),
        gap(),
        text(f"{words.stages.names}\n{sources}"),
        accent_colour=COLOURS["stage"],
    )
    each = row(*(button(stage.name, Press(Kind.STAGE, stage.id)) for stage in stages))
    card = button(words.buttons.read_the_card, Press(Kind.CARD, "trajectory"))
    return Drawing(container, each, row(card, button(words.buttons.support, Press(Kind.SUPPORT))), pictures=[picture])


def draw_stage(library: Library, stage: Stage) -> Drawing:
    """Draw one stage with its look-alikes and the help that stands under all five."""
    words, buttons = library.interface.stages, library.interface.buttons
    parts = [
        (words.looks_like, stage.looks_like),
        (words.looks_after, stage.looks_after),
        (words.strength, stage.strength),
        (words.helps, stage.helps),
        (words.no_hurry, stage.no_hurry),
        (words.for_someone_who_loves_you, stage.for_someone_who_loves_you),
    ]
    term = [small(words.term.format(term=stage.term))] if stage.term else []
    alike = "\n\n".join(
        f"**{one.name}**\n" + "\n".join(f"- {question}" for question in one.telling) for one in stage.look_alikes
    )
    container = ui.Container[Any](
        text("\n".join([f"## {stage.name}", stage.line, *term])),
        gap(),
        text(*(f"**{heading}.** {said}" for heading, said in parts)),
        gap(),
        text(f"### {words.look_alikes}\n{alike}"),
        ui.Separator(),
        text("\n".join(library.trajectory.help_lines)),
        accent_colour=COLOURS["stage"],
    )
    cards = [one for alike in stage.look_alikes if alike.card and (one := library.explainer(alike.card))]
    choices = [Choice(name_card(library, one), one.id) for one in [library.explainers[stage.id], *dict.fromkeys(cards)]]
    controls = row(
        button(buttons.reflect_on_this, Press(Kind.REFLECT, stage.id)),
        button(buttons.stages, Press(Kind.STAGES)),
        button(buttons.support, Press(Kind.SUPPORT)),
    )
    return Drawing(container, select(buttons.related, Press(Kind.CARD), choices), controls)


def draw_prompt(library: Library, theme: Theme, prompt: Prompt, another: Press, note: str = "") -> Drawing:
    """Draw one prompt; `another` carries the shuffle's seed and the next position."""
    words, buttons = library.interface.reflect, library.interface.buttons
    lines = [f"## {words.title.format(theme=theme.name)}", prompt.text]
    if prompt.starter:
        lines.append(f"*{words.starter.format(starter=prompt.starter)}*")
    if prompt.settle:
        lines.append(prompt.settle)
    foot = [small(line) for line in (note, words.yours) if line]
    foot += origin_line(library, library.origins.prompts.get(prompt.id))
    choices = [Choice(name_theme(library, one), one.id) for one in library.themes.values()]
    controls = row(
        button(buttons.another, another),
        button(buttons.read_the_card, Press(Kind.CARD, theme.about)),
        button(buttons.support, Press(Kind.SUPPORT)),
    )
    themes = select(buttons.choose_theme, Press(Kind.THEME), choices)
    return Drawing(text("\n\n".join(lines) + "\n" + "\n".join(foot)), controls, themes)


def draw_themes(library: Library, sentence: str) -> Drawing:
    """Draw the themes to choose from, under a sentence that says why."""
    choices = [Choice(name_theme(library, one), one.id) for one in library.themes.values()]
    support = button(library.interface.buttons.support, Press(Kind.SUPPORT))
    themes = select(library.interface.buttons.choose_theme, Press(Kind.THEME), choices)
    return Drawing(text(sentence), themes, row(support))


def draw_term(library: Library, term: Term) -> Drawing:
    """Draw one glossary entry with the cards that go further."""
    words, buttons = library.interface.glossary, library.interface.buttons
    lines = [f"## {term.term}", term.definition]
    if term.note:
        lines.append(f"*{term.note}*")
    foot = [small(words.also.format(aliases=", ".join(term.aliases)))] if term.aliases else []
    if term.sources:
        cited = " · ".join(cite(library, one) for one in term.sources)
        foot.append(small(f"{library.interface.card.sources} {cited}"))
    choices = [Choice(name_card(library, one), one.id) for id_ in term.see if (one := library.explainer(id_))]
    see = [select(buttons.related, Press(Kind.CARD), choices)] if choices else []
    controls = row(button(buttons.glossary, Press(Kind.TERMS)), button(buttons.support, Press(Kind.SUPPORT)))
    return Drawing(text("\n".join(lines + foot)), *see, controls)


@dataclass(frozen=True, slots=True)
class Runner:
    """Who runs this bot, as members are told, and what members can do here besides looking things up.

    `keeps` says that there is a key, so that what was kept can be looked at and taken, whatever else is switched off.
    `moderates` says whether they moderate a server that uses it, None where they have not said.
    """

    contact: str = ""
    policy: str = ""
    check_ins: bool = False
    reminders: bool = False
    keeps: bool = False
    moderates: bool | None = None


def draw_help(library: Library, runner: Runner, first: Explainer | None = None) -> Drawing:
    """Draw what the bot can do; above the ways on, the card that a server's moderators chose to be offered first."""
    words = library.interface.help
    personal = [
        (words.check_in, runner.check_ins),
        (words.look_back, runner.keeps),
        (words.reminders, runner.reminders),
        (words.my_data, runner.keeps),
    ]
    lines = [*(line for line, on in personal if on), *words.lines]
    start_here = library.servers.intro.start_here
    start = [row(button(shorten(start_here.format(card=first.title), 80), Press(Kind.CARD, first.id)))] if first else []
    said = text(f"## {words.title}", "\n".join(f"- {line}" for line in lines))
    return Drawing(said, *start, row(*_ways_on(library)))


def draw_about(library: Library, version: str, runner: Runner) -> Drawing:
    """Draw what this is and is not, its sources, privacy in a few lines, whom to tell, and the version."""
    words = library.interface.about
    works = "\n".join(
        f"- {work.author}, {work.title}" + (f", {work.year}" if work.year else "") for work in library.works.values()
    )
    report = words.report.format(contact=runner.contact) if runner.contact else words.report_nobody
    privacy = [*words.privacy, words.privacy_of_check_ins] if runner.keeps else list(words.privacy)
    who = tell_moderates(library, moderates=runner.moderates) if runner.keeps else ""
    privacy += [library.notebook.consent.moderates.line.format(moderates=who)] if who else []
    privacy += [words.policy.format(address=runner.policy)] if runner.policy else []
    container = ui.Container[Any](
        text(f"## {words.title}\n{words.what_it_is}", words.what_it_is_not),
        text(f"### {words.sources_title}\n{works}"),
        text(f"### {words.privacy_title}\n" + "\n".join(f"- {line}" for line in privacy)),
        text(f"### {words.report_title}\n{report}"),
        text(small(words.version.format(version=version, digest=library.digest[:12]))),
        accent_colour=COLOURS["service"],
    )
    cards = [Choice(library.explainers[id_].title, id_) for id_ in ("about", "privacy", "support")]
    support = button(library.interface.buttons.support, Press(Kind.SUPPORT))
    is_page = _PAGE.fullmatch(runner.contact) is not None
    report_there = link(words.report_title, runner.contact) if is_page else None
    related = select(library.interface.buttons.related, Press(Kind.CARD), cards)
    return Drawing(container, related, row(report_there, support))


def draw_direct_message(library: Library, *, check_ins: bool) -> Drawing:
    """Draw the fixed answer to anything typed into the private conversation."""
    words = library.interface
    check_in = button(library.notebook.conversation.check_in, Press(Kind.CHECK_IN)) if check_ins else None
    look_up = button(words.buttons.look_up, Press(Kind.CARDS))
    support = button(words.buttons.support, Press(Kind.SUPPORT))
    return Drawing(text(words.direct_message.answer), row(check_in, look_up, support))


def draw_pack_status(library: Library, folder: str, since: datetime, problems: Sequence[str], own: str = "") -> Drawing:
    """Draw for the operator what serves and what is wrong; operators read in English and in code's words.

    `own` says how many servers have own pages.
    """
    counts = f"{len(library.explainers)} explainers, {len(library.themes)} themes, {len(library.terms)} terms"
    lines = [f"Serving `{folder}` as of {discord.utils.format_dt(since, 'F')}, pack `{library.digest[:12]}`: {counts}."]
    if own:
        lines.append(own)
    if problems:
        lines.append("The newest files say:")
    shown = [f"- `{shorten(one, 240)}`" for one in problems[:_MOST_PROBLEMS]]
    if len(problems) > len(shown):
        shown.append(f"- and {len(problems) - len(shown)} more: run `python -m bot check {folder}`")
    return Drawing(text("\n".join(lines + shown)))


def _ways_on(library: Library) -> list[Button]:
    words = library.interface.buttons
    return [
        button(words.all_cards, Press(Kind.CARDS)),
        button(words.glossary, Press(Kind.TERMS)),
        button(words.support, Press(Kind.SUPPORT)),
    ]
