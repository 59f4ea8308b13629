"""From a judged period to the credit note that it asks for: parties and tax of an invoice, sums that close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tallystick.billing.check.received import Document
from tallystick.contract.model import Contract
from tallystick.invoices.reading import read
from tallystick.invoices.rule import check
from tallystick.invoices.value import Invoice, Party, Reference, TaxGroup
from tallystick.reports.credit_note import CreditNote, write_ubl
from tallystick.reports.credit_proposal import Stated, note_of, proposed_note
from tallystick.verdicts.credit_state import promised
from tallystick.verdicts.statement import CreditLine
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.money import Money
from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.billing.desk import make_desk
from tests.invoices.documents import ubl

MARCH = read(ubl(number="INV-3").encode()).invoice


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_desk(tmp_path_factory.mktemp("note") / "home")


@pytest.fixture(scope="module")
def judged(home: Path) -> tuple[Judged, Contract]:
    """March, which ends with an adjustment of 10.00 for the service level."""
    store = VerdictStore(home / "verdicts")
    (record,) = store.judged("*", "aurora", "2026-03")
    return record, promised(store, record, store.verdicts_of(record))


def note(judged: tuple[Judged, Contract], *invoices: Invoice, **stated: object) -> CreditNote:
    record, contract = judged
    found = [Document(at, one) for at, one in enumerate(invoices)]
    return note_of(record, contract, found, Stated(**stated))  # type: ignore[arg-type]


def with_lines(judged: tuple[Judged, Contract], *payable: tuple[str, str, str]) -> tuple[Judged, Contract]:
    """The same judging with other adjustments: clause, granted, left."""
    record, contract = judged
    assert record.statement is not None
    lines = tuple(CreditLine(clause, "T1", euro(granted), euro(left), ()) for clause, granted, left in payable)
    total = euro(str(sum((Decimal(left) for _, _, left in payable), Decimal(0))))
    return replace(record, statement=replace(record.statement, lines=lines, total=total)), contract


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_the_note_has_the_parties_and_the_tax_of_the_invoice_that_bills_the_period(
    judged: tuple[Judged, Contract],
) -> None:
    later = replace(MARCH, number="INV-9", issued_on=date(2026, 6, 2), seller=replace(MARCH.seller, name="Later"),
                    period=replace(MARCH.period, first=date(2026, 5, 1), last=date(2026, 5, 31)))  # fmt: skip
    found = note(judged, later, MARCH)
    assert (found.seller, found.buyer) == (MARCH.seller, MARCH.buyer)
    assert found.preceding == (Reference("preceding", "INV-3", date(2026, 4, 2)),)
    assert (found.period.first, found.period.last) == (date(2026, 3, 1), date(2026, 3, 31))
    made = found.document
    assert [(line.name, line.seller_item, line.net) for line in made.lines] == [
        ("Price adjustment C1 for T1 Service level", "C1", Decimal("10.00"))]  # fmt: skip
    assert "10 % x EUR 100.00" in made.lines[0].notes[0]
    assert (made.totals.net, made.totals.tax, made.totals.gross) == tuple(map(Decimal, ("10.00", "1.90", "11.90")))
    assert check(made) == ()
    assert read(write_ubl(found)).invoice.totals == made.totals
    assert note(judged, later).seller.name == "Later", "its newest where none bills the period"
    assert note(judged, later).preceding == ()


def test_an_invoice_of_another_contract_gives_parties_and_tax_where_there_is_no_other_and_is_not_corrected(
    judged: tuple[Judged, Contract],
) -> None:
    record, contract = judged
    elsewhere = Document(7, replace(MARCH, number="INV-7", seller=replace(MARCH.seller, name="Elsewhere")))
    found = note_of(record, contract, [], Stated(), [elsewhere])
    assert (found.seller.name, found.preceding) == ("Elsewhere", ())
    assert note_of(record, contract, [Document(1, MARCH)], Stated(), [elsewhere]).seller == MARCH.seller


def test_number_and_day_follow_from_the_period_and_are_never_before_an_invoice_that_is_named(
    judged: tuple[Judged, Contract],
) -> None:
    found = note(judged, MARCH)
    assert (found.number, found.issued_on) == ("CN-line-aurora-2026-03", date(2026, 4, 2))
    early = replace(MARCH, issued_on=date(2026, 3, 20))
    assert note(judged, early).issued_on == date(2026, 4, 1), "the first day after the period"
    said = note(judged, MARCH, number="G-7", issued_on=date(2026, 4, 9))
    assert (said.number, said.issued_on) == ("G-7", date(2026, 4, 9))


def test_what_a_cap_left_is_credited_and_a_bonus_is_taken_off(judged: tuple[Judged, Contract]) -> None:
    """100 granted of which 60 are left, a bonus of 20, and an adjustment that came to nothing."""
    made = note(with_lines(judged, ("C1", "100", "60"), ("B1", "-20", "-20"), ("C2", "5", "0")), MARCH).document
    assert [(line.quantity, line.price, line.net) for line in made.lines] == [
        (1, Decimal(60), Decimal("60.00")), (-1, Decimal(20), Decimal("-20.00"))]  # fmt: skip
    assert "EUR 60 of EUR 100 is left under the limits" in made.lines[0].notes[0].replace(".00", "")
    assert (made.totals.net, check(made)) == (Decimal("40.00"), ())


def test_where_nothing_is_owed_there_is_no_note(judged: tuple[Judged, Contract]) -> None:
    for payable in ((), (("C1", "5", "0"),), (("B1", "-20", "-20"),), (("C1", "20", "20"), ("B1", "-20", "-20"))):
        with pytest.raises(UsageError, match="no price adjustment is owed"):
            note(with_lines(judged, *payable), MARCH)
    with pytest.raises(UsageError, match="no price adjustment is owed"):
        note((replace(judged[0], statement=None), judged[1]), MARCH)
    assert note(with_lines(judged, ("C1", "0.01", "0.01")), MARCH).document.totals.net == Decimal("0.01")


@pytest.mark.parametrize(("as_of", "runs"), [("2026-03-31T20:59:59+00:00", True), ("2026-03-31T21:00:00+00:00", False)])
def test_a_period_that_was_judged_while_it_ran_has_no_note_yet(
    judged: tuple[Judged, Contract], as_of: str, runs: bool
) -> None:
    """March ends at 21:00 UTC in Bucharest."""
    record = replace(judged[0], as_of=as_of)
    if not runs:
        assert note((record, judged[1]), MARCH)
        return
    with pytest.raises(UsageError, match="while it ran"):
        note((record, judged[1]), MARCH)


def test_what_the_invoice_does_not_say_is_named_with_the_option_that_says_it(judged: tuple[Judged, Contract]) -> None:
    """An invoice from a table has names at most."""
    with pytest.raises(UsageError, match="no invoice of the partner is known") as refused:
        note(judged)
    assert "--like" in refused.value.cure
    bare = replace(MARCH, seller=Party("Aurora"))
    with pytest.raises(UsageError, match="INV-3 does not tell the country of the seller") as refused:
        note(judged, bare)
    assert "--like" in refused.value.cure
    with pytest.raises(UsageError, match="the name and the country of the buyer"):
        note(judged, replace(MARCH, buyer=Party()))
    assert note(judged, bare, like=MARCH).seller == MARCH.seller
    with pytest.raises(UsageError, match="tells no tax") as refused:
        note(judged, replace(MARCH, taxes=()))
    assert "--tax" in refused.value.cure


def test_of_several_taxes_one_must_be_named(judged: tuple[Judged, Contract]) -> None:
    both = replace(MARCH, taxes=(*MARCH.taxes, TaxGroup("S", Decimal(7), Decimal(1), Decimal("0.07"))))
    with pytest.raises(UsageError, match="several taxes: S 19, S 7"):
        note(judged, both)
    made = note(judged, both, tax=("S", Decimal(7))).document
    assert [(group.rate, group.tax) for group in made.taxes] == [(Decimal(7), Decimal("0.70"))]


def test_reverse_charge_keeps_its_reason(judged: tuple[Judged, Contract]) -> None:
    for group in (TaxGroup("AE", Decimal(0), Decimal(5), Decimal(0), "Reverse charge"),
                  TaxGroup("AE", Decimal(0), Decimal(5), Decimal(0), "", "VATEX-EU-AE")):  # fmt: skip
        made = note(judged, replace(MARCH, taxes=(group,))).document
        assert (made.taxes[0].category, made.totals.tax, check(made)) == ("AE", Decimal("0.00"), ())


def test_invoices_of_the_records_are_those_that_count_and_no_credit_notes(home: Path) -> None:
    """A-3 is replaced by a corrected one; the credit note is no invoice. Theirs tell no country."""
    lines = [L("MIN", "90", "MIN", "0.75")]
    send(home, [paper("A-3", "2026-03", lines), paper("A-3K", "2026-03", lines, kind="384", names=["A-3"]),
                paper("G-1", "2026-03", lines, kind="381", names=["A-3K"], issued="2026-09-01")])  # fmt: skip
    (record,) = VerdictStore(home / "verdicts").judged("*", "aurora", "2026-03")
    texts = sorted((home / "contracts").glob("*.yaml"))
    with pytest.raises(UsageError, match="A-3K does not tell the country"):
        proposed_note(home, texts, record)
    found = proposed_note(home, texts, record, Stated(like=MARCH))
    assert [one.number for one in found.preceding] == ["A-3K"]
    assert [one.number for one in proposed_note(home, [], record, Stated(like=MARCH)).preceding] == ["A-3K"]
