"""One partner's records and facts, opened once for all periods that are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self

import pyarrow as pa

from tallystick.facts import derive
from tallystick.facts.stream_set import derive_streams
from tallystick.records.commits import Pin
from tallystick.records.lake import Lake
from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence
from tallystick.verdicts.gathering import PartnerFacts, streams_of, streams_wanted
from tallystick.verdicts.measured import part_judged
from tallystick.verdicts.promise import Promise
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope

Gate = Callable[[Lake, Scope, Pin, datetime, Period], GateAnswer]


@dataclass(frozen=True)
class OpenPartner:
    """A partner's promise and facts inside its own scope, while its lake is open; closes it at the end."""

    lake: Lake
    pin: Pin
    scope: Scope
    promise: Promise
    facts: PartnerFacts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lake."""
        self.lake.close()

    def evidence(self, window: Period, as_of: datetime, gate: Gate) -> PeriodEvidence:
        """What a window's verdicts rest on, digested: rows of the part that is judged."""
        period = part_judged(self.promise, window, as_of)
        return self.facts.evidence(period, gate(self.lake, self.scope, self.pin, as_of, period)).digested()


def opened(home: Path, promise: Promise, pin: Pin | None = None, threads: int = 2) -> OpenPartner:
    """What is read once for all periods of a partner, at a pin of the lake (the newest by default)."""
    with ExitStack() as held:
        lake = held.enter_context(Lake.open(home / "lake"))
        partner = _read_in(lake, promise, pin or lake.pin(), threads)
        held.pop_all()  # from here on the partner closes it
    return partner


def _read_in(lake: Lake, promise: Promise, at: Pin, threads: int) -> OpenPartner:
    scope, terms, wanted = Scope.of_partner(lake.client, promise.partner), promise.terms, streams_of(promise.contract)
    folded = derive(lake, scope, terms, pin=at, threads=threads)
    tied = [one.name for one in streams_wanted(wanted) if one.knot]
    kept = derive_streams(lake, scope, terms, tied, case=folded, pin=at) if tied else None
    facts = PartnerFacts(folded, partial(_read, lake, scope, at), terms, wanted, kept)
    return OpenPartner(lake, at, scope, promise, facts)


def _read(
    lake: Lake, scope: Scope, pin: Pin, name: str, columns: Sequence[str], case_keys: pa.Array | None
) -> pa.Table:
    return lake.read(scope, name, pin=pin, columns=columns, case_keys=case_keys)
