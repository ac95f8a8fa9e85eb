"""Every service of what members keep, over one open storage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.config import Settings
from bot.services.backups import Backups
from bot.services.checkins.consent import Consents
from bot.services.checkins.flow import Checkins
from bot.services.checkins.folding import Folding
from bot.services.checkins.keeping import Keeping
from bot.services.checkins.situations import Situations
from bot.services.checkins.support_ends import SupportEnds
from bot.services.fair_share import FairShare
from bot.services.lookback.history import Lookback
from bot.services.mydata.choices import MyData
from bot.services.mydata.errands import Errands
from bot.services.mydata.retention import Retention
from bot.services.mydata.transfer import Transfer
from bot.services.mydata.turns import Turns
from bot.services.mydata.wiping import Wiping
from bot.services.pack import ServedPack
from bot.services.people import People
from bot.services.reminders.nudges import Nudges
from bot.services.reminders.sending import Sending
from bot.services.reminders.setting import Reminders
from bot.storage.address import folders_of
from bot.storage.database import Database
from bot.storage.keyfile import load_vault
from bot.storage.leases import Leases
from bot.storage.moments import Moments
from bot.storage.storage import Storage, open_storage


@dataclass(frozen=True, slots=True)
class Personal:
    """The services, wired once. Each of their methods is one commit at most, done when it returns."""

    storage: Storage
    people: People
    consents: Consents
    checkins: Checkins
    folding: Folding
    situations: Situations
    lookback: Lookback
    reminders: Reminders
    nudges: Nudges
    sending: Sending
    mydata: MyData
    transfer: Transfer
    errands: Errands
    turns: Turns
    backups: Backups
    wiping: Wiping
    retention: Retention

    @property
    def database(self) -> Database:
        """The open database, as jobs need it."""
        return self.storage.database

    @property
    def leases(self) -> Leases:
        """The leases, as jobs need them."""
        return self.storage.leases

    @property
    def moments(self) -> Moments:
        """The moments, as jobs need them."""
        return self.storage.moments


async def open_personal(settings: Settings, pack: ServedPack, clock: Callable[[], datetime]) -> Personal:
    """Open the storage, which this process has claimed, and wire the services.

    Raises:
        StorageError: with a sentence for the operator.
    """
    address = settings.storage.database
    vault = load_vault(settings.storage.key_files, *folders_of(address, settings.storage.backups))
    connections = settings.storage.connections
    storage = await open_storage(address, vault, clock(), claimed=True, connections=connections)
    return assemble(storage, settings, pack, clock)


def assemble(storage: Storage, settings: Settings, pack: ServedPack, clock: Callable[[], datetime]) -> Personal:
    """Wire the services over an open storage."""
    people = People(storage.members)
    ends = SupportEnds()
    consents = Consents(storage, people, pack, ends, clock)
    at_once = min(3, max(1, settings.storage.connections // 2))  # short reads find a connection, too
    share = FairShare(rest=3.0, at_once=at_once, least=0.5)  # few notebooks take so long
    situations = Situations(storage, people, pack, share)
    keeping = Keeping(storage, people, situations, pack)
    backups = Backups(storage.database, storage.vault, settings.storage.backups)
    return Personal(
        storage=storage,
        people=people,
        consents=consents,
        checkins=Checkins(
            storage,
            people=people,
            situations=situations,
            keeping=keeping,
            ends=ends,
            pack=pack,
            clock=clock,
            notes=settings.check_ins.notes,
        ),
        folding=Folding(storage, pack, ends, notes=settings.check_ins.notes),
        situations=situations,
        lookback=Lookback(storage, people, situations, share),
        reminders=Reminders(storage, people, pack, clock),
        nudges=Nudges(storage, people, pack, clock),
        sending=Sending(storage, people, clock),
        mydata=MyData(storage, people, consents, ends, share),
        transfer=Transfer(storage, people, situations, consents, share),
        errands=Errands(storage),
        turns=Turns(storage, clock),
        backups=backups,
        wiping=Wiping(storage.database, backups),
        retention=Retention(storage, people),
    )
