"""Occupancy (K48).

Definition: The share of the time on contacts or ready for one in which agents were on a contact.
Formula: (talk + hold + after-work + chat + outbound + case work) / (the same + available + ringing), in seconds.
Unit: ratio 0..1; higher is better up to a ceiling that the contract names; beyond it agents burn out.
Counted: Agents' local days with any such second, once the day is over. n is the number of those days; the seconds
    themselves are added up, so a long day weighs more than a short one (R13).
Variants: Ringing counts as waiting (default) or, with `ringing` busy, as work on the contact. Without case work and
    outbound calls (`work` contacts) for lines on which those fill idle time.
Confused with: Utilisation (K49), which sets the same time against all paid time; adherence (K51), which asks whether
    the agent was where the roster wanted.
Edge cases: Several chats at once are busy time once, not several times: concurrency is another figure. Overlapping
    states of two channels count as the busier one. Planned breaks and meetings are in neither part.
Source: KPI dictionary K48, R13; WFM Clubs, metrics [wfmclubs]; Call Centre Helper on occupancy [cch-occ].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.agent_share import of_seconds
from tallystick.measures.measure import HIGHER, At, Example, Param


def _busy(at: At) -> nw.Expr:
    names = agent_rows.ON_CONTACT if at.text("work") == "all" else ("talk", "chat", "hold", "wrap")
    return agent_rows.states(at, *names, *(("ring",) if at.text("ringing") == "busy" else ()))


def _busy_or_ready(at: At) -> nw.Expr:
    return _busy(at) + agent_rows.states(at, "available", *(() if at.text("ringing") == "busy" else ("ring",)))


MEASURE = of_seconds(
    module=__name__,
    text=__doc__,
    title="Occupancy",
    source="K48",
    better=HIGHER,
    part=_busy,
    whole=_busy_or_ready,
    missing="days without time on the line",
    params={
        "ringing": Param("waiting", "what a ringing contact is", choices=("waiting", "busy")),
        "work": Param("all", "all work, or contacts that customers began alone", choices=("all", "contacts")),
    },
)

EXAMPLE = Example(
    rows=(
        {"talk_s": 14400, "hold_s": 600, "wrap_s": 3000, "available_s": 6000},
        {"talk_s": 10000, "wrap_s": 2000, "available_s": 8000, "break_s": 1800},
        {"chat_s": 9000, "available_s": 1000},
        {"case_work_s": 3000, "ring_s": 120, "available_s": 2880},
        {"meeting_s": 7200, "break_s": 900},
    ),
    value=Fraction(18000 + 12000 + 9000 + 3000, 24000 + 20000 + 10000 + 6000),
    n=4,
    excluded=(("days without time on the line", 1),),
)
