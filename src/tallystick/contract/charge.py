"""What every pricing model shares: the quantities it asks for, what it is given, and what it makes of it.

A charge is one line of the rate card. It names its quantities by measures, as clauses do, so that each can be counted
from records and opened down to its rows. What it comes to is exact until the invoice rounds the line, once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, cast

from pydantic import BeforeValidator, Field, field_validator, model_validator

from tallystick.contract.card import NUMBER, Cards, card_of
from tallystick.contract.counted import parameter_words, parse_parameter
from tallystick.contract.counting_words import population_words
from tallystick.contract.names import with_article
from tallystick.contract.quantity import Day, Number, Target, amount_text, figure_text
from tallystick.contract.section import (
    DAY,
    Attribution,
    Name,
    PeriodRule,
    Population,
    PopulationField,
    Section,
    Source,
    as_list,
)
from tallystick.registry import load_folder, load_one
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.model import Contract

PACKAGE = "tallystick.contract.charges"

# Over which days a quantity is counted: those of the part itself, those of its month or year before it.
PART, MONTH, YEAR = "part", "month", "year"
QUANTITY = "quantity"
EARLIER, EARLIER_IN_MONTH = "earlier", "earlier_in_month"
AMOUNT = "amount"
HOUR_S, MINUTE_S = 3600, 60


class Days(Section):
    """Some days only: those on which the opening hours of a calendar are closed, or those on which they are open."""

    closed: Name | None = None
    open_on: Name | None = Field(None, alias="open")

    @model_validator(mode="after")
    def _one_of(self) -> Days:
        if (self.closed is None) == (self.open_on is None):
            raise ValueError("say either `closed` or `open`, with the name of a calendar")
        return self

    @property
    def calendar(self) -> str:
        """The calendar that decides."""
        return self.closed or self.open_on or ""

    @property
    def words(self) -> str:
        """The days in words."""
        state = "closed" if self.closed else "open"
        return f"on days on which the opening hours “{self.calendar}” are {state}"


class Quantity(Section):
    """What is counted for a charge: a measure with its parameters, over whom, and on which days."""

    measure: str = Field(description="Id of a KPI (`tally list kpis`).")
    version: int = Field(1, ge=1, description="Version of the measure's definition.")
    params: dict[str, Any] = Field(default_factory=dict, description="The measure's parameters, by name.")
    population: PopulationField = Field(Population(), alias="for", description="Which rows; all where none is named.")
    days: Days | None = Field(None, description="Only days on which a calendar is `closed`, or `open`.")
    attribution: Attribution | None = Field(None, description="Which partner a row counts for; else the measure's.")
    period_rule: PeriodRule | None = Field(None, description="Which day a row counts on; else the measure's.")

    @field_validator("params", mode="after")
    @classmethod
    def _parsed(cls, value: dict[str, Any]) -> dict[str, Any]:
        return {name: parse_parameter(part) for name, part in value.items()}

    def narrowed(self, population: Population, days: Days | None = None) -> Quantity:
        """The quantity over fewer rows: what `population` says of a field takes the place of what stood there."""
        named = {part.field: part for part in self.population} | {part.field: part for part in population}
        narrower = Population(tuple(named[name] for name in sorted(named)))
        return self.model_copy(update={"population": narrower, "days": days or self.days})


def counted_by(measure: str, **params: Any) -> Quantity:
    """A quantity by its measure, over all rows."""
    return Quantity.model_validate({"measure": measure, "params": params})


Quantities = Annotated[tuple[Quantity, ...], BeforeValidator(as_list), Field(min_length=1)]


@dataclass(frozen=True)
class Role:
    """A quantity by its part in a charge. Several measures are added up; `unit` is the family they must be of.

    `reach` says over which days: those charged (`part`), or those of the same month or year before them.
    """

    of: tuple[Quantity, ...]
    unit: str = NUMBER
    reach: str = PART


@dataclass(frozen=True)
class Lot:
    """Units that were paid for in a month (2026-03) and not used yet."""

    month: str
    units: Fraction


@dataclass(frozen=True)
class ChargeValues:
    """What a charge is applied to: quantities by role over the days [from_on, end_on) of a month.

    A quantity is None where no record of its kind is known; what is known to be nothing is 0. `month_days` are the days
    of the whole month and `days` those charged, both as the charge counts them. `lots` are the units banked earlier.
    """

    contract: Contract
    from_on: date
    end_on: date
    month_days: int
    days: int
    given: Mapping[str, Fraction | None] = field(default_factory=dict)
    lots: tuple[Lot, ...] = ()

    @property
    def month(self) -> str:
        """The month, as 2026-03."""
        return f"{self.from_on.year:04}-{self.from_on.month:02}"

    @property
    def share(self) -> Fraction:
        """The part of the month that is charged."""
        return Fraction(self.days, self.month_days) if self.month_days else Fraction(0)

    def missing(self, roles: Iterable[str]) -> tuple[str, ...]:
        """The roles of which nothing is known."""
        return tuple(name for name in roles if self.given.get(name) is None)

    def quantity(self, role: str = QUANTITY) -> Fraction:
        """A quantity that is known; the caller has asked `missing` before."""
        return self.given.get(role) or Fraction(0)


@dataclass(frozen=True)
class Charged:
    """What a charge comes to, exact and in its own currency; None where a quantity is not known."""

    amount: Fraction | None
    steps: tuple[Step, ...]
    quantity: Fraction | None = None
    unit: str = ""
    rate: Fraction | None = None
    lots: tuple[Lot, ...] = ()


class ChargeExpected(Section):
    """What must come out of a worked example: the amount in the charge's currency, rounded as the charge says."""

    amount: Number
    quantity: Number | None = None
    bank: dict[str, Number] | None = None


class ChargeExample(Section):
    """A worked example of a charge: quantities by role, or `later` for what is settled later."""

    title: str | None = None
    from_on: Day | None = Field(None, alias="from", description="First day; else the first of its month in the term.")
    to_on: Day | None = Field(None, alias="to", description="Last day; else the last of the month.")
    given: dict[Name, Target] = Field(default_factory=dict, description="Quantities by role: 1200, 90h, 2500m.")
    bank: dict[str, Number] = Field(default_factory=dict, description="Units banked, by the month they come from.")
    days: int | None = Field(None, ge=0, description="Days charged, where not all days of the calendar count.")
    month_days: int | None = Field(None, ge=1, description="Days of the month, where not all of them count.")
    later: bool = Field(default=False, description="What follows when the month is settled later.")
    expect: ChargeExpected


class Charge(Section, ABC):
    """One line of the rate card. A pricing model is a subclass, alone in its file; the file's name is the kind.

    `unit_size` is how many of the measure's units make one that is billed (3600 seconds an hour), `unit_word` its name.
    `months_later` says after how many months the charge is settled again, `carries` whether unused units live on, and
    `carries_on` whether they do so at least from one part of a month to the next. `has_price` says whether it has a
    price, which follows an index that names no charges.
    """

    called: ClassVar[str] = "Charge"
    unit_size: ClassVar[int] = 1
    unit_word: ClassVar[str] = "unit"
    has_price: ClassVar[bool] = True

    id: Name = Field(description="Its number, by which invoices and other charges refer to it.")
    kind: str
    title: str | None = Field(None, description="Its heading, as the invoice names the line.")
    note: str | None = Field(None, description="A remark; nothing is computed from it.")
    source: Source | None = Field(None, description="Where it stands in the signed document.")
    population: PopulationField = Field(
        Population(), alias="for", description="Whose rows are charged; all where none is named."
    )
    from_on: Day | None = Field(None, alias="from", description="The first day charged; else that of the term.")
    to_on: Day | None = Field(None, alias="to", description="The last day charged; else that of the term.")
    currency: str | None = Field(None, pattern="^[A-Z]{3}$", description="Of the rate; else the contract's.")
    rounding: Literal["half-up", "half-even", "up", "down", "ceiling", "floor"] = Field(
        "half-up", description="How the line is rounded to the minor unit, once, after everything."
    )
    examples: tuple[ChargeExample, ...] = Field((), description="Worked examples, which run as tests.")

    @property
    def heading(self) -> str:
        """Id and title."""
        return f"{self.id}. {self.title or self.called}"

    @property
    def unit_rate(self) -> Fraction | None:
        """The one price of a unit, which premiums refer to; None where the price depends on anything."""
        rate = getattr(self, "rate", None)
        return None if rate is None else Fraction(rate)

    @property
    def months_later(self) -> int | None:
        """After how many months the month is settled again; None where it is charged once."""
        return None

    @property
    def carries(self) -> bool:
        """Whether units that were paid for and not used live on in later months."""
        return False

    @property
    def carries_on(self) -> bool:
        """Whether units that were paid for and not used live on in later parts of their own month."""
        return self.carries

    @property
    def charges_now(self) -> bool:
        """Whether anything is charged for the month itself; else all of it is settled later."""
        return True

    def begins(self, contract: Contract) -> date:
        """The first day charged."""
        return max(self.from_on or contract.term.from_on, contract.term.from_on)

    def ends(self, contract: Contract) -> date:
        """The day after the last one charged."""
        return min(self.to_on or contract.term.to_on, contract.term.to_on) + DAY

    def currency_under(self, contract: Contract) -> str:
        """The currency of the rate."""
        return self.currency or contract.currency

    def indexed_as(self, contract: Contract) -> str:  # noqa: ARG002 - kinds that refer to others read it
        """Id of the charge whose indexations move the price."""
        return self.id

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002 - kinds that refer to others read it
        """The quantities by their part in the charge."""
        return {}

    def later_roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """The quantities of a month that are asked for when it is settled later."""
        return {}

    def day_calendar(self) -> str | None:
        """The calendar whose open days prorate the charge; None where every day of the month does."""
        return None

    def days_by(self, contract: Contract) -> str | None:  # noqa: ARG002 - kinds that refer to others read it
        """The calendar whose open days make the month for this charge."""
        return self.day_calendar()

    def references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """Ids of charges that the text of this one names, each with its path inside the charge."""
        return ()

    def fee_references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """Fees that the text of this charge names, each with its path inside the charge."""
        return ()

    def open_for(self, values: ChargeValues) -> str:  # noqa: ARG002 - kinds that stand at nothing read it
        """What is not known though there is an amount; empty where all is known that the amount rests on."""
        return ""

    @abstractmethod
    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """Findings that only this kind can see; rules of all kinds live in contract/rules."""
        return ()

    @abstractmethod
    def apply(self, values: ChargeValues) -> Charged:
        """From quantities to an exact amount, step by step. Pure: the same values give the same steps."""

    def settle(self, values: ChargeValues) -> Charged:
        """What is charged or given back when a month is settled later; only for kinds that are."""
        raise NotImplementedError(self.kind)

    # ------------------------------------------------------------------ for the kinds

    def step(self, label: str, formula: str, inserted: str, result: Any, unit: str = "") -> Step:
        """A step of this charge."""
        return Step(self.id, label, formula, inserted, result, unit)

    def own(self, quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
        """Quantities under the charge's own population, where they have none for a field."""
        found = []
        for one in quantities:
            own = {part.field for part in one.population}
            more = Population(tuple(part for part in self.population if part.field not in own))
            found.append(one.narrowed(more) if more else one)
        return tuple(found)

    def unknown(self, values: ChargeValues, roles: Iterable[str]) -> Charged | None:
        """The answer where a quantity is not known; None where all are."""
        missing = values.missing(roles)
        if not missing:
            return None
        what = ", ".join(name.replace("_", " ") for name in missing)
        step = self.step(AMOUNT, "without records nothing is known", f"no records: {what}", None)
        return Charged(None, (step,), lots=values.lots)

    def units_step(self, values: ChargeValues, role: str = QUANTITY) -> tuple[Fraction, Step]:
        """A quantity in billed units, with the step that says so."""
        units, inserted = self.billed_units(values.quantity(role), values)
        name = role.replace("_", " ")
        formula = name if self.unit_size == 1 else f"seconds / seconds of {with_article(self.unit_word)}"
        return units, self.step(name, formula, inserted, units, self.unit_word)

    def billed_units(self, counted: Fraction, values: ChargeValues) -> tuple[Fraction, str]:  # noqa: ARG002
        """Units of the measure as units that have the price, and how they came to be, in figures."""
        return sized(counted, self.unit_size)

    @property
    def billed_word(self) -> str:
        """The name of a unit that has the price."""
        return self.unit_word

    def amount_step(self, values: ChargeValues, formula: str, inserted: str, amount: Fraction) -> Step:
        """The last step: the exact amount."""
        currency = self.currency_under(values.contract)
        return self.step(AMOUNT, formula, f"{inserted} = {amount_text(amount, currency)}", amount, currency)

    def priced(self, values: ChargeValues, units: Fraction, rate: Fraction, steps: Iterable[Step]) -> Charged:
        """Units times a rate."""
        currency = self.currency_under(values.contract)
        inserted = f"{figure_text(units)} x {amount_text(rate, currency)}"
        last = self.amount_step(values, f"{self.unit_word}s x rate", inserted, units * rate)
        return Charged(units * rate, (*steps, last), units, self.unit_word, rate, values.lots)

    def priced_by(self, values: ChargeValues, rate: Number) -> Charged:
        """The quantity in billed units times a rate; unknown where the quantity is."""
        if (unknown := self.unknown(values, [QUANTITY])) is not None:
            return unknown
        units, step = self.units_step(values)
        return self.priced(values, units, Fraction(rate), [step])

    def money_words(self, contract: Contract, amount: Number) -> str:
        """A rate or an amount of the text in words."""
        return amount_text(Fraction(amount), self.currency_under(contract))

    def closing_words(self, contract: Contract) -> list[str]:
        """What every charge says at its end: its days and its rounding."""
        lines = []
        if self.from_on is not None or self.to_on is not None:
            since = f"from {self.from_on.isoformat()}" if self.from_on else ""
            until = f"to {self.to_on.isoformat()}, that day included" if self.to_on else ""
            lines.append(f"It is charged {' '.join(part for part in (since, until) if part)}.")
        lines.append(
            f"The line is rounded once ({self.rounding}), after everything else, to the minor unit of "
            f"{contract.currency}."
        )
        return lines


def quantity_words(quantities: Iterable[Quantity], cards: Cards) -> str:
    """What is counted, in words: measures with parameters, population and days."""
    return ", plus ".join(_one(quantity, cards) for quantity in quantities)


def _one(quantity: Quantity, cards: Cards) -> str:
    card = card_of(cards, quantity.measure, quantity.version)
    name = card.title if card and card.title else quantity.measure.replace("_", " ")
    details = [quantity.measure] if card and card.title else []
    details += [f"definition {quantity.version}"] if quantity.version != 1 else []
    details += [parameter_words(key, value) for key, value in quantity.params.items()]
    details += [f"by {rule}" for rule in (quantity.period_rule, quantity.attribution) if rule]
    exactly = f" ({', '.join(details)})" if details else ""
    days = f" {quantity.days.words}" if quantity.days else ""
    return f"“{name}”{exactly} {population_words(quantity.population, card)}{days}"


def sized(counted: Fraction, size: int) -> tuple[Fraction, str]:
    """Seconds, or other units of a measure, divided by those of a billed unit, and that in figures."""
    units = counted / size
    said = figure_text(units)
    return units, said if size == 1 else f"{figure_text(counted)} s / {size:,} = {said}"


def charge_kinds() -> Mapping[str, type[Charge]]:
    """Every pricing model by its name."""
    return cast("Mapping[str, type[Charge]]", load_folder(PACKAGE, Charge))


@cache
def charge_kind(name: str) -> type[Charge] | None:
    """One pricing model, or None where there is none of that name."""
    return cast("type[Charge] | None", load_one(PACKAGE, Charge, name))


def asked(charge: Charge, contract: Contract) -> list[tuple[str, Quantity]]:
    """Every quantity that a charge asks for, with its role."""
    roles = {**charge.roles(contract), **charge.later_roles(contract)}
    return [(name, one) for name, role in roles.items() for one in role.of]
