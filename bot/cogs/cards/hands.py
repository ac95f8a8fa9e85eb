"""Takes one step about a card, and keeps what came of it before anything else is done."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import discord

from bot.cogs.cards.channels import CannotTellError, Place, TagRequiredError
from bot.cogs.cards.outlook import Outlook, Site
from bot.cogs.cards.refusals import CANNOT_BE_HAD, Verdict, judge
from bot.cogs.presses import name_trouble
from bot.domain.cards import outcomes
from bot.domain.cards.posting import Left, Posting, Seen, Sending
from bot.domain.cards.steps import GRACE, Act, Step, due_after, is_old
from bot.domain.cards.trouble import Trouble

log = logging.getLogger(__name__)


class LaterError(Exception):
    """Discord cannot be had now; the row stays due."""


class Hands:
    """Takes steps."""

    def __init__(self, outlook: Outlook, clock: Callable[[], datetime]) -> None:
        self._outlook, self._clock = outlook, clock

    async def take(self, site: Site, posting: Posting, step: Step) -> Posting | None:
        """Take a step and keep what came of it; None when the row was changed meanwhile, and is to be read again."""
        match step.act:
            case Act.FIND:
                return await self._find(site, posting)
            case Act.SEND:
                return await self._send(site, posting)
            case Act.EDIT:
                return await self._edit(site, posting)
            case Act.MENTION:
                return await self.keep(site, posting, outcomes.mentioned(posting.seen, step.trouble))
            case Act.REMOVE if step.left is not None:
                return await self._remove(site, posting, step.left)
            case _:
                return await self._look_or_pin(site, posting, step.act)

    async def keep(self, site: Site, posting: Posting, seen: Seen) -> Posting | None:
        """Keep what came of a step; when time calls next, the step after that says."""
        after = replace(posting, seen=seen)
        due = due_after(after, await self._outlook.next(site, after), self._clock())
        return await site.board.observe(site.server, posting, seen, due=due)

    async def _find(self, site: Site, posting: Posting) -> Posting | None:
        sending, wish = posting.seen.sending, posting.wish
        if sending is None:
            return posting
        try:
            place = await site.channels.find(sending, posting.id, posting.seen.round)
        except (discord.HTTPException, CannotTellError, *CANNOT_BE_HAD) as error:
            return await self._refused(site, posting, Act.FIND, error)
        if place is not None:
            seen = outcomes.arrived(posting.seen, sending, place.channel, place.message)
            return await self.keep(site, posting, seen)
        digest = await self._outlook.digest_of(site, posting)
        if wish.gone or wish.channel != sending.channel or digest is None:
            return await self.keep(site, posting, outcomes.not_sent(posting.seen))
        now = self._clock()
        again = await site.board.observe(
            site.server, posting, outcomes.begun_again(posting.seen, sending, now), due=now + GRACE
        )
        if again is None or again.seen.sending is None:
            return None
        return await self._deliver(site, again, again.seen.sending, digest)

    async def _send(self, site: Site, posting: Posting) -> Posting | None:
        digest = await self._outlook.digest_of(site, posting)
        if digest is None:
            return posting
        now = self._clock()
        seen = outcomes.begun(posting.seen, posting.wish, digest, now)
        begun = await site.board.observe(site.server, posting, seen, due=now + GRACE)
        if begun is None or begun.seen.sending is None:
            return None
        return await self._deliver(site, begun, begun.seen.sending, digest)

    async def _deliver(self, site: Site, posting: Posting, sending: Sending, digest: str) -> Posting | None:
        """Send what was begun, and keep where it stands."""
        parcel = await self._outlook.parcel(site, posting)
        if parcel is None:
            return posting
        try:
            place = await site.channels.send(sending, parcel)
        except (discord.HTTPException, TagRequiredError, *CANNOT_BE_HAD) as error:
            return await self._refused(site, posting, Act.SEND, error)
        return await self._note_arrival(site, posting, place, digest)

    async def _note_arrival(self, site: Site, posting: Posting, place: Place, digest: str) -> Posting | None:
        """Keep where a message stands, whoever changed the row meanwhile; one that nobody waits for is removed."""
        now: Posting | None = posting
        while now is not None and now.seen.sending is not None and now.seen.round == posting.seen.round:
            sending = now.seen.sending
            # Of one sent twice Discord may give the first, which shows the card as it was.
            known = replace(sending, digest=digest if sending.digest == digest else "")
            kept = await self.keep(site, now, outcomes.arrived(now.seen, known, place.channel, place.message))
            if kept is not None:
                return kept
            now = await site.board.get(site.server, posting.id)
        if now is None or now.seen.message != place.message:
            try:
                await site.channels.remove(Left(channel=place.channel, message=place.message))
            except (discord.HTTPException, *CANNOT_BE_HAD) as error:
                log.warning("A message that nobody waits for could not be removed: %s", name_trouble(error))
        return now

    async def _edit(self, site: Site, posting: Posting) -> Posting | None:
        seen, now = posting.seen, self._clock()
        digest, parcel = await self._outlook.digest_of(site, posting), await self._outlook.parcel(site, posting)
        if digest is None or parcel is None or seen.channel is None or seen.message is None:
            return posting
        if is_old(seen, now):
            counted = await self.keep(site, posting, outcomes.editing(seen, now))
            if counted is None:
                return None
            posting, seen = counted, counted.seen
            self._outlook.count(site.server, seen.channel, now)
        try:
            title = parcel.title if posting.is_post else None
            pinned = await site.channels.edit(Place(seen.channel or 0, seen.message or 0), parcel.drawing, title)
        except (
            discord.RateLimited,
            KeyError,
        ) as error:  # of a 429 that does not say for how long discord.py knows nothing
            if not is_old(seen, now):
                raise LaterError from error
            return await self._no_more_edits(site, posting)
        except (discord.HTTPException, *CANNOT_BE_HAD) as error:
            return await self._refused(site, posting, Act.EDIT, error)
        seen = outcomes.looked(seen, self._clock(), pinned=pinned, wished=posting.wish.pinned)
        return await self.keep(site, posting, outcomes.edited(seen, digest))

    async def _no_more_edits(self, site: Site, posting: Posting) -> Posting | None:
        now = self._clock()
        seen = outcomes.edits_used_up(posting.seen, now)
        for _ in seen.edits:
            self._outlook.count(site.server, seen.channel, now)
        return await self.keep(site, posting, seen)

    async def _look_or_pin(self, site: Site, posting: Posting, act: Act) -> Posting | None:
        seen = posting.seen
        place = Place(seen.channel or 0, seen.message or 0)
        try:
            if act is Act.LOOK:
                pinned = await site.channels.look(place)
                after = outcomes.looked(seen, self._clock(), pinned=pinned, wished=posting.wish.pinned)
            elif act is Act.PIN:
                await site.channels.pin(place)
                after = outcomes.pinned(seen, yes=True)
            else:
                await site.channels.unpin(place)
                after = outcomes.pinned(seen, yes=False)
        except (discord.HTTPException, CannotTellError, *CANNOT_BE_HAD) as error:
            return await self._refused(site, posting, act, error)
        return await self.keep(site, posting, after)

    async def _remove(self, site: Site, posting: Posting, left: Left) -> Posting | None:
        try:
            await site.channels.remove(left)
        except (discord.HTTPException, *CANNOT_BE_HAD) as error:
            verdict = self._judge(error, Act.REMOVE, posting)
            if verdict is not Verdict.GONE:
                after = outcomes.refused_removal(posting.seen, left, self._clock())
                return await self.keep(site, posting, after)
        return await self.keep(site, posting, outcomes.removed(posting.seen, left))

    async def _refused(self, site: Site, posting: Posting, act: Act, error: Exception) -> Posting | None:
        """Keep what a refusal means.

        Raises:
            LaterError: nothing yet.
        """
        verdict, now = self._judge(error, act, posting), self._clock()
        if verdict is Verdict.EDITS_USED_UP:
            return await self._no_more_edits(site, posting)
        if verdict is Verdict.REPLACE:
            return await self.keep(site, posting, outcomes.to_be_replaced(posting.seen))
        trouble = Trouble.DELETED if verdict is Verdict.GONE else verdict
        seen = outcomes.not_sent(posting.seen) if act is Act.SEND else posting.seen
        at_sending = act in {Act.SEND, Act.FIND}
        return await self.keep(site, posting, outcomes.refused(seen, Trouble(trouble), now, at_sending=at_sending))

    def _judge(self, error: Exception, act: Act, posting: Posting) -> Verdict | Trouble:
        if isinstance(error, TagRequiredError):
            return Trouble.TAG_REQUIRED
        if isinstance(error, CannotTellError):
            return Trouble.NO_HISTORY
        if isinstance(error, discord.HTTPException) and not isinstance(error, discord.DiscordServerError):
            forum = posting.wish.kind == "forum" if act is Act.SEND else posting.is_post
            verdict = judge(error, act, forum=forum)
            if verdict is Trouble.REFUSED:
                log.warning("A card was refused at %s: %s", act.name, name_trouble(error))
            if verdict is not Verdict.LATER:
                return verdict
        raise LaterError from error
