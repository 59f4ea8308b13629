"""`tally credits --note`: the credit note of a judged period as UBL and Factur-X, and what it refuses."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tallystick.invoices.pdf import embedded
from tallystick.invoices.reading import read
from tallystick.invoices.rule import check
from tests.billing.desk import AS_OF, make_desk
from tests.invoices.documents import ubl
from tests.journeys.command_line import Answer, tally

WHICH = ("--partner", "aurora", "--period", "2026-03")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """March is judged with an adjustment of 10.00, April with none; INV-1 bills March."""
    root = make_desk(tmp_path_factory.mktemp("note") / "home")
    (root.parent / "march.xml").write_text(ubl(), encoding="utf-8")
    assert ingest(root, root.parent / "march.xml").code == 0
    return root


def ingest(home: Path, path: Path) -> Answer:
    return tally("ingest", path, "--home", home, "--partner", "aurora", "--as-of", AS_OF.isoformat())


def test_the_note_of_a_period_is_written_read_back_and_taken_in_with_equal_totals(home: Path, tmp_path: Path) -> None:
    answer = tally("credits", "--home", home, *WHICH, "--note", tmp_path / "credit.xml")
    assert (answer.code, "EUR 10.00 without tax, 11.90 with it" in answer.err) == (0, True)
    assert tally("credits", "--home", home, *WHICH, "--note", tmp_path / "credit.pdf").code == 0
    written = read((tmp_path / "credit.xml").read_bytes()).invoice
    shown = read(embedded((tmp_path / "credit.pdf").read_bytes())[1]).invoice
    assert (written.totals, written.lines, written.seller) == (shown.totals, shown.lines, shown.seller)
    assert (written.totals.net, written.totals.gross) == (Decimal(10), Decimal("11.9"))
    assert (written.is_credit_note, check(written), check(shown)) == (True, (), ())
    assert ingest(home, tmp_path / "credit.xml").code == 0
    listed = tally("list", "invoices", "--home", home, "--json").json
    note = next(one for one in listed if one["number"] == "CN-line-aurora-2026-03")
    assert (note["gross"], note["faults"]) == ("11.9", [])


def test_number_and_day_are_what_is_said_and_the_same_request_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    said = ("--number", "G-7", "--issued", "2026-04-09", "--contract", "line", "--tax", "S 7")
    for name in ("one.xml", "two.xml"):
        assert tally("credits", "--home", home, *WHICH, *said, "--note", tmp_path / name).code == 0
    assert (tmp_path / "one.xml").read_bytes() == (tmp_path / "two.xml").read_bytes()
    found = read((tmp_path / "one.xml").read_bytes()).invoice
    assert (found.number, f"{found.issued_on}", found.taxes[0].tax) == ("G-7", "2026-04-09", Decimal("0.7"))


def test_parties_and_tax_may_come_from_a_file(home: Path, tmp_path: Path) -> None:
    (tmp_path / "like.xml").write_text(ubl(rate=7), encoding="utf-8")
    answer = tally("credits", "--home", home, *WHICH, "--like", tmp_path / "like.xml", "--note", tmp_path / "x.xml")
    assert answer.code == 0
    assert read((tmp_path / "x.xml").read_bytes()).invoice.totals.gross == Decimal("10.7")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--note", "credit.docx"), "no credit note"),
        (("--partner", "aurora", "--period", "2026-03", "--period", "2026-04", "--note", "x.xml"), "one judged period"),
        (("--period", "2026-04", "--note", "x.xml"), "no price adjustment is owed"),
        (("--contract", "lime", "--note", "x.xml"), "line"),
        (("--number", "G-7"), "--note"),
        ((*WHICH, "--tax", "S nineteen", "--note", "x.xml"), "is no tax"),
        ((*WHICH, "--tax", "S nan", "--note", "x.xml"), "is no tax"),
        ((*WHICH, "--tax", "S Infinity", "--note", "x.xml"), "is no tax"),
        ((*WHICH, "--tax", "S -1", "--note", "x.xml"), "is no tax"),
        ((*WHICH, "--tax", "S 100.01", "--note", "x.xml"), "is no tax"),
        ((*WHICH, "--note", "nowhere/x.xml"), "cannot be written"),
        ((*WHICH, "--issued", "soon", "--note", "x.xml"), "is no day"),
        ((*WHICH, "--like", "none.xml", "--note", "x.xml"), "none.xml cannot be read: No such file or directory."),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is(
    home: Path, tmp_path: Path, given: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = tally("credits", "--home", home, *given)
    assert answer.code == 2
    assert words in answer.out + answer.err
    assert list(tmp_path.iterdir()) == []
