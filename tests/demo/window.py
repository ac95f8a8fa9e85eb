"""The demo's windows as a visitor's hands and eyes have them."""

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect


class Room:
    """The window named `room`: simcord's preview."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def settle(self) -> None:
        """Wait until nothing is under way and what is shown is current."""
        expect(self.page.locator("#preview-app")).to_have_attribute("aria-busy", "false")
        expect(self.page.locator("#action-status")).not_to_have_text(re.compile("…$"))

    @property
    def last(self) -> Locator:
        return self.page.locator("article.channel-message").last

    def type_command(self, name: str, typed: str = "") -> None:
        self.settle()
        composer = self.page.locator("#channel-composer-input")
        composer.press_sequentially(f"/{name}")
        self.page.locator(".command-entry", has_text=f"/{name}").first.click()
        if typed:
            self.page.locator(".command-option-input").press_sequentially(typed)

    def run(self, name: str, typed: str = "") -> None:
        self.type_command(name, typed)
        self.page.locator("#send-message").click()

    def press(self, message: Locator, label: str) -> None:
        self.settle()
        message.get_by_role("button", name=label, exact=True).click()

    def fill_in(self, words: str, box: str = "input") -> None:
        """Write into the form that is open, and submit it."""
        form = self.page.get_by_role("dialog")
        form.locator(box).first.fill(words)
        form.get_by_role("button", name="Submit").click()

    def choose(self, message: Locator, *labels: str) -> None:
        """Pick from a message's select; what is picked is sent when the list is left."""
        self.settle()
        message.locator(".select-trigger").click()
        for label in labels:
            message.locator(".select-option", has_text=label).first.click()
        self.page.locator("#channel-composer-input").click()

    def message_with(self, words: str | re.Pattern[str]) -> Locator:
        return self.page.locator("article.channel-message", has_text=words).last


def open_room(context: BrowserContext, page: Page, name: str) -> Room:
    link = page.get_by_role("link", name=name)
    rooms = [one for one in context.pages if one is not page]
    if rooms:
        with rooms[0].expect_navigation():
            link.click()
    else:
        with context.expect_page():
            link.click()
    room = Room(next(one for one in context.pages if one is not page))
    room.settle()
    return room
