"""`moderators/cards.yaml`: what moderators read when they post cards and look after them."""

from typing import Annotated

from bot.domain.content import ButtonLabel, Label, Limit, Line, Paragraph, Waiver, authored
from bot.domain.interface import CommandName, CommandWords, Description, Fills, OptionWords


@authored
class CommandOnPlaceWords:
    """A command about a card and a channel."""

    name: CommandName
    description: Description
    topic: OptionWords
    channel: OptionWords


@authored
class CommandOnPostedWords:
    """A command about a card that is posted."""

    name: CommandName
    description: Description
    card: OptionWords


@authored
class MoveCommandWords:
    """The command that takes a posted card elsewhere."""

    name: CommandName
    description: Description
    card: OptionWords
    channel: OptionWords


@authored
class SeriesCommandWords:
    """The command that posts a series, and what its one series is called in Discord's list."""

    name: CommandName
    description: Description
    series: OptionWords
    channel: OptionWords
    trajectory: Label


@authored
class CardCommands:
    """The group of commands, and the command on a message."""

    name: CommandName
    description: Description
    post: CommandOnPlaceWords
    pin: CommandOnPlaceWords
    unpin: CommandOnPostedWords
    move: MoveCommandWords
    remove: CommandOnPostedWords
    list: CommandWords
    sync: CommandWords
    series: SeriesCommandWords
    log: CommandWords
    pin_this_card: Annotated[str, Limit(1, 32)]


@authored
class PreviewWords:
    """What stands under a card that is shown before it is posted."""

    about: Annotated[Line, Fills("channel")]
    about_forum: Annotated[Line, Fills("channel")]
    about_series: Annotated[Line, Fills("channel")]
    just_posted: Annotated[Line, Fills("link")]
    there_already: Annotated[Line, Fills("link")]
    post: ButtonLabel
    post_and_pin: ButtonLabel
    cancel: ButtonLabel
    cancelled: Line


@authored
class PermissionWords:
    """Discord's own names of permissions, as its settings say them."""

    view_channel: Label
    connect: Label
    send_messages: Label
    create_posts: Label
    send_in_threads: Label
    read_history: Label
    manage_threads: Label
    pin_messages: Label


@authored
class MissingWords:
    """What stands in the way before anything was tried."""

    you: Annotated[Line, Fills("channel", "permissions")]
    me: Annotated[Line, Fills("channel", "permissions")]
    me_for_pins: Annotated[Line, Fills("channel", "permissions")]
    how: Line
    age_restricted: Annotated[Line, Fills("channel")]
    no_such_place: Line
    private_thread: Annotated[Line, Fills("channel")]
    unseen: Annotated[Line, Fills("channel")]
    channel_gone: Line
    cannot_tell: Line


@authored
class StandingWords:
    """How a posted card stands, in a few words."""

    current: Label
    waiting: Label
    drifted: Label
    gone: Label
    trouble: Label
    leaving: Label
    pinned: Label
    version: Annotated[Label, Fills("digest", "day")]
    open: Label
    part: Label


@authored
class TroubleSentences:
    """Why a posted card is not as it should be, and what can be done, one sentence or two for each."""

    deleted: Line
    channel_gone: Line
    server_left: Line
    no_view: Line
    no_send: Line
    no_post: Line
    no_history: Line
    no_pin: Line
    no_delete: Line
    pins_full: Line
    unpinned: Line
    archived: Line
    locked: Line
    tag_required: Line
    filtered: Line
    refused: Line
    not_in_pack: Line
    left_behind: Line


@authored
class PostedWords:
    """One posted card, and what can be done with it."""

    title: Annotated[Line, Fills("card", "channel")]
    posted: Line
    posted_and_pinned: Line
    not_pinned_yet: Line
    later: Line
    pinned: Line
    unpinned: Line
    moved: Line
    removed: Annotated[Line, Fills("card", "channel")]
    going: Annotated[Line, Fills("card", "channel")]
    forgotten: Annotated[Line, Fills("card", "channel")]
    pin: ButtonLabel
    unpin: ButtonLabel
    move: ButtonLabel
    how_to_move: Line
    how_to_move_out_of_forum: Line
    how_to_move_series: Line
    leave_unpinned: ButtonLabel
    remove: ButtonLabel
    remove_ask: Annotated[Line, Fills("card", "channel")]
    remove_in_forum_ask: Annotated[Line, Fills("card", "channel")]
    remove_series_ask: Annotated[Line, Fills("card", "channel")]
    remove_now: ButtonLabel
    again: ButtonLabel
    forget: ButtonLabel
    all: ButtonLabel
    back: ButtonLabel
    unknown: Line
    not_found: Line
    already_there: Line


@authored
class PostedListWords:
    """All posted cards of the server, a page at a time."""

    title: Label
    none: Paragraph
    page: Annotated[Line, Fills("page", "pages", "count")]
    choose: Label
    earlier: ButtonLabel
    later: ButtonLabel


@authored
class SyncWords:
    """Looking at every posted card, first without touching any."""

    title: Label
    none: Line
    all_well: Line
    would: Line
    edit: Annotated[Line, Fills("card", "channel")]
    post: Annotated[Line, Fills("card", "channel")]
    pin: Annotated[Line, Fills("card", "channel")]
    unpin: Annotated[Line, Fills("card", "channel")]
    move: Annotated[Line, Fills("card", "channel")]
    remove: Annotated[Line, Fills("card", "channel")]
    clear: Annotated[Line, Fills("card", "channel")]
    try_again: Annotated[Line, Fills("card", "channel")]
    yours: Annotated[Line, Fills("card", "channel")]
    more: Annotated[Line, Fills("count")]
    look: Annotated[Line, Fills("count")]
    slowly: Line
    do_it: ButtonLabel
    leave_it: ButtonLabel
    left: Line
    done: Annotated[Line, Fills("count")]
    changed: Annotated[Line, Fills("count")]
    remaining: Annotated[Line, Fills("count")]
    later: Line
    trouble: Annotated[Line, Fills("count")]


@authored
class CardLogWords:
    """What moderators did with cards; whoever reads it is `you`, and everybody else `somebody`."""

    title: Label
    none: Line
    kept: Line
    page: Annotated[Line, Fills("page", "pages")]
    you: Label
    somebody: Label
    no_card: Label
    no_channel: Label
    post: Annotated[Line, Fills("who", "card", "channel")]
    pin: Annotated[Line, Fills("who", "card", "channel")]
    unpin: Annotated[Line, Fills("who", "card", "channel")]
    move: Annotated[Line, Fills("who", "card", "channel")]
    again: Annotated[Line, Fills("who", "card", "channel")]
    remove: Annotated[Line, Fills("who", "card", "channel")]
    sync: Annotated[Line, Fills("who")]


@authored
class OnMessageWords:
    """What "Pin this card" answers on a message that is no posted card."""

    shared: Line
    not_a_card: Line


@authored
class PostingWords:
    """All of it."""

    commands: CardCommands
    preview: PreviewWords
    permissions: PermissionWords
    missing: MissingWords
    standing: StandingWords
    trouble: TroubleSentences
    posted: PostedWords
    list: PostedListWords
    sync: SyncWords
    log: CardLogWords
    on_message: OnMessageWords
    no_topic: Annotated[Line, Fills("topic")]
    card_gone: Line
    need_a_look: Annotated[Line, Fills("count")]
    one_needs_a_look: Line
    series_title: Label
    waive: tuple[Waiver, ...] = ()
