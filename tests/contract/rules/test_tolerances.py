"""Tolerances of volume."""

from __future__ import annotations

from tests.contract.rules.by_text import finds


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
