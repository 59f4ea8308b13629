"""Intervals against published figures, against scipy as an outside witness, and for being the same everywhere."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from scipy.stats import chi2

from tallystick.measures.intervals import (
    _wilson_by_decimal,
    _wilson_by_float,
    bootstrap_mean,
    bootstrap_quantile,
    index,
    poisson,
    wilson,
    wilson_each,
)
from tallystick.measures.parts import Parts
from tallystick.measures.quantile import quantile_of_counts


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (5, 5, "56.6", "100.0"),
        (4, 5, "37.6", "96.4"),
        (9, 10, "59.6", "98.2"),
        (46, 50, "81.2", "96.8"),
        (184, 200, "87.4", "95.0"),
        (42, 60, "57.5", "80.1"),
        (48, 60, "68.2", "88.2"),
        (400, 500, "76.3", "83.3"),
    ],
)
def test_wilson_gives_the_handbooks_figures(successes: int, n: int, low: str, high: str) -> None:
    found = [(100 * limit).quantize(Decimal("0.1")) for limit in wilson(successes, n)]
    assert found == [Decimal(low), Decimal(high)]


def test_wilson_reaches_the_ends_only_where_every_row_agrees() -> None:
    assert wilson(0, 7)[0] == 0
    assert wilson(7, 7)[1] == 1
    assert wilson(1, 10**5)[0] > 0


def test_wilson_of_shared_rows_uses_whole_rows() -> None:
    assert wilson(42_000_000, 60_000_000, per=1_000_000) == wilson(42, 60)


def test_wilson_refuses_what_is_no_share() -> None:
    for successes, n in ((1, 0), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="not a share"):
            wilson(successes, n)


def test_wilson_by_floats_has_the_digits_of_the_exact_computation() -> None:
    rng = np.random.default_rng(5)
    sizes = rng.integers(1, 10 ** rng.integers(1, 8, 3000))
    for n, k in zip(sizes.tolist(), rng.integers(0, sizes + 1).tolist(), strict=True):
        exact = _wilson_by_decimal(k, n, 6, 1)
        assert _wilson_by_float(k, n, 6) in (exact, None)
        assert str(wilson(k, n)) == str(exact)


def test_wilson_leaves_to_decimal_what_floats_cannot_tell() -> None:
    assert _wilson_by_float(42, 60, 14) is None
    assert wilson(42, 60, 14) == _wilson_by_decimal(42, 60, 14, 1)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 57, 199, 200, 201, 1000, 12_345])
def test_poisson_is_the_exact_interval_by_chi_square(count: int) -> None:
    low, high = poisson(count, 6)
    assert float(low) == pytest.approx(chi2.ppf(0.025, 2 * count) / 2 if count else 0, abs=2e-6)
    assert float(high) == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2, abs=2e-6)


@pytest.mark.parametrize(("n", "half"), [(50, "21.6"), (100, "15.3"), (300, "8.8"), (1000, "4.8")])
def test_nps_half_widths_are_the_handbooks(n: int, half: str) -> None:
    promoters, detractors = n // 2, n // 5
    low, high = index(promoters - detractors, promoters + detractors, n, 100)
    assert ((high - low) / 2).quantize(Decimal("0.1")) == Decimal(half)


def test_an_index_interval_never_leaves_its_scale() -> None:
    assert index(9, 9, 9, 100) == (100, 100)
    assert index(9, 10, 10, 100)[1] == 100


def clusters(rows: list[tuple[str, str, int]]) -> dict[tuple[str, str], Parts]:
    found: dict[tuple[str, str], Parts] = {}
    for agent, day, value in rows:
        part = found.setdefault((agent, day), Parts())
        part.n += 1
        part.numerator += value
        part.denominator += 1
        part.keys = np.sort(np.append(part.keys, value))
    return found


def invented(agents: int, days: int, each: int, between: float) -> dict[tuple[str, str], Parts]:
    rng = np.random.default_rng(11)
    rows = []
    for agent in range(agents):
        level = 1000 + between * rng.normal()
        for day in range(days):
            rows += [(f"a{agent}", f"d{day}", round(level + 100 * rng.normal())) for _ in range(each)]
    return clusters(rows)


def test_one_seed_gives_one_interval_and_order_does_not_matter() -> None:
    parts = invented(6, 5, 4, 100)
    backwards = dict(reversed(parts.items()))
    assert bootstrap_mean(parts, 200, 7) == bootstrap_mean(backwards, 200, 7)
    assert bootstrap_mean(parts, 200, 7) != bootstrap_mean(parts, 200, 8)


def test_the_digits_of_a_resampled_interval_are_pinned() -> None:
    """A signed verdict holds them, so no release of numpy may move them."""
    rows = [
        (f"a{agent}", f"d{day}", 60 * ((agent * 7 + day * 13 + k * 5) % 11) + 10 * agent)
        for agent in range(5)
        for day in range(6)
        for k in range(3)
    ]
    parts = clusters(rows)
    assert bootstrap_mean(parts, 200, 1) == (Decimal("283.333"), Decimal("368.000"))
    found = bootstrap_quantile(parts, 200, 1, lambda v, t: quantile_of_counts(v, t, Fraction(9, 10)))
    assert found == (Decimal("520.000"), Decimal("630.000"))


def test_agents_who_differ_widen_the_interval() -> None:
    def width(between: float) -> Decimal:
        limits = bootstrap_mean(invented(12, 10, 5, between), 400, 1)
        assert limits is not None
        return limits[1] - limits[0]

    assert width(200) > 3 * width(0)


def test_a_resampled_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """95 % are promised; resampling agents and days at once errs on the wide side. 60 samples, 12 agents, 8 days."""
    rng = np.random.default_rng(3)
    covered = 0
    for seed in range(60):
        agents, days = rng.normal(0, 80, 12), rng.normal(0, 40, 8)
        rows = [
            (f"a{a:02}", f"d{d}", round(1000 + agents[a] + days[d] + 100 * rng.normal()))
            for a in range(12)
            for d in range(8)
            for _ in range(3)
        ]
        limits = bootstrap_mean(clusters(rows), 200, seed)
        assert limits is not None
        covered += limits[0] <= 1000 <= limits[1]
    assert covered >= 51


def test_one_agent_day_has_no_resampled_interval() -> None:
    parts = clusters([("ana", "d1", 60), ("ana", "d1", 90)])
    assert bootstrap_mean(parts, 100, 1) is None
    assert bootstrap_quantile(parts, 100, 1, lambda v, t: quantile_of_counts(v, t, Fraction(1, 2))) is None


def test_many_shares_at_once_give_the_digits_of_each_alone() -> None:
    random = Random(5)  # noqa: S311  shares, not secrets
    sizes = [random.randint(1, 10 ** random.randint(1, 9)) for _ in range(3000)]
    shares = [(random.choice((0, size, random.randint(0, size))), size) for size in sizes]
    for per in (1, 1_000_000):
        together = wilson_each([up for up, _ in shares], sizes, per)
        assert together == [wilson(up, size, per=per) for up, size in shares]
        assert [str(limit) for pair in together[:50] for limit in pair] == [
            str(limit) for up, size in shares[:50] for limit in wilson(up, size, per=per)
        ]


def test_more_than_all_is_no_share_among_many() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson_each([1, 3], [2, 2])
