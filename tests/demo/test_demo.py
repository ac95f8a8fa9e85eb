"""The demo without a browser: what it answers, whom it turns away, and how it begins and ends."""

import json
import os
import re
import signal
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo import run as demo_run
from bot.demo.home import Home, clear_left_behind, locked
from bot.errors import StartFailed
from tests.forking import ROOT, Bot

from .conftest import Start


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


OPENER = urllib.request.build_opener(_StayHere)


def ask(address: str, data: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    """Ask for something; give the status, the text, and where a redirect leads."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with OPENER.open(urllib.request.Request(address, data, named), timeout=10) as answer:  # noqa: S310  # loopback
            return answer.status, answer.read().decode(), ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers.get("Location", "")


def look(address: str) -> dict[str, Any]:
    return json.loads(ask(f"{address}state")[1])


def press(address: str, path: str, **body: object) -> dict[str, Any]:
    status, text, _ = ask(f"{address}{path}", json.dumps(body).encode(), Content_Type="application/json")
    assert status == 200, text
    return json.loads(text)


def until(address: str, holds: Any) -> dict[str, Any]:
    """Look until something holds; the bot reads its content again within a second."""
    deadline = time.monotonic() + 30
    while not holds(state := look(address)):
        assert time.monotonic() < deadline, state["content"]
    return state


def test_the_page_says_what_is_simulated_and_loads_nothing_from_elsewhere(start_demo: Start) -> None:
    demo = start_demo()
    _, page, _ = ask(demo.address)
    assert "The bot is real. The Discord around it is not." in page
    for name in ("", "page.css", "page.js"):
        assert not re.search(r"https?:|url\(|@import", ask(demo.address + name)[1])
    state = look(demo.address)
    assert [room["title"] for room in state["rooms"]] == [
        "#kitchen-table",
        "#hard-evenings",
        "#house-rules",
        "#suggestions",
        "#try-things-out",
        "Juniper's DMs with the bot",
        "Marlow's DMs with the bot",
        "Robin's DMs with the bot",
    ]
    assert state["commands"] == ["Find an explainer"]
    assert len(state["messages"]) == 7


def test_a_room_opens_for_each_pair_of_eyes_and_its_address_is_new_each_time(start_demo: Start) -> None:
    demo = start_demo()
    seen: set[str] = set()
    for room in look(demo.address)["rooms"]:
        for way in room["ways"]:
            status, _, there = ask(urllib.parse.urljoin(demo.address, way["address"]))
            assert status == 303
            assert ask(there)[0] == 200
            seen.add(there)
    assert len(seen) == 17
    assert len({urllib.parse.urlsplit(one).port for one in seen}) == 1
    assert ask(f"{demo.address}room/attic/member")[0] == 404
    assert ask(f"{demo.address}room/suggestions/member")[0] == 404


def test_a_message_menu_answers_and_says_why_when_it_cannot(start_demo: Start) -> None:
    demo = start_demo()
    message = look(demo.address)["messages"][0]["id"]
    form = {"message": message, "command": "Find an explainer"}
    assert ask(f"{demo.address}message", urllib.parse.urlencode(form).encode())[0] == 303
    assert ask(f"{demo.address}message", b"message=5&command=x") == (409, "That message is no longer there.", "")
    assert ask(f"{demo.address}message", b"message=here&command=x")[0] == 400


def test_time_passes_when_asked(start_demo: Start) -> None:
    demo = start_demo()
    before = look(demo.address)["now"]
    assert press(demo.address, "wait", hours=24 * 7)["now"] != before
    assert ask(f"{demo.address}wait", b'{"hours": -1}')[0] == 400
    assert ask(f"{demo.address}wait", b"soon")[0] == 400


def test_content_is_changed_broken_and_mended_in_a_copy(start_demo: Start) -> None:
    source = ROOT / "content/en/explainers/compersion.yaml"
    before = source.read_bytes()
    demo = start_demo()
    first = look(demo.address)["content"]["serving"]
    edit = press(demo.address, "content", what="change")["content"]["edit"]
    assert "new words" in edit["after"]
    changed = until(demo.address, lambda state: state["content"]["serving"] != first)["content"]["serving"]
    press(demo.address, "content", what="break")
    broken = until(demo.address, lambda state: state["content"]["problems"])["content"]
    assert "unknown key `titel`" in broken["problems"][0]
    assert broken["serving"] == changed
    press(demo.address, "content", what="mend")
    assert until(demo.address, lambda state: not state["content"]["problems"])["content"]["serving"] == changed
    assert ask(f"{demo.address}status", b"")[0] == 303
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://example.org"},
        {"Origin": "null"},
        {"Host": "rebound.example.org"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_other_sites_cannot_press_its_buttons(start_demo: Start, headers: dict[str, str]) -> None:
    demo = start_demo()
    assert ask(f"{demo.address}wait", b'{"hours": 1}', **headers)[0] == 403
    assert ask(f"{demo.address}room/dm/member", **headers)[0] == 403


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(start_demo: Start, number: signal.Signals) -> None:
    assert start_demo().end(number) == (0, "")


def test_what_is_kept_is_the_copy_and_a_broken_one_is_mended_at_start(start_demo: Start, tmp_path: Path) -> None:
    demo = start_demo("--state", str(tmp_path))
    press(demo.address, "content", what="change")
    after = press(demo.address, "content", what="break")["content"]["folder"]
    demo.end()
    again = start_demo("--state", str(tmp_path))
    content = look(again.address)["content"]
    assert content["kept"]
    assert content["folder"] == after
    assert content["problems"] == []
    assert "new words" in (Path(after) / "explainers/compersion.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("which", [0, 1])
def test_a_taken_port_is_said_plainly(bot: Bot, free_port: int, which: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port + which))
        taken.listen()
        ended = bot("demo", "--no-open", "--port", str(free_port))
    assert ended.returncode == 1
    assert f"Port {free_port + which}" in ended.stderr
    assert "is taken" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_room_stands_on_the_next_port(start_demo: Start, free_port: int) -> None:
    demo = start_demo(port=free_port)
    _, _, there = ask(f"{demo.address}room/dm/member")
    assert urllib.parse.urlsplit(there).port == free_port + 1


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_run.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(StartFailed, match=r"make demo.*pip install"):
        demo_run.serve(Path("content/en"), 0, open_browser=False, state=None)


def test_what_lies_in_its_folder_is_its_owners_alone_and_goes_with_it(start_demo: Start) -> None:
    demo = start_demo()
    folder = Path(look(demo.address)["content"]["folder"]).parents[1]
    assert {one.name for one in folder.iterdir()} >= {"check-ins", "content", "key"}
    assert all(one.stat().st_mode & 0o077 == 0 for one in (folder, folder / "check-ins", folder / "key"))
    demo.end()
    assert not folder.exists()


def test_the_next_run_takes_away_what_a_killed_one_left(tmp_path: Path) -> None:
    killed, running, young = (tmp_path / f"compersion-demo-{name}" for name in ("killed", "running", "young"))
    for folder in (killed, running, young):
        (folder / "key").mkdir(parents=True)
    long_ago = time.time() - 3600
    with locked(running):
        os.utime(killed, (long_ago, long_ago))
        os.utime(running, (long_ago, long_ago))
        clear_left_behind(tmp_path)
    assert sorted(tmp_path.iterdir()) == [running, young]


def test_the_clock_of_an_earlier_run_goes_on(tmp_path: Path) -> None:
    home = Home(tmp_path, kept=True)
    assert home.read_ahead() == timedelta()
    home.write_ahead(timedelta(days=7))
    assert Home(tmp_path, kept=True).read_ahead() == timedelta(days=7)
    (tmp_path / "clock").write_text("soon", encoding="ascii")
    assert home.read_ahead() == timedelta()
