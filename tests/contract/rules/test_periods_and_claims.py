"""Periods by their names, elections and claims."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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


@finds(("TS-C103", "claims:"))
def test_a_time_to_claim_with_nothing_to_claim_is_asked_about() -> None:
    """
    claims: {within: 60 days}
    clauses:
    A1
    """
