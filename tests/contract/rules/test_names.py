"""Names, keys and versions that are there."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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
