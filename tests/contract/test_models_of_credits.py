"""The contracts of `examples/contracts`: one for each model of credits, with worked examples that run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.contract.check import check_path
from tallystick.contract.clause import clause_kinds
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.plain import plain
from tallystick.contract.section import Example
from tallystick.verdicts.cards import measure_cards
from tallystick.verdicts.examples import example_findings, run_example, run_examples
from tallystick.vocabulary.finding import Severity

FOLDER = Path(__file__).parents[2] / "examples" / "contracts"
TEXTS = sorted(FOLDER.glob("*.yaml"))


def contract_of(path: Path) -> Contract:
    contract, findings = check_path(path, measure_cards())
    assert contract is not None, findings
    return contract


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_contract_of_a_model_is_sound_and_its_examples_come_out(path: Path) -> None:
    contract, findings = check_path(path, measure_cards())
    assert contract is not None
    assert [one for one in findings if one.severity is Severity.ERROR] == []
    assert [one.message for one in example_findings(contract)] == []
    assert len(contract.examples) >= 3


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_each_figure_of_an_example_decides(path: Path) -> None:
    """Every figure that is expected, moved by one unit, is found."""
    contract = contract_of(path)
    for example in contract.examples:
        for changed in moved(example):
            assert not run_example(contract, changed).holds, (example.title, changed.expect)


def moved(example: Example) -> list[Example]:
    expect, found = example.expect, []
    for name in ("credit", "payable", "points"):
        figure = getattr(expect, name)
        if figure is not None:
            found.append(expect.model_copy(update={name: figure + 1}))
    if expect.verdict is not None:
        found.append(expect.model_copy(update={"verdict": "excused" if expect.verdict != "excused" else "met"}))
    for label, result in expect.steps.items():
        found.append(expect.model_copy(update={"steps": {label: f"{result}1"}}))
    return [example.model_copy(update={"expect": one}) for one in found]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_contract_of_a_model_can_be_read_in_plain_words(path: Path) -> None:
    contract = contract_of(path)
    words = plain(contract, cards=measure_cards())
    for clause in contract.clauses:
        assert f"### {clause.heading}" in words
    assert "None" not in words
    assert "penalt" not in words.lower()


def test_every_kind_of_clause_has_a_worked_example() -> None:
    shown = {clause.kind for path in TEXTS for clause in contract_of(path).clauses}
    # Clocks need records; their worked examples stand in the guide.
    assert set(clause_kinds()) - shown == {"sla_target"}


def test_the_published_figures_come_out() -> None:
    """DIR: $2,000. UK points: 1, then 6, then 2. TELUS: the whole table."""
    runs = {(path.stem, run.example.title): run for path in TEXTS for run in run_examples(contract_of(path))}
    assert dict(runs["m01-pools", "the published figure"].found)["credit"] == "USD 2,000.00"
    titles = ("first month", "second month, a repeat", "third month, a repeat")
    assert [dict(runs["m04-points", title].found)["points"] for title in titles] == ["1", "6", "2"]
    table = {5: "0.00", 10: "800.00", 15: "1,600.00", 20: "2,400.00", 25: "3,200.00", 30: "4,000.00"}
    for points, money in table.items():
        assert dict(runs["m05-points-table", f"{points} points"].found)["credit"] == f"CAD {money}"


VIRGINIA = (FOLDER / "m02-allocation.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("{percentage: 10%, of: monthly, less", "{percentage: 10.01%, of: monthly, less", "TS-C115"),
        ("L1: 25%, L2: 25%", "L1: 25.01%, L2: 24.99%", "TS-C113"),
        ("most_levels: 20", "most_levels: 3", "TS-C114"),
        ("L3: 25%, L4: 25%", "L3: 25%, L4: 25.01%", "TS-C110"),
    ],
)
def test_virginias_limits_are_held(old: str, new: str, rule: str) -> None:
    from tallystick.contract.check import check_text

    assert old in VIRGINIA
    contract, findings = check_text(VIRGINIA.replace(old, new), measure_cards())
    assert contract is None
    assert rule in {finding.id for finding in findings}


def test_twenty_one_levels_are_one_too_many() -> None:
    from tallystick.contract.check import check_text

    for count in (20, 21):
        kpis = "".join(
            f"  - {{id: X{n}, kind: kpi, measure: m{n}, better: higher, target: 80%, minimum_volume: 30, "
            f"value: imported, reported_as: m{n}}}\n"
            for n in range(count)
        )
        share = "4.7%" if count == 21 else "5%"
        levels = ", ".join(f"X{n}: {share}" for n in range(count))
        text = VIRGINIA.split("clauses:\n")[0] + f"clauses:\n{kpis}" + (
            "  - {id: AL, kind: pool_allocation, at_risk: {percentage: 10%, of: monthly, less: [telecom]}, "
            f"levels: {{{levels}}}, most_levels: 20}}\n"
            "examples: [{clause: AL, given: {values: {X0: {value: 70%}}}, expect: {credit: 1100}}]\n"
        )  # fmt: skip
        _, findings = check_text(text, measure_cards())
        errors = [one.id for one in findings if one.severity is Severity.ERROR]
        assert errors == (["TS-C114"] if count == 21 else []), findings


def test_an_example_with_earlier_periods_moves_back_into_the_term() -> None:
    contract = contract_of(FOLDER / "m04-points.yaml")
    run = next(run for run in run_examples(contract) if run.example.title == "third month, a repeat")
    assert [step.inserted for step in run.steps if step.label == "points"] == ["1 x 2"]
    assert "2026-02" in next(step.formula for step in run.steps if step.label == "points")


def test_an_example_expects_steps_by_their_label_and_names_one_that_is_not_there() -> None:
    text = (FOLDER / "m04-points.yaml").read_text(encoding="utf-8")
    contract, _ = load_text(text.replace("expect: {points: 0}", "expect: {points: 0, steps: {no such: 1}}"))
    assert contract is not None
    (finding,) = example_findings(contract)
    assert "step “no such”: 1 expected, no such step computed" in finding.message
