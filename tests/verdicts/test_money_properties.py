"""Money over generated months: caps hold, worse is never cheaper, order moves nothing, each unit counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from tallystick.verdicts.examples import AppliedPeriod
from tallystick.vocabulary.money import Money
from tests.verdicts.money_world import CURRENCIES, Month, contract, month, run_months

# Months of each property and size of run; the long ones come to more than 100,000 over all properties.
QUICK, LONG = 600, 20_000
SIZES = [pytest.param(QUICK, id="quick"), pytest.param(LONG, id="long", marks=pytest.mark.long)]


def rows_of(seed: int, count: int, length: int = 6) -> list[list[Month]]:
    """Rows of months, `count` months in all."""
    rng = Random(seed)  # noqa: S311
    return [[month(rng) for _ in range(length)] for _ in range(count // length)]


def by_clause(ran: AppliedPeriod, which: str = "payable") -> dict[str, Decimal]:
    return {line.clause: getattr(line, which).amount for line in ran.lines}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("currency", CURRENCIES)
def test_no_cap_is_ever_passed_and_every_sum_is_whole_in_its_minor_unit(currency: str, size: int) -> None:
    made = contract(currency)
    caps = {"CAPS": ("2.5", ("STEP", "AVG", "ESC")), "CAPM": ("9", ()), "CAPY": ("48", ())}
    step = Decimal(1).scaleb(-CURRENCIES[currency])
    for row in rows_of(11, size // 3):
        used = Decimal(0)
        for ran in run_months(made, row):
            payable, granted = by_clause(ran), by_clause(ran, "amount")
            covered = {name for name in payable if made.clause(name) is not None and made.clause(name).capped}  # type: ignore[union-attr]
            for _, (percent, names) in caps.items():
                ceiling = (Decimal(percent) * 12345 / 100).quantize(step, "ROUND_HALF_UP")
                total = sum((max(payable[name], Decimal(0)) for name in (names or covered)), Decimal(0))
                before = used if percent == "48" else Decimal(0)
                assert total + before <= ceiling
            used += sum((max(payable[name], Decimal(0)) for name in covered), Decimal(0))
            for name, amount in payable.items():
                assert Money(amount, currency).minor is not None
                assert min(Decimal(0), granted[name]) <= amount <= max(Decimal(0), granted[name])
                if granted[name] < 0:
                    assert amount == granted[name]
            assert not (payable["STEP"] and payable["SLO"]), "of two credits of one incident one is struck out"


@pytest.mark.parametrize("size", SIZES)
def test_a_worse_figure_never_costs_less(size: int) -> None:
    made, rng = contract(), Random(5)  # noqa: S311
    back = {"EB", "ED", "EY"}
    for _ in range(size // 2):
        good = replace(month(rng), outcome="")
        worse = rng.choice(
            (
                replace(good, a1=rng.randint(0, good.a1)),
                replace(good, a2=rng.randint(0, good.a2)),
                replace(good, met=rng.randint(0, good.met)),
                replace(good, l1=rng.randint(good.l1, 400)),
            )
        )
        (one,), (two,) = run_months(made, [good]), run_months(made, [worse])
        before, after = by_clause(one, "amount"), by_clause(two, "amount")
        for name in before:
            if name not in back:
                assert before[name] <= after[name], (name, good, worse)
        assert sum(before[n] for n in before if n not in back) <= sum(after[n] for n in after if n not in back)


@pytest.mark.parametrize("size", SIZES)
def test_the_order_of_clauses_in_the_text_moves_no_sum(size: int) -> None:
    for number, row in enumerate(rows_of(23, size // 3, length=4)):
        plain = run_months(contract(), row)
        mixed = run_months(contract(shuffled=1 + number % 7), row)
        for one, two in zip(plain, mixed, strict=True):
            assert by_clause(one, "amount").keys() == by_clause(two, "amount").keys()
            assert dict(one.values.points) == dict(two.values.points)
            assert dict(one.values.outcomes) == dict(two.values.outcomes)
            covered = [name for name in by_clause(one) if contract().clause(name).capped]  # type: ignore[union-attr]
            sums = [sum(max(by_clause(ran)[n], Decimal(0)) for n in covered) for ran in (one, two)]
            assert sums[0] == sums[1]
            steady = [name for name in by_clause(one) if name not in {"EB", "ED", "EY"}]
            assert [by_clause(one, "amount")[n] for n in steady] == [by_clause(two, "amount")[n] for n in steady]


def fates(runs: Sequence[AppliedPeriod], name: str, label: str) -> list[Decimal]:
    found = []
    for ran in runs:
        (result,) = [step.result for step in ran.steps if (step.clause, step.label) == (name, label)]
        found.append(result.amount)
    return found


@pytest.mark.parametrize("size", SIZES)
def test_each_credit_is_earned_or_forfeited_once_and_nothing_is_lost_between(size: int) -> None:
    made = contract()
    for row in rows_of(37, size // 3, length=8):
        runs = run_months(made, row)
        held = [by_clause(ran)["STEP"] + by_clause(ran)["POOL"] for ran in runs]
        earned, forfeited, pending = (fates(runs, "EB", label) for label in ("earned", "forfeited", "pending"))
        for index in range(len(runs)):
            upto = slice(0, index + 1)
            assert sum(held[upto]) == sum(earned[upto]) + sum(forfeited[upto]) + pending[index]
        assert [by_clause(ran)["EB"] for ran in runs] == [-amount for amount in earned]
        waits = [Decimal(0) if not by_clause(ran)["ESC"] else _half(by_clause(ran)["ESC"]) for ran in runs]
        due = [forfeit - wait for forfeit, wait in zip(fates(runs, "ED", "forfeited"), waits, strict=True)]
        assert [by_clause(ran)["ED"] for ran in runs] == due


def _half(amount: Decimal) -> Decimal:
    return (amount / 2).quantize(Decimal("0.01"), "ROUND_HALF_UP")


@pytest.mark.parametrize("size", SIZES)
def test_earning_back_is_what_a_plain_count_of_good_months_says(size: int) -> None:
    """A second, naive account: a credit comes back after two assessed months at 93 % or better in a row."""
    made = contract()
    for row in rows_of(41, size // 3, length=8):
        runs = run_months(made, row)
        held = [by_clause(ran)["STEP"] + by_clause(ran)["POOL"] for ran in runs]
        back = [Decimal(0)] * len(row)
        for index, amount in enumerate(held):
            good = 0
            for later in range(index + 1, len(row)):
                if row[later].outcome:
                    continue
                if row[later].a1 < 930:
                    break
                good += 1
                if good == 2:
                    back[later] += amount
                    break
        assert fates(runs, "EB", "earned") == back


# ---- borders -------------------------------------------------------------------------------------------------------


def one(**parts: int) -> AppliedPeriod:
    best = Month(1000, 850, 200, 200, 60)
    (ran,) = run_months(contract(), [replace(best, **parts)])
    return ran


@pytest.mark.parametrize(
    ("a1", "step", "points"),
    [
        (900, "0", 0), (899, "135.80", 1), (850, "135.80", 1), (849, "283.94", 2), (800, "283.94", 2),
        (799, "580.22", Fraction(7, 2)), (0, "580.22", Fraction(7, 2)),
    ],
)  # fmt: skip
def test_each_border_of_a_table_belongs_to_the_milder_side(a1: int, step: str, points: Fraction) -> None:
    ran = one(a1=a1)
    assert by_clause(ran, "amount")["STEP"] == Decimal(step)
    assert ran.values.points["SP"] == points


@pytest.mark.parametrize(
    ("a1", "expected"),
    [(891, "0"), (890, "45.68"), (881, "45.68"), (880, "91.35"), (738, "730.82"), (737, "730.82"), (730, "740.70")],
)
def test_a_full_step_of_a_slope_begins_with_its_last_thousandth(a1: int, expected: str) -> None:
    assert by_clause(one(a1=a1), "amount")["SLO"] == Decimal(expected)


@pytest.mark.parametrize(
    ("met", "total", "expected"),
    [(47, 49, "0"), (46, 49, "7"), (48, 50, "0"), (47, 50, "21"), (190, 200, "0"), (189, 200, "77"), (187, 200, "90")],
)
def test_allowed_failures_end_where_the_volume_begins(met: int, total: int, expected: str) -> None:
    assert by_clause(one(met=met, total=total), "amount")["PER"] == Decimal(expected)


@pytest.mark.parametrize(
    ("seconds", "points", "share"), [(60, 0, "0"), (61, 1, "1.94"), (90, 1, "58.20"), (91, 2, "60.14")]
)
def test_where_lower_is_better_the_border_lies_on_the_other_side(seconds: int, points: int, share: str) -> None:
    ran = one(l1=seconds)
    assert ran.values.points["SL"] == points
    assert by_clause(ran, "amount")["SLE"] == Decimal(share)


@pytest.mark.parametrize(
    ("a2", "expected"),
    [
        (880, "0"), (881, "0"), (899, "0"), (900, "-20.99"), (919, "-20.99"), (920, "-41.97"), (1000, "-125.92"),
        (820, "0"), (801, "0"), (800, "38.27"), (780, "76.54"), (700, "185.18"), (0, "185.18"),
    ],
)  # fmt: skip
def test_a_bonus_begins_with_its_first_full_step_beyond_the_band(a2: int, expected: str) -> None:
    assert by_clause(one(a2=a2), "amount")["BON"] == Decimal(expected)
