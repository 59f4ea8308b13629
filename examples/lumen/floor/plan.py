"""The telephone lines of Lumen Home and the truths that are planted on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FIRST_DAY, LAST_DAY = date(2026, 4, 1), date(2026, 6, 30)
MONTHS = ("2026-04", "2026-05", "2026-06")
ANSWERED_WITHIN_S = 30
# A caller who leaves sooner than this did not really wait.
SHORT_S = 5
HALF_HOUR = 1_800


@dataclass(frozen=True)
class Shift:
    """One working day of a line: local start and end, and how many agents on a weekday, Saturday and Sunday."""

    starts: str
    ends: str
    agents: tuple[int, int, int]


@dataclass(frozen=True)
class Line:
    """One telephone line: `daily` calls on an average weekday, talking of `talk_s` on average."""

    partner: str
    queue: str
    language: str
    hours: str
    daily: int
    talk_s: int
    shifts: tuple[Shift, ...]
    first_id: int
    team: int


LINES = (
    Line(
        "aurora", "Telefon DE", "de", "iasi", 90, 230,
        (Shift("08:00", "16:00", (3, 0, 0)), Shift("14:00", "22:00", (4, 0, 0)), Shift("09:00", "18:00", (0, 3, 0))),
        1_101, 11,
    ),
    Line(
        "aurora", "Telefon RO", "ro", "iasi", 120, 210,
        (Shift("08:00", "16:00", (4, 0, 0)), Shift("14:00", "22:00", (4, 0, 0)), Shift("09:00", "18:00", (0, 4, 0))),
        1_121, 12,
    ),
    Line(
        "borealis", "Phone EN", "en", "porto", 130, 250,
        (Shift("08:00", "16:30", (4, 0, 0)), Shift("11:30", "20:00", (4, 0, 0)), Shift("10:00", "16:00", (0, 4, 4))),
        2_101, 14,
    ),
    # The night shift of Tampa crosses midnight.
    Line(
        "cordoba", "Helpline EN", "en", "tampa-evening", 120, 240,
        (Shift("14:00", "22:00", (3, 3, 3)), Shift("17:00", "01:00", (4, 4, 4))),
        3_101, 12,
    ),
)  # fmt: skip

HOUR_WEIGHT = (20, 4, 1, 0, 0, 0, 1, 3, 34, 50, 56, 54, 44, 40, 44, 46, 48, 46, 44, 40, 34, 28, 22, 20)
WEEKDAY_WEIGHT = (1.18, 1.06, 1.0, 0.98, 0.96, 0.62, 0.55)

# One evening on which nobody of Aurora's German late shift came. The roster says that four would.
NO_SHOW_QUEUE, NO_SHOW_DAY, NO_SHOW_LEFT = "Telefon DE", date(2026, 5, 12), 0

# In May Borealis sends no survey after long calls.
SUPPRESSED_PARTNER, SUPPRESSED_MONTH, SUPPRESSED_FROM_S = "borealis", "2026-05", 300

# Left on 15 May, logged in ever since, never on a call, on the device of somebody else.
GHOST, GHOST_LEFT_ON, GHOST_DEVICE_OF = "C-3112", date(2026, 5, 15), "C-3101"

# Lumen handed over the forecast of one week two days before it began, and it was far too low until then.
FORECAST_LOCK_DAYS = 14
LATE_PARTNER, LATE_FROM, LATE_TO = "cordoba", date(2026, 6, 8), date(2026, 6, 15)
LATE_ISSUED, LATE_SURGE = "2026-06-06T15:00:00+00:00", 3.4

SICK_SHARE = 0.025
NOBODY_PICKS_UP = 0.012
TRANSFERRED = 0.05
ON_HOLD = 0.2
PATIENCE_S = 260
ANSWERED_SURVEYS = 0.24
RESOLVED_CALLS = 0.84
