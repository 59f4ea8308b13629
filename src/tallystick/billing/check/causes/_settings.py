"""Counting the records of a charge by other settings of its measures than those that the text says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Rereading
from tallystick.contract.charge import QUANTITY
from tallystick.measures.measure import MeasureRequest, measure_of

Setting = str | int | None
# Settings by name, and what the partner would have done.
Tried = tuple[Mapping[str, Setting], str]


def settled(request: MeasureRequest) -> Mapping[str, str | int | None]:
    """The measure's parameters as they hold for a request."""
    return measure_of(request).settle(dict(request.params))


def with_settings(request: MeasureRequest, given: Mapping[str, Setting]) -> MeasureRequest | None:
    """The request with other settings; None where the measure does not take one, or it says the same."""
    measure = measure_of(request)
    if any(name not in measure.params for name in given):
        return None
    now = settled(request)
    if all(now.get(name) == value for name, value in given.items()):
        return None
    return replace(request, params=tuple(sorted({**dict(request.params), **given}.items())))


def by_settings(item: Item, bench: Bench, measures: frozenset[str], tried: Iterable[Tried]) -> Iterator[Rereading]:
    """The charge counted by each of some settings, where it counts one of the measures at all."""
    if not item.asked & measures:
        return
    for given, says in tried:

        def change(request: MeasureRequest, given: Mapping[str, Setting] = given) -> MeasureRequest | None:
            return with_settings(request, given) if request.measure in measures else None

        yield from bench.recount(item, says, change, QUANTITY)
