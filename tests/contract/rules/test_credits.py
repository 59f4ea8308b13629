"""Credits: set off by what is judged, under a cap, rising, shown by an example."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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
