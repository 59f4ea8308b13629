"""The programme of rows that may say nothing of queue, channel and language: those belong to none at all."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.stream import programmes_of
from tallystick.vocabulary.clock_terms import ClockTerms

WORDS = ("queue", "channel", "language")


def programmes_told(words: pa.Table, terms: ClockTerms) -> pa.Array:
    """The programme of each row; empty where it says none of the three, whatever else takes what is left over."""
    found = programmes_of(words, terms)
    said = pc.is_valid(words.column(WORDS[0]))
    for name in WORDS[1:]:
        said = pc.or_(said, pc.is_valid(words.column(name)))
    said = said.combine_chunks() if isinstance(said, pa.ChunkedArray) else said
    return pc.if_else(said, found, pa.scalar(None, pa.string()))
