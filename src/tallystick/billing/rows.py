"""The rows behind a line of the invoice: those that the measures listed, over the days that were charged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow as pa

from tallystick.billing.invoice import CountedQuantity, ExpectedInvoice, Span
from tallystick.billing.quantities import DailySource, months_of
from tallystick.measures.compute import counted_rows
from tallystick.measures.fact_columns import keys
from tallystick.measures.measure import measure_of
from tallystick.verdicts.rows_read import content_digest
from tallystick.vocabulary.period import Period

A_DAY = timedelta(days=1)


def rows_of(source: DailySource, counted: CountedQuantity, keep: tuple[str, ...] = ()) -> pa.Table:
    """Every row that a quantity's measure put into its days, with the place it takes; see `counted_rows`.

    What the rows bring adds up to the quantity, in the measure's own whole numbers.
    """
    fact = measure_of(counted.request).fact
    found = [
        counted_rows(
            facts, counted.request, (("partner", source.partner),), period=period, as_of=source.as_of, keep=keep
        )
        for span in counted.spans
        for period in _periods(span, source.zone)
        for facts in (source.read([fact], _month(period, source.zone)),)
    ]
    if not found:
        return pa.table({name: pa.array([], pa.string()) for name in ("case_id", "status", "numerator")})
    return pa.concat_tables(found, promote_options="permissive")


PINNED = ("status", "numerator")


def pinned(invoice: ExpectedInvoice, source: DailySource) -> ExpectedInvoice:
    """The invoice with the digest of the rows behind each counted quantity.

    The digest is that of the list which `rows_of` gives: id, place in the count, and what each row brings, in order of
    id. Who has the same records and text computes the same one; it says nothing of a row to who has not.
    """
    lines = []
    for line in invoice.lines:
        counted = tuple(replace(one, rows=digest_of_rows(source, one)) for one in line.counted)
        lines.append(replace(line, counted=counted))
    return replace(invoice, lines=tuple(lines))


def digest_of_rows(source: DailySource, counted: CountedQuantity) -> str:
    """SHA-256 of the rows of one quantity, as `verdicts.rows_read` digests columns."""
    fact = measure_of(counted.request).fact
    listed = rows_of(source, counted)
    names = [name for name in (*keys(fact), *PINNED) if name in listed.column_names]
    return content_digest(fact, listed.select(names).combine_chunks())


def _periods(span: Span, zone: str) -> list[Period]:
    """A span of days cut at months, because facts are read month by month."""
    found, begin = [], span[0]
    for year, month in months_of(span):
        following = Period.parse(f"{year:04}-{month:02}", zone).end_on
        end = min(span[1], following)
        found.append(Period.parse(f"{begin}..{end - A_DAY}", zone))
        begin = end
    return found


def _month(period: Any, zone: str) -> Period:
    return Period.containing("month", period.start_on, zone)
