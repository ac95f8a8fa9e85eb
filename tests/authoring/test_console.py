"""What the command line says on a console that has signs for little."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("encoding", "arguments"),
    [
        ("ascii", ("check", "{pack}")),
        ("cp1252", ("check", "{pack}")),
        ("ascii", ("find", "кто", "--content", "{pack}")),
    ],
)
def test_a_console_without_the_signs_gets_the_rest(pack: Path, encoding: str, arguments: tuple[str, ...]) -> None:
    card = pack / "explainers/compersion.yaml"
    card.write_text(card.read_text().replace("kind: idea", "kind: идея 🤗", 1))

    done = subprocess.run(
        [sys.executable, "-m", "bot", *(one.format(pack=pack) for one in arguments)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
        if encoding == "ascii"
        else {**os.environ, "PYTHONIOENCODING": encoding},
    )

    said = (done.stdout + done.stderr).decode(encoding, "replace")
    assert done.returncode == 1, said
    assert "Unexpected" not in said
    assert "compersion.yaml" in said
