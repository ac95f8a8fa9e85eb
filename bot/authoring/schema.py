"""JSON Schemas for editors, made from the very shapes the loader uses."""

import json
from pathlib import Path
from typing import Any

from bot.authoring.pack import FILES, FOLDERS, OWN_FOLDERS
from bot.authoring.shapes import adapter

_NAMES = {"explainers": "explainer", "prompts": "theme"}


def schemas() -> dict[str, str]:
    """Give the text of every schema by its file's name."""
    shapes = {Path(name).stem: shape for name, shape in FILES.items()}
    shapes |= {_NAMES[folder]: shape for folder, shape in FOLDERS.items()}
    shapes["own-theme"] = OWN_FOLDERS["prompts"]  # a server's own explainers have the shape of all explainers
    return {f"{name}.json": _text(shape) for name, shape in sorted(shapes.items())}


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into a folder, made when missing; give the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, text in schemas().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _text(shape: type[Any]) -> str:
    schema = adapter(shape).json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"
