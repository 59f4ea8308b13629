"""The price adjustments of a judged period as the credit note that they ask for.

Amounts, reasons and the period come from the statement. Who credits whom, and under which tax, is what an invoice says
that the caller names, else the newest of the partner's own that bill the period, else its newest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from tallystick.billing.check.gathering import documents_of
from tallystick.billing.check.linked import standing
from tallystick.billing.check.received import Document, month_of
from tallystick.contract.model import Contract
from tallystick.cost.gather import promises_to
from tallystick.cost.received import contract_of
from tallystick.invoices.value import Invoice, Party, Reference
from tallystick.invoices.value import Period as Days
from tallystick.records.commits import PROTOCOL_FILE
from tallystick.records.lake import Lake
from tallystick.reports.credit_note import CreditLine, CreditNote
from tallystick.verdicts.credit_state import promised
from tallystick.verdicts.measured import part_in_term
from tallystick.verdicts.promise import known_on
from tallystick.verdicts.statement import CreditLine as Adjustment
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.vocabulary.errors import NotFound, UsageError
from tallystick.vocabulary.period import Period

LIKE = "Name an invoice of the partner with --like FILE.xml, or take one in with `tally ingest`."


@dataclass(frozen=True)
class Stated:
    """What somebody says of the note: its number and day, an invoice to follow, the tax (category and per cent)."""

    number: str = ""
    issued_on: date | None = None
    like: Invoice | None = None
    tax: tuple[str, Decimal | None] | None = None


def proposed_note(root: Path, contracts: Sequence[Path], record: Judged, stated: Stated = Stated()) -> CreditNote:
    """The credit note of a judging, from a project's folder.

    Raises UsageError where nothing is owed, the period still runs, or what the note must say is not known.
    """
    store = VerdictStore(root / "verdicts")
    contract = promised(store, record, store.verdicts_of(record))
    own, every = _invoices(root, contracts, record)
    return note_of(record, contract, own, stated, every)


def _invoices(root: Path, contracts: Sequence[Path], record: Judged) -> tuple[list[Document], list[Document]]:
    """The partner's invoices that count: those of the contract of the judging, and all of them."""
    if not (root / "lake" / PROTOCOL_FILE).is_file():
        return [], []
    with Lake.open(root / "lake") as lake:
        found = [one for one in standing(documents_of(lake, record.partner)) if one.sign > 0]
    try:
        known = promises_to(root, contracts, record.partner, datetime.fromisoformat(record.as_of))
    except NotFound:  # the text is gone, and its judgings are kept
        return found, found
    texts = [one.contract for one in known]
    cards = [one for one in texts if one.has_card]
    return [one for one in found if contract_of(one, texts, cards) in ("", record.contract)], found


def note_of(
    record: Judged, contract: Contract, own: Sequence[Document], stated: Stated, every: Sequence[Document] = ()
) -> CreditNote:
    """The credit note of a judging, beside the invoices of its contract and every one of its partner.

    Raises as `proposed_note`. Pure.
    """
    statement, as_of = record.statement, datetime.fromisoformat(record.as_of)
    period = part_in_term(contract, Period.parse(record.period, record.zone), known_on(as_of))
    of = f"{record.partner} {record.period}, {record.contract}"
    if statement is None or statement.total.amount <= 0:
        raise UsageError(f"{of}: no price adjustment is owed, so there is no credit note.", "Name another --period.")
    if as_of.timestamp() < period.end_s:
        raise UsageError(f"{of} was judged while it ran.", "`tally assess` judges it anew when it is over.")
    in_order = _in_order(own)
    billing = [one for one in in_order if any(period.start_on <= day < period.end_on for day in month_of(one)[0])]
    newest = next(reversed([*_in_order(every), *in_order, *billing]), None)
    like = stated.like or (newest.invoice if newest else None)
    if like is None:
        raise UsageError(f"{of}: no invoice of the partner is known, so parties and tax are not.", LIKE)
    _told("seller", like.seller, like)
    _told("buyer", like.buyer, like)
    category, rate = stated.tax or _tax(like)
    return CreditNote(
        number=stated.number or f"CN-{record.contract}-{record.partner}-{record.period}",
        # Without a day of its own the first on which all of it was there: never before the invoices that it names.
        issued_on=stated.issued_on or max([period.end_on, *(one.invoice.issued_on for one in billing)]),
        currency=statement.currency,
        seller=like.seller,
        buyer=like.buyer,
        lines=tuple(_line(one, contract, category, rate) for one in statement.lines if one.payable.amount),
        preceding=tuple(Reference("preceding", one.name, one.invoice.issued_on) for one in billing),
        contract=record.contract,
        order=next((one.number for one in like.references if one.kind == "order"), ""),
        period=Days(period.start_on, period.last_on),
        notes=(f"Proposal. It rests on the statement {statement.digest}.",),
        buyer_reference=like.buyer_reference,
        exemptions=tuple(
            (group.category, group.exemption or group.exemption_code)
            for group in like.taxes
            if group.exemption or group.exemption_code
        ),
    )


def _in_order(documents: Sequence[Document]) -> list[Document]:
    return sorted(documents, key=lambda one: (one.invoice.issued_on, one.name))


def _told(role: str, party: Party, like: Invoice) -> None:
    """Raise where an invoice does not say of a party what a credit note must."""
    parts = (("name", party.name), ("country", party.address.country))
    missing = [name for name, said in parts if not said]
    if missing:
        raise UsageError(f"{like.number} does not tell the {' and the '.join(missing)} of the {role}.", LIKE)


def _tax(like: Invoice) -> tuple[str, Decimal | None]:
    """The one tax of an invoice."""
    found = list(dict.fromkeys((group.category, group.rate) for group in like.taxes if group.category))
    if len(found) == 1:
        return found[0]
    told = ", ".join(category if rate is None else f"{category} {rate.normalize():f}" for category, rate in found)
    what = f"has several taxes: {told}" if found else "tells no tax"
    raise UsageError(f"{like.number} {what}.", 'Name that of the adjusted charges: --tax "S 19" (category, per cent).')


def _line(one: Adjustment, contract: Contract, category: str, rate: Decimal | None) -> CreditLine:
    """One adjustment; what is an addition to the fees is minus one piece, as the norm knows no price below zero."""
    clause, cause = contract.clause(one.clause), contract.clause(one.follows)
    title = next((each.title or each.called for each in (cause, clause) if each is not None), "")
    reason = "; ".join(f"{step.label}: {step.inserted}" for step in one.steps)
    if one.payable != one.amount:
        reason += f"; {one.payable} of {one.amount} is left under the limits"
    return CreditLine(
        item=f"Price adjustment {one.clause}" + (f" for {one.follows} {title}" if title else ""),
        price=abs(one.payable.amount),
        category=category,
        rate=rate,
        quantity=Decimal(1 if one.payable.amount > 0 else -1),
        reason=reason,
        code=one.clause,
    )
