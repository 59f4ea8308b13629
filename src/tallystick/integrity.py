"""Clock integrity of a judged month: the patterns of the gaming catalogue over the evidence that its verdicts rest on.

Cases, events and surveys are those that the judging kept, so what is said belongs to the verdicts and repeats. What no
verdict read (messages, calls, agents' states and their persons) is read from the lake inside the partner's own scope,
as it stands now; without a lake the patterns that need them say that they have no data.

Months alone are looked at: the budget of false alarms is shared by twelve of them a year. A partner with several
contracts has one answer for a month (`by_partner`): what is looked for is how it works, whichever text judges it.
"""

# Names in SQL are declared tables and columns, and numbers; never input.
# ruff: noqa: S608

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from tallystick.records.commits import Pin
from tallystick.records.lake import Lake, connect
from tallystick.records.table import tables
from tallystick.signals.evidence import Evidence
from tallystick.signals.pattern import Detected, Figure, Flagged, Severity, State, detect
from tallystick.verdicts.judge_version import judged_by
from tallystick.verdicts.measured import part_judged
from tallystick.verdicts.promise import kept_promise
from tallystick.verdicts.rows_read import canonical_columns
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.vocabulary.scope import Scope

MONTH = re.compile(r"\d{4}-\d{2}")
# Tables beside the evidence; those with an instant are cut to the month, the others are small and read whole.
OF_CASES = ("message",)
OF_THE_MONTH = ("call", "agent_state")
SMALL = ("agent", "identity")
AFTER_S = 86_400


@dataclass(frozen=True)
class Integrity:
    """What the catalogue says of one judged month; `judged` is the digest of the judging."""

    contract: str
    partner: str
    period: str
    judged: str
    as_of: str
    patterns: tuple[Detected, ...]


@dataclass(frozen=True)
class Said:
    """What one pattern says of a partner's month, once for all of its contracts.

    `strongest` is the answer of the contract whose evidence shows most, `contracts` are those whose answer has the same
    state. `rows` are the flagged rows with the contract whose evidence they are of: first those of `strongest`, then
    what other contracts' evidence flags beside them. Only contracts under which the figure that the pattern polishes
    has a value are heard, if there is any: a contract on calls alone reads the same tickets without their clocks.
    """

    strongest: Detected
    contracts: tuple[str, ...]
    rows: tuple[tuple[str, Flagged], ...]


@dataclass(frozen=True)
class PartnerMonth:
    """What the catalogue says of one partner's month: `judgings` are those of its contracts, by contract."""

    partner: str
    period: str
    judgings: tuple[Integrity, ...]
    patterns: tuple[Said, ...]

    @property
    def contracts(self) -> tuple[str, ...]:
        """The contracts under which the month is judged."""
        return tuple(one.contract for one in self.judgings)


def by_partner(answers: Iterable[Integrity]) -> list[PartnerMonth]:
    """One answer for each partner and month, in the order in which they come; every pattern once."""
    together: dict[tuple[str, str], list[Integrity]] = {}
    for answer in answers:
        together.setdefault((answer.partner, answer.period), []).append(answer)
    return [
        PartnerMonth(partner, period, tuple(sorted(own, key=lambda one: one.contract)), _said(own))
        for (partner, period), own in together.items()
    ]


def _said(answers: Sequence[Integrity]) -> tuple[Said, ...]:
    by_pattern: dict[str, list[tuple[str, Detected]]] = {}
    for answer in sorted(answers, key=lambda one: one.contract):
        for found in answer.patterns:
            by_pattern.setdefault(found.pattern, []).append((answer.contract, found))
    states, severities = list(State), list(Severity)

    def strength(pair: tuple[str, Detected]) -> tuple[int, int, int]:
        return states.index(pair[1].state), -pair[1].suspects, -pair[1].n

    said = []
    for every in by_pattern.values():
        told = [pair for pair in every if pair[1].reported and pair[1].reported.value is not None] or every
        ordered = sorted(told, key=strength)
        first = ordered[0][1]
        rows: dict[tuple[str, int, str], tuple[str, Flagged]] = {}
        for contract, found in ordered:
            for case in found.cases:
                rows.setdefault((case.table, case.key, case.id), (contract, case))
        same = tuple(sorted(contract for contract, found in told if found.state is first.state))
        said.append(Said(first, same, tuple(rows.values())))
    return tuple(
        sorted(
            said,
            key=lambda one: (
                states.index(one.strongest.state),
                severities.index(one.strongest.severity),
                -one.strongest.suspects,
                one.strongest.pattern,
            ),
        )
    )


def months(records: Iterable[Judged]) -> list[Judged]:
    """The judgings of months, as they stand."""
    return [one for one in records if MONTH.fullmatch(one.period)]


def integrity_of(
    store: VerdictStore, record: Judged, lake: Lake | None, *, pin: Pin | None = None, names: Sequence[str] = ()
) -> Integrity:
    """What the patterns (or those named) say of a judged month."""
    evidence = evidence_of(store, record, lake, pin=pin)
    found = detect(evidence, names)
    return Integrity(record.contract, record.partner, record.period, record.digest, record.as_of, found)


def evidence_of(store: VerdictStore, record: Judged, lake: Lake | None, *, pin: Pin | None = None) -> Evidence:
    """The evidence of a judged month as patterns take it."""
    kept = store.evidence(record)
    version = judged_by(store.verdicts_of(record))
    promise = kept_promise(store.texts(record), record.partner, record.known_on, version)
    period = part_judged(promise, promise.period(record.period), datetime.fromisoformat(record.as_of))
    rows = dict(kept.rows)
    if lake is not None:
        scope = Scope.of_partner(lake.client, record.partner)
        rows |= _beside(lake, scope, pin or lake.pin(), rows, period.start_s, period.end_s)
    return Evidence(rows, kept.facts, promise.terms, record.partner, period.start_s, period.end_s, record.period)


def _beside(
    lake: Lake, scope: Scope, pin: Pin, rows: Mapping[str, pa.Table], start_s: int, end_s: int
) -> dict[str, pa.Table]:
    """What no verdict read, inside the partner's scope."""
    found: dict[str, pa.Table] = {}
    for name in (*OF_CASES, *OF_THE_MONTH, *SMALL):
        if name in rows:
            continue
        if name in OF_THE_MONTH:
            found[name] = _of_the_month(lake, scope, pin, name, start_s, end_s)
            continue
        cases = rows["case"].column("case_key").combine_chunks() if name in OF_CASES else None
        found[name] = lake.read(scope, name, pin=pin, columns=canonical_columns(name), case_keys=cases)
    return found


def _of_the_month(lake: Lake, scope: Scope, pin: Pin, name: str, start_s: int, end_s: int) -> pa.Table:
    """The rows of a large table that began in the month, or within a day after it: the ends of calls begun in it."""
    listed = ", ".join(f'"{column}"' for column in canonical_columns(name))
    until_s = end_s + AFTER_S
    connection = connect()
    try:
        view = lake.relation(scope, name, connection, pin=pin)
        began = f"epoch_us({tables()[name].at}) >= {start_s * 1_000_000}"
        ended = f"epoch_us({tables()[name].at}) < {until_s * 1_000_000}"
        return connection.sql(f"select {listed} from {view} where {began} and {ended}").to_arrow_table()
    finally:
        connection.close()


def lake_of(root: Path) -> Lake | None:
    """The lake of a home, None where it has none; whoever opens it closes it."""
    folder = root / "lake"
    return Lake.open(folder) if folder.is_dir() and any(folder.iterdir()) else None


def figure_words(figure: Figure | None) -> str:
    """A figure for people: a share in per cent, others with their unit; empty where there is none."""
    value = figure.value if figure is not None else None
    if figure is None or value is None:
        return ""
    if figure.unit == "ratio":
        return f"{float(value * 100):.1f} %"
    return f"{float(value):,.0f} {figure.unit}"


def as_json(month: PartnerMonth) -> dict[str, Any]:
    """What the catalogue says as plain values; figures are exact fractions as text."""
    return {
        "partner": month.partner,
        "period": month.period,
        "judgings": [{"contract": one.contract, "judged": one.judged, "as_of": one.as_of} for one in month.judgings],
        "patterns": [_pattern_json(one) for one in month.patterns],
    }


def _pattern_json(said: Said) -> dict[str, Any]:
    one = said.strongest
    return {
        "pattern": one.pattern,
        "finding": one.finding,
        "state": one.state.value,
        "severity": one.severity.value,
        "contracts": list(said.contracts),
        "suspects": one.suspects,
        "n": one.n,
        "chance": None if one.chance is None else f"{one.chance:.3g}",
        "left_out": one.left_out,
        "lacking": list(one.lacking),
        "reported": _figure_json(one.reported),
        "recomputed": _figure_json(one.recomputed),
        "difference": one.difference,
        "cases": [
            {"table": case.table, "key": case.key, "id": case.id, "at_s": case.at_s, "reason": case.reason,
             "contract": contract}
            for contract, case in said.rows
        ],
    }  # fmt: skip


def _figure_json(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {"kpi": figure.kpi, "unit": figure.unit, "value": figure.value, "n": figure.n}
