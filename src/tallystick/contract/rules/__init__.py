"""The rules that a contract's text must satisfy, one file each: what went wrong, and the cure.

In: a contract and the cards of the existing measures. Out: findings, each at a place of the text.
Verb: look. Must not know: records, verdicts, how a text is read, and any other rule.
"""
