"""What other terms or another volume would have given: months judged and priced again from what was kept. Reads only.

A change names a part of the text and what it would say: `S1.target=92%`, `CAP.percentage=8%`, `MIN.rate=0.55`,
`monthly.amount=100000`. It becomes an amendment in force through the chosen months, so that the text is read, checked
and applied as any other; the evidence that each judging kept is judged by it, months in their order, so that what looks
back at an earlier month sees what that one would have been. Where a change moves the time of a clock, the kept records
are folded again. Invoices follow from the judgings and the records. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.billing.credits import JudgedWindow, credits_of_month, judged_windows
from tallystick.billing.expected import Order, expected_invoice
from tallystick.billing.invoice import ExpectedInvoice, by_clause
from tallystick.billing.otherwise import (
    Changes,
    ScaledSource,
    as_amended,
    asked_by,
    hold_to_rules,
    refuse,
    standing_in,
)
from tallystick.billing.prepare import looking_back, requests_of, source_of
from tallystick.billing.quantities import DailySource, Source
from tallystick.contract.counted import CountedClause
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.past import PastPeriod
from tallystick.contract.yaml_text import yaml_text
from tallystick.measures.compute import COUNTED
from tallystick.measures.measure import MeasureRequest
from tallystick.records.commits import PROTOCOL_FILE
from tallystick.verdicts.caps import used
from tallystick.verdicts.evidence import PeriodEvidence
from tallystick.verdicts.gathering import folded_again, streams_of
from tallystick.verdicts.judge import Judgement, judge
from tallystick.verdicts.judge_version import judged_by
from tallystick.verdicts.measured import MEASURED, first_day_in_term, how_measured, part_in_term
from tallystick.verdicts.past import narrowed, past_clauses
from tallystick.verdicts.promise import Promise, kept_promise, known_on
from tallystick.verdicts.store import Judged, VerdictStore, texts_digest
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.errors import DataError, UsageError
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period

if TYPE_CHECKING:
    from tallystick.records.lake import Lake

PREFIX = "WHAT-IF-"
CASES = 20
SETTLED = (Outcome.MET, Outcome.MISSED, Outcome.EXCUSED)


@dataclass(frozen=True)
class Level:
    """A verdict as it stands, or as it would be."""

    outcome: Outcome
    target: Fraction | None
    value: MeasureValue | None
    more_to_meet: int | None


@dataclass(frozen=True)
class VerdictMove:
    """A clause whose verdict, level or value would be another, with the rows that decide it.

    `against` rows would count against the clause, `moved` are those whose place would be another; `cases` are the first
    twenty of `moved`, or of `against` where none moves.
    """

    clause: str
    title: str
    unit: str
    before: Level | None
    after: Level | None
    against: int | None
    moved: int
    cases: tuple[str, ...]


@dataclass(frozen=True)
class AmountMove:
    """An amount of the statement or the invoice that would be another; None on the side where there is none."""

    id: str
    title: str
    before: Money | None
    after: Money | None
    quantity_before: Fraction | None = None
    quantity_after: Fraction | None = None
    unit: str = ""


@dataclass(frozen=True)
class PeriodAsIf:
    """One judged period or month. Sums are None where there is none (no judging, no rate card).

    `credits` are the sums after the limits, `net` the invoice's before tax.
    """

    period: str
    verdicts: tuple[VerdictMove, ...]
    credit_lines: tuple[AmountMove, ...]
    credits_before: Money | None
    credits_after: Money | None
    lines: tuple[AmountMove, ...]
    net_before: Money | None
    net_after: Money | None

    def as_json(self) -> dict[str, Any]:
        """The period as plain JSON values."""
        parts: dict[str, Any] = plain({part.name: getattr(self, part.name) for part in fields(self)})
        return parts


def what_if(
    root: Path, promise: Promise, months: Sequence[str], changes: Changes, as_of: datetime
) -> tuple[PeriodAsIf, ...]:
    """The periods that end in some months (2026-03), in order, as they stand and as they would be.

    `promise` is the partner's under one contract, `root` the project's folder. Raises UsageError where a change does
    not fit the text, a month is none, or there is neither a judging nor a rate card to ask.
    """
    from tallystick.records.lake import Lake

    spans = [_month(promise, label) for label in months]
    for change in changes.volumes:
        if change.charge:
            asked_by(promise.contract, change.charge)
    work = _AsIf(VerdictStore(root / "verdicts"), promise, spans, changes)
    judgings = work.judged()
    if not any(text.charges for text in promise.contract.states()):
        if not judgings:
            raise UsageError(
                f"Nothing of {months[0]} to {months[-1]} was judged, and the contract has no rate card.",
                "`tally assess` judges what is due.",
            )
        return tuple(_told(record, None, None) for record in judgings)
    if not (root / "lake" / PROTOCOL_FILE).is_file():
        raise UsageError("There are no records yet.", "`tally ingest FILE` takes them in.")
    with Lake.open(root / "lake") as lake:
        pairs = {span.label: work.invoices(lake, span, as_of) for span in spans}
    found = [_told(record, *pairs.pop(record.record.period, (None, None))) for record in judgings]
    found += [_told(None, *pair, label=label) for label, pair in pairs.items() if pair != (None, None)]
    return tuple(sorted(found, key=lambda one: (Period.parse(one.period, promise.contract.zone).end_on, one.period)))


def _month(promise: Promise, label: str) -> Period:
    period = promise.period(label)
    if period.kind != "month":
        raise UsageError(f"{label!r} is no month.", "Write months, such as 2026-03.")
    return period


@dataclass(frozen=True)
class _Again:
    """One judging as it stands and as it would be, with what it would have been given."""

    record: Judged
    promise: Promise
    changed: Promise
    before: tuple[Verdict, ...]
    after: Judgement
    evidence: PeriodEvidence
    again: PeriodEvidence
    given: Judged


@dataclass
class _AsIf:
    """The work on one contract and partner."""

    store: VerdictStore
    promise: Promise
    months: Sequence[Period]
    changes: Changes
    _done: dict[str, _Again] = field(default_factory=dict)
    _read: dict[tuple[str, date, str], tuple[Promise, Promise]] = field(default_factory=dict)

    # ---------------------------------------------------------------- the changed text

    def both(self, promise: Promise, as_of: datetime) -> tuple[Promise, Promise]:
        """A promise and what it would be, made once for the same texts and day of knowledge."""
        key = texts_digest(promise.texts), known_on(as_of), promise.judged_by
        if key not in self._read:
            self._read[key] = promise, self._changed(promise, as_of)
        return self._read[key]

    def _changed(self, promise: Promise, as_of: datetime) -> Promise:
        """A promise whose text has the changes in force through the months; itself without any."""
        if not self.changes.terms:
            return promise
        contract = promise.contract
        tree = {name: part for name, part in contract.original.tree.plain().items() if name != "include"}
        by_then = known_on(as_of)
        begin = max(self.months[0].start_on, contract.term.from_on)
        # After the term nothing is in force that could say something else.
        end = min(self.months[-1].end_on, contract.whole_term_by(by_then).end_on)

        def days(known: date | None = None) -> list[date]:
            return sorted({begin, *(day for day in contract.changes_between(known) if begin < day < end)})

        texts = {day: contract.in_force(day, by_then) for day in days(by_then)}
        # Known with what it changes, and never later than what is asked.
        known = {day: max([begin, *(one.known_on for one in contract.amendments_at(day, by_then))]) for day in texts}
        # What an amendment takes out is changed until then, and what one brings from then on.
        wanted = {day: standing_in(contract, text, self.changes.terms) for day, text in texts.items()}
        somewhere = [one for day in days() for one in standing_in(contract, contract.in_force(day), self.changes.terms)]
        wanted[begin] = (*wanted[begin], *(one for one in self.changes.terms if one not in somewhere))
        if begin > contract.whole_term.to_on:
            return promise
        more = [
            {"id": f"{PREFIX}{at}", "effective": day.isoformat(), "known": known[day].isoformat(),
             "changes": as_amended(contract, text, wanted[day])}
            for at, (day, text) in enumerate(texts.items(), start=1) if wanted[day]
        ]  # fmt: skip
        # What nobody knew then may stand in no text beside what is asked.
        unknown = {one.id for one in contract.amendments if one.known_on > by_then}
        tree["amendments"] = [*(one for one in tree.get("amendments") or () if one["id"] not in unknown), *more]
        name, text = next(iter(promise.texts)), yaml_text(tree).encode()
        try:
            made = kept_promise({name: text}, promise.partner, known_on(as_of), promise.judged_by)
        except DataError as error:
            _, found = load_text(text, name)
            refuse(found)
            raise UsageError(f"The text cannot say that: {error.message}", error.cure) from error
        hold_to_rules(made.contract, contract)
        # Opening hours and zones stay those that were signed: nothing that can be changed here moves them.
        terms = replace(made.terms, zone=promise.terms.zone, hours=promise.terms.hours, label=promise.terms.label)
        return replace(made, terms=terms)

    # ---------------------------------------------------------------- judgings

    def judged(self) -> list[_Again]:
        """The standing judgings of periods that lie in the months, judged again one after another.

        Of a window that the term cuts, its part in the term lies there.
        """
        contract, first, end = self.promise.contract, self.months[0].start_on, self.months[-1].end_on
        found = []
        for record in self.store.judged(contract.contract, self.promise.partner):
            period = Period.parse(record.period, record.zone)
            part = part_in_term(contract, period, record.known_on)
            if first <= part.start_on and part.end_on <= end:
                found.append((period.end_on, period.days, record))
        for _, _, record in sorted(found, key=lambda one: one[:2]):
            self._done[record.period] = self._again(record)
        return list(self._done.values())

    def _again(self, record: Judged) -> _Again:
        verdicts = tuple(self.store.verdicts_of(record))
        as_of = datetime.fromisoformat(record.as_of)
        texts = self.store.texts(record)
        key = texts_digest(texts), known_on(as_of), judged_by(verdicts)
        if key in self._read:
            promise, changed = self._read[key]
        else:
            promise, changed = self.both(kept_promise(texts, record.partner, key[1], key[2]), as_of)
        period = promise.period(record.period)
        evidence = self.store.evidence(record)
        again = evidence
        if _clocks(changed) != _clocks(promise) or not evidence.facts.keys() >= set(streams_of(changed.contract)):
            folded = folded_again(evidence.rows, changed.terms, compiled=True)
            again = replace(evidence, facts={**evidence.facts, **folded})
        given = self._given(record, changed.contract, period, as_of)
        judgement = judge(changed, period, again, as_of=as_of, earlier=dict(given.earlier), past=given.past)
        given = replace(given, statement=judgement.statement)
        return _Again(record, promise, changed, verdicts, judgement, evidence, again, given)

    def _given(self, record: Judged, contract: Contract, period: Period, as_of: datetime) -> Judged:
        """The judging with the earlier use of caps and the past that it would have been given."""
        if not self._done:
            return record
        on = first_day_in_term(contract, period) or contract.term.from_on
        by_then = known_on(as_of)
        text = contract.in_force(on, by_then)
        past: list[PastPeriod] = []
        for other in self.store.judged(record.contract, record.partner):
            span = Period.parse(other.period, other.zone)
            if (span.end_on, span.days) < (period.end_on, period.days):
                done = self._done.get(other.period)
                ended = (
                    past_clauses(done.after.verdicts, done.after.statement)
                    if done is not None
                    else past_clauses(self.store.verdicts_of(other), other.statement)
                )
                past.append(PastPeriod(span.label, span.start_on, span.end_on, other.digest, tuple(ended.values())))
        statements = {one.period: one.statement for one in self.store.judged(record.contract, record.partner)}
        statements |= {label: done.after.statement for label, done in self._done.items()}
        granted = [
            (Period.parse(label, contract.zone), line.clause, line.payable)
            for label, statement in statements.items()
            if statement is not None
            for line in statement.lines
        ]
        # A text that ends as it was signed, as version 4 has it, goes by its own end.
        earlier = used(text, period, granted, text.whole_term_by(by_then))
        return replace(record, earlier=tuple(sorted(earlier.items())), past=narrowed(text, period, past))

    # ---------------------------------------------------------------- invoices

    def invoices(
        self, lake: Lake, month: Period, as_of: datetime
    ) -> tuple[ExpectedInvoice | None, ExpectedInvoice | None]:
        """The expected invoice of a month as it stands, and as it would be."""
        promise, changed = self.both(self.promise, as_of)
        source = source_of(lake, promise, as_of)
        by_then = known_on(as_of)
        scaled = self._scaled(changed, replace(source, requests=requests_of(changed.contract)))
        found = []
        for one, its_source, is_changed in ((promise, source, False), (changed, scaled, True)):
            judged = partial(self._windows, promise, changed=is_changed)
            earlier = looking_back(one, its_source, as_of, partial(judged, ["*"]))
            order = Order(one.contract, promise.partner, month, as_of, by_then)
            given = credits_of_month(one.contract, month, by_then, judged, earlier)
            found.append(expected_invoice(order, its_source, given))
        return found[0], found[1]

    def _windows(self, promise: Promise, labels: Sequence[str], *, changed: bool) -> list[JudgedWindow]:
        """Judgings as they stand, or with those that were judged otherwise."""
        windows = judged_windows(self.store, promise.contract.contract, promise.partner, labels)
        if not changed:
            return windows
        return [
            JudgedWindow(done.given, done.after.verdicts) if (done := self._done.get(one.record.period)) else one
            for one in windows
        ]

    def _scaled(self, promise: Promise, source: DailySource) -> Source:
        if not self.changes.volumes:
            return source
        everything, own = Fraction(1), dict[MeasureRequest, Fraction]()
        for change in self.changes.volumes:
            if not change.charge:
                everything *= change.factor
            else:
                for request in asked_by(promise.contract, change.charge):
                    own[request] = own.get(request, Fraction(1)) * change.factor
        return ScaledSource(source, self.months[0].start_on, everything, own)


def _clocks(promise: Promise) -> tuple[Any, ...]:
    """What of the terms decides how clocks run."""
    terms = promise.terms
    return terms.targets, terms.programmes, terms.pausing, terms.reopen_window_s, terms.repeat_window_s


# ---------------------------------------------------------------------- before and after


def _told(
    again: _Again | None, before: ExpectedInvoice | None, after: ExpectedInvoice | None, label: str = ""
) -> PeriodAsIf:
    old = again.record.statement if again is not None else None
    new = again.after.statement if again is not None else None
    return PeriodAsIf(
        period=again.record.period if again is not None else label,
        verdicts=tuple(_verdict_moves(again)) if again is not None else (),
        credit_lines=_amounts(
            {line.clause: (line.clause, line.payable, None, "") for line in (old.lines if old else ())},
            {line.clause: (line.clause, line.payable, None, "") for line in (new.lines if new else ())},
        ),
        credits_before=None if old is None else old.total,
        credits_after=None if new is None else new.total,
        lines=_amounts(_lines(before), _lines(after)),
        net_before=None if before is None else before.net,
        net_after=None if after is None else after.net,
    )


Told = Mapping[str, tuple[str, Money | None, Fraction | None, str]]


def _lines(invoice: ExpectedInvoice | None) -> Told:
    """The lines of an invoice by charge and days, with its discounts and price adjustments."""
    if invoice is None:
        return {}
    found: dict[str, tuple[str, Money | None, Fraction | None, str]] = {}
    for line in invoice.lines:
        last = line.end_on - timedelta(days=1)
        key = f"{line.charge} {line.settles or f'{line.from_on:%d.%m.}-{last:%d.%m.}'}"
        found[key] = (line.title, line.amount, line.quantity, line.unit)
    found |= {one.id: (one.title, one.amount, None, "") for one in invoice.discounts}
    return found | {one.clause: ("price adjustment", -one.payable, None, "") for one in by_clause(invoice.credits)}


def _amounts(before: Told, after: Told) -> tuple[AmountMove, ...]:
    """The amounts that would be others."""
    nothing: tuple[str, None, None, str] = ("", None, None, "")
    found = []
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key, nothing), after.get(key, nothing)
        if old[1] != new[1]:
            found.append(AmountMove(key, new[0] or old[0], old[1], new[1], old[2], new[2], new[3] or old[3]))
    return tuple(found)


def _verdict_moves(again: _Again) -> Iterable[VerdictMove]:
    old = {one.clause: one for one in again.before}
    new = {one.clause: one for one in again.after.verdicts}
    for clause in dict.fromkeys((*old, *new)):
        one, other = old.get(clause), new.get(clause)
        if _level(one) == _level(other):
            continue
        rows, rows_now = _rows(again.promise, again, clause, again.evidence), _rows(
            again.changed, again, clause, again.again)  # fmt: skip
        named = other or one
        assert named is not None  # noqa: S101  one of the two is there
        against, moved, cases = _cases(rows, rows_now, named.better)
        unit = ""
        if named.value is not None:
            unit = named.value.unit
        elif one is not None and one.value is not None and _measures_alike(again, clause):
            unit = one.value.unit
        yield VerdictMove(clause, named.title, unit, _level(one), _level(other), against, moved, cases)


def _level(verdict: Verdict | None) -> Level | None:
    if verdict is None:
        return None
    return Level(verdict.outcome, verdict.target, verdict.value, verdict.more_to_meet)


def _text(promise: Promise, again: _Again) -> Contract | None:
    """The text that a judging rests on; None where its period lies outside the term."""
    on = first_day_in_term(promise.contract, promise.period(again.record.period))
    if on is None:
        return None
    return promise.contract.in_force(on, again.record.known_on).at(on)


def _measures_alike(again: _Again, clause_id: str) -> bool:
    """Whether a clause asks for the same figure as before, so that its unit is the same."""
    texts = [_text(promise, again) for promise in (again.promise, again.changed)]
    clauses = [None if text is None else text.clause(clause_id) for text in texts]
    asked = {(one.measure, one.version, str(one.params)) for one in clauses if isinstance(one, CountedClause)}
    return len(asked) == 1


def _rows(promise: Promise, again: _Again, clause_id: str, evidence: PeriodEvidence) -> pa.Table | None:
    """The rows behind a counted share with whether each fulfils the numerator; None for any other figure."""
    period, as_of = promise.period(again.record.period), datetime.fromisoformat(again.record.as_of)
    text = _text(promise, again)
    clause = None if text is None else text.clause(clause_id)
    if text is None or not isinstance(clause, CountedClause) or clause.value != MEASURED:
        return None
    how = how_measured(promise, text, clause, period, as_of)
    if how is None or how.measure.kind_in(dict(how.request.params)) != "share":
        return None
    rows = how.rows(evidence.facts)
    counted = pc.equal(rows.column("status"), COUNTED)
    hit = pc.and_(counted, pc.not_equal(pc.fill_null(rows.column("numerator"), 0), 0))
    names = pc.fill_null(rows.column("case_id").cast(pa.string()), "")
    return pa.table({"case": names, "counted": counted.cast(pa.int64()), "hit": hit.cast(pa.int64())})


def _cases(before: pa.Table | None, after: pa.Table | None, better: str) -> tuple[int | None, int, tuple[str, ...]]:
    """How many rows would count against the clause, how many cases take another place, and the first of them."""
    if before is None or after is None:
        return None, 0, ()

    def summed(rows: pa.Table, suffix: str) -> pa.Table:
        sums = rows.group_by("case").aggregate([("counted", "sum"), ("hit", "sum")])
        bad = (
            sums.column("hit_sum")
            if better == "lower"
            else pc.subtract(sums.column("counted_sum"), sums.column("hit_sum"))
        )
        return pa.table({"case": sums.column("case"), f"n{suffix}": sums.column("counted_sum"), f"bad{suffix}": bad})

    joined = summed(before, "").join(summed(after, "_now"), "case", join_type="full outer")
    old, new = (pc.fill_null(joined.column(name), 0) for name in ("bad", "bad_now"))
    all_old, all_new = (pc.fill_null(joined.column(name), 0) for name in ("n", "n_now"))
    apart = joined.filter(pc.or_(pc.not_equal(old, new), pc.not_equal(all_old, all_new)))
    bad = joined.filter(pc.greater(new, 0))
    shown = (apart if apart.num_rows else bad).sort_by("case").column("case").slice(0, CASES)
    return pc.sum(new).as_py() or 0, apart.num_rows, tuple(shown.to_pylist())
