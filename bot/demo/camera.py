"""Takes the gallery's pictures: opens the demo's rooms in a browser at both widths and waits for each message."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import Browser, Page, async_playwright

from bot.demo.browser import FLAGS
from bot.demo.exhibits import Exhibit, Exhibits
from bot.demo.rooms import Rooms
from bot.demo.sheets import make_sheet, shrink_colours
from bot.demo.world import build_world, enter, make_app

DOCS = Path("docs")
_TALL = 2400  # pixels: no card has to scroll
_README_CARD = "compersion"
_README_TALK = 3  # messages above it
_EVENING = 20  # o'clock: the talk fits into one day, whenever the pictures are taken


class Width(NamedTuple):
    """A screen to draw on, and how its sheet is laid out."""

    name: str
    pixels: int
    columns: int
    thumbnail: int


WIDTHS = (Width("desktop", 1280, 9, 250), Width("phone", 390, 12, 170))


async def draw_everything(content: Path, out: Path, browser: str) -> list[Path]:
    """Draw the pictures, the sheets made of them, and README's picture; give what was written."""
    world = build_world(datetime.now(UTC).replace(hour=_EVENING, minute=0, second=0, microsecond=0))
    app = make_app(world, content)
    await enter(world, app)
    rooms = Rooms(world, 0)
    try:
        async with async_playwright() as playwright:
            chromium = await playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
            taken = await _Camera(rooms, chromium, out).take_all(Exhibits(world, app))
            readme = await _draw_readme(rooms, chromium, app.pack.library.interface.commands.explain.name)
            await chromium.close()
    finally:
        await rooms.close()
        await world.env.shutdown()
    sheets = [
        make_sheet(taken[width.name], DOCS / f"cards-{width.name}.jpg", width.columns, width.thumbnail)
        for width in WIDTHS
    ]
    return [*(picture for pictures in taken.values() for picture in pictures), *sheets, readme]


class _Camera:
    """One tab a width, all in the same room."""

    def __init__(self, rooms: Rooms, browser: Browser, out: Path) -> None:
        self._rooms = rooms
        self._browser = browser
        self._out = out
        self._tabs: dict[str, Page] = {}
        self._where = ""
        self._taken: dict[str, list[Path]] = {width.name: [] for width in WIDTHS}

    async def take_all(self, exhibits: Exhibits) -> Mapping[str, list[Path]]:
        for width in WIDTHS:
            self._tabs[width.name] = await self._browser.new_page(viewport={"width": width.pixels, "height": _TALL})
        async for exhibit in exhibits.all():
            await self._go(exhibit.where)
            await self._rooms.catch_up()
            await asyncio.gather(*(self._take(width, exhibit) for width in WIDTHS))
        return self._taken

    async def _go(self, where: str) -> None:
        if where == self._where:
            return
        self._where = where
        for tab in self._tabs.values():
            await tab.goto(await self._rooms.open(where, "member"))

    async def _take(self, width: Width, exhibit: Exhibit) -> None:
        tab, taken = self._tabs[width.name], self._taken[width.name]
        message = tab.locator(f'article[data-message-id="{exhibit.message}"]')
        await message.wait_for()
        await tab.locator('#preview-app[aria-busy="false"]').wait_for()
        path = self._out / f"{len(taken) + 1:02d}-{exhibit.name}-{width.name}.png"
        await message.screenshot(path=path, animations="disabled")
        taken.append(path)


async def _draw_readme(rooms: Rooms, browser: Browser, explain: str) -> Path:
    """Draw one card where a member sees it: under what people said last."""
    width = WIDTHS[0].pixels
    tab = await browser.new_page(viewport={"width": width, "height": _TALL})
    where = rooms.world.first_channel
    await tab.goto(await rooms.slash(where, "member", explain, topic=_README_CARD))
    await tab.locator('#preview-app[aria-busy="false"]').wait_for()
    await tab.locator("#messages-toggle").click()
    messages = tab.locator("article.channel-message")
    talk = await messages.nth(-1 - _README_TALK).bounding_box()
    card = await messages.last.bounding_box()
    timeline = await tab.locator("#channel-timeline").bounding_box()
    if talk is None or card is None or timeline is None:
        raise RuntimeError("the room shows no messages")
    around = _TALL - timeline["height"]
    height = round(card["y"] + card["height"] - talk["y"] + around)
    await tab.set_viewport_size({"width": width, "height": height})
    await messages.last.evaluate("message => message.scrollIntoView({block: 'end'})")
    path = DOCS / "readme.png"
    await tab.locator("#channel-layout").screenshot(path=path, animations="disabled")
    return shrink_colours(path)
