"""Levels that do not bind while the volume lies outside a tolerance around its forecast."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from tallystick.contract.card import cards_by_id
from tallystick.contract.clauses.volume_tolerance import VolumeTolerance
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Counts
from tallystick.contract.yaml_text import yaml_text
from tallystick.verdicts.examples import AppliedPeriod, apply_figures
from tallystick.vocabulary.finding import Severity
from tallystick.vocabulary.period import Period
from tests.contract.agreement import CARDS
from tests.contract.clauses.applied import HEAD, contract_of, linted, refused
from tests.verdicts.money_world import AFTER, contract, month

SAID = "minimum_volume: 1, value: imported, reported_as: r"
V1 = "{id: V1, kind: kpi, measure: volume_against_forecast, target: 10%, minimum_volume: 5, better: lower}"
V2 = f"{{id: V2, kind: kpi, measure: chats, target: 10%, better: lower, {SAID}}}"
A1 = f"{{id: A1, kind: kpi, measure: m1, target: 80%, minimum: 70%, {SAID}}}"
A2 = f"{{id: A2, kind: kpi, measure: m2, target: 5%, better: lower, {SAID}}}"
VT = "{id: VT, kind: volume_tolerance, volume: V1, over: 10%, under: 20%, clauses: [A1, A2]}"
C1 = "{id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 100}"
AV = "{id: AV, kind: averaged_level, averages: A1, target: 80%}"


def ran(*clauses: str, on: date = date(2026, 3, 1), **values: Any) -> AppliedPeriod:
    made = contract_of(*clauses)
    counts = Counts.model_validate({"values": {name: as_counts(one) for name, one in values.items()}})
    return apply_figures(made, "none", counts, Period.containing("month", on, "UTC"), on, [], [])


def as_counts(value: Any) -> dict[str, Any]:
    return {"value": value} if isinstance(value, str) else value


def outcome(volume: Any, value: str = "79%", tolerance: str = VT, **values: Any) -> str:
    return ran(V1, A1, A2, tolerance, V1=volume, A1=value, **values).values.outcomes["A1"]


def told(found: AppliedPeriod, label: str, clause: str = "VT") -> tuple[str, str, Any]:
    return next((s.formula, s.inserted, s.result) for s in found.steps if (s.clause, s.label) == (clause, label))


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ("10%", "missed"), ("10.0001%", "excused"), ("9.9999%", "missed"), ("0%", "missed"),
        ("-20%", "missed"), ("-20.0001%", "excused"), ("-19.9999%", "missed"), ("-100%", "excused"),
    ],
)  # fmt: skip
def test_the_border_itself_binds_and_what_lies_beyond_does_not(volume: str, expected: str) -> None:
    assert outcome(volume) == expected


def test_a_side_that_is_not_written_has_no_border() -> None:
    over, under = VT.replace(" under: 20%,", ""), VT.replace(" over: 10%,", "")
    assert (outcome("-90%", tolerance=over), outcome("11%", tolerance=over)) == ("missed", "excused")
    assert (outcome("500%", tolerance=under), outcome("-21%", tolerance=under)) == ("missed", "excused")


def test_only_a_miss_is_turned_and_only_of_the_clauses_named() -> None:
    found = ran(V1, A1, A2, VT.replace(", A2", ""), V1="30%", A1="80%", A2="6%").values.outcomes
    assert (found["A1"], found["A2"], found["V1"]) == ("met", "missed", "missed")
    found = ran(V1, A1, A2, VT, V1="30%", A1="80%", A2="6%").values.outcomes
    assert (found["A1"], found["A2"]) == ("met", "excused")


def test_a_miss_may_be_left_unassessed_instead() -> None:
    tolerance = VT.replace("clauses:", "effect: not-assessable, clauses:")
    assert outcome("11%", tolerance=tolerance) == "not assessable"
    assert outcome("10%", tolerance=tolerance) == "missed"
    assert outcome("11%", "80%", tolerance=tolerance) == "met"
    found = ran(V1, A1, A2, tolerance, V1="11%", A1="79%")
    assert told(found, "outcome of A1")[0] == "a miss outside the tolerance is not assessed"


@pytest.mark.parametrize("volume", ["0%", "10%", "11%", "-50%"])
def test_while_the_volume_is_not_final_a_miss_is_provisional_wherever_it_lies(volume: str) -> None:
    given = {"value": volume, "outcome": "provisional"}
    found = ran(V1, A1, A2, VT, V1=given, A1="79%", A2="5%")
    assert (found.values.outcomes["A1"], found.values.outcomes["A2"]) == ("provisional", "met")
    assert told(found, "tolerance") == ("the volume is not final", "provisional", "not final")
    assert told(found, "outcome of A1") == ("a miss waits until the volume is final", "missed", "provisional")


@pytest.mark.parametrize("given", [{"n": 0}, {"value": "30%", "n": 4}, {"value": "30%", "outcome": "not assessable"}])
def test_without_a_volume_that_was_judged_the_clauses_bind(given: dict[str, Any]) -> None:
    found = ran(V1, A1, A2, VT, V1=given, A1="79%")
    assert found.values.outcomes["A1"] == "missed"
    assert told(found, "tolerance") == ("no volume", "V1 is not assessable", "binding")
    assert [step.label for step in found.steps if step.clause == "VT"] == ["tolerance"]


def test_a_volume_of_another_window_is_not_judged_and_the_clauses_bind() -> None:
    found = ran(V1, A1, A2, VT, A1="79%")
    assert found.values.outcomes["A1"] == "missed"
    assert told(found, "tolerance") == ("no volume", "V1 is not judged", "binding")


def test_relief_on_the_volume_leaves_it_a_volume() -> None:
    assert outcome({"value": "11%", "outcome": "excused"}) == "excused"
    assert outcome({"value": "10%", "outcome": "excused"}) == "missed"


@pytest.mark.parametrize(
    ("state", "expected"),
    [("in-effect", "excused"), ("reporting-only", "missed"), ("baselining", "missed"), ("suspended", "missed")],
)
def test_a_tolerance_that_is_not_in_effect_changes_nothing(state: str, expected: str) -> None:
    tolerance = VT.replace("clauses:", f"state: [{{from: 2026-01-01, as: {state}}}], clauses:")
    assert outcome("11%", tolerance=tolerance) == expected
    if expected == "missed":
        found = ran(V1, A1, A2, tolerance, V1="11%", A1="79%")
        assert told(found, "tolerance") == ("not in effect", state, "binding")


@pytest.mark.parametrize(
    ("state", "expected"),
    [("reporting-only", "excused"), ("baselining", "excused"), ("suspended", "missed"), ("retired", "missed")],
)
def test_a_volume_that_is_reported_only_is_one_and_a_suspended_one_is_none(state: str, expected: str) -> None:
    volume = V1.replace("target:", f"state: [{{from: 2026-01-01, as: {state}}}], target:")
    found = ran(volume, A1, A2, VT, V1="11%", A1="79%")
    assert found.values.outcomes["A1"] == expected
    if expected == "missed":
        assert told(found, "tolerance") == ("no volume", f"V1 is {state}", "binding")


def test_the_value_is_compared_as_its_clause_compares_it() -> None:
    rounded = V1.replace("target:", "rounding: {decimals: 0, when: before}, target:")
    assert ran(rounded, A1, A2, VT, V1="10.4%", A1="79%").values.outcomes["A1"] == "missed"
    assert ran(V1, A1, A2, VT, V1="10.4%", A1="79%").values.outcomes["A1"] == "excused"


def test_its_steps_tell_the_volume_with_its_n_the_band_and_each_miss() -> None:
    found = ran(V1, A1, A2, VT, V1={"value": "12.5%", "n": 1488}, A1="79%", A2="4%")
    own = [(step.label, step.formula, step.inserted) for step in found.steps if step.clause == "VT"]
    assert own == [
        ("volume", "value of V1: volume / forecast - 1", "12.5 % (n = 1,488)"),
        (
            "tolerance",
            "volume more than 10 % over the forecast or more than 20 % under it",
            "12.5 % > 10 %",
        ),
        ("outcome of A1", "a miss outside the tolerance is excused", "missed"),
    ]
    assert told(found, "volume")[2] * 8 == 1
    assert [step.unit for step in found.steps if step.clause == "VT"] == ["ratio", "", ""]
    low = ran(V1, A1, A2, VT, V1="-25%", A1="79%")
    assert told(low, "tolerance")[1:] == ("-25 % < -20 %", "outside")


@pytest.mark.parametrize(
    ("side", "said"),
    [
        ("over: 10%, under: 20%,", "-20 % ≤ 5 % ≤ 10 %"), ("over: 10%,", "5 % ≤ 10 %"), ("under: 20%,", "-20 % ≤ 5 %"),
    ],
)  # fmt: skip
def test_inside_the_band_is_told_with_the_borders_that_are_written(side: str, said: str) -> None:
    found = ran(V1, A1, A2, VT.replace("over: 10%, under: 20%,", side), V1="5%", A1="79%")
    assert told(found, "tolerance")[1:] == (said, "inside")


def test_what_follows_from_a_miss_does_not_follow_from_an_excused_one_wherever_the_tolerance_stands() -> None:
    for clauses in ((V1, A1, A2, C1, AV, VT), (VT, C1, AV, A1, A2, V1)):
        out, inside = ran(*clauses, V1="11%", A1="79%"), ran(*clauses, V1="10%", A1="79%")
        assert (str(out.values.credits["C1"]), str(inside.values.credits["C1"])) == ("EUR 0.00", "EUR 100.00")
        assert (out.values.outcomes["AV"], inside.values.outcomes["AV"]) == ("excused", "missed")


def test_of_two_tolerances_either_may_excuse() -> None:
    other = VT.replace("VT", "VU").replace("V1", "V2")
    for volumes, expected in (
        (("11%", "0%"), "excused"), (("0%", "11%"), "excused"), (("0%", "0%"), "missed"), (("11%", "11%"), "excused"),
    ):  # fmt: skip
        found = ran(V1, V2, A1, A2, VT, other, V1=volumes[0], V2=volumes[1], A1="79%")
        assert found.values.outcomes["A1"] == expected
        assert [step.clause for step in found.steps if step.label == "outcome of A1"] == (
            [] if expected == "missed" else ["VT" if volumes[0] == "11%" else "VU"]
        )


def test_a_clause_that_is_named_twice_is_turned_once() -> None:
    found = ran(V1, A1, A2, VT.replace("[A1, A2]", "[A1, A1]"), V1="11%", A1="79%")
    assert [step.label for step in found.steps if step.clause == "VT"] == ["volume", "tolerance", "outcome of A1"]


# ---- text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "wrong"),
    [
        ("", True), ("over: 0%,", True), ("over: 0.01%,", False), ("over: -1%,", True), ("under: 0%,", True),
        ("under: 0.01%,", False), ("under: 99.99%,", False), ("under: 100%,", True), ("over: 100%,", False),
        ("over: 10%, under: 0%,", True),
    ],
)  # fmt: skip
def test_a_band_has_a_side_and_lies_above_nought(side: str, wrong: bool) -> None:
    assert refused(V1, A1, A2, VT.replace("over: 10%, under: 20%,", side)) == wrong


def test_the_mistakes_of_a_band_are_told() -> None:
    for side, message in (
        ("", "Write `over`, `under` or both"),
        ("over: 0%,", "A tolerance is above 0 %"),
        ("under: 100%,", "no volume lies further below its forecast"),
    ):
        clauses = (V1, A1, A2, VT.replace("over: 10%, under: 20%,", side))
        _, findings = load_text(HEAD + "".join(f"  - {clause}\n" for clause in clauses))
        assert any(message in one.message for one in findings), findings


def test_it_names_at_least_one_clause() -> None:
    assert refused(V1, A1, A2, VT.replace("[A1, A2]", "[]"))


def test_a_sound_tolerance_is_told_nothing() -> None:
    assert linted(V1, V2, A1, A2, VT, VT.replace("VT", "VU").replace("V1", "V2")) == []


@pytest.mark.parametrize(
    ("clauses", "message"),
    [
        ((A1, A2, C1, VT.replace("V1", "C1")), "takes C1 as the volume, which measures nothing: it is a service_cr"),
        (
            (V1.replace("volume_against_forecast", "csat"), A1, A2, VT),
            "takes V1 as the volume against its forecast, but it measures csat.",
        ),
        ((V2.replace("10%", "4.2"), A1, A2, VT.replace("V1", "V2")), "V2 of VT is not a percentage: its target is 4.2"),
        ((V1, A1, C1, VT.replace("A2", "C1")), "VT would release C1, which is no counted level: it is a service_cr"),
        ((V1, A1, VT.replace("A2", "V1")), "VT would release V1 by its own value: it is the volume of this tolerance."),
        ((V1, A1, VT.replace("A2", "A1")), "VT names A1 twice."),
        (
            (V1, A1, A2.replace("target", "window: quarter, target"), VT),
            "VT never holds for A2: it is judged by quarter, its volume V1 by month.",
        ),
    ],
)
def test_what_cannot_be_meant_is_found(clauses: tuple[str, ...], message: str) -> None:
    ((clause, said),) = linted(*clauses)
    assert clause == "VT"
    assert message in said


def test_a_volume_that_is_stated_may_bear_any_name() -> None:
    typed = V2.replace("imported, reported_as: r", "typed")
    assert linted(typed, A1, A2, VT.replace("V1", "V2")) == []


@pytest.mark.parametrize(
    ("other", "repeats"),
    [
        ("over: 15%, clauses: [A1]", True), ("under: 15%, clauses: [A1]", True),
        ("over: 15%, under: 1%, clauses: [A2]", True), ("over: 15%, clauses: [A3]", False),
    ],
)  # fmt: skip
def test_two_tolerances_on_one_side_of_one_volume_are_told_at_the_later(other: str, repeats: bool) -> None:
    a3 = A1.replace("A1", "A3")
    found = linted(V1, A1, A2, a3, VT, f"{{id: VU, kind: volume_tolerance, volume: V1, {other}}}")
    assert [clause for clause, _ in found] == ["VU"] * repeats
    assert all("VU and VT hold the same volume against a tolerance for A" in message for _, message in found)


def test_two_tolerances_on_two_sides_or_of_two_volumes_are_none_too_many() -> None:
    over = "{id: VT, kind: volume_tolerance, volume: V1, over: 10%, clauses: [A1]}"
    under = "{id: VU, kind: volume_tolerance, volume: V1, under: 10%, clauses: [A1]}"
    assert linted(V1, V2, A1, over, under) == []
    assert linted(V1, V2, A1, under.replace("VU", "VT"), over.replace("VT", "VU")) == []
    assert linted(V1, V2, A1, over, over.replace("VT", "VU").replace("V1", "V2")) == []


def test_where_it_stands_and_how_grave_it_is() -> None:
    made = contract_of(V1, A1, VT.replace("[A1, A2]", "[A1, V1, A1]"))
    found = [one for clause in made.clauses for one in clause.lint(made, cards_by_id(CARDS))]
    assert [(one.id, one.severity) for one in found] == [
        ("TS-C138", Severity.ERROR), ("TS-C139", Severity.WARNING),
    ]  # fmt: skip
    assert [one.place for one in found] == [made.place("clauses", 2, "clauses", at) for at in (1, 2)]
    wrong = contract_of(A1, A2, VT.replace("V1", "A2"))
    (finding,) = [one for one in wrong.clauses[2].lint(wrong, cards_by_id(CARDS)) if one.id == "TS-C138"]
    assert finding.place == wrong.place("clauses", 2, "clauses", 1)
    measured = contract_of(V1.replace("volume_against_forecast", "csat"), A1, A2, VT)
    (finding,) = measured.clauses[3].lint(measured, cards_by_id(CARDS))
    assert (finding.id, finding.place) == (reading_rule("wrong_kind").id, measured.place("clauses", 3, "volume"))
    assert finding.cure == "Name a clause on volume_against_forecast."


def test_what_is_named_and_not_there_is_found_at_its_place() -> None:
    made = contract_of(V1, A1, A2, VT)
    assert made.clauses[3].references() == (("V1", ("volume",)), ("A1", ("clauses", 0)), ("A2", ("clauses", 1)))
    assert made.clauses[3].needs(made) == ("V1", "A1", "A2")
    # The rule about unknown clauses tells what is not there.
    assert linted(A1, VT) == []


def words(tolerance: str) -> list[str]:
    made = contract_of(V1, A1, A2, tolerance)
    return made.clauses[3].plain(made, {})


def test_it_is_said_in_plain_words() -> None:
    assert words(VT) == [
        (
            "Clauses A1, A2 do not bind in a period in which the volume, the value of clause V1, lies more than 10 % "
            "over the forecast or more than 20 % under it."
        ),
        "Exactly 10 % over and 20 % under still binds; the exact value is compared.",
        "Where the volume lies outside, a miss is excused, and nothing follows from it; what is kept stays met.",
        "While the value of clause V1 is not final, a miss is provisional. Without a value, the clauses bind.",
    ]
    one = words(VT.replace("[A1, A2]", "[A1]").replace(" over: 10%,", "").replace("VT,", "VT, effect: not-assessable,"))
    assert one == [
        (
            "Clause A1 does not bind in a period in which the volume, the value of clause V1, lies more than 20 % "
            "under the forecast."
        ),
        "Exactly 20 % under still binds; the exact value is compared.",
        "Where the volume lies outside, a miss is not assessed, and nothing follows from it; what is kept stays met.",
        "While the value of clause V1 is not final, a miss is provisional. Without a value, the clause binds.",
    ]
    assert words(VT.replace(" under: 20%,", ""))[0].endswith("lies more than 10 % over the forecast.")


def test_it_moves_no_money_itself_and_no_cap_limits_it() -> None:
    clause = contract_of(V1, A1, A2, VT).clauses[3]
    assert isinstance(clause, VolumeTolerance)
    assert (clause.capped, clause.moves_money, clause.heading) == (False, False, "VT. Volume outside tolerance")
    assert next(one.id for one, _ in contract_of(C1, A1, VT, A2, V1).in_order) == "VT"


# ---- every model of credits ----------------------------------------------------------------------------------------


def tolerant() -> Contract:
    """The text of every model of credits, in which no level binds outside a tolerance."""
    tree = contract().tree.plain()
    volume = {"id": "V1", "kind": "kpi", "measure": "volume_against_forecast", "target": "10%", "better": "lower"}
    tolerance = {"id": "VT", "kind": "volume_tolerance", "volume": "V1", "over": "10%", "under": "20%"}
    levels = {"clauses": ["A1", "A2", "A3", "L1"]}
    made, findings = load_text(yaml_text({**tree, "clauses": [*tree["clauses"], volume, {**tolerance, **levels}]}))
    assert made is not None, findings
    return made


@pytest.mark.parametrize("size", [pytest.param(150, id="quick"), pytest.param(6000, id="long", marks=pytest.mark.long)])
def test_a_tolerance_never_turns_met_into_missed_and_never_raises_a_credit(size: int) -> None:
    made, rng = tolerant(), Random(7)  # noqa: S311
    back = {name for name in ("EB", "ED", "EY") if any(f"id: {name}" in clause for clause in AFTER)}
    period = Period.containing("month", date(2026, 1, 1), made.zone)
    turned = 0
    for _ in range(size):
        figures = month(rng)
        volume = rng.choice(("10%", "10.01%", "-20%", "-20.01%", "0%", "90%"))
        results: list[AppliedPeriod] = []
        for said in ("0%", volume):
            values = {**figures.counts.values, "V1": Counts(value=said, n=rng.choice((None, 1488)))}
            counts = figures.counts.model_copy(update={"values": values})
            results.append(apply_figures(made, "none", counts, period, period.start_on, [], []))
        binds, outside = ({**one.values.outcomes, "V1": ""} for one in results)
        for name, before in binds.items():
            after = outside[name]
            assert after == before or (before, after) == ("missed", "excused"), (name, figures, volume)
            turned += after != before
        assert volume in ("10.01%", "-20.01%", "90%") or binds == outside
        sums = [{line.clause: line for line in one.lines} for one in results]
        for name, line in sums[0].items():
            if name not in back:
                assert sums[1][name].amount <= line.amount, (name, figures, volume)
        totals = [sum(one.payable.amount for one in lines.values()) for lines in sums]
        assert totals[1] <= totals[0]
    assert turned > size // 10
