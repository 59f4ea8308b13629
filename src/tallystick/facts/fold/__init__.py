"""The step functions: what one event does to the clocks and the counts of one case.

In: integers (an event, the state of its case, terms as tables). Out: the state, and rows of finished clocks.
Verb: fold. Must not know: numba, DuckDB, Arrow, the lake, contracts, and what time it is.
"""
