"""Texts in bulk: what a detector finds is replaced by its label, and counted.

RE2 looks once through every text of a column for anything that any detector might mean. The few texts that hold such a
thing are laid end to end and searched detector by detector; only what is found there reaches Python.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.privacy.detector import Detector, Settings
from tallystick.registry import load_folder

DETECTORS = "tallystick.privacy.detectors"
# Where a national phone number may come from when nobody says: large countries of customer care in Europe and America.
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "RO", "PT")
# Texts are laid together up to this many bytes, so that memory does not grow with the column.
_LENGTH = 16_000_000
# Stands between two texts; no pattern matches it, so nothing is found across texts.
_BETWEEN = b"\x00"


@dataclass(frozen=True)
class Found:
    """One piece of personal data: bytes [start, end) of a text, which detector."""

    start: int
    end: int
    detector: str


@dataclass(frozen=True)
class Redactor:
    """Replaces personal data in texts. `regions` are tried for phone numbers without a country code."""

    regions: tuple[str, ...] = REGIONS
    only: tuple[str, ...] = ()
    _settings: Settings = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Fix what the detectors are told."""
        object.__setattr__(self, "_settings", Settings(self.regions))

    @cached_property
    def _detectors(self) -> list[tuple[str, Detector, Any]]:
        import re2

        known = load_folder(DETECTORS, Detector)
        chosen = [(name, entry) for name, entry in known.items() if not self.only or name in self.only]
        options = re2.Options()
        options.log_errors = False
        options.max_mem = 64 << 20
        ranked = sorted(chosen, key=lambda pair: (pair[1].rank, pair[0]))
        return [(name, entry, re2.compile(entry.pattern.encode(), options)) for name, entry in ranked]

    @cached_property
    def _any_pattern(self) -> str:
        """What any detector might mean."""
        return "|".join(f"(?:{entry.pattern})" for _, entry, _ in self._detectors)

    def redact(self, texts: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
        """The texts with personal data replaced, and per text `{"email":1}` or null where nothing was found."""
        column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        column = column.cast(pa.string())
        count = len(column)
        if not self._detectors:
            return column, pa.nulls(count, pa.string())
        suspect = pc.fill_null(pc.match_substring_regex(column, self._any_pattern), False)
        found = suspect.true_count
        if not found:
            return column, pa.nulls(count, pa.string())
        if found == count:
            return self._redacted(column)
        replaced, entities = self._redacted(column.filter(suspect))
        nothing = pa.nulls(count, pa.string())
        return pc.replace_with_mask(column, suspect, replaced), pc.replace_with_mask(nothing, suspect, entities)

    def _redacted(self, column: pa.Array) -> tuple[pa.Array, pa.Array]:
        redacted: list[pa.Array] = []
        entities: list[pa.Array] = []
        for start, end in _portions(column):
            part, counted = self._portion(column.slice(start, end - start))
            redacted.append(part)
            entities.append(counted)
        return pa.concat_arrays(redacted), pa.concat_arrays(entities)

    def find(self, text: str) -> list[Found]:
        """What is in one text, in order; positions are bytes of its UTF-8 form."""
        return self._found(text.encode())

    def _portion(self, texts: pa.Array) -> tuple[pa.Array, pa.Array]:
        lengths = pc.binary_length(texts).fill_null(0).to_numpy().astype(np.int64)
        starts = np.concatenate(([0], np.cumsum(lengths + len(_BETWEEN))))
        words = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts.fill_null(""))
        whole: bytes = pc.binary_join(words, _BETWEEN.decode())[0].as_buffer().to_pybytes()
        found = self._found(whole)
        count = len(texts)
        if not found:
            return texts, pa.nulls(count, pa.string())
        where = np.searchsorted(starts, np.array([piece.start for piece in found]), side="right") - 1
        labels = {name: entry.label.encode() for name, entry, _ in self._detectors}
        new: dict[int, tuple[bytes, str]] = {}
        bounds = np.flatnonzero(np.r_[True, where[1:] != where[:-1], True])
        for low, high in pairwise(bounds):
            text = int(where[low])
            position, stop = int(starts[text]), int(starts[text + 1]) - len(_BETWEEN)
            parts: list[bytes] = []
            for piece in found[low:high]:
                parts += (whole[position : piece.start], labels[piece.detector])
                position = piece.end
            parts.append(whole[position:stop])
            counted = Counter(piece.detector for piece in found[low:high])
            new[text] = (b"".join(parts), json.dumps(counted, sort_keys=True, separators=(",", ":")))
        mask = np.zeros(count, dtype=bool)
        mask[list(new)] = True
        held = pa.array(mask)
        replaced = pa.array([text.decode() for text, _ in new.values()], pa.string())
        counts = pa.array([entities for _, entities in new.values()], pa.string())
        return pc.replace_with_mask(texts, held, replaced), pc.replace_with_mask(
            pa.nulls(count, pa.string()), held, counts
        )

    def _found(self, whole: bytes) -> list[Found]:
        """Everything in the bytes, in order and without overlap: the lower rank first, then the longer."""
        claimed: list[tuple[int, int, int, str]] = []
        for rank, (name, entry, pattern) in enumerate(self._detectors):
            for match in pattern.finditer(whole):
                start, end = match.span()
                candidate = whole[start:end].decode()
                for low, high in entry.find(candidate, self._settings):
                    # Spans count letters, positions count bytes; they differ only where a letter is not ASCII.
                    before = low if candidate.isascii() else len(candidate[:low].encode())
                    length = high - low if candidate.isascii() else len(candidate[low:high].encode())
                    claimed.append((rank, start + before, start + before + length, name))
        taken: list[Found] = []
        for rank_of in range(len(self._detectors)):
            mine = [claim for claim in claimed if claim[0] == rank_of]
            if mine:
                taken = _merged(taken, [Found(start, end, name) for _, start, end, name in mine])
        return taken


def _merged(taken: list[Found], more: list[Found]) -> list[Found]:
    """`taken` with those of `more` that overlap none of them, in order of position."""
    if not taken:
        return more
    starts = np.array([piece.start for piece in taken])
    ends = np.array([piece.end for piece in taken])
    # The last one taken that starts before my end must have ended before my start.
    before = np.searchsorted(starts, np.array([piece.end for piece in more]), side="left") - 1
    free = [piece for piece, at in zip(more, before, strict=True) if at < 0 or ends[at] <= piece.start]
    return sorted([*taken, *free], key=lambda piece: piece.start)


def _portions(column: pa.Array) -> list[tuple[int, int]]:
    lengths = np.cumsum(pc.binary_length(column).fill_null(0).to_numpy().astype(np.int64) + 1)
    portions: list[tuple[int, int]] = []
    start = 0
    while start < len(column):
        base = int(lengths[start - 1]) if start else 0
        end = max(int(np.searchsorted(lengths, base + _LENGTH, side="right")), start + 1)
        portions.append((start, end))
        start = end
    return portions
