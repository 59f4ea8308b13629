"""`tally cost`: months with their hidden share, one month line by line, waterfalls, business cases, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.billing.desk import AS_OF, make_desk
from tests.journeys.command_line import Answer, tally

MONTHS = ["2026-03", "2026-04"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("desk") / "home"
    return make_desk(root)


def shown(home: Path, *arguments: str | Path, code: int = 0) -> Answer:
    answer = tally("cost", *arguments, "--home", home, "--as-of", AS_OF.isoformat())
    assert answer.code == code, answer.err
    return answer


def test_the_command_shows_months_with_their_hidden_share(home: Path) -> None:
    answer = shown(home)
    assert "EUR 956.50" in answer.out
    assert "+52.3 points" in answer.out
    assert "tally cost --partner aurora --month 2026-04" in answer.err


def test_the_command_shows_every_line_of_a_month_and_what_the_invoice_contains(home: Path) -> None:
    told = shown(home, "--month", "2026-04").out
    assert "tools     tools      booked     no" in told
    assert "Of the invoice, contacts that came back: EUR 9.92" in told
    assert "2 on the invoice already" in told


def test_the_command_draws_a_waterfall_that_ends_where_the_month_does(home: Path) -> None:
    told = shown(home, "--waterfall", "--from", "2026-03", "--to", "2026-04").out
    assert "EUR 781.38 more" in told
    assert "▓" in told
    assert "-24.80" in told
    assert "Contacts: 44 and 46." in told


def test_the_command_holds_months_against_a_business_case(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        "{partner: aurora, currency: EUR, from: 2026-03, baseline: 600, expected: {invoice: 400}}", encoding="utf-8"
    )
    told = shown(home, "--case", path, "--from", "2026-03").out
    assert "EUR 200.00" in told
    assert "invoice -56.50, tools -500.00" in told
    found = shown(home, "--case", path, "--from", "2026-03", "--json").json["benefits"]
    assert [one["difference"]["amount"] for one in found] == ["224.88", "-556.50"]


def test_the_command_gives_everything_as_json(home: Path) -> None:
    found: dict[str, Any] = json.loads(shown(home, "--waterfall", "--json").out)
    assert [one["month"] for one in found["months"]] == MONTHS
    (fall,) = found["waterfalls"]
    assert (fall["partner"], fall["difference"]) == ("aurora", {"amount": "781.38", "currency": "EUR"})
    assert found["hidden"][0]["points"][1][3] == "1000/1913"
    assert found["per_resolution"]["by_partner"][0]["value"] is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--partner", "nobody"), "aurora"),
        (("--month", "2026-Q1"), "no month"),
        (("--month", "2026-03", "--waterfall"), "--month is one month"),
        (("--waterfall", "--from", "2026-03", "--to", "2026-03"), "overlap"),
        (("--from", "2026-05", "--to", "2026-03"), "is later than"),
        (("--waterfall", "--from", "2026-02", "--to", "2026-03"), "Nothing is known"),
        (("--from", "soon"), "is not a period"),
        (("--to", "0001-01"), "2 months before 0001-01"),
        (("--to", "0001-01", "--waterfall"), "1 month before 0001-01"),
        (("--case", "not-there.yaml"), "no file"),
    ],
)
def test_what_the_command_cannot_do_is_told_with_a_cure(home: Path, given: tuple[str, ...], words: str) -> None:
    answer = shown(home, *given, code=2)
    assert words in answer.err
    assert "Try:" in answer.err


def test_months_of_which_nothing_is_known_say_what_to_take_in(home: Path) -> None:
    told = shown(home, "--month", "2026-02").out
    assert "Nothing is known" in told
    told = shown(home, "--from", "2026-01", "--to", "2026-02").out
    assert "takes invoices and lists of costs in" in told


def test_a_folder_without_a_contract_says_how_to_begin(tmp_path: Path) -> None:
    assert tally("init", tmp_path / "new", "--client", "lumen").code == 0
    answer = tally("cost", "--home", tmp_path / "new")
    assert (answer.code, "no contract yet" in answer.out) == (0, True)
    found = tally("cost", "--home", tmp_path / "new", "--json")
    assert (found.code, found.json["months"], found.json["shared"]) == (0, [], [])
    assert found.json["per_resolution"] == {"by_partner": [], "by_model": []}


@pytest.mark.parametrize("given", [(), ("--json",), ("--partner", "aurora")])
def test_a_contract_that_cannot_be_read_is_told_and_not_taken_for_none(tmp_path: Path, given: tuple[str, ...]) -> None:
    assert tally("init", tmp_path / "new", "--client", "lumen").code == 0
    (tmp_path / "new" / "contracts" / "bad.yaml").write_text("contract: bad\n? [\n", encoding="utf-8")
    answer = tally("cost", "--home", tmp_path / "new", *given)
    assert (answer.code, "bad.yaml is not a valid contract" in answer.err) == (3, True)


@pytest.mark.parametrize("partners", [(), ("--partner", "aurora")])
def test_a_currency_that_does_not_exist_is_refused_also_with_one_partner(home: Path, partners: tuple[str, ...]) -> None:
    answer = shown(home, *partners, "--currency", "XYZ", code=2)
    assert "'XYZ' is no currency of ISO 4217." in answer.err
    assert "Write its three letters" in answer.err
    shown(home, *partners, "--currency", "eur")
