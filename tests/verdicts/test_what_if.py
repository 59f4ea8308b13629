"""What another target would have given: what stands is found again, and every change is the contract's arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tallystick.assess import Order, assess
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.explain import kept
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome
from tallystick.verdicts.what_if import WhatIf, can_ask, most_without, what_if
from tallystick.vocabulary.errors import UsageError
from tests.verdicts.test_explained_home import AS_OF, make_home


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VerdictStore:
    root = make_home(tmp_path_factory.mktemp("home"))
    answer = GateAnswer(feeds=(("zendesk", 9, "2026-04-06T09:00:00Z"),))
    assess(root, Order([root / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: answer)
    return VerdictStore(root / "verdicts")


def asked(store: VerdictStore, name: str = "aurora/A1/2026-03", **change: Any) -> WhatIf:
    verdict = store.find(name)
    own = kept(store, verdict)
    return what_if(own.promise.contract, own.record, store.verdicts_of(own.record), verdict, **change)


def test_its_own_target_gives_what_was_judged(store: VerdictStore) -> None:
    """3 of 6 against 80 %: missed, EUR 6,000 of which the cap leaves 4,800."""
    found = asked(store)
    assert found.outcome is Outcome.MISSED
    assert found.more_to_meet == 2
    assert str(found.before) == str(found.after) == "EUR 4,800.00"


def test_a_target_that_was_kept_moves_no_money(store: VerdictStore) -> None:
    found = asked(store, target="50%")
    assert (found.outcome, found.more_to_meet) == (Outcome.MET, 0)
    assert found.after is not None
    assert found.after.amount == 0
    assert asked(store, target="50.1%").outcome is Outcome.MISSED


def test_rows_taken_out_leave_both_counts_smaller(store: VerdictStore) -> None:
    found = asked(store, without=2)
    assert (found.value.numerator, found.value.n, found.value.value) == (3, 4, Fraction(3, 4))
    assert found.outcome is Outcome.MISSED
    assert asked(store, without=3).value.value == 1


@pytest.mark.parametrize("change", [{"target": "4h"}, {"target": "soon"}, {"without": 4}, {"without": -1}])
def test_what_cannot_be_asked_is_refused_with_a_cure(store: VerdictStore, change: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as refused:
        asked(store, **change)
    assert refused.value.cure


def test_only_settled_verdicts_that_no_relief_moved_can_be_asked(store: VerdictStore) -> None:
    from dataclasses import replace

    verdict = store.find("aurora/A1/2026-03")
    assert can_ask(verdict)
    assert most_without(verdict) == 3
    assert not can_ask(replace(verdict, outcome=Outcome.PROVISIONAL))
    assert not can_ask(replace(verdict, lifecycle="reporting-only"))
