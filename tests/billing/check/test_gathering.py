"""From a project's folder to the check: what was billed against the lake, with the records behind each difference."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest

from tallystick.billing.check.gathering import documents_of, documents_under, invoice_check
from tallystick.billing.check.value import InvoiceCheck
from tallystick.cli.program import run
from tallystick.contract.load import load_text
from tallystick.records.lake import Lake
from tallystick.verdicts.promise import known_on, promise_of, texts_at
from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.billing.desk import AS_OF, TEXT, make_desk

# April as `tests/billing/test_prepare.py` counts it by hand, but for two errors: the call that came again within the
# hour is billed (1.00), and the site of half a month as a whole one (150.00).
APRIL = (
    L("MIN", "44", "MIN", "0.60", days=("2026-04-01", "2026-04-15")),
    L("MIN", "44", "MIN", "0.90", days=("2026-04-16", "2026-04-30")),
    L("CALL", "46", "C62", "1"),
    L("HOLIDAY", "5", "C62", "0.50"),
    L("SITE", "1", "MON", "300"),
    L("TRAVEL", net="143.00"),
    L("VOLUME", "44", net="50.00"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_desk(tmp_path_factory.mktemp("checked") / "home")
    send(root, [paper("AUR-4", "2026-04", APRIL, rate="10")])
    return root


def check_of(home: Path, month: str = "2026-04") -> InvoiceCheck:
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", known_on(AS_OF))
    return invoice_check(home, promise, month, AS_OF)


@pytest.fixture(scope="module")
def april(home: Path) -> InvoiceCheck:
    return check_of(home)


def test_errors_are_found_in_the_records_with_their_cause_and_amount(april: InvoiceCheck) -> None:
    told = [(line.id, one.cause, str(one.amount)) for line, one in april.differences]
    assert told == [
        ("CALL", "free_contacts", "EUR 1.00"),
        ("SITE", "whole_month", "EUR 150.00"),
        ("VAT", "follows", "EUR 15.10"),
    ]
    assert str(april.difference) == "EUR 166.10"


def test_the_record_behind_a_difference_is_the_one_call_that_is_free(april: InvoiceCheck) -> None:
    line = april.line("CALL")
    assert line is not None
    (one,) = line.differences
    assert one.row_count == 1
    (row,) = one.rows
    assert (row.why, row.agreed, row.billed) == ("too soon after the last, free", 0, 1)
    assert "again" in row.row


def test_the_words_of_the_contract_stand_beside_a_line(april: InvoiceCheck) -> None:
    line = april.line("CALL")
    assert line is not None
    assert line.clause is not None
    assert "Each contact costs EUR 1.00." in line.clause.words
    assert line.clause.place.startswith("line.yaml:")


def test_every_kind_of_line_can_be_wrong_at_once_and_nothing_stops_the_check(tmp_path: Path) -> None:
    """Each line a little off: every cause is asked of the lake, and the differences still add up."""
    root = make_desk(tmp_path / "home")
    off = [L(one.code, "47.5" if one.quantity else None, one.unit, "0.77", days=one.days) for one in APRIL]
    send(root, [paper("AUR-4", "2026-04", off, rate="10")])
    found = check_of(root)
    assert found.closes
    assert {line.id for line, _ in found.differences} >= {"MIN", "CALL", "HOLIDAY", "SITE", "VOLUME"}


def test_a_month_without_an_invoice_is_a_finding(home: Path) -> None:
    found = check_of(home, "2026-03")
    missing, not_final = found.findings
    assert (missing.id, not_final.id) == ("TS-P001", "TS-P007")
    assert not_final.message == "What is expected is not final: TRAVEL: no cost line of 2026-03 is known."
    assert found.expected is not None


def test_documents_belong_to_the_contract_that_they_name_or_whose_charges_they_bill() -> None:
    line, _ = load_text(TEXT)
    other, _ = load_text(TEXT.replace("contract: line", "contract: annex").replace("id: CALL,", "id: TALK,").replace(
        "on: CALL", "on: TALK").replace("[MIN, CALL]", "[MIN, TALK]"))  # fmt: skip
    assert line is not None
    assert other is not None
    named = paper("N-1", "2026-04", [L("CALL", "1", price="1")], contract="Annex")
    talks = paper("N-2", "2026-04", [L("TALK", "1", price="1")])
    calls = paper("N-3", "2026-04", [L("CALL", "1", price="1")])
    every = [named, talks, calls]
    assert [one.name for one in documents_under(every, line, [other])] == ["N-3"]
    assert [one.name for one in documents_under(every, other, [line])] == ["N-1", "N-2"]
    assert len(documents_under(every, line, [])) == 3


def test_documents_are_those_of_the_partner_alone(home: Path) -> None:
    with Lake.open(home / "lake") as lake:
        assert [one.name for one in documents_of(lake, "aurora")] == ["AUR-4"]
        assert documents_of(lake, "borealis") == ()


# ---- the command ----------------------------------------------------------------------------------------------------


def shown(home: Path, *arguments: str, code: int = 1) -> str:
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setenv("COLUMNS", "160")
        given = ["invoice", "check", "--partner", "aurora", "--as-of", AS_OF.isoformat(), *arguments]
        found = run([*given, "--home", str(home)])
    assert found == code, err.getvalue()
    return out.getvalue() + err.getvalue()


def test_the_command_shows_lines_differences_and_sums(home: Path) -> None:
    told = shown(home, "--period", "2026-04")
    for words in ("EUR 668.25", "EUR 502.15", "EUR 166.10", "free_contacts", "the partner", "--pack dispute.pdf"):
        assert words in told


def test_the_command_shows_a_line_with_its_text_steps_and_records(home: Path) -> None:
    told = shown(home, "--period", "2026-04", "--line", "CALL")
    for words in ("Each contact costs", "contacts x rate", "1 of 1 records", "too soon after the last"):
        assert words in told


def test_the_command_gives_everything_as_json(home: Path) -> None:
    (told,) = json.loads(shown(home, "--period", "2026-04", "--json"))
    assert told["difference"] == {"amount": "166.10", "currency": "EUR"}
    (call,) = [line for line in told["lines"] if line["id"] == "CALL"]
    assert call["differences"][0]["rows"][0]["billed"] == "1/1"


def test_the_causes_are_listed_with_their_families() -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert run(["list", "causes", "--json"]) == 0
    told = {row["id"]: row["family"] for row in json.loads(out.getvalue())}
    assert told["tier"] == "tier"
    assert told["ghost_hours"] == "ghost hours"


def test_the_command_names_what_there_is(home: Path) -> None:
    assert "Did you mean MIN, CALL, HOLIDAY, SITE" in shown(home, "--period", "2026-04", "--line", "NOTHING", code=2)
    assert "line" in shown(home, "--period", "2026-04", "--contract", "other", code=2)
    assert "TS-P001" in shown(home, "--period", "2026-03")
    outside = shown(home, "--period", "2025-03")
    assert "TS-P003" in outside
    # Nothing is owed for it, so no invoice is missed and nothing is to accrue.
    assert "TS-P001" not in outside


def test_the_command_writes_the_dispute_pack_and_only_that(home: Path, tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the compiler of documents on paper is not installed")
    for name, begins in (("dispute.pdf", b"%PDF"), ("dispute.xlsx", b"PK")):
        shown(home, "--period", "2026-04", "--pack", str(tmp_path / name))
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert "ends in .pdf" in shown(home, "--period", "2026-04", "--pack", str(tmp_path / "dispute.doc"), code=2)
    assert "cannot be written" in shown(home, "--period", "2026-04", "--pack", str(tmp_path / "no" / "a.pdf"), code=2)
    assert "no invoice was checked" in shown(home, "--period", "2026-03", "--pack", str(tmp_path / "a.pdf"), code=2)
