"""A server's settings as a file: out and in again exactly, and everything wrong in it said at once, with its place."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import example, given

from bot.authoring.server_settings import MOST_BYTES, read, write
from bot.domain.library import Library
from bot.domain.servers.settings import DEFAULTS, ServerSettings, WeeklyPrompt
from bot.domain.servers.settings_file import FILLS, Fault, Known, PlacedFault, Reason
from bot.ui.servers.settings_file import draw_faults
from tests.domain.test_server_settings import all_settings

KNOWN = Known(
    channels={11, 12, 13},
    to_write_in={11, 12},
    themes=["curiosity", "acceptance"],
    cards=["compersion"],
    languages=["en"],
)


def said(text: str | bytes, now: ServerSettings = DEFAULTS) -> list[str]:
    """Give what is wrong in a file, as line:column and reason."""
    raw = text.encode() if isinstance(text, str) else text
    _, faults = read(raw, KNOWN, now)
    return [f"{one.line}:{one.column}: {one.fault.reason}" for one in faults]


@given(all_settings)
@example(replace(DEFAULTS, forum_tags=("a\x85b", "a\u2028b", "b\u2029c")))
def test_what_is_written_is_read_back_exactly(settings: ServerSettings) -> None:
    channels = {*settings.channels, settings.suggestions or 1, settings.weekly.channel or 1}
    known = Known(channels, channels, ["curiosity", "acceptance"], ["compersion", "about"], ["en"])

    written = write(settings, ["A line above."])

    assert read(written, known, DEFAULTS) == (settings, [])
    assert write(read(written, known, DEFAULTS)[0], ["A line above."]) == written


def test_what_a_file_leaves_out_stays_as_it_is() -> None:
    now = ServerSettings(shown="nowhere", weekly=WeeklyPrompt(channel=11, zone="Europe/Berlin"), forum_tags=("care",))

    settings, faults = read(b"format: 1\nvisible: channel\nweekly:\n  hour: 7\n", KNOWN, now)

    assert not faults
    assert settings.shown == "nowhere"
    assert settings.visible == "channel"
    assert settings.weekly == WeeklyPrompt(channel=11, zone="Europe/Berlin", hour=7)
    assert settings.forum_tags == ("care",)


def test_everything_wrong_is_said_at_once_where_it_stands() -> None:
    file = """\
format: 1
shown: everywhere
channels: [11, 99, nine]
visible: channel
age_restricted_only: maybe
language: de
weakly: {}
weekly:
  channel: 13
  day: someday
  hour: 24
  zone: Atlantis
  theme: riddles
  paused: [true]
suggestions: 99
intro: nothing-of-ours
forum_tags: [a, b, c, d, e, f]
"""

    assert said(file) == [
        "2:8: one_of",
        "3:16: other_channel",
        "3:20: not_channel",
        "5:22: not_switch",
        "6:11: one_of",
        "7:1: near_key",
        "9:12: unfit_channel",
        "10:8: one_of",
        "11:9: not_hour",
        "12:9: unknown_zone",
        "13:10: unknown_theme",
        "14:11: not_one",
        "15:14: other_channel",
        "16:8: unknown_card",
        "17:13: too_many",
    ]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("", ["1:1: empty"]),
        ("# nothing\n", ["1:1: empty"]),
        ("just a text\n", ["1:1: not_mapping"]),
        ("- a\n- b\n", ["1:1: not_mapping"]),
        ("shown: anywhere\n", ["1:1: no_format"]),
        ("format: 2\nanything: goes\n", ["1:9: newer_format"]),
        ("format: one\n", ["1:9: no_format_known"]),
        ("format: 0\n", ["1:9: no_format_known"]),
        ("format: 1\nshown: anywhere\nshown: nowhere\n", ["3:1: twice"]),
        ("format: 1\nshown: &a anywhere\nvisible: *a\n", ["3:10: alias"]),
        ("format: 1\nshown: !!python/object/apply:os.system [ls]\n", ["2:8: tag"]),
        ("format: 1\nshown: !odd anywhere\n", ["2:8: tag"]),
        ("format: 1\nshown: [\n", ["3:1: not_yaml"]),
        ("format: 1\n\tshown: anywhere\n", ["2:1: not_yaml"]),
        ("format: 1\nshown: any\x07where\n", ["2:11: not_yaml"]),
        ("format: 1\n---\nformat: 1\n", ["2:1: not_yaml"]),
        (b"format: 1\nshown: \xff\xfe\n", ["2:1: not_text"]),
        ("format: 1\nchannels: 11\n", ["2:11: not_list"]),
        ("format: 1\nweekly: 11\n", ["2:9: not_mapping"]),
        ("format: 1\nshown:\n", ["2:7: not_one"]),
        ("format: 1\nweekly:\n  hour: 18:30\n", ["3:9: not_hour"]),
        ("format: 1\nweekly:\n  hour: 0x10\n", ["3:9: not_hour"]),
        ("format: 1\nweekly:\n  hour: -1\n", ["3:9: not_hour"]),
        ("format: 1\nforum_tags: [" + "x" * 21 + "]\n", ["2:14: too_long"]),
        ("format: 1\nchannels: [" + ", ".join(["11"] * 26) + "]\n", ["2:11: too_many"]),
        ("format: 1\nchannels: " + "[" * 50 + "]" * 50 + "\n", ["2:18: too_deep"]),
        ("format: 1\nnobody_knows_this: 1\n", ["2:1: unknown_key"]),
    ],
)
def test_each_odd_file_has_its_fault_and_its_place(file: str | bytes, expected: list[str]) -> None:
    assert said(file) == expected


@pytest.mark.parametrize(
    "junk",
    [
        b"x" * 2_000_000,
        b"[" * MOST_BYTES,
        b"- " * (MOST_BYTES // 2),
        b"{" * (MOST_BYTES // 2) + b"}" * (MOST_BYTES // 2),
        b"a: &a [x, x]\n" + b"".join(b"b%d: &b%d [*a, *a, *a, *a]\n" % (i, i) for i in range(2000)),
        bytes(range(256)) * 200,
    ],
)
def test_junk_is_refused_and_nothing_comes_of_it(junk: bytes) -> None:
    settings, faults = read(junk, KNOWN, DEFAULTS)

    assert settings == DEFAULTS
    assert len(faults) == 1


def test_a_byte_order_mark_and_windows_lines_do_no_harm() -> None:
    file = "\ufeffformat: 1\r\nshown: nowhere\r\n".encode()

    assert read(file, KNOWN, DEFAULTS)[0].shown == "nowhere"


@pytest.mark.parametrize(
    "file",
    [
        '"": 1\n"": 2\n',
        "a: 1\na: 2\n",
        "format: 1\nweekly: x#y # z\n",
        "&x a: *x\n",
        "!x a: 1\n",
        "? [a]\n: 1\n",
        "a: [1\n",
    ],
)
def test_each_fault_comes_with_what_its_words_are_filled_with(library: Library, file: str) -> None:
    _, faults = read(file.encode(), KNOWN, DEFAULTS)

    assert faults
    assert [set(one.fault.fills) for one in faults] == [set(FILLS.get(one.fault.reason, ())) for one in faults]
    assert draw_faults(library, faults)


def test_every_fault_has_words_that_say_what_to_do(library: Library) -> None:
    given = {"key": "hour", "value": "`@everyone` <@123456789012345678> *x*", "most": 5, "choices": "a, b"}
    for reason in get_args(Reason):
        fills = {name: given[name] for name in FILLS.get(reason, ())}
        drawing = draw_faults(library, [PlacedFault(3, 9, Fault((), reason, fills))])
        shown = drawing.to_components()[0]["content"]
        assert "`3:9`: " in shown
        assert shown.rstrip().endswith(")")
        assert "<@123456789012345678>" not in shown
        assert "@everyone" not in shown
