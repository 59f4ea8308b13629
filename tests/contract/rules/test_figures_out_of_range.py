"""Percentages outside 0 to 100 %, and numbers below zero."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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
