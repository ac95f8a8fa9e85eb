"""A measured figure beside its limit, and the table of them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1_000_000
_HEADS: Final = ("figure", "measured", "limit", "met", "how it varied")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Without a limit it only explains another; `detail` says how much the rounds differed."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    below: float | None = None
    detail: str = ""

    @property
    def met(self) -> bool:
        """Say whether the figure keeps its limit; one without a limit keeps it."""
        at_most = self.most is None or self.value <= self.most
        return at_most and (self.below is None or self.value < self.below)

    def cells(self) -> tuple[str, ...]:
        """Give the figure as a row of the table."""
        limit, met = "", ""
        if self.most is not None:
            limit = f"<= {self.most:g} {self.unit}"
        elif self.below is not None:
            limit = f"< {self.below:g} {self.unit}"
        if limit:
            met = "yes" if self.met else "NO"
        return self.name, f"{self.value:.3g} {self.unit}".strip(), limit.strip(), met, self.detail


def table(figures: Iterable[Figure]) -> str:
    """Draw figures as a Markdown table, so that the docs take it as it is."""
    rows = [_HEADS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def ratio(name: str, ours: Sequence[float], ruler: Sequence[float], most: float | None, unit: str) -> Figure:
    """Compare rounds in pairs: what slows the whole machine down slows both halves of a round."""
    pairs = [one / other for one, other in zip(ours, ruler, strict=True)]
    scale, shown = {"s": (1.0, "s"), "ms": (1000.0, "ms")}[unit]
    medians = f"{statistics.median(ours) * scale:.3g} against {statistics.median(ruler) * scale:.3g} {shown}"
    detail = f"{medians}; {len(pairs)} rounds from {min(pairs):.2f} to {max(pairs):.2f}"
    return Figure(name, statistics.median(pairs), "times", most, detail=detail)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
