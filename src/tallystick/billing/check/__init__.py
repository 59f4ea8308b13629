"""The check of a received invoice: each line against the expected one, each difference with its cause. Pure.

In: the order of an expected invoice with its source of quantities, and the documents that a partner sent. Out: an
`InvoiceCheck`, whose differences add up to what was billed less what was expected. Verb: check. Must not know: where
documents are stored, pages, and what time it is.
"""
