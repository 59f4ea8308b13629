"""Credits that a partner may earn back by performing well afterwards.

`form: next-periods`: a credit is earned where the next so many assessed periods keep the level, and forfeited with the
first that does not. `form: annual-average`: at the end of the year all credits of the year are earned where the average
keeps the level. Until then a credit is pending. `meanwhile: deducted` takes the credit off at once and gives it back
when it is earned; `meanwhile: deferred` waits, and takes it off when it is forfeited. What is pending when the term
ends is forfeited. A period that is not assessed neither counts nor breaks the row. What becomes of a credit follows the
text that was in force when it was granted, so that an amendment neither gives it back twice nor takes it twice. Credits
of a period in which the clause is not in effect are not held; what was held before is settled all the same. A period is
of the year in which its last day within the term lies, as under a cap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.amounts import exact, to_money
from tallystick.contract.clause import CREDIT, MET, MISSED, RETURNS, Clause, Values
from tallystick.contract.counted import CASE, CountedClause, reaches
from tallystick.contract.names import with_article
from tallystick.contract.past import IN_EFFECT, RETIRED, WHOLE_TERM, PastClause, PastPeriod, year_of
from tallystick.contract.quantity import Level, Percentage, Target, level_text, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import DAY, Name, Names
from tallystick.contract.triggered import (
    Path,
    better_by,
    better_of,
    level_of,
    never_judged,
    unit_of,
    value_of,
    windows_of,
)
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

HELD, EARNED, FORFEITED, PENDING = "held", "earned", "forfeited", "pending"


@dataclass(frozen=True)
class Held:
    """What one period holds: its days, the amount that may be earned, and how clauses ended in it.

    `terms` is the clause by which that amount is earned, `text` where it stands.
    """

    label: str
    from_on: date
    end_on: date
    amount: Money
    ended: Callable[[str], PastClause]
    terms: EarnBack
    text: Contract

    def year_on(self, values: Values) -> date:
        """The day that says of which year the period is."""
        # The end of the whole term: a month after an end that was put off is of the year in which it lies.
        return self.from_on if values.rules < 5 else values.term.last_within(self.end_on - DAY)


@dataclass(frozen=True)
class Fate:
    """What became of a period's credit: pending, earned or forfeited, and in which period that was decided."""

    held: Held
    state: str
    decided: str = ""


class EarnBack(Clause):
    """Credits that a partner may earn back."""

    called: ClassVar[str] = "Earning back price adjustments"
    moves_money: ClassVar[bool] = True
    stage: ClassVar[int] = RETURNS
    capped: ClassVar[bool] = False
    outlasting: ClassVar[bool] = True

    kind: Literal["earn_back"] = "earn_back"
    credits: Names = Field(min_length=1, description="The credits that may be earned back.")
    clause: Name = Field(description="The clause whose performance earns them.")
    form: Literal["next-periods", "annual-average"] = Field("next-periods", description="How they are earned.")
    level: Target | None = Field(None, description="The level to keep, commonly a higher one; else the target.")
    periods: int = Field(3, ge=1, le=24, description="How many assessed periods (form: next-periods).")
    year: Literal["contract", "calendar"] = Field("contract", description="Which year (form: annual-average).")
    average: Literal["periods", "rows"] = Field("periods", description="Of the periods' values, or of all their rows.")
    meanwhile: Literal["deducted", "deferred"] = Field("deducted", description="Taken off at once, or when forfeited.")
    share: Percentage = Field(Fraction(1), description="Which share of a credit can be earned back.")

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The clause that earns, and the credits."""
        return (self.clause, *self.credits)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The clause that earns, and the credits."""
        return ((self.clause, ("clause",)), *((name, ("credits", index)) for index, name in enumerate(self.credits)))

    def remembers(self, contract: Contract) -> tuple[tuple[str, int], ...]:
        """The clause and the credits, as far back as there is anything pending; also those that it named before.

        And itself: a period in which neither was judged may have settled what was held.
        """
        stood = (text.clause(self.id) for text in contract.stages())
        named = (name for one in (*stood, self) if isinstance(one, EarnBack) for name in (one.clause, *one.credits))
        return tuple((name, WHOLE_TERM) for name in dict.fromkeys((self.clause, *named, self.id)))

    def apply(self, values: Values) -> list[Step]:
        """What is held, earned, forfeited and pending, and what that moves in this period."""
        currency = values.contract.currency
        zero = Money.zero(currency)
        state, now = self.state_on(values.on), values.label
        fates = list(self.fates(values)) if state == IN_EFFECT or values.rules >= 5 else []
        if state != IN_EFFECT and not _any_open(fates, now):
            nothing = self.step(CREDIT, "nothing comes back", "not in effect", zero, currency)
            return [] if state == RETIRED and values.rules >= 5 else [nothing]
        waits = [fate for fate in fates if fate.held.label == now and fate.held.terms.deferred]
        earned = [fate for fate in fates if fate.state == EARNED and fate.decided == now]
        forfeited = [fate for fate in fates if fate.state == FORFEITED and fate.decided == now]
        pending = [fate for fate in fates if fate.state == PENDING]
        steps = self._average_step(values)
        steps += [
            self.step(label, formula, _listed(several), _sum(several, currency), currency)
            for label, formula, several in (
                (EARNED, "credits earned in this period", earned),
                (FORFEITED, "credits forfeited in this period", forfeited),
                (PENDING, "credits still pending after it", pending),
            )
        ]
        back = _sum((fate for fate in earned if not fate.held.terms.deferred), currency)
        fall_due = _sum((fate for fate in forfeited if fate.held.terms.deferred), currency)
        held = _sum(waits, currency)
        due = fall_due - held - back
        if not self.deferred and not fall_due.amount:
            return [*steps, self.step(CREDIT, "what was taken off comes back", f"- {back}", due, currency)]
        formula, said = "forfeited credits fall due, the credit of this period waits", f"{fall_due} - {held}"
        if back.amount:
            formula, said = f"{formula}, what was taken off comes back", f"{said} - {back}"
        return [*steps, self.step(CREDIT, formula, said, due, currency)]

    def unsettled(self, values: Values) -> bool:
        """Whether a credit is pending after this period, or was decided in it."""
        return _any_open(self.fates(values), values.label)

    @property
    def deferred(self) -> bool:
        """Whether a credit waits until it is forfeited."""
        return self.meanwhile == "deferred"

    # ------------------------------------------------------------------ what becomes of a credit

    def fates(self, values: Values) -> Iterator[Fate]:
        """What became of every period's credit by the end of this period, the oldest first."""
        line = self._line(values)
        over = values.end_on is not None and values.term.to_on < values.end_on
        for index, held in enumerate(line):
            if held.amount.amount <= 0:
                continue
            fate = held.terms.fate_of(values, held, line, line[index + 1 :])
            last = line[-1]
            if over and fate.state == PENDING and last.ended(held.terms.clause).outcome != "provisional":
                fate = Fate(held, FORFEITED, last.label)
            yield fate

    def fate_of(self, values: Values, held: Held, line: list[Held], after: list[Held]) -> Fate:
        """What became of a credit by this clause's own terms; `line` are all periods, `after` those that followed."""
        return self._by_row(values, held, after) if self.form == "next-periods" else self._by_year(values, held, line)

    def _line(self, values: Values) -> list[Held]:
        """Every period of the clause, this one last, with what it holds."""
        currency = values.contract.currency
        found = []
        for period in self._periods(values):
            on = max(period.from_on, values.contract.term.from_on)
            terms, text = self._terms(values, on)
            names = terms.credits if terms is not None and terms.holds(values, on) else ()
            credits_ = [past.credit for name in names if (past := period.of(name)) and past.credit is not None]
            terms = terms or self
            amount = terms.part_of(sum((exact(money) for money in credits_), Fraction(0)), currency)
            ended = partial(self._ended, values, period)
            found.append(Held(period.label, period.from_on, period.end_on, amount, ended, terms, text))
        names = self.credits if self.holds(values, values.on) else ()
        own = sum((exact(values.payable[name]) for name in names if name in values.payable), Fraction(0))
        end = values.end_on or values.begins_on
        held = self.part_of(own, currency)
        ends = partial(self._ends, values)
        return [*found, Held(values.label, values.begins_on, end, held, ends, self, values.contract)]

    def _periods(self, values: Values) -> Iterator[PastPeriod]:
        """The earlier periods in which the clause was applied, the oldest first."""
        stood = (text.clause(self.id) for text in values.contract.stages()) if values.rules >= 5 else ()
        names = {self.clause, *(one.clause for one in stood if isinstance(one, EarnBack))}
        names |= {self.id} if values.rules >= 5 else set()
        return (period for period in values.past.periods if any(period.of(name) for name in names))

    def _ended(self, values: Values, period: PastPeriod, name: str) -> PastClause:
        return period.of(self._looked_at(values, name)) or PastClause(name)

    def _ends(self, values: Values, name: str) -> PastClause:
        return _now(values, self._looked_at(values, name))

    def _looked_at(self, values: Values, name: str) -> str:
        """The clause that earns, by the text of the credit; by older rules that of the text in force."""
        return name if values.rules >= 5 else self.clause

    def holds(self, values: Values, on: date) -> bool:
        """Whether credits of a period whose text is that of a day may be earned back at all."""
        return values.rules < 5 or self.state_on(on) == IN_EFFECT

    def _terms(self, values: Values, on: date) -> tuple[EarnBack | None, Contract]:
        """The clause as it stood on a period's first day of the term, and its text; None where it was not there."""
        if values.rules < 4:
            return self, values.contract
        text = values.contract.as_it_stood(on)
        clause = text.clause(self.id)
        return clause if isinstance(clause, EarnBack) else None, text

    def part_of(self, amount: Fraction, currency: str) -> Money:
        """The part of credits that can be earned back."""
        return to_money(amount * self.share, currency)

    def _kept(self, values: Values, held: Held, one: PastClause) -> bool | None:
        """Whether a period keeps the level that this clause asks for; None where it was not assessed."""
        if one.outcome not in (MET, MISSED) or not one.binding or one.value is None:
            return None
        if self.level is None:
            return one.outcome == MET
        return reaches(one.value, self.level, self._better(values, held))

    def _better(self, values: Values, held: Held) -> str:
        """The better direction of the clause that earns, also where the text in force no longer has it."""
        clause = values.contract.clause(self.clause)
        if clause is None and values.rules >= 5:
            clause = held.text.clause(self.clause)
        return better_of(values, clause)

    def _by_row(self, values: Values, held: Held, after: list[Held]) -> Fate:
        count = 0
        for later in after:
            kept = self._kept(values, held, later.ended(self.clause))
            if kept is None:
                continue
            if not kept:
                return Fate(held, FORFEITED, later.label)
            count += 1
            if count == self.periods:
                return Fate(held, EARNED, later.label)
        return Fate(held, PENDING)

    def _by_year(self, values: Values, held: Held, line: list[Held]) -> Fate:
        begin, end = self._year(held.text, held.year_on(values))
        last = next((one for one in line if one.end_on >= end), None)
        if last is None or last.ended(self.clause).outcome == "provisional":
            return Fate(held, PENDING)
        average, level = self._average(values, line, begin, end), self._level(held.text)
        if average is None or level is None:
            return Fate(held, FORFEITED, last.label)
        kept = reaches(average, level, self._better(values, held))
        return Fate(held, EARNED if kept else FORFEITED, last.label)

    def _year(self, text: Contract, on: date) -> tuple[date, date]:
        """The year of a day, half-open."""
        if self.year == "calendar":
            return date(on.year, 1, 1), date(on.year + 1, 1, 1)
        return year_of(text.term.from_on, on)

    def _average(self, values: Values, line: list[Held], begin: date, end: date) -> Fraction | None:
        ended = [one.ended(self.clause) for one in line if begin <= one.year_on(values) < end]
        inside = [one for one in ended if one.outcome in (MET, MISSED) and one.binding]
        if self.average == "rows":
            counted = [(one.numerator, one.denominator) for one in inside if one.numerator is not None]
            total = sum(denominator or 0 for _, denominator in counted)
            return Fraction(sum(numerator for numerator, _ in counted), total) if total else None
        found = [one.value for one in inside if one.value is not None]
        return sum(found, Fraction(0)) / len(found) if found else None

    def _level(self, text: Contract) -> Level | None:
        return self.level or level_of(text.clause(self.clause), "target")

    def _average_step(self, values: Values) -> list[Step]:
        if self.form != "annual-average":
            return []
        line = self._line(values)
        begin, end = self._year(values.contract, line[-1].year_on(values))
        average, level = self._average(values, line, begin, end), self._level(values.contract)
        unit = unit_of(values.contract.clause(self.clause))
        if average is None or level is None:
            return [self.step("average", "average of the year so far", "nothing was assessed", None)]
        said = f"{level_text(average, unit)} beside {level_text(level.value, unit)}"
        return [self.step("average", f"average of the {self.average} of the year so far", said, average, unit)]

    # ------------------------------------------------------------------ text

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:
        """Credits are credits, what earns them is judged, and earning back asks for more than was promised."""
        yield from never_judged(contract, self, [(self.clause, ("clause",))])
        for index, name in enumerate(self.credits):
            clause = contract.clause(name)
            if clause is not None and (isinstance(clause, CountedClause) or not clause.capped):
                message = f"{self.id} would give back {name}, which grants nothing: it is {with_article(clause.kind)}."
                yield reading_rule("wrong_kind").found(contract.clause_place(self, "credits", index), message)
            elif windows_of(contract, clause) - windows_of(contract, contract.clause(self.clause)):
                message = f"{self.id} gives back {name} by {self.clause}, which is judged over other periods."
                yield reading_rule("earn_back_other_window").found(
                    contract.clause_place(self, "credits", index), message
                )
        clause = contract.clause(self.clause)
        target = level_of(clause, "target")
        if target is None or (self.level is not None and self.level.unit != target.unit):
            return
        sign = 1 if better_by(contract, clause, cards) == "higher" else -1
        higher = self.level is not None and sign * (self.level.value - target.value) > 0
        if self.form == "next-periods" and not higher:
            level = self.level or target
            message = f"{self.id} gives back for no more than the target of {self.clause} ({level})."
            place = contract.clause_place(self, "level" if self.level is not None else "id")
            yield reading_rule("earn_back_cheap").found(place, message)
        elif self.level is not None and sign * (self.level.value - target.value) < 0:
            message = f"{self.id} gives back for {self.level}, less than the target of {self.clause} ({target})."
            yield reading_rule("earn_back_cheap").found(contract.clause_place(self, "level"), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The clause in plain sentences."""
        clause = contract.clause(self.clause)
        level = self.level or level_of(clause, "target")
        words = (
            f"{CASE[better_by(contract, clause, cards)]} {level_text(level.value, level.unit)}"
            if level
            else "its level"
        )
        which = f"The price adjustments of {', '.join(self.credits)}"
        share = "" if self.share == 1 else f" ({percentage_text(self.share)} of them)"
        if self.form == "next-periods":
            row = "period is" if self.periods == 1 else f"{self.periods} periods are"
            how = (
                f"{which}{share} are earned back where the next assessed {row} {words} for clause {self.clause}; the "
                "first that is not forfeits them."
            )
        else:
            of = "values of the periods" if self.average == "periods" else "rows"
            how = (
                f"{which}{share} of a {self.year} year are earned back at its end where the average of the {of} of "
                f"clause {self.clause} is {words}; otherwise they are forfeited."
            )
        meanwhile = (
            "Until then they are taken off, and given back once they are earned."
            if self.meanwhile == "deducted"
            else "Until then they wait, and are taken off once they are forfeited."
        )
        return [
            how,
            meanwhile,
            (
                "A period that is not assessed neither counts nor breaks the row. What is pending when the term "
                "ends is forfeited. What is given back makes no new room under a cap."
            ),
            (
                "What becomes of a price adjustment follows the text that was in force when it was granted, also after "
                "this clause has been suspended or has retired."
            ),
        ]


def _now(values: Values, name: str) -> PastClause:
    """How a clause ends in the period that is judged."""
    clause, measured = values.contract.clause(name), values.measured.get(name)
    return PastClause(
        name,
        values.outcomes.get(name, ""),
        clause.state_on(values.on) if clause is not None else "",
        value_of(values, clause),
        measured.n if measured is not None else None,
        measured.numerator if measured is not None else None,
        measured.denominator if measured is not None else None,
    )


def _any_open(fates: Iterable[Fate], now: str) -> bool:
    return any(fate.state == PENDING or fate.decided == now for fate in fates)


def _sum(fates: Iterable[Fate], currency: str) -> Money:
    total = Money.zero(currency)
    for fate in fates:
        total += fate.held.amount
    return total


def _listed(fates: Iterable[Fate]) -> str:
    return " + ".join(f"{fate.held.label} {fate.held.amount}" for fate in fates) or "none"
