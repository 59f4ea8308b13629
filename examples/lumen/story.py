"""What is true in the invented world of Lumen Home: the sites, the volumes, and the truths that are planted.

Everything that decides a verdict stands here. A cell is a language and a channel at a partner; its share of late first
replies is steered month by month, exactly and far from every target, so that no verdict comes about by luck.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

MONTHS = tuple(f"{2025 + (6 + step) // 12}-{(6 + step) % 12 + 1:02d}" for step in range(12))
FIRST_MONTH, LAST_MONTH = MONTHS[0], MONTHS[-1]
CASES = 60_000
MINUTE, HOUR, DAY = 60, 3_600, 86_400

# When the exports were drawn, and when the example is assessed (UTC).
SNAPSHOT = "2026-07-05T00:00:00+00:00"
AS_OF = "2026-07-06T06:00:00+00:00"

WEEKDAYS = (0, 1, 2, 3, 4)


def _week(*groups: tuple[tuple[int, ...], tuple[tuple[str, str], ...]]) -> dict[int, tuple[tuple[str, str], ...]]:
    return {day: spans for days, spans in groups for day in days}


@dataclass(frozen=True)
class Hours:
    """The opening hours of one desk, as the contract words them."""

    zone: str
    versions: dict[date, dict[int, tuple[tuple[str, str], ...]]]
    closed: frozenset[date]
    overrides: dict[date, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def _days(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in text.split())


# Public holidays from July 2025 to December 2026, written down by hand from the official calendars.
ROMANIA = _days(
    "2025-08-15 2025-11-30 2025-12-01 2025-12-25 2025-12-26 2026-01-01 2026-01-02 2026-01-06 2026-01-07 2026-01-24 "
    "2026-04-10 2026-04-12 2026-04-13 2026-05-01 2026-05-31 2026-06-01 2026-08-15 2026-11-30 2026-12-01 2026-12-25 "
    "2026-12-26"
)
PORTUGAL = _days(
    "2025-08-15 2025-10-05 2025-11-01 2025-12-01 2025-12-08 2025-12-25 2026-01-01 2026-04-03 2026-04-05 2026-04-25 "
    "2026-05-01 2026-06-04 2026-06-10 2026-08-15 2026-10-05 2026-11-01 2026-12-01 2026-12-08 2026-12-25"
)
UNITED_STATES = _days(
    "2025-07-04 2025-09-01 2025-10-13 2025-11-11 2025-11-27 2025-12-25 2026-01-01 2026-01-19 2026-02-16 2026-05-25 "
    "2026-06-19 2026-07-03 2026-07-04 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25"
)

HOURS = {
    # From March 2026 the Iasi desk is open until 22:00 on weekdays and 18:00 on Saturdays.
    "iasi": Hours(
        "Europe/Bucharest",
        {
            date(2025, 7, 1): _week((WEEKDAYS, (("08:00", "20:00"),)), ((5,), (("09:00", "14:00"),))),
            date(2026, 3, 1): _week((WEEKDAYS, (("08:00", "22:00"),)), ((5,), (("09:00", "18:00"),))),
        },
        ROMANIA | {date(2025, 12, 24)},
        {date(2025, 12, 31): (("08:00", "13:00"),)},
    ),
    "porto": Hours(
        "Europe/Lisbon",
        {
            date(2025, 7, 1): _week(
                (WEEKDAYS, (("08:00", "13:00"), ("14:00", "20:00"))), ((5, 6), (("10:00", "16:00"),))
            )
        },
        PORTUGAL | {date(2025, 12, 24), date(2026, 6, 24)},
    ),
    "tampa-day": Hours(
        "America/New_York",
        {date(2025, 7, 1): _week((WEEKDAYS, (("07:00", "19:00"),)), ((5,), (("08:00", "16:00"),)))},
        UNITED_STATES,
    ),
    # The chat desk works evenings, over midnight, on every day of the year.
    "tampa-evening": Hours(
        "America/New_York",
        {date(2025, 7, 1): _week(((0, 1, 2, 3, 4, 5, 6), (("14:00", "01:00"),)))},
        frozenset(),
    ),
}


@dataclass(frozen=True)
class Cell:
    """One language and channel at one partner: how much comes in, and what the contract promises for it.

    `volume` is cases in an average month, `within` the promised first reply in open seconds, `late` the usual share of
    late first replies, `late_in` the months in which it differs.
    """

    partner: str
    language: str
    channel: str
    volume: int
    hours: str
    within: int
    late: float
    late_in: dict[str, float] = field(default_factory=dict)
    never_in: dict[str, float] = field(default_factory=dict)


CELLS = (
    # Aurora lost half of its German team in October; by November mail piles up and some is never answered.
    Cell(
        "aurora",
        "de",
        "email",
        420,
        "iasi",
        4 * HOUR,
        0.035,
        late_in={"2025-11": 0.055, "2025-12": 0.06, "2026-01": 0.05},
        never_in={"2025-11": 0.13, "2025-12": 0.19, "2026-01": 0.15},
    ),
    Cell("aurora", "ro", "email", 620, "iasi", 4 * HOUR, 0.035),
    Cell("aurora", "ro", "chat", 480, "iasi", 10 * MINUTE, 0.045),
    Cell("aurora", "de", "chat", 180, "iasi", 10 * MINUTE, 0.045),
    Cell("borealis", "en", "email", 560, "porto", 8 * HOUR, 0.035),
    Cell("borealis", "de", "email", 300, "porto", 8 * HOUR, 0.04),
    # July is the first month of the messaging desk: late, but the clause is only reported until September.
    Cell("borealis", "en", "messaging", 520, "porto", 30 * MINUTE, 0.05, late_in={"2025-07": 0.24}),
    Cell("borealis", "de", "messaging", 14, "porto", 30 * MINUTE, 0.08),
    Cell("cordoba", "en", "email", 800, "tampa-day", 8 * HOUR, 0.03),
    Cell("cordoba", "en", "chat", 700, "tampa-evening", 5 * MINUTE, 0.04),
    Cell("cordoba", "en", "messaging", 400, "tampa-day", 30 * MINUTE, 0.04),
)

ZONES = {"aurora": "Europe/Bucharest", "borealis": "Europe/Lisbon", "cordoba": "America/New_York"}

# The amendment of Borealis's English mail: 6 hours and 92 % from 2026-01-01, instead of 8 hours and 88 %.
AMENDED_FROM = "2026-01"
AMENDED_WITHIN = 6 * HOUR
# Until and including January a tenth of that mail is answered between the two: on time before, late after.
SLOW_SHARE = 0.12
SLOW_MONTHS = ("2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01")

# Borealis parks cases in pending after the customer has answered.
PARKED_MONTHS = ("2026-02", "2026-03", "2026-04", "2026-05")
PARKED_SHARE = 0.5
PARKED_USUALLY = 0.01

# Aurora did not roster the evenings in the first month of the longer hours.
UNSTAFFED_MONTH = "2026-03"

# The client's chat platform failed in Tampa's evenings; relief is agreed.
OUTAGE_FROM, OUTAGE_TO = "2026-02-09T06:00:00-05:00", "2026-02-13T06:00:00-05:00"
OUTAGE_SURGE = 1.8

# Cases of Aurora's overflow mailbox that reach the client only in July.
LATE_FILE_MONTH = "2026-05"
LATE_FILE_CASES, LATE_FILE_LATE = 90, 74
LATE_FILE_QUEUE = "RO Overflow"

# Mail in the hour that the end of summer time repeats, on a Sunday.
REPEATED_HOUR = (
    "2025-10-26T00:20:00+00:00",
    "2025-10-26T00:40:00+00:00",
    "2025-10-26T01:15:00+00:00",
    "2025-10-26T01:45:00+00:00",
)

# Borealis's last file ends early.
CUT_PARTNER, CUT_AT = "borealis", "2026-06-19T00:00:00+00:00"

# Good scores (4 or 5 of 5) among answered surveys: usual, and where the German backlog shows.
GOOD_SCORES = {"aurora": 0.875, "borealis": 0.86, "cordoba": 0.90}
GOOD_SCORES_IN = {("aurora", "2025-12"): 0.66, ("aurora", "2026-01"): 0.69}

# Relative volume of the months, July first; the days around Black Friday and the returns of January rise above it.
SEASON = (0.80, 0.82, 0.93, 1.00, 1.30, 1.28, 1.16, 0.95, 0.96, 0.93, 0.92, 0.90)
WEEKDAY_WEIGHT = (1.28, 1.16, 1.08, 1.04, 1.02, 0.74, 0.68)
PEAKS = (
    ("2025-11-24", "2025-12-01", 2.1),
    ("2025-12-26", "2025-12-30", 1.2),
    ("2026-01-05", "2026-01-10", 1.35),
    ("2026-04-07", "2026-04-09", 1.25),
)
HOUR_WEIGHT = {
    "email": (3, 2, 1, 1, 1, 2, 5, 14, 30, 46, 52, 50, 42, 40, 44, 44, 42, 38, 36, 38, 40, 34, 20, 9),
    "chat": (1, 0, 0, 0, 0, 0, 1, 4, 34, 50, 56, 56, 46, 44, 46, 48, 46, 44, 44, 42, 10, 6, 3, 2),
    "messaging": (2, 1, 1, 1, 1, 2, 6, 16, 36, 46, 50, 50, 48, 46, 44, 44, 46, 46, 44, 42, 34, 22, 12, 6),
    "evening chat": (26, 2, 1, 0, 0, 0, 0, 1, 2, 3, 4, 6, 10, 24, 44, 46, 48, 50, 56, 64, 68, 64, 54, 42),
    "longer chat": (1, 0, 0, 0, 0, 0, 1, 4, 30, 44, 48, 48, 40, 38, 40, 42, 42, 42, 44, 46, 62, 54, 5, 3),
}

# Share of cases by reason for contact.
REASONS = {
    "delivery delay": 0.22,
    "return or refund": 0.18,
    "damaged item": 0.12,
    "product question": 0.12,
    "invoice": 0.09,
    "warranty claim": 0.09,
    "order change": 0.08,
    "assembly help": 0.06,
    "account": 0.04,
}
QUEUE_OF_REASON = {
    "delivery delay": "Orders",
    "order change": "Orders",
    "invoice": "Orders",
    "account": "Orders",
    "return or refund": "Returns",
    "damaged item": "Returns",
    "warranty claim": "Warranty",
    "product question": "Product",
    "assembly help": "Product",
}
