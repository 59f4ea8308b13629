"""The linter of contract texts: every rule over the text as signed and over the text after each amendment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tallystick.contract.card import Cards, GivenCards, cards_by_id
from tallystick.contract.load import read, read_text
from tallystick.contract.lock import lock_path, read_lock
from tallystick.contract.model import Contract
from tallystick.contract.rule import rules
from tallystick.vocabulary.errors import DataError
from tallystick.vocabulary.finding import Finding, Severity


def check(contract: Contract, cards: GivenCards = ()) -> list[Finding]:
    """What the rules find in a contract, sorted by place; `cards` of the existing measures are given, not looked up.

    Without cards, rules that need to know measures stay silent.
    """
    grouped = cards_by_id(cards)
    found: dict[tuple[object, ...], Finding] = {}
    for stage in _stages(contract):
        for finding in _findings(stage, grouped):
            found.setdefault((finding.id, finding.place, finding.message), finding)
    for mended, places in contract.mended:
        for finding in _findings(mended, grouped):
            if finding.place in places:
                found.setdefault((finding.id, finding.place, finding.message), finding)
    return in_order(found.values())


def check_path(path: Path | str, cards: GivenCards = ()) -> tuple[Contract | None, list[Finding]]:
    """Reading, rules and lock in one: every mistake of the text at `path`, and the contract where it has no error.

    A lock that does not hold is among the findings; it does not make the text invalid.
    """
    contract, findings = _checked(read(path), cards)
    if contract is not None and lock_path(path).is_file():
        _, trouble = read_lock(path, contract)
        findings = in_order([*findings, *trouble])
    return contract, findings


def check_text(
    text: str | bytes,
    cards: GivenCards = (),
    name: str = "contract.yaml",
    includes: Mapping[str, str | bytes] | None = None,
) -> tuple[Contract | None, list[Finding]]:
    """As `check_path`, for a text that is not a file."""
    return _checked(read_text(text, name, includes), cards)


def _checked(
    reading: tuple[Contract | None, list[Finding], Contract | None], cards: GivenCards
) -> tuple[Contract | None, list[Finding]]:
    contract, findings, sound = reading
    to_check = contract or sound
    if to_check is not None:
        findings = in_order([*findings, *check(to_check, cards)])
    invalid = any(finding.severity is Severity.ERROR for finding in findings)
    return (None if invalid else contract), findings


def _stages(contract: Contract) -> list[Contract]:
    stages = [contract]
    if contract.is_partial:
        return stages  # an amendment may change what was taken out
    for day in sorted({part.effective for part in contract.amendments}):
        try:
            stage = contract.in_force(day)
        except DataError:
            break  # the reader has reported that this amendment does not fit
        if stage not in stages:
            stages.append(stage)
    return stages


def _findings(contract: Contract, cards: Cards) -> Iterable[Finding]:
    for rule in rules().values():
        if rule.look is not None and not contract.lost(rule.whole):
            yield from rule.look(contract, cards)
    for clause in contract.clauses:
        yield from clause.lint(contract, cards)
    for charge in contract.charges:
        yield from charge.lint(contract, cards)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, line, column and rule."""
    return sorted(findings, key=lambda f: (f.place.file, f.place.line, int(f.place.column or 0), f.id, f.message))
