"""The verdicts as a table in a terminal of any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tallystick.cli import terminal
from tallystick.cli.commands.assess import HEADERS, show_verdicts, summary
from tallystick.verdicts.verdict import Outcome, Verdict
from tests.reports.judged import a_statement, a_verdict

VERDICTS = (
    a_verdict("S1", Outcome.MISSED, met=435, total=581, title="First reply, German e-mail"),
    a_verdict("S2", Outcome.MET, met=859, total=892, title="Resolution"),
)


def shown(verdicts: tuple[Verdict, ...], width: int, monkeypatch: pytest.MonkeyPatch) -> str:
    sink = io.StringIO()
    monkeypatch.setattr(terminal, "console", lambda **_: Console(file=sink, width=width, no_color=True))
    show_verdicts(verdicts)
    return sink.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 110, 160])
def test_no_word_of_a_clauses_name_is_cut(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    words = shown(VERDICTS, width, monkeypatch).split()
    for word in ("First", "reply,", "German", "e-mail", "Resolution", "clause", "verdict", "missed"):
        assert word in words, width


def test_what_no_verdict_has_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = shown(VERDICTS, 160, monkeypatch)
    assert "they say" not in plain
    assert "before the cap" not in plain
    reported = a_verdict(
        "S1", Outcome.MISSED, met=435, total=581, reported=(435, 470, "definition", "open ones left out"),
        credit=a_statement().lines[0].amount,
    )  # fmt: skip
    whole = shown((reported,), 160, monkeypatch)
    assert all(header in whole for header in HEADERS)


def test_one_verdict_is_not_several() -> None:
    assert summary(VERDICTS[:1]) == "1 verdict: 1 missed."
    assert summary(VERDICTS) == "2 verdicts: 1 met, 1 missed."
