"""A copy of the pack that a visitor may change, break and mend, the way an author's editor would."""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StartFailed, UserError

_TITLE = "title: "
_BROKEN = "titel: This line has a spelling mistake in its key, made by the demo\n"
_MARK = " (new words, "
_NOT_PLAIN = ('"', "'", ">", "|")


@dataclass(frozen=True, slots=True)
class Edit:
    """One line of one file, before and after."""

    path: Path
    line: int
    before: str
    after: str


class ContentCopy:
    """Edits one card's file, by lines, as text; the bot finds out the way it does in production: from the disk."""

    def __init__(self, source: Path, home: Path) -> None:
        """Copy the pack into `home`, with the schemas its editors use, unless an earlier copy lies there.

        Raises:
            StartFailed: there is no such pack.
        """
        if not source.is_dir():
            raise StartFailed(f"{source}: there is no such folder of content.")
        self.folder = home / source.name
        self.kept = self.folder.is_dir()
        if not self.kept:
            shutil.copytree(source, self.folder)
            schemas = source.parent / "schema"
            if schemas.is_dir():
                shutil.copytree(schemas, home / "schema", dirs_exist_ok=True)
        with contextlib.suppress(UserError):
            self.mend()

    def change(self, when: str) -> Edit:
        """Give the card's title new words, which say when they came."""
        card = self._card()
        lines = self._lines(card)
        at = self._title_line(lines)
        before = lines[at]
        lines[at] = f"{before.rstrip().split(_MARK)[0]}{_MARK}{when})\n"
        card.write_text("".join(lines), encoding="utf-8")
        return Edit(card, at + 1, before.rstrip(), lines[at].rstrip())

    def break_it(self) -> Edit:
        """Write a line that no pack may have."""
        card = self._card()
        lines = self._lines(card)
        at = self._title_line(lines) + 1
        if _BROKEN not in lines:
            lines.insert(at, _BROKEN)
            card.write_text("".join(lines), encoding="utf-8")
        return Edit(card, at + 1, "", _BROKEN.rstrip())

    def mend(self) -> Edit | None:
        """Take that line away again; None when it was not there."""
        card = self._card()
        lines = self._lines(card)
        if _BROKEN not in lines:
            return None
        at = lines.index(_BROKEN)
        del lines[at]
        card.write_text("".join(lines), encoding="utf-8")
        return Edit(card, at + 1, _BROKEN.rstrip(), "")

    def _card(self) -> Path:
        """Choose the card to edit: one whose title stands plainly on its own line."""
        cards = sorted((self.folder / "explainers").glob("*.yaml"), key=lambda card: (card.stem != "compersion", card))
        for card in cards:
            title = next((line for line in self._lines(card) if line.startswith(_TITLE)), "")
            if title and not title.removeprefix(_TITLE).startswith(_NOT_PLAIN):
                return card
        raise UserError(f"{self.folder} has no card whose title could be changed; edit it with your own editor.")

    @staticmethod
    def _title_line(lines: list[str]) -> int:
        return next(at for at, line in enumerate(lines) if line.startswith(_TITLE))

    @staticmethod
    def _lines(card: Path) -> list[str]:
        return card.read_text(encoding="utf-8").splitlines(keepends=True)
