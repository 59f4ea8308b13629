"""Average handling time, AHT (K46).

Definition: How long agents worked on a call: talking, holding and writing it up.
Formula: sum of the parts of all handled visits / handled visits; or their median, a percentile or the maximum by
    `statistic`.
Unit: seconds; lower is better.
Counted: Calls that somebody talked on, in the `direction` asked for, each visit to a queue once. Those still handled
    are pending. Lost ones and those of which nothing is known but the answer are left out, with counts; so are chats,
    unless `chats` counts them.
Variants: Talk, hold and after-work (default) or fewer `parts`. A transferred call is handled twice here; per call it
    would be longer. Chats overlap, so their session time is no handling time: only active time would be, which these
    records do not have.
Confused with: The length of the call (without after-work); handling time per contact resolved. Lower is not always
    better: padding, and hurrying the customer off, both show here.
Edge cases: Seconds are whole, rounded down by segment. Conferences count each agent's talk. Outliers are never cut for
    billing; for display use the median. After-work that has no end yet leaves its call pending.
Source: KPI dictionary K46; WFM Clubs [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows, clock_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param
from tallystick.measures.quantile import STATISTIC

CHATS = ("chat", "messaging", "whatsapp", "sms")


def _seconds(at: At) -> nw.Expr:
    first, *more = [at.col(f"{part}_s") for part in at.text("parts").split("_")]
    for part in more:
        first = first + part
    return first


def _other_direction(at: At) -> nw.Expr:
    wanted = at.text("direction")
    return at.never() if wanted == "any" else ~at.word("direction", wanted)


def _chat(at: At) -> nw.Expr:
    return at.word("channel", *CHATS) if at.text("chats") == call_rows.LEAVE_OUT else at.never()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Average handling time",
    source="K46",
    unit="s",
    better=LOWER,
    kind="mean",
    fact="call",
    counting=Counting(
        left_out=(
            ("other direction", _other_direction),
            call_rows.MACHINE,
            call_rows.UNHANDLED,
            ("chat session", _chat),
        ),
        pending=call_rows.unfinished,
        numerator=_seconds,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    params={
        "parts": Param(
            "talk_hold_wrap",
            "what is handling",
            choices=("talk_hold_wrap", "talk_hold", "talk_wrap", "talk", "hold", "wrap"),
        ),
        "direction": Param("inbound", "which calls", choices=("inbound", "outbound", "any")),
        "chats": Param(call_rows.LEAVE_OUT, "chat sessions", choices=(call_rows.LEAVE_OUT, call_rows.COUNT)),
        "statistic": Param("mean", "mean, median, max or a percentile such as p90", pattern=STATISTIC),
        "method": clock_rows.METHOD,
    },
    kind_of=clock_rows.kind_by_statistic,
)

EXAMPLE = Example(
    rows=(
        {"talk_s": 200, "hold_s": 40, "wrap_s": 60},
        {"talk_s": 100, "wrap_s": 0},
        {"talk_s": 90, "wrap_s": 10},
        {"outcome": "abandoned", "wait_s": 60},
        {"talk_s": 2000, "channel": "chat"},
    ),
    value=Fraction(500, 3),
    n=3,
    excluded=(("chat session", 1), ("not handled", 1)),
)
