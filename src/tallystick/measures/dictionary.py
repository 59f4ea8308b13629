"""The KPI dictionary: each number from K1 to K100 with its name, who uses it, and why no KPI carries it, if none does.

A KPI's file names its number; several files may share one (variants of one thing on other facts). A number without a
file either needs records that no table holds, which `missing` says, or is not built yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tallystick.measures.measure import Measure, catalogue

# Who opens a figure, and for what.
USERS = {
    "client": "the client's managers of partners, to hold the contract against what happened",
    "partner": "the partner's account lead, to answer before being asked",
    "floor": "floor leads, to move people within the day",
    "planner": "workforce planners of both sides, to plan agents",
    "quality": "quality owners, to find what to coach",
    "voice": "owners of the customers' experience, to see what customers say",
    "finance": "finance, to check invoices and credits",
    "risk": "security, privacy and legal, to prove what the law asks for",
    "executive": "executives, to choose partners and models",
    "automation": "owners of bots, to see what was really solved",
}

QUALITY = "Needs scored contacts: no table holds evaluations yet."
INVOICE = "Needs invoices and a rate card: no table holds their lines yet."
SECURITY = "Needs evidence of security or of the law that no table holds yet."


class Entry(NamedTuple):
    """One number: its name, the keys of those who use it, and why no KPI can carry it (empty: one does or could)."""

    name: str
    users: tuple[str, ...]
    missing: str = ""


def _of(name: str, users: str, missing: str = "") -> Entry:
    return Entry(name, tuple(users.split()), missing)


ENTRIES: tuple[Entry, ...] = (
    _of("Service level", "client partner floor planner"),
    _of("Average speed of answer", "client floor planner"),
    _of("Abandonment rate", "client floor"),
    _of("Blockage", "client planner"),
    _of("First reply time", "client partner floor"),
    _of("Next reply time", "client floor"),
    _of("Requester wait time", "client voice"),
    _of("Agent work time", "client planner"),
    _of("Periodic update", "client floor"),
    _of("SLA attainment", "client partner finance executive"),
    _of("Open past due", "client partner floor"),
    _of("Backlog and backlog days", "client partner floor planner"),
    _of("Clock integrity", "client finance"),
    _of("Interval attainment", "client planner"),
    _of("Escalated-incident response", "client risk"),
    _of("First contact resolution, as customers report it", "client voice executive"),
    _of("First contact resolution, by behaviour", "client quality executive"),
    _of("One-contact resolution", "voice executive"),
    _of("First resolution time", "client voice"),
    _of("Full resolution time", "client voice"),
    _of("Reopen rate", "client quality"),
    _of("One-touch rate", "client quality"),
    _of("Transfer rate", "client quality planner"),
    _of("Escalation rate", "client quality"),
    _of("Repeat contact rate", "client quality executive"),
    _of("Verified resolution rate", "client executive finance"),
    _of("Bounce or reassign count", "client floor"),
    _of("Throughput ratio", "client planner"),
    _of("QA score", "quality client", QUALITY),
    _of("Critical-error accuracy", "quality risk", QUALITY),
    _of("Bias-corrected quality", "quality", QUALITY),
    _of("Automatic score's sensitivity and specificity", "quality", QUALITY),
    _of("Agreement of evaluators", "quality", QUALITY),
    _of("Gap between the client's and the partner's scores", "quality client", QUALITY),
    _of("Precision of samples", "quality", QUALITY),
    _of("Dispute and overturn rate", "quality partner", QUALITY),
    _of("Wrong-answer rate", "quality risk", QUALITY),
    _of("Native-quality rate", "quality", QUALITY),
    _of("Customer satisfaction", "client voice executive"),
    _of("Net promoter score", "voice executive"),
    _of("Customer effort score", "voice"),
    _of("Response rate", "voice client"),
    _of("Survey integrity", "voice client"),
    _of("Complaint rate", "voice risk"),
    _of("Detractors answered", "voice partner"),
    _of("Average handling time", "planner floor finance"),
    _of("Contacts per productive hour", "planner finance"),
    _of("Occupancy", "planner floor"),
    _of("Utilisation", "planner finance"),
    _of("Shrinkage", "planner finance"),
    _of("Schedule adherence", "floor planner"),
    _of("Conformance", "floor planner finance"),
    _of("Line adherence", "planner client finance"),
    _of("Fill rate", "planner client"),
    _of("Attrition", "client executive partner"),
    _of("Early attrition", "client partner"),
    _of("Tenure mix", "client quality"),
    _of("Speed to proficiency", "client planner"),
    _of("Absence rate", "floor planner"),
    _of("Validity of training", "client quality risk"),
    _of("Forecast accuracy", "planner client partner"),
    _of("Spans", "client partner"),
    _of("Coverage of contracted hours", "client planner"),
    _of("Language match", "client voice"),
    _of("Wait caused by closed hours", "client voice"),
    _of("N-1 resilience", "executive risk", "Simulated rather than counted: `tally staffing --without`."),
    _of("Cost per contact", "finance executive"),
    _of("Cost per verified resolution", "finance executive"),
    _of("Effective rate per productive hour", "finance"),
    _of("Invoice variance", "finance client", INVOICE),
    _of("Credits due, claimed and received", "finance client", "Told by verdicts and their ledger, not by a KPI."),
    _of("Hidden-cost share", "finance executive"),
    _of("Commitment shortfall", "finance planner", INVOICE),
    _of("Effect of exchange rates and indexation", "finance", INVOICE),
    _of("Leak rate", "risk", SECURITY),
    _of("Recall and precision of detectors", "risk", SECURITY),
    _of("Breach clock", "risk client", SECURITY),
    _of("De-provisioning of leavers", "risk", SECURITY),
    _of("Access without business need", "risk", SECURITY),
    _of("Card data in recordings and text", "risk", SECURITY),
    _of("Relay of data subjects' requests", "risk", SECURITY),
    _of("Notice of sub-processors", "risk client", SECURITY),
    _of("Adherence to mandatory statements", "risk quality", SECURITY),
    _of("Timeliness of obligations", "client risk", SECURITY),
    _of("Validity of certificates and licences", "risk", SECURITY),
    _of("Closure of audit findings", "risk client", SECURITY),
    _of("Deflection", "automation executive"),
    _of("Containment", "automation"),
    _of("Verified bot resolution", "automation executive"),
    _of("Quality of hand-overs", "automation quality"),
    _of("Reviews that blame the service", "voice executive"),
    _of("Public reply time", "voice partner"),
    _of("Acknowledgement rate", "floor client"),
    _of("Time to behaviour", "quality client", QUALITY),
    _of("Closure of actions", "client partner"),
    _of("Turnaround of queries", "partner client"),
    _of("Cadence of meetings", "client partner"),
    _of("Load of changes", "client floor"),
    _of("Concentration", "executive risk"),
    _of("Exit readiness", "executive risk", "Needs evidence of drills that no table holds yet."),
)
NOT_BUILT = "Not built yet."


def entry(number: str) -> Entry:
    """The entry of `K63`; KeyError for a number that the dictionary does not have."""
    if not number.startswith("K") or not number[1:].isdigit() or not 1 <= int(number[1:]) <= len(ENTRIES):
        raise KeyError(number)
    return ENTRIES[int(number[1:]) - 1]


def numbers() -> list[str]:
    """Every number, in order."""
    return [f"K{place}" for place in range(1, len(ENTRIES) + 1)]


def users_of(number: str) -> list[str]:
    """Who uses a figure and for what, in words; nobody is named for a number that the dictionary does not have."""
    return [USERS[key] for key in entry(number).users] if number in numbers() else []


def measures_by_number(measures: Mapping[str, Measure] | None = None) -> dict[str, list[str]]:
    """The KPIs of each number by file name, empty lists where there is none."""
    found: dict[str, list[str]] = {number: [] for number in numbers()}
    for name, measure in (catalogue() if measures is None else measures).items():
        if measure.source in found:
            found[measure.source].append(name)
    return found


def why_missing(number: str) -> str:
    """Why a number without a KPI has none."""
    return entry(number).missing or NOT_BUILT
