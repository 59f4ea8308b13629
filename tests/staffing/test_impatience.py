"""Erlang A: the handbook's figures, its limits, and an independent count of its states."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from tallystick.staffing.erlang import answered_within, blocking, mean_wait_s, required, waiting
from tallystick.staffing.impatience import impatient, required_impatient
from tallystick.vocabulary.errors import UsageError

LOADS, AGENTS = st.floats(0.05, 200), st.integers(1, 220)
PATIENCE = st.floats(10, 2000)


def by_states(load: float, agents: int, aht: float, patience: float) -> tuple[float, float]:
    """Who waits and who hangs up, from the balance of 20,000 states one by one, in logarithms."""
    size = agents + 20_000
    at = np.arange(1, size)
    out = np.minimum(at, agents) / aht + np.maximum(at - agents, 0) / patience
    logs = np.concatenate([[0.0], np.cumsum(np.log(load / aht / out))])
    share = np.exp(logs - logs.max())
    share /= share.sum()
    queue = np.maximum(np.arange(size) - agents, 0)
    return float(share[agents:].sum()), float((share * queue).sum() / patience / (load / aht))


def test_abandonment_of_120_erlangs_is_that_of_the_handbook() -> None:
    gone = 100 * impatient(120, [81, 100, 110, 120, 128, 135], 360, 120, 20).abandoned
    assert np.round(gone[:5], 1).tolist() == [32.5, 17.2, 10.1, 4.6, 1.9]
    assert round(float(gone[5]), 2) == 0.65


@pytest.mark.parametrize(
    ("load", "agents", "aht", "patience"),
    [(120, 81, 360, 120), (120, 135, 360, 120), (0.4, 1, 300, 30), (9, 3, 300, 60), (2000, 1900, 240, 90)],
)  # fmt: skip
def test_waiting_and_hanging_up_agree_with_the_balance_of_states(
    load: float, agents: int, aht: float, patience: float
) -> None:
    found = impatient(load, agents, aht, patience, 20)
    wait, gone = by_states(load, agents, aht, patience)
    assert float(found.waiting) == pytest.approx(wait, rel=1e-9)
    assert float(found.abandoned) == pytest.approx(gone, rel=1e-8, abs=1e-13)
    assert float(found.mean_wait_s) == pytest.approx(gone * patience, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize(("load", "agents", "within"), [(12, 10, 20), (12, 14, 45), (3, 1, 60), (90, 92, 10)])
def test_the_wait_of_the_answered_agrees_with_an_integral_by_another_hand(
    load: float, agents: int, within: float
) -> None:
    """The chance to be answered after t, given j wait: exponential phases; summed here by quadrature of its density."""
    aht, patience = 300.0, 100.0
    x, y = agents * patience / aht, load * patience / aht
    wait, gone = by_states(load, agents, aht, patience)

    def density(u: float) -> float:
        return float(np.exp(y * (1 - np.exp(-u)) - x * u))

    whole = quad(density, 0, np.inf, epsabs=0, epsrel=1e-11, limit=500)[0]
    reached = quad(lambda u: density(u) * np.exp(-u), 0, within / patience, epsabs=0, epsrel=1e-11, limit=500)[0]
    late = quad(lambda u: density(u) * np.exp(-u) * u, 0, np.inf, epsabs=0, epsrel=1e-11, limit=500)[0]
    found = impatient(load, agents, aht, patience, within)
    assert float(found.answered_within) == pytest.approx(1 - wait + wait * reached / whole, rel=1e-8)
    assert float(found.answer_s) == pytest.approx(patience * wait * late / whole / (1 - gone), rel=1e-7)


def test_a_simulated_day_of_customers_behaves_so() -> None:
    """60,000 customers one after the other, from a seed: neither formula nor quadrature."""
    rng = np.random.default_rng(7)
    load, agents, aht, patience, within, customers = 12.0, 11, 300.0, 120.0, 30.0, 60_000
    arrives = np.cumsum(rng.exponential(aht / load, customers))
    handling, patient = rng.exponential(aht, customers), rng.exponential(patience, customers)
    free = [0.0] * agents
    gone = in_time = waited = 0
    for at, takes, stays in zip(arrives.tolist(), handling.tolist(), patient.tolist(), strict=True):
        first = min(range(agents), key=free.__getitem__)
        wait = max(free[first] - at, 0.0)
        waited += wait > 0
        if wait > stays:
            gone += 1
            continue
        in_time += wait <= within
        free[first] = at + wait + takes
    found = impatient(load, agents, aht, patience, within)
    assert gone / customers == pytest.approx(float(found.abandoned), abs=0.01)
    assert in_time / customers == pytest.approx(float(found.answered_within), abs=0.015)
    assert waited / customers == pytest.approx(float(found.waiting), abs=0.02)


def test_with_endless_patience_it_is_erlang_c() -> None:
    load, agents = np.array([5.0, 20.0, 80.0]), np.array([6, 24, 88])
    found = impatient(load, agents, 300, 3e7, 20)
    assert found.waiting == pytest.approx(waiting(load, agents), rel=1e-4)
    assert found.answered_within == pytest.approx(answered_within(load, agents, 300, 20), rel=1e-4)
    assert found.answer_s == pytest.approx(mean_wait_s(load, agents, 300), rel=1e-3)
    assert (found.abandoned < 1e-4).all()


def test_without_any_patience_it_is_erlang_b() -> None:
    load, agents = np.array([5.0, 20.0, 80.0]), np.array([4, 24, 88])
    found = impatient(load, agents, 300, 1e-6, 0)
    assert found.abandoned == pytest.approx(blocking(load, agents), rel=1e-4)


def test_overload_settles_because_customers_leave() -> None:
    """Far above full load agents serve without a break, and the rest hangs up: 1 - n/a."""
    found = impatient([500.0, 5000.0], [100, 1000], 240, 90, 20)
    assert found.abandoned == pytest.approx([0.8, 0.8], rel=1e-9)
    assert found.waiting == pytest.approx([1, 1])
    assert found.occupancy == pytest.approx([1, 1])
    assert (found.answered_within < 0.01).all()


def test_without_load_or_without_agents_the_answer_is_stated() -> None:
    quiet = impatient(0, 4, 300, 60, 20)
    assert (quiet.waiting, quiet.abandoned, quiet.answered_within, quiet.mean_wait_s) == (0, 0, 1, 0)
    nobody = impatient(3, 0, 300, 60, 20)
    assert (nobody.waiting, nobody.abandoned, nobody.answered_within, nobody.answer_s) == (1, 1, 0, inf)
    for wrong in ((3, 2.5, 300, 60), (3, 2, 0, 60), (3, 2, 300, 0)):
        with pytest.raises(UsageError):
            impatient(*wrong, 20)


@settings(max_examples=60)
@given(LOADS, AGENTS, PATIENCE)
def test_the_answered_and_those_who_hang_up_are_all(load: float, agents: int, patience: float) -> None:
    """Who is answered at all comes from the integral, who hangs up from the sums: two ways to one whole."""
    found = impatient(load, agents, 240, patience, 1e6)
    assert float(found.answered_within + found.abandoned) == pytest.approx(1, abs=1e-8)


@settings(max_examples=60)
@given(LOADS, AGENTS, PATIENCE, st.floats(0, 120))
def test_one_agent_more_keeps_more_customers(load: float, agents: int, patience: float, within: float) -> None:
    found = impatient(load, [agents, agents + 1], 240, patience, within)
    assert found.abandoned[1] <= found.abandoned[0] + 1e-11
    assert found.waiting[1] <= found.waiting[0] + 1e-11
    assert found.answered_within[1] >= found.answered_within[0] - 1e-8


@settings(max_examples=60)
@given(LOADS, AGENTS, PATIENCE)
def test_those_who_leave_shorten_the_wait_of_the_rest(load: float, agents: int, patience: float) -> None:
    found = impatient(load, agents, 240, patience, 20)
    assert float(found.waiting) <= float(waiting(load, agents)) + 1e-9
    assert float(found.mean_wait_s) <= float(mean_wait_s(load, agents, 240)) * (1 + 1e-6) + 1e-7


def test_required_agents_keep_the_target_and_one_less_does_not() -> None:
    load = np.array([0.0, 0.7, 12.0, 120.0])
    needed = required_impatient(load, 360, 120, within_s=20, share=0.8).present
    assert needed[0] == 0
    kept = impatient(load, needed, 360, 120, 20).answered_within
    short = impatient(load, np.maximum(needed - 1, 0), 360, 120, 20).answered_within
    assert (kept[1:] >= 0.8).all()
    assert (short[1:] < 0.8).all()
    assert (needed <= required(load, 360, within_s=20, share=0.8).present).all()
    assert needed[3] < int(required(120, 360, within_s=20, share=0.8).present)
