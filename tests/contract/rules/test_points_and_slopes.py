"""Points, repetitions, slopes and bonuses: what is worse costs more."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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
