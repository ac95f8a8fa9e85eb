"""The page of an export that is read in a browser or on paper: one file, no script, nothing from elsewhere."""

import base64
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from itertools import groupby
from typing import Final

from babel.dates import format_datetime

from bot.domain.checkins.answers import Answer
from bot.domain.mydata.journal import Journal, Page
from bot.domain.words.my_data import JournalWords
from bot.ui.dates import locale_of
from bot.ui.drawing import Picture

# The browser itself is told that nothing may run or be fetched, whatever the page should hold.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.2; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid; padding-bottom: .25rem; }
article { margin: 1.5rem 0; }
dt { margin-top: .75rem; opacity: .8; }
dd { margin: 0 0 0 1rem; white-space: pre-wrap; unicode-bidi: isolate; }
dd small { display: block; opacity: .8; }
figure { margin: 1.5rem 0; }
img { max-width: 100%; height: auto; }
footer { margin-top: 3rem; border-top: 1px solid; padding-top: .5rem; }
@media print { body { max-width: none; padding: 0; } article, dd { break-inside: avoid; } }
@media print { h2, h3 { break-after: avoid; } }
"""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the check-ins: the words, the zone that times are told in, when it was made.

    `proof` says what the page proves, `nothing` stands where there is nothing.
    """

    words: JournalWords
    zone: tzinfo
    made: datetime
    proof: str
    nothing: str

    def day(self, moment: datetime) -> str:
        """Write the day of a moment."""
        return self._say(moment, self.words.day)

    def clock(self, moment: datetime) -> str:
        """Write the time of a day."""
        return self._say(moment, self.words.clock)

    def _say(self, moment: datetime, pattern: str) -> str:
        return escape(format_datetime(moment.astimezone(self.zone), pattern, locale=locale_of(self.words.language)))


def write_page(journal: Journal, frame: Frame, picture: Picture | None) -> str:
    """Write the page, days in order of time."""
    words, proof = frame.words, f"<p>{escape(frame.proof)}</p>"
    made = words.made.format(time=f"{frame.day(frame.made)}, {frame.clock(frame.made)}", zone=escape(str(frame.zone)))
    body = "".join(_days(journal.pages, frame)) or f"<p>{escape(frame.nothing)}</p>\n"
    return f"""<!DOCTYPE html>
<html lang="{escape(words.language.replace("_", "-"))}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(words.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{escape(words.title)}</h1>
<p>{escape(words.about)} {made}</p>
{proof}
</header>
<main>
{_figure(picture)}{body}</main>
<footer>{proof}</footer>
</body>
</html>
"""


def pack(files: Mapping[str, bytes]) -> bytes:
    """Put files into a zip that tells nothing but their names: no times, no system."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _days(pages: Sequence[Page], frame: Frame) -> Iterator[str]:
    in_order = sorted(pages, key=lambda one: one.ended)
    for day, ones in groupby(in_order, lambda one: one.ended.astimezone(frame.zone).date()):
        shown = list(ones)
        heading = f'<h2><time datetime="{day.isoformat()}">{frame.day(shown[0].ended)}</time></h2>'
        yield f"<section>\n{heading}\n{''.join(_article(one, frame) for one in shown)}</section>\n"


def _article(page: Page, frame: Frame) -> str:
    ended = page.ended.astimezone(frame.zone).isoformat(timespec="seconds")
    about = ""
    if page.label is not None:
        before, _, after = frame.words.situation.partition("{label}")
        about = f"<p>{escape(before)}<bdi>{escape(page.label)}</bdi>{escape(after)}</p>\n"
    answers = "".join(_answer(one, frame.words) for one in page.answers)
    clock = f'<time datetime="{ended}">{frame.clock(page.ended)}</time>'
    return f"<article>\n<h3>{clock}</h3>\n{about}<dl>\n{answers}</dl>\n</article>\n"


def _answer(answer: Answer, words: JournalWords) -> str:
    said = [f'<dd dir="auto">{escape(answer.text)}</dd>\n'] if answer.text is not None else []
    for one in answer.chosen:
        note = f"<small>{escape(one.note)}</small>" if one.note and not one.own_word else ""
        said.append(f'<dd dir="auto">{escape(one.own_word or one.text)}{note}</dd>\n')
    if answer.bring_up:
        said.append(f"<dd><small>{escape(words.bring_up)}</small></dd>\n")
    return f"<dt>{escape(answer.question)}</dt>\n{''.join(said)}"


def _figure(picture: Picture | None) -> str:
    if picture is None:
        return ""
    data = base64.b64encode(picture.png).decode("ascii")
    return f'<figure><img alt="{escape(picture.alt)}" src="data:image/png;base64,{data}"></figure>\n'
