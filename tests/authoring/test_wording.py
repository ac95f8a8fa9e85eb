"""The strict check's house words: what an author reads when a text says a thing another way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.reader import Reader
from tests.authoring.cards import AT, CARD

Edit = Callable[[str, str, str], None]

PROMPTS = "prompts/rest.yaml"
QUESTION = "What can wait until next week?"


def told(pack: Path, *names: str) -> list[str]:
    """What the strict check says of some files, lengths left out."""
    files = {f"{pack.as_posix()}/{name}" for name in names}
    found = [
        str(one).removeprefix(f"{one.path}:") for one in Reader(pack).read(strict=True).problems if one.path in files
    ]
    return [one for one in found if "the card has" not in one and " questions (at least" not in one]


AVOIDED = {
    "When were you last glad?": ("glad", "happy"),
    "Whose gladness did you see?": ("gladness", "happy"),
    "Which old hurt came up?": ("old hurt", "what hurt"),
    "Who helped you to mend it?": ("mend", "make up, put right or repair"),
    "What was for supper?": ("supper", "dinner"),
    "When were you last cross with it?": ("cross with", "angry with"),
    "Would you ring a friend?": ("ring a friend", "call"),
    "Was it half ten?": ("half ten", "the time in numbers: 10:30"),
    "Was there a lorry?": ("lorry", "truck"),
    "Is it, by your own word, calm?": ("by your own word", "you decide, or: in your own words"),
    "Has it eased by now?": ("by now", "now, or: since"),
    "Was it the fourth go?": ("fourth go", "time"),
    "What does it do to one's evening?": ("one's", "you, or: people"),
    "You rest. One may wait.": ("One may", "you, or: people"),
    "Do you see where the card stands?": ("card stands", "is, or: is posted"),
    "By the clocks of which city?": ("By the clocks of", "the zone's name and: time"),
    "Are these as many as fit?": ("as many as fit", "the most there can be"),
    "Was it taken in?": ("taken in", "kept"),
    "Could you let it go?": ("let it go", "don't keep it"),
    "Do you look in on yourself?": ("look in on", "check in with"),
    "Whom did you tell?": ("Whom", "who"),
    "Would you begin anew?": ("anew", "again"),
    "Did the operator say so?": ("operator", "the person who runs this bot"),
}
FREE = (
    "When did the alarm ring?",
    "Which partner was the hurt one?",
    "Where does it hurt?",
    "Which one may rest first?",
    "What do you understand now?",
    "Which word stands out?",
    "Who half remembers it?",
)


def test_words_not_said_here_are_reported_with_what_to_say(pack: Path) -> None:
    lines = "".join(
        f'  - {{id: rest-{n}, text: "{text}", weight: gentle}}\n' for n, text in enumerate([*AVOIDED, *FREE])
    )
    (pack / PROMPTS).write_text(f"id: rest\nname: Rest\ngroup: other\nabout: it-comes-and-goes\nprompts:\n{lines}")

    assert [one.split(": ", 1)[1] for one in told(pack, PROMPTS)] == [
        f'words: "{found}" (say: {say}; or waive it with a reason)' for found, say in AVOIDED.values()
    ]


def test_quotation_marks_and_hidden_lines_are_free(pack: Path) -> None:
    free = 'try_this: Say "I am glad", and wait.\nsearch: [gladness, supper]\nquestions: [whom do I mend this with]\n'
    (pack / AT).write_text(CARD + free)

    assert told(pack, AT) == []


def test_a_waiver_with_a_reason_frees_a_word(pack: Path) -> None:
    free = "try_this: Be glad.\nwaive: [{word: glad, reason: A test says it.}]\n"
    (pack / AT).write_text(CARD + free)

    assert told(pack, AT) == []


def test_the_check_that_is_not_strict_lets_words_stand(pack: Path, edit: Edit) -> None:
    edit(PROMPTS, QUESTION, "When were you last glad?")

    reading = Reader(pack).read()

    assert reading.library is not None
    assert not [one for one in reading.problems if PROMPTS in one.path]


OTHER_NAMES = {
    ("checkins/lookback.yaml", "title: Your labels"): ("Your situations", "situations", "label"),
    ("checkins/lookback.yaml", "title: To talk about"): ("To bring up", "To bring up", "to talk about"),
    ("checkins/lookback.yaml", "no_word: No word"): ("Put away", "Put away", "hide, or of a label: archive"),
    ("checkins/lookback.yaml", "merge: Merge with another label"): ("Join two", "Join two", "merge"),
    ("checkins/my-data.yaml", "title: My data"): ("Without Keep", "Without Keep", "keep my check-ins"),
    ("checkins/my-data.yaml", "back: Back to my data"): ("Back to what you saved", "saved", "keep"),
    ("explainers/privacy.yaml", "title: What can moderators see?"): ("What does it store?", "store", "keep"),
    ("checkins/my-data.yaml", "take: Import them"): ("Bring them in", "Bring them in", "import"),
    ("checkins/my-data.yaml", "removed: The file is deleted here."): ("Thrown away.", "Thrown away", "delete"),
    ("checkins/my-data.yaml", "remove: Delete this file"): ("Take it away", "Take it away", "delete"),
    ("checkins/reminders.yaml", "title: Reminders"): ("Private messages", "Private messages", "DM"),
    ("moderators/servers.yaml", "title: This server"): ("Showing cards", "Showing cards", "share"),
    ("moderators/suggestions.yaml", "title: Suggestions"): ("It needs a look", "needs a look", "needs attention"),
    ("trajectory.yaml", "title: Five states, as one author maps them"): ("These stages", "stages", "state"),
    ("explainers/trajectory.yaml", "title: What are the five states?"): ("What is a stage?", "stage", "state"),
    ("prompts/acceptance.yaml", "name: Acceptance"): ("Stages", "Stages", "state"),
}


def test_stages_are_named_as_ids_as_the_command_and_of_grief(pack: Path, edit: Edit) -> None:
    edit(PROMPTS, QUESTION, "Has /stages helped, or what you know of the stages of grief?")

    assert told(pack, PROMPTS, "prompts/acceptance.yaml", "interface.yaml", "glossary.yaml") == []


def test_one_thing_has_one_name(pack: Path, edit: Edit) -> None:
    for (name, old), (new, _, _) in OTHER_NAMES.items():
        edit(name, f"{old}\n", f"{old.partition(':')[0]}: {new}\n")

    said = {one.split(": ", 1)[1] for one in told(pack, *(name for name, _ in OTHER_NAMES))}
    assert said == {
        f'names: "{found}" has another name here (say: {say}; or waive it with a reason)'
        for _, found, say in OTHER_NAMES.values()
    }


def test_a_name_is_free_where_the_word_means_something_else(pack: Path, edit: Edit) -> None:
    """In a prompt a situation is a situation; and what stands in braces is filled in, and read by nobody."""
    edit(PROMPTS, QUESTION, "Which situation can wait until next week?")

    assert told(pack, PROMPTS, "checkins/my-data.yaml") == []


def test_files_are_saved_by_people(pack: Path, edit: Edit) -> None:
    said = "Files you saved stay, and copies you save. To read one, save the file first."
    edit("checkins/my-data.yaml", "title: My data\n", f"title: My data\nnothing: {said}\n")
    edit("checkins/my-data.yaml", "nothing: There is nothing here.\n", "")

    assert told(pack, "checkins/my-data.yaml") == []


@pytest.mark.parametrize("key", ["questions", "search", "aliases"])
def test_hidden_lines_that_indentation_glues_together_are_reported(pack: Path, key: str) -> None:
    (pack / AT).write_text(CARD + f"{key}:\n  - is it one\n    - or two\n    - or three\n  - it is four\n")

    said = "this line is read as the end of the one above (indent it like the items above it)"
    assert told(pack, AT) == [f"12:5: {said}", f"13:5: {said}"]


def test_a_hyphen_inside_a_line_glues_nothing(pack: Path) -> None:
    listed = "questions:\n  - is it one - or two\n  - is it three\n    or four\n  - >-\n    - five\n    - six\n"
    (pack / AT).write_text(CARD + listed)

    assert told(pack, AT) == []


def test_a_label_on_two_buttons_that_do_different_things_is_reported(pack: Path, edit: Edit) -> None:
    edit("checkins/reminders.yaml", "  one_reminder: Remind me once\n", "  one_reminder: send IT\n")

    line = next(
        n for n, one in enumerate((pack / "checkins/reminders.yaml").read_text().splitlines(), 1) if "IT" in one
    )
    (only,) = told(pack, "moderators/suggestions.yaml")
    assert only.endswith(
        f': the button "Send it" has the label of another '
        f"(first used at {pack.as_posix()}/checkins/reminders.yaml:{line}:17 for something else; rename one)"
    )


@pytest.mark.parametrize("label", ["Keep my check-ins: on", "Keeping is off", "Reminders: on or off", "On"])
def test_a_label_that_says_how_it_is_and_not_what_it_does_is_reported(pack: Path, edit: Edit, label: str) -> None:
    assert told(pack, "checkins/notebook.yaml") == []
    edit("checkins/notebook.yaml", "turn_on: Start keeping my check-ins", f'turn_on: "{label}"')

    (one,) = told(pack, "checkins/notebook.yaml")

    assert one.endswith(
        f': the button "{label}" reads like how something is now (say what pressing it does, such as: Start keeping)'
    )


def test_a_label_may_stand_on_buttons_that_do_the_same_and_on_what_is_no_button(pack: Path, edit: Edit) -> None:
    """Three screens have "Cancel"; a heading that says what a button says is where the button leads."""
    assert "Cancel" in (pack / "checkins/lookback.yaml").read_text()
    edit("moderators/suggestions.yaml", "title: Suggestions", "title: Send it")

    assert told(pack, "checkins/lookback.yaml", "checkins/my-data.yaml", "moderators/suggestions.yaml") == []


def test_a_button_that_a_screen_names_and_no_screen_has_is_reported(pack: Path, edit: Edit) -> None:
    edit("moderators/cards.yaml", "  forget: Remove from list\n", "  forget: Remove from this list\n")

    said = told(pack, "moderators/cards.yaml")
    assert len(said) == 3
    for one in said:
        assert one.endswith(": no screen has a button or heading “Remove from list” (write it as the button has it)")
