"""The gaming catalogue: one file, one pattern.

In: evidence of one partner and period. Out: a Detected. Verb: detect. Must not know: other patterns.
"""
