"""Makes a pack's commands as a start does, and counts what is in them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from bot.app import App

_MOST_COMMANDS: Final = 100
_MOST_OF_COMMAND: Final = 8000  # characters over all names and descriptions


def refused_commands(app: App) -> Iterator[str]:
    """Find what keeps the bot from coming up with all its commands."""
    try:
        client = app.make_client()
        for command in app.halves.commands():
            client.tree.add_command(command)
        made = [command.to_dict(client.tree) for command in client.tree.get_commands()]
    except Exception as error:  # noqa: BLE001  # whatever it is, the bot would not come up
        yield f"the commands cannot be made: {error}"
        return
    if len(made) > _MOST_COMMANDS:
        yield f"{len(made)} commands: Discord takes {_MOST_COMMANDS}"
    for one in made:
        if (length := _length_of(one)) > _MOST_OF_COMMAND:
            yield f"the command `{one['name']}` has {length} characters in all: Discord takes {_MOST_OF_COMMAND}"


def _length_of(command: Mapping[str, Any]) -> int:
    inside = cast("Iterable[Mapping[str, Any]]", (*command.get("options", ()), *command.get("choices", ())))
    own = sum(len(str(command.get(key, ""))) for key in ("name", "description", "value"))
    return own + sum(map(_length_of, inside))
