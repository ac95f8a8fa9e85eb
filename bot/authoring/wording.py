"""The strict check's house words: what is not said here, one name for one thing, one label for one action.

Looks at what members read. Quotation marks free what stands in them, and a waiver with a reason frees a word. A
server's own pages may say things their way.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final, cast, get_type_hints

from bot.authoring.documents import Document
from bot.authoring.limits import WORDS
from bot.authoring.pack import FILES, FOLDERS, Pack
from bot.authoring.problems import Problem
from bot.authoring.tone import texts_of, unquoted, waived_words
from bot.domain.content import ON_A_BUTTON, Sources
from bot.domain.script import CheckIn
from bot.plain_yaml.faults import Route


@dataclass(frozen=True, slots=True)
class Said:
    """Other words for a thing, as a regular expression of whole words, and the ones to say.

    `where` are the files in which they mean that thing; none: all.
    """

    instead_of: str
    say: str
    where: frozenset[type[Any]] = frozenset()

    def found_in(self, text: str) -> Iterator[str]:
        """Give every one of them that a text says."""
        return (found[0] for found in re.finditer(rf"(?<!\w)(?:{self.instead_of})(?!\w)", text, re.IGNORECASE))


_FILLED_IN: Final = re.compile(r"\{[^}]*\}")
_STATUS: Final = re.compile(r"(?:^|: ?|\bis )(?:on|off)(?: or (?:on|off))?$", re.IGNORECASE)
_NAMED: Final = re.compile(r"“([^”{}]+)”")
_OF_ONE_HURT: Final = r"(?! (?:one|ones|person|people|partners?|members?|feelings?|side)\b)"
_THING: Final = r"(?:it|this|that|what|which|cards?|messages?|lines?|words?|names?|questions?|pages?|button|here|there)"
_DOES: Final = r"(?:can|cannot|can't|may|might|must|listens|feels|knows|hears|stays|owes)"

AVOIDED: Final = (
    Said(r"glad|gladder|gladly|gladness", "happy"),
    Said(rf"(?:an?|the|this|your|their|old|older|last|past|every|each) hurts?{_OF_ONE_HURT}", "what hurt"),
    Said(r"mend|mends|mended|mending", "make up, put right or repair"),
    Said(r"suppers?", "dinner"),
    Said(r"cross with", "angry with"),
    Said(r"(?:ring|rang) (?:them|him|her|me|us|someone|somebody|anyone|up|a friend)", "call"),
    Said(r"half (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)", "the time in numbers: 10:30"),
    Said(r"lorry|lorries", "truck"),
    Said(r"postman|postmen", "mail carrier"),
    Said(r"by (?:your|my|their) own word", "you decide, or: in your own words"),
    Said(r"by now", "now, or: since"),
    Said(r"(?:first|second|third|fourth|fifth|next|another) go", "time"),
    Said(rf"one['\u2019]s|oneself|(?:(?<=[.!?:] )|(?<=^))one {_DOES}", "you, or: people"),
    Said(
        rf"{_THING} (?:would |will |now |still |already )?(?:stands?|stood)(?! (?:out|up|for)\b)", "is, or: is posted"
    ),
    Said(r"stands? (?:here|there)", "is, or: is posted"),
    Said(r"by the clocks of", "the zone's name and: time"),
    Said(r"as many as fit", "the most there can be"),
    Said(r"taken in", "kept"),
    Said(r"let(?:s|ting)? it go", "don't keep it"),
    Said(r"look(?:s|ed|ing)? in on", "check in with"),
    Said(r"whom", "who"),
    Said(r"anew", "again"),
    Said(r"operators?", "the person who runs this bot"),
)
"""What is not said where members read."""

_SCREENS: Final = frozenset({*WORDS, CheckIn})
_OF_LABELS: Final = frozenset(shape for name, shape in FILES.items() if name.startswith("checkins/")) - {CheckIn}

NAMES: Final = (
    Said(r"private messages?|direct messages?|private conversation", "DM"),
    Said(r"situations?", "label", _OF_LABELS),
    Said(r"(?:with|without|turn|turns|that|and) (?-i:Keep)|(?-i:Keep) (?:is|on|off)", "keep my check-ins", _SCREENS),
    # People save files and copies of their own; what the bot has of theirs, it keeps.
    Said(r"(?<!files you )(?<!copies you )sav(?:es?|ed|ing)(?! the file\b)", "keep", _SCREENS),
    Said(r"saved check-ins?|check-ins? (?:is|are) saved|stor(?:es?|ed|ing)", "keep"),
    Said(r"thrown? away|throw (?:it|this|one|them) away|clear(?:s|ed)? (?:my|our|the) messages", "delete", _SCREENS),
    Said(r"tak(?:e|es|en) (?:it |this |this answer )?away", "delete", _SCREENS),
    Said(r"puts? away|putting away", "hide, or of a label: archive", _SCREENS),
    Said(r"(?:bring|brings|bringing|brought) (?:\w+ ){0,2}in", "import", _SCREENS),
    Said(r"join(?:s|ed|ing)? (?:two|them|the two|with another)", "merge", _SCREENS),
    Said(r"show in channel|(?:show|showed|showing|shown) (?:a |this |the )?cards?", "share", _SCREENS),
    Said(r"to bring up", "to talk about", _SCREENS),
    Said(r"needs? a look", "needs attention", _SCREENS),
    # Ids, the command and what grief is said to have keep the word.
    Said(r"(?<![/-])(?!(?-i:\Astages?\Z))stages?(?! of grief\b)", "state"),
)
"""One word for one thing: what else it has been called, and the one name it has."""

SAME_ACTION: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "turns a page back": frozenset({"interface.buttons.earlier", "cards.list.earlier"}),
        "turns a page on": frozenset({"interface.buttons.later", "cards.list.later"}),
        "changes nothing of what was asked": frozenset(
            {
                "cards.preview.cancel",
                "cards.sync.leave_it",
                "lookback.entry.leave_it",
                "my-data.delete.no",
                "servers.file.leave",
            }
        ),
        "leads to help, in a check-in over a panel": frozenset(
            {"interface.buttons.support", "check-in.controls.support"}
        ),
        "begins a check-in": frozenset({"notebook.conversation.check_in", "reminders.nudge.check_in"}),
        "puts a check-in off": frozenset({"notebook.consent.not_now", "check-in.not_now"}),
        "ends keeping": frozenset({"notebook.consent.turn_off", "my-data.keep.off"}),
        "asks for a time zone": frozenset({"reminders.panel.zone_button", "reminders.zone.name_it"}),
        "turns suggestions off": frozenset({"servers.suggestions.turn_off", "suggestions.message.turn_off"}),
    }
)
"""Buttons that may share a label, each as its file and keys, by what all of them do."""


def check_wording(pack: Pack) -> list[Problem]:
    """Hold every file of a pack against the house words."""
    problems: list[Problem] = []
    for shape in (*FOLDERS.values(), *(one for one in FILES.values() if one is not Sources)):
        for value, document in pack.each(shape):
            problems += _words_of(value, document)
    return [*problems, *_labels(pack), *_quoted(pack)]


def _words_of(value: Any, document: Document) -> Iterator[Problem]:
    waived = waived_words(value)
    names = [one for one in NAMES if not one.where or isinstance(value, tuple(one.where))]
    for route, text in texts_of(value):
        said = _FILLED_IN.sub(" ", unquoted(text))
        for one in AVOIDED:
            for found in one.found_in(said):
                if found.casefold() not in waived:
                    yield document.problem(route, f'words: "{found}"', f"say: {one.say}; or waive it with a reason")
        for one in names:
            for found in one.found_in(said):
                if found.casefold() not in waived:
                    hint = f"say: {one.say}; or waive it with a reason"
                    yield document.problem(route, f'names: "{found}" has another name here', hint)


def _labels(pack: Pack) -> Iterator[Problem]:
    """Find labels that are on buttons which do different things, or that say how something is and not what they do."""
    first: dict[str, tuple[str, Document, Route]] = {}
    for shape in (*WORDS, CheckIn):
        for value, document in pack.each(shape):
            for route, label in _buttons_of(value):
                if _STATUS.search(label):
                    hint = "say what pressing it does, such as: Start keeping"
                    yield document.problem(route, f'the button "{label}" reads like how something is now', hint)
                name = ".".join((PurePosixPath(document.path).stem, *map(str, route)))
                known, there, at = first.setdefault(label.casefold(), (name, document, route))
                if known == name or any({known, name} <= alike for alike in SAME_ACTION.values()):
                    continue
                place = there.problem(at, "")
                hint = f"first used at {place.path}:{place.line}:{place.column} for something else; rename one"
                yield document.problem(route, f'the button "{label}" has the label of another', hint)


def _quoted(pack: Pack) -> Iterator[Problem]:
    """Find buttons and headings that a screen names and no screen has: “like this”, with nothing to fill in."""
    screens = [one for shape in (*WORDS, CheckIn) for one in pack.each(shape)]
    said = {text.casefold() for value, _ in screens for _, text in texts_of(value)}
    for value, document in screens:
        for route, text in texts_of(value):
            for named in _NAMED.findall(text):
                if named.casefold() not in said:
                    hint = "write it as the button has it"
                    yield document.problem(route, f"no screen has a button or heading “{named}”", hint)


def _buttons_of(shape: Any, route: Route = ()) -> Iterator[tuple[Route, str]]:
    hints = get_type_hints(cast("type[Any]", type(shape)), include_extras=True)
    for one in fields(shape):
        value, at = getattr(shape, one.name), (*route, one.name)
        if is_dataclass(value):
            yield from _buttons_of(value, at)
        elif ON_A_BUTTON in getattr(hints[one.name], "__metadata__", ()):
            yield at, value
