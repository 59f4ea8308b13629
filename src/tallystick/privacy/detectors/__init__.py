"""One file per sort of personal data that is looked for in texts.

In: a candidate that the pattern found. Out: the spans within it that are personal data. Verb: find.
Must not know: whose text it is, where it is kept, any other detector.
"""
