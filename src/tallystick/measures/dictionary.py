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
    "vendor": "vendor managers, to hold the contract against what happened",
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
    _of("Service level", "vendor partner floor planner"),
    _of("Average speed of answer", "vendor floor planner"),
    _of("Abandonment rate", "vendor floor"),
    _of("Blockage", "vendor planner"),
    _of("First reply time", "vendor partner floor"),
    _of("Next reply time", "vendor floor"),
    _of("Requester wait time", "vendor voice"),
    _of("Agent work time", "vendor planner"),
    _of("Periodic update", "vendor floor"),
    _of("SLA attainment", "vendor partner finance executive"),
    _of("Open past due", "vendor partner floor"),
    _of("Backlog and backlog days", "vendor partner floor planner"),
    _of("Clock integrity", "vendor finance"),
    _of("Interval attainment", "vendor planner"),
    _of("Escalated-incident response", "vendor risk"),
    _of("First contact resolution, as customers report it", "vendor voice executive"),
    _of("First contact resolution, by behaviour", "vendor quality executive"),
    _of("One-contact resolution", "voice executive"),
    _of("First resolution time", "vendor voice"),
    _of("Full resolution time", "vendor voice"),
    _of("Reopen rate", "vendor quality"),
    _of("One-touch rate", "vendor quality"),
    _of("Transfer rate", "vendor quality planner"),
    _of("Escalation rate", "vendor quality"),
    _of("Repeat contact rate", "vendor quality executive"),
    _of("Verified resolution rate", "vendor executive finance"),
    _of("Bounce or reassign count", "vendor floor"),
    _of("Throughput ratio", "vendor planner"),
    _of("QA score", "quality vendor", QUALITY),
    _of("Critical-error accuracy", "quality risk", QUALITY),
    _of("Bias-corrected quality", "quality", QUALITY),
    _of("Automatic score's sensitivity and specificity", "quality", QUALITY),
    _of("Agreement of evaluators", "quality", QUALITY),
    _of("Gap between the client's and the partner's scores", "quality vendor", QUALITY),
    _of("Precision of samples", "quality", QUALITY),
    _of("Dispute and overturn rate", "quality partner", QUALITY),
    _of("Wrong-answer rate", "quality risk", QUALITY),
    _of("Native-quality rate", "quality", QUALITY),
    _of("Customer satisfaction", "vendor voice executive"),
    _of("Net promoter score", "voice executive"),
    _of("Customer effort score", "voice"),
    _of("Response rate", "voice vendor"),
    _of("Survey integrity", "voice vendor"),
    _of("Complaint rate", "voice risk"),
    _of("Detractors answered", "voice partner"),
    _of("Average handling time", "planner floor finance"),
    _of("Contacts per productive hour", "planner finance"),
    _of("Occupancy", "planner floor"),
    _of("Utilisation", "planner finance"),
    _of("Shrinkage", "planner finance"),
    _of("Schedule adherence", "floor planner"),
    _of("Conformance", "floor planner finance"),
    _of("Line adherence", "planner vendor finance"),
    _of("Fill rate", "planner vendor"),
    _of("Attrition", "vendor executive partner"),
    _of("Early attrition", "vendor partner"),
    _of("Tenure mix", "vendor quality"),
    _of("Speed to proficiency", "vendor planner"),
    _of("Absence rate", "floor planner"),
    _of("Validity of training", "vendor quality risk"),
    _of("Forecast accuracy", "planner vendor partner"),
    _of("Spans", "vendor partner"),
    _of("Coverage of contracted hours", "vendor planner"),
    _of("Language match", "vendor voice"),
    _of("Wait caused by closed hours", "vendor voice"),
    _of("N-1 resilience", "executive risk", "Simulated rather than counted: the stage `staffing` loses a partner."),
    _of("Cost per contact", "finance executive"),
    _of("Cost per verified resolution", "finance executive"),
    _of("Effective rate per productive hour", "finance"),
    _of("Invoice variance", "finance vendor", INVOICE),
    _of("Credits due, claimed and received", "finance vendor", "Told by verdicts and their ledger, not by a KPI."),
    _of("Hidden-cost share", "finance executive"),
    _of("Commitment shortfall", "finance planner", INVOICE),
    _of("Effect of exchange rates and indexation", "finance", INVOICE),
    _of("Leak rate", "risk", SECURITY),
    _of("Recall and precision of detectors", "risk", SECURITY),
    _of("Breach clock", "risk vendor", SECURITY),
    _of("De-provisioning of leavers", "risk", SECURITY),
    _of("Access without business need", "risk", SECURITY),
    _of("Card data in recordings and text", "risk", SECURITY),
    _of("Relay of data subjects' requests", "risk", SECURITY),
    _of("Notice of sub-processors", "risk vendor", SECURITY),
    _of("Adherence to mandatory statements", "risk quality", SECURITY),
    _of("Timeliness of obligations", "vendor risk", SECURITY),
    _of("Validity of certificates and licences", "risk", SECURITY),
    _of("Closure of audit findings", "risk vendor", SECURITY),
    _of("Deflection", "automation executive"),
    _of("Containment", "automation"),
    _of("Verified bot resolution", "automation executive"),
    _of("Quality of hand-overs", "automation quality"),
    _of("Reviews that blame the service", "voice executive"),
    _of("Public reply time", "voice partner"),
    _of("Acknowledgement rate", "floor vendor"),
    _of("Time to behaviour", "quality vendor", QUALITY),
    _of("Closure of actions", "vendor partner"),
    _of("Turnaround of queries", "partner vendor"),
    _of("Cadence of meetings", "vendor partner"),
    _of("Load of changes", "vendor floor"),
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
