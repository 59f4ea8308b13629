"""What was promised: a contract's text becomes a typed Contract and findings.

In: YAML text and, for `check`, the cards of the existing measures. Out: Contract, findings, ClockTerms, lock, plain
words.
Verbs: load, check. Must not know: records, facts, how a measure is computed, and which verdict follows.
"""
