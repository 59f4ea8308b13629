"""Duties: the partner's beside the client's, each with state and evidence, and what is no fault of the partner."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pyarrow as pa
import pytest

from tests.journeys.command_line import tally
from tests.web.pages._floor import foreign_is_not_there, newest

SignIn = Callable[..., Any]


def test_the_partners_duties_are_its_verdicts_of_the_period(sign_in: SignIn, room_of: Callable[[str], Any]) -> None:
    client = sign_in("owner")
    period = newest(client, "duties")
    rows = client.get(f"/duties.json?partner=aurora&period={period}").json()["of_partner"]["rows"]
    verdicts = room_of("owner").books.of("aurora", period)
    said = [(row["contract"], row["duty"], row["state"]) for row in rows if row["contract"]]
    assert said == [(one.contract, one.clause, one.outcome.value) for one in verdicts] != []


def test_half_hours_without_fault_are_those_of_the_command_line(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    period = newest(client, "duties")
    rows = client.get(f"/duties.json?partner=aurora&period={period}").json()["without_fault"]["rows"]
    answer = tally("staffing", "--partner", "aurora", "--period", period, "--json", "--as-of",
                   f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "--home", lumen)  # fmt: skip
    free = [one for one in json.loads(answer.out)["intervals_short"] if one["without_fault"]]
    assert free
    shown = sorted((datetime.fromisoformat(row["at"]), row["programme"], row["cause"]) for row in rows)
    assert shown == sorted((datetime.fromisoformat(one["started_at"]), one["programme"], one["cause"]) for one in free)


def test_relief_is_shown_with_its_state_in_the_months_it_touches_alone(sign_in: SignIn) -> None:
    client = sign_in("owner")
    (row,) = client.get("/duties.json?partner=aurora&period=2025-12").json()["relief"]["rows"]
    assert (row["relief"], row["state"], row["reason"]) == ("R1", "refused", "volume-over-forecast")
    assert row["from"] == "2025-12-08"
    assert row["evidence"]
    assert client.get("/duties.json?partner=aurora&period=2026-01").json()["relief"]["rows"] == []


def test_relief_is_that_of_the_partner_alone(sign_in: SignIn) -> None:
    twin = sign_in("owner").get("/duties.json?partner=borealis&period=2025-12").json()
    assert twin["relief"]["rows"] == []


def test_relief_for_one_of_a_contracts_partners_is_not_shown_for_another() -> None:
    from tallystick.contract.section import ReliefEvent
    from tallystick.vocabulary.period import Period
    from tallystick.web.pages.duties import _relief

    event = ReliefEvent.model_validate({
        "id": "R7", "from": "2026-03-04 08:00", "to": "2026-03-04 18:00", "reason": "short-notice",
        "partners": ["borealis"],
    })  # fmt: skip
    text = SimpleNamespace(partners=("aurora", "borealis"), contract=SimpleNamespace(contract="both", relief=(event,)))
    room: Any = SimpleNamespace(books=SimpleNamespace(contracts=(text,)))
    floor: Any = SimpleNamespace(period=Period.parse("2026-03", "UTC"))
    shown = {partner: [row["relief"].value for row in _relief(room, partner, floor).rows] for partner in text.partners}
    assert shown == {"aurora": [], "borealis": ["R7"]}


def test_every_reason_for_relief_has_words() -> None:
    from tallystick.contract.section import ReliefEvent
    from tallystick.web.pages.duties import _reason_words

    reasons = get_args(ReliefEvent.model_fields["reason"].annotation)
    assert "access-delay" in reasons
    assert all(_reason_words(one) for one in reasons)


def intervals(*rows: tuple[int | None, int | None]) -> pa.Table:
    """Half hours by their locked forecast and by how late their first one came."""
    return pa.table({
        "forecast_milli": pa.array([forecast for forecast, _late in rows], pa.int64()),
        "late_s": pa.array([late for _forecast, late in rows], pa.int64()),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "state", "n", "words"),
    [
        ([], "no data", 0, "No forecast of this period is known"),
        ([(None, None)], "no data", 0, "No forecast of this period is known"),
        ([(5000, None), (4000, None), (None, None)], "kept", 2, "2 of 2 half hours"),
        ([(5000, None), (None, 7200)], "not kept", 2, "1 of 2 half hours had one in force 14 days before; the latest"),
    ],
)
def test_a_forecast_that_came_late_is_told_apart_from_one_that_nobody_knows(
    desk: Path, rows: list[tuple[int | None, int | None]], state: str, n: int, words: str
) -> None:
    from tallystick.web.pages.duties import _forecasts_in_time

    found = _forecasts_in_time(intervals(*rows))
    assert (found.state.value, found.n) == (state, n)
    assert words in found.evidence


def test_every_duty_of_the_client_has_a_state_and_its_evidence(sign_in: SignIn) -> None:
    client = sign_in("owner")
    rows = client.get("/duties.json?partner=aurora").json()["of_client"]["rows"]
    assert [row["duty"] for row in rows][:2] == ["forecast_in_time", "forecast_accuracy"]
    for row in rows:
        assert row["state"] in ("kept", "not kept", "no level agreed", "no data")
        assert row["evidence"]
        assert (row["n"] == 0) == (row["state"] == "no data")


@pytest.mark.parametrize("who", ["aurora", "borealis", "cordoba"])
def test_a_partner_reads_its_own_and_a_foreign_one_is_as_if_it_were_not_there(sign_in: SignIn, who: str) -> None:
    foreign_is_not_there(sign_in(who), "duties", who)
