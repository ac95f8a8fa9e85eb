"""Walks the demo as a newcomer would: everything in one go, in a real browser, against a real process."""

from playwright.sync_api import Page, expect

from .conftest import Start, Visit
from .window import Room, open_room

PHONE = {"width": 390, "height": 844}


def test_a_newcomer_walks_through_the_demo(start_demo: Start, pages: Visit) -> None:
    demo = start_demo()
    context, page = pages(demo.address)
    expect(page.get_by_role("heading", name="What is simulated")).to_be_visible()
    expect(page.get_by_text("nothing leaves this machine")).to_be_visible()

    room = open_room(context, page, "#kitchen-table, viewing as Juniper")
    expect(room.page.get_by_text("Is there a word for that?").first).to_be_visible()
    look_up_a_card(room)
    show_it_and_take_it_back(room)
    use_the_message_menu(page, room)
    room = open_room(context, page, "Juniper's DMs with the bot")
    type_to_the_bot(page, room)
    change_the_content(page, room)
    ask_for_the_status(page, room)

    code, log = demo.end()
    assert code == 0
    assert "unknown key `titel`" in log
    assert "Traceback" not in log


def look_up_a_card(room: Room) -> None:
    room.type_command("explain", "what is compers")
    room.page.get_by_role("option", name="What is compersion?", exact=True).click()
    room.page.locator("#send-message").click()
    expect(room.last).to_contain_text("What is compersion?")
    expect(room.last.get_by_role("button", name="Share in channel")).to_be_visible()

    card = room.message_with("What is compersion?")
    room.settle()
    card.locator(".select-trigger").click()
    option = card.locator(".select-option").first
    title = option.inner_text().split("\n")[0]
    option.click()
    expect(room.last).to_contain_text(title)

    room.press(room.last, "Reflect on this")
    expect(room.last.get_by_role("button", name="Another question", exact=True)).to_be_visible()
    prompt = room.last.inner_text()
    room.press(room.last, "Another question")
    expect(room.last).not_to_have_text(prompt, use_inner_text=True)
    room.press(room.last, "Support")
    expect(room.last.get_by_role("button", name="It is happening right now")).to_be_visible()


def show_it_and_take_it_back(room: Room) -> None:
    room.run("explain", "What is compersion?")
    expect(room.last.get_by_role("button", name="Share in channel")).to_be_visible()
    room.press(room.last, "Share in channel")
    shown = room.message_with("Shared by")
    expect(shown).to_contain_text("What is compersion?")
    room.press(shown, "Remove from channel")
    expect(room.page.locator("article.channel-message", has_text="Shared by")).to_have_count(0)


def use_the_message_menu(page: Page, room: Room) -> None:
    with room.page.expect_navigation():
        page.get_by_role("button", name="Find an explainer, for the message by Pax").click()
    room.settle()
    expect(room.last).to_contain_text("person who wrote it is not told")


def type_to_the_bot(page: Page, room: Room) -> None:
    answer = room.page.locator("article.channel-message", has_text="I do not read what you type here")
    composer = room.page.locator("#channel-composer-input")
    composer.fill("hello, is anyone there?")
    composer.press("Enter")
    expect(answer).to_have_count(1)

    said = page.locator("#said")
    page.get_by_role("button", name="Wait a week").click()
    expect(said).to_have_text("Wait a week: done.", timeout=30_000)
    room.settle()
    composer.fill("and now?")
    composer.press("Enter")
    expect(answer).to_have_count(2)


def change_the_content(page: Page, room: Room) -> None:
    serving = page.locator("#serving")
    before = serving.inner_text()
    page.get_by_role("button", name="Change the content").click()
    expect(page.locator("#edit-after")).to_contain_text("new words")
    new = page.locator("#edit-after").inner_text().removeprefix("title: ")
    expect(serving).not_to_have_text(before, timeout=20_000)
    expect(serving).to_contain_text("It has no mistakes.")
    room.type_command("explain", new)
    room.page.get_by_role("option", name=new).first.click()
    room.page.locator("#send-message").click()
    expect(room.last).to_contain_text(new)

    page.get_by_role("button", name="Break the content").click()
    expect(serving).to_contain_text("goes on serving")
    expect(page.locator("#problems li").first).to_contain_text("titel")
    room.run("explain", "compersion")
    expect(room.last).to_contain_text(new)


def ask_for_the_status(page: Page, room: Room) -> None:
    with room.page.expect_navigation():
        page.get_by_role("button", name="Ask the bot").click()
    room.settle()
    expect(room.last).to_contain_text("titel")
    page.get_by_role("button", name="Mend it").click()
    expect(page.locator("#serving")).to_contain_text("It has no mistakes.")


def test_the_page_fits_a_phone_and_every_control_has_a_name(start_demo: Start, pages: Visit) -> None:
    demo = start_demo()
    _, page = pages(demo.address)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for control in page.locator("a, button, input:not([type=hidden])").all():
        assert control.evaluate("one => (one.ariaLabel || one.textContent).trim()")
        box = control.bounding_box()
        assert box is None or box["height"] >= 44
