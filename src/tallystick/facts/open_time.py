"""Opening hours of programmes over columns of instants: how much of each span lay in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.term_tables import TermTables
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import open_between_many

Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


def open_seconds(programme: Any, begin_s: Integers, stop_s: Integers, terms: ClockTerms) -> tuple[Integers, Truths]:
    """(seconds of each span [begin_s, stop_s) in its programme's opening hours, whether that is known).

    It is not known for a row without a programme, for a programme without hours, and outside the days for which the
    hours were materialised. UTC seconds.
    """
    found, known = np.zeros(len(begin_s), np.int64), np.zeros(len(begin_s), np.bool_)
    named = {one.programme: place for place, one in enumerate(terms.programmes) if one.hours}
    if not named or not len(begin_s):
        return found, known
    tables = TermTables(terms)
    coded = pc.dictionary_encode(programme)
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    places = np.array([*(named.get(word, -1) for word in coded.dictionary.to_pylist()), -1], np.int64)
    place = places[np.asarray(coded.indices.fill_null(len(places) - 1), dtype=np.int64)]
    calendar = np.array([*tables.calendars[1:], 0], np.int64)[place]
    from_s, until_s = np.asarray(tables.opening.from_s)[calendar], np.asarray(tables.opening.until_s)[calendar]
    known = (place >= 0) & (begin_s >= from_s) & (stop_s <= until_s) & (stop_s >= begin_s)
    rows = np.flatnonzero(known)
    found[rows] = open_between_many(tables.opening, calendar[rows], begin_s[rows], stop_s[rows])
    return found, known
