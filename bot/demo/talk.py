"""The made-up server's channels and what made-up people said there this evening."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One message."""

    speaker: str
    words: str


@dataclass(frozen=True, slots=True)
class Talk:
    """One channel, and what was said in it before the visitor came."""

    channel: str
    topic: str
    lines: tuple[Line, ...] = ()


HOUSE_RULES = "house-rules"
"""The channel in which neither members nor the bot may write."""
FORUM = "questions"
"""The forum, in which each card becomes a post of its own."""
SUGGESTIONS = "suggestions"
"""The channel for what members looked for and did not find; moderators alone can read it."""

TALKS = (
    Talk(
        "kitchen-table",
        "Ordinary days in more than one relationship. Be kind; ask before you advise.",
        (
            Line(
                "Wren",
                "We hosted the first dinner with all three households on Sunday. Eleven people, one oven. I had a lump "
                "in my throat when Theo's other partner asked me for the soup recipe, and it was a good lump.",
            ),
            Line(
                "Idris",
                "My husband is away with his boyfriend until Monday. I'm fine until about ten at night, and then I "
                "clean the kitchen twice. Anyone else?",
            ),
            Line(
                "Sunniva",
                "Ten at night, yes. I live alone and see two people. Mostly the quiet is lovely, and some nights it "
                "is only quiet.",
            ),
            Line(
                "Pax",
                "My girlfriend and her wife moved in together last week. I keep saying I'm happy for them, and I "
                "think I am. I'm grumpy as well, and then I feel bad for being grumpy.",
            ),
            Line(
                "Juniper",
                "My long-distance sweetheart met someone at her climbing gym and was glowing about it. I waited to "
                "feel awful and grinned all the way home. Is there a word for that?",
            ),
            Line(
                "Marlow",
                "We are closing things for the winter while the baby is small. Nobody did anything wrong, we're just "
                "tired. Strange how hard that is to explain to people.",
            ),
            Line("Tomasz", "How do you say “tell me a little less about your dates, please” without sounding cold?"),
        ),
    ),
    Talk(
        "hard-evenings",
        "For company while it is loud inside. No fixing unless someone asks.",
        (
            Line("Sunniva", "She's on a first date tonight. My stomach hasn't noticed yet that I said yes to this."),
            Line("Idris", "Sitting with you. Tea, blanket, phone in the other room?"),
        ),
    ),
    Talk(
        HOUSE_RULES,
        "Moderators write here, and nobody else; the bot may not either.",
        (Line("Robin", "Be kind. Ask before you advise. What is said here stays here."),),
    ),
    Talk(SUGGESTIONS, "What members looked for and did not find, once that is on. Members do not see this channel."),
    Talk("try-things-out", "Nobody minds noise here. Type / and look around."),
)
