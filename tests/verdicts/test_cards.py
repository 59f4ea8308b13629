"""What a clause says of itself is what its measure declares: whom it places by which moment, and whom it leaves out."""

from __future__ import annotations

import pytest

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.measures.measure import catalogue
from tallystick.verdicts.cards import card_for, cards_of
from tallystick.vocabulary.errors import UsageError
from tests.verdicts.agreement import TEXT

KPI = (
    "  - {{id: K, kind: kpi, measure: {measure}, target: {target}, period_rule: {rule}, attribution: owner-at-stop}}\n"
)


def said(measure: str, rule: str, target: str = "10%", definitions: str = "") -> str:
    contract, findings = load_text(definitions + TEXT + KPI.format(measure=measure, target=target, rule=rule))
    assert contract is not None, findings
    clause = contract.clause("K")
    assert clause is not None
    return " ".join(clause.plain(contract, cards_of(contract)))


@pytest.mark.parametrize(
    ("measure", "rule", "words"),
    [
        ("clock_integrity", "resolved-in", "A pause belongs to the window in which it ended."),
        ("clock_integrity", "created-in", "A pause belongs to the window in which it began."),
        ("reopen_rate", "resolved-in", "A case belongs to the window in which it was first solved."),
        ("sla_attainment", "resolved-in", "A case belongs to the window in which its clock stopped."),
        ("sla_attainment", "due-in", "one still open past that moment counts as failed."),
        ("response_rate", "created-in", "A survey belongs to the window in which it was sent."),
        ("csat", "measured-in", "A survey belongs to the window in which it was answered"),
    ],
)
def test_a_row_belongs_to_the_window_of_its_own_moment(measure: str, rule: str, words: str) -> None:
    assert words in said(measure, rule)


def test_a_duration_that_is_still_open_has_not_failed() -> None:
    text = said("first_reply_time", "due-in", "4h")
    assert "one still open past that moment is shown as waiting." in text
    assert "failed" not in text


def test_what_is_left_out_names_marks_merges_and_the_measures_own_reasons() -> None:
    text = said("verified_resolution_rate", "resolved-in", definitions="definitions: {excluded: [spam, test]}\n")
    assert (
        "Left out, with their number shown: cases marked as spam or test; cases merged into another, which carries "
        "their counts; cases of unknown customers."
    ) in text


@pytest.mark.parametrize("measure", catalogue().values(), ids=list(catalogue()))
def test_every_measure_can_be_told_under_each_of_its_period_rules(measure: object) -> None:
    """No measure may come with a moment for which a clause has no words."""
    from tallystick.contract import counting_words

    card = card_for(measure)  # type: ignore[arg-type]
    for rule in card.period_rules:
        assert counting_words.period_words(rule, card).endswith(".")


def named(*clauses: str, more: str = "") -> Contract:
    text = TEXT.partition("clauses:")[0] + "clauses:\n" + "".join(f"  - {{{clause}}}\n" for clause in clauses)
    contract, findings = load_text(text + more)
    assert contract is not None, findings
    return contract


OWN = "id: A, kind: kpi, measure: a_quality_of_theirs, better: higher, target: 90%, value: typed, evidence: e"
CHARGE = "charges:\n  - {id: F, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}\n"


def test_a_contract_is_given_the_cards_of_the_measures_that_its_clauses_name_and_of_no_others() -> None:
    """The first by name is none of ours, and those behind it are looked up all the same."""
    cards = cards_of(named(OWN, "id: B, kind: kpi, measure: csat, target: 80%"))
    assert [[card.id for card in several] for several in cards.values()] == [["csat"]]
    assert cards_of(named(OWN)) == {}
    assert set(cards_of(named(OWN, more=CHARGE))) == {"offered_calls"}


def test_the_unit_of_a_measure_follows_the_parameters_that_it_knows() -> None:
    card = card_for(catalogue()["ces"])
    assert card.unit_under({}) == "points"
    assert card.unit_under({"statistic": "share", "easy_from": 5}) == "ratio"
    assert card.unit_under({"statistic": "share", "unknown": 3}) == "ratio"
    with pytest.raises(UsageError, match="easy_from cannot be 'high'"):
        card.unit_under({"easy_from": "high"})


@pytest.mark.parametrize(
    ("measure", "rows", "untold"),
    [
        ("csat", "survey", False),
        ("service_level", "call", False),
        ("attrition", "month of employment", True),
        ("clock_integrity", "pause", False),
        ("sla_attainment", "clock", False),
        ("first_reply_time", "clock", False),
        ("reopen_rate", "case", False),
    ],
)
def test_a_measure_says_what_its_rows_are_called_and_what_they_do_not_tell(
    measure: str, rows: str, untold: bool
) -> None:
    card = card_for(catalogue()[measure])
    assert (card.rows, bool(card.untold)) == (rows, untold)
    assert bool(card.occasions) is (rows not in ("case", "clock", "pause"))
