"""One row per case and per clock instance: the expensive part, kept up incrementally.

In: canonical records and the terms that clocks run under. Out: fact sets, keyed by the digest of the terms.
Verb: derive. Must not know: contracts, targets in money, the time of day.
"""
