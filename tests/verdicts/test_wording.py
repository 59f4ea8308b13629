"""Which parts of a value are facts and which are words, and what a digest and a claim cover."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar

import pytest

from tallystick.verdicts.verdict import CaseNote, Outcome, RecordDifference, Reported, Verdict
from tallystick.verdicts.wording import facts_in
from tests.verdicts.invented_verdicts import share, verdict


@dataclass(frozen=True)
class Inner:
    WORDS: ClassVar = ("note",)

    number: int
    note: str


@dataclass(frozen=True)
class Outer:
    title: str
    inner: Inner
    several: tuple[Inner, ...] = ()
    named: dict[str, Inner] = field(default_factory=dict)


def test_words_are_left_out_at_every_depth_and_nothing_else() -> None:
    one, two = Inner(1, "one"), Inner(2, "two")
    assert facts_in(Outer("kept", one, (one, two), {"a": two})) == {
        "title": "kept",
        "inner": {"number": 1},
        "several": [{"number": 1}, {"number": 2}],
        "named": {"a": {"number": 2}},
    }
    assert facts_in([one, "text", None, 5]) == [{"number": 1}, "text", None, 5]
    assert facts_in(Inner) is Inner, "a class is no value of itself"


REPORTED = Reported(
    "r", Fraction(1, 2), 1, 2, "sheet", Fraction(0), "cases", "They differ.", cases=(CaseNote("C-1", "late"),)
)
OWN = verdict(share(9, 10), Outcome.MISSED, reported=REPORTED, reasons=("why",))


@pytest.mark.parametrize(
    ("change", "digest", "claim"),
    [
        ({"reasons": ("put otherwise",)}, True, True),
        ({"reported": replace(REPORTED, sentence="They are not the same.")}, True, True),
        ({"reported": replace(REPORTED, cases=(CaseNote("C-1", "very late"),))}, True, True),
        ({"restates": "another"}, True, True),
        ({"differing": (RecordDifference("case", 1, "case 1", "added"),)}, True, True),
        ({"noted": {"lake": 4}}, True, True),
        ({"pins": replace(OWN.pins, contract="other")}, False, True),
        ({"pins": replace(OWN.pins, past="other")}, False, True),
        ({"outcome": Outcome.EXCUSED}, False, False),
        ({"value": share(8, 10)}, False, False),
        ({"reported": replace(REPORTED, cases=(CaseNote("C-2", "late"),))}, False, False),
        ({"reported": replace(REPORTED, cases_total=1)}, False, False),
        ({"title": "Another"}, False, False),
    ],
)
def test_a_digest_covers_facts_and_pins_and_a_claim_the_facts_alone(change: dict, digest: bool, claim: bool) -> None:  # type: ignore[type-arg]
    other = replace(OWN, **change)
    assert (other.digest == OWN.digest, other.claim == OWN.claim) == (digest, claim)
    assert Verdict.from_json(other.as_json()).digest == other.digest


@pytest.mark.parametrize(
    ("lifecycle", "outcome", "moves"),
    [
        ("in-effect", Outcome.MISSED, True),
        ("in-effect", Outcome.MET, False),
        ("in-effect", Outcome.EXCUSED, False),
        ("in-effect", Outcome.PROVISIONAL, False),
        ("reporting-only", Outcome.MISSED, False),
        ("suspended", Outcome.NOT_ASSESSABLE, False),
    ],
)
def test_only_a_miss_of_a_clause_in_effect_moves_money(lifecycle: str, outcome: Outcome, moves: bool) -> None:
    assert verdict(outcome=outcome, lifecycle=lifecycle).moves_money is moves


def test_a_verdict_that_an_older_version_wrote_without_what_is_said_beside_it_is_read() -> None:
    parts = OWN.as_json()
    for name in ("restates", "differing", "noted"):
        del parts[name]
    again = Verdict.from_json(parts)
    assert (again.digest, again.restates, again.differing, again.noted) == (OWN.digest, None, (), {})


def test_the_names_of_a_verdict_lead_from_the_short_one_to_one_for_ever() -> None:
    assert (OWN.name, OWN.whole_name) == ("aurora/S1/2026-06", "c/aurora/S1/2026-06")
    assert OWN.id == f"c/aurora/S1/2026-06@{OWN.digest[:12]}"
    placed = replace(OWN, outcome=Outcome.MET).restating(OWN, ())
    assert (placed.restates, placed.outcome) == (OWN.id, Outcome.MET)
