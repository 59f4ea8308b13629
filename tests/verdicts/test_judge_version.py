"""By which version of the rules a judging was made, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tallystick.contract.clause import NEWEST_RULES
from tallystick.verdicts.judge_version import (
    KNOWN,
    NEWEST,
    counts_unstated_n_as_one,
    judged_by,
    rests_on_whole_text,
    rules_of,
    version_of,
)
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import IntegrityError
from tests.verdicts.invented_verdicts import verdict


def made_by(version: str | None) -> Verdict:
    own = verdict()
    versions = (("fold", "7"),) if version is None else (("fold", "7"), ("judge", version))
    return replace(own, pins=replace(own.pins, versions=versions))


def test_a_judging_is_of_the_version_that_all_its_verdicts_name_and_of_the_newest_without_any() -> None:
    assert judged_by([]) == "5"
    assert judged_by([made_by("2"), made_by("2")]) == "2"
    assert judged_by([made_by("3")]) == "3"
    assert (version_of(made_by("2")), version_of(made_by(None))) == ("2", "none")


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        (("1",), "version 1 of the rules"),
        (("6", "6"), "version 6 of the rules"),
        ((None,), "version none of the rules"),
        (("3", "2"), "version 2 and 3 of the rules"),
        (("2", "9"), "version 2 and 9 of the rules"),
    ],
)
def test_an_unknown_version_and_several_at_once_are_refused(versions: tuple[str | None, ...], said: str) -> None:
    with pytest.raises(IntegrityError, match=said):
        judged_by([made_by(version) for version in versions])


def test_the_first_two_versions_rested_on_the_whole_text_and_the_second_took_an_unstated_n_for_one_row() -> None:
    known = ("1", "2", "3", "4", "5")
    assert [rests_on_whole_text(version) for version in known] == [True, True, False, False, False]
    assert [counts_unstated_n_as_one(version) for version in known] == [False, True, False, False, False]


def test_clauses_are_given_the_version_as_a_number() -> None:
    assert [rules_of(version) for version in KNOWN] == [2, 3, 4, 5]
    assert rules_of(NEWEST) == NEWEST_RULES
