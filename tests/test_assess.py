"""The whole flow on a lake of nine cases."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "verdicts"))

from tiny_lake import MARCH, make_home  # noqa: E402

from tallystick.assess import Order, assess  # noqa: E402
from tallystick.verdicts.evidence import GateAnswer  # noqa: E402
from tallystick.verdicts.restatement import Recorded  # noqa: E402
from tallystick.verdicts.verdict import Outcome  # noqa: E402

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)


def run(home: Path, *periods: str, as_of: datetime = AS_OF, **parts: object) -> list[Recorded]:
    order = Order([home / "contracts" / "aurora.yaml"], as_of, periods, **parts)
    return assess(home, order, gate=lambda *_: GateAnswer())


def test_promise_and_records_become_verdicts_and_money(tmp_path: Path) -> None:
    (march,) = run(make_home(tmp_path), "2026-03")
    first_reply, satisfaction = march.verdicts
    assert first_reply.value is not None
    assert (first_reply.value.numerator, first_reply.value.denominator) == (3, 6)
    assert first_reply.outcome is Outcome.MISSED
    assert first_reply.more_to_meet == 2
    assert satisfaction.value is not None
    assert (satisfaction.value.numerator, satisfaction.value.denominator) == (1, 2)
    assert march.record.statement is not None
    assert str(march.record.statement.total) == "EUR 4,800.00"
