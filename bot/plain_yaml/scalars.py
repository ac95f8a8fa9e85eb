"""Which tag YAML 1.1 resolves a scalar without quotes to, and the value it then has."""

import re
from typing import Any, Final, Literal, cast

import yaml

ScalarKind = Literal["text", "nothing", "switch", "number", "tag"]
"""What YAML 1.1 reads a value as; `tag` is one with an explicit tag other than !!str."""

TAGS: Final = "tag:yaml.org,2002:"

_KINDS: Final[dict[str, ScalarKind]] = {
    f"{TAGS}null": "nothing",
    f"{TAGS}bool": "switch",
    f"{TAGS}int": "number",
    f"{TAGS}float": "number",
}
_TRUE: Final = frozenset({"yes", "true", "on"})
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,20}")
_FLOAT: Final = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")


def resolve(loader: yaml.CSafeLoader, event: Any) -> ScalarKind:
    """Give what a scalar that has no tag is read as; dates, and whatever else has no kind of its own, are text."""
    tag: str = cast("Any", loader).resolve(yaml.ScalarNode, event.value, event.implicit)
    return _KINDS.get(tag, "text")


def typed(kind: ScalarKind, text: str) -> Any:
    """Give the value of a scalar of a kind; nan for a number in another form than digits."""
    match kind:
        case "nothing":
            return None
        case "switch":
            return text.lower() in _TRUE
        case "number":
            return _number(text)
        case _:
            return text


def _number(text: str) -> int | float:
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else float("nan")
