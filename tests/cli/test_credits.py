"""`tally credits`: price adjustments, their state over periods, caps, rights and claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.home import create_home
from tests.journeys.command_line import tally
from tests.verdicts.test_credit_state import CLAIMS, MONEY, judged


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = create_home(tmp_path_factory.mktemp("credits") / "home", "lumen").root
    made = root.parent / "made"
    judged(made, MONEY + CLAIMS, 1, 2, 3, 4, 5)
    (made / "verdicts").rename(root / "judged")
    for path in (root / "judged").iterdir():
        path.rename(root / "verdicts" / path.name)
    return root


def test_the_newest_period_is_shown_with_caps_rights_and_claims(home: Path) -> None:
    answer = tally("credits", "--home", home, "--on", "2026-05-31")
    assert answer.code == 0
    assert "aurora 2026-05" in answer.out
    for words in ("EUR\u202f2,400.00", "pending", "no claim known", "lost by lateness", "reached", "2026-04"):
        assert words in answer.out, words


def test_a_home_without_a_control_room_says_of_no_claim_that_it_lapsed(home: Path) -> None:
    states = {}
    for day in ("2026-05-30", "2026-05-31"):
        answer = tally("credits", "--home", home, "--on", day)
        assert "lapsed" not in [word.strip(" │|") for word in answer.out.split("  ")]
        assert ("no control room that says" in " ".join(answer.out.split())) == (day == "2026-05-31")
        told = tally("credits", "--home", home, "--on", day, "--json").json
        states[day] = [one["state"] for one in told[0]["claims"]]
        assert [one["clause"] for one in told[0]["claims"]] == ["CD", "CD"]
    assert states == {
        "2026-05-30": ["lost by lateness", "open"], "2026-05-31": ["lost by lateness", "no claim known"],
    }  # fmt: skip
    assert not (home / "desk").exists()


def test_the_steps_of_each_credit_are_shown_when_asked_for(home: Path) -> None:
    plain = tally("credits", "--home", home, "--partner", "aurora", "--period", "2026-04").out
    steps = tally("credits", "--home", home, "--partner", "aurora", "--period", "2026-04", "--steps").out
    assert "percentage x fee" not in plain
    assert "percentage x fee" in steps
    assert "credits still pending" in " ".join(steps.split())


def test_json_holds_exact_amounts_and_every_state(home: Path) -> None:
    (state,) = tally("credits", "--home", home, "--period", "2026-04", "--on", "2026-05-01", "--json").json
    assert state["total"] == {"amount": "2400.00", "currency": "EUR"}
    assert [one["state"] for one in state["held"]] == ["pending"]
    assert [one["state"] for one in state["claims"]] == ["lost by lateness", "open"]
    assert [one["reached"] for one in state["triggers"]] == [True]
    assert {one["clause"] for one in state["caps"]} == {"CAP", "YEAR"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--partner", "aurra"), "aurora"),
        (("--period", "2025-01"), "2026-05"),
        (("--on", "soon"), "2026-03-31"),
        (("--partner", "aurora", "--partner", "nobody"), "nobody"),
        (("--period", "2026-04", "--period", "2031-01"), "2031-01"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(home: Path, given: tuple[str, ...], words: str) -> None:
    answer = tally("credits", "--home", home, *given)
    assert answer.code == 2
    assert words in answer.out + answer.err


def test_before_anything_is_judged_it_says_how_to(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", "lumen").root
    answer = tally("credits", "--home", home)
    assert answer.code == 0
    assert "tally assess" in answer.out
