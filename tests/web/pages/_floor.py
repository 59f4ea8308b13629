"""What tests of the floor's pages share: a partner's facts straight from the lake, and twins and exports of a page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tests.web import probes


def lake_facts(home: Path, partner: str, period: str, name: str) -> pa.Table:
    """The rows of one fact table that a partner's telephone contract gives a month, without any page."""
    from tallystick.contract.load import load
    from tallystick.facts.live import stream_facts
    from tallystick.records.lake import Lake
    from tallystick.verdicts.promise import promise_of, texts_at
    from tallystick.vocabulary.scope import Scope

    path = home / "contracts" / f"lumen-{partner}-telephone.yaml"
    assert load(path)
    promise = promise_of(texts_at(path), partner, None)
    span = promise.period(period)
    with Lake.open(home / "lake") as lake:
        scope = Scope.of_partner(lake.client, partner)
        found = stream_facts(lake, scope, promise.terms, [name], span.start_s, span.end_s)
    return found[name]


def inside(rows: pa.Table, column: str, period: str) -> pa.Table:
    """The rows of a month by their local date."""
    year, month = map(int, period.split("-"))
    first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    on = rows.column(column)
    return rows.filter(pc.and_(pc.greater_equal(on, pa.scalar(first)), pc.less(on, pa.scalar(after))))


def newest(client: Any, page: str) -> str:
    """The newest period that a page offers."""
    among: Sequence[str] = client.get(f"/{page}.json").json()["choice"]["among"]
    return among[-1]


def exported(client: Any, address: str) -> list[dict[str, str]]:
    """The rows of a CSV export by heading."""
    return list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))


def foreign_is_not_there(client: Any, page: str, own: str) -> None:
    """A partner's person reads of its own party alone; another's name is answered like one that does not exist."""
    shown = client.get(f"/{page}.json").json()
    assert shown["choice"]["partner"] == own
    other = next(name for name in probes.PARTNERS if name != own)
    assert other not in json.dumps(shown).lower()
    assert '<select name="partner"' not in client.get(f"/{page}").content.decode(), "it is not asked which partner"
    foreign, missing = (client.get(f"/{page}?partner={name}") for name in (other, "nobody"))
    assert foreign.status_code == missing.status_code == 404
    assert probes.plain(foreign.content).replace(other, "") == probes.plain(missing.content).replace("nobody", "")
