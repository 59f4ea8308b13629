"""Which cases a price per contact charges for."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured

ROWS = [
    {"requester_key": 1},
    {"requester_key": 1, "contact_no": 2},
    {"contact_no": 3},
    {"merged_into": 7},
    {"requester_key": 2, "transfers_partner": 1},
    {"first_solved_at": None, "last_solved_at": None, "status": "open"},
]


def test_merges_and_returns_are_free_and_taken_over_cases_are_charged_unless_said_otherwise() -> None:
    value = measured("billable_cases", ROWS, period_rule="created-in")
    assert (value.value, value.pending) == (3, 1)
    assert dict(value.excluded) == {"a return, free": 1, "merged, free": 1}


def test_each_rule_can_be_turned() -> None:
    found = {name: measured("billable_cases", ROWS, **{name: rule}).value for name, rule in
             (("merges", "charged"), ("repeats", "charged"), ("transfers", "free"))}  # fmt: skip
    assert found == {"merges": 4, "repeats": 4, "transfers": 2}


def test_an_unknown_customer_never_comes_back() -> None:
    assert measured("billable_cases", [{"contact_no": 3}]).value == 1
