"""A sample of every event discord.py reads and of every kind of interaction, made here after Discord's documents."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from bot.ui.ids import TOKEN_BYTES, Kind, Press

Json = dict[str, Any]

GUILD, CHANNEL, THREAD, USER, BOT, ROLE = (str(1_200_000_000_000_000_000 + number) for number in range(6))
THEN = "2026-03-01T20:00:00.000000+00:00"
_ids = count(1_300_000_000_000_000_000)


def fresh() -> str:
    """Return an id that no sample had before."""
    return str(next(_ids))


def user(id_: str = USER) -> Json:
    unset = ("avatar", "banner", "accent_color", "collectibles")
    decoration = {"asset": "a_1", "sku_id": "1", "expires_at": None}
    tag = {"identity_guild_id": GUILD, "identity_enabled": True, "tag": "WUMP", "badge": "b"}
    shown = {"avatar_decoration_data": decoration, "primary_guild": tag, "global_name": "Ada"}
    return {"id": id_, "username": "ada", "discriminator": "0", "public_flags": 0, **shown} | dict.fromkeys(unset)


def member(*, with_user: bool = True) -> Json:
    times = {"joined_at": THEN, "premium_since": None, "communication_disabled_until": None}
    state = {"nick": None, "avatar": None, "roles": [ROLE], "deaf": False, "mute": False, "flags": 0, "pending": False}
    return {**times, **state, "permissions": "1071698660929"} | ({"user": user()} if with_user else {})


def role() -> Json:
    look = {"color": 0, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
    state = {"hoist": False, "position": 1, "managed": False, "mentionable": False, "flags": 0}
    tags = {"bot_id": BOT, "premium_subscriber": None}
    return {"id": ROLE, "name": "keepers", "permissions": "0", **look, **state, "icon": None, "tags": tags}


def application() -> Json:
    flags = {"bot_public": True, "bot_require_code_grant": False, "flags": 0, "verify_key": "", "description": ""}
    return {"id": BOT, "name": "a", "icon": None, "owner": user(), "bot": user(BOT), **flags}


def emoji() -> Json:
    return {"id": "41771983429993937", "name": "leaf", "roles": [ROLE], "user": user(), "animated": False}


def sticker() -> Json:
    described = {"name": "wave", "description": "hi", "tags": "wave", "type": 2, "format_type": 1}
    return {"id": "749054660769218631", **described, "available": True, "guild_id": GUILD, "user": user()}


def channel(kind: int = 0) -> Json:
    overwrite = {"id": ROLE, "type": 0, "allow": "0", "deny": "0"}
    place = {"guild_id": GUILD, "position": 1, "parent_id": None, "permission_overwrites": [overwrite], "nsfw": False}
    said = {"name": "general", "topic": "talk", "last_message_id": None, "rate_limit_per_user": 0, "flags": 0}
    voice = {"bitrate": 64000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
    tag = {"id": "5", "name": "t", "moderated": False, "emoji_id": None, "emoji_name": "x"}
    forum = {"available_tags": [tag], "default_reaction_emoji": {"emoji_id": None, "emoji_name": "x"}}
    return {
        "id": CHANNEL,
        "type": kind,
        **place,
        **said,
        **voice,
        **forum,
        "permissions": "1024",
        "default_sort_order": 0,
    }


def thread() -> Json:
    state = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": THEN, "locked": False}
    metadata = {**state, "invitable": True, "create_timestamp": THEN}
    counts = {"message_count": 1, "member_count": 1, "total_message_sent": 1, "rate_limit_per_user": 0}
    named = {"id": THREAD, "type": 11, "guild_id": GUILD, "parent_id": CHANNEL, "owner_id": USER, "name": "a thread"}
    more = {"member": thread_member(), "applied_tags": ["5"], "flags": 0, "permissions": "1024"}
    return {**named, **counts, **more, "thread_metadata": metadata, "last_message_id": None}


def thread_member() -> Json:
    return {"id": THREAD, "user_id": USER, "join_timestamp": THEN, "flags": 0, "member": member(), "presence": None}


def private_channel() -> Json:
    return {"id": CHANNEL, "type": 1, "recipients": [user()], "last_message_id": None, "flags": 0}


def attachment() -> Json:
    media = {"height": 1, "width": 1, "content_type": "image/png", "duration_secs": 1.0, "waveform": "AA=="}
    at = {"url": "https://cdn.example/a.png", "proxy_url": "https://media.example/a.png", "description": "x"}
    return {"id": "7", "filename": "a.png", "title": "a", "size": 10, **at, **media, "ephemeral": True, "flags": 0}


def embed() -> Json:
    image = {"url": "https://cdn.example/a.png", "proxy_url": None, "height": 1, "width": 1, "flags": 0}
    field = {"name": "n", "value": "v", "inline": True}
    author = {"name": "a", "url": "https://example.com", "icon_url": "https://cdn.example/a.png"}
    text = {"title": "t", "description": "d", "url": "https://example.com", "timestamp": THEN, "color": 1}
    return {"type": "rich", **text, "footer": {"text": "f"}, "image": image, "author": author, "fields": [field]}


def poll() -> Json:
    answers = [{"answer_id": 1, "poll_media": {"text": "yes", "emoji": {"id": None, "name": "x"}}}]
    results = {"is_finalized": False, "answer_counts": [{"id": 1, "count": 1, "me_voted": False}]}
    asked = {"question": {"text": "?"}, "answers": answers, "expiry": THEN}
    return {**asked, "allow_multiselect": False, "layout_type": 1, "results": results}


def components() -> list[Json]:
    """Return every kind of component a message can have."""
    picture = {
        "url": "https://cdn.example/a.png",
        "proxy_url": "x",
        "height": 1,
        "width": 1,
        "content_type": "image/png",
    }
    button = {"type": 2, "id": 3, "style": 1, "label": "Go", "custom_id": press(), "emoji": {"id": None, "name": "x"}}
    link = {"type": 2, "id": 4, "style": 5, "label": "Out", "url": "https://example.com"}
    option = {"label": "a", "value": "a", "description": "d", "emoji": {"id": None, "name": "x"}, "default": True}
    select = {"type": 3, "id": 5, "custom_id": press(), "options": [option], "min_values": 0, "max_values": 1}
    others = [
        {"type": kind, "id": 6, "custom_id": press(), "default_values": [{"id": USER, "type": "user"}]}
        for kind in (5, 6, 7)
    ]
    channels = {"type": 8, "id": 7, "custom_id": press(), "channel_types": [0, 5], "placeholder": "where"}
    rows = [{"type": 1, "id": 2, "components": [one]} for one in (button, link, select, *others, channels)]
    text = {"type": 10, "id": 8, "content": "## Words"}
    thumbnail = {"type": 11, "id": 9, "media": picture, "description": "d", "spoiler": False}
    section = {"type": 9, "id": 10, "components": [text], "accessory": thumbnail}
    gallery = {"type": 12, "id": 11, "items": [{"media": picture, "description": "d", "spoiler": False}]}
    file = {"type": 13, "id": 12, "file": picture, "spoiler": False, "name": "a.png", "size": 10}
    line = {"type": 14, "id": 13, "divider": True, "spacing": 1}
    inside = [text, section, gallery, file, line, rows[0]]
    return [*rows, {"type": 17, "id": 14, "accent_color": 1, "spoiler": False, "components": inside}]


def message(*, deep: bool = True) -> Json:
    """Return a message that has everything a message can have."""
    metadata = {"id": "9", "type": 2, "user": user(), "authorizing_integration_owners": {"0": GUILD, "1": USER}}
    metadata |= {"original_response_message_id": "8", "target_user": user(), "name": "explain", "command_type": 1}
    state = {"timestamp": THEN, "edited_timestamp": None, "tts": False, "mention_everyone": False, "pinned": False}
    mentions = {"mentions": [user() | {"member": member(with_user=False)}], "mention_roles": [ROLE]}
    reaction = {"count": 1, "count_details": {"burst": 0, "normal": 1}, "me": False, "me_burst": False}
    bits = {"emoji": {"id": None, "name": "x"}, "burst_colors": []}
    said = {
        "id": fresh(),
        "channel_id": CHANNEL,
        "type": 0,
        "flags": 0,
        "content": "hello",
        "author": user(),
        "nonce": "1",
    }
    whole = {
        **said,
        **state,
        **mentions,
        "attachments": [attachment()],
        "embeds": [embed()],
        "components": components(),
    }
    whole |= {
        "reactions": [reaction | bits],
        "sticker_items": [{"id": "1", "name": "s", "format_type": 1}],
        "poll": poll(),
    }
    whole |= {"interaction_metadata": metadata, "call": {"participants": [USER], "ended_timestamp": THEN}}
    if not deep:
        return whole
    snapshot = {"message": message(deep=False)}
    whole |= {"message_reference": {"type": 0, "message_id": "6", "channel_id": CHANNEL, "guild_id": GUILD}}
    whole |= {"referenced_message": message(deep=False), "message_snapshots": [snapshot], "thread": thread()}
    bought = {"type": 0, "guild_product_purchase": {"listing_id": "1", "product_name": "p"}}
    joined = {"role_subscription_listing_id": "1", "tier_name": "t", "total_months_subscribed": 1, "is_renewal": False}
    old = {"id": "9", "type": 2, "name": "explain", "user": user()}
    about = {"id": BOT, "name": "a", "description": "d", "icon": None, "cover_image": None, "bot": user(BOT)}
    whole |= {
        "purchase_notification": bought,
        "role_subscription_data": joined,
        "interaction": old,
        "application": about,
    }
    return whole | {"activity": {"type": 1, "party_id": "p"}, "position": 1, "webhook_id": BOT, "application_id": BOT}


def guild() -> Json:
    unset = (
        "icon splash discovery_splash banner description afk_channel_id application_id rules_channel_id vanity_url_code"
    )
    numbers = (
        "verification_level default_message_notifications explicit_content_filter mfa_level nsfw_level premium_tier"
    )
    lists = {"roles": [role()], "emojis": [emoji()], "stickers": [sticker()], "features": ["COMMUNITY"]}
    live = {"channels": [channel()], "threads": [thread()], "members": [member()], "presences": [presence()]}
    more = {"voice_states": [voice_state()], "stage_instances": [stage()], "guild_scheduled_events": [scheduled()]}
    sounds = {
        "soundboard_sounds": [sound()],
        "member_count": 1,
        "large": False,
        "unavailable": False,
        "joined_at": THEN,
    }
    told = {"incidents_data": {"invites_disabled_until": THEN, "dms_disabled_until": None}, "system_channel_flags": 0}
    named = {"id": GUILD, "name": "Garden", "owner_id": USER, "preferred_locale": "en-US", "afk_timeout": 300}
    return (
        {**named, **lists, **live, **more, **sounds, **told}
        | dict.fromkeys(unset.split())
        | dict.fromkeys(numbers.split(), 0)
    )


def presence() -> Json:
    activity = {
        "name": "a",
        "type": 0,
        "created_at": 1,
        "timestamps": {"start": 1},
        "emoji": {"name": "x"},
        "party": {"id": "1", "size": [1, 2]},
    }
    assets = {"assets": {"large_image": "x"}, "state": "s", "details": "d", "buttons": ["b"], "flags": 0}
    return {
        "user": {"id": USER},
        "guild_id": GUILD,
        "status": "online",
        "activities": [activity | assets],
        "client_status": {"web": "online"},
    }


def voice_state() -> Json:
    flags = ("deaf", "mute", "self_deaf", "self_mute", "self_video", "suppress", "self_stream")
    who = {"guild_id": GUILD, "channel_id": CHANNEL, "user_id": USER, "member": member(), "session_id": "s"}
    return who | dict.fromkeys(flags, False) | {"request_to_speak_timestamp": THEN}


def stage() -> Json:
    return {
        "id": "11",
        "guild_id": GUILD,
        "channel_id": CHANNEL,
        "topic": "t",
        "privacy_level": 2,
        "discoverable_disabled": False,
    }


def scheduled() -> Json:
    when = {"scheduled_start_time": THEN, "scheduled_end_time": THEN, "privacy_level": 2, "status": 1, "entity_type": 3}
    where = {
        "channel_id": None,
        "entity_id": None,
        "entity_metadata": {"location": "here"},
        "user_count": 1,
        "image": None,
    }
    return {
        "id": "12",
        "guild_id": GUILD,
        "creator_id": USER,
        "creator": user(),
        "name": "e",
        "description": "d",
        **when,
        **where,
    }


def sound() -> Json:
    return {
        "sound_id": "13",
        "guild_id": GUILD,
        "name": "s",
        "volume": 1.0,
        "emoji_id": None,
        "emoji_name": "x",
        "available": True,
        "user": user(),
    }


def entitlement() -> Json:
    when = {"starts_at": THEN, "ends_at": THEN, "deleted": False, "consumed": False, "type": 8}
    return {"id": "14", "sku_id": "15", "application_id": BOT, "user_id": USER, "guild_id": GUILD, **when}


def subscription() -> Json:
    when = {"current_period_start": THEN, "current_period_end": THEN, "canceled_at": None, "status": 0, "country": "DE"}
    return {"id": "16", "user_id": USER, "sku_ids": ["15"], "entitlement_ids": ["14"], "renewal_sku_ids": None, **when}


def rule() -> Json:
    action = {"type": 1, "metadata": {"channel_id": CHANNEL, "duration_seconds": 5, "custom_message": "no"}}
    trigger = {
        "keyword_filter": ["x"],
        "regex_patterns": [],
        "presets": [1],
        "allow_list": [],
        "mention_total_limit": 5,
    }
    state = {"event_type": 1, "trigger_type": 1, "enabled": True, "exempt_roles": [ROLE], "exempt_channels": [CHANNEL]}
    return {
        "id": "17",
        "guild_id": GUILD,
        "name": "r",
        "creator_id": USER,
        **state,
        "trigger_metadata": trigger,
        "actions": [action],
    }


def integration() -> Json:
    account = {
        "account": {"id": "1", "name": "a"},
        "application": {"id": BOT, "name": "a", "icon": None, "description": "d", "bot": user(BOT)},
    }
    state = {
        "enabled": True,
        "syncing": False,
        "role_id": ROLE,
        "enable_emoticons": True,
        "expire_behavior": 0,
        "expire_grace_period": 1,
    }
    return {
        "id": "18",
        "guild_id": GUILD,
        "name": "i",
        "type": "twitch",
        "user": user(),
        **account,
        **state,
        "synced_at": THEN,
        "revoked": False,
        "subscriber_count": 0,
        "scopes": ["bot"],
    }


def invite() -> Json:
    limits = {
        "max_age": 0,
        "max_uses": 0,
        "temporary": False,
        "uses": 0,
        "created_at": THEN,
        "type": 0,
        "expires_at": None,
    }
    return {
        "code": "abc",
        "channel_id": CHANNEL,
        "guild_id": GUILD,
        "inviter": user(),
        "target_type": 1,
        "target_user": user(),
        **limits,
    }


def events() -> dict[str, Json]:
    """Return what each event brings, by its name."""
    at = {"channel_id": CHANNEL, "guild_id": GUILD}
    on_message = {"user_id": USER, "message_id": "6", **at}
    reaction = {
        **on_message,
        "member": member(),
        "emoji": emoji(),
        "burst": False,
        "burst_colors": ["#000000"],
        "type": 0,
        "message_author_id": USER,
    }
    of_member = {**member(), "guild_id": GUILD, "unusual_dm_activity_until": None}
    change = {"key": "name", "old_value": "a", "new_value": "b"}
    entry = {
        "id": "19",
        "guild_id": GUILD,
        "user_id": USER,
        "target_id": USER,
        "action_type": 1,
        "changes": [change],
        "options": {"channel_id": CHANNEL, "count": "1"},
        "reason": "r",
    }
    action = {
        "guild_id": GUILD,
        "action": rule()["actions"][0],
        "rule_id": "17",
        "rule_trigger_type": 1,
        **on_message,
        "alert_system_message_id": "6",
    }
    action |= {"content": "x", "matched_keyword": "x", "matched_content": "x"}
    ready = {
        "v": 10,
        "user": user(BOT),
        "guilds": [{"id": GUILD, "unavailable": True}],
        "session_id": "s",
        "resume_gateway_url": "wss://x.example",
    }
    ready |= {"shard": [0, 1], "application": {"id": BOT, "flags": 0}, "private_channels": []}
    permission = {"id": ROLE, "type": 1, "permission": True}
    effect = {
        **at,
        "user_id": USER,
        "emoji": {"id": None, "name": "x"},
        "animation_type": 0,
        "animation_id": 1,
        "sound_id": 13,
        "sound_volume": 1.0,
    }
    ban = {"guild_id": GUILD, "user": user()}
    counted = {"guild_id": GUILD, "user_id": USER, "guild_scheduled_event_id": "12"}
    voted = {**on_message, "answer_id": 1}
    chunk = {
        "guild_id": GUILD,
        "members": [member()],
        "chunk_index": 0,
        "chunk_count": 1,
        "presences": [presence()],
        "nonce": "n",
        "not_found": [],
    }
    return {
        "READY": ready,
        "RESUMED": {"_trace": ["x"], "__shard_id__": 0},
        "MESSAGE_CREATE": message(),
        "MESSAGE_DELETE": {"id": "6", **at},
        "MESSAGE_DELETE_BULK": {"ids": ["6", "7"], **at},
        "MESSAGE_UPDATE": message(),
        "MESSAGE_REACTION_ADD": reaction,
        "MESSAGE_REACTION_REMOVE_ALL": {"message_id": "6", **at},
        "MESSAGE_REACTION_REMOVE": reaction,
        "MESSAGE_REACTION_REMOVE_EMOJI": {"message_id": "6", "emoji": emoji(), **at},
        "PRESENCE_UPDATE": presence(),
        "USER_UPDATE": user(BOT),
        "INVITE_CREATE": invite(),
        "INVITE_DELETE": {"code": "abc", **at},
        "CHANNEL_DELETE": channel(),
        "CHANNEL_UPDATE": channel(15),
        "CHANNEL_CREATE": channel(2),
        "CHANNEL_PINS_UPDATE": {**at, "last_pin_timestamp": THEN},
        "THREAD_CREATE": thread() | {"newly_created": True},
        "THREAD_UPDATE": thread(),
        "THREAD_DELETE": {"id": THREAD, "guild_id": GUILD, "parent_id": CHANNEL, "type": 11},
        "THREAD_LIST_SYNC": {
            "guild_id": GUILD,
            "channel_ids": [CHANNEL],
            "threads": [thread()],
            "members": [thread_member()],
        },
        "THREAD_MEMBER_UPDATE": thread_member() | {"guild_id": GUILD},
        "THREAD_MEMBERS_UPDATE": {
            "id": THREAD,
            "guild_id": GUILD,
            "member_count": 1,
            "added_members": [thread_member()],
            "removed_member_ids": [USER],
        },
        "GUILD_MEMBER_ADD": of_member,
        "GUILD_MEMBER_REMOVE": ban,
        "GUILD_MEMBER_UPDATE": of_member,
        "GUILD_EMOJIS_UPDATE": {"guild_id": GUILD, "emojis": [emoji()]},
        "GUILD_STICKERS_UPDATE": {"guild_id": GUILD, "stickers": [sticker()]},
        "GUILD_AUDIT_LOG_ENTRY_CREATE": entry,
        "AUTO_MODERATION_RULE_CREATE": rule(),
        "AUTO_MODERATION_RULE_UPDATE": rule(),
        "AUTO_MODERATION_RULE_DELETE": rule(),
        "AUTO_MODERATION_ACTION_EXECUTION": action,
        "GUILD_CREATE": guild(),
        "GUILD_UPDATE": guild(),
        "GUILD_DELETE": {"id": GUILD, "unavailable": True},
        "GUILD_BAN_ADD": ban,
        "GUILD_BAN_REMOVE": ban,
        "GUILD_ROLE_CREATE": {"guild_id": GUILD, "role": role()},
        "GUILD_ROLE_DELETE": {"guild_id": GUILD, "role_id": ROLE},
        "GUILD_ROLE_UPDATE": {"guild_id": GUILD, "role": role()},
        "GUILD_MEMBERS_CHUNK": chunk,
        "GUILD_INTEGRATIONS_UPDATE": {"guild_id": GUILD},
        "INTEGRATION_CREATE": integration(),
        "INTEGRATION_UPDATE": integration(),
        "INTEGRATION_DELETE": {"id": "18", "guild_id": GUILD, "application_id": BOT},
        "WEBHOOKS_UPDATE": at,
        "STAGE_INSTANCE_CREATE": stage(),
        "STAGE_INSTANCE_UPDATE": stage(),
        "STAGE_INSTANCE_DELETE": stage(),
        "GUILD_SCHEDULED_EVENT_CREATE": scheduled(),
        "GUILD_SCHEDULED_EVENT_UPDATE": scheduled(),
        "GUILD_SCHEDULED_EVENT_DELETE": scheduled(),
        "GUILD_SCHEDULED_EVENT_USER_ADD": counted,
        "GUILD_SCHEDULED_EVENT_USER_REMOVE": counted,
        "GUILD_SOUNDBOARD_SOUND_CREATE": sound(),
        "GUILD_SOUNDBOARD_SOUND_UPDATE": sound(),
        "GUILD_SOUNDBOARD_SOUND_DELETE": {"guild_id": GUILD, "sound_id": "13"},
        "GUILD_SOUNDBOARD_SOUNDS_UPDATE": {"guild_id": GUILD, "soundboard_sounds": [sound()]},
        "APPLICATION_COMMAND_PERMISSIONS_UPDATE": {
            "id": BOT,
            "application_id": BOT,
            "guild_id": GUILD,
            "permissions": [permission],
        },
        "VOICE_STATE_UPDATE": voice_state(),
        "VOICE_CHANNEL_EFFECT_SEND": effect,
        "VOICE_SERVER_UPDATE": {"token": "t", "guild_id": GUILD, "endpoint": "x.example"},
        "TYPING_START": {**at, "user_id": USER, "timestamp": 1, "member": member()},
        "ENTITLEMENT_CREATE": entitlement(),
        "ENTITLEMENT_UPDATE": entitlement(),
        "ENTITLEMENT_DELETE": entitlement(),
        "MESSAGE_POLL_VOTE_ADD": voted,
        "MESSAGE_POLL_VOTE_REMOVE": voted,
        "SUBSCRIPTION_CREATE": subscription(),
        "SUBSCRIPTION_UPDATE": subscription(),
        "SUBSCRIPTION_DELETE": subscription(),
    }


def press(kind: Kind = Kind.CARD, subject: str = "compersion") -> str:
    return Press(kind, subject, bytes(range(TOKEN_BYTES)), 1, 1).encode()


def interaction(kind: int, data: Json | None, *, server: bool = True) -> Json:
    """Return an interaction as it comes: by a member in a server, or in the private conversation."""
    told = {
        "id": fresh(),
        "application_id": BOT,
        "type": kind,
        "token": f"token-{fresh()}",
        "version": 1,
        "locale": "en-GB",
    }
    told |= {
        "data": data,
        "app_permissions": "1071698660929",
        "entitlements": [entitlement()],
        "entitlement_sku_ids": ["15"],
    }
    told |= {
        "authorizing_integration_owners": {"0": GUILD, "1": USER},
        "attachment_size_limit": 10 << 20,
        "channel_id": CHANNEL,
    }
    if server:
        told |= {"guild_id": GUILD, "guild": {"id": GUILD, "locale": "en-US", "features": []}, "guild_locale": "en-US"}
        return told | {"channel": channel() | {"type": 0}, "member": member(), "context": 0}
    return told | {"channel": private_channel(), "user": user(), "context": 1}


def resolved() -> Json:
    seen = {
        "channels": {CHANNEL: channel(), THREAD: thread()},
        "attachments": {"7": attachment()},
        "messages": {"6": message(deep=False) | {"id": "6"}},
    }
    return {"users": {USER: user()}, "members": {USER: member(with_user=False)}, "roles": {ROLE: role()}, **seen}


def command(name: str, options: list[Json], kind: int = 1, **more: Any) -> Json:
    return {
        "id": "20",
        "name": name,
        "type": kind,
        "options": options,
        "resolved": resolved(),
        "guild_id": GUILD,
        **more,
    }


def value_of(kind: int) -> Any:
    """Return what a member could have chosen for an option of this type."""
    return {3: "jealousy", 4: 1, 5: True, 6: USER, 7: CHANNEL, 8: ROLE, 9: USER, 10: 1.5, 11: "7"}.get(kind, "x")


def calls(tree: list[Json]) -> Iterator[tuple[int, Json]]:
    """Return each command of the bot as it is called, and completed where it completes; `tree` as it is registered."""
    for registered in tree:
        for path, options in _leaves(registered):
            focused = [one["name"] for one in options if one.get("autocomplete")]
            for name in (None, *focused):
                given = [
                    {"name": one["name"], "type": one["type"], "value": value_of(one["type"])}
                    | ({"focused": True} if one["name"] == name else {})
                    for one in options
                ]
                for word in reversed(path):
                    given = [{"name": word, "type": 1, "options": given}]
                kind = registered.get("type", 1)
                target = {"target_id": "6"} if kind == 3 else {"target_id": USER} if kind == 2 else {}
                yield (2 if name is None else 4), command(registered["name"], given, kind, **target)
    yield 2, command("nobody", [], 2, target_id=USER)
    yield 2, command("nobody", [{"type": kind, "name": f"o{kind}", "value": value_of(kind)} for kind in range(3, 12)])
    yield 2, command("launch", [], 4)


def _leaves(registered: Json) -> Iterator[tuple[list[str], list[Json]]]:
    options = registered.get("options", [])
    below = [one for one in options if one["type"] in (1, 2)]
    if not below:
        yield [], options
    for one in below:
        for path, leaf in _leaves(one):
            yield [one["name"], *path], leaf


def choices(kind: Kind) -> Iterator[Json]:
    """Return a press of this kind by each component a message can have."""
    pressed = {"id": 3, "custom_id": press(kind), "resolved": resolved()}
    for component, values in (
        (2, None),
        (3, ["compersion"]),
        (5, [USER]),
        (6, [ROLE]),
        (7, [USER, ROLE]),
        (8, [CHANNEL, THREAD]),
    ):
        yield {**pressed, "component_type": component} | ({} if values is None else {"values": values})


def form(kind: Kind) -> Json:
    """Return a form with every component a form can have."""
    fields: list[Json] = [{"type": 4, "id": 31, "custom_id": "word", "value": "quiet"}]
    fields += [
        {"type": one, "id": 32, "custom_id": f"f{one}", "values": [value]}
        for one, value in ((3, "a"), (5, USER), (6, ROLE), (7, USER), (8, CHANNEL), (19, "7"), (22, "a"))
    ]
    fields += [
        {"type": 21, "id": 33, "custom_id": "radio", "value": "a"},
        {"type": 23, "id": 34, "custom_id": "tick", "value": True},
    ]
    labelled: list[Json] = [{"type": 18, "id": 30, "component": one} for one in fields]
    labelled += [
        {"type": 1, "id": 29, "components": [{"type": 4, "id": 28, "custom_id": "old", "value": "x"}]},
        {"type": 10, "id": 27},
    ]
    return {"custom_id": press(kind), "components": labelled, "resolved": resolved()}


def interactions(tree: list[Json]) -> list[Json]:
    """Return a sample of every interaction: commands and completions, presses of every kind, forms, and a ping."""
    made = [interaction(kind, data, server=server) for kind, data in calls(tree) for server in (True, False)]
    for number, kind in enumerate(Kind):
        samples = list(choices(kind))
        made += [interaction(3, samples[number % len(samples)], server=bool(number % 2)) | {"message": message()}]
        made += [interaction(5, form(kind), server=not number % 2) | {"message": message()}]
    return [*made, interaction(1, None), interaction(6, {"custom_id": "later"})]
