"""Takes the gallery's pictures: opens the demo's rooms in a browser at both widths and waits for each message."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import Browser, Page, async_playwright

from bot.demo.browser import FLAGS
from bot.demo.clock import Clock
from bot.demo.content_copy import ContentCopy
from bot.demo.exhibits import Exhibit, Exhibits
from bot.demo.home import Home
from bot.demo.moderator_exhibits import ModeratorExhibits
from bot.demo.private_exhibits import PrivateExhibits
from bot.demo.rooms import Rooms
from bot.demo.sheets import make_sheet, shrink_colours
from bot.demo.world import build_world, enter, make_app

DOCS = Path("docs")
_TALL = 2400  # pixels: no card has to scroll
_README_CARD = "compersion"
_README_TALK = 3  # messages above it
_EVENING = 20  # o'clock: the talk fits into one day, whenever the pictures are taken


class Sheet(NamedTuple):
    """How small pictures are laid out: columns, the width of each in pixels, and the most bytes of it all."""

    columns: int
    thumbnail: int
    most: int


class Width(NamedTuple):
    """A screen to draw on, and its sheets."""

    name: str
    pixels: int
    cards: Sheet
    check_in: Sheet
    moderators: Sheet


WIDTHS = (
    Width("desktop", 1280, Sheet(9, 250, 990_000), Sheet(5, 360, 590_000), Sheet(5, 360, 590_000)),
    Width("phone", 390, Sheet(12, 170, 990_000), Sheet(8, 220, 590_000), Sheet(8, 220, 590_000)),
)


async def draw_everything(content: Path, home: Home, out: Path, browser: str) -> list[Path]:
    """Draw the pictures, the sheets made of them, and README's picture; give what was written."""
    world = build_world(datetime.now(UTC).replace(hour=_EVENING, minute=0, second=0, microsecond=0))
    copy = ContentCopy(content, home.content)
    app = make_app(world, copy.folder, home.storage)
    await app.door.personal()
    await enter(world, app)
    clock = Clock(world, app.door, home.write_ahead)
    rooms = Rooms(world, clock, 0)
    try:
        async with async_playwright() as playwright:
            chromium = await playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
            readme = await _draw_readme(rooms, chromium, app.pack.library.interface.commands.explain.name)
            camera = _Camera(rooms, chromium, out)
            await camera.begin()
            cards = await camera.take_all(Exhibits(world, app).all(), "")
            check_in = await camera.take_all(PrivateExhibits(world, app, clock).all(), "check-in-")
            moderators = await camera.take_all(ModeratorExhibits(world, app, clock, copy).all(), "moderators-")
            await chromium.close()
    finally:
        await rooms.close()
        await world.env.shutdown()
        await app.door.close()
    sheets = [
        make_sheet(taken[width.name], DOCS / f"{name}-{width.name}.jpg", *sheet)
        for width in WIDTHS
        for name, taken, sheet in (
            ("cards", cards, width.cards),
            ("check-in", check_in, width.check_in),
            ("moderators", moderators, width.moderators),
        )
    ]
    taken = (*cards.values(), *check_in.values(), *moderators.values())
    return [*(picture for pictures in taken for picture in pictures), *sheets, readme]


class _Camera:
    """One tab a width, all in the same room."""

    def __init__(self, rooms: Rooms, browser: Browser, out: Path) -> None:
        self._rooms = rooms
        self._browser = browser
        self._out = out
        self._tabs: dict[str, Page] = {}
        self._at = ("", "")
        self._seen: set[int] = set()

    async def begin(self) -> None:
        """Open the tabs."""
        for width in WIDTHS:
            self._tabs[width.name] = await self._browser.new_page(viewport={"width": width.pixels, "height": _TALL})

    async def take_all(self, exhibits: AsyncIterator[Exhibit], prefix: str) -> Mapping[str, list[Path]]:
        """Take each at each width; give the pictures by the width's name."""
        taken: dict[str, list[Path]] = {width.name: [] for width in WIDTHS}
        async for exhibit in exhibits:
            name = f"{prefix}{len(taken[WIDTHS[0].name]) + 1:02d}-{exhibit.name}"
            await self._go(exhibit)
            pictures = await asyncio.gather(*(self._take(width, exhibit, name) for width in WIDTHS))
            for width, picture in zip(WIDTHS, pictures, strict=True):
                taken[width.name].append(picture)
        return taken

    async def _go(self, exhibit: Exhibit) -> None:
        """Bring every tab to where it is; one that showed the message as it was before begins anew."""
        await self._rooms.catch_up()
        at = (exhibit.where, exhibit.who)
        if at != self._at or exhibit.message in self._seen:
            self._at = at
            for tab in self._tabs.values():
                await tab.goto(await self._rooms.open(*at))
        self._seen.add(exhibit.message)

    async def _take(self, width: Width, exhibit: Exhibit, name: str) -> Path:
        tab = self._tabs[width.name]
        message = tab.locator(f'article[data-message-id="{exhibit.message}"]')
        await message.wait_for()
        await tab.locator('#preview-app[aria-busy="false"]').wait_for()
        path = self._out / f"{name}-{width.name}.png"
        await message.screenshot(path=path, animations="disabled")
        return path


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
