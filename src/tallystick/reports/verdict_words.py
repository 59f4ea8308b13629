"""What documents say of one verdict in a few words: its value, what was promised, what the partner reports of it."""

from __future__ import annotations

from fractions import Fraction

from tallystick.reports.figures import difference_text, level_text, value_text
from tallystick.verdicts.verdict import Verdict


def unit_of(verdict: Verdict) -> str:
    """The unit of its figures; a ratio where there is no value to tell."""
    return verdict.value.unit if verdict.value is not None else "ratio"


def value_of(verdict: Verdict) -> Fraction | None:
    """The exact value; None where there are no data."""
    return verdict.value.value if verdict.value is not None else None


def against(verdict: Verdict) -> str:
    """The value, and what was promised."""
    bound = "at least" if verdict.better == "higher" else "at most"
    target = "" if verdict.target is None else f", promised {bound} {level_text(verdict.target, unit_of(verdict))}"
    return f"{value_text(value_of(verdict), unit_of(verdict), verdict.target)}{target}"


def differs(verdict: Verdict) -> bool:
    """Whether the partner's figure is another than ours, its own rounding aside."""
    reported = verdict.reported
    return reported is not None and bool(reported.difference) and reported.cause not in {"same", "rounding"}


def says_met(verdict: Verdict) -> bool:
    """Whether the partner's own figure would have kept the promise."""
    if verdict.reported is None or verdict.target is None:
        return False
    theirs = verdict.reported.value
    return theirs >= verdict.target if verdict.better == "higher" else theirs <= verdict.target


def reason_text(reason: str) -> str:
    """A reason as the beginning of a sentence, without the full stop that it may bring itself."""
    return (reason[:1].upper() + reason[1:]).rstrip(".")


def difference_words(verdict: Verdict) -> str:
    """How the partner's figure compares to ours."""
    reported = verdict.reported
    if reported is None or reported.difference == 0:
        return "as we count"
    if reported.difference is None:
        return "not counted by us"
    if not differs(verdict):
        return "as we count, rounded"
    return f"difference {difference_text(reported.difference, unit_of(verdict))}"


def target_words(verdict: Verdict) -> str:
    """The target with its unit."""
    return "no target" if verdict.target is None else f"target {level_text(verdict.target, unit_of(verdict))}"


def population_words(verdict: Verdict) -> str:
    """Which cases the clause counts."""
    parts = [f"{name} {'' if op == 'in' else 'not '}{' or '.join(values)}" for name, op, values in verdict.population]
    return ", ".join(parts) if parts else "whole contract"
