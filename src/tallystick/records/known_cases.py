"""Which cases and calls the lake knows by an id, so that a list of another system finds those that it means.

A key is made of the source and its id. A list of surveys knows the id and not the source: it is found here.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope

COLUMNS = ("case_id", "source", "case_key", "requester_key", "partner")


def case_finder(lake: Lake | None) -> Callable[[pa.Array], pa.Table] | None:
    """A function: ids -> the stored cases and calls of every source with such an id, sorted by id and source.

    Its columns are `COLUMNS`; the key of a call stands where that of a case does. None where there is no lake yet. A
    case that is known by its events only has no id in the lake and is not found.
    """
    if lake is None:
        return None
    known: Lake = lake

    def find(ids: pa.Array) -> pa.Table:
        asked = pa.table({"case_id": ids.unique().drop_null().cast(pa.string())})
        with known.borrowed(asked_cases=asked) as connection:
            everyone = Scope.of_client(known.client)
            view = known.relation(everyone, "case", connection, view="cases_by_id")
            calls = known.relation(everyone, "call", connection, view="calls_by_id")
            listed = ", ".join(COLUMNS)
            query = (
                f"SELECT {listed} FROM {view} SEMI JOIN asked_cases USING (case_id) UNION ALL "  # noqa: S608
                f"SELECT DISTINCT ON (call_key) call_id, source, call_key, requester_key, partner FROM {calls} "
                "SEMI JOIN asked_cases ON case_id = call_id ORDER BY 1, 2, 3"
            )
            found = connection.sql(query).to_arrow_table()
            connection.execute(f"DROP VIEW {view}")
            connection.execute(f"DROP VIEW {calls}")
        return found

    return find
