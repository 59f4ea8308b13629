"""Facts that follow from canonical rows directly, one file per fact table: no case is folded for them.

In: canonical rows of one scope, the facts of its cases, clock terms. Out: a fact table. Verb: derive.
Must not know: contracts, measures, what time it is.
"""
