"""Is it real: statements that something in the records is not as honest work leaves it.

In: the facts and canonical rows of one partner and period. Out: what each pattern of the gaming catalogue found, with
the rows, and the figure without them. Verb: detect. Must not know: the contract, targets as promises, credits.
"""
