"""Any order and duplication of arrival gives the same verdicts: their digests, and the money that follows.

What arrives is drawn by Hypothesis: how the rows of log and list are shuffled, which of them come twice, how they are
cut into files, in which order the files come and which come again. The rows read back are another property
(`tests/records/test_order_of_arrival.py`); this one goes the whole way, through folds, measures, gate and credits.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tallystick.assess import Order, assess
from tallystick.cli.home import open_home
from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.ingest import ingest
from tallystick.verdicts.gating import data_gate
from tests.journeys.mixed_desk import (
    AS_OF,
    LIST,
    LOG,
    MONTHS,
    PARTNERS,
    STATES,
    Row,
    begin,
    list_rows,
    log_rows,
    state_rows,
    write,
)

AS_WRITTEN, BACKWARDS, SHUFFLED = "as written", "backwards", "shuffled"


@dataclass(frozen=True)
class Arrival:
    """How rows arrive. `twice` in a hundred rows come a second time; `cuts` files a feed; `again` files come anew."""

    order: str
    seed: int
    twice: int
    cuts: tuple[int, int]
    again: int

    def files(self, feeds: dict[str, list[Row]]) -> list[tuple[str, list[Row]]]:
        """(feed, rows) of every file, in the order in which they are taken in."""
        chance = random.Random(self.seed)  # noqa: S311  an order, no secret
        found = []
        for (feed, rows), cuts in zip(feeds.items(), self.cuts, strict=True):
            more = [row for row in rows if chance.randrange(100) < self.twice]
            sent = self.arranged([*rows, *more], chance)
            places = sorted(chance.randrange(len(sent) + 1) for _ in range(cuts - 1))
            bounds = zip([0, *places], [*places, len(sent)], strict=True)
            found += [(feed, sent[low:high]) for low, high in bounds if high > low]
        found = self.arranged(found, chance)
        return [*found, *(chance.choice(found) for _ in range(self.again))]

    def arranged(self, parts: list[Any], chance: random.Random) -> list[Any]:
        """The parts in the order of this arrival."""
        if self.order == BACKWARDS:
            return parts[::-1]
        return parts if self.order == AS_WRITTEN else chance.sample(parts, len(parts))


ORDINARY = Arrival(AS_WRITTEN, 0, 0, (1, 1), 0)
arrivals = st.builds(
    Arrival,
    order=st.sampled_from([SHUFFLED, SHUFFLED, BACKWARDS, AS_WRITTEN]),
    seed=st.integers(0, 2**32),
    twice=st.sampled_from([0, 20, 100]),
    cuts=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    again=st.integers(0, 2),
)

# Outcome and digest of every verdict by its name; of a statement "total" and its digest.
Judged = dict[str, tuple[str, str]]


def judged(begun: Path, feeds: dict[str, list[Row]], arrival: Arrival) -> Judged:
    """Digests of all verdicts and statements by name, from a folder of its own in which the rows arrived so."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(begun, home)
        place = open_home(home)
        take = partial(
            ingest, home, as_of=AS_OF, redactor=Redactor(), vault=Vault.create(place.folder("keys")),
            client=place.client,
        )  # fmt: skip
        for number, (feed, rows) in enumerate(arrival.files(feeds)):
            file = write(Path(folder) / f"{feed}-{number}.csv", feed, rows)
            outcome = take(file, connector="any_table", mapping=home / "mappings" / f"{feed}.yaml")
            assert (outcome.rejected, outcome.refused) == (0, ""), outcome
        order = Order([home / "contracts" / "mixed-desk.yaml"], AS_OF, MONTHS)
        found = {}
        for one in assess(home, order, gate=data_gate):
            found |= {verdict.name: (verdict.outcome.value, verdict.digest) for verdict in one.verdicts}
            assert one.record.statement is not None
            found[f"{one.record.partner}/{one.record.period}: statement"] = ("total", one.record.statement.digest)
        return found


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which everything is ready for the first row: contract, lock, mappings, keys."""
    return begin(tmp_path_factory.mktemp("begun") / "home")


@pytest.fixture(scope="module")
def feeds() -> dict[str, list[Row]]:
    return {LOG: log_rows(), LIST: list_rows()}


@pytest.fixture(scope="module")
def stated() -> dict[str, list[Row]]:
    """The log in which nothing tells of a change but the columns that repeat the state of a case in every row."""
    return {STATES: state_rows(), LIST: list_rows()}


@pytest.fixture(scope="module")
def stated_plain(begun: Path, stated: dict[str, list[Row]]) -> Judged:
    """What is judged of one file a feed, rows in the order of time."""
    return judged(begun, stated, ORDINARY)


@pytest.fixture(scope="module")
def plain(begun: Path, feeds: dict[str, list[Row]]) -> Judged:
    """What is judged of one file a feed, rows in the order of time."""
    return judged(begun, feeds, ORDINARY)


# What fails is reported as found: shrinking a desk takes minutes.
AS_FOUND = {
    "deadline": None,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}


def test_the_desk_is_worth_the_trouble(plain: Judged) -> None:
    """Ten clauses and a statement for each partner and month; a property of empty verdicts would say nothing."""
    assert len(plain) == len(PARTNERS) * len(MONTHS) * (10 + 1)
    outcomes = Counter(outcome for outcome, _ in plain.values())
    assert min(outcomes["met"], outcomes["missed"]) >= 6, outcomes


@settings(max_examples=1, **AS_FOUND)
@given(arrival=arrivals)
@example(Arrival(BACKWARDS, 1, 0, (3, 3), 0))
def test_any_order_and_duplication_of_arrival_gives_the_same_verdict_digests(
    begun: Path, feeds: dict[str, list[Row]], plain: Judged, arrival: Arrival
) -> None:
    assert judged(begun, feeds, arrival) == plain


def test_the_states_of_a_log_move_cases_as_its_activities_do(plain: Judged, stated_plain: Judged) -> None:
    """Cases change hands, are solved and opened again: the property below speaks of more than of empty verdicts."""
    outcomes = Counter(outcome for outcome, _ in stated_plain.values())
    assert min(outcomes["met"], outcomes["missed"]) >= 6, outcomes
    assert {name: outcome for name, (outcome, _) in stated_plain.items() if "/K1" in name or "/K7" in name} == {
        name: outcome for name, (outcome, _) in plain.items() if "/K1" in name or "/K7" in name
    }


@pytest.mark.long
@settings(max_examples=1, **AS_FOUND)
@given(arrival=arrivals)
@example(Arrival(BACKWARDS, 1, 0, (3, 3), 0))
@example(Arrival(AS_WRITTEN, 2, 0, (3, 1), 0))
def test_the_same_for_a_log_whose_every_row_repeats_the_state_of_its_case(
    begun: Path, stated: dict[str, list[Row]], stated_plain: Judged, arrival: Arrival
) -> None:
    assert judged(begun, stated, arrival) == stated_plain


@pytest.mark.long
@settings(max_examples=40, **AS_FOUND)
@given(data=st.data(), arrival=arrivals)
def test_the_same_for_logs_of_states_of_any_size(begun: Path, data: st.DataObject, arrival: Arrival) -> None:
    exports = sorted(data.draw(st.sets(st.integers(1, 66), min_size=1, max_size=6)))
    feeds = {
        STATES: state_rows(data.draw(st.integers(1, 60))),
        LIST: list_rows(data.draw(st.integers(1, 30)), exports),
    }
    assert judged(begun, feeds, arrival) == judged(begun, feeds, ORDINARY)


@pytest.mark.long
@settings(max_examples=40, **AS_FOUND)
@given(data=st.data(), arrival=arrivals)
def test_the_same_for_desks_of_any_size(begun: Path, data: st.DataObject, arrival: Arrival) -> None:
    exports = sorted(data.draw(st.sets(st.integers(1, 66), min_size=1, max_size=6)))
    feeds = {LOG: log_rows(data.draw(st.integers(1, 60))), LIST: list_rows(data.draw(st.integers(1, 30)), exports)}
    assert judged(begun, feeds, arrival) == judged(begun, feeds, ORDINARY)
