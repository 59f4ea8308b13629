"""What a running period will cost at its pace."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tallystick.contract.load import load
from tallystick.contract.model import Contract
from tallystick.verdicts.pace import NoPace, Pace, pace_of
from tallystick.verdicts.pace_credits import PaceOfCredits, pace_of_credits
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.money import Money
from tests.verdicts.invented_verdicts import judged, share, verdict

LUMEN = Path(__file__).parents[2] / "examples" / "lumen" / "contracts"
RUNNING = judged("2026-06-20T21:00:00Z")


def aurora() -> Contract:
    contract, _ = load(LUMEN / "lumen-aurora.yaml")
    assert contract is not None
    return contract


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def ahead(*verdicts: Verdict) -> PaceOfCredits | None:
    paces = {one.clause: pace_of(one, RUNNING) for one in verdicts}
    return pace_of_credits(aurora(), RUNNING, verdicts, paces)


def of(clause: str, met: int, total: int, **more: Any) -> Verdict:
    return verdict(share(met, total), clause=clause, **more)


def test_a_promise_that_is_safely_kept_will_cost_nothing() -> None:
    assert ahead(of("S1", 990, 1000)) == PaceOfCredits(eur("0"), eur("0"), eur("0"))


def test_the_steps_of_the_contract_are_taken_at_the_ends_of_the_forecast() -> None:
    # About 85 of 100 at the end: 4 % of 64,000 below 85 %, 2 % above it.
    own = of("S1", 850, 1000)
    pace = pace_of(own, RUNNING)
    assert isinstance(pace, Pace)
    assert pace.low < Fraction(85, 100) < pace.high < Fraction(9, 10)
    found = ahead(own)
    assert found is not None
    assert (found.least, found.most) == (eur("1280"), eur("2560"))
    assert found.middle in (found.least, found.most)


def test_the_ceiling_of_the_month_cuts_the_most() -> None:
    found = ahead(of("S1", 100, 1000), of("S2", 100, 1000), of("S3", 100, 1000), of("K1", 100, 1000))
    assert found == PaceOfCredits(eur("5120"), eur("5120"), eur("5120"))


def test_what_is_not_forecast_stays_where_it_is() -> None:
    safe = of("S1", 990, 1000)
    stuck = replace(of("S2", 1, 1000), value=share(1, 1000, kind="mean"))
    found = ahead(safe, stuck)
    assert found is not None
    assert found.least == found.most == eur("1500")


def test_without_a_forecast_nothing_is_said() -> None:
    over = judged("2026-07-02T00:00:00Z")
    own = of("S1", 100, 1000)
    assert pace_of(own, over) is NoPace.OVER
    assert pace_of_credits(aurora(), over, [own], {"S1": pace_of(own, over)}) is None
    assert pace_of_credits(aurora(), RUNNING, [], {}) is None
