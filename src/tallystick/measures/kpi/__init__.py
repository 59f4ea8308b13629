"""One file for each KPI; the file's name is its id, a suffix `_vN` its version.

In: columns of one fact table, parameters, the instant of judgement. Out: which rows count, and what each brings.
Verb: none; a measure is declared. Must not know: the engine that runs it, any target, partner or promise.
"""
