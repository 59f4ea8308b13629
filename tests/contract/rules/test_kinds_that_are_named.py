"""What a clause names is of the kind that it needs."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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
