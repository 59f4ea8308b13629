"""Tolerances of volume in verdicts: a miss that does not bind, as its volume lies outside what was forecast.

Which misses a tolerance turns is decided where clauses are applied, so that worked examples, questions and forecasts
see the same. Here the verdicts are told: the outcome, the reason with the volume and its n, and the steps. The census
stays: `arithmetic` says what the figures alone came to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tallystick.contract.clauses.volume_tolerance import TOLERANCE, TURNS, VOLUME, VolumeTolerance, turned_by
from tallystick.contract.model import Contract
from tallystick.verdicts.consequences import Consequences, Steps
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.measure_value import Step

LABEL = "volume tolerance"


def after_tolerances(contract: Contract, found: Mapping[str, Verdict], after: Consequences) -> dict[str, Verdict]:
    """The verdicts with the misses that tolerances turned; the others are the very same."""
    verdicts = dict(found)
    for clause in contract.clauses:
        if isinstance(clause, VolumeTolerance) and clause.id in after.tallies:
            _, steps = after.tallies[clause.id]
            for name, outcome in turned_by(steps).items():
                verdicts[name] = _turned(verdicts[name], clause, steps, Outcome(outcome))
    return verdicts


def _turned(verdict: Verdict, tolerance: VolumeTolerance, steps: Steps, outcome: Outcome) -> Verdict:
    volume, placed = (_step(steps, label) for label in (VOLUME, TOLERANCE))
    where = f"{tolerance.volume} is {volume.inserted}"
    reason = {
        Outcome.EXCUSED: f"{tolerance.id} excuses the miss: {where}, {tolerance.band_words()}",
        Outcome.NOT_ASSESSABLE: f"{tolerance.id} leaves the miss unassessed: {where}, {tolerance.band_words()}",
        Outcome.PROVISIONAL: f"{where} and not final, and {tolerance.id} may take the miss away",
    }[outcome]
    formula = _step(steps, f"{TURNS}{verdict.clause}").formula
    own = Step(verdict.clause, LABEL, f"{formula} ({tolerance.id})", f"{where}: {placed.inserted}", outcome.value)
    return replace(
        verdict, outcome=outcome, reasons=(*verdict.reasons, reason), steps=(*verdict.steps, volume, placed, own)
    )


def _step(steps: Steps, label: str) -> Step:
    return next(step for step in steps if step.label == label)


def is_turned(verdict: Verdict) -> bool:
    """Whether a tolerance of volume turned the miss of a verdict."""
    return any(step.label == LABEL for step in verdict.steps)


def excused_by(verdict: Verdict) -> str:
    """What excuses an excused verdict: agreed relief, or a tolerance of volume by its id."""
    return f"tolerance {_step(verdict.steps, TOLERANCE).clause}" if is_turned(verdict) else "agreed relief"
