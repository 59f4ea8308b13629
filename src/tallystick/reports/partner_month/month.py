"""What the document of one partner's month shows, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tallystick.reports.charts import CaseTimeline, TrendPoint
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.finding import Finding

MOST_CASES = 50
# Which verdicts a reader looks at first.
BY_WEIGHT = (Outcome.MISSED, Outcome.PROVISIONAL, Outcome.EXCUSED, Outcome.NOT_ASSESSABLE, Outcome.MET)


@dataclass(frozen=True)
class FailedCase:
    """One case that speaks against the partner; instants are UTC seconds, `ended_s` None where nothing happened yet."""

    case_id: str
    started_s: int | None
    due_s: int | None
    ended_s: int | None
    note: str = ""


@dataclass(frozen=True)
class FailedCases:
    """The cases behind a miss: the first of them, and how many there are; `row` is what one is called."""

    cases: tuple[FailedCase, ...]
    total: int
    row: str = "case"


@dataclass(frozen=True)
class Feed:
    """A source and how fresh it is: newest record and arrival as written, rows, where figures of it come from."""

    name: str
    newest: str
    arrived: str
    rows: int
    provenance: str = "measured"
    note: str = ""


@dataclass(frozen=True)
class PartnerMonth:
    """All that the page shows.

    `verdicts` are those of this period in the order of the text, `history` those of the same contract and partner in
    all periods (this one may be among them). By clause id: `promises` the clause in plain words, `sources` its place
    in the signed document, `failed` the cases behind it, `weekly` its weeks. `beside` leads to the
    documents of the same month under other contracts, by contract.
    """

    client: str
    partner: str
    contract: str
    contract_title: str
    zone: str
    period: str
    from_on: date
    end_on: date
    as_of: str
    version: str
    verdicts: tuple[Verdict, ...]
    statement: Statement | None = None
    history: tuple[Verdict, ...] = ()
    promises: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, FailedCases] = field(default_factory=dict)
    weekly: Mapping[str, tuple[TrendPoint, ...]] = field(default_factory=dict)
    timeline: CaseTimeline | None = None
    timeline_clause: str = ""
    findings: tuple[Finding, ...] = ()
    feeds: tuple[Feed, ...] = ()
    overview: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
