"""A server's settings as a YAML file: written for people to change, read back with every fault and its place.

What YAML makes of bare words plays no part here: every value is read as the text that stands in the file.
"""

from collections.abc import Sequence
from typing import Final, cast

import yaml

from bot.domain.servers.settings import ServerSettings
from bot.domain.servers.settings_file import FILLS, Fault, Known, PlacedFault, Reason, read_tree, to_tree
from bot.plain_yaml.composer import read_closely
from bot.plain_yaml.faults import Fault as YamlFault
from bot.plain_yaml.faults import Place, Places, Route

MOST_BYTES: Final = 64 * 1024
_MOST_DEPTH: Final = 8
_STR: Final = "tag:yaml.org,2002:str"
_WIDTH: Final = 120
_LINE_BREAKS: Final = frozenset("\x85\u2028\u2029")


TOO_LARGE: Final = PlacedFault(1, 1, Fault((), "too_large", {"most": MOST_BYTES // 1024}))


class _Dumper(yaml.SafeDumper):
    """Escapes Unicode's own line breaks, which PyYAML folds between single quotes and reads back as others."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    del dumper
    style = '"' if _LINE_BREAKS.intersection(text) else None
    return yaml.ScalarNode(_STR, text, style=style)


_Dumper.add_representer(str, _represent_text)


def write(settings: ServerSettings, heading: Sequence[str]) -> bytes:
    """Write settings as a file; `heading` stands above them as comments."""
    comments = "".join(f"# {line}\n" for line in heading)
    body: str = yaml.dump(to_tree(settings), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return (comments + body).encode()


def read(raw: bytes, known: Known, now: ServerSettings) -> tuple[ServerSettings, list[PlacedFault]]:
    """Read a file; what it does not name stays as it is `now`. With any fault, the settings are of no use. Blocks."""
    if len(raw) > MOST_BYTES:
        return now, [TOO_LARGE]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return now, [PlacedFault(raw.count(b"\n", 0, error.start) + 1, 1, Fault((), "not_text"))]
    parsed = read_closely(text, _MOST_DEPTH)
    # A key that is read as something else is told as no setting; aliases, and keys that are none, could be any number.
    odd = [_placed(one) for one in parsed.faults if one.reason != "odd_key" or not one.key]
    any_number = [
        _placed(one) for one in parsed.faults if one.reason == "alias" or (one.reason == "odd_key" and not one.key)
    ]
    if any_number or (odd and parsed.data is None):
        return now, [(any_number or odd)[0]]
    settings, faults = read_tree(parsed.data, known, now)
    # What stands in no plain form is told as that, and not also as a value that does not fit.
    told = {(one.line, one.column) for one in odd} | {one.route for one in parsed.faults if one.reason == "cut_off"}
    placed = [PlacedFault(*_place(one, parsed.places), one) for one in faults if one.route not in told]
    return settings, sorted(
        [*odd, *(one for one in placed if (one.line, one.column) not in told)],
        key=lambda one: (one.line, one.column),
    )


_REASONS: Final[dict[str, Reason]] = {"anchor": "alias", "glued": "not_yaml", "odd_key": "not_yaml"}


def _placed(found: YamlFault) -> PlacedFault:
    reason = _REASONS.get(found.reason) or cast("Reason", found.reason)
    return PlacedFault(
        found.line, found.column, Fault((), reason, {"key": found.key} if "key" in FILLS.get(reason, ()) else {})
    )


def _place(fault: Fault, places: Places) -> Place:
    """Give where a fault stands, or the nearest thing around it that has a place."""
    route: Route = fault.route
    if fault.at_key and route in places.keys:
        return places.keys[route]
    while route and route not in places.values:
        route = route[:-1]
    return places.values.get(route, (1, 1))
