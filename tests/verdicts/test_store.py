"""Which judging a verdict belongs to, and which verdict a name means."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tallystick.verdicts.evidence import PeriodEvidence
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import Ambiguous, IntegrityError, NotFound
from tests.verdicts.invented_verdicts import judged, share, verdict

NAME = "aurora/S1/2026-06"


def write(store: VerdictStore, one: Verdict, **more: Any) -> Judged:
    """A judging of one verdict, without evidence and text of its own."""
    record = replace(
        judged("2026-07-01T00:00:00Z"), contract=one.contract, verdicts=((one.clause, one.digest),), **more
    )
    store.add(record, [one], PeriodEvidence({}, {}, record.gate), {})
    return record


@pytest.mark.parametrize("number", range(8))
def test_an_unchanged_verdict_of_a_period_judged_again_belongs_to_the_newest_judging(
    tmp_path: Path, number: int
) -> None:
    store, same = VerdictStore(tmp_path), verdict(share(9, 10))
    records = [write(store, same)]
    for again in range(3):
        # The digests fall as they like, so that the order of the files says nothing.
        records.append(
            write(store, same, as_of=f"2026-07-{2 + again:02}T00:00:{number:02}Z", supersedes=records[-1].digest)
        )
    assert store.judged() == [records[-1]]
    assert store.judging_of(same) == records[-1]


def test_a_verdict_that_was_restated_keeps_the_newest_judging_that_held_it(tmp_path: Path) -> None:
    store, old, new = VerdictStore(tmp_path), verdict(share(9, 10)), verdict(share(8, 10))
    first = write(store, old)
    second = write(store, old, as_of="2026-07-02T00:00:00Z", supersedes=first.digest)
    third = write(store, new, as_of="2026-07-03T00:00:00Z", supersedes=second.digest)
    assert store.judging_of(old) == second
    assert store.judging_of(new) == third


def test_a_name_that_two_contracts_bear_is_answered_with_the_choices(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path)
    one, other = verdict(share(9, 10)), verdict(share(7, 10), contract="d")
    write(store, one)
    assert store.find(NAME) == one
    write(store, other)
    with pytest.raises(Ambiguous) as raised:
        store.find(NAME)
    assert raised.value.choices == (f"c/{NAME}", f"d/{NAME}")
    assert all(whole in raised.value.cure for whole in raised.value.choices)
    for each in (one, other):
        assert store.find(each.whole_name) == store.find(each.id) == store.find(each.digest) == each
        assert store.find(f"{NAME}@{each.digest[:12]}") == each
    # Another contract's digest behind a whole name means nothing but that name.
    assert store.find(f"{one.whole_name}@{other.digest[:12]}") == one
    for nothing in ("e/" + NAME, "aurora/S1", "x/c/" + NAME, "../" + NAME):
        with pytest.raises(NotFound):
            store.find(nothing)


def test_a_judging_that_is_tampered_with_after_it_was_read_is_noticed_when_it_is_read_again(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path)
    record = write(store, verdict(share(9, 10)))
    assert store.judged() == store.judged() == [record]
    (path,) = tmp_path.glob("*/*/*/judged@*.json")
    before = path.stat().st_mtime_ns
    path.write_bytes(path.read_bytes().replace(b"2026-07-01", b"2026-07-02"))
    os.utime(path, ns=(before + 10**9, before + 10**9))  # clocks of file systems may tick slowly
    with pytest.raises(IntegrityError, match="was changed after it was written"):
        store.judged()
