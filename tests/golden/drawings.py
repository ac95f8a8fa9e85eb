"""Every screen as it is drawn of a small pack that stands still: what members and moderators are sent, to the letter.

The screens are those that `check` rehearses, so that a new one is in here by itself. After a screen was changed on
purpose, `python -m tests.golden.drawings` writes them all anew; read what git shows then.
"""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bot.authoring.reader import Reader
from bot.domain.library import Library
from bot.rehearsal.rehearsal import SCREENS
from bot.rehearsal.screens import Case, Screen
from bot.ui.drawing import Drawing
from bot.ui.forms import Form
from tests.wire.looks import Json

HERE: Final = Path(__file__).parent
PACK: Final = HERE / "pack" / "en"
FILE: Final = HERE / "drawings.jsonl"
_REPEATED: Final = re.compile(r"(.{1,6}?)\1{9,}", re.DOTALL)  # what a rehearsal fills in: as much as there can be


def read_fixed_pack() -> Library:
    """Read the pack that stands still."""
    reading = Reader(PACK).read()
    assert reading.library is not None, [str(one) for one in reading.errors]
    return reading.library


def draw_all(library: Library) -> dict[str, list[Any]]:
    """Draw every screen; give all that can be sent, by the screen's name."""
    drawn = dict[str, list[Any]]()
    for screen in sorted(SCREENS, key=lambda one: one.name):
        of = drawn.setdefault(screen.name, [])
        for case in screen.cases(library):
            if (sent := _draw(library, screen, case)) not in of:
                of.append(sent)
    return drawn


def read_stored() -> dict[str, list[Any]]:
    """Give every screen as it was drawn when they were last written."""
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return {name: [one["sent"] for one in of] for name, of in itertools.groupby(lines, key=lambda one: one["screen"])}


def write_all() -> None:
    """Write every screen as it is drawn now."""
    lines = (
        json.dumps({"screen": name, "sent": sent}, separators=(",", ":"))
        for name, of in draw_all(read_fixed_pack()).items()
        for sent in of
    )
    FILE.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def differences(there: Any, now: Any, where: str = "") -> Iterator[str]:
    """Say where two drawings differ, and how."""
    if isinstance(there, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*there, *now)):
            yield from differences(there.get(key), now.get(key), f"{where}.{key}")
    elif isinstance(there, list) and isinstance(now, list):
        for at, (one, other) in enumerate(itertools.zip_longest(there, now)):
            yield from differences(one, other, f"{where}[{at}]")
    elif there != now:
        yield f"{where}: {there!r} is {now!r} now"


def _draw(library: Library, screen: Screen, case: Case) -> Any:
    drawn = screen.draw(*([library] if screen.with_library else []), *case.arguments, **case.named)
    return _shortened(_sent(drawn))


def _sent(drawn: Any) -> Json | str:
    if isinstance(drawn, Form):
        return drawn.to_dict()
    if isinstance(drawn, Drawing):
        files = [{"name": one.name, "alt": getattr(one, "alt", None)} for one in drawn.pictures]
        return {"components": drawn.to_components(), "files": files}
    assert isinstance(drawn, str)
    return drawn


def _shortened(sent: Any) -> Any:
    """Write once what is repeated, and how often, so that somebody can read it."""
    if isinstance(sent, str):
        return _REPEATED.sub(lambda found: f"{found[1]}[{len(found[0]) // len(found[1])} times]", sent)
    if isinstance(sent, dict):
        return {key: _shortened(value) for key, value in sent.items()}
    return [_shortened(one) for one in sent] if isinstance(sent, list | tuple) else sent


if __name__ == "__main__":
    write_all()
