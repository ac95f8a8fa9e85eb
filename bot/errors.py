"""The exceptions this project raises on purpose.

BotError
├── UserError       its text is shown to one member, privately, as written, and says what to do next
├── ContentInvalid  a content pack that must not serve; carries every problem found
├── ConfigInvalid   settings that cannot be used; carries every problem found
├── StorageError    what is kept could not be read or written; its kinds are in bot/storage/errors.py
└── StartFailed     Discord refused or could not be had; its text tells the operator what to do
"""

from collections.abc import Sequence
from typing import ClassVar


class BotError(Exception):
    """The root of what this project raises."""


class UserError(BotError):
    """Shown to one member, privately and as written."""


class ContentInvalid(BotError):
    """A pack that does not check; `problems` holds one printable line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class ConfigInvalid(BotError):
    """Settings that cannot be used; `problems` holds one printable line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StorageError(BotError):
    """Something personal cannot be read or written now. Lookups and support do not depend on it.

    Its text is for the operator and holds no value of a row.
    """

    transient: ClassVar = False
    """Whether the same is likely to work in a moment."""
    sentence = "The database failed in a way this bot does not know."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class StartFailed(BotError):
    """The bot could not start or stay connected; the text says how to mend it."""
