"""Rules of contract texts, each shown by a text: the docstring of a test is the contract, below a common beginning.

The decorator says which findings the text must give, and a part of the line on which each stands; nothing else may be
found in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import cleandoc

from tallystick.contract.check import check_text
from tests.contract.agreement import CARDS

HEAD = """\
tallystick: 1
contract: lumen-aurora
title: Customer care agreement
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
definitions: {period_rule: measured-in, attribution: owner-at-stop, excluded: [spam]}
"""
TERM = "term: {from: 2026-01-01, to: 2027-12-31}\n"
FEES = "fees: {monthly: {amount: 100000}}\n"
A1 = "  - {id: A1, kind: kpi, measure: csat, target: 80%, minimum: 70%, minimum_volume: 30}\n"
A2 = "  - {id: A2, kind: kpi, measure: reopen_rate, target: 5%, minimum_volume: 30}\n"
STATED = "minimum_volume: 1, value: imported, reported_as: v"
V1 = f"  - {{id: V1, kind: kpi, measure: volume, better: lower, target: 10%, {STATED}}}\n"
C1 = "  - {id: C1, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 2%, of: monthly}\n"
CAP = "  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly}\n"
SHOWN = "examples: [{clause: A1, given: {met: 1, total: 60}, expect: {credit: 2000}}]\n"
PARTS = {"HEAD": HEAD, "TERM": TERM, "FEES": FEES, "A1": A1, "A2": A2, "V1": V1, "C1": C1, "CAP": CAP, "SHOWN": SHOWN}
SEEN: set[str] = set()


def text_of(test: Callable[[], None]) -> str:
    """The contract of a test's docstring: lines that are the name of a part stand for it."""
    lines = cleandoc(test.__doc__ or "").split("\n")
    named = {line.strip() for line in lines}
    before = HEAD + ("" if "NO TERM" in named or any(line.startswith("term:") for line in lines) else TERM)
    return before + "".join(PARTS.get(line.strip(), f"{line}\n") for line in lines if line.strip() != "NO TERM")


def finds(*expected: tuple[str, str]) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """The findings of the contract in a test's docstring: (rule, a part of the line on which it stands)."""

    def wrapped(test: Callable[[], None]) -> Callable[[], None]:
        SEEN.update(rule for rule, _ in expected)

        @wraps(test)
        def run() -> None:
            text = text_of(test)
            _, findings = check_text(text, CARDS)
            told = [(finding.id, text.split("\n")[finding.place.line - 1]) for finding in findings]
            assert [rule for rule, _ in told] == [rule for rule, _ in expected], [
                f"{one.id} {one.place.line}: {one.message}" for one in findings
            ]
            for (_, line), (rule, part) in zip(told, expected, strict=True):
                assert part in line, f"{rule} stands on {line!r}"

        return run

    return wrapped
