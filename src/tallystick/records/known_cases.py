"""Which cases the lake knows by an id, so that a list of another system finds the cases that it means.

A key is made of the source and its id. A list of surveys knows the id and not the source: it is found here.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope

COLUMNS = ("case_id", "source", "case_key", "requester_key", "partner")


def case_finder(lake: Lake | None) -> Callable[[pa.Array], pa.Table] | None:
    """A function: case ids -> the stored cases of every source with such an id, sorted by id and source.

    Its columns are `COLUMNS`. None where there is no lake yet. A case that is known by its events only has no id in the
    lake and is not found.
    """
    if lake is None:
        return None
    known: Lake = lake

    def find(ids: pa.Array) -> pa.Table:
        asked = pa.table({"case_id": ids.unique().drop_null().cast(pa.string())})
        with known.borrowed(asked_cases=asked) as connection:
            view = known.relation(Scope.of_client(known.client), "case", connection, view="cases_by_id")
            query = (
                f"SELECT {', '.join(COLUMNS)} FROM {view} SEMI JOIN asked_cases USING (case_id) "  # noqa: S608
                "ORDER BY case_id, source, case_key"
            )
            found = connection.sql(query).to_arrow_table()
            connection.execute(f"DROP VIEW {view}")
        return found

    return find
