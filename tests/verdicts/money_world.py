"""A contract in which every model of credits stands beside the others, and made-up months for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.past import PastPeriod
from tallystick.contract.section import Counts
from tallystick.verdicts.examples import AppliedPeriod, apply_figures
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period

KPI = "better: higher, minimum_volume: 1, value: imported, reported_as: r"
COUNTED = (
    f"{{id: A1, kind: kpi, measure: m1, target: 90%, minimum: 80%, {KPI}}}",
    f"{{id: A2, kind: kpi, measure: m2, target: 85%, {KPI}}}",
    f"{{id: A3, kind: kpi, measure: m3, target: 95%, allowed_by_volume: [{{under: 50, allowed: 2}}], {KPI}}}",
    "{id: L1, kind: kpi, measure: m4, target: 60s, better: lower, minimum_volume: 1, value: imported, reported_as: r}",
)
JUDGING = ("{id: AV, kind: averaged_level, averages: A2, periods: 2, target: 85%, minimum: 75%}",)
CREDITS = (
    (
        "{id: STEP, kind: service_credit, when: {clause: A1}, model: stepped, of: fee, "
        "steps: [{below: 90%, percentage: 1.1%}, {below: 85%, percentage: 2.3%}, {below: 80%, percentage: 4.7%}]}"
    ),
    "{id: PER, kind: service_credit, when: {clause: A3}, model: per-failure, amount: 7, at_most: 90}",
    (
        "{id: AVG, kind: service_credit, when: {clause: AV}, model: stepped, of: fee, "
        "steps: [{below: 85%, percentage: 1.3%}, {below: 75%, percentage: 3.1%}]}"
    ),
    (
        "{id: POOL, kind: pool_allocation, at_risk: {percentage: 8%, of: fee, less: [passed]}, "
        "pools: {a: {share: 60%, levels: {A1: 70%, A2: 30%}}, b: {share: 40%, levels: {A3: 100%}}}}"
    ),
    "{id: WGT, kind: invoice_weights, at_risk: {percentage: 5%, of: fee}, weights: {A1: 33.3%, A2: 33.3%, L1: 33.4%}}",
    "{id: CRIT, kind: critical_levels, at_risk: {percentage: 3%, of: fee}, critical: {A1: 50%, L1: 50%}}",
    "{id: FAC, kind: weighting_factor, factors: {A2: 0.0123, L1: 0.0071}, of: fee}",
    (
        "{id: SC, kind: points_credit, points: [SP, SL], of: fee, table: "
        "[{from: 2, percentage: 0.7%}, {from: 4, percentage: 1.9%}, {from: 8, percentage: 5.3%}], plan_from: 5}"
    ),
    "{id: ESC, kind: escalating_credit, when: {clause: A2}, percentages: [0.9%, 1.7%, 2.9%], of: fee, months: 4}",
    "{id: SLO, kind: linear_slope, when: {clause: A1}, per: 1%, percentage: 0.37%, of: fee, at_most: 6%}",
    "{id: SLE, kind: linear_slope, when: {clause: L1}, per: 7s, part: exact, percentage: 0.11%, of: fee, at_most: 4%}",
    "{id: HRS, kind: hours_in_adherence, adherence: A3, of: passed}",
    (
        "{id: BON, kind: bonus_malus, clause: A2, band: 3%, per: 2%, percentage: 0.31%, bonus: 0.17%, of: fee, "
        "at_most: 1.5%, gates: [A1]}"
    ),
)
POINTS = (
    (
        "{id: SP, kind: points, when: {clause: A1}, bands: [{below: 90%, points: 1}, {below: 85%, points: 2}, "
        "{below: 80%, points: 3.5}], repeat: {times: 2}}"
    ),
    "{id: SL, kind: points, when: {clause: L1}, bands: [{below: 60s, points: 1}, {below: 90s, points: 2}]}",
)
LIMITS = (
    "{id: ONE, kind: pick_one, credits: [STEP, SLO]}",
    "{id: CAPS, kind: credit_cap, percentage: 2.5%, of: fee, clauses: [STEP, AVG, ESC]}",
    "{id: CAPM, kind: credit_cap, percentage: 9%, of: fee}",
    "{id: CAPY, kind: credit_cap, percentage: 4%, of: fee, over: year}",
)
AFTER = (
    "{id: EB, kind: earn_back, credits: [STEP, POOL], clause: A1, periods: 2, level: 93%}",
    "{id: ED, kind: earn_back, credits: [ESC], clause: A2, periods: 2, level: 88%, meanwhile: deferred, share: 50%}",
    "{id: EY, kind: earn_back, credits: [FAC], clause: A2, form: annual-average, year: calendar}",
    "{id: TRG, kind: termination_trigger, clauses: [A1, A2], failures: 3, months: 6, counting: together}",
    "{id: TCA, kind: termination_trigger, cap: CAPM, times: 2, months: 6}",
)
CURRENCIES = {"EUR": 2, "JPY": 0, "KWD": 3}


@cache
def contract(currency: str = "EUR", shuffled: int = 0) -> Contract:
    """The contract; `shuffled` puts counted clauses, credits and points into another order of the text."""
    groups = [list(COUNTED), list(JUDGING), list(POINTS), list(CREDITS)]
    if shuffled:
        rng = Random(shuffled)  # noqa: S311
        mixed = [clause for group in groups for clause in group]
        rng.shuffle(mixed)
        groups = [mixed]
    listed = [clause for group in (*groups, LIMITS, AFTER) for clause in group]
    text = (
        "tallystick: 1\ncontract: world\ntitle: World\nclient: {id: c, name: C}\npartner: {id: p, name: P}\n"
        f"currency: {currency}\nzone: UTC\nterm: {{from: 2026-01-01, to: 2027-12-31}}\n"
        "fees: {fee: {amount: 12345}, passed: {amount: 1111}}\nclauses:\n"
    ) + "".join(f"  - {clause}\n" for clause in listed)
    made, findings = load_text(text)
    assert made is not None, findings
    return made


@dataclass(frozen=True)
class Month:
    """The figures of one month: shares in thousandths for A1 and A2, met of total for A3, seconds for L1."""

    a1: int
    a2: int
    met: int
    total: int
    l1: int
    outcome: str = ""

    @property
    def counts(self) -> Counts:
        """As a worked example gives them."""
        said = {"outcome": self.outcome} if self.outcome else {}
        return Counts.model_validate(
            {
                "values": {
                    "A1": {
                        "value": f"{self.a1 // 10}.{self.a1 % 10}%",
                        **said,
                    },
                    "A2": {"value": f"{self.a2 // 10}.{self.a2 % 10}%"},
                    "A3": {"met": self.met, "total": self.total},
                    "L1": {"value": f"{self.l1}s"},
                }
            }
        )


def month(rng: Random) -> Month:
    """One month: mostly around the levels, sometimes far off, now and then excused or without a judgement."""
    total = rng.choice((10, 49, 50, 60, 200))
    return Month(
        rng.choice((rng.randint(780, 960), rng.randint(0, 1000), 900, 850, 800, 930)),
        rng.choice((rng.randint(730, 930), rng.randint(0, 1000), 850, 820, 880)),
        rng.randint(max(total - 8, 0), total),
        total,
        rng.choice((rng.randint(40, 130), 60, 61, 90, 91)),
        rng.choice(("",) * 12 + ("excused", "not assessable", "provisional")),
    )


def run_months(made: Contract, months: Sequence[Month], first: date = date(2026, 1, 1)) -> list[AppliedPeriod]:
    """Months in a row through the arithmetic that judges, each seeing what the ones before ended in."""
    past: list[PastPeriod] = []
    posted: list[tuple[Period, str, Money]] = []
    found = []
    period = Period.containing("month", first, made.zone)
    for one in months:
        ran = apply_figures(made, "A1", one.counts, period, period.start_on, past, posted)
        found.append(ran)
        past.append(ran.ended())
        posted += [(period, line.clause, line.payable) for line in ran.lines]
        period = period.following()
    return found
