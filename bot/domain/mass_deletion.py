"""When time would take so much at once that the operator is asked first."""

from dataclasses import dataclass
from typing import Final

MOST_ROWS: Final = 50
MOST_PERCENT: Final = 10


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all the rows of a kind are due to go."""

    due: int
    total: int

    @property
    def is_large(self) -> bool:
        """Whether it goes only when the operator said so."""
        return self.due > MOST_ROWS and self.due * 100 > self.total * MOST_PERCENT

    def __str__(self) -> str:
        """Say it for the operator."""
        return f"{self.due:,} of {self.total:,}"
