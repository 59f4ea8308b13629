"""Earning back: for more than was promised, by the periods of the credit, and to its end."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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
