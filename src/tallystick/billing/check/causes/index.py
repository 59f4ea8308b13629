"""The index is applied another way: not at all, too early or late, beyond its cap, wholly where a part is agreed.

Read without it; without cap, without collar, without either, and without the share; by the factor of the review before
and of the review after.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.parts import Part
from tallystick.billing.stages import Factor, index_factor
from tallystick.contract.billing_terms import Indexation


def _with(part: Part, **words: object) -> Part | None:
    """The part at the factor that its indexations give with some of their keys otherwise."""
    rules = tuple(one.model_copy(update=words) for one in part.text.billing.indexation)
    billing = part.text.billing.model_copy(update={"indexation": rules})
    text = part.text.model_copy(update={"billing": billing})
    return _at(part, index_factor(text, part.charge.id, part.from_on))


def _at(part: Part, factor: Factor) -> Part | None:
    return None if factor.value == part.factor.value else replace(part, factor=factor)


def _reviewed(part: Part, side: int) -> Part | None:
    """The part at the factor of the review before (-1) the one that holds, or after it."""
    followed = part.text.billing.indexation_of(part.charge.indexed_as(part.text))
    found = [_day_of(one, part.from_on, side) for one in followed]
    days = [day for day in found if day is not None]
    if not days:
        return None
    return _at(part, index_factor(part.text, part.charge.id, min(days) if side > 0 else max(days)))


def _day_of(rule: Indexation, on: date, side: int) -> date | None:
    past = [day for day, _ in rule.reviews(on)]
    if side > 0:
        return next((day for day, _ in rule.reviews(date(on.year + 3, 1, 1)) if day > on), None)
    return past[-2] if len(past) > 1 else None


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    if not item.part.text.billing.indexation_of(item.part.charge.indexed_as(item.part.text)):
        return
    ways: tuple[tuple[str, Callable[[Part], Part | None]], ...] = (
        ("The index is not applied.", lambda part: _at(part, Factor(Fraction(1)))),
        ("The rise of the index is not held at its cap.", lambda part: _with(part, cap=None)),
        ("The fall of the index is not held at its collar.", lambda part: _with(part, collar=None)),
        ("Neither cap nor collar of the index holds.", lambda part: _with(part, cap=None, collar=None)),
        ("The whole change of the index is passed on.", lambda part: _with(part, share=Fraction(1))),
        ("The whole change of the index is passed on, without a cap.",
         lambda part: _with(part, share=Fraction(1), cap=None)),
        ("The index month is that of the review itself.", lambda part: _with(part, lag=0)),
        ("The next review is applied before its day.", lambda part: _reviewed(part, 1)),
        ("The last review is not applied.", lambda part: _reviewed(part, -1)),
    )  # fmt: skip
    for says, change in ways:
        yield from bench.reread(item, says, change)


CAUSE = Cause(__name__, __doc__, "Index", "index", Stage.PRICE, rank=20, readings=_readings)
