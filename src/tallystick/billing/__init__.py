"""What a partner's month should cost, from the rate card and the records; a stage between verdicts and reports.

In: a contract in force, quantities by day, the verdicts and credits of the month. Out: the expected invoice with its
lines, steps and rows. Verb: expect. Must not know: received invoices (`check/` alone does), pages, and what time it is.
"""
