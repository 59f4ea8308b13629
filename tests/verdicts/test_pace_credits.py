"""What a running period will cost at its pace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tallystick.contract.load import load
from tallystick.contract.model import Contract
from tallystick.verdicts.pace import NoPace, Pace, pace_of
from tallystick.verdicts.pace_credits import PaceOfCredits, _ending, credits_ahead, pace_of_credits
from tallystick.verdicts.verdict import ReliefEffect, Verdict
from tallystick.vocabulary.money import Money
from tests.contract.clauses.applied import contract_of
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


def test_percentages_are_of_the_fees_that_the_invoice_comes_to() -> None:
    """The steps above, of 30,000 and not of the 64,000 of the text."""
    own = of("S1", 850, 1000)
    on_fees = credits_ahead(aurora(), RUNNING, [own], {"S1": pace_of(own, RUNNING)})
    assert on_fees is not None
    found = on_fees({"monthly": eur("30000")})
    assert (found.least, found.most) == (eur("600"), eur("1200"))
    assert on_fees({}) == ahead(own)
    assert credits_ahead(aurora(), RUNNING, [], {}) is None


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


def test_where_the_term_has_ended_within_the_period_the_sum_is_what_stands() -> None:
    """The contract ended on 15 June, five days before the judging; S1 stands at 10 %, which costs 8 % of 64,000."""
    own = of("S1", 100, 1000)
    term = aurora().term.model_copy(update={"to_on": date(2026, 6, 15)})
    paces = {"S1": pace_of(own, RUNNING, term)}
    assert paces == {"S1": NoPace.OVER}
    found = pace_of_credits(aurora(), RUNNING, [own], paces)
    assert found is not None
    assert found.least == found.middle == found.most
    assert found.middle.amount > 0
    ahead_of = credits_ahead(aurora(), RUNNING, [own], paces)
    assert ahead_of is not None
    assert ahead_of({}) == found


def test_what_is_no_share_stays_where_it_is_and_too_few_days_say_nothing() -> None:
    own = of("S1", 100, 1000)
    assert credits_ahead(aurora(), RUNNING, [own], {"S1": NoPace.EARLY}) is None
    assert pace_of_credits(aurora(), RUNNING, [own], {"S1": NoPace.NOT_COUNTED}) is None
    ahead_of = credits_ahead(aurora(), RUNNING, [own], {"S1": NoPace.NOT_COUNTED})
    assert ahead_of is not None
    assert ahead_of({}).middle.amount > 0


def test_a_figure_ends_in_whole_cases_of_those_still_to_come() -> None:
    own = of("S1", 850, 1000)
    pace = pace_of(own, RUNNING)
    assert isinstance(pace, Pace)
    _, ended = _ending(own, pace, {"S1": Fraction(1, 2)})
    assert ended is not None
    assert (ended.n, ended.numerator, ended.denominator) == (
        1000 + pace.rest,
        (1000 + pace.rest) // 2,
        1000 + pace.rest,
    )
    assert (ended.value, ended.pending, ended.interval) == (Fraction(1, 2), 0, None)
    assert _ending(own, None, {}) == (own, own.value)


LOW = "{id: S1, kind: kpi, measure: reopen_rate, target: 5%, better: lower, minimum_volume: 1STATE}"
STEPS = (
    "{id: C, kind: service_credit, when: {clause: S1}, model: stepped, steps: ["
    "{below: 5%, amount: 100}, {below: 6%, amount: 200}, {below: 7%, amount: 300}]}"
)


def low_ahead(state: str, begins: str) -> PaceOfCredits | None:
    own = of("S1", 60, 1000, better="lower", target=Fraction(1, 20))
    contract = contract_of(LOW.replace("STATE", state), STEPS, begins=begins)
    return pace_of_credits(contract, RUNNING, [own], {"S1": pace_of(own, RUNNING)})


def test_where_lower_is_better_the_high_end_of_the_forecast_costs_the_most() -> None:
    found = low_ahead("", "2026-01-01")
    assert found is not None
    assert found.least < found.most
    assert found.least <= found.middle <= found.most


def test_in_the_month_in_which_a_term_begins_its_first_day_says_what_is_in_effect() -> None:
    found = low_ahead(", state: [{from: 2026-06-10, as: in-effect}]", "2026-06-10")
    assert found is not None
    assert found.most > eur("0")


def test_rows_of_agreed_relief_are_no_part_of_the_pace() -> None:
    """The relief takes out a hundred that failed: the forecast is that of the rest alone."""
    relief = ReliefEffect(("R1",), (), 100, Fraction(850, 900), 900, 850, 900, "met", "missed")
    found, rest = of("S1", 850, 1000, relief=relief), of("S1", 850, 900)
    assert pace_of(found, RUNNING) == pace_of(rest, RUNNING)
    assert ahead(found) == ahead(rest) != ahead(of("S1", 850, 1000))
