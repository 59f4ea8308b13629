"""What a clause says of itself is what its measure declares: whom it places by which moment, and whom it leaves out."""

from __future__ import annotations

import pytest

from tallystick.contract.load import load_text
from tallystick.measures.measure import catalogue
from tallystick.verdicts.cards import card_for, cards_of
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
