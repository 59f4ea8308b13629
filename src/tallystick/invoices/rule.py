"""A rule of EN 16931, what breaks it in an invoice, and all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache

from tallystick.invoices.value import Invoice
from tallystick.registry import load_folder
from tallystick.vocabulary.finding import Finding, Place, Severity

RULES = "tallystick.invoices.rules"
# Sums of 18 whole and 10 decimal digits, times rates and quantities alike, without a digit lost.
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Miss:
    """One place at which a rule does not hold: `where` as in `Read.places`, `value` what stands there.

    `severity` where it weighs otherwise than the rule: a difference that the norm tolerates is a note.
    """

    where: str
    message: str
    value: str = ""
    severity: Severity | None = None


@dataclass(frozen=True)
class Rule:
    """One rule by its official id. `says` is its sense in a sentence, `cure` what to ask the seller for.

    A rule that is `of_sums` can be asked of an invoice that came as a table, which tells amounts and little else.
    """

    id: str
    says: str
    find: Callable[[Invoice], Iterable[Miss]]
    cure: str = "Ask the seller for a corrected invoice."
    severity: Severity = Severity.ERROR
    of_sums: bool = False


@dataclass(frozen=True)
class Family:
    """Rules of one subject. A file of `invoices/rules/` defines exactly one."""

    title: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Fault:
    """A rule that an invoice breaks, and where."""

    rule: Rule
    miss: Miss

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return self.miss.severity or self.rule.severity

    def finding(self, file: str, line: int = 0) -> Finding:
        """The fault as a finding about a file, at the line where the part stands."""
        place = Place(file=file, line=line, key=self.miss.where)
        return Finding(self.rule.id, self.severity, self.miss.message, place, self.rule.cure, self.miss.value[:200])


@cache
def families() -> Mapping[str, Family]:
    """Every family of rules by name."""
    return load_folder(RULES, Family)


def rules() -> Iterator[Rule]:
    """Every rule, family by family."""
    for family in families().values():
        yield from family.rules


def check(invoice: Invoice, *, of_sums: bool = False) -> tuple[Fault, ...]:
    """Every rule that the invoice breaks, with each place; empty where it is right. `of_sums`: those of sums alone."""
    asked = [rule for rule in rules() if rule.of_sums or not of_sums]
    with localcontext(EXACT):
        return tuple(Fault(rule, miss) for rule in asked for miss in rule.find(invoice))


def number(value: Decimal | None) -> str:
    """A number without needless zeros; `nothing` for None."""
    if value is None:
        return "nothing"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def total(values: Iterable[Decimal | None]) -> Decimal:
    """The sum of what is there, to the last digit."""
    with localcontext(EXACT):
        return sum((value for value in values if value is not None), Decimal(0))


def cents(value: Decimal) -> Decimal:
    """A value at two decimals, halves away from zero, as the norm rounds."""
    return value.quantize(CENT, ROUND_HALF_UP, EXACT)


def differs(where: str, what: str, said: Decimal | None, computed: Decimal, how: str) -> Iterator[Miss]:
    """A miss where a sum (nothing counts as 0) is not what it is computed from."""
    if (said or Decimal(0)) != computed:
        yield Miss(where, f"{what} is {number(said)}; {how} is {number(computed)}.", number(said))
