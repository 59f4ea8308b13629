"""Costs that several partners share: one amount of the client's books, led to each by a key that is stated. Pure.

    - kinds: [tools, telephony]      # kinds of the books whose rows name no partner; or one
      key: volume                    # contacts of the month; `hours` productive time; `fixed` the shares below
      partners: [aurora, borealis]   # left out: every partner with a contract in force
      own: 20%                       # stays with the client before the key is applied; left out: nothing
    - kinds: governance
      key: fixed
      shares: {aurora: 50%, borealis: 30%}
      from: 2026-01                  # both months counted; left out: no end
      to: 2026-12

It stands in a file of the client's own (`shared-costs.yaml` in the project's folder). Parts are rounded so that they
and the rest come to the amount exactly. Where the key of one partner is not known, or nothing was counted for any,
nothing is led to anybody: a part is never taken for the whole. What is not led to a partner is the rest, beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from tallystick.contract.quantity import Month, Percentage, figure_text, percentage_text
from tallystick.contract.section import Name, Section, as_list
from tallystick.cost.own_file import sections_at
from tallystick.cost.part import INVOICE, part_of, plain_kind
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.errors import DataError
from tallystick.vocabulary.finding import Finding, Place, Severity
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, money_of

FILE = "shared-costs.yaml"
NO_KEY, NOT_COUNTED, NO_CONTRACT = "TS-K007", "TS-K008", "TS-K012"
NOTHING, ONE = Fraction(0), Fraction(1)


class Key(StrEnum):
    """By what an amount is led to partners."""

    VOLUME = "volume"
    HOURS = "hours"
    FIXED = "fixed"


class SharingRule(Section):
    """The key of some kinds of cost; see the module."""

    kinds: Annotated[tuple[str, ...], BeforeValidator(as_list), Field(min_length=1)]
    key: Key
    partners: tuple[Name, ...] | None = Field(None, min_length=1)
    shares: dict[Name, Percentage] = Field(default_factory=dict)
    own: Percentage = NOTHING
    from_month: Month | None = Field(None, alias="from")
    to_month: Month | None = Field(None, alias="to")

    @model_validator(mode="after")
    def _whole(self) -> SharingRule:
        if (self.key is Key.FIXED) != bool(self.shares):
            raise ValueError("`shares` are named for the key fixed, and for no other")
        if self.shares and self.partners is not None:
            raise ValueError("`shares` names the partners already, so `partners` is left out")
        if self.own + sum(self.shares.values(), NOTHING) > ONE:
            raise ValueError("`own` and `shares` come to more than 100%")
        return self

    def covers(self, kind: str, month: str) -> bool:
        """Whether it is the rule of a kind of cost in a month."""
        known = {plain_kind(one) for one in self.kinds}
        begun = self.from_month is None or self.from_month <= month
        return plain_kind(kind) in known and begun and (self.to_month is None or month <= self.to_month)

    def meets(self, other: SharingRule) -> bool:
        """Whether both are the rule of one kind in one month."""
        if not {*map(plain_kind, self.kinds)} & {*map(plain_kind, other.kinds)}:
            return False
        begin = max(self.from_month or "", other.from_month or "")
        ends = [one for one in (self.to_month, other.to_month) if one is not None]
        return not ends or begin <= min(ends)


@dataclass(frozen=True)
class SharedAmount:
    """One row of the books that names no partner, and that the client bears."""

    key: int
    kind: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Weight:
    """What the key counts of one partner in a month: contacts, seconds; None where nothing tells it. `n` rows."""

    partner: str
    value: Fraction | None
    n: int = 0


@dataclass(frozen=True)
class Allocated:
    """The part of a shared amount that is led to one partner; `refs` are the rows of the books behind the whole."""

    partner: str
    kind: str
    share: Fraction
    amount: Money
    n: int
    refs: tuple[str, ...]
    step: Step


@dataclass(frozen=True)
class Allocation:
    """One amount of a month with the parts that are led to partners and the rest; they add up to it exactly.

    `key` is empty where no rule is stated, and `why` says why nothing, or not all, is led to partners.
    """

    month: str
    kind: str
    key: str
    amount: Money
    parts: tuple[Allocated, ...]
    rest: Money
    n: int
    why: str = ""
    findings: tuple[Finding, ...] = ()

    def part_of(self, partner: str) -> Allocated | None:
        """What is led to one partner; None for nothing."""
        return next((one for one in self.parts if one.partner == partner), None)

    def as_json(self) -> dict[str, Any]:
        """The allocation as plain JSON values."""
        parts: dict[str, Any] = plain({one.name: getattr(self, one.name) for one in fields(self)})
        return parts | {"findings": [one.as_json() for one in self.findings]}


def sharing_rules_at(path: Path) -> tuple[SharingRule, ...]:
    """The rules of a file: one, or a list of them.

    Raises DataError, with what to correct, for anything else, and for two rules of one kind in one month.
    """
    rules = sections_at(path, SharingRule)
    for one, other in combinations(rules, 2):
        if one.meets(other):
            both = sorted({*map(plain_kind, one.kinds)} & {*map(plain_kind, other.kinds)})
            raise DataError(f"{path.name} has two keys for {', '.join(both)} in one month.", "Name one of them.")
    return rules


def allocations(
    month: str,
    amounts: Iterable[SharedAmount],
    rules: Sequence[SharingRule],
    weights: Mapping[Key, Sequence[Weight]],
    known: Collection[str],
) -> tuple[Allocation, ...]:
    """A month's shared amounts by kind and currency, each led to partners by its rule.

    `weights` are those of all partners with a contract in force, `known` all with any contract: what a rule would lead
    to another one is led to nobody.
    """
    groups: dict[tuple[str, str], list[SharedAmount]] = {}
    for one in amounts:
        groups.setdefault((plain_kind(one.kind), one.currency), []).append(one)
    return tuple(_allocated(month, kind, rows, rules, weights, known) for (kind, _), rows in sorted(groups.items()))


def _allocated(
    month: str,
    kind: str,
    rows: Sequence[SharedAmount],
    rules: Sequence[SharingRule],
    weights: Mapping[Key, Sequence[Weight]],
    known: Collection[str],
) -> Allocation:
    amount = money_of(sum((Fraction(one.amount) for one in rows), NOTHING), rows[0].currency)
    rule = next((one for one in rules if one.covers(kind, month)), None)
    place = Place(key=f"{kind}/{month}")

    def kept(why: str, finding: str, cure: str) -> Allocation:
        says = f"“{kind}” of {month}, {amount}, names no partner and is led to none: {why}."
        told = (Finding(finding, Severity.WARNING, says, place, cure, kind, len(rows)),)
        return Allocation(month, kind, rule.key if rule else "", amount, (), amount, len(rows), why, told)

    if part_of(kind) == INVOICE:
        return kept("an invoice is one partner's", NO_KEY, "Name the partner in the books.")
    if rule is None:
        return kept("no key is stated for it", NO_KEY, f"Name its partner in the books, or state a key in {FILE}.")
    strangers = sorted({*rule.shares, *(rule.partners or ())} - {*known})
    alien = f"there is no contract with {', '.join(strangers)}" if strangers else ""
    correct = _correction(strangers, known)
    if rule.key is Key.FIXED:
        parts = _parts(kind, amount, rows, [(name, share, ONE, percentage_text(share)) for name, share in
                                            sorted(rule.shares.items()) if name in known])  # fmt: skip
        made = _made(month, kind, rule, amount, parts, len(rows))
        if not strangers:
            return made
        says = f"“{kind}” of {month}, {amount}: {alien}, so their share stays in the rest."
        said = Finding(NO_CONTRACT, Severity.WARNING, says, place, correct, kind, len(rows))
        return replace(made, why=", ".join(filter(None, (made.why, alien))), findings=(said,))
    if strangers:
        return kept(alien, NO_CONTRACT, correct)
    told = [one for one in weights.get(rule.key, ()) if rule.partners is None or one.partner in rule.partners]
    unknown = [one.partner for one in told if one.value is None]
    what = "contacts" if rule.key is Key.VOLUME else "productive hours"
    if unknown:
        return kept(f"the {what} of {', '.join(unknown)} are not known", NOT_COUNTED,
                    "Take the records in that count them, or state fixed shares.")  # fmt: skip
    whole = sum((one.value or NOTHING for one in told), NOTHING)
    if not whole:
        return kept(f"no {what} were counted", NOT_COUNTED, "State fixed shares for such a month.")
    left = ONE - rule.own
    parts = _parts(kind, amount, rows, [
        (one.partner, left * (one.value or NOTHING), whole, _said(rule, one.value or NOTHING, whole)) for one in told
    ])  # fmt: skip
    return _made(month, kind, rule, amount, parts, len(rows))


def _correction(strangers: Sequence[str], known: Collection[str]) -> str:
    near = get_close_matches(strangers[0], known) if strangers else []
    return (f"Did you mean {near[0]}? " if near else "") + f"Correct the name in {FILE}."


def _said(rule: SharingRule, value: Fraction, whole: Fraction) -> str:
    per = 3600 if rule.key is Key.HOURS else 1
    unit = " h" if rule.key is Key.HOURS else ""
    told = f"{figure_text(value / per, 2)} / {figure_text(whole / per, 2)}{unit}"
    return told if not rule.own else f"{percentage_text(ONE - rule.own)} x {told}"


def _parts(
    kind: str, amount: Money, rows: Sequence[SharedAmount], told: Iterable[tuple[str, Fraction, Fraction, str]]
) -> tuple[Allocated, ...]:
    """The part of each partner, as the difference of two levels: levels are rounded, so parts and rest close."""
    refs = tuple(f"cost:{one.key}" for one in sorted(rows, key=lambda one: one.key))
    found, reached, level = [], NOTHING, Money.zero(amount.currency)
    for partner, top, bottom, words in told:
        share = top / bottom
        reached += share
        now = money_of(Fraction(amount.amount) * reached, amount.currency)
        part, level = now - level, now
        step = Step(kind, "shared", "amount x share of the key", f"{amount} x {words} -> {part}", part, amount.currency)
        if part.amount:
            found.append(Allocated(partner, kind, share, part, len(rows), refs, step))
    return tuple(found)


def _made(month: str, kind: str, rule: SharingRule, amount: Money, parts: tuple[Allocated, ...], n: int) -> Allocation:
    rest = amount
    for one in parts:
        rest -= one.amount
    why = f"{percentage_text(rule.own)} stays with the client" if rule.own else ""
    return Allocation(month, kind, rule.key, amount, parts, rest, n, why)
