"""Worked examples of a contract run as tests."""

import pytest

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.verdicts.examples import example_findings, run_examples
from tests.verdicts.agreement import TEXT


def with_examples(*examples: str) -> Contract:
    text = TEXT + "examples:\n" + "".join(f"  - {example}\n" for example in examples)
    contract, findings = load_text(text)
    assert contract is not None, findings
    return contract


@pytest.mark.parametrize(
    "example",
    [
        "{clause: A1, given: {met: 42, total: 60}, expect: {verdict: missed, value: 70%, credit: 2500}}",
        "{clause: A1, given: {met: 48, total: 60}, expect: {verdict: met, credit: 0}}",
        "{clause: A1, given: {met: 0, total: 0}, expect: {verdict: not assessable}}",
        "{clause: C1, given: {met: 42, total: 60}, expect: {credit: 2500}}",
        "{clause: C1, given: {values: {A1: {met: 59, total: 60}}}, expect: {credit: 0}}",
    ],
)
def test_an_example_that_comes_out_has_no_finding(example: str) -> None:
    contract = with_examples(example)
    assert [run.holds for run in run_examples(contract)] == [True], run_examples(contract)
    assert example_findings(contract) == []


def test_an_example_that_does_not_come_out_is_a_finding_at_its_line() -> None:
    contract = with_examples(
        "{clause: A1, given: {met: 48, total: 60}, expect: {verdict: met}}",
        "{clause: A1, given: {met: 47, total: 60}, expect: {verdict: met, credit: 0}}",
    )
    (finding,) = example_findings(contract)
    assert finding.id == "TS-V010"
    assert "verdict: met expected, missed computed" in finding.message
    assert "credit: EUR 0.00 expected, EUR 2,500.00 computed" in finding.message
    assert finding.place.line == TEXT.count("\n") + 3
