"""`tally what-if`: what stands beside what would be, in words and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.billing.desk import AS_OF, make_desk
from tests.journeys.command_line import Answer, tally


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("desk") / "home"
    return make_desk(root)


def shown(home: Path, *arguments: str, code: int = 0) -> Answer:
    answer = tally("what-if", *arguments, "--home", home, "--as-of", AS_OF.isoformat())
    assert answer.code == code, answer.err
    return answer


AURORA = ("--partner", "aurora", "--from", "2026-03")


def test_a_target_is_shown_with_verdict_credit_invoice_and_rows(home: Path) -> None:
    told = shown(home, *AURORA, "--set", "T1.target=50%").out
    assert "missed: 50.0" in told
    assert "met: 50.0" in told
    assert "EUR 184.80" in told
    assert "2026-03-02-1" in told
    assert "Nothing is stored." in told


def test_several_months_are_added_up_and_a_month_that_stays_says_so(home: Path) -> None:
    told = shown(home, *AURORA, "--to", "2026-04", "--set", "C1.percentage=20%").out
    assert "2026-04: nothing would be otherwise" in told
    assert "all of it" in told
    assert "+10.00" in told


def test_volume_and_price_show_units_and_lines(home: Path) -> None:
    told = shown(home, *AURORA, "--set", "MIN.rate=0.55", "--volume", "+10%").out
    assert "88 -> 96.8" in told
    assert "+0.44" in told


def test_everything_is_there_as_json(home: Path) -> None:
    (march,) = shown(home, *AURORA, "--set", "T1.target=50%", "--json").json
    assert march["net_after"] == {"amount": "184.80", "currency": "EUR"}
    assert march["verdicts"][0]["after"]["outcome"] == "met"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (AURORA, "Nothing would be otherwise"),
        ((*AURORA, "--to", "2026-02", "--set", "T1.target=50%"), "is later than"),
        ((*AURORA, "--contract", "another", "--set", "T1.target=50%"), "line"),
        (("--partner", "nobody", "--from", "2026-03", "--volume", "+1%"), "aurora"),
        ((*AURORA, "--set", "T1.target=soon"), "cannot say that"),
        ((*AURORA, "--set", "T1.target=4h"), "TS-C056"),
        ((*AURORA, "--volume", "NOPE=+10%"), "NOPE"),
    ],
)
def test_what_cannot_be_asked_is_told_with_a_cure(home: Path, given: tuple[str, ...], words: str) -> None:
    answer = shown(home, *given, code=2)
    assert words in answer.err
    assert "Try:" in answer.err


def test_a_clause_of_which_nothing_would_be_known_is_told_in_the_unit_that_it_has(home: Path) -> None:
    told = " ".join(shown(home, *AURORA, "--set", "T1.for={language: fr}").out.split())
    assert "missed: 50.0 % against 80 %" in told
    assert "no data against 80 %" in told


def test_the_command_stands_in_the_overview_under_the_name_that_one_types() -> None:
    assert "  what-if " in tally().out


def test_a_text_that_cannot_be_is_told_without_a_place_in_a_text_that_nobody_wrote(home: Path) -> None:
    """`tally check` looks at the folder's own texts, which are sound."""
    told = " ".join(shown(home, *AURORA, "--set", "T1.target=soon", code=2).err.split())
    assert "The text cannot say that: TS-C008, `target`: expected a level such as 90%, 4h or 4.2, found 'soon'." in told
    assert ".yaml" not in told
    assert "tally check" not in told


def test_a_volume_without_end_is_refused(home: Path) -> None:
    assert "no change of volume" in shown(home, *AURORA, "--volume", "1e9999999%", code=2).err
