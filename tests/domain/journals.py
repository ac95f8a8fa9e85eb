"""Journals to write and read: one by hand, and a strategy for any."""

import unicodedata
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.domain.checkins.answers import Answer, Chosen
from bot.domain.checkins.labels import TextRefused, clean_label, clean_text, count_characters
from bot.domain.mydata.journal import Journal, Page, Topic

NOW = datetime(2026, 11, 22, 3, 10, 7, tzinfo=UTC)
PROOF = "Written and editable by its owner. Proof of nothing."

CLOSEST = Answer(
    "closest",
    "Which is closest right now, by your own word?",
    (Chosen("managed-distress", "Holding it", "It hurts, and I can carry it for now."),),
)
OWN_WORD = Answer("closest", "Which is closest?", (Chosen("own-word", "My own word", own_word="🫧 כן"),))
NOTE = Answer("note", "Anything to remember?", text="Tea helped.\nSo did <b>walking</b> & 'rain'.", bring_up=True)


def page(day: int = 1, *answers: Answer, label: str | None = None) -> Page:
    started = NOW - timedelta(days=day)
    return Page("check-in", started, started + timedelta(minutes=4), label, answers or (CLOSEST, NOTE))


def journal(*pages: Page) -> Journal:
    shown = pages or (page(3, label="the blue house"), page(2, OWN_WORD), page(1, label="тихо 🌧"))
    return Journal(tuple(Topic(one) for one in dict.fromkeys(p.label for p in shown if p.label)), shown)


def _label(text: str) -> str | None:
    try:
        return clean_label(text)
    except TextRefused:
        return None


_characters = st.characters(codec=None)  # halves of surrogate pairs, controls, marks and right-to-left included
_slugs = st.from_regex(r"[a-z0-9-]{1,48}", fullmatch=True)
_texts = st.text(_characters, min_size=1, max_size=60).map(clean_text).filter(lambda one: 0 < len(one) <= 300)
_notes = (
    st.text(_characters | st.sampled_from("<>&\"'\u202e\u0000\n👩‍👩‍👧אب"), min_size=1, max_size=200)
    .map(clean_text)
    .filter(lambda one: one and count_characters(one) <= 1000)
)
_labels = st.text(_characters, min_size=1, max_size=20).map(_label).filter(bool)
_chosen = st.builds(Chosen, _slugs, _texts, st.none() | _texts, st.none() | _labels)
_answers = st.builds(Answer, _slugs, _texts, st.lists(_chosen, min_size=1, max_size=3).map(tuple)) | st.builds(
    Answer, _slugs, _texts, text=_notes, bring_up=st.booleans()
)
_times = st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds


@st.composite
def journals(draw: st.DrawFn, most: int = 4) -> Journal:
    labels = draw(st.lists(_labels, max_size=3, unique_by=lambda one: unicodedata.normalize("NFC", one).casefold()))
    topics = tuple(Topic(one, draw(st.booleans())) for one in labels)
    started = sorted(draw(st.lists(_times, max_size=most, unique=True)))
    pages = tuple(
        Page(
            draw(_slugs),
            moment,
            moment + draw(st.timedeltas(timedelta(0), timedelta(days=1))),
            draw(st.none() | st.sampled_from(labels)) if labels else None,
            tuple(draw(st.lists(_answers, max_size=3))),
        )
        for moment in started
    )
    return Journal(topics, pages)
