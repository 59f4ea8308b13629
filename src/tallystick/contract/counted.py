"""Clauses that hold a measure against a level: what they share with one another, and their arithmetic.

Census arithmetic (design, section 2): the value of the period is compared with the level, exactly. 42 of 60 against
80 % is a miss, whatever its interval says. Without a row, or below the minimum volume, nothing is judged.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, field_validator

from tallystick.contract.amounts import whole
from tallystick.contract.card import NUMBER, RATIO, SECONDS, Cards, MeasureCard, card_of
from tallystick.contract.clause import MET, MISSED, NOT_ASSESSABLE, OUTCOME, VALUE, Clause, Values
from tallystick.contract.counting_words import attribution_words, left_out_words, period_words, population_words
from tallystick.contract.quantity import (
    Day,
    Level,
    Percentage,
    Seconds,
    Target,
    decimal_text,
    duration_words,
    level_text,
    parse_duration,
    parse_number,
    parse_percentage,
    percentage_text,
)
from tallystick.contract.section import (
    Attribution,
    Name,
    PeriodRule,
    Population,
    PopulationField,
    RoundingRule,
    Section,
    Window,
    WindowField,
)
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.model import Contract

CASE = {"higher": "at least", "lower": "at most"}


class TypedValue(Section):
    """A value that a person typed for one period, with what it rests on."""

    period: str = Field(description="As a period is named: 2025-07, 2025-Q3.")
    partner: Name | None = None
    value: Target
    n: int | None = Field(None, ge=0)
    evidence: str | None = None
    typed_on: Day | None = None


class AllowedUnder(Section):
    """So many failures are forgiven while fewer than `under` are counted."""

    under: int = Field(ge=1, description="With fewer counted than this.")
    allowed: int = Field(ge=0, description="So many failures keep the promise.")


class GlideStep(Section):
    """From a day on the level is another: how a target moves over time."""

    from_on: Day = Field(alias="from")
    target: Target
    minimum: Target | None = None


def parse_parameter(value: Any) -> int | Fraction | str | Decimal | bool:
    """A parameter of a measure: a number, a duration (in seconds), a percentage (as a fraction) or a word."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str | int):
        raise ValueError("expected a number, a duration, a percentage or a word")  # noqa: TRY004
    text = str(value)
    try:
        number = parse_number(text)
        return int(number) if number == number.to_integral_value() else number
    except ValueError:
        pass
    for parse in (parse_percentage, parse_duration):
        try:
            return parse(text)
        except ValueError:
            continue
    return text


class CountedClause(Clause):
    """A clause on a measure: which cases, which level, over which window, counted how."""

    capped: ClassVar[bool] = False

    measure: str = Field(description="Id of a KPI (`tally list kpis`).")
    version: int = Field(1, ge=1, description="Version of the measure's definition.")
    params: dict[str, Any] = Field(default_factory=dict, description="The measure's parameters, by name.")
    population: PopulationField = Field(
        Population(),
        alias="for",
        description="Which cases: field -> value, list, or {not: ...}; all where none is named.",
    )
    target: Target
    minimum: Target | None = Field(None, description="The level below which it is worse than missed; as `target`.")
    better: Literal["higher", "lower"] | None = Field(None, description="For a value that no measure of ours defines.")
    window: WindowField = Field(
        Window("month"), description="How long is counted together: month (the default), quarter ..."
    )
    minimum_volume: int | None = Field(None, ge=0, description="Below this n nothing is judged.")
    allowed_failures: int | None = Field(None, ge=0, description="So many misses keep the promise all the same.")
    allowed_by_volume: tuple[AllowedUnder, ...] = Field(
        (), description="Allowed failures by volume: `under`, `allowed`."
    )
    glide: tuple[GlideStep, ...] = Field((), description="How the level moves: `from` a day, `target`, `minimum`.")
    rounding: RoundingRule = Field(RoundingRule(), description="Whether the value is rounded before it is compared.")
    attribution: Attribution | None = Field(None, description="Which partner a clock counts for; else the contract's.")
    period_rule: PeriodRule | None = Field(None, description="Which period a row counts in; else the contract's.")
    weight: Percentage | None = Field(None, description="Its share of a weighted score.")
    value: Literal["measured", "imported", "typed"] = Field("measured", description="Where the value comes from.")
    reported_as: str | None = Field(None, description="The name under which the partner reports it (value: imported).")
    evidence: str | None = Field(None, description="What an imported or typed value rests on.")
    typed: tuple[TypedValue, ...] = Field((), description="The values that a person entered (value: typed).")

    @field_validator("params", mode="after")
    @classmethod
    def _parsed(cls, value: dict[str, Any]) -> dict[str, Any]:
        return {name: parse_parameter(part) for name, part in value.items()}

    @property
    def measure_params(self) -> dict[str, Any]:
        """The parameters with which the measure is computed."""
        return dict(self.params)

    def at(self, on: date) -> CountedClause:
        """The clause with the level that holds on a day: its own, or that of the last step of the glide that began."""
        begun = [step for step in self.glide if step.from_on <= on]
        if not begun:
            return self
        last = max(begun, key=lambda step: step.from_on)
        return self.model_copy(update={"target": last.target, "minimum": last.minimum})

    def forgiven(self, n: int | None) -> int:
        """How many failures of n counted rows keep the promise all the same."""
        fixed = self.allowed_failures or 0
        fitting = [part for part in self.allowed_by_volume if n is not None and n < part.under]
        return max(fixed, min(fitting, key=lambda part: part.under).allowed) if fitting else fixed

    @property
    def badge(self) -> str:
        """Where the value comes from, as it stands beside each figure: measured, imported or typed."""
        return self.value

    # ------------------------------------------------------------------ arithmetic

    def assess(self, found: MeasureValue | None, better: str) -> list[Step]:
        """The steps from a value to met, missed or not assessable."""
        if found is None or found.value is None or found.n == 0:
            return [
                self.step(VALUE, "no rows, no value", "n = 0", None),
                self.step(OUTCOME, "without data nothing is judged", "n = 0", NOT_ASSESSABLE),
            ]
        unit = self.target.unit
        steps = [self._value_step(found, unit)]
        if self.minimum_volume is not None and found.n is None:
            unstated = f"n is not stated, minimum {self.minimum_volume:,}"
            return [*steps, self.step(OUTCOME, "a minimum volume needs an n", unstated, NOT_ASSESSABLE)]
        if self.minimum_volume is not None and found.n is not None and found.n < self.minimum_volume:
            small = f"{found.n:,} < {self.minimum_volume:,}"
            return [*steps, self.step(OUTCOME, "below the minimum volume nothing is judged", small, NOT_ASSESSABLE)]
        compared = self._compared(found.value, unit, steps)
        return [*steps, *self._comparison(found, compared, better)]

    def _value_step(self, found: MeasureValue, unit: str) -> Step:
        value = found.value
        if found.numerator is not None and found.denominator:
            formula = "numerator / denominator"
            inserted = f"{found.numerator:,} / {found.denominator:,} = {level_text(Fraction(value or 0), unit)}"
        else:
            rows = "no n stated" if found.n is None else f"n = {found.n:,}"
            formula, inserted = "value", f"{level_text(Fraction(value or 0), unit)} ({rows})"
        return self.step(VALUE, formula, inserted, value, found.unit)

    def _compared(self, value: Fraction, unit: str, steps: list[Step]) -> Fraction:
        if self.rounding.when != "before":
            return value
        rounded = self.rounded(value)
        steps.append(
            self.step(
                "rounded value",
                f"value rounded to {self.rounding.decimals} decimals, {self.rounding.mode}, before the comparison",
                f"{level_text(value, unit)} -> {level_text(rounded, unit)}",
                rounded,
            )
        )
        return rounded

    def rounded(self, value: Fraction) -> Fraction:
        """The value at the clause's decimals: of the percentage for a share, of the unit itself otherwise."""
        factor = 100 if self.target.unit == RATIO else 1
        scaled = value * factor * 10**self.rounding.decimals
        return Fraction(whole(scaled, self.rounding.mode), factor * 10**self.rounding.decimals)

    def _comparison(self, found: MeasureValue, compared: Fraction, better: str) -> list[Step]:
        unit = self.target.unit
        reached = reaches(compared, self.target, better)
        steps = [
            self.step(
                "target",
                f"value {CASE[better]} target",
                _compare_text(compared, self.target, better, unit, kept=reached),
                MET if reached else MISSED,
            )
        ]
        if not reached and self.minimum is not None:
            kept = reaches(compared, self.minimum, better)
            steps.append(
                self.step(
                    "minimum",
                    f"value {CASE[better]} minimum level",
                    _compare_text(compared, self.minimum, better, unit, kept=kept),
                    "kept" if kept else "not kept",
                )
            )
        failures, forgiven = failures_in(found, better), self.forgiven(found.n)
        if not reached and forgiven and failures is not None:
            reached = failures <= forgiven
            sign = "≤" if reached else ">"
            steps.append(
                self.step(
                    "allowed failures",
                    "failures at most the allowed failures",
                    f"{failures:,} {sign} {forgiven:,}",
                    MET if reached else MISSED,
                )
            )
        last = steps[-1] if steps[-1].label != "minimum" else steps[0]
        return [*steps, self.step(OUTCOME, last.formula, last.inserted, MET if reached else MISSED)]

    def apply(self, values: Values) -> list[Step]:
        """The steps of this clause for its measured value."""
        return self.assess(values.measured.get(self.id), values.better.get(self.id, self.direction))

    def compared_value(self, found: MeasureValue) -> Fraction | None:
        """The value as it is compared: rounded before, where the clause says so."""
        if found.value is None:
            return None
        return self.rounded(found.value) if self.rounding.when == "before" else found.value

    def better_by(self, cards: Cards) -> str:
        """The better direction of the measure, `higher` or `lower`; as the text shows it where there is no card."""
        card = card_of(cards, self.measure, self.version)
        return card.better if card else self.direction

    @property
    def direction(self) -> str:
        """The better direction as the text itself shows it, for want of a card: `lower` for a duration."""
        if self.better is not None:
            return self.better
        if (
            self.minimum is not None
            and self.minimum.unit == self.target.unit
            and self.minimum.value != self.target.value
        ):
            return "higher" if self.minimum.value < self.target.value else "lower"
        return "lower" if self.target.unit == SECONDS else "higher"

    # ------------------------------------------------------------------ plain words

    def counting_words(self, contract: Contract, cards: Cards) -> list[str]:
        """Who is counted, over which window, from which volume on, and who answers for what."""
        window, card = _window_words(self.window), card_of(cards, self.measure, self.version)
        if self.value == "measured":
            lines = [
                f"It is counted {population_words(self.population, card)}, for {window}.",
                *self._rule_words(contract, cards),
            ]
        else:
            lines = [*self._provenance_words(), f"One value holds for {window}."]
        if self.minimum_volume:
            lines.append(
                f"With fewer than {self.minimum_volume:,} counted in the window, the clause is not assessed, "
                "neither as met nor as missed."
            )
        if self.allowed_failures:
            one = self.allowed_failures == 1
            lines.append(
                f"Up to {self.allowed_failures:,} failure{'' if one else 's'} in the window "
                f"{'is' if one else 'are'} forgiven whatever the percentage."
            )
        lines += [
            f"While fewer than {part.under:,} are counted, {part.allowed:,} failure{'' if part.allowed == 1 else 's'} "
            f"{'is' if part.allowed == 1 else 'are'} forgiven."
            for part in self.allowed_by_volume
        ]
        lines += [self._glide_words(step) for step in self.glide]
        lines.append(self._rounding_words())
        if self.weight is not None:
            lines.append(f"It weighs {percentage_text(self.weight)} of the whole.")
        return lines

    @staticmethod
    def _glide_words(step: GlideStep) -> str:
        minimum = f", with a minimum level of {_level_words(step.minimum)}" if step.minimum is not None else ""
        return f"From {step.from_on.isoformat()} on the level is {_level_words(step.target)}{minimum}."

    def period_rule_under(self, contract: Contract, card: MeasureCard | None) -> str | None:
        """The period rule in use: the clause's, or the contract's where the measure knows it, or the measure's own."""
        return self.period_rule or _known(contract.definitions.period_rule, card.period_rules if card else ())

    def attribution_under(self, contract: Contract, card: MeasureCard | None) -> str | None:
        """The attribution in use: the clause's, or the contract's where the measure knows it, or the measure's own."""
        return self.attribution or _known(contract.definitions.attribution, card.attributions if card else ())

    def _rule_words(self, contract: Contract, cards: Cards) -> list[str]:
        lines = []
        card = card_of(cards, self.measure, self.version)
        rule, attribution = self.period_rule_under(contract, card), self.attribution_under(contract, card)
        if rule:
            lines.append(period_words(rule, card))
        lines.append(left_out_words(contract.definitions.excluded or (), card))
        if attribution:
            lines.append(attribution_words(attribution, card))
        return lines

    def _rounding_words(self) -> str:
        rule = self.rounding
        what = "of the percentage" if self.target.unit == RATIO else "of the value"
        places = f"{rule.decimals} decimal{'s' if rule.decimals != 1 else ''} {what}"
        if rule.when == "before":
            return f"The value is rounded to {places} ({rule.mode}) before it is compared."
        if rule.when == "after":
            return f"The exact value is compared; what is shown is rounded to {places} ({rule.mode})."
        return "The exact value is compared, without rounding."

    def _provenance_words(self) -> list[str]:
        origin = {
            "imported": "This value is *imported*: it is what the partner itself reports"
            + (f" as “{self.reported_as}”" if self.reported_as else "")
            + ", not counted from records.",
            "typed": "This value is *typed* by a person, not counted from records.",
        }[self.value]
        lines = [origin]
        if self.evidence:
            lines.append(f"Its evidence is {self.evidence}.")
        lines += [
            f"For {typed.period} the value is {_level_words(typed.value)}"
            + (f" (n = {typed.n:,})" if typed.n is not None else "")
            + (f", evidence {typed.evidence}." if typed.evidence else ".")
            for typed in self.typed
        ]
        return lines

    def level_words(self, better: str) -> str:
        """The target, and the minimum where there is one."""
        words = f"{CASE[better]} {_level_words(self.target)}"
        if self.minimum is not None:
            words += f" (the minimum level is {_level_words(self.minimum)})"
        return words


def _known(wanted: str | None, known: tuple[str, ...]) -> str | None:
    """`wanted` where it is known or anything is, otherwise the first that is known."""
    return wanted if wanted in known or not known else known[0]


def parameter_words(name: str, value: Any) -> str:
    """A parameter of a measure in words: seconds as a duration, a fraction as a percentage."""
    if name.endswith("_s") and isinstance(value, int):
        return f"{name.removesuffix('_s').replace('_', ' ')} {duration_words(value)}"
    words = percentage_text(value) if isinstance(value, Fraction) else str(value).replace("_", " ")
    return f"{name.replace('_', ' ')} {words}"


def reaches(value: Fraction, level: Level, better: str) -> bool:
    """Whether a value reaches a level; being equal to it is enough."""
    return value >= level.value if better == "higher" else value <= level.value


def _compare_text(value: Fraction, level: Level, better: str, unit: str, *, kept: bool) -> str:
    sign = ("≥" if kept else "<") if better == "higher" else ("≤" if kept else ">")
    return f"{level_text(value, unit)} {sign} {level_text(level.value, unit)}"


def failures_in(found: MeasureValue, better: str) -> int | None:
    """How many counted rows speak against the partner; None where the measure does not count rows."""
    if found.numerator is None or found.denominator is None or found.kind not in {"share", "rate"}:
        return None
    return found.numerator if better == "lower" else found.denominator - found.numerator


def _window_words(window: Window) -> str:
    if window.count > 1:
        return f"every run of {window.count} {window.unit}s"
    return f"each {'calendar ' if window.unit in {'month', 'quarter', 'year'} else ''}{window.unit}"


def _level_words(level: Level) -> str:
    if level.unit == SECONDS:
        return duration_words(int(level.value))
    return percentage_text(level.value) if level.unit == RATIO else decimal_text(level.value)


def credit_words(money: Money) -> str:
    """Money in words of the text."""
    return str(money.rounded() if money == money.rounded() else money)


__all__ = ["CASE", "NUMBER", "CountedClause", "Seconds", "TypedValue", "credit_words", "parse_parameter", "reaches"]
