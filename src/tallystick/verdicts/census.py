"""Contract arithmetic: did the counted rows meet the promise? A census has no sampling error, so no interval decides.

    met  <=>  value >= target          (better: higher; exact fractions, numerator * 1 >= target * denominator)
              value <= target          (better: lower)

79.95 % against 80 % is a miss. Only where a clause says `round: before` is the value rounded first, in the unit a
reader sees (percent for a share), at the clause's decimals and mode. Below the minimum volume, and with no rows at
all, the answer is "not assessable"; up to `allowed_failures` failed rows are forgiven whatever the ratio.
Source: handbook kpis.md R4, R12, R14; contracts.md 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from tallystick.verdicts.verdict import Evidence, Outcome
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Rounding

BEFORE = "before"
NEVER = "never"
LOWER = "lower"
SHARES = ("share", "rate")


@dataclass(frozen=True)
class RoundingRule:
    """How a clause rounds: decimals of the shown unit, where a half goes, and whether before the comparison."""

    decimals: int = 2
    mode: Rounding = Rounding.HALF_UP
    when: str = NEVER


@dataclass(frozen=True)
class Standard:
    """What a clause asks of one measure value; thresholds in the unit of the value (a share: 0..1)."""

    clause: str
    target: Fraction
    minimum: Fraction | None = None
    better: str = "higher"
    rounding: RoundingRule = RoundingRule()
    minimum_volume: int = 0
    allowed_failures: int = 0

    def reached(self, value: Fraction, threshold: Fraction) -> bool:
        """Whether `value` is at least as good as `threshold`."""
        return value <= threshold if self.better == LOWER else value >= threshold


@dataclass(frozen=True)
class Census:
    """The census answer: outcome, the highest threshold reached, the value compared, and the lines of arithmetic."""

    outcome: Outcome
    level: str
    compared: Fraction | None
    evidence: Evidence
    more_to_meet: int | None
    steps: tuple[Step, ...]


def round_half(value: Fraction, decimals: int, mode: Rounding) -> Fraction:
    """`value` at `decimals`, exactly; a half goes where `mode` says (half-up: away from zero, as `decimal` does)."""
    unit = 10**decimals
    scaled = abs(value) * unit
    whole = floor(scaled)
    rest = scaled - whole
    negative = value < 0
    if mode is Rounding.HALF_UP:
        up = rest >= Fraction(1, 2)
    elif mode is Rounding.HALF_EVEN:
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)
    elif mode is Rounding.UP:
        up = rest > 0
    elif mode is Rounding.DOWN:
        up = False
    else:
        up = rest > 0 and ((mode is Rounding.CEILING) != negative)
    magnitude = Fraction(whole + (1 if up else 0), unit)
    return -magnitude if negative else magnitude


def shown_scale(value: MeasureValue) -> int:
    """What a reader multiplies by: 100 where a share is shown in percent, else 1."""
    return 100 if value.kind == "share" else 1


def digits(value: Fraction, decimals: int) -> str:
    """`value` with `decimals` digits after the point, half up; exact integer arithmetic, no float."""
    rounded = round_half(value, decimals, Rounding.HALF_UP)
    whole, rest = divmod(abs(rounded.numerator) * 10**decimals // rounded.denominator, 10**decimals)
    sign = "-" if rounded < 0 else ""
    return f"{sign}{whole}.{rest:0{decimals}d}" if decimals else f"{sign}{whole}"


def shown(value: Fraction | None, kind: str, unit: str, *, against: Fraction | None = None) -> str:
    """A value as a reader sees it, with as many digits as tell it from `against` (at most 6)."""
    if value is None:
        return "no data"
    scale, suffix = (100, " %") if kind == "share" else (1, f" {unit}" if unit and kind != "index" else "")
    decimals = 1
    if against is not None and value != against:
        while decimals < 6 and digits(value * scale, decimals) == digits(against * scale, decimals):
            decimals += 1
    text = digits(value * scale, decimals)
    if "." in text and decimals == 1:
        text = text.removesuffix(".0")
    return text + suffix


def compared_value(value: MeasureValue, rule: RoundingRule) -> Fraction | None:
    """The value that is held against the threshold: exact, or rounded first where the clause says so."""
    if value.value is None or rule.when != BEFORE:
        return value.value
    scale = shown_scale(value)
    return round_half(value.value * scale, rule.decimals, rule.mode) / scale


def evidence_of(value: MeasureValue, target: Fraction) -> Evidence:
    """Where the interval lies against the target; says nothing about the contract."""
    if value.interval is None:
        return Evidence.NONE
    low, high = (Fraction(bound) for bound in value.interval)
    if high < target:
        return Evidence.BELOW
    return Evidence.ABOVE if low >= target else Evidence.REACHES


def failures(value: MeasureValue, better: str) -> int | None:
    """How many counted rows speak against the partner; None where the measure does not count rows."""
    if value.kind not in SHARES or value.numerator is None or value.denominator is None:
        return None
    return value.numerator if better == LOWER else value.denominator - value.numerator


def more_to_meet(value: MeasureValue, standard: Standard) -> int | None:
    """How many of the counted rows would have had to go the other way to reach the target; None where not countable."""
    failed = failures(value, standard.better)
    if failed is None or value.denominator is None or value.denominator == 0:
        return None
    low, high = 0, failed
    while low < high:
        middle = (low + high) // 2
        if _meets(value, standard, failed - middle):
            high = middle
        else:
            low = middle + 1
    return low if _meets(value, standard, failed - low) else None


def _meets(value: MeasureValue, standard: Standard, failed: int) -> bool:
    """Whether the standard holds with `failed` failures among the same rows."""
    total = value.denominator or 1
    good = failed if standard.better == LOWER else total - failed
    exact = Fraction(good, total)
    rule = standard.rounding
    if rule.when == BEFORE:
        scale = shown_scale(value)
        exact = round_half(exact * scale, rule.decimals, rule.mode) / scale
    return standard.reached(exact, standard.target) or failed <= standard.allowed_failures


def take_census(value: MeasureValue, standard: Standard) -> Census:
    """Hold a measure value against a standard; each line of the arithmetic is a Step that can be redone by hand."""
    clause = standard.clause
    steps = [value_step(clause, value)]
    if value.value is None or value.n == 0:
        reason = Step(clause, "no data", "n = 0", f"n = {value.n}", Outcome.NOT_ASSESSABLE.value)
        return Census(Outcome.NOT_ASSESSABLE, "none", None, Evidence.NONE, None, (*steps, reason))
    if value.n < standard.minimum_volume:
        line = Step(
            clause,
            "below the minimum volume",
            "n < minimum volume",
            f"{value.n} < {standard.minimum_volume}",
            Outcome.NOT_ASSESSABLE.value,
        )
        evidence = evidence_of(value, standard.target)
        return Census(Outcome.NOT_ASSESSABLE, "none", value.value, evidence, None, (*steps, line))
    compared = compared_value(value, standard.rounding)
    if compared is None:  # cannot be: a value without rows was answered above
        raise AssertionError(value)
    if standard.rounding.when == BEFORE:
        rule = standard.rounding
        steps.append(
            Step(
                clause,
                "rounded before the comparison",
                f"round(value, {rule.decimals}, {rule.mode})",
                f"round({shown(value.value, value.kind, value.unit, against=standard.target)}, {rule.decimals})",
                compared,
                value.unit,
            )
        )
    met = standard.reached(compared, standard.target)
    steps.append(_comparison(value, compared, standard, "target", standard.target, reached=met))
    failed = failures(value, standard.better)
    if not met and standard.allowed_failures and failed is not None and failed <= standard.allowed_failures:
        met = True
        steps.append(
            Step(
                clause,
                "allowed failures",
                "failures <= allowed failures",
                f"{failed} <= {standard.allowed_failures}",
                Outcome.MET.value,
            )
        )
    level = "target" if met else "below"
    if not met and standard.minimum is not None:
        held = standard.reached(compared, standard.minimum)
        level = "minimum" if held else "below"
        steps.append(_comparison(value, compared, standard, "minimum", standard.minimum, reached=held))
    return Census(
        Outcome.MET if met else Outcome.MISSED,
        level,
        compared,
        evidence_of(value, standard.target),
        0 if met else more_to_meet(value, standard),
        tuple(steps),
    )


def value_step(clause: str, value: MeasureValue) -> Step:
    """The line that says how the value came about from its two counts."""
    if value.kind in (*SHARES, "mean") and value.numerator is not None and value.denominator is not None:
        return Step(
            clause,
            value.measure,
            "numerator / denominator",
            f"{value.numerator} / {value.denominator}",
            value.value,
            value.unit,
        )
    return Step(clause, value.measure, value.kind, f"n = {value.n}", value.value, value.unit)


def _comparison(
    value: MeasureValue, compared: Fraction, standard: Standard, name: str, threshold: Fraction, *, reached: bool
) -> Step:
    sign = "<=" if standard.better == LOWER else ">="
    left = shown(compared, value.kind, value.unit, against=threshold)
    right = shown(threshold, value.kind, value.unit, against=compared)
    answer = Outcome.MET if reached else Outcome.MISSED
    return Step(standard.clause, f"held against the {name}", f"value {sign} {name}", f"{left} {sign} {right}", answer.value)
