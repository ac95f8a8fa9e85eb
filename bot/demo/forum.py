"""Gives a forum's post and its first message one id, as Discord does; by that the bot finds its cards there again."""

from functools import partial
from typing import Any, cast

from simcord import Env


def number_posts_like_discord(env: Env) -> None:
    """Have simcord, which gives them two, take the message's id for the post."""
    backend = cast("Any", env.backend)
    begin_post, begin_thread = backend.create_forum_post, backend.create_thread

    def begin(forum: int, title: str, first: Any, **more: Any) -> Any:
        backend.create_thread = partial(begin_thread, message_id=first.id)
        try:
            return begin_post(forum, title, first, **more)
        finally:
            backend.create_thread = begin_thread

    backend.create_forum_post = begin
