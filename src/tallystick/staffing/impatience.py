"""Erlang A: a queue whose customers hang up when their patience ends, which is exponential with a known mean.

With x = agents x patience / handling time and y = load x patience / handling time, the states with j contacts waiting
have the weights t(j) = y^j / ((x+1)...(x+j)) beside the state with all agents busy and none waiting. Their sum S0 and
the sum S1 of j x t(j) give who waits and how many wait; by Little's law, who hangs up. The density of the wait that
an endlessly patient contact would have is x exp(y(1 - e^-u) - xu) in units of patience; it gives who is answered in
time. Sources: Palm 1957; Garnett, Mandelbaum and Reiman 2002; Mandelbaum and Zeltyn on M/M/n+G.

A queue that is left settles always: there is no unstable load. Without agents each contact hangs up.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tallystick.staffing.erlang import (
    MARGIN,
    PIECE,
    Floats,
    Integers,
    Required,
    columns,
    inverse_blocking,
    required,
    staffed,
)
from tallystick.vocabulary.errors import UsageError

# A sum beyond this stands for one that is infinite: then each contact waits.
ENDLESS = 1e290
BLOCK = 128
DROP = 45.0
PANELS = 12
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


class Impatient(NamedTuple):
    """What Erlang A says of each interval; shares are of all contacts offered.

    `abandoned` + answered = 1. `mean_wait_s` is that of all contacts, `answer_s` of the answered alone (ASA; infinite
    where none is answered). `occupancy` is the share of their time that agents are on contacts.
    """

    waiting: Floats
    abandoned: Floats
    answered_within: Floats
    mean_wait_s: Floats
    answer_s: Floats
    occupancy: Floats


def impatient(load: Any, agents: Any, aht_s: Any, patience_s: Any, within_s: Any) -> Impatient:
    """Erlang A for columns: load in erlangs, whole agents, seconds. Raises UsageError for times of 0."""
    shape, given = columns(load, agents, aht_s, patience_s, within_s)
    a, n, aht, patience, within = given
    if (n != np.floor(n)).any():
        raise UsageError("Agents come in whole numbers.", "Round down those who are there, up those who are needed.")
    if (aht <= 0).any() or (patience <= 0).any():
        raise UsageError("Handling and patience take more than 0 seconds.", "Without patience, use Erlang B.")
    inverse = inverse_blocking(a, n.astype(np.int64))
    found = [np.empty(len(a)) for _ in Impatient._fields]
    for begin in range(0, len(a), PIECE):
        piece = slice(begin, begin + PIECE)
        parts = _piece(a[piece], n[piece], aht[piece], patience[piece], within[piece], inverse[piece])
        for whole, part in zip(found, parts, strict=True):
            whole[piece] = part
    return Impatient(*(one.reshape(shape) for one in found))


def required_impatient(
    load: Any,
    aht_s: Any,
    patience_s: Any,
    *,
    within_s: Any,
    share: float,
    most_occupied: float = 1.0,
    shrinkage: float = 0.0,
    at_once: int = 1,
) -> Required:
    """The fewest agents with which Erlang A answers `share` of all contacts within `within_s`; see `erlang.required`.

    Never more than Erlang C asks for, because those who hang up make room.
    """
    shape, (a, aht, patience, within) = columns(load, aht_s, patience_s, within_s)
    most = required(a, aht, within_s=within, share=share, most_occupied=most_occupied).present
    low, high = np.zeros(len(a), np.int64), most.copy()
    while (open_ := low < high).any():
        middle = (low + high) // 2
        told = impatient(a, middle, aht, patience, within)
        enough = (told.answered_within >= share - MARGIN) & (told.occupancy <= most_occupied + MARGIN)
        high = np.where(open_ & enough, middle, high)
        low = np.where(open_ & ~enough, middle + 1, low)
    return staffed(high.reshape(shape), shrinkage, at_once)


# ---- within ------------------------------------------------------------------------------------------------------


def _piece(
    load: Floats, agents: Floats, aht: Floats, patience: Floats, within: Floats, inverse: Floats
) -> tuple[Floats, ...]:
    x, y, until = agents * patience / aht, load * patience / aht, within / patience
    sum0, sum1 = _sums(x, y)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        norm = inverse + sum0 - 1
        wait = np.where(np.isinf(sum0), 1.0, np.where(np.isinf(inverse), 0.0, sum0 / norm))
        busy = load / agents
        # Below full load the sums are small; above it they cancel, and what agents serve at most is subtracted.
        gone = np.where(busy <= 1, sum1 / norm / y, wait * (1 / (busy * sum0) + 1 - 1 / busy))
    quiet, nobody = (load == 0) & (agents > 0), agents == 0
    wait = np.where(quiet, 0.0, np.where(nobody, 1.0, wait))
    gone = np.clip(np.where(quiet, 0.0, np.where(nobody, 1.0, gone)), 0.0, 1.0)
    in_time, answer = np.ones(len(load)), np.zeros(len(load))
    at = np.flatnonzero(~quiet & ~nobody & (wait > 0))
    if len(at):
        mass = _mass(x[at], y[at], sum0[at])
        reach = _integral(x[at] + 1, y[at], mass.shift, until[at])
        late = _integral(x[at] + 1, y[at], mass.shift, np.full(len(at), np.inf), moment=True)
        in_time[at] = (1 - wait[at]) + wait[at] * reach / mass.whole
        with np.errstate(divide="ignore", invalid="ignore"):
            answer[at] = wait[at] * late / mass.whole * patience[at] / (1 - gone[at])
    in_time, answer = np.where(nobody, 0.0, np.clip(in_time, 0.0, 1.0)), np.where(nobody, np.inf, answer)
    with np.errstate(divide="ignore", invalid="ignore"):
        occupied = np.where(nobody, (load > 0) * 1.0, np.minimum(load * (1 - gone) / agents, 1.0))
    return wait, gone, in_time, gone * patience, answer, occupied


def _sums(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """S0 and S1 of each row, infinite where they exceed any use."""
    sum0, sum1 = np.ones(len(x)), np.zeros(len(x))
    at, last, first = np.arange(len(x)), np.ones(len(x)), 0
    steps = np.arange(1, BLOCK + 1, dtype=np.float64)
    while len(at):
        ratios = y[at, None] / (x[at, None] + first + steps)
        with np.errstate(over="ignore"):
            terms = np.cumprod(ratios, axis=1) * last[:, None]
            sum0[at] += terms.sum(axis=1)
            sum1[at] += (terms * (first + steps)).sum(axis=1)
        endless = ~(sum0[at] < ENDLESS)
        sum0[at[endless]] = sum1[at[endless]] = np.inf
        # The rest is a geometric tail at most: its terms fall by the last ratio.
        last = np.minimum(terms[:, -1], ENDLESS)
        small = last * (first + BLOCK) <= 1e-17 * (1 - ratios[:, -1]) * np.minimum(sum1[at], ENDLESS)
        kept = ~endless & ~small
        at, last, first = at[kept], last[kept], first + BLOCK
    return sum0, sum1


class _Mass(NamedTuple):
    """The whole of exp(y(1 - e^-u) - xu - shift) over u, and the shift that keeps it a float."""

    whole: Floats
    shift: Floats


def _mass(x: Floats, y: Floats, sum0: Floats) -> _Mass:
    """From S0 = x times that integral, and by quadrature where S0 is too large."""
    shift = _height(x, y, _top(x, y))
    with np.errstate(invalid="ignore", over="ignore"):
        whole = sum0 / x * np.exp(-shift)
    endless = np.isinf(sum0)
    if endless.any():
        past = np.full(int(endless.sum()), np.inf)
        whole[endless] = _integral(x[endless], y[endless], shift[endless], past)
    return _Mass(whole, shift)


def _height(x: Floats, y: Floats, u: Floats) -> Floats:
    height: Floats = -y * np.expm1(-u) - x * u
    return height


def _top(x: Floats, y: Floats) -> Floats:
    """Where the exponent is highest: it is concave."""
    top: Floats = np.log(np.maximum(y / x, 1.0))
    return top


def _integral(x: Floats, y: Floats, shift: Floats, until: Floats, *, moment: bool = False) -> Floats:
    """The integral of exp(y(1 - e^-u) - xu - shift), or of u times it, from 0 to `until`.

    Gauss and Legendre on panels over the part that matters: where the exponent lies at most DROP below its top.
    """
    top = _top(x, y)
    floor = _height(x, y, top) - DROP
    left = _crossing(x, y, floor, top, np.zeros(len(x)))
    right = np.minimum(_crossing(x, y, floor, top, top + (y + DROP) / x), until)
    left = np.minimum(left, right)
    # Panels end at the top, where the slope turns, so that each is smooth and none misses a narrow peak.
    middle = np.clip(top, left, right)
    total = np.zeros(len(x))
    for low, high in ((left, middle), (middle, right)):
        width = (high - low) / PANELS
        for panel in range(PANELS):
            u = (low + width * panel)[:, None] + width[:, None] * (_NODES + 1) / 2
            values = np.exp(_height(x[:, None], y[:, None], u) - shift[:, None])
            total += ((values * u if moment else values) @ _WEIGHTS) * width / 2
    return total


def _crossing(x: Floats, y: Floats, floor: Floats, inside: Floats, outside: Floats) -> Floats:
    """Between the top (`inside`) and an end, where the exponent falls to `floor`; the end where it never does."""
    never = _height(x, y, outside) >= floor
    near, far = inside.copy(), outside.copy()
    for _ in range(60):
        half = (near + far) / 2
        above = _height(x, y, half) >= floor
        near, far = np.where(above, half, near), np.where(above, far, half)
    found: Floats = np.where(never, outside, far)
    return found


__all__ = ["Impatient", "Integers", "impatient", "required_impatient"]
