"""The words of the invented company: what people write, and what its leaders answer."""

from dataclasses import dataclass

TITLE = "Monthly pulse"
INTRODUCTION = (
    "How is work going? Your answers go into groups of at least five before anybody sees them, "
    "and by the end of the month you can read here what we do about them."
)

COMMENTS = (
    "The headsets crackle all day. We reported it in spring.",
    "Half of the headsets are broken, and the new headsets crackle too.",
    "Please replace the headsets. Customers hear every second word.",
    "My headsets hurt after two hours, and they crackle.",
    "Rotas come out on Friday for Monday. With children that is too late.",
    "The rotas change after they are out. Please keep rotas fixed for two weeks.",
    "Rotas two weeks ahead would let me plan a life.",
    "Nobody asks us before the rotas are made, and swaps come too late.",
    "I would like a quiet room after difficult calls, even five minutes helps.",
    "A quiet room for breaks, please. The kitchen is as loud as the floor.",
    "After hard calls there is nowhere to go. We need a quiet room.",
    "The new returns screen needs eleven clicks. The old one needed four.",
    "Returns take too long because the screen freezes.",
    "Customers wait while the returns screen loads, and then it loses the returns.",
    "Could we have a chair behind the till? My knees would thank you.",
    "A chair at the till, please. Eight hours of standing is too much.",
    "My team is great. Please do not merge us again.",
    "Great team, great people, and we help each other.",
    "The team keeps me here. Please keep the team together.",
    "Nobody told us why the target changed in the middle of the month.",
    "The target changed twice, and nobody told the night shift.",
    "I learned more in the two days with the complaints team than in a year of e-learning.",
    "We can see refunds up to 20 but customers mostly ask for 25.",
    "The night bus stops at half past ten. Shifts end at eleven.",
    "I am hard of hearing; captions in the all-staff meeting would include me.",
    "Thank you for fixing the delivery app. It made a real difference.",
    "Handling time punishes me for listening.",
    "Please say what came of the last pulse before asking again.",
    "More shadowing for new people, less slides.",
    "The warehouse is cold near gate four from October on.",
    # Somebody always names names, whatever the page asks.
    "Tessa explains the rotas well. Everybody else just sends the file.",
    "Priya Marsh and Hugo's team get all the new headsets.",
    "Ring me on 020 7946 0018 if you want to know about the quiet room.",
    "I wrote to aisha.novak@harbour-vale.example about the returns screen and heard nothing.",
)


@dataclass(frozen=True, slots=True)
class Story:
    """One action item: the driver it answers, what is said, and the states it went through."""

    division: str
    driver: str
    heard: str
    will_do: str
    owner: str
    states: tuple[str, ...]
    updates: tuple[str, ...]
    due_in_days: int


STORIES = (
    Story(
        "Customer Care",
        "workload",
        "People in Customer Care say they rush callers because others are waiting.",
        "Handling time leaves the scorecard. Twelve more people start by the end of next month.",
        "Imogen Marsh",
        ("heard", "planned", "under way"),
        (
            "We read the comments together and talked to three teams.",
            "Handling time is no longer on any scorecard. Seven of twelve people have started.",
        ),
        35,
    ),
    Story(
        "Shops",
        "tools",
        "The returns screen takes too long and people cannot sit down at the till.",
        "Chairs in every shop, and a returns screen with four steps.",
        "Omar Fofana",
        ("heard", "planned", "under way", "done"),
        (
            "Chairs are ordered; the screen is being redrawn with people from two shops.",
            "Chairs are in every shop. The new screen is on trial in Region North.",
            "The new screen runs in all shops. Returns take half as long.",
        ),
        -10,
    ),
    Story(
        "Warehouse and Delivery",
        "leadership",
        "Night Shift hears about changes last, and rotas come too late to plan a life.",
        "Rotas two weeks ahead, and a shift meeting every Monday at ten in the evening.",
        "Birgit Holm",
        ("heard", "planned"),
        ("The works council and we agreed on the two weeks.",),
        20,
    ),
    Story(
        "Technology",
        "recognition",
        "Good work on incidents is noticed only when something breaks.",
        "",
        "Ravi Joshi",
        ("heard",),
        (),
        30,
    ),
    Story(
        "Head Office",
        "empowerment",
        "People ask for the right to approve refunds of any size themselves.",
        "",
        "Imogen Marsh",
        ("heard", "declined"),
        (
            (
                "We will not lift the limit altogether, because the auditors require a second "
                "pair of eyes above 500. Up to 500 you may now decide alone."
            ),
        ),
        0,
    ),
)
