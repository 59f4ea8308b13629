"""Numbers with a definition.

In: fact tables, requests, a period and `as_of`. Out: measure values with n, interval and counted exclusions.
Verb: compute. Must not know: the contract, targets, credits, or any promise.
"""
