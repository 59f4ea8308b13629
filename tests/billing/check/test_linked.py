"""Corrected invoices (384) and credit notes (381) by what they name: which stand, and which month they bill."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from tallystick.billing.check.linked import findings_of_links, linked, standing
from tallystick.billing.check.received import BY_ISSUE, BY_REFERENCE, Document, month_of
from tallystick.invoices.value import Party
from tests.billing.check.papers import L, paper
from tests.billing.check.test_checking import OFF, RIGHT, checked, told

TOO_MANY = L("CALLS", "31", "C62", "1.10", days=("2026-04-01", "2026-04-15"))


def doc(number: str, *names: str | tuple[str, str], kind: str = "380", net: str = "50", **more: object) -> Document:
    lines = (L("A", "1", price=net),)
    return paper(number, "2026-04", lines, kind=kind, names=names, **more)  # type: ignore[arg-type]


def stand(*documents: Document) -> list[str]:
    return [one.name for one in standing(linked(documents))]


def said(*documents: Document) -> list[tuple[str, str]]:
    return [(one.name, finding.id) for one in linked(documents) for finding in findings_of_links(one)]


def test_a_corrected_invoice_stands_in_the_place_of_the_one_that_it_names_and_says_so() -> None:
    documents = (doc("A-1"), doc("A-1K", "A-1", kind="384", net="40", issued="2026-05-20"))
    assert stand(*documents) == ["A-1K"]
    assert linked(documents)[0].replaced_by == "A-1K"
    assert said(*documents) == [("A-1", "TS-P010")]


@pytest.mark.parametrize("names", [(), ("A-9",), ("A-1K",), (("A-1", "2026-05-04"),)])
def test_one_that_names_nothing_that_is_known_replaces_nothing_and_is_a_finding(
    names: tuple[str | tuple[str, str], ...],
) -> None:
    """No number at all, a number of no document, its own, and the right number with another day."""
    documents = (doc("A-1"), doc("A-1K", *names, kind="384", issued="2026-05-20"))
    assert stand(*documents) == ["A-1", "A-1K"]
    assert said(*documents) == [("A-1K", "TS-P012" if names else "TS-P011")]


def test_the_day_of_the_preceding_invoice_tells_which_of_one_number_is_meant() -> None:
    first, second = doc("A-1", issued="2026-05-03"), replace(doc("A-1", issued="2026-05-04"), key=2)
    corrected = doc("A-1K", ("A-1", "2026-05-04"), kind="384", issued="2026-05-20")
    assert [one.invoice.issued_on for one in standing(linked((first, second, corrected)))] == [
        date(2026, 5, 3), date(2026, 5, 20),
    ]  # fmt: skip


def test_an_invoice_of_another_seller_or_issued_later_is_not_the_one_that_is_named() -> None:
    other = doc("A-1")
    other = replace(other, invoice=replace(other.invoice, seller=Party("Aurora Billing", vat_id="RO99")))
    assert stand(other, doc("A-1K", "A-1", kind="384", issued="2026-05-20")) == ["A-1", "A-1K"]
    assert stand(doc("A-1", issued="2026-05-21"), doc("A-1K", "A-1", kind="384", issued="2026-05-20")) == [
        "A-1", "A-1K",
    ]  # fmt: skip


def test_an_invoice_that_is_no_corrected_one_replaces_nothing_whatever_it_names() -> None:
    assert stand(doc("A-1"), doc("A-2", "A-1", issued="2026-05-20")) == ["A-1", "A-2"]


@pytest.mark.parametrize("third", ["A-1K", "A-1"])
def test_of_several_corrections_the_newest_stands_in_whatever_order_they_are_read(third: str) -> None:
    documents = (
        doc("A-1"), doc("A-1K", "A-1", kind="384", issued="2026-05-20"),
        doc("A-1L", third, kind="384", issued="2026-05-20"),
    )  # fmt: skip
    for order in permutations(documents):
        assert stand(*order) == ["A-1L"], [one.name for one in order]


def test_two_that_name_each_other_do_not_both_vanish() -> None:
    documents = (doc("A-1", "A-2", kind="384"), doc("A-2", "A-1", kind="384"))
    for order in permutations(documents):
        assert len(stand(*order)) == 1


def test_a_credit_note_of_the_whole_goes_with_the_invoice_that_is_replaced() -> None:
    """Some sellers take the first invoice back and send it anew: what counts is what it comes to in the end."""
    back = doc("C-1", "A-1", kind="381", issued="2026-05-20")
    corrected = doc("A-1K", "A-1", kind="384", net="40", issued="2026-05-20")
    assert stand(doc("A-1"), back, corrected) == ["A-1K"]
    assert stand(doc("A-1"), back) == ["A-1", "C-1"], "by itself it comes to nothing together with the invoice"


def test_a_credit_note_of_a_part_of_what_is_replaced_is_counted_and_asked_about() -> None:
    part = doc("C-1", "A-1", kind="381", net="10", issued="2026-05-20")
    documents = (doc("A-1"), part, doc("A-1K", "A-1", kind="384", net="40", issued="2026-05-20"))
    assert stand(*documents) == ["C-1", "A-1K"]
    assert ("C-1", "TS-P013") in said(*documents)


def test_a_corrected_invoice_below_zero_is_what_is_taken_off() -> None:
    documents = (doc("A-1"), doc("A-1K", "A-1", kind="384", net="-10", issued="2026-05-20"))
    assert stand(*documents) == ["A-1", "A-1K"]
    assert said(*documents) == [("A-1K", "TS-P013")]


def test_what_tells_no_days_bills_those_of_the_invoice_that_it_names() -> None:
    """Issued in July, so without the number it would be taken for June."""
    april = (date(2026, 4, 1),)
    for kind in ("381", "384"):
        late = doc("X-1", "A-1", kind=kind, issued="2026-07-10", told_period=False)
        assert month_of(linked((doc("A-1"), late))[1]) == (april, BY_REFERENCE)
        assert month_of(linked((late,))[0]) == ((date(2026, 6, 1),), BY_ISSUE)
        bare = doc("A-1", told_period=False)
        assert month_of(linked((bare, late))[1]) == (april, BY_REFERENCE), "issued on 3 May, so of April"
        again = doc("X-2", "X-1", kind=kind, issued="2026-08-10", told_period=False)
        if kind == "384":
            assert month_of(linked((doc("A-1"), late, again))[2]) == (april, BY_REFERENCE)
    own = doc("X-1", "A-1", kind="381", issued="2026-07-10")
    assert linked((doc("A-1", issued="2026-05-03"), own))[1].span == (date(2026, 4, 1), date(2026, 5, 1))


def test_it_belongs_to_the_contract_that_the_invoice_names() -> None:
    corrected = doc("A-1K", "A-1", kind="384", issued="2026-05-20")
    assert linked((doc("A-1", contract="annex"), corrected))[1].contracts == ("annex",)


def test_once_linked_a_part_of_the_documents_tells_the_same() -> None:
    whole = linked((doc("A-1"), doc("A-1K", "A-1", kind="384", issued="2026-05-20")))
    assert linked(whole[:1]) == whole[:1]


# ---- in the check of a month -----------------------------------------------------------------------------------------


def test_the_check_holds_the_corrected_invoice_against_the_month_and_not_both() -> None:
    wrong = paper("A-1", "2026-04", [TOO_MANY, *RIGHT[1:]], OFF)
    right = paper("A-1K", "2026-04", RIGHT, OFF, kind="384", names=["A-1"], issued="2026-05-20")
    found = checked(wrong, right)
    assert found.agrees
    assert [(one.number, one.what, one.replaced_by) for one in found.documents] == [
        ("A-1", "invoice", "A-1K"), ("A-1K", "corrected invoice", ""),
    ]  # fmt: skip
    assert [one.id for one in found.findings] == ["TS-P010"]
    assert str(found.billed_total) == "EUR 213.66"


def test_a_corrected_invoice_with_the_same_lines_is_no_invoice_billed_twice() -> None:
    found = checked(
        paper("A-1", "2026-04", RIGHT, OFF),
        paper("A-1K", "2026-04", RIGHT, OFF, kind="384", names=["A-1"], issued="2026-05-20"),
    )
    assert found.agrees


def test_without_the_number_it_is_billed_beside_the_first_and_both_are_told() -> None:
    found = checked(
        paper("A-1", "2026-04", RIGHT, OFF),
        paper("A-1K", "2026-04", RIGHT, OFF, kind="384", issued="2026-05-20"),
    )
    assert {one.id for one in found.findings} == {"TS-P004", "TS-P011"}
    assert [cause for _, cause, _ in told(found)] == ["duplicate_invoice"]


def test_a_month_whose_invoice_moved_to_another_month_is_said_to_be_without_one() -> None:
    """The corrected invoice bills May: of April nothing is left but what was replaced."""
    found = checked(
        paper("A-1", "2026-04", RIGHT, OFF),
        paper("A-1K", "2026-05", RIGHT, OFF, kind="384", names=["A-1"]),
    )
    assert not found.checked
    assert [one.id for one in found.findings] == ["TS-P001", "TS-P010"]


def test_a_credit_note_without_days_is_checked_with_the_invoice_that_it_credits() -> None:
    """One call too many is credited in July; only its number leads back to April."""
    wrong = paper("A-1", "2026-04", [TOO_MANY, *RIGHT[1:]], OFF)
    back = paper("C-1", "2026-04", [L("CALLS", "1", "C62", "1.10")], kind="381", names=["A-1"], issued="2026-07-10",
                 told_period=False)  # fmt: skip
    found = checked(wrong, back)
    assert [one.month_by for one in found.documents] == ["its period", BY_REFERENCE]
    assert str(found.difference) == "EUR 0.00"
