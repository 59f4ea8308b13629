"""Where a second judging differs from the one that was kept: facts, digests, money, and words put otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tallystick.verdicts.judge import Judgement
from tallystick.verdicts.rejudging import differences, hashed, rejudge, reworded
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import Outcome, RecordDifference, Verdict
from tallystick.vocabulary.money import Money
from tests.verdicts.agreement import judged as judged_now
from tests.verdicts.fixed_desk import AS_OF, TEXT, fixed_evidence, fixed_judgement
from tests.verdicts.invented_verdicts import judged, share, verdict

ONE = verdict(share(9, 10), Outcome.MET, reasons=("as it is",))
TWO = replace(ONE, clause="S2")
STATEMENT = judged_now(42, 18).statement
assert STATEMENT is not None


def record(*verdicts: Verdict, statement: Statement | None = None) -> Judged:
    listed = tuple((one.clause, one.digest) for one in verdicts)
    return replace(judged("2026-07-01T00:00:00Z"), verdicts=listed, statement=statement)


def told(
    kept: Judged, verdicts: Sequence[Verdict], again: Sequence[Verdict], statement: Statement | None = None
) -> list[tuple[str, str]]:
    return list(differences(kept, list(verdicts), Judgement(tuple(again), statement)))


def test_of_equal_verdicts_and_money_nothing_is_told() -> None:
    assert told(record(ONE, TWO), [ONE, TWO], [ONE, TWO]) == []
    assert told(record(ONE, statement=STATEMENT), [ONE], [ONE], STATEMENT) == []
    beside = replace(ONE, noted={"lake": 4}, restates="another", differing=(RecordDifference("case", 1, "c", "added"),))
    assert told(record(ONE), [beside], [ONE]) == []
    assert hashed(beside) == hashed(ONE) != hashed(TWO)


def test_each_figure_that_came_out_otherwise_is_told_by_its_place() -> None:
    other = replace(ONE, value=share(8, 10), population=(("queue", "in", ("a", "b")),))
    shown = replace(ONE, population=(("queue", "in", ("a", "c")),))
    assert told(record(shown, TWO), [shown, TWO], [other, TWO]) == [
        ("aurora/S1/2026-06: population[0][2][1]", "c in the record, b when judged again"),
        ("aurora/S1/2026-06: value.numerator", "9 in the record, 8 when judged again"),
        ("aurora/S1/2026-06: value.value", "9/10 in the record, 4/5 when judged again"),
    ]
    longer = replace(ONE, population=(("queue", "in", ("a", "c")), ("channel", "in", ("email",))))
    ((place, _),) = told(record(shown), [shown], [longer])
    assert place == "aurora/S1/2026-06: population", "lists of another length differ as a whole"
    ((place, said),) = told(record(ONE), [ONE], [replace(ONE, value=None)])
    assert (place, said.endswith("in the record, None when judged again")) == ("aurora/S1/2026-06: value", True)


def test_a_verdict_that_is_there_only_once_is_told() -> None:
    assert told(record(ONE, TWO), [ONE, TWO], [ONE]) == [
        ("aurora/S2/2026-06", "is in the record, and nothing was judged again")
    ]
    extra = [("aurora/S2/2026-06", "was judged again, and is not in the record")]
    assert told(record(ONE), [ONE], [ONE, TWO]) == extra
    assert told(record(ONE), [ONE, TWO], [ONE, TWO]) == extra
    assert told(record(ONE, TWO), [ONE], [ONE, TWO]) == extra


def test_a_digest_that_is_not_that_of_its_verdict_is_told() -> None:
    wrong = replace(record(ONE), verdicts=(("S1", "0" * 64),))
    assert told(wrong, [ONE], [ONE]) == [
        ("aurora/S1/2026-06", f"digest 000000000000 in the record, {ONE.digest[:12]} when judged again")
    ]


def test_money_that_came_out_otherwise_is_told() -> None:
    assert STATEMENT is not None
    other = replace(STATEMENT, total=Money(Decimal(5), "EUR"))
    where = "aurora/2026-06: statement"
    assert told(record(ONE, statement=STATEMENT), [ONE], [ONE], other) == [
        (f"{where}: total.amount", "2500.00 in the record, 5 when judged again")
    ]
    once = [(where, "is there only once")]
    assert told(record(ONE, statement=STATEMENT), [ONE], [ONE]) == once
    assert told(record(ONE), [ONE], [ONE], STATEMENT) == once


def test_words_that_are_put_otherwise_are_told_and_what_stands_beside_is_not() -> None:
    assert STATEMENT is not None
    put = replace(ONE, reasons=("as it was",), noted={"lake": 9})
    line = STATEMENT.lines[0]
    steps = tuple(replace(step, formula="a sum") if step.label == "amount" else step for step in line.steps)
    assert steps != line.steps, "the credit has a step that is put otherwise"
    other = replace(STATEMENT, lines=(replace(line, steps=steps), *STATEMENT.lines[1:]))
    kept = record(ONE, statement=STATEMENT)
    found = list(reworded(kept, [ONE], Judgement((put,), other)))
    assert found == [
        ("aurora/S1/2026-06: reasons[0]", "“as it is” in the record, “as it was” by this version"),
        ("aurora/2026-06: statement: lines[0].steps[0].formula", "“fixed sum” in the record, “a sum” by this version"),
    ]
    assert list(reworded(kept, [ONE], Judgement((replace(ONE, noted={"lake": 9}),), STATEMENT))) == []
    assert list(reworded(kept, [ONE], Judgement((ONE,), None))) == []
    assert list(reworded(record(ONE), [ONE], Judgement((ONE,), STATEMENT))) == []


def test_a_fixed_desk_is_judged_again_from_its_rows_and_text_alone() -> None:
    first, evidence = fixed_judgement(), fixed_evidence()
    kept = replace(
        record(*first.verdicts, statement=first.statement),
        contract="fixed-desk",
        period="2026-03",
        zone="UTC",
        as_of=AS_OF.isoformat(),
    )
    texts = {"fixed-desk.yaml": TEXT.encode()}
    again = rejudge(kept, (replace(one, pins=_of_version_2(one)) for one in first.verdicts), evidence.rows, texts)
    assert again.promise.judged_by == "2"
    assert [(one.clause, one.outcome) for one in again.judgement.verdicts] == [
        (one.clause, one.outcome) for one in first.verdicts
    ]
    assert again.judgement.statement is not None
    assert first.statement is not None
    assert again.judgement.statement.total == first.statement.total


def _of_version_2(one: Verdict) -> object:
    versions = tuple((name, "2" if name == "judge" else version) for name, version in one.pins.versions)
    return replace(one.pins, versions=versions)
