"""One file per check of the data gate.

In: canonical tables inside a scope, the period, expectations. Out: findings, and whether each one weighs.
Verb: run. Must not know: clauses, targets, measures, or what a figure would come to.
"""
