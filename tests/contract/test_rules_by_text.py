"""Rules of contract texts, each shown by a text: the docstring of a test is the contract, below a common beginning.

The decorator says which findings the text must give, and a part of the line on which each stands; nothing else may be
found in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import cleandoc

import pytest

from tallystick.contract.check import check_text
from tallystick.contract.rule import rules
from tests.contract.agreement import CARDS

HEAD = """\
tallystick: 1
contract: lumen-aurora
title: Customer care agreement
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
definitions: {period_rule: measured-in, attribution: owner-at-stop, excluded: [spam]}
"""
TERM = "term: {from: 2026-01-01, to: 2027-12-31}\n"
FEES = "fees: {monthly: {amount: 100000}}\n"
A1 = "  - {id: A1, kind: kpi, measure: csat, target: 80%, minimum: 70%, minimum_volume: 30}\n"
A2 = "  - {id: A2, kind: kpi, measure: reopen_rate, target: 5%, minimum_volume: 30}\n"
STATED = "minimum_volume: 1, value: imported, reported_as: v"
V1 = f"  - {{id: V1, kind: kpi, measure: volume, better: lower, target: 10%, {STATED}}}\n"
C1 = "  - {id: C1, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 2%, of: monthly}\n"
CAP = "  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly}\n"
SHOWN = "examples: [{clause: A1, given: {met: 1, total: 60}, expect: {credit: 2000}}]\n"
PARTS = {"HEAD": HEAD, "TERM": TERM, "FEES": FEES, "A1": A1, "A2": A2, "V1": V1, "C1": C1, "CAP": CAP, "SHOWN": SHOWN}
SEEN: set[str] = set()


def text_of(test: Callable[[], None]) -> str:
    """The contract of a test's docstring: lines that are the name of a part stand for it."""
    lines = cleandoc(test.__doc__ or "").split("\n")
    named = {line.strip() for line in lines}
    before = HEAD + ("" if "NO TERM" in named or any(line.startswith("term:") for line in lines) else TERM)
    return before + "".join(PARTS.get(line.strip(), f"{line}\n") for line in lines if line.strip() != "NO TERM")


def finds(*expected: tuple[str, str]) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """The findings of the contract in a test's docstring: (rule, a part of the line on which it stands)."""

    def wrapped(test: Callable[[], None]) -> Callable[[], None]:
        SEEN.update(rule for rule, _ in expected)

        @wraps(test)
        def run() -> None:
            text = text_of(test)
            _, findings = check_text(text, CARDS)
            told = [(finding.id, text.split("\n")[finding.place.line - 1]) for finding in findings]
            assert [rule for rule, _ in told] == [rule for rule, _ in expected], [
                f"{one.id} {one.place.line}: {one.message}" for one in findings
            ]
            for (_, line), (rule, part) in zip(told, expected, strict=True):
                assert part in line, f"{rule} stands on {line!r}"

        return run

    return wrapped


@finds()
def test_a_sound_text_gives_no_finding() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
    SHOWN
    """


# ---- pools, weights, factors ---------------------------------------------------------------------------------------


@finds(("TS-C110", "levels:"))
def test_an_oversubscribed_pool_that_does_not_say_so_is_refused() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        levels: {A1: 60%, A2: 40.01%}
    examples: [{clause: P1, given: {values: {A1: {value: 70%}}}, expect: {credit: 6000}}]
    """


@finds()
def test_an_oversubscribed_pool_that_says_so_is_sound() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        levels: {A1: 60%, A2: 90%}
        pool: 150%
    examples: [{clause: P1, given: {values: {A1: {value: 70%}}}, expect: {credit: 6000}}]
    """


@finds(("TS-C110", "levels:"))
def test_a_multiplier_that_oversubscribes_in_silence_is_refused() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        levels: {A1: 60%, A2: 40%}
        multipliers: [{clause: A2, times: 2, from: 2026-06-01}]
    examples: [{clause: P1, given: {values: {A1: {value: 70%}}}, expect: {credit: 6000}}]
    """


@finds(("TS-C111", "levels:"))
def test_a_pool_that_is_not_shared_out_whole_is_noted() -> None:
    """
    FEES
    clauses:
    A1
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        levels: {A1: 60%}
    examples: [{clause: P1, given: {value: 70%}, expect: {credit: 6000}}]
    """


@finds(("TS-C112", "pools:"))
def test_pools_whose_shares_do_not_come_to_100_per_cent_are_refused() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        pools: {one: {share: 50%, levels: {A1: 100%}}, two: {share: 40%, levels: {A2: 100%}}}
    examples: [{clause: P1, given: {values: {A1: {value: 70%}}}, expect: {credit: 5000}}]
    """


@finds(("TS-C113", "A1: 25.5%"))
def test_a_level_above_the_most_for_a_level_is_refused() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        levels:
          A1: 25.5%
          A2: 25%
          A3: 25%
          A4: 24.5%
        most_per_level: 25%
      - {id: A3, kind: kpi, measure: ces, target: 4, minimum_volume: 30}
      - {id: A4, kind: kpi, measure: throughput_ratio, target: 100%, minimum_volume: 30}
    examples: [{clause: P1, given: {values: {A1: {value: 70%}}}, expect: {credit: 2550}}]
    """


@finds(("TS-C114", "most_levels: 1"))
def test_more_levels_than_the_text_allows_are_refused() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        levels: {A1: 60%, A2: 40%}
        most_levels: 1
    examples: [{clause: P1, given: {values: {A1: {value: 70%}}}, expect: {credit: 6000}}]
    """


@finds(("TS-C115", "at_risk:"))
def test_more_at_risk_than_the_text_allows_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10.1%, of: monthly}
        levels: {A1: 100%}
        most_at_risk: 10%
    examples: [{clause: P1, given: {value: 70%}, expect: {credit: 10100}}]
    """


@finds(("TS-C050", "weights:"))
def test_weights_on_the_invoice_that_do_not_come_to_100_per_cent_are_refused() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: W1
        kind: invoice_weights
        at_risk: {percentage: 10%, of: monthly}
        weights: {A1: 60%, A2: 39%}
    examples: [{clause: W1, given: {values: {A1: {value: 70%}}}, expect: {credit: 6000}}]
    """


@finds(("TS-C116", "noticed: 2026-05-20"))
def test_a_promotion_that_is_noticed_late_is_refused() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: CL
        kind: critical_levels
        at_risk: {percentage: 10%, of: monthly}
        critical: {A1: 100%}
        key: [A2]
        notice: 60 days
        promotions:
          - from: 2026-07-01
            noticed: 2026-05-20
            critical: {A1: 50%, A2: 50%}
    examples: [{clause: CL, given: {values: {A1: {value: 70%}}}, expect: {credit: 10000}}]
    """


@finds(("TS-C050", "critical: {A1: 50%, A2: 40%}"))
def test_promoted_weights_that_do_not_come_to_100_per_cent_are_refused() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: CL
        kind: critical_levels
        at_risk: {percentage: 10%, of: monthly}
        critical: {A1: 100%}
        promotions:
          - from: 2026-07-01
            noticed: 2026-05-20
            critical: {A1: 50%, A2: 40%}
    examples: [{clause: CL, given: {values: {A1: {value: 70%}}}, expect: {credit: 10000}}]
    """


# ---- points, escalation, slopes ------------------------------------------------------------------------------------


@finds(("TS-C117", "below: 70%"))
def test_bands_that_do_not_rise_are_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: SP
        kind: points
        when: {clause: A1}
        bands:
          - {below: 80%, points: 2}
          - {below: 70%, points: 2}
      - {id: SC, kind: points_credit, points: [SP], each: 1%, of: monthly}
    CAP
    examples: [{clause: SC, given: {value: 70%}, expect: {credit: 2000}}]
    """


@finds(("TS-C117", "from: 10"))
def test_a_table_of_points_that_does_not_rise_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - {id: SP, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 2}]}
      - id: SC
        kind: points_credit
        points: [SP]
        of: monthly
        table:
          - {from: 5, percentage: 4%}
          - {from: 10, percentage: 2%}
    CAP
    examples: [{clause: SC, given: {value: 70%}, expect: {credit: 0}}]
    """


@finds(("TS-C117", "below: 80%, reduction: 1%"))
def test_bands_of_a_rate_that_do_not_rise_are_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: H1
        kind: hours_in_adherence
        adherence: A1
        pay: by-band
        of: monthly
        bands:
          - {below: 90%, reduction: 2%}
          - {below: 80%, reduction: 1%}
    CAP
    examples: [{clause: H1, given: {value: 70%}, expect: {credit: 1000}}]
    """


@finds(("TS-C118", "times: 0.5"))
def test_a_repeat_that_counts_less_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: SP
        kind: points
        when: {clause: A1}
        bands: [{below: 80%, points: 2}]
        repeat: {times: 0.5}
      - {id: SC, kind: points_credit, points: [SP], each: 1%, of: monthly}
    CAP
    examples: [{clause: SC, given: {value: 70%}, expect: {credit: 2000}}]
    """


@finds(("TS-C119", "points: [A1]"))
def test_points_of_a_clause_that_gives_none_are_refused() -> None:
    """
    FEES
    clauses:
    A1
      - {id: SC, kind: points_credit, points: [A1], each: 1%, of: monthly}
    CAP
    examples: [{clause: SC, given: {value: 70%}, expect: {credit: 0}}]
    """


@finds(("TS-C056", "below: 2h"))
def test_a_band_in_another_unit_than_its_clause_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: SP
        kind: points
        when: {clause: A1}
        bands: [{below: 2h, points: 2}]
      - {id: SC, kind: points_credit, points: [SP], each: 1%, of: monthly}
    CAP
    examples: [{clause: SC, given: {value: 70%}, expect: {credit: 2000}}]
    """


@finds(("TS-C129", "id: SP"))
def test_points_that_lead_to_nothing_are_asked_about() -> None:
    """
    clauses:
    A1
      - {id: SP, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 2}]}
    """


@finds(("TS-C120", "- 5%"))
def test_a_repetition_that_costs_no_more_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
      - id: E1
        kind: escalating_credit
        when: {clause: A1}
        of: monthly
        percentages:
          - 6%
          - 5%
    CAP
    examples: [{clause: E1, given: {value: 70%}, expect: {credit: 6000}}]
    """


@finds(("TS-C121", "percentages:"))
def test_more_percentages_than_the_window_holds_periods_are_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: E1
        kind: escalating_credit
        when: {clause: A1}
        of: monthly
        months: 2
        percentages: [1%, 2%, 3%]
    CAP
    examples: [{clause: E1, given: {value: 70%}, expect: {credit: 1000}}]
    """


@finds(("TS-C122", "per: 30s"))
def test_a_slope_in_another_unit_than_its_level_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: L1
        kind: linear_slope
        when: {clause: A1}
        per: 30s
        percentage: 1%
        of: monthly
        at_most: 5%
    CAP
    examples: [{clause: L1, given: {value: 80%}, expect: {credit: 0}}]
    """


@finds(("TS-C123", "percentage: 1%"))
def test_a_slope_without_an_end_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
      - id: L1
        kind: linear_slope
        when: {clause: A1}
        per: 1%
        percentage: 1%
        of: monthly
    CAP
    examples: [{clause: L1, given: {value: 79%}, expect: {credit: 1000}}]
    """


@finds(("TS-C124", "id: B1"))
def test_a_bonus_without_a_gate_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
      - {id: B1, kind: bonus_malus, clause: A1, band: 2%, percentage: 1%, of: monthly}
    CAP
    examples: [{clause: B1, given: {value: 83%}, expect: {credit: -1000}}]
    """


@finds(("TS-C125", "id: EB"))
def test_earning_back_for_the_target_itself_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
      - {id: EB, kind: earn_back, credits: [C1], clause: A1, periods: 2}
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: EB, given: {value: 70%}, expect: {credit: 0}}
    """


@finds(("TS-C119", "credits: [A1]"))
def test_earning_back_what_is_no_credit_is_refused() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
      - {id: EB, kind: earn_back, credits: [A1], clause: A1, periods: 2, level: 90%}
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: EB, given: {value: 70%}, expect: {credit: 0}}
    """


@pytest.mark.parametrize(
    ("currency", "amount", "told"),
    [
        ("EUR", "1000.005", ["The cap CAP of 1000.005 cannot be paid: EUR has 2 decimals."]),
        ("EUR", "1000.01", []),
        ("EUR", "1000.500", []),
        ("JPY", "1000.5", ["The cap CAP of 1000.5 cannot be paid: JPY has no decimals."]),
        ("JPY", "1000.0", []),
        ("KWD", "1000.005", []),
        ("KWD", "1000.0005", ["The cap CAP of 1000.0005 cannot be paid: KWD has 3 decimals."]),
        # Where the currency itself is broken, nothing is known of its decimals.
        ("euro", "1000.005", []),
    ],
)
def test_a_cap_is_no_finer_than_its_currency(currency: str, amount: str, told: list[str]) -> None:
    cap = f"  - {{id: CAP, kind: credit_cap, amount: {amount}}}\n"
    text = HEAD.replace("currency: EUR", f"currency: {currency}") + TERM + FEES + "clauses:\n" + A1 + C1 + cap
    _, findings = check_text(text, CARDS)
    assert [one.message for one in findings if one.id == "TS-C168"] == told


@finds(("TS-C168", "amount: 5000.001"))
def test_sums_that_are_rounded_before_they_fall_due_may_be_finer() -> None:
    """
    FEES
    clauses:
    A1
      - {id: C1, kind: service_credit, when: {clause: A1}, model: per-failure, amount: 0.125, at_most: 10.005}
      - id: CAP
        kind: credit_cap
        amount: 5000.001
    examples: [{clause: C1, given: {met: 50, total: 80}, expect: {credit: 3.75}}]
    """


@finds(("TS-C119", "gates: [C1]"))
def test_a_gate_that_can_never_shut_is_refused() -> None:
    """
    FEES
    clauses:
    A1
    C1
      - {id: B1, kind: bonus_malus, clause: A1, band: 2%, percentage: 1%, of: monthly, gates: [C1]}
    CAP
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: B1, given: {value: 83%}, expect: {credit: -1000}}
    """


@finds(
    ("TS-C119", "clause: C1"), ("TS-C119", "weights: {C1: 100%}"), ("TS-C119", "factors: {C1: 0.05}"),
    ("TS-C119", "C1: 40%"), ("TS-C119", "C1: 100%"), ("TS-C119", "key: [C1]"), ("TS-C119", "critical: {C1: 100%}"),
    ("TS-C119", "adherence: C1"), ("TS-C119", "clause: C1, level: 90%"),
)  # fmt: skip
def test_what_is_weighed_or_earns_is_a_clause_that_is_judged() -> None:
    """
    FEES
    clauses:
    A1
    C1
      - {id: B1, kind: bonus_malus, clause: C1, band: 2%, percentage: 1%, of: monthly, gates: [A1]}
      - {id: W1, kind: invoice_weights, at_risk: {percentage: 10%, of: monthly}, weights: {C1: 100%}}
      - {id: F1, kind: weighting_factor, of: monthly, factors: {C1: 0.05}}
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        levels:
          A1: 60%
          C1: 40%
      - id: L1
        kind: critical_levels
        at_risk: {percentage: 10%, of: monthly}
        critical:
          C1: 100%
        key: [C1]
        promotions:
          - {from: 2026-06-01, noticed: 2026-03-01, critical: {C1: 100%}}
      - {id: H1, kind: hours_in_adherence, adherence: C1, of: monthly}
      - {id: E1, kind: earn_back, credits: [C1], clause: C1, level: 90%}
    CAP
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: B1, given: {value: 70%}, expect: {credit: 0}}
      - {clause: W1, given: {value: 70%}, expect: {credit: 0}}
      - {clause: F1, given: {value: 70%}, expect: {credit: 0}}
      - {clause: P1, given: {value: 70%}, expect: {credit: 0}}
      - {clause: L1, given: {value: 70%}, expect: {credit: 0}}
      - {clause: H1, given: {value: 70%}, expect: {credit: 0}}
      - {clause: E1, given: {value: 70%}, expect: {credit: 0}}
    """


@finds()
def test_an_average_is_judged_as_its_clause_is() -> None:
    """
    FEES
    clauses:
    A1
      - {id: AV, kind: averaged_level, averages: A1, periods: 2, target: 80%}
      - {id: B1, kind: bonus_malus, clause: A1, band: 2%, percentage: 1%, of: monthly, gates: [AV]}
      - {id: W1, kind: invoice_weights, at_risk: {percentage: 10%, of: monthly}, weights: {AV: 100%}}
    CAP
    examples:
      - {clause: B1, given: {value: 83%}, expect: {credit: -1000}}
      - {clause: W1, given: {value: 70%}, expect: {credit: 10000}}
    """


@finds(("TS-C119", "credits: [C1, A1]"), ("TS-C119", "credits: [A1]"), ("TS-C119", "clauses: [C1, CD]"))
def test_what_grants_nothing_is_no_credit_to_pick_to_claim_or_to_cap() -> None:
    """
    FEES
    clauses:
    A1
    C1
      - {id: P1, kind: pick_one, credits: [C1, A1]}
      - {id: CD, kind: claim_deadline, within: 30 days, credits: [A1]}
      - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly, clauses: [C1, CD]}
    SHOWN
    """


@finds(
    ("TS-C167", "period: 2026-3,"), ("TS-C167", "period: March 2026"), ("TS-C167", "period: 2026-Q5"),
    ("TS-C167", "period: FY2026-P03"), ("TS-C167", "' 2026-03'"),
)  # fmt: skip
def test_what_names_no_period_is_refused() -> None:
    """
    FEES
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        target: 80%
        minimum_volume: 1
        value: typed
        typed:
          - {period: 2026-02, value: 82%, evidence: survey}
          - {period: 2026-3, value: 82%, evidence: survey}
      - {id: C1, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 2%, of: monthly}
      - {id: C2, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 1%, of: monthly}
      - id: P1
        kind: pick_one
        credits: [C1, C2]
        elections:
          - {period: March 2026, pick: C1}
          - {period: 2026-Q5, pick: C1}
      - id: CD
        kind: claim_deadline
        within: 30 days
        claimed:
          - {period: 2026-Q1, on: 2026-04-10}
          - {period: FY2026-P03, on: 2026-04-10}
          - {period: ' 2026-03', on: 2026-04-10}
    CAP
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: C2, given: {value: 70%}, expect: {credit: 1000}}
    """


@finds()
def test_a_period_is_named_by_its_month_quarter_week_day_year_or_rolling_window() -> None:
    """
    FEES
    clauses:
    A1
    C1
      - id: CD
        kind: claim_deadline
        within: 30 days
        claimed:
          - {period: 2026-03, on: 2026-04-10}
          - {period: 2026-Q1, on: 2026-04-10}
          - {period: 2026-W10, on: 2026-04-10}
          - {period: 2026-03-14, on: 2026-04-10}
          - {period: 2026, on: 2027-01-10}
          - {period: 3m to 2026-03, on: 2026-04-10}
    CAP
    SHOWN
    """


@finds()
def test_a_clause_may_be_called_as_a_key_is() -> None:
    """
    FEES
    clauses:
      - {id: period, kind: kpi, measure: csat, target: 80%, minimum_volume: 30}
      - {id: W1, kind: invoice_weights, at_risk: {percentage: 10%, of: monthly}, weights: {period: 100%}}
    examples: [{clause: W1, given: {value: 70%}, expect: {credit: 10000}}]
    """


@finds(("TS-C126", "pick: CAP"), ("TS-C126", "pick: C2"))
def test_an_election_of_something_else_and_a_second_one_are_refused() -> None:
    """
    FEES
    clauses:
    A1
    A2
    C1
      - {id: C2, kind: service_credit, when: {clause: A2}, model: percentage, percentage: 2%, of: monthly}
    CAP
      - id: ONE
        kind: pick_one
        credits: [C1, C2]
        elections:
          - {period: 2026-03, pick: C1}
          - {period: 2026-04, pick: CAP}
          - {period: 2026-03, pick: C2}
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: C2, given: {value: 9%}, expect: {credit: 2000}}
    """


@finds(("TS-C127", "within: 30 days"), ("TS-C127", "on: 2026-03-01"))
def test_a_claim_before_its_period_and_two_times_for_claiming_are_refused() -> None:
    """
    claims: {within: 60 days}
    FEES
    clauses:
    A1
    C1
    CAP
      - id: CD
        kind: claim_deadline
        within: 30 days
        claimed:
          - {period: 2026-04, on: 2026-03-01}
    SHOWN
    """


@finds(("TS-C128", "amount: 10001"))
def test_a_fixed_sum_of_more_than_a_tenth_of_the_fee_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
      - id: C1
        kind: service_credit
        when: {clause: A1}
        model: fixed
        amount: 10001
      - {id: CAP, kind: credit_cap, amount: 20000}
    examples: [{clause: C1, given: {value: 70%}, expect: {credit: 10001}}]
    """


@finds(("TS-C128", "amount: 1"))
def test_a_sum_for_every_failed_case_without_a_most_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
      - id: C1
        kind: service_credit
        when: {clause: A1}
        model: per-failure
        amount: 1
    CAP
    examples: [{clause: C1, given: {met: 40, total: 60}, expect: {credit: 20}}]
    """


@finds(("TS-C130", "2026-06-01, target: 78%"), ("TS-C130", "2026-05-01"), ("TS-C130", "2028-01-01"))
def test_a_glide_path_that_does_not_rise_is_asked_about() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        target: 80%
        minimum_volume: 30
        glide:
          - {from: 2026-06-01, target: 78%}
          - {from: 2026-05-01, target: 85%}
          - {from: 2028-01-01, target: 90%}
    """


@finds(("TS-C131", "under: 50"), ("TS-C131", "allowed: 90"))
def test_allowed_failures_that_do_not_rise_with_the_volume_are_asked_about() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        target: 80%
        minimum_volume: 5
        allowed_by_volume:
          - {under: 100, allowed: 2}
          - {under: 50, allowed: 3}
          - {under: 80, allowed: 90}
    """


@finds(("TS-C132", "percentage: 12%"))
def test_a_cap_that_can_never_bind_is_noted() -> None:
    """
    FEES
    clauses:
    A1
    A2
    C1
      - {id: C2, kind: service_credit, when: {clause: A2}, model: percentage, percentage: 2%, of: monthly}
    CAP
      - id: PART
        kind: credit_cap
        percentage: 12%
        of: monthly
        clauses: [C1]
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: C2, given: {value: 9%}, expect: {credit: 2000}}
    """


@finds(("TS-C121", "failures: 13"))
def test_a_trigger_that_can_never_be_reached_is_refused() -> None:
    """
    clauses:
    A1
      - id: T1
        kind: termination_trigger
        clauses: [A1]
        failures: 13
        months: 12
    """


@finds(("TS-C119", "cap: A1"), ("TS-C056", "A1: 2h"))
def test_a_trigger_on_another_kind_or_unit_is_refused() -> None:
    """
    clauses:
    A1
      - id: T1
        kind: termination_trigger
        cap: A1
      - id: T2
        kind: termination_trigger
        below:
          A1: 2h
    """


@finds(("TS-C119", "averages: C1"), ("TS-C054", "minimum: 90%"))
def test_an_average_of_what_is_not_measured_and_a_minimum_above_the_target_are_refused() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
      - id: AV
        kind: averaged_level
        averages: C1
        target: 80%
      - id: AW
        kind: averaged_level
        averages: A1
        target: 80%
        minimum: 90%
    SHOWN
    """


# ---- names ---------------------------------------------------------------------------------------------------------


@finds(("TS-C020", "id: A1"))
def test_two_clauses_of_one_id_are_refused() -> None:
    """
    clauses:
    A1
      - {id: A1, kind: kpi, measure: ces, target: 4, minimum_volume: 30}
    """


@finds(("TS-C021", "measure: csta"))
def test_an_unknown_measure_is_refused() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csta
        target: 80%
        minimum_volume: 30
    """


@finds(("TS-C022", "version: 3"))
def test_an_unknown_version_of_a_measure_is_refused() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        version: 3
        target: 80%
        minimum_volume: 30
    """


@finds(("TS-C023", "params:"))
def test_an_unknown_parameter_is_refused() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        params: {box: 2}
        target: 80%
        minimum_volume: 30
    """


@finds(("TS-C028", "when: {clause: A9}"))
def test_a_credit_on_a_clause_that_is_not_there_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: C1
        kind: service_credit
        when: {clause: A9}
        model: percentage
        percentage: 2%
        of: monthly
    CAP
    examples: [{clause: C1, given: {value: 70%}, expect: {credit: 0}}]
    """


@finds(("TS-C028", "A9: {value: 70%}"))
def test_an_earlier_period_of_an_example_that_names_an_unknown_clause_is_refused() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
    examples:
      - clause: C1
        earlier:
          - values:
              A9: {value: 70%}
        given: {value: 70%}
        expect: {credit: 2000}
    """


@finds(("TS-C029", "of: mothly"))
def test_an_unknown_fee_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: P1
        kind: pool_allocation
        at_risk:
          percentage: 10%
          of: mothly
        levels: {A1: 100%}
    examples: [{clause: P1, given: {value: 70%}, expect: {credit: 0}}]
    """


@finds(("TS-C031", "zone: Mars/Base"))
def test_an_unknown_zone_is_refused() -> None:
    """
    calendars:
      office:
        zone: Mars/Base
        week: {mon-fri: ["09:00-18:00"]}
    clauses:
    A1
    """


@finds(("TS-C009", "kind: kpy"))
def test_an_unknown_kind_of_clause_is_refused() -> None:
    """
    clauses:
    A1
      - id: A3
        kind: kpy
    """


@finds(("TS-C007", "id: A3"), ("TS-C006", "targt"))
def test_a_misspelt_key_and_the_missing_one_are_told() -> None:
    """
    clauses:
    A1
      - {id: A3, kind: kpi, measure: ces, minimum_volume: 30,
         targt: 4}
    """


@finds(("TS-C008", "percentages: [5, 10]"), ("TS-C008", "percentages: [5, 10]"))
def test_a_percentage_without_its_sign_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: E1
        kind: escalating_credit
        when: {clause: A1}
        of: monthly
        percentages: [5, 10]
    CAP
    examples: [{clause: A1, given: {value: 70%}, expect: {verdict: missed}}]
    """


@finds(("TS-C008", "id: P1"))
def test_a_pool_with_levels_in_two_forms_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        levels: {A1: 100%}
        pools: {one: {share: 100%, levels: {A1: 100%}}}
    """


# ---- days and levels -----------------------------------------------------------------------------------------------


@finds(("TS-C040", "term:"))
def test_a_term_that_ends_before_it_begins_is_refused() -> None:
    """
    term: {from: 2026-01-01, to: 2025-12-31}
    clauses:
    A1
    """


@finds(("TS-C044", "state:"))
def test_a_gap_before_the_first_state_is_told() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        target: 80%
        minimum_volume: 30
        state: [{from: 2026-02-01, as: in-effect}]
    """


@finds(("TS-C054", "minimum: 90%"))
def test_a_minimum_above_the_target_is_refused() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        target: 80%
        minimum: 90%
        minimum_volume: 30
    """


@finds(("TS-C055", "target: 180%"))
def test_a_share_above_100_per_cent_is_refused() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        target: 180%
        minimum_volume: 30
    """


@finds(
    ("TS-C055", "at_risk:"), ("TS-C055", "A1: 150%"), ("TS-C055", "A2: -50%"),
    ("TS-C055", "-5%"), ("TS-C055", "200%"), ("TS-C055", "reduction: 500%"),
)  # fmt: skip
def test_a_percentage_is_read_wherever_a_clause_writes_one() -> None:
    """
    FEES
    clauses:
    A1
      - {id: A2, kind: kpi, measure: throughput_ratio, target: 80%, minimum_volume: 30}
      - id: W
        kind: invoice_weights
        at_risk: {percentage: 1000%, of: monthly}
        weights:
          A1: 150%
          A2: -50%
      - id: E1
        kind: escalating_credit
        when: {clause: A1}
        percentages:
          - -5%
          - 200%
        of: monthly
      - id: HA
        kind: hours_in_adherence
        adherence: A2
        pay: by-band
        of: monthly
        bands:
          - {below: 90%, reduction: 500%}
    CAP
    examples:
      - {clause: W, given: {values: {A1: {value: 85%}, A2: {value: 85%}}}, expect: {credit: 0}}
      - {clause: E1, given: {value: 85%}, expect: {credit: 0}}
      - {clause: HA, given: {value: 95%}, expect: {credit: 0}}
    """


@finds(
    ("TS-C055", "A1: 150%, A2: -50%"), ("TS-C055", "A1: 150%, A2: -50%"),
    ("TS-C055", "each: 101%"), ("TS-C134", "share: 120%"), ("TS-C055", "share: 120%"),
)  # fmt: skip
def test_a_percentage_of_a_promotion_a_point_or_an_earning_back_is_read_too() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: KL
        kind: critical_levels
        at_risk: {percentage: 10%, of: monthly}
        critical: {A1: 100%}
        promotions:
          - {from: 2026-06-01, noticed: 2026-03-01, critical: {A1: 150%, A2: -50%}}
      - {id: PT, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 1}]}
      - {id: PC, kind: points_credit, points: [PT], each: 101%, of: monthly}
      - {id: EB, kind: earn_back, credits: [PC], clause: A1, level: 85%, share: 120%}
    CAP
    examples:
      - {clause: KL, given: {value: 85%}, expect: {credit: 0}}
      - {clause: PC, given: {value: 85%}, expect: {credit: 0}}
      - {clause: EB, given: {value: 85%}, expect: {credit: 0}}
    """


@finds(("TS-C110", "levels:"))
def test_what_one_level_is_allotted_may_be_oversubscribed_where_the_pool_says_so() -> None:
    """
    FEES
    clauses:
    A1
    A2
      - id: P1
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        pools:
          quality:
            share: 50%
            levels: {A1: 120%, A2: 30%}
          speed:
            share: 50%
            levels: {A1: 150.01%}
        pool: 150%
    examples: [{clause: P1, given: {values: {A1: {value: 85%}}}, expect: {credit: 0}}]
    """


@finds()
def test_a_bonus_and_a_tolerance_may_lie_above_100_per_cent() -> None:
    """
    FEES
    clauses:
    A1
    V1
      - {id: VT, kind: volume_tolerance, volume: V1, over: 150%, clauses: [A1]}
      - {id: B1, kind: bonus_malus, clause: A1, band: 2%, percentage: 1%, bonus: 110%, of: monthly, gates: [A1]}
    CAP
    examples: [{clause: B1, given: {value: 83%}, expect: {credit: -110000}}]
    """


@finds()
def test_levels_of_a_rate_may_lie_above_100_per_cent_wherever_they_stand() -> None:
    """
    FEES
    clauses:
      - {id: R1, kind: kpi, measure: throughput_ratio, target: 110%, minimum: 105%, minimum_volume: 30}
      - {id: AV, kind: averaged_level, averages: R1, target: 110%}
      - id: C1
        kind: service_credit
        when: {clause: AV}
        model: stepped
        of: monthly
        steps: [{below: 110%, percentage: 1%}, {below: 105%, percentage: 2%}]
    CAP
    examples: [{clause: C1, given: {value: 106%}, expect: {credit: 1000}}]
    """


@finds(
    ("TS-C166", "amount: -500"), ("TS-C166", "at_most: -1"), ("TS-C166", "amount: -20"), ("TS-C166", "A1: -0.05"),
    ("TS-C166", "points: -1"), ("TS-C166", "from: -1"), ("TS-C166", "rate: -20"), ("TS-C166", "times: -2"),
    ("TS-C166", "points_from: -3"), ("TS-C166", "id: CAP"),
)  # fmt: skip
def test_a_number_below_zero_is_refused_wherever_a_clause_writes_one() -> None:
    """
    FEES
    clauses:
    A1
      - {id: F1, kind: service_credit, when: {clause: A1}, model: fixed, amount: -500}
      - {id: F2, kind: service_credit, when: {clause: A1}, model: per-failure, amount: 5, at_most: -1}
      - id: F3
        kind: service_credit
        when: {clause: A1}
        model: stepped
        steps:
          - {below: 80%, amount: -20}
      - {id: WF, kind: weighting_factor, of: monthly, factors: {A1: -0.05}}
      - {id: PT, kind: points, when: {clause: A1}, bands: [{below: 80%, points: -1}]}
      - {id: PC, kind: points_credit, points: [PT], of: monthly, table: [{from: -1, percentage: 1%}]}
      - {id: HA, kind: hours_in_adherence, adherence: A1, hours: A1, rate: -20}
      - id: PA
        kind: pool_allocation
        at_risk: {percentage: 10%, of: monthly}
        levels: {A1: 100%}
        multipliers:
          - {clause: A1, times: -2, from: 2026-06-01}
      - {id: TT, kind: termination_trigger, points: [PT], points_from: -3}
      - {id: CAP, kind: credit_cap, amount: -10, clauses: [F1, F2, F3, WF, PC, HA]}
    examples:
      - {clause: F1, given: {value: 85%}, expect: {credit: 0}}
      - {clause: F2, given: {value: 85%}, expect: {credit: 0}}
      - {clause: F3, given: {value: 85%}, expect: {credit: 0}}
      - {clause: WF, given: {value: 85%}, expect: {credit: 0}}
      - {clause: PC, given: {value: 85%}, expect: {credit: 0}}
      - {clause: HA, given: {value: 100%}, expect: {credit: 0}}
      - {clause: PA, given: {value: 85%}, expect: {credit: 0}}
    """


@finds(("TS-C166", "monthly: {amount: -100000}"))
def test_a_fee_below_zero_is_no_base_of_an_adjustment() -> None:
    """
    fees:
      monthly: {amount: -100000}
      rebate: {amount: -5000}
    clauses:
    A1
      - {id: WF, kind: weighting_factor, of: monthly, factors: {A1: 0.05}}
      - {id: CAP, kind: credit_cap, amount: 5000}
    examples: [{clause: WF, given: {value: 85%}, expect: {credit: 0}}]
    """


@finds(("TS-C056", "target: 4h"))
def test_a_duration_for_a_share_is_refused() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        target: 4h
        minimum_volume: 30
    """


# ---- credits -------------------------------------------------------------------------------------------------------


@finds(("TS-C070", "when:"))
def test_a_credit_on_a_clause_that_is_only_reported_is_refused() -> None:
    """
    FEES
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        target: 80%
        minimum_volume: 30
        state: [{from: 2026-01-01, as: reporting-only}]
      - id: E1
        kind: escalating_credit
        when: {clause: A1}
        of: monthly
        percentages: [1%, 2%]
    CAP
    examples: [{clause: E1, given: {value: 70%}, expect: {credit: 0}}]
    """


@finds(("TS-C071", "id: F1"))
def test_a_credit_that_no_cap_limits_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
      - {id: F1, kind: weighting_factor, factors: {A1: 0.02}, of: monthly}
    examples: [{clause: F1, given: {value: 70%}, expect: {credit: 2000}}]
    """


@finds(("TS-C072", "below: 70%"))
def test_a_stepped_table_that_does_not_rise_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - id: C1
        kind: service_credit
        when: {clause: A1}
        model: stepped
        of: monthly
        steps:
          - {below: 80%, percentage: 5%}
          - {below: 70%, percentage: 2%}
    CAP
    examples: [{clause: C1, given: {value: 60%}, expect: {credit: 2000}}]
    """


@finds(("TS-C074", "id: C1"))
def test_a_credit_larger_than_its_cap_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
      - {id: C1, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 12%, of: monthly}
    CAP
    examples: [{clause: C1, given: {value: 60%}, expect: {credit: 12000}}]
    """


@finds(("TS-C075", "title: Penalty"))
def test_a_credit_that_is_called_a_penalty_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
      - id: C1
        kind: service_credit
        title: Penalty for a late reply
        when: {clause: A1}
        model: percentage
        percentage: 2%
        of: monthly
    CAP
    SHOWN
    """


@finds(("TS-C076", "when: {clause: A2, below: minimum}"))
def test_points_below_a_minimum_that_is_not_there_are_refused() -> None:
    """
    FEES
    clauses:
    A2
      - id: SP
        kind: points
        when: {clause: A2, below: minimum}
        bands: [{below: 5%, points: 1}]
      - {id: SC, kind: points_credit, points: [SP], each: 1%, of: monthly}
    CAP
    examples: [{clause: SC, given: {value: 9%}, expect: {credit: 1000}}]
    """


@finds(("TS-C083", "id: F1"))
def test_a_credit_without_a_worked_example_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
      - {id: F1, kind: weighting_factor, factors: {A1: 0.02}, of: monthly}
    CAP
    """


@finds(("TS-C084", "earlier:"))
def test_an_earlier_period_with_more_met_than_there_were_is_refused() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
    examples:
      - clause: C1
        earlier: [{met: 70, total: 60}]
        given: {value: 70%}
        expect: {credit: 2000}
    """


@finds()
def test_steps_on_an_average_rise_in_the_direction_of_what_is_averaged() -> None:
    """
    FEES
    clauses:
    A2
      - {id: AV, kind: averaged_level, averages: A2, periods: 2, target: 5%}
      - id: C1
        kind: service_credit
        when: {clause: AV}
        model: stepped
        of: monthly
        steps: [{below: 5%, percentage: 1%}, {below: 8%, percentage: 2%}]
    CAP
    examples: [{clause: C1, given: {value: 9%}, expect: {credit: 2000}}]
    """


@finds(("TS-C072", "below: 5%"))
def test_steps_on_an_average_the_wrong_way_round_are_refused() -> None:
    """
    FEES
    clauses:
    A2
      - {id: AV, kind: averaged_level, averages: A2, periods: 2, target: 5%}
      - id: C1
        kind: service_credit
        when: {clause: AV}
        model: stepped
        of: monthly
        steps:
          - {below: 8%, percentage: 1%}
          - {below: 5%, percentage: 2%}
    CAP
    examples: [{clause: C1, given: {value: 9%}, expect: {credit: 2000}}]
    """


@finds(("TS-C073", "below: 6%"))
def test_a_gap_above_the_target_of_an_average_is_told_where_lower_is_better() -> None:
    """
    FEES
    clauses:
    A2
      - {id: AV, kind: averaged_level, averages: A2, periods: 2, target: 5%}
      - id: C1
        kind: service_credit
        when: {clause: AV}
        model: stepped
        of: monthly
        steps:
          - {below: 6%, percentage: 1%}
          - {below: 8%, percentage: 2%}
    CAP
    examples: [{clause: C1, given: {value: 9%}, expect: {credit: 2000}}]
    """


@finds(("TS-C103", "claims:"))
def test_a_time_to_claim_with_nothing_to_claim_is_asked_about() -> None:
    """
    claims: {within: 60 days}
    clauses:
    A1
    """


@finds(("TS-C133", "from: 2026-07-01"))
def test_a_glide_path_that_takes_the_minimum_away_is_asked_about() -> None:
    """
    clauses:
      - id: A1
        kind: kpi
        measure: csat
        target: 75%
        minimum: 60%
        minimum_volume: 30
        glide:
          - {from: 2026-04-01, target: 78%, minimum: 60%}
          - {from: 2026-07-01, target: 80%}
    """


@finds(("TS-C134", "id: EB2, kind: earn_back, credits: [C1]"))
def test_a_credit_of_which_more_than_all_can_be_earned_back_is_asked_about() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
      - {id: EB1, kind: earn_back, credits: [C1], clause: A1, periods: 2, level: 85%, share: 50%}
      - {id: EB2, kind: earn_back, credits: [C1], clause: A1, form: annual-average, share: 50.01%}
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: EB1, given: {value: 70%}, expect: {credit: 0}}
      - {clause: EB2, given: {value: 70%}, expect: {credit: 0}}
    """


@finds()
def test_a_credit_may_be_shared_out_among_ways_of_earning_it_back() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
      - {id: EB1, kind: earn_back, credits: [C1], clause: A1, periods: 2, level: 85%, share: 50%}
      - {id: EB2, kind: earn_back, credits: [C1], clause: A1, form: annual-average, share: 50%}
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: EB1, given: {value: 70%}, expect: {credit: 0}}
      - {clause: EB2, given: {value: 70%}, expect: {credit: 0}}
    """


@finds(("TS-C138", "volume_tolerance"))
def test_a_tolerance_over_another_window_than_its_clause_never_holds() -> None:
    """
    clauses:
      - {id: A1, kind: kpi, measure: csat, target: 80%, minimum_volume: 30, window: quarter}
    V1
      - {id: VT, kind: volume_tolerance, volume: V1, over: 10%, clauses: [A1]}
    """


@finds(("TS-C138", "volume_tolerance"))
def test_a_tolerance_does_not_release_its_own_volume() -> None:
    """
    clauses:
    A1
    V1
      - {id: VT, kind: volume_tolerance, volume: V1, over: 10%, clauses: [A1, V1]}
    """


@finds(("TS-C139", "id: VU"))
def test_two_tolerances_on_one_side_of_one_volume_are_asked_about() -> None:
    """
    clauses:
    A1
    V1
      - {id: VT, kind: volume_tolerance, volume: V1, over: 10%, clauses: [A1]}
      - {id: VU, kind: volume_tolerance, volume: V1, over: 15%, clauses: [A1]}
    """


@finds(("TS-C119", "volume_tolerance"))
def test_the_volume_of_a_tolerance_is_no_level_of_the_partner() -> None:
    """
    clauses:
    A1
    A2
      - {id: VT, kind: volume_tolerance, volume: A2, over: 10%, clauses: [A1]}
    """


@finds(("TS-C008", "volume_tolerance"))
def test_a_tolerance_without_a_side_is_refused() -> None:
    """
    clauses:
    A1
    V1
      - {id: VT, kind: volume_tolerance, volume: V1, clauses: [A1]}
    """


@finds(("TS-C169", "credits: [CQ]"))
def test_earning_back_a_quarters_credit_by_the_month_is_refused() -> None:
    """
    FEES
    clauses:
    A1
      - {id: Q1, kind: kpi, measure: csat, window: quarter, target: 80%, minimum_volume: 30}
      - {id: CQ, kind: service_credit, when: {clause: Q1}, model: percentage, percentage: 2%, of: monthly}
      - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly, over: quarter}
      - id: EB
        kind: earn_back
        clause: A1
        level: 85%
        credits: [CQ]
    examples:
      - {clause: CQ, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: EB, given: {value: 70%}, expect: {credit: 0}}
    """


@finds(("TS-C170", "remove: true"), ("TS-C028", "clause: EB, given"))
def test_an_amendment_that_takes_out_what_holds_credits_is_refused() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
      - {id: EB, kind: earn_back, credits: [C1], clause: A1, level: 85%}
    amendments:
      - id: AM1
        effective: 2026-06-01
        changes:
          - {clause: EB, remove: true}
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: EB, given: {value: 70%}, expect: {credit: 0}}
    """


@finds(("TS-C170", "remove: true"))
def test_an_amendment_that_takes_out_what_another_one_added_is_refused_too() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
    amendments:
      - id: AM1
        effective: 2026-03-01
        changes:
          - {add: {id: EB, kind: earn_back, credits: [C1], clause: A1, level: 85%}}
      - id: AM2
        effective: 2026-06-01
        changes:
          - {clause: EB, remove: true}
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: EB, on: 2026-03-01, given: {value: 70%}, expect: {credit: 0}}
    """


@finds()
def test_what_lies_in_the_time_by_which_an_amendment_prolongs_the_term_lies_inside_it() -> None:
    """
    calendars:
      office:
        week: {mon-fri: ["09:00-18:00"]}
        overrides: {2028-03-01: closed}
    clauses:
      - {id: A1, kind: kpi, measure: csat, target: 80%, minimum: 70%, minimum_volume: 30,
         state: [{from: 2026-01-01, as: in-effect}, {from: 2028-02-01, as: retired}],
         glide: [{from: 2028-01-15, target: 85%, minimum: 75%}]}
    relief:
      - {id: R1, from: 2028-01-10, to: 2028-01-12, reason: force-majeure, status: agreed, evidence: letter}
    amendments:
      - {id: AM1, effective: 2027-12-01, changes: [{section: term, set: {to: 2028-12-31}}]}
    """


@pytest.mark.parametrize("wanted", [40])
def test_so_many_rules_there_are_at_least_and_each_shown_here_exists(wanted: int) -> None:
    known = {rule.id for rule in rules().values()}
    assert len(known) >= wanted
    assert known >= SEEN
    assert len(SEEN) >= wanted
