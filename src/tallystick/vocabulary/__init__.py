"""The nouns with units that every stage speaks.

In: nothing. Out: money, periods, calendars, scopes, findings, errors, terms, values.
Verb: none; these are values. Must not know: any stage, any store, the clock on the wall.
"""
