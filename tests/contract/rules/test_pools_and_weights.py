"""Pools, weights and factors: what is shared out comes to what the text says."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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
