"""What another level or fewer rows would give, on counts made by hand: who may ask, how much, and with which money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tallystick.measures.example import fact_table
from tallystick.verdicts.restatement import Recorded, record
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome, ReliefEffect, Verdict
from tallystick.verdicts.what_if import WhatIf, can_ask, most_without, what_if
from tallystick.vocabulary.errors import UsageError
from tests.verdicts.agreement import TEXT, clock_rows, evidence_of, facts_of, judge_with, promise_from

HIGH = TEXT.replace("model: fixed, amount: 2500", "model: per-failure, amount: 100")
LOW = TEXT.replace(
    "  - {id: C1, kind: service_credit, when: {clause: A1}",
    "  - {id: K1, kind: kpi, title: Reopened, measure: reopen_rate, target: 10%}\n"
    "  - {id: C1, kind: service_credit, when: {clause: K1}",
)
SOLVED = {"first_solved_at": "2026-03-10T10:00:00Z", "last_solved_at": "2026-03-10T10:00:00Z"}
AGAIN = {**SOLVED, "reopens": 1, "reopens_in_window": 1}


@pytest.fixture
def kept(tmp_path: Path) -> Callable[..., Recorded]:
    """A judging of so many replies in time and late, and cases solved and opened again."""

    def keep(
        text: str, met: int = 0, missed: int = 0, solved: int = 0, again: int = 0, period: str = "2026-03", **parts: Any
    ) -> Recorded:
        facts = facts_of(clock_rows(met, missed))
        facts["case"] = fact_table("case", [SOLVED] * solved + [AGAIN] * again, zone="Europe/Bucharest")
        evidence = evidence_of(facts)
        judgement = judge_with(evidence, text, period, **parts)
        stored = record(
            VerdictStore(tmp_path), judgement, promise_from(text).period(period), evidence, {}, past=parts.get("past")
        )
        assert stored is not None
        return stored

    return keep


def the(recorded: Recorded, clause: str) -> Verdict:
    (found,) = [one for one in recorded.verdicts if one.clause == clause]
    return found


def asked(recorded: Recorded, text: str, clause: str = "A1", **change: Any) -> WhatIf:
    contract = promise_from(text).contract
    return what_if(contract, recorded.record, recorded.verdicts, the(recorded, clause), **change)


def money(found: WhatIf) -> tuple[Decimal | None, Decimal | None]:
    return (found.before.amount if found.before else None, found.after.amount if found.after else None)


def test_without_a_change_value_interval_and_money_are_what_was_judged(kept: Callable[..., Recorded]) -> None:
    recorded = kept(HIGH, 42, 18)
    found = asked(recorded, HIGH)
    assert (found.value, found.outcome) == (the(recorded, "A1").value, Outcome.MISSED)
    assert (found.more_to_meet, found.target.text, found.without) == (6, "80%", 0)
    assert money(found) == (Decimal(1800), Decimal(1800))


@pytest.mark.parametrize(
    ("change", "outcome", "counts", "due"),
    [
        ({"target": "70%"}, Outcome.MET, (42, 60), 0),
        ({"target": "70.1%"}, Outcome.MISSED, (42, 60), 1800),
        ({"target": " "}, Outcome.MISSED, (42, 60), 1800),
        ({"without": 7}, Outcome.MISSED, (42, 53), 1100),
        ({"without": 8}, Outcome.MET, (42, 52), 0),
        ({"without": 18}, Outcome.MET, (42, 42), 0),
        ({"without": 7, "target": "79%"}, Outcome.MET, (42, 53), 0),
    ],
)
def test_fewer_late_rows_or_a_lower_level_are_the_contracts_arithmetic(
    kept: Callable[..., Recorded], change: dict[str, Any], outcome: Outcome, counts: tuple[int, int], due: int
) -> None:
    """42 of 60 in time against 80 %, EUR 100 for each that is late; without 8 of the late ones 42 of 52 are 80.8 %."""
    found = asked(kept(HIGH, 42, 18), HIGH, **change)
    assert (found.outcome, (found.value.numerator, found.value.n)) == (outcome, counts)
    assert found.value.denominator == found.value.n
    assert money(found) == (Decimal(1800), Decimal(due))


@pytest.mark.parametrize(
    ("without", "counts", "outcome", "due"),
    [
        (0, (3, 10), Outcome.MISSED, 2500),
        (2, (1, 8), Outcome.MISSED, 2500),
        (3, (0, 7), Outcome.MET, 0),
    ],
)
def test_where_lower_is_better_the_counted_rows_are_the_ones_taken_out(
    kept: Callable[..., Recorded], without: int, counts: tuple[int, int], outcome: Outcome, due: int
) -> None:
    recorded = kept(LOW, solved=7, again=3)
    assert most_without(the(recorded, "K1")) == 3
    found = asked(recorded, LOW, "K1", without=without)
    assert ((found.value.numerator, found.value.n), found.value.value) == (counts, Fraction(*counts))
    assert (found.outcome, money(found)) == (outcome, (Decimal(2500), Decimal(due)))


def test_without_any_row_nothing_is_judged(kept: Callable[..., Recorded]) -> None:
    found = asked(kept(HIGH, 0, 5), HIGH, without=5)
    assert (found.outcome, found.value.n, found.value.value) == (Outcome.NOT_ASSESSABLE, 0, None)
    assert money(found) == (Decimal(500), Decimal(0))


@pytest.mark.parametrize(("without", "most"), [(-1, 18), (19, 18)])
def test_no_more_rows_are_taken_out_than_count_against_the_clause(
    kept: Callable[..., Recorded], without: int, most: int
) -> None:
    with pytest.raises(UsageError) as refused:
        asked(kept(HIGH, 42, 18), HIGH, without=without)
    assert refused.value.cure == f"At most {most} count against the clause."


@pytest.mark.parametrize(
    ("target", "cure"),
    [
        ("4h", "Use the same unit."),
        ("60", "Use the same unit."),
        ("soon", "Write it as in the contract: 92%, 4h or 4.2."),
    ],
)
def test_a_level_is_written_as_the_target_is(kept: Callable[..., Recorded], target: str, cure: str) -> None:
    with pytest.raises(UsageError) as refused:
        asked(kept(HIGH, 42, 18), HIGH, target=target)
    assert refused.value.cure == cure


def relieved(agreed: tuple[str, ...], requested: tuple[str, ...]) -> ReliefEffect:
    return ReliefEffect(agreed, requested, 1, None, 0, None, None, "met", "missed")


def test_only_what_its_counts_settled_can_be_asked(kept: Callable[..., Recorded]) -> None:
    recorded = kept(HIGH, 42, 18)
    own = the(recorded, "A1")
    assert own.value is not None
    for same in (own, replace(own, outcome=Outcome.MET), replace(own, relief=relieved((), ("R1",)))):
        assert can_ask(same)
    for other in (
        replace(own, outcome=Outcome.PROVISIONAL),
        replace(own, outcome=Outcome.EXCUSED),
        replace(own, outcome=Outcome.NOT_ASSESSABLE),
        replace(own, lifecycle="reporting-only"),
        replace(own, value=None),
        replace(own, value=replace(own.value, n=None, provenance="imported")),
        replace(own, relief=relieved(("R1",), ())),
    ):
        assert not can_ask(other)
        with pytest.raises(UsageError) as refused:
            what_if(promise_from(HIGH).contract, recorded.record, recorded.verdicts, other)
        assert refused.value.cure == "Ask one that was met or missed."
    elsewhere = replace(own, clause="C1")
    with pytest.raises(UsageError, match="not settled by its counts"):
        what_if(promise_from(HIGH).contract, recorded.record, recorded.verdicts, elsewhere)


def test_rows_can_be_taken_out_of_a_share_of_rows_alone(kept: Callable[..., Recorded]) -> None:
    own = the(kept(HIGH, 42, 18), "A1")
    assert own.value is not None
    assert (most_without(own), most_without(replace(own, better="lower"))) == (18, 42)
    for value in (
        None,
        replace(own.value, kind="rate"),
        replace(own.value, kind="quantile"),
        replace(own.value, numerator=None),
        replace(own.value, denominator=120),
        replace(own.value, n=None, provenance="imported"),
    ):
        assert most_without(replace(own, value=value)) == 0


def test_a_change_of_one_clause_leaves_the_credits_of_the_others(kept: Callable[..., Recorded]) -> None:
    text = LOW + "  - {id: C2, kind: service_credit, when: {clause: A1}, model: fixed, amount: 700}\n"
    recorded = kept(text, 42, 18, solved=7, again=3)
    assert money(asked(recorded, text, "K1", target="30%")) == (Decimal(3200), Decimal(700))
    assert money(asked(recorded, text, "A1", target="30%")) == (Decimal(3200), Decimal(2500))
    thin = kept(text, 0, 0, solved=7, again=3)
    assert money(asked(thin, text, "K1", target="30%")) == (Decimal(2500), Decimal(0)), "A1 has no value at all"


def test_without_a_statement_nothing_is_said_of_money(kept: Callable[..., Recorded]) -> None:
    text = TEXT.partition("  - {id: C1")[0]
    assert money(asked(kept(text, 42, 18), text, target="50%")) == (None, None)


def test_where_the_counts_alone_do_not_give_the_money_that_was_judged_nothing_is_said_of_it(
    kept: Callable[..., Recorded],
) -> None:
    """The statement holds EUR 900 from elsewhere; from the counts come 1,800."""
    recorded = kept(HIGH, 42, 18)
    assert recorded.record.statement is not None
    total = replace(recorded.record.statement.total, amount=Decimal(900))
    other = replace(recorded.record, statement=replace(recorded.record.statement, total=total))
    contract = promise_from(HIGH).contract
    found = what_if(contract, other, recorded.verdicts, the(recorded, "A1"), target="50%")
    assert (found.outcome, money(found)) == (Outcome.MET, (None, None))


def test_a_clause_that_is_retired_has_no_part_in_it(kept: Callable[..., Recorded]) -> None:
    text = HIGH + (
        "  - {id: A9, kind: sla_target, clock: first_reply, within: 8h, target: 99%,"
        " state: [{from: 2025-07-01, as: retired}]}\n"
    )
    assert money(asked(kept(text, 42, 18), text, target="50%")) == (Decimal(1800), Decimal(0))


def test_in_the_month_in_which_the_term_begins_the_text_of_its_first_day_decides(kept: Callable[..., Recorded]) -> None:
    """From 10 March on the credit is in effect and the target is 75 %; until then it would only be reported."""
    text = (
        HIGH.replace("from: 2025-07-01", "from: 2026-03-10")
        .replace("minimum: 60%}", "minimum: 30%, glide: [{from: 2026-03-10, target: 75%, minimum: 40%}]}")
        .replace(
            "amount: 100}",
            "amount: 100, state: [{from: 2026-01-01, as: reporting-only}, {from: 2026-03-10, as: in-effect}]}",
        )
    )
    recorded = kept(text, 42, 18)
    assert the(recorded, "A1").target == Fraction(3, 4)
    found = asked(recorded, text)
    assert (found.target.text, money(found)) == ("75%", (Decimal(1800), Decimal(1800)))
