"""What clauses share whose consequence follows from another clause: when it does, and from which value.

Nothing follows from a clause that is met, excused, not assessable, provisional, or not in effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol, TypeVar

from tallystick.contract.card import RATIO, Cards
from tallystick.contract.clause import MISSED, Clause, Thresholds, Values
from tallystick.contract.counted import CountedClause, reaches
from tallystick.contract.names import with_article
from tallystick.contract.past import IN_EFFECT
from tallystick.contract.quantity import Level, level_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import MONTHS, Name, Section
from tallystick.vocabulary.finding import Finding

if TYPE_CHECKING:
    from tallystick.contract.model import Contract

Path = tuple[str | int, ...]


class Trigger(Section):
    """What sets the adjustment off: a clause whose value falls short of its target, or of its minimum."""

    clause: Name
    below: Thresholds = "target"


class _Banded(Protocol):
    @property
    def below(self) -> Level: ...


Band = TypeVar("Band", bound=_Banded)


def level_of(clause: Clause | None, which: str) -> Level | None:
    """The target or the minimum of a clause; None where it has none."""
    found = getattr(clause, which, None)
    return found if isinstance(found, Level) else None


def unit_of(clause: Clause | None) -> str:
    """The unit in which a clause's level is written."""
    target = level_of(clause, "target")
    return target.unit if target is not None else RATIO


def better_of(values: Values, clause: Clause | None) -> str:
    """The better direction of a clause's value, `higher` or `lower`."""
    origin = origin_of(values.contract, clause)
    if origin is None:
        return "higher"
    return values.better.get(origin.id) or origin.direction


def better_by(contract: Contract, clause: Clause | None, cards: Cards) -> str:
    """The better direction of a clause by the cards of the measures, as the text shows it without one."""
    origin = origin_of(contract, clause)
    return "higher" if origin is None else origin.better_by(cards)


def origin_of(contract: Contract, clause: Clause | None) -> CountedClause | None:
    """The counted clause that a value comes from: the clause itself, or the one that it averages."""
    if clause is not None and not isinstance(clause, CountedClause):
        clause = contract.clause(getattr(clause, "averages", ""))
    return clause if isinstance(clause, CountedClause) else None


def months_of(contract: Contract, clause: Clause | None) -> int:
    """How many months one period of a clause lasts; a month for windows that are shorter."""
    origin = origin_of(contract, clause)
    if origin is None:
        return 1
    return max(1, MONTHS.get(origin.window.unit, 1) * origin.window.count)


def windows_of(contract: Contract, clause: Clause | None, seen: frozenset[str] = frozenset()) -> set[tuple[str, int]]:
    """The windows (unit, count) of the counted clauses that a clause rests on, by way of those between."""
    if clause is None or clause.id in seen:
        return set()
    if isinstance(clause, CountedClause):
        return {(clause.window.unit, clause.window.count)}
    passed = seen | {clause.id}
    return {window for name in clause.needs(contract) for window in windows_of(contract, contract.clause(name), passed)}


def value_of(values: Values, clause: Clause | None) -> Fraction | None:
    """A clause's value as it is compared; None where there is none."""
    if isinstance(clause, CountedClause):
        found = values.measured.get(clause.id)
        return clause.compared_value(found) if found is not None else None
    return values.compared.get(clause.id) if clause is not None else None


def nothing_because(values: Values, this: Clause, trigger_id: str, below: str = "target") -> str:
    """Why nothing follows from a clause for `this` one; empty where it is missed and both are in effect."""
    trigger, outcome = values.contract.clause(trigger_id), values.outcomes.get(trigger_id)
    if outcome != MISSED:
        return f"{trigger_id} is {outcome or 'not judged'}"
    for clause in (trigger, this):
        state = clause.state_on(values.on) if clause is not None else IN_EFFECT
        if clause is not None and state != IN_EFFECT:
            return f"{clause.id} is {state} on {values.on.isoformat()}"
    minimum = level_of(trigger, "minimum")
    if below == "minimum" and minimum is None and values.rules >= 4:
        return f"{trigger_id} has no minimum on {values.on.isoformat()}"
    if below == "minimum" and trigger is not None and minimum is not None:
        value = value_of(values, trigger)
        if value is not None and reaches(value, minimum, better_of(values, trigger)):
            unit = unit_of(trigger)
            return (
                f"{trigger.id} is missed, but {level_text(value, unit)} keeps its minimum of "
                f"{level_text(minimum.value, unit)}"
            )
    return ""


def never_judged(contract: Contract, this: Clause, named: Iterable[tuple[str, Path]]) -> Iterator[Finding]:
    """Findings for the clauses whose outcome `this` one waits for, though they have no level and so no outcome."""
    for name, path in named:
        clause = contract.clause(name)
        if clause is not None and level_of(clause, "target") is None:
            message = f"{this.id} looks at how {name} is kept, which judges nothing: it is {with_article(clause.kind)}."
            yield reading_rule("wrong_kind").found(contract.clause_place(this, *path), message)


def worst_band(value: Fraction, bands: Iterable[Band], better: str) -> Band | None:
    """The band furthest from good whose level the value falls short of; None where it falls short of none."""
    worse = [band for band in bands if not reaches(value, band.below, better)]
    if not worse:
        return None
    return (min if better == "higher" else max)(worse, key=lambda band: band.below.value)


def band_text(value: Fraction, level: Level, better: str, unit: str) -> str:
    """A value and the level that it falls short of: 84 % < 85 %."""
    return f"{level_text(value, unit)} {'<' if better == 'higher' else '>'} {level_text(level.value, unit)}"


def side_words(level: Level, better: str) -> str:
    """Below 85 %, or above where lower is better."""
    return f"{'below' if better == 'higher' else 'above'} {level_text(level.value, level.unit)}"


NOTHING = "Nothing follows while the clause is met, excused, not assessable, provisional, or not in effect."
