"""The page of an export: every word of the member's escaped, nothing that runs, nothing from elsewhere."""

import re
from dataclasses import replace
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from playwright.sync_api import Browser
from typing_extensions import override

from bot.authoring.reader import Reader
from bot.domain.checkins.answers import Answer, Chosen
from bot.domain.mydata.journal import Journal, Topic
from bot.ui.drawing import Picture
from bot.ui.mydata.journal import Frame, pack, write_page
from tests.conftest import PACK
from tests.demo.conftest import browser
from tests.domain.journals import CLOSEST, NOTE, NOW, OWN_WORD, PROOF, journal, journals, page

WORDS = Reader(PACK).read().library
assert WORDS is not None
FRAME = Frame(WORDS.my_data.journal, UTC, NOW, PROOF, "There is nothing here.")
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "article"),
    *("h1", "h2", "h3", "p", "dl", "dt", "dd", "small", "time", "bdi", "figure", "img"),
}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "datetime", "dir", "alt", "src"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f6454000000000"
    "49454e44ae426082"
)
__all__ = ["browser"]

HOSTILE = "</dd><script>document.title='ran'</script><img src=https://outside.invalid/x onerror=alert(1)>\"'&amp;"


class Seen(HTMLParser):
    """What a browser would find: elements, attributes, and the text as it is read."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements, self.attributes, self.words = set[str](), set[str](), list[str]()
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)


@given(journals())
def test_no_word_of_the_member_s_becomes_markup(whole: Journal) -> None:
    html = write_page(whole, FRAME, None)
    seen = Seen(html)
    read = "".join(seen.words)

    assert seen.elements <= ELEMENTS
    assert seen.attributes <= ATTRIBUTES
    for one in whole.pages:
        assert one.label is None or one.label in read
        for answer in one.answers:
            assert answer.question in read
            assert answer.text is None or answer.text in read
            for chosen in answer.chosen:
                assert (chosen.own_word or chosen.text) in read


def test_it_reads_like_a_diary_in_the_member_s_zone() -> None:
    whole = journal(page(1, OWN_WORD), page(3, CLOSEST, NOTE, label="the blue house"))

    html = write_page(whole, replace(FRAME, zone=ZoneInfo("Asia/Tokyo")), Picture("p.png", PNG, 'A "list" of <shapes>'))

    assert html.index("Thursday, 19 November 2026") < html.index("Saturday, 21 November 2026")
    assert "Asia/Tokyo" in html
    assert '<time datetime="2026-11-19T12:14:07+09:00">12:14' in html
    assert "<bdi>the blue house</bdi>" in html
    assert html.count(PROOF) == 2
    assert '<html lang="en">' in html
    assert 'alt="A &quot;list&quot; of &lt;shapes&gt;" src="data:image/png;base64,' in html
    assert re.findall(r"https?://\S+", html) == []


def test_a_page_with_nothing_says_so() -> None:
    html = write_page(Journal(), FRAME, None)

    assert "<p>There is nothing here.</p>" in html
    assert "<img" not in html


def test_the_zip_tells_no_time() -> None:
    assert pack({"a.txt": b"x"}) == pack({"a.txt": b"x"})
    assert b"a.txt" in pack({"a.txt": b"x"})


def hostile() -> Journal:
    answer = Answer("closest", HOSTILE, (Chosen("own-word", HOSTILE, HOSTILE, own_word=HOSTILE), Chosen("a", HOSTILE)))
    label = "<svg onload=alert(1)>"
    note = replace(NOTE, question=HOSTILE, text=f"{HOSTILE}\n\u202e{HOSTILE}")
    return Journal((Topic(label),), (page(2, answer, note, label=label), page(1, OWN_WORD)))


def test_in_a_real_browser_nothing_runs_and_nothing_leaves(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "journal.html"
    file.write_text(write_page(hostile(), FRAME, Picture("p.png", PNG, HOSTILE)), encoding="utf-8")
    asked, said = list[str](), list[Any]()
    shown = browser.new_page(viewport={"width": 360, "height": 740})
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("dialog", lambda dialog: said.append(dialog.message))
    shown.on("console", lambda message: said.append(message.text))

    shown.goto(file.as_uri())
    shown.wait_for_load_state("networkidle")

    assert [one for one in asked if not one.startswith("data:")] == [file.as_uri()]
    assert said == []
    assert shown.title() == FRAME.words.title
    assert HOSTILE in (shown.text_content("main") or "")
    assert shown.locator("script").count() == 0
    assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "no sideways scrolling on a phone"
    )
    assert shown.evaluate("document.images[0].naturalWidth") == 1, "the picture itself may show"
    assert shown.locator("h1").count() == 1
    shown.emulate_media(media="print")
    assert shown.pdf()[:4] == b"%PDF"
    shown.close()
