"""The moderators' half in the demo: cards posted, lost and changed, a weekly prompt, and what the next day keeps."""

from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import Start, Visit
from .window import Room, open_room

AS_MARLOW = "#try-things-out, viewing as Marlow"


def test_a_moderator_posts_cards_and_sets_up_the_server(start_demo: Start, pages: Visit, tmp_path: Path) -> None:
    demo = start_demo("--state", str(tmp_path))
    context, page = pages(demo.address)
    closed = open_room(context, page, "#house-rules, viewing as Marlow")
    card(closed, "post")
    expect(closed.last).to_contain_text("I need: Send Messages")

    room = open_room(context, page, AS_MARLOW)
    card(room, "post")
    room.press(room.last, "Post")
    expect(room.message_with("Posted.")).to_contain_text("up to date")
    pin_it_from_the_page(page, room)
    change_the_content(page, room)
    choose_a_channel(room, "Choose the channel for the weekly prompt", "kitchen-table")
    expect(room.last).to_contain_text("A prompt is posted in #kitchen-table")

    page.get_by_role("button", name="Wait a week").click()
    expect(page.locator("#said")).to_have_text("Wait a week: done.", timeout=60_000)
    member = open_room(context, page, "#kitchen-table, viewing as Juniper")
    member.press(member.message_with("A prompt for the week"), "Pause weekly prompts (moderators)")
    expect(member.last).to_contain_text("for moderators")
    assert demo.end() == (0, "")

    again = start_demo("--state", str(tmp_path))
    context, page = pages(again.address)
    expect(page.get_by_text("posted cards are forgotten with their messages")).to_be_visible()
    room = open_room(context, page, AS_MARLOW)
    room.run("card list")
    expect(room.last).to_contain_text("No card is posted here yet")
    room.run("server settings")
    expect(room.last).to_contain_text("A prompt is posted in #kitchen-table")
    assert again.end() == (0, "")


def card(room: Room, command: str) -> None:
    room.type_command(f"card {command}", "What is compersion")
    room.page.get_by_role("option", name="What is compersion?", exact=True).click()
    room.page.locator("#send-message").click()
    expect(room.last).to_contain_text("Only you see this.")


def pin_it_from_the_page(page: Page, room: Room) -> None:
    with room.page.expect_navigation():
        page.get_by_role("button", name="Pin this card, for the message by Compersion").first.click()
    room.settle()
    expect(room.message_with("Pinned.")).to_contain_text("pinned, up to date")


def change_the_content(page: Page, room: Room) -> None:
    page.get_by_role("button", name="Change the content").click()
    expect(page.locator("#messages li", has_text="new words")).to_be_visible(timeout=60_000)
    room.run("card list")
    expect(room.last).to_contain_text("pinned, up to date")


def choose_a_channel(room: Room, select: str, channel: str) -> None:
    room.run("server settings")
    room.settle()
    room.last.locator(".select-trigger", has_text=select).click()
    # What is picked while the list is still being read is lost when it is drawn anew.
    expect(room.page.locator(".select-candidate-status:visible")).to_contain_text("options on this page")
    room.page.locator(".select-option:visible", has_text=channel).click()
    room.page.locator("#channel-composer-input").click()
