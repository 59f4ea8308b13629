"""Verdicts as the judge would hand them over, for the tests of the documents."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tallystick.measures.intervals import wilson
from tallystick.verdicts.statement import CreditLine, Statement
from tallystick.verdicts.verdict import (
    CaseNote,
    IntervalPosition,
    Outcome,
    Pins,
    Reported,
    RowsRead,
    Verdict,
)
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Money

PINS = Pins(
    rows=(RowsRead("case", 4_812, "a1" * 32), RowsRead("case_event", 31_004, "b2" * 32)),
    contract="c3" * 32,
    lock="d4" * 32,
    terms="e5" * 32,
    versions=(("fold", "1"), ("judge", "1"), ("sla_attainment", "1")),
    relief="f6" * 32,
    gate="07" * 32,
    as_of="2026-07-06T06:00:00Z",
)


def a_share(
    met: int, total: int, *, excluded: tuple[tuple[str, int], ...] = (("spam", 9), ("merged", 5))
) -> MeasureValue:
    """A share with its interval."""
    if not total:
        return MeasureValue("sla_attainment", 1, "share", "ratio", (), "2025-12", 0, 0, 0, None)
    low, high = wilson(met, total)
    return MeasureValue(
        "sla_attainment", 1, "share", "ratio", (), "2025-12", total, met, total, Fraction(met, total),
        (Decimal(low), Decimal(high)), excluded=excluded,
    )  # fmt: skip


def a_verdict(
    clause: str = "S1",
    outcome: Outcome = Outcome.MET,
    *,
    met: int = 90,
    total: int = 100,
    target: Fraction = Fraction(9, 10),
    period: str = "2025-12",
    title: str = "First reply, German e-mail",
    partner: str = "aurora",
    reported: tuple[int, int, str, str] | None = None,
    credit: Money | None = None,
    **parts: object,
) -> Verdict:
    """A verdict on a share; `reported` is (met, total, cause, sentence) of the partner."""
    year, month = int(period[:4]), int(period[5:])
    value = a_share(met, total)
    theirs = None
    if reported is not None:
        figure = Fraction(reported[0], reported[1])
        difference = None if value.value is None else figure - value.value
        theirs = Reported(
            "First reply within target", figure, reported[0], reported[1], "scorecard.xlsx: Scorecard!F12", difference,
            reported[2], reported[3], cases=(CaseNote("AUR-410377", "never answered"),) if difference else (),
            cases_total=111 if difference else 0,
        )  # fmt: skip
    given: dict[str, object] = {
        "contract": f"lumen-{partner}", "contract_version": "original", "partner": partner, "clause": clause,
        "kind": "sla_target", "title": title, "period": period, "from_on": date(year, month, 1),
        "end_on": date(year, month, monthrange(year, month)[1]) + timedelta(days=1),
        "population": (("language", "in", ("de",)), ("channel", "in", ("email",))), "outcome": outcome,
        "arithmetic": outcome, "lifecycle": "in-effect", "reasons": (), "value": value, "target": target,
        "minimum": Fraction(85, 100), "better": "higher", "level": "below", "compared": value.value,
        "interval_position": IntervalPosition.BELOW, "more_to_meet": 0 if outcome is Outcome.MET else 89,
        "provenance": "measured",
        "steps": (
            Step(clause, "value", "numerator / denominator", f"{met} / {total}", value.value, "ratio"),
            Step(clause, "target", "value at least target", f"{met} / {total} < 90 %", outcome.value),
            Step(clause, "outcome", "value at least target", f"{met} / {total} < 90 %", outcome.value),
        ),
        "credit": credit, "relief": None, "reported": theirs, "counted": "00" * 32, "pins": PINS,
    }  # fmt: skip
    return Verdict(**{**given, **parts})  # type: ignore[arg-type]


def a_statement(partner: str = "aurora", period: str = "2025-12", currency: str = "EUR") -> Statement:
    """Two credits, the second cut by the cap."""

    def eur(amount: str) -> Money:
        return Money(Decimal(amount), currency)

    return Statement(
        f"lumen-{partner}", partner, period, currency,
        (
            CreditLine("CR1", "S1", eur("3840.00"), eur("3840.00"), (
                Step("CR1", "table step", "the last step whose level the value falls short of", "74.9 % < 78 %", "78%"),
                Step("CR1", "amount", "percentage \u00d7 fee", f"6 % \u00d7 {eur('64000')}", eur("3840"), currency),
                Step("CR1", "credit", "rounded half-up to the minor unit", f"{eur('3840')}", eur("3840.00"), currency),
            )),
            CreditLine("CR4", "K1", eur("2000.00"), eur("1280.00"), (
                Step("CR4", "amount", "fixed sum", str(eur("2000")), eur("2000"), currency),
            )),
        ),
        (
            Step("CAP", "sum", "sum of the price adjustments covered", "3,840.00 + 2,000.00", eur("5840"), currency),
            Step("CAP", "cap", "percentage \u00d7 fee", f"8 % \u00d7 {eur('64000')}", eur("5120.00"), currency),
            Step("CAP", "credit", "the smaller of sum and cap", "5,840.00 > 5,120.00", eur("5120.00"), currency),
        ),
        eur("5120.00"), (), PINS.as_of,
    )  # fmt: skip
