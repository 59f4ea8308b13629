"""What other terms would have given, on the telephone line of desk.py: every figure can be counted by hand."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import pytest

from tallystick.verdicts.verdict import Outcome
from tallystick.vocabulary.errors import NotFound, UsageError
from tests.billing.desk import TEXT, make_desk
from tests.billing.test_what_if import BOTH, asked, lines
from tests.billing.windows import make_windows, quarterly, weighted


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("desk") / "home"
    return make_desk(root)


def test_its_own_words_change_nothing(home: Path) -> None:
    """What stands is found again by judging the kept evidence anew: target, cap and price as they are."""
    found = asked(home, "T1.target=80%", "CAP.percentage=50%", "CALL.rate=1", months=BOTH)
    assert [str(one.net_before) for one in found] == ["EUR 175.12", "EUR 456.50"]
    for one in found:
        assert (one.verdicts, one.credit_lines, one.lines) == ((), (), ())
        assert one.credits_before == one.credits_after
        assert one.net_before == one.net_after


def test_another_target_moves_verdict_credit_and_invoice(home: Path) -> None:
    """22 of 44 calls in time; against 50 % that is kept, and the 9.68 on the invoice fall away."""
    (march,) = asked(home, "T1.target=50%")
    (move,) = march.verdicts
    assert move.before is not None
    assert move.after is not None
    assert (move.before.outcome, move.after.outcome) == (Outcome.MISSED, Outcome.MET)
    assert (move.before.target, move.after.target, move.before.more_to_meet) == (Fraction(4, 5), Fraction(1, 2), 14)
    assert (move.against, move.moved, len(move.cases)) == (22, 0, 20)
    assert [str(one) for one in (march.credits_before, march.credits_after)] == ["EUR 10.00", "EUR 0.00"]
    assert lines(march) == {"C1": ("EUR -9.68", "EUR 0.00")}
    assert [str(one) for one in (march.net_before, march.net_after)] == ["EUR 175.12", "EUR 184.80"]


def test_what_month_and_quarter_grant_of_one_credit_moves_as_one_sum(tmp_path: Path) -> None:
    """The month keeps the lower target, so that its 4.84 fall away; those of the quarter stay."""
    (march, *_) = asked(make_windows(tmp_path / "home", weighted()), "T1.target=0%")
    assert lines(march) == {"C1": ("EUR -9.68", "EUR -4.84")}


def test_a_quarter_that_the_term_cuts_is_judged_again_with_its_last_month(tmp_path: Path) -> None:
    april, quarter = asked(
        make_windows(tmp_path / "home", quarterly("2026-04-30")), "T1.target=0%", months=("2026-04",)
    )
    (move,) = quarter.verdicts
    assert move.before is not None
    assert move.after is not None
    assert (quarter.period, move.before.outcome, move.after.outcome) == ("2026-Q2", Outcome.MISSED, Outcome.MET)
    assert lines(april)["C1"] == ("EUR -11.10", "EUR 0.00")


def test_another_threshold_of_the_measure_tells_the_cases_that_change_their_place(home: Path) -> None:
    """Within 60 seconds the 22 slow calls are in time too."""
    (march,) = asked(home, "T1.params={seconds: 60}")
    (move,) = march.verdicts
    assert move.after is not None
    assert move.after.value is not None
    assert (move.after.value.numerator, move.after.value.n) == (44, 44)
    assert (move.against, move.moved) == (0, 22)
    assert move.cases[0] == "2026-03-02-1"


def test_a_lower_cap_leaves_less_of_the_credit(home: Path) -> None:
    (march,) = asked(home, "CAP.percentage=5%")
    assert [str(one) for one in (march.credits_before, march.credits_after)] == ["EUR 10.00", "EUR 5.00"]
    assert march.verdicts == ()


def test_a_fee_is_a_part_that_can_be_changed(home: Path) -> None:
    (march,) = asked(home, "monthly.amount=200")
    assert str(march.credits_after) == "EUR 20.00"


def test_another_price_holds_through_amendments_of_the_text(home: Path) -> None:
    """The text raises the minute to 0.90 on 16 April; with 0.55 throughout April has one line of 88 minutes."""
    march, april = asked(home, "MIN.rate=0.55", months=BOTH)
    assert lines(march)["MIN 01.03.-31.03."] == ("EUR 52.80", "EUR 48.40")
    told = lines(april)
    assert told["MIN 16.04.-30.04."] == ("EUR 39.60", "None")
    assert told["MIN 01.04.-30.04."] == ("None", "EUR 48.40")


def test_more_volume_scales_what_is_counted_and_not_what_is_passed_on(home: Path) -> None:
    """45 calls become 90; travel stays what it was."""
    (april,) = asked(home, volume=("+100%",), months=("2026-04",))
    told = {move.id: (move.quantity_before, move.quantity_after) for move in april.lines}
    assert told["CALL 01.04.-30.04."] == (Fraction(45), Fraction(90))
    assert not [name for name in told if name.startswith(("TRAVEL", "SITE"))]


def test_volume_begins_with_the_first_month_that_is_asked_for(home: Path) -> None:
    """Tiers of the year: March's 44 calls stay, April's 44 become 88, so 6 x 2 + 82 x 1."""
    (april,) = asked(home, volume=("VOLUME=+100%",), months=("2026-04",))
    assert lines(april)["VOLUME 01.04.-30.04."] == ("EUR 50.00", "EUR 94.00")
    march, april = asked(home, volume=("VOLUME=+100%",), months=BOTH)
    assert lines(march)["VOLUME 01.03.-31.03."] == ("EUR 88.00", "EUR 138.00")
    assert lines(april)["VOLUME 01.04.-30.04."] == ("EUR 50.00", "EUR 88.00")


def test_the_volume_of_one_charge_leaves_the_others(home: Path) -> None:
    (march,) = asked(home, volume=("MIN=-50%",))
    assert lines(march) == {
        "MIN 01.03.-31.03.": ("EUR 52.80", "EUR 26.40"), "C1": ("EUR -9.68", "EUR -7.04")}  # fmt: skip


def test_what_an_earlier_month_would_have_used_up_is_missing_later(tmp_path: Path) -> None:
    """A cap of 15 for the year; with five seconds both months miss, and April finds 5 left of it."""
    text = TEXT.replace("{id: CAP, kind: credit_cap, percentage: 50%, of: monthly}",
                        "{id: CAP, kind: credit_cap, amount: 15, over: year}")  # fmt: skip
    root = make_desk(tmp_path / "home", text)
    march, april = asked(root, "T1.params={seconds: 5}", months=BOTH)
    assert [str(one.credits_after) for one in (march, april)] == ["EUR 10.00", "EUR 5.00"]
    (alone,) = asked(root, "T1.params={seconds: 5}", months=("2026-04",))
    assert str(alone.credits_after) == "EUR 5.00"


def test_each_side_of_an_invoice_looks_back_at_its_own_earlier_months(tmp_path: Path) -> None:
    """Of 25 for the year March took 9.68 twice, which leaves April 5.64; against 50 % once, so April has its 11.10."""
    second = """  - {id: T2, kind: kpi, title: At once, measure: service_level, params: {seconds: 5}, target: 80%,
     minimum_volume: 10, period_rule: created-in, attribution: owner-at-start}
  - {id: C2, kind: service_credit, when: {clause: T2}, model: percentage, percentage: 10%, of: monthly}
  - {id: CAP, kind: credit_cap, amount: 25, over: year}
"""
    text = TEXT.replace("  - {id: CAP, kind: credit_cap, percentage: 50%, of: monthly}\n", second)
    march, april = asked(make_desk(tmp_path / "home", text), "T1.target=50%", months=BOTH)
    assert lines(march) == {"C1": ("EUR -9.68", "EUR 0.00")}
    assert lines(april) == {"C2": ("EUR -5.64", "EUR -11.10")}


def test_nothing_is_written_and_the_same_question_has_the_same_answer(home: Path) -> None:
    """But facts of the same records, which are kept so that they are not derived again."""

    def digests() -> dict[str, str]:
        files = (path for path in home.rglob("*") if path.is_file())
        told = (path for path in files if not path.is_relative_to(home / "lake" / "facts"))
        return {path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in told}

    before = digests()
    first, second = (asked(home, "T1.target=50%", "MIN.rate=2", volume=("+7%",)) for _ in range(2))
    assert [one.as_json() for one in first] == [one.as_json() for one in second]
    assert digests() == before


@pytest.mark.parametrize(
    ("terms", "volume", "error", "words"),
    [
        (("T9.target=50%",), (), NotFound, "T9"),
        (("T1.target=soon",), (), UsageError, "cannot say that"),
        (("T1.colour=red",), (), UsageError, "cannot say that"),
        (("T1.target",), (), UsageError, "no change"),
        (("target=50%",), (), UsageError, "no change"),
        (("T1.params={seconds: [",), (), UsageError, "cannot be read"),
        ((), ("+ten%",), UsageError, "no change of volume"),
        ((), ("10",), UsageError, "no change of volume"),
        ((), ("-101%",), UsageError, "no change of volume"),
        ((), ("=5%",), UsageError, "no change of volume"),
        ((), ("NONE=5%",), NotFound, "NONE"),
    ],
)
def test_what_is_no_change_is_refused_with_a_cure(
    home: Path, terms: tuple[str, ...], volume: tuple[str, ...], error: type[UsageError], words: str
) -> None:
    with pytest.raises(error, match=words) as refused:
        asked(home, *terms, volume=volume)
    assert refused.value.cure
