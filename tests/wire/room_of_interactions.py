"""Where interactions are answered: callbacks in time, and the webhook routes for a quarter of an hour."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from .exchange import CHOICES, DEFERRED_MESSAGE, DEFERRED_UPDATE, FORM, MESSAGE, UPDATE, Answer, Exchange
from .permissions import USE_EXTERNAL_APPS
from .refusals import EPHEMERAL, LOADING, Refusal, check_form
from .rooms import Reply, route

if TYPE_CHECKING:
    from .door import Call
    from .looks import Json
    from .world import World

ANSWER_WITHIN: Final = 3.0
"""What Discord gives; tests about being late set `world.answer_within` to it."""
TOKEN_LASTS: Final = 15 * 60.0
FOLLOWUPS_WITHOUT_SERVER: Final = 5

ALLOWED: Final[dict[int, set[int]]] = {
    2: {MESSAGE, DEFERRED_MESSAGE, FORM},
    3: {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, FORM},
    4: {CHOICES},
    5: {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE},
}
"""Callback types by interaction type; a form cannot be answered with a form."""


@route("POST", "/interactions/{interaction}/{token}/callback")
def callback(world: World, call: Call) -> Reply:
    """Take the first answer, in time and of a fitting type; refuse any other."""
    exchange = world.exchanges.get(call.args["interaction"])
    if exchange is None or exchange.payload["token"] != call.args["token"]:
        raise Refusal(10062)
    take(world, exchange, call)
    return _described(exchange) if call.query.get("with_response", "").lower() in ("1", "true") else None


def take(world: World, exchange: Exchange, call: Call) -> None:
    """Let an answer count, or refuse it and note the refusal in the exchange."""
    try:
        _take(world, exchange, call)
    except Refusal as refusal:
        exchange.refused.append(refusal.body["code"])
        raise
    finally:
        exchange.bell.ring()


def _take(world: World, exchange: Exchange, call: Call) -> None:
    kind, data = call.body["type"], call.body.get("data") or {}
    if exchange.callbacks:
        raise Refusal(40060)
    if time.monotonic() - exchange.created > world.answer_within:
        raise Refusal(10062)
    allowed = ALLOWED[exchange.payload["type"]]
    if kind not in allowed or (kind in (DEFERRED_UPDATE, UPDATE) and exchange.source is None):
        raise Refusal(50035, f"callback {kind} to an interaction of type {exchange.payload['type']}")
    if kind == MESSAGE:
        exchange.original = world.post.create(
            exchange.scene, _as_allowed(exchange, data), call.files, **_origin(world, exchange)
        )
    elif kind == DEFERRED_MESSAGE:
        flags = {"flags": LOADING | (data.get("flags") or 0) & EPHEMERAL}
        exchange.original = world.post.create(exchange.scene, flags, **_origin(world, exchange))
    elif kind == DEFERRED_UPDATE:
        exchange.original = exchange.source
    elif kind == UPDATE:
        assert exchange.source is not None
        exchange.original = world.post.edit(exchange.source, data, call.files)
    elif kind == CHOICES:
        _check_choices(data["choices"])
    else:
        check_form(data)
    files = dict(call.files.values())
    exchange.callbacks.append(Answer(kind, data, call.at, call.client, files))


def _check_choices(choices: list[Json]) -> None:
    if len(choices) > 25:
        raise Refusal(50035, "at most 25 choices")
    for choice in choices:
        if not 1 <= len(choice["name"]) <= 100 or len(str(choice["value"])) > 100:
            raise Refusal(50035, f"a choice has 1 to 100 characters: {choice}")


def _as_allowed(exchange: Exchange, data: Json) -> Json:
    """Keep private what a member's own installation may not post: they lack Use External Apps in that server."""
    scene = exchange.scene
    if "0" in scene.owners or scene.guild_id is None or scene.permissions & USE_EXTERNAL_APPS:
        return data
    return data | {"flags": (data.get("flags") or 0) | EPHEMERAL}


def _origin(world: World, exchange: Exchange) -> Json:
    app = world.bot["id"]
    return {"webhook_id": app, "application_id": app, "interaction_metadata": _metadata(exchange)}


def _metadata(exchange: Exchange) -> Json:
    scene, metadata = exchange.scene, {"id": exchange.id, "type": exchange.payload["type"]}
    metadata |= {"user": scene.user, "authorizing_integration_owners": scene.owners}
    if exchange.opener:
        metadata["triggering_interaction_metadata"] = _metadata(exchange.opener)
    elif exchange.source:
        metadata["interacted_message_id"] = exchange.source["id"]
    return metadata


def _described(exchange: Exchange) -> Json:
    kind, message = exchange.type, exchange.original
    described: Json = {"id": exchange.id, "type": exchange.payload["type"]}
    if message is None:
        return {"interaction": described}
    described["response_message_id"] = message["id"]
    described["response_message_loading"] = bool(message["flags"] & LOADING)
    described["response_message_ephemeral"] = bool(message["flags"] & EPHEMERAL)
    resource = {"resource": {"type": kind, "message": message}} if kind in (MESSAGE, UPDATE) else {}
    return {"interaction": described, **resource}


def _by_token(world: World, call: Call) -> Exchange:
    exchange = world.by_token.get(call.args["token"])
    if exchange is None or call.args["app"] != world.bot["id"]:
        raise Refusal(10015)
    if exchange.expired or time.monotonic() - exchange.created > TOKEN_LASTS:
        raise Refusal(50027)
    if not exchange.callbacks:
        raise Refusal(10015)
    return exchange


def _message(world: World, call: Call) -> tuple[Exchange, Json]:
    exchange = _by_token(world, call)
    wanted = call.args["message"]
    of_exchange = [exchange.original] if wanted == "@original" else [exchange.original, *exchange.followups]
    for message in of_exchange:
        if message and wanted in ("@original", message["id"]):
            if message["id"] not in world.post.messages.get(message["channel_id"], {}):
                break
            return exchange, message
    raise Refusal(10008)


@route("POST", "/webhooks/{app}/{token}")
def follow_up(world: World, call: Call) -> Reply:
    """Send a follow-up; after a deferral the first one fills the placeholder."""
    exchange = _by_token(world, call)
    if exchange.original and exchange.original["flags"] & LOADING:
        message = world.post.edit(exchange.original, call.body, call.files)
        exchange.edits.append(call.body)
    else:
        if "0" not in exchange.scene.owners and len(exchange.followups) >= FOLLOWUPS_WITHOUT_SERVER:
            raise Refusal(40094)
        body = _as_allowed(exchange, call.body)
        message = world.post.create(exchange.scene, body, call.files, **_origin(world, exchange))
        exchange.followups.append(message)
    exchange.bell.ring()
    return message


@route("GET", "/webhooks/{app}/{token}/messages/{message}")
def get_answer(world: World, call: Call) -> Reply:
    """Return the answer or a follow-up."""
    return _message(world, call)[1]


@route("PATCH", "/webhooks/{app}/{token}/messages/{message}")
def edit_answer(world: World, call: Call) -> Reply:
    """Edit the answer or a follow-up."""
    exchange, message = _message(world, call)
    world.post.edit(message, call.body, call.files)
    exchange.edits.append(call.body)
    exchange.bell.ring()
    return message


@route("DELETE", "/webhooks/{app}/{token}/messages/{message}")
def delete_answer(world: World, call: Call) -> Reply:
    """Take the answer or a follow-up back."""
    exchange, message = _message(world, call)
    world.post.delete(message)
    exchange.deleted.append(message)
    exchange.bell.ring()
    return None
