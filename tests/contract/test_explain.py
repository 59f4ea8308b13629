"""Rules explained, and their reference page."""

from __future__ import annotations

from pathlib import Path

from tallystick.contract.explain import explain_rule, reference_page
from tallystick.contract.rule import rules

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "contract-rules.md"


def test_each_rule_says_cause_and_cure() -> None:
    assert len(rules()) >= 30
    assert len({rule.id for rule in rules().values()}) == len(rules())
    for rule in rules().values():
        text = explain_rule(rule.id)
        assert text is not None
        assert "Cause: " in text
        assert "Cure: " in text
        assert rule.cure.endswith(".")


def test_a_rule_is_found_by_id_in_any_case_or_by_name() -> None:
    assert explain_rule("ts-c051") == explain_rule("overlapping_targets")
    assert explain_rule("TS-C999") is None


def test_the_reference_page_is_the_one_that_the_code_makes() -> None:
    """Make it anew with `python -m tallystick.contract.explain > docs/reference/contract-rules.md`."""
    assert PAGE.read_text(encoding="utf-8") == reference_page()
