"""Worked examples of a contract run as tests."""

from fractions import Fraction
from typing import Any

import pytest

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.section import Counts
from tallystick.verdicts.examples import ExampleRun, apply_figures, example_findings, run_examples
from tallystick.vocabulary.period import Period
from tests.contract.clauses.applied import contract_of
from tests.verdicts.agreement import TEXT, judged


def with_examples(*examples: str) -> Contract:
    text = TEXT + "examples:\n" + "".join(f"  - {example}\n" for example in examples)
    contract, findings = load_text(text)
    assert contract is not None, findings
    return contract


@pytest.mark.parametrize(
    "shown",
    [
        "{clause: A1, given: {met: 42, total: 60}, expect: {verdict: missed, value: 70%, credit: 2500}}",
        "{clause: A1, given: {met: 48, total: 60}, expect: {verdict: met, credit: 0}}",
        "{clause: A1, given: {met: 0, total: 0}, expect: {verdict: not assessable}}",
        "{clause: C1, given: {met: 42, total: 60}, expect: {credit: 2500}}",
        "{clause: C1, given: {values: {A1: {met: 59, total: 60}}}, expect: {credit: 0}}",
    ],
)
def test_an_example_that_comes_out_has_no_finding(shown: str) -> None:
    contract = with_examples(shown)
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


def run_of(example: str, *clauses: str, begins: str = "2026-01-01") -> ExampleRun:
    """One example of a contract with these clauses, whose term begins on a day."""
    *others, last = clauses
    contract = contract_of(*others, f"{last}\nexamples:\n  - {example}", begins=begins)
    (run,) = run_examples(contract)
    return run


A1 = "{id: A1, kind: kpi, measure: csat, target: 80%, minimum: 70%}"
NO_MINIMUM = "{id: A1, kind: kpi, measure: csat, target: 80%}"
ESCALATES = (
    "{id: E1, kind: escalating_credit, when: {clause: A1, below: minimum}, percentages: [1%, 2%, 4%, 8%], of: fee}"
)
EACH_MISS = ESCALATES.replace(", below: minimum", "")
FROM_MARCH = "state: [{from: 2026-01-01, as: baselining}, {from: 2026-03-01, as: in-effect}]}"
BEFORE_THE_TERM = "state: [{from: 2025-06-01, as: in-effect}]}"
SIXTY, SEVENTY, EIGHTY = ("{met: 60, total: 100}", "{met: 70, total: 100}", "{met: 80, total: 100}")


@pytest.mark.parametrize(
    ("earlier", "clause", "credit"),
    [
        # 1 % of 10,000 for the first month below the minimum, then 2 %, 4 %, 8 %.
        ((), A1, "100.00"),
        ((SIXTY,), A1, "200.00"),
        ((SIXTY, SIXTY), A1, "400.00"),
        # A month that keeps the minimum, or the target, does not count.
        ((SEVENTY,), A1, "100.00"),
        (("{met: 69, total: 100}", SEVENTY), A1, "200.00"),
        ((EIGHTY, SIXTY, SEVENTY), A1, "200.00"),
        # Where a clause has no minimum nothing is below it.
        ((SEVENTY,), NO_MINIMUM, "0.00"),
        (("{met: 59, total: 100}", SIXTY), NO_MINIMUM, "0.00"),
        # Nothing is counted of a month without figures, and of one that is excused.
        (("{outcome: excused}",), A1, "100.00"),
        (("{met: 60, total: 100, outcome: excused}", "{n: 0}", "{total: 100}"), A1, "100.00"),
    ],
)
def test_earlier_periods_of_an_example_count_by_the_level_that_they_kept(
    earlier: tuple[str, ...], clause: str, credit: str
) -> None:
    example = f"{{clause: E1, earlier: [{', '.join(earlier)}], given: {SIXTY}, expect: {{credit: 0}}}}"
    assert run_of(example, clause, ESCALATES).found == (("credit", f"EUR {credit}"),)


@pytest.mark.parametrize("met", [42, 47, 48, 35, 36, 60, 0])
def test_a_period_of_an_example_is_remembered_as_its_verdict_says(met: int) -> None:
    (verdict,) = judged(met, 60 - met).verdicts
    contract, _ = load_text(TEXT)
    assert contract is not None
    month = Period.parse("2026-03", contract.zone)
    ran = apply_figures(contract, "A1", Counts(met=met, total=60), month, month.start_on, [], [])
    past = ran.ended().of("A1")
    assert past is not None
    assert (past.outcome, past.level, past.value, past.n) == (
        verdict.outcome.value,
        verdict.level,
        verdict.compared,
        60,
    )


@pytest.mark.parametrize(
    ("given", "n", "value"),
    [
        ("{value: 75%}", 1, Fraction(3, 4)),
        ("{value: 75%, n: 12}", 12, Fraction(3, 4)),
        ("{met: 3, total: 4}", 4, Fraction(3, 4)),
        ("{n: 0}", 0, None),
        ("{total: 0}", 0, None),
        ("{value: 75%, n: 0}", 0, None),
    ],
)
def test_a_period_of_an_example_is_remembered_with_its_n(given: str, n: int, value: Fraction | None) -> None:
    contract = contract_of(A1, f"{EACH_MISS}\nexamples: [{{clause: A1, given: {given}, expect: {{credit: 0}}}}]")
    (example,) = contract.examples
    month = Period.parse("2026-03", contract.zone)
    past = apply_figures(contract, "A1", example.given, month, month.start_on, [], []).ended().of("A1")
    assert past is not None
    assert (past.n, past.value) == (n, value)
    assert past.outcome == ("missed" if n else "not assessable")


@pytest.mark.parametrize(
    ("clause", "given", "found"),
    [
        (A1, "{met: 79, total: 100}", "missed"),
        (A1, "{n: 0}", "not assessable"),
        (A1, "{total: 0}", "not assessable"),
        # Neither a total alone says anything, nor an n of a value that is not there.
        (A1, "{total: 100}", "not assessable"),
        (A1, "{n: 1}", "not assessable"),
        (A1, "{}", "not assessable"),
        (A1, "{outcome: excused}", "excused"),
        # A value without its n has the volume that the clause asks for; one that is given is held against it.
        (A1.replace("minimum:", "minimum_volume: 30, minimum:"), "{value: 80%}", "met"),
        (A1.replace("minimum:", "minimum_volume: 30, minimum:"), "{value: 80%, n: 29}", "not assessable"),
        (A1.replace("minimum:", "minimum_volume: 30, minimum:"), "{value: 80%, n: 30}", "met"),
        (A1.replace("minimum:", "minimum_volume: 1, minimum:"), "{value: 80%}", "met"),
        (A1.replace("minimum:", "minimum_volume: 0, minimum:"), "{value: 80%}", "met"),
        (A1, "{value: 80%}", "met"),
        # Failures are forgiven where rows are counted: a share of easy answers, and no mean of them.
        ("{id: A1, kind: kpi, measure: ces, params: {statistic: share}, target: 80%, allowed_failures: 25}", SIXTY,
         "missed"),
        ("{id: A1, kind: kpi, measure: ces, params: {statistic: share}, target: 80%, allowed_failures: 40}", SIXTY,
         "met"),
        ("{id: A1, kind: kpi, measure: ces, params: {steps: 5}, target: 80%, allowed_failures: 40}", SIXTY, "missed"),
    ],
)  # fmt: skip
def test_an_example_is_judged_by_the_figures_that_it_gives(clause: str, given: str, found: str) -> None:
    run = run_of(f"{{clause: A1, given: {given}, expect: {{verdict: met}}}}", clause)
    assert run.found == (("verdict", found),)


def test_a_value_without_an_n_and_a_minimum_volume_is_shown_as_of_one() -> None:
    run = run_of("{clause: A1, given: {value: 75%}, expect: {verdict: missed}}", A1)
    assert next(step.inserted for step in run.steps if step.label == "value") == "75 % (n = 1)"


AVERAGED = "{id: AV, kind: averaged_level, averages: A1, periods: 2, target: 80%}"
CAP = "{id: CAP, kind: credit_cap, amount: 100}"


@pytest.mark.parametrize(
    ("shown", "clauses", "expected", "found"),
    [
        ("{clause: A1, given: {met: 42, total: 60}, expect: {value: 71%}}", (A1,), "71 %", "70 %"),
        ("{clause: A1, given: {n: 0}, expect: {value: 71%}}", (A1,), "71 %", "no value"),
        ("{clause: A1, given: {}, expect: {value: 71%}}", (A1,), "71 %", "no value"),
        ("{clause: AV, earlier: [{met: 90, total: 100}], given: {met: 60, total: 100}, expect: {value: 76%}}",
         (A1, AVERAGED), "76 %", "75 %"),
        ("{clause: E1, given: {met: 60, total: 100}, expect: {value: 61%}}", (A1, EACH_MISS), "61 %", "60 %"),
        # What rests on nothing has no value.
        ("{clause: CAP, given: {value: 5}, expect: {value: 5}}", (CAP,), "5", "no value"),
        ("{clause: XX, given: {value: 5}, expect: {value: 5}}", (A1,), "5", "no value"),
    ],
)  # fmt: skip
def test_an_example_tells_the_value_that_is_compared_in_the_unit_of_its_level(
    shown: str, clauses: tuple[str, ...], expected: str, found: str
) -> None:
    run = run_of(shown, *clauses)
    assert (run.expected, run.found) == ((("value", expected),), (("value", found),))
    assert not run.holds


def test_an_example_of_a_clause_that_is_not_there_comes_to_nothing() -> None:
    run = run_of("{clause: XX, given: {met: 1, total: 2}, expect: {verdict: met, credit: 5, points: 1}}", A1, EACH_MISS)
    assert run.found == (("verdict", "nothing"), ("credit", "EUR 0.00"), ("points", "0"))


@pytest.mark.parametrize(
    ("clause", "begins", "more", "inserted", "credit"),
    [
        # From the first day on which the clause is in effect and the earlier month lies in the term.
        (A1, "2026-01-01", "", "2026-01 + this one", "200.00"),
        (A1.replace("}", f", {FROM_MARCH}"), "2026-01-01", "", "2026-03 + this one", "200.00"),
        (A1.replace("}", f", {BEFORE_THE_TERM}"), "2026-01-01", "", "2026-01 + this one", "200.00"),
        # On a day that is named: the month before is baselining, and counts for nothing.
        (A1.replace("}", f", {FROM_MARCH}"), "2026-01-01", "on: 2026-03-10, ", "this one", "100.00"),
        (A1.replace("}", f", {FROM_MARCH}"), "2026-01-01", "on: 2026-04-10, ", "2026-03 + this one", "200.00"),
        # A term that begins within a month: the clause is in effect for the rest of that month.
        (
            A1.replace("}", ", state: [{from: 2026-01-15, as: in-effect}]}"),
            "2026-01-15", "on: 2026-02-10, ", "2026-01 + this one", "200.00",
        ),
    ],
)  # fmt: skip
def test_an_example_runs_while_its_clause_is_in_effect(
    clause: str, begins: str, more: str, inserted: str, credit: str
) -> None:
    example = f"{{clause: A1, {more}earlier: [{SIXTY}], given: {SIXTY}, expect: {{credit: 0}}}}"
    run = run_of(example, clause, EACH_MISS, begins=begins)
    assert [step.inserted for step in run.steps if step.label == "misses in the window"] == [inserted]
    assert run.found == (("credit", f"EUR {credit}"),)


REPORTING = "state: [{from: 2026-01-01, as: reporting-only}, {from: 2026-03-01, as: in-effect}]}"
SUSPENDED = "state: [{from: 2025-06-01, as: in-effect}, {from: 2026-01-01, to: 2026-01-31, as: suspended}]}"
BASELINED = "state: [{from: 2026-01-01, as: baselining}, {from: 2026-03-01, as: reporting-only}]}"
NEVER = "state: [{from: 2026-01-01, as: reporting-only}]}"
RETIRES = "state: [{from: 2026-01-01, as: in-effect}, {from: 2026-03-01, as: retired}]}"
FROM_APRIL = "state: [{from: 2026-04-01, as: in-effect}]}"
FOR_POINTS = "{id: P1, kind: points_credit, points: [S1, S2], each: 1%, of: fee}"
SCORES = (
    "{id: S1, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 1}]}",
    "{id: S2, kind: points, when: {clause: B1}, bands: [{below: 80%, points: 2}]}",
)


def since(clause: str, state: str) -> str:
    return f"{clause.removesuffix('}')}, {state}"


FIXED = "{id: E1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 100}"


@pytest.mark.parametrize(
    ("clause", "credit", "on", "granted"),
    [
        # What sets the credit off must be in effect too, whichever of the two comes last.
        (A1, FIXED, "2026-01-01", "100.00"),
        (since(A1, REPORTING), FIXED, "2026-03-01", "100.00"),
        (A1, since(FIXED, REPORTING), "2026-03-01", "100.00"),
        (since(A1, REPORTING), since(FIXED, FROM_APRIL), "2026-04-01", "100.00"),
        (since(A1, SUSPENDED), FIXED, "2026-02-01", "100.00"),
        # On the last day of the term at the latest.
        (A1, since(FIXED, "state: [{from: 2027-12-31, as: in-effect}]}"), "2027-12-31", "100.00"),
        # They never are together: by the first day of the example's own clause, and by the first of all such days.
        (since(A1, BASELINED), FIXED, "2026-01-01", "0.00"),
        (since(A1, NEVER), since(FIXED, REPORTING), "2026-03-01", "0.00"),
        (since(A1, RETIRES), since(FIXED, REPORTING), "2026-03-01", "0.00"),
    ],
)
def test_an_example_of_a_credit_runs_when_what_sets_it_off_is_in_effect_too(
    clause: str, credit: str, on: str, granted: str
) -> None:
    run = run_of(f"{{clause: E1, given: {SIXTY}, expect: {{credit: 0}}}}", clause, credit)
    assert (run.on.isoformat(), run.found) == (on, (("credit", f"EUR {granted}"),))


@pytest.mark.parametrize(
    ("given", "on"),
    [
        (f"{{values: {{A1: {SIXTY}}}}}", "2026-01-01"),
        (f"{{values: {{B1: {SIXTY}}}}}", "2026-03-01"),
        (f"{{values: {{A1: {SIXTY}, B1: {SIXTY}}}}}", "2026-03-01"),
    ],
)
def test_an_example_waits_only_for_the_clauses_that_it_gives_figures_of(given: str, on: str) -> None:
    clauses = (A1, since(A1.replace("A1", "B1"), REPORTING), *SCORES, FOR_POINTS)
    assert run_of(f"{{clause: P1, given: {given}, expect: {{credit: 0}}}}", *clauses).on.isoformat() == on


def test_an_example_of_figures_by_name_does_not_wait_for_clauses_without_any() -> None:
    """P1 rests on A1 too, which has no figures here and is in effect from March on."""
    clauses = (since(A1, REPORTING), A1.replace("A1", "B1"), *SCORES, FOR_POINTS)
    run = run_of(f"{{clause: P1, given: {{values: {{B1: {SIXTY}}}}}, expect: {{credit: 0}}}}", *clauses)
    assert run.on.isoformat() == "2026-01-01"


def test_an_example_waits_for_what_lies_between_its_clause_and_the_figures() -> None:
    clauses = (A1, A1.replace("A1", "B1"), since(SCORES[0], REPORTING), SCORES[1], FOR_POINTS)
    run = run_of(f"{{clause: P1, given: {{values: {{A1: {SIXTY}}}}}, expect: {{credit: 0}}}}", *clauses)
    assert run.on.isoformat() == "2026-03-01"


def test_where_all_are_never_in_effect_together_as_many_as_can_be_are() -> None:
    clauses = (since(A1, NEVER), since(A1.replace("A1", "B1"), REPORTING), *SCORES, FOR_POINTS)
    given = f"{{values: {{A1: {SIXTY}, B1: {SIXTY}}}}}"
    run = run_of(f"{{clause: P1, given: {given}, expect: {{credit: 0}}}}", *clauses)
    assert run.on.isoformat() == "2026-03-01"


IN_MAY = "state: [{from: 2026-01-01, as: reporting-only}, {from: 2026-05-01, as: in-effect}]}"
AT_ONCE = "state: [{from: 2026-01-01, as: in-effect}]}"


@pytest.mark.parametrize(
    ("before", "effective", "after", "on"),
    [
        # Once an amendment has put the clause into effect, on the last day of the term at the latest.
        (NEVER, "2026-05-01", AT_ONCE, "2026-05-01"),
        (NEVER, "2027-12-31", AT_ONCE, "2027-12-31"),
        # Not on a day from which an amendment has put it off.
        (IN_MAY, "2026-05-01", IN_MAY.replace("2026-05", "2026-08"), "2026-08-01"),
    ],
)
def test_an_example_runs_by_the_text_in_force_on_its_day(before: str, effective: str, after: str, on: str) -> None:
    contract = contract_of(
        since(A1, before),
        f"{EACH_MISS}\nexamples: [{{clause: E1, given: {SIXTY}, expect: {{credit: 100}}}}]",
        amendment=f"effective: {effective}, changes: [{{clause: A1, set: {{{after}}}]",
    )
    (run,) = run_examples(contract)
    assert (run.on.isoformat(), run.holds) == (on, True), run.found


def test_a_finding_of_an_example_tells_the_day_on_which_it_ran_and_how_to_name_another() -> None:
    contract = with_examples("{clause: A1, given: {met: 47, total: 60}, expect: {verdict: met}}")
    (finding,) = example_findings(contract)
    assert run_examples(contract)[0].on.isoformat() in finding.message
    assert "`on` runs it by the text of another day." in finding.cure


@pytest.mark.parametrize(
    ("window", "label"),
    [
        ("month", "2026-01"),
        ("quarter", "2026-Q1"),
        ("rolling 2 months", "2026-01"),
        ("rolling 2 quarters", "2026-01"),
    ],
)
def test_earlier_periods_are_as_long_as_the_window_and_months_for_one_that_rolls(window: str, label: str) -> None:
    clause = A1.replace("}", f", window: {window}}}")
    example = f"{{clause: E1, earlier: [{SIXTY}], given: {SIXTY}, expect: {{credit: 200}}}}"
    run = run_of(example, clause, EACH_MISS)
    assert [step.inserted for step in run.steps if step.label == "misses in the window"] == [f"{label} + this one"]


def fixed(name: str, clause: str, amount: int) -> str:
    return f"{{id: {name}, kind: service_credit, when: {{clause: {clause}}}, model: fixed, amount: {amount}}}"


@pytest.mark.parametrize(
    ("clause", "credit", "payable"),
    [("A1", "150.00", "100.00"), ("B1", "40.00", "0.00"), ("C1", "120.00", "100.00"), ("C2", "30.00", "0.00")],
)
def test_the_credit_of_a_counted_clause_is_the_sum_of_those_that_follow_from_it_alone(
    clause: str, credit: str, payable: str
) -> None:
    clauses = (A1, A1.replace("A1", "B1"), fixed("C1", "A1", 120), fixed("C2", "A1", 30), fixed("C3", "B1", 40), CAP)
    given = f"{{values: {{A1: {SIXTY}, B1: {SIXTY}}}}}"
    # The counts of the example's own clause, where it gives none, are those among its values.
    run = run_of(f"{{clause: {clause}, given: {given}, expect: {{credit: 0, payable: 0}}}}", *clauses)
    assert run.found == (("credit", f"EUR {credit}"), ("payable", f"EUR {payable}"))


def test_of_a_step_that_was_expected_the_result_is_told_in_its_own_unit() -> None:
    steps = "misses in the window: 3, percentage: 2.5%, amount: 201, no such: 1, due: soon"
    example = f"{{clause: E1, earlier: [{SIXTY}], given: {SIXTY}, expect: {{steps: {{{steps}}}}}}}"
    found: dict[str, Any] = dict(run_of(example, A1, EACH_MISS).found)
    assert found == {
        "step “misses in the window”": "2",
        "step “percentage”": "2 %",
        "step “amount”": "EUR 200",
        "step “no such”": "no such step",
        "step “due”": "no such step",
    }


def test_what_an_earlier_period_was_paid_uses_up_the_cap_of_a_year() -> None:
    cap = "{id: CAP, kind: credit_cap, amount: 250, over: year}"
    example = f"{{clause: E1, earlier: [{SIXTY}], given: {SIXTY}, expect: {{credit: 200, payable: 150}}}}"
    run = run_of(example, A1, EACH_MISS, cap)
    assert run.holds, run.found


@pytest.mark.parametrize(
    ("earlier", "credit"),
    [("70%", "2000"), ("79.99%", "2000"), ("80%", "1000"), ("85%", "1000"), ("95%", "1000")],
)
def test_an_earlier_average_below_its_minimum_is_a_miss_of_the_minimum(earlier: str, credit: str) -> None:
    base = "{id: A1, kind: kpi, measure: csat, target: 90%, minimum_volume: 1}"
    # The mean of the second period is that of both, so it is below 80 % whatever the first one was.
    mean = "{id: AV, kind: averaged_level, averages: A1, target: 90%, minimum: 80%}"
    twice = "{id: E1, kind: escalating_credit, when: {clause: AV, below: minimum}, percentages: [10%, 20%], of: fee}"
    example = f"{{clause: E1, earlier: [{{value: {earlier}}}], given: {{value: 60%}}, expect: {{credit: {credit}}}}}"
    run = run_of(example, base, mean, twice)
    assert run.holds, run
