"""Price adjustments that must be claimed in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tallystick.contract.card import cards_by_id
from tallystick.contract.clause import Values
from tallystick.contract.clauses.claim_deadline import ClaimDeadline
from tallystick.contract.section import Claims
from tallystick.verdicts.consequences import follow
from tallystick.verdicts.statement import settle
from tests.contract.agreement import CARDS
from tests.contract.clauses.applied import A1, A2, ON, Applied, contract_of, euros, linted

C1 = "{id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 100}"
C2 = "{id: C2, kind: service_credit, when: {clause: A2}, model: fixed, amount: 250}"
CD = "{id: CD, kind: claim_deadline, within: 1 month, credits: [C1], claimed: [MORE]}"


def ran(claimed: str) -> Applied:
    clauses = (A1, A2, C1, C2, CD.replace("MORE", claimed))
    return Applied(clauses, {"A1": (1, 100), "A2": (99, 100)})


@pytest.mark.parametrize(
    ("claimed", "left"),
    [
        ("", "100.00"),
        ("{period: 2026-03, on: 2026-04-30}", "100.00"),
        ("{period: 2026-03, on: 2026-05-01}", "0.00"),
        ("{period: 2026-02, on: 2026-05-01}", "100.00"),
        ("{period: 2026-03, on: 2026-05-01, partner: other}", "100.00"),
        ("{period: 2026-03, on: 2026-05-02}, {period: 2026-03, on: 2026-04-30}", "100.00"),
    ],
)
def test_only_a_claim_after_the_last_day_loses_what_it_claims(claimed: str, left: str) -> None:
    found = ran(claimed)
    assert (found.left("C1"), found.left("C2")) == (f"EUR {left}", "EUR 250.00")
    assert found.result("CD", "claim by") == date(2026, 4, 30)


def test_what_was_lost_is_told() -> None:
    assert str(ran("{period: 2026-03, on: 2026-05-01}").result("CD", "lost by lateness")) == "EUR 100.00"


def test_a_claim_is_not_made_before_its_period_begins() -> None:
    def told(claimed: str) -> int:
        return len(linted(A1, A2, C1, C2, CD.replace("MORE", claimed)))

    assert told("{period: 2026-03, on: 2026-02-28}") == 1
    assert told("{period: 2026-03, on: 2026-03-01}") == 0
    assert told("{period: 2026-Q1, on: 2025-12-31}") == 1
    assert told("{period: 2026-Q1, on: 2026-01-01}") == 0
    assert told("{period: 2026-Q1, on: 2026-04-15}") == 0
    assert told("{period: the first year, on: 2020-01-01}") == 0


def test_without_anything_due_or_without_a_period_there_is_nothing_to_claim() -> None:
    clauses = (A1, A2, C1, C2, CD.replace("MORE", "{period: 2026-03, on: 2026-05-01}"))
    good = Applied(clauses, {"A1": (80, 100), "A2": (99, 100)})
    assert [step.formula for step in good.steps["CD"]] == ["nothing is to be claimed"]
    assert good.left("C1") == "EUR 0.00"
    without = Applied(clauses, {"A1": (1, 100), "A2": (99, 100)}, end_on=None)
    assert [step.formula for step in without.steps["CD"]] == ["nothing is to be claimed"]


def test_an_amount_of_a_cent_is_lost_too_and_an_addition_is_not() -> None:
    clauses = (A1, A2, C1.replace("100", "0.01"), C2, CD.replace("MORE", "{period: 2026-03, on: 2026-05-01}"))
    assert Applied(clauses, {"A1": (1, 100), "A2": (99, 100)}).left("C1") == "EUR 0.00"
    bonus = "{id: C1, kind: bonus_malus, clause: A1, band: 1%, percentage: 1%, of: fee}"
    both = CD.replace("[C1]", "[C1, C2]").replace("MORE", "{period: 2026-03, on: 2026-05-01}")
    found = Applied((A1, A2, bonus, C2, both), {"A1": (99, 100), "A2": (99, 100)})
    assert (found.left("C1"), found.left("C2")) == ("EUR -100.00", "EUR 0.00")
    assert str(found.result("CD", "lost by lateness")) == "EUR 250.00"


def test_what_was_late_and_what_in_time_is_told() -> None:
    assert ran("{period: 2026-03, on: 2026-05-01}").result("CD", "claimed") == "too late"
    assert ran("{period: 2026-03, on: 2026-04-30}").result("CD", "claimed") == "in time"


def test_credits_that_were_not_judged_are_left_out() -> None:
    all_ = CD.replace("[C1]", "[C1, C2]").replace("MORE", "{period: 2026-03, on: 2026-05-01}")
    contract = contract_of(A1, A2, C1, C2, all_)
    clause = contract.clause("CD")
    assert clause is not None
    values = Values(contract, ON, payable={"C2": euros("250")}, label="2026-03", end_on=date(2026, 4, 1))
    assert str(clause.apply(values)[-2].result) == "EUR 250.00"


def test_the_contract_and_the_clause_say_the_same_about_claims() -> None:
    assert linted(A1, A2, C1, C2, CD.replace("MORE", "")) == []


FOR_ALL = "{id: CA, kind: claim_deadline, within: 10 days, claimed: [{period: 2026-03, on: 2026-05-01}]}"
OWN = "{id: CD, kind: claim_deadline, within: 2 months, credits: [C1], claimed: [{period: 2026-03, on: 2026-05-01}]}"
SAME = OWN.replace("id: CD", "id: CE").replace("2 months", "1 day").replace("[C1]", "[C1, C2]")
MISSED = {"A1": (1, 100), "A2": (99, 100)}


def test_a_deadline_for_all_credits_leaves_those_that_have_one_of_their_own() -> None:
    for clauses in ((OWN, FOR_ALL), (FOR_ALL, OWN)):
        found = Applied((A1, A2, C1, C2, *clauses), MISSED)
        assert (found.left("C1"), found.left("C2")) == ("EUR 100.00", "EUR 0.00")
        assert str(found.result("CA", "lost by lateness")) == "EUR 250.00"
        before = Applied((A1, A2, C1, C2, *clauses), MISSED, rules=4)
        assert (before.left("C1"), before.left("C2")) == ("EUR 0.00", "EUR 0.00")


def test_a_credit_that_several_deadlines_name_goes_by_the_first_of_them() -> None:
    first = Applied((A1, A2, C1, C2, OWN, SAME), MISSED)
    assert (first.left("C1"), first.left("C2")) == ("EUR 100.00", "EUR 0.00")
    last = Applied((A1, A2, C1, C2, SAME, OWN), MISSED)
    assert (last.left("C1"), last.left("C2")) == ("EUR 0.00", "EUR 0.00")


def test_only_a_deadline_for_all_credits_has_to_say_what_the_contract_says() -> None:
    def told(*clauses: str) -> int:
        made = contract_of(A1, A2, C1, C2, *clauses)
        contract = made.model_copy(update={"claims": Claims.model_validate({"within": "30 days"})})
        return sum(len(list(clause.lint(contract, cards_by_id(CARDS)))) for clause in contract.clauses)

    assert (told(OWN), told(FOR_ALL), told(OWN, FOR_ALL)) == (0, 1, 1)
    assert told(FOR_ALL.replace("10 days", "30 days")) == 0


def test_the_words_of_a_deadline_say_for_which_credits_it_holds() -> None:
    contract = contract_of(A1, A2, C1, C2, OWN, FOR_ALL)
    said = {clause.id: clause.plain(contract, cards_by_id(CARDS))[0] for clause in contract.clauses}
    assert said["CD"].startswith("The price adjustments of C1 must be claimed within")
    assert said["CA"].startswith("All other price adjustments must be claimed within")
    alone = contract_of(A1, A2, C1, C2, FOR_ALL)
    clause = alone.clause("CA")
    assert clause is not None
    assert clause.plain(alone, cards_by_id(CARDS))[0].startswith("Price adjustments must be claimed within")


# ---------------------------------------------------------------------- deadlines that are not in effect


def followed(*clauses: str, on: date = ON, rules: int = 5) -> tuple[str, str]:
    """What is left of C1 and C2 in a month whose deadlines are applied as a judging applies them."""
    values = Applied((A1, A2, C1, C2, *clauses), MISSED, on=on, rules=rules).values
    bare = Values(values.contract, on, outcomes={"A1": "missed", "A2": "missed"}, label="2026-03", partner="p")
    bare = replace(bare, end_on=date(2026, 4, 1), measured=values.measured, better=values.better, rules=rules)
    left = {line.clause: str(line.payable) for line in settle(follow(bare, ("A1", "A2")))[0]}
    return left["C1"], left["C2"]


def resting(clause: str, state: str, since: str = "2026-01-01") -> str:
    return clause.replace(
        "kind:", f"state: [{{from: 2025-01-01, as: in-effect}}, {{from: {since}, as: {state}}}], kind:"
    )


@pytest.mark.parametrize("state", ["suspended", "retired", "reporting-only", "baselining"])
def test_a_deadline_that_is_not_in_effect_takes_no_credit_from_another(state: str) -> None:
    in_time, late = resting(OWN, state), SAME.replace("[C1, C2]", "[C1]")
    assert followed(OWN, late) == ("EUR 100.00", "EUR 250.00")
    assert followed(in_time, late) == ("EUR 0.00", "EUR 250.00")
    assert followed(OWN, FOR_ALL) == ("EUR 100.00", "EUR 0.00")
    assert followed(in_time, FOR_ALL) == ("EUR 0.00", "EUR 0.00")


def test_a_deadline_takes_its_credits_to_its_last_day_and_the_next_has_them_from_the_day_after() -> None:
    late = SAME.replace("[C1, C2]", "[C1]")
    for since, expected in (("2026-03-02", "EUR 100.00"), ("2026-03-01", "EUR 0.00")):
        assert followed(resting(OWN, "retired", since), late) == (expected, "EUR 250.00")
        assert followed(resting(OWN, "retired", since), FOR_ALL)[0] == expected


def test_by_older_rules_every_deadline_that_was_not_retired_held_for_what_it_names() -> None:
    late = OWN.replace("2 months", "1 day")
    assert followed(resting(late, "suspended"), SAME.replace("1 day", "2 months"), rules=4) == (
        "EUR 0.00",
        "EUR 250.00",
    )
    assert followed(resting(late, "suspended"), SAME.replace("1 day", "2 months")) == ("EUR 100.00", "EUR 250.00")
    assert followed(resting(late, "retired"), OWN.replace("id: CD", "id: CE"), rules=4) == ("EUR 100.00", "EUR 250.00")


def test_of_two_deadlines_that_follow_each_other_each_has_the_credit_in_its_time() -> None:
    states = "state: [{from: 2026-01-01, as: reporting-only}, {from: 2026-07-01, as: in-effect}]"
    then = OWN.replace("id: CD", "id: CE").replace("kind:", f"{states}, kind:")
    contract = contract_of(A1, A2, C1, C2, resting(OWN, "retired", "2026-07-01"), then)
    first, second = (clause for clause in contract.clauses if isinstance(clause, ClaimDeadline))
    assert (first.covered(contract, date(2026, 6, 30)), second.covered(contract, date(2026, 6, 30))) == (("C1",), ())
    assert second.covered(contract, date(2026, 7, 1)) == ("C1",)
    assert [one.needs(contract) for one in (first, second)] == [("C1",), ("C1",)]
