"""Changes of the tables, in order; forward only.

In: an older desk. Out: a newer one. Verb: migrate. Must not know: pages.
"""
