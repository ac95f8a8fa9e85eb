"""The only codec of custom ids: what a button, select or form says of itself when it is pressed.

A custom id never carries an answer. It holds nothing secret either: whoever sees a message can read it.
"""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

MOST_CHARACTERS: Final = 100  # Discord's limit
TOKEN_BYTES: Final = 16
MOST_NUMBER: Final = 2**31 - 1
NO_TOKEN: Final = bytes(TOKEN_BYTES)

_FORMAT: Final = "1"
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_SUBJECT: Final = re.compile(r"[a-z0-9-]{0,48}")


class Kind(StrEnum):
    """What a press asks for. The two letters stand in messages already sent: never change or reuse them."""

    CARD = "cd"
    CARD_PRIVATE = "ck"
    CARDS = "cs"
    CARDS_PAGE = "cp"
    SHOW = "sh"
    TAKE_BACK = "tb"
    REFLECT = "rf"
    ANOTHER = "an"
    THEME = "th"
    STAGE = "st"
    STAGES = "ss"
    SUPPORT = "su"
    COUNTRY = "co"
    TERM = "gt"
    TERMS = "gs"
    TERMS_PAGE = "gp"
    CHECK_IN = "ci"
    KEEP_SWITCH = "kw"
    CONSENT = "cn"
    NOT_NOW = "nn"
    BEGIN_STEPS = "bs"
    BEGIN_FORM = "bf"
    ANSWER = "aw"
    LABEL = "lb"
    WORD = "wd"
    WORD_WRITTEN = "ww"
    NOTE = "nt"
    NOTE_WRITTEN = "nw"
    FORM = "fo"
    FORM_FILLED = "ff"
    STEP_BY_STEP = "sw"
    SKIP = "sk"
    BACK = "ba"
    LEAVE = "lv"
    GO_ON = "go"
    GO_ON_WITH = "gw"
    THROW_AWAY = "ta"
    SUPPORT_PANEL = "sp"
    LAST_NOTE = "ln"
    KEEP = "kp"
    LET_GO = "lg"
    PUT_AWAY = "pa"
    LOOK = "lo"
    LOOK_PAGE = "lp"
    LOOK_ENTRY = "le"
    LOOK_AGAIN = "lr"
    LOOK_ANSWER = "la"
    LOOK_CHANGE = "lc"
    LOOK_CHANGED = "lw"
    LOOK_MARK = "lm"
    LOOK_TAKE_AWAY = "lt"
    LOOK_DELETE = "lx"
    LOOK_DELETE_NOW = "ly"
    LOOK_PICTURE = "li"
    BRING_UP = "bu"
    BRING_UP_DONE = "bd"
    SITUATIONS = "si"
    SITUATION = "so"
    SITUATION_NEW = "sn"
    SITUATION_NAMED = "sm"
    SITUATION_RENAME = "sr"
    SITUATION_RENAMED = "sd"
    SITUATION_AWAY = "sa"
    SITUATION_MERGE = "sg"
    SITUATION_MERGE_INTO = "se"
    SITUATION_MERGE_NOW = "sj"
    SITUATION_DELETE = "sx"
    SITUATION_DELETE_NOW = "sy"
    REMINDERS = "rp"
    REMINDERS_HERE = "rh"
    REMINDER_NEW = "rn"
    REMINDER_TIMES = "rg"
    REMINDER_TIME = "rt"
    REMINDER_DAYS = "rd"
    REMINDER_HOUR = "ro"
    REMINDER_LATER = "rl"
    REMINDER_PAUSE = "ru"
    REMINDER_PAUSED = "rv"
    REMINDER_STOP = "rs"
    REMINDER_STOP_ALL = "ra"
    REMINDER_START = "rr"
    ZONE = "zf"
    ZONE_TYPED = "zt"
    ZONE_CHOSEN = "zc"
    QUIET_HOURS = "qh"
    QUIET_FROM = "qf"
    QUIET_UNTIL = "qu"
    QUIET_NONE = "qn"
    NUDGE_TIMES = "ng"
    NUDGE_TIME = "nm"
    NUDGE_LATER = "nl"
    NUDGE_STOP = "ns"
    NUDGE_TAKE_BACK = "nb"
    MY_DATA = "md"
    MY_KEEP = "mk"
    MY_KEEP_ON = "mo"
    MY_KEEP_OFF = "mf"
    MY_RETENTION = "mr"
    MY_RETENTION_NOW = "my"
    MY_EXPORT = "mx"
    MY_FILE = "mz"
    MY_IMPORT = "mi"
    MY_IMPORT_TAKE = "mt"
    MY_IMPORT_LEAVE = "mv"
    MY_PAUSE = "mp"
    MY_PAUSE_UNTIL = "mu"
    MY_PAUSE_OPEN = "mq"
    MY_GO_ON = "mg"
    MY_DELETE = "ml"
    MY_DELETE_ASK = "ma"
    MY_DELETE_NOW = "mw"
    MY_CLEAR = "mc"
    MY_CLEAR_NOW = "mn"
    POST_CARD = "xp"
    POST_SERIES = "xs"
    POST_NOTHING = "xc"
    POSTED = "xl"
    POSTED_ONE = "xo"
    POSTED_PIN = "xi"
    POSTED_MOVE = "xm"
    POSTED_REMOVE = "xr"
    POSTED_REMOVE_NOW = "xn"
    POSTED_AGAIN = "xa"
    POSTED_FORGET = "xf"
    POSTED_SYNC = "xy"
    POSTED_SYNC_LEAVE = "xe"
    CARD_LOG = "xg"
    SERVER_SETTINGS = "vv"
    SERVER_SHOWN = "va"
    SERVER_CHANNELS = "vb"
    SERVER_VISIBLE = "vc"
    SERVER_AGE = "vd"
    SERVER_LANGUAGE = "vw"
    SERVER_WEEKLY_CHANNEL = "ve"
    SERVER_WEEKLY_WHEN = "vf"
    SERVER_WEEKLY_SET = "vg"
    SERVER_WEEKLY_ZONE = "vh"
    SERVER_WEEKLY_PAUSE = "vi"
    SERVER_WEEKLY_STOP = "vj"
    SERVER_SUGGESTIONS = "vk"
    SERVER_SUGGESTIONS_OFF = "vl"
    SERVER_INTRO = "vm"
    SERVER_INTRO_NAMED = "vn"
    SERVER_INTRO_CHOSEN = "vo"
    SERVER_TAGS = "vp"
    SERVER_TAGS_NAMED = "vq"
    SERVER_EXPORT = "vr"
    SERVER_IMPORT = "vs"
    SERVER_IMPORT_FILE = "vt"
    SERVER_IMPORT_TAKE = "vu"
    SERVER_IMPORT_LEAVE = "vx"
    WEEKLY_PAUSE = "jp"
    SUGGEST = "es"
    SUGGEST_SEND = "en"
    SUGGEST_LEAVE = "el"
    SUGGESTIONS_OFF = "eo"
    COUNTRY_BESIDE = "cb"
    SHOW_SAID = "ks"
    OFFER = "ko"
    OFFER_FILLED = "kf"
    OFFER_LABEL = "kl"
    TAKE_BACK_TICK = "ku"
    SHOW_WRITTEN = "kn"
    HIDE_SUPPORT = "kh"


class UnknownPress(ValueError):
    """A custom id this version did not make."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a custom id says. `subject` names content or a sharer; `token`, `version` and `position` belong to flows."""

    kind: Kind
    subject: str = ""
    token: bytes = NO_TOKEN
    version: int = 0
    position: int = 0

    def at(self, position: int) -> "Press":
        """Give the same press at another position."""
        return replace(self, position=position)

    def encode(self) -> str:
        """Write the custom id.

        Raises:
            ValueError: a part does not fit; a mistake in the code that made it.
        """
        numbers_fit = 0 <= self.version <= MOST_NUMBER and 0 <= self.position <= MOST_NUMBER
        if not (numbers_fit and len(self.token) == TOKEN_BYTES and _SUBJECT.fullmatch(self.subject)):
            raise ValueError(f"cannot stand in a custom id: {self!r}")
        token = "" if self.token == NO_TOKEN else base64.urlsafe_b64encode(self.token)[:-2].decode()  # ends in ==
        return ".".join((_FORMAT, self.kind, token, _number(self.version), _number(self.position), self.subject))


def decode(custom_id: str) -> Press:
    """Read a custom id back.

    Raises:
        UnknownPress: it is from another version, or from nobody.
    """
    try:
        made_as, kind, token, version, position, subject = custom_id.split(".")
        press = Press(
            Kind(kind),
            subject,
            base64.b64decode(token + "==", altchars=b"-_", validate=True) if token else NO_TOKEN,
            int(version or "0", 36),
            int(position or "0", 36),
        )
        if made_as != _FORMAT or press.encode() != custom_id:
            raise UnknownPress(custom_id)
    except (ValueError, binascii.Error) as error:
        raise UnknownPress(custom_id) from error
    return press


def mark_of(id_: str) -> int:
    """Give the position that stands for an id of content beside a subject; never 0, and the same in every process."""
    return zlib.crc32(id_.encode()) % MOST_NUMBER + 1


def _number(value: int) -> str:
    text = ""
    while value:
        value, digit = divmod(value, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text
