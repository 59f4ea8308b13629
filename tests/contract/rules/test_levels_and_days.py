"""Levels in their units, days inside the term, glide paths."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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
