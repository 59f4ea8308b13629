"""How documents of one partner hang together: what each names as its preceding invoice (BT-25), and which then stand.

A corrected invoice (UNTDID 1001: 384) tells an earlier one anew, so it takes the place of the invoices that it names:
they are counted no more. A credit note that takes such an invoice back as a whole goes with it: both come to nothing.
Several notes may do so together, and one note for several invoices: what counts is that they name the same ones. An
invoice is taken back once: what is credited of it beyond that counts by itself. Where only some of the invoices of such
a note have a corrected one, the note cannot go with them: all of them stand, and the note takes them back.
Of several corrected invoices of one invoice the newest stands. One that names nothing that is known replaces nothing,
and one that comes to less than nothing can only be what is taken off; both are counted by themselves.

A document that tells no days bills those of the invoices that it names, whether it corrects or credits them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate

from tallystick.billing.check.received import Document, Link, Span, month_of, told_by
from tallystick.billing.parts import first_of
from tallystick.invoices.value import Party, Reference
from tallystick.vocabulary.finding import Finding, Place, Severity

CORRECTED = "384"
REPLACED, NO_REFERENCE, NOT_KNOWN, BESIDE = "TS-P010", "TS-P011", "TS-P012", "TS-P013"


def linked(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents of a partner, each with how it hangs together with the others; linked ones stay as they are."""
    listed = tuple(documents)
    if all(one.link is not None for one in listed):
        return listed
    named = {one.key: [(told, _found(told, one, listed)) for told in _preceding(one)] for one in listed}
    targets = {key: _once(one for _, ones in told for one in ones) for key, told in named.items()}
    by_key = {one.key: one for one in listed}
    together = _together(listed, targets)
    replaced = _replaced(listed, targets, together)
    return tuple(
        replace(
            one,
            link=Link(
                names=tuple(other.name for other in targets[one.key]),
                unknown=tuple(told.number for told, ones in named[one.key] if not ones),
                span=_days_of(one, targets, frozenset()) if targets[one.key] else None,
                contracts=tuple(sorted({name for other in targets[one.key] for name in other.contracts})),
                replaced_by=by_key[replaced[one.key]].name if one.key in replaced else "",
                replaced_names=tuple(other.name for other in targets[one.key] if other.key in replaced),
                takes_back=together.get(one.key, frozenset()),
            ),
        )
        for one in listed
    )


def _preceding(one: Document) -> list[Reference]:
    return [told for told in one.invoice.references if told.kind == "preceding" and told.number.strip()]


def _found(told: Reference, one: Document, documents: Sequence[Document]) -> list[Document]:
    """The invoices that a reference means: of the same seller, not later, of that number, and day if it is told."""
    wanted = told.number.strip().casefold()
    return [
        other
        for other in documents
        if other.key != one.key
        and other.sign > 0
        and other.name.strip().casefold() == wanted
        and other.invoice.issued_on <= one.invoice.issued_on
        and told.issued_on in (None, other.invoice.issued_on)
        and _may_be_one(other.invoice.seller, one.invoice.seller)
    ]


def _may_be_one(first: Party, second: Party) -> bool:
    """Whether two sellers may be the same: nothing that both tell of themselves differs."""
    if first.vat_id and second.vat_id:
        return first.vat_id == second.vat_id
    return not (first.name and second.name) or first.name.casefold() == second.name.casefold()


def _once(documents: Iterable[Document]) -> list[Document]:
    return list({one.key: one for one in documents}.values())


def _comes_to(one: Document) -> Fraction:
    return one.total if one.total is not None else sum((line.net for line in told_by(one)), Fraction(0))


def _in_order(documents: Iterable[Document]) -> list[Document]:
    return sorted(documents, key=lambda one: (one.invoice.issued_on, one.name, one.key))


def _together(documents: Sequence[Document], targets: Mapping[int, Sequence[Document]]) -> dict[int, frozenset[int]]:
    """For each note that takes back as a whole: the keys of what comes to nothing, each invoice with one group."""
    notes: dict[frozenset[int], list[Document]] = {}
    for one in _in_order(documents):
        if one.sign < 0 and targets[one.key]:
            notes.setdefault(frozenset(other.key for other in targets[one.key]), []).append(one)
    found: dict[int, frozenset[int]] = {}
    taken: set[int] = set()
    for invoices, named_by in notes.items():
        whole = sum(map(_comes_to, targets[named_by[0].key]), Fraction(0))
        group = _whole(named_by, -whole)
        if group and not taken & invoices:
            taken |= invoices
            keys = frozenset(one.key for one in group)
            found |= dict.fromkeys(keys, invoices | keys)
    return found


def _whole(notes: Sequence[Document], whole: Fraction) -> Sequence[Document]:
    """The oldest note that comes to the whole by itself; where none does, the oldest ones that do so together."""
    alone = next(([one] for one in notes if _comes_to(one) == whole), [])
    if alone:
        return alone
    sums = accumulate(map(_comes_to, notes))
    return next((notes[:many] for many, come in enumerate(sums, start=1) if come == whole), [])


def _replaced(
    documents: Sequence[Document], targets: Mapping[int, Sequence[Document]], together: Mapping[int, frozenset[int]]
) -> dict[int, int]:
    """The key of the document that stands in the place of each that does not."""
    found: dict[int, int] = {}

    def puts(old: int, new: int) -> None:
        """A document takes another's place, unless it is itself out of place by that one."""
        at: int | None = new
        while at is not None:
            if at == old:
                return
            at = found.get(at)
        before = found.get(old)
        found[old] = new
        if before is not None:
            puts(before, new)

    in_order = _in_order(documents)
    for one in in_order:
        if one.invoice.kind == CORRECTED and _comes_to(one) >= 0:
            for old in targets[one.key]:
                puts(old.key, one.key)
    for note in in_order:
        named = [one.key for one in targets[note.key]]
        if note.key not in together:
            continue
        if all(key in found for key in named):
            found[note.key] = found[named[0]]
        else:
            for key in named:
                found.pop(key, None)
    return found


def _days_of(one: Document, targets: Mapping[int, Sequence[Document]], seen: frozenset[int]) -> Span | None:
    """The days of what a document names: told there, or further back, or taken from the day of issue there."""
    spans = []
    for other in targets[one.key]:
        span = other.span
        if span is None and other.key not in seen:
            span = _days_of(other, targets, seen | {one.key})
        spans.append(span or _month_before(other))
    return (min(begin for begin, _ in spans), max(end for _, end in spans)) if spans else None


def _month_before(one: Document) -> Span:
    (first,), _ = month_of(one)
    return first, first_of(first, 1)


# ---- what a reader must know ---------------------------------------------------------------------------------------


def standing(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Those that count: what a corrected invoice replaces does not."""
    return tuple(one for one in documents if not one.replaced_by)


def taken_back(documents: Iterable[Document]) -> frozenset[int]:
    """The keys of the linked invoices that credit notes of the same months take back, and of those notes.

    Together they come to nothing in these months.
    """
    listed = tuple(documents)
    months = {one.key: one.months for one in listed}
    found: set[int] = set()
    for one in listed:
        keys = one.link.takes_back if one.link is not None else frozenset()
        if all(months.get(key) == one.months for key in keys):
            found |= keys
    return frozenset(found)


def findings_of_links(document: Document) -> list[Finding]:
    """What is said of how a linked document hangs together with the others."""
    link, place = document.link or Link(), Place(file=document.file, table="invoice", key=document.name)
    corrected = document.invoice.kind == CORRECTED
    if link.replaced_by:
        says = f"{document.name} is not counted: {link.replaced_by}, a corrected invoice, stands in its place (BT-25)."
        return [Finding(REPLACED, Severity.NOTE, says, place, "Nothing is to be done, where that is what was meant.")]
    what = "a corrected invoice" if corrected else "a credit note" if document.sign < 0 else "an invoice"
    found = []
    if corrected and not link.names and not link.unknown:
        says = (
            f"{document.name} is a corrected invoice and names none that it corrects (BT-25); it is counted by itself, "
            "beside every other invoice."
        )
        cure = "Ask for the number of the preceding invoice on it, or for a credit note of the one that it replaces."
        found.append(Finding(NO_REFERENCE, Severity.WARNING, says, place, cure))
    if link.unknown:
        says = (
            f"{document.name}, {what}, names {', '.join(link.unknown)} as preceding (BT-25): no such invoice of this "
            "seller, issued by then, is in the records."
        )
        cure = "Take that invoice in, or ask for the right number; until then nothing is replaced by it."
        found.append(Finding(NOT_KNOWN, Severity.WARNING, says, place, cure, count=len(link.unknown)))
    if corrected and link.names and _comes_to(document) < 0:
        says = (
            f"{document.name} corrects {', '.join(link.names)} and comes to less than nothing, so it cannot be the "
            "whole invoice anew: it is counted beside it, as what is taken off."
        )
        found.append(Finding(BESIDE, Severity.WARNING, says, place, "Ask for a credit note (381) instead."))
    if document.sign < 0 and link.replaced_names:
        says = (
            f"{document.name} credits {', '.join(link.replaced_names)}, which a corrected invoice replaces: "
            "both are counted."
        )
        cure = "Ask whether the corrected invoice holds the credit already."
        found.append(Finding(BESIDE, Severity.WARNING, says, place, cure))
    return found
