"""A check-in in the demo: in Juniper's private messages, kept, looked back at, reminded of, and there the next day."""

from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import Start, Visit
from .window import Room, open_room

MESSAGES = "Juniper's DMs with the bot"


def test_a_check_in_is_kept_and_found_again_after_a_restart(start_demo: Start, pages: Visit, tmp_path: Path) -> None:
    demo = start_demo("--state", str(tmp_path))
    context, page = pages(demo.address)
    in_the_server = open_room(context, page, "#kitchen-table, viewing as Juniper")
    in_the_server.run("checkin")
    expect(in_the_server.last).to_contain_text("It is waiting in our DMs")
    expect(in_the_server.last).to_contain_text("go back to its page")
    assert in_the_server.last.locator("a").count() == 0

    expect(page.locator("li", has_text=MESSAGES).get_by_text("new", exact=True)).to_be_visible()
    room = open_room(context, page, MESSAGES)
    check_in(room)
    set_a_reminder(room)
    a_week_later(page, room)
    look_back(room)

    assert demo.end() == (0, "")
    again = start_demo("--state", str(tmp_path))
    context, page = pages(again.address)
    expect(page.get_by_text(f"kept in {tmp_path}")).to_be_visible()
    room = open_room(context, page, MESSAGES)
    expect(room.page.locator("article.channel-message")).to_have_count(0)
    look_back(room)
    assert again.end() == (0, "")


def check_in(room: Room) -> None:
    room.press(room.last, "Start keeping my check-ins")
    room.press(room.last, "I am 18 or older: begin")
    room.press(room.last, "Begin")
    room.choose(room.last, "Warm or happy for them", "Jealous")
    expect(room.last).to_contain_text("What brings you here?")
    room.press(room.last, "Something is coming up")
    room.choose(room.last, "Nothing that I can see")
    expect(room.last).to_contain_text("having a good time")
    room.press(room.last, "It keeps changing")
    expect(room.last).to_contain_text("Which of these is closest right now")
    room.press(room.last, "Curiosity")
    room.press(room.last, "Skip")
    room.press(room.last, "Rest")
    room.press(room.last, "A new label")
    room.fill_in("tuesdays")
    expect(room.last).to_contain_text("Kept until")


def set_a_reminder(room: Room) -> None:
    room.run("reminders")
    room.press(room.last, "Remind me once")
    room.press(room.last, "C")
    room.press(room.last, "B")
    expect(room.last).to_contain_text("Your reminder is set for")


def a_week_later(page: Page, room: Room) -> None:
    page.get_by_role("button", name="Wait a week").click()
    expect(page.locator("#said")).to_have_text("Wait a week: done.", timeout=30_000)
    room.settle()
    expect(room.last).to_contain_text("Your reminder")


def look_back(room: Room) -> None:
    room.run("lookback")
    expect(room.last).to_contain_text("tuesdays")
    expect(room.last).to_contain_text("Warm or happy for them · Jealous")
    expect(room.last).to_contain_text("Curiosity")
