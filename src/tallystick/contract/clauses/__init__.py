"""The kinds of clause, one file each: its keys, its plain words, its lint, and its arithmetic.

In: the clause's own text; to be applied, the values of one partner and period. Out: steps, an outcome or a credit.
Verb: apply. Must not know: records, facts, how a value was measured, and when it is asked.
"""
