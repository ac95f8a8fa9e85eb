"""Holds requests against Discord's published OpenAPI document, where WIRE_OPENAPI names it and jsonschema is there."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .door import Call
    from .looks import Json

DOCUMENT: Final = "urn:discord"
SENT_BY_DISCORD_PY: Final = "use_nested_fields"
"""A query parameter of forum posts that the document leaves out."""


class OpenApi:
    """The document, ready to check. Build it with `load`."""

    def __init__(self, document: Json) -> None:
        from referencing import Registry, Resource  # noqa: PLC0415 - comes with jsonschema, which is optional
        from referencing.jsonschema import DRAFT202012  # noqa: PLC0415  # not always there

        # discord.py writes some ids as numbers (of attachments, say); Discord takes them, unknown to the document.
        document["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
        self._registry: Any = Registry().with_resource(DOCUMENT, Resource(document, specification=DRAFT202012))
        self._paths = [(re.compile(_as_regex(path)), path, document["paths"][path]) for path in document["paths"]]
        self._paths.sort(key=lambda entry: entry[1].count("{"))
        self._validator = cache(self._make_validator)

    def misfits(self, call: Call) -> list[str]:
        """Return what in the request the document does not know: the operation, a query parameter, the body."""
        for regex, path, item in self._paths:
            if regex.fullmatch(call.path) and call.method.lower() in item:
                operation = item[call.method.lower()]
                return self._query(call, item, operation) + self._body(call, path, operation)
        return [f"{call.method} {call.path}: no such operation"]

    def reply_misfits(self, call: Call) -> list[str]:
        """Return where our own answer is not what Discord would send; keeps the loopback honest."""
        for regex, path, item in self._paths:
            operation = item.get(call.method.lower())
            if regex.fullmatch(call.path) and operation:
                content = operation["responses"].get(str(call.status), {}).get("content")
                pointer = ("responses", str(call.status), "content", "application/json", "schema")
                return self._check(call, path, pointer, call.reply) if content else []
        return []

    def _query(self, call: Call, item: Json, operation: Json) -> list[str]:
        known = {entry["name"] for entry in item.get("parameters", []) + operation.get("parameters", [])}
        return [
            f"{call.method} {call.path}: query {name}"
            for name in call.query
            if name not in {*known, SENT_BY_DISCORD_PY}
        ]

    def _body(self, call: Call, path: str, operation: Json) -> list[str]:
        if "requestBody" not in operation:
            return [] if call.body is None else [f"{call.method} {call.path}: takes no body"]
        pointer = ("requestBody", "content", "application/json", "schema")
        return self._check(call, path, pointer, call.body)

    def _check(self, call: Call, path: str, pointer: tuple[str, ...], instance: object) -> list[str]:
        steps = ("paths", path, call.method.lower(), *pointer)
        errors = map(_innermost, self._validator(steps).iter_errors(instance))
        return [f"{call.method} {path} {error.json_path}: {error.message[:300]}" for error in errors]

    def _make_validator(self, steps: tuple[str, ...]) -> Any:
        from jsonschema import Draft202012Validator  # noqa: PLC0415  # not always there

        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        return Draft202012Validator({"$ref": f"{DOCUMENT}#/{pointer}"}, registry=self._registry)


def _innermost(error: Any) -> Any:
    """Follow an error through unions, into the branch that is of the right `type`, to what is really wrong."""
    branches: dict[int, list[Any]] = {}
    for cause in error.context or []:
        branches.setdefault(cause.schema_path[0], []).append(cause)
    for causes in branches.values():
        other_kind = any(cause.path and cause.path[-1] == "type" and cause.validator == "enum" for cause in causes)
        if not other_kind and causes[0].validator != "const":
            return _innermost(causes[0])
    return error


def _as_regex(path: str) -> str:
    return re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))


@cache
def _read(path: str) -> OpenApi:
    return OpenApi(json.loads(Path(path).read_text(encoding="utf-8")))


def load() -> OpenApi | None:
    """Return the check that WIRE_OPENAPI asks for, or None: the tests pass without it."""
    path = os.environ.get("WIRE_OPENAPI")
    return _read(path) if path and find_spec("jsonschema") else None
