"""What a partner's month costs in all, what moved it from one period to another, and what that does to the promise.

In: expected invoices, invoice lines, amounts of the books, counts of contacts and resolutions. Out: the month's cost
with its lines and shares, waterfalls, comparisons with a business case. Verb: cost. Must not know: pages, how an
invoice is checked, and what time it is.
"""
