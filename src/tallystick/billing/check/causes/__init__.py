"""The causes of a difference, one file each; the file's name is the id.

In: one charge with what was billed, and a bench to apply it again. Out: readings of text or records, each with the
amount it comes to. Verb: read another way. Must not know: what other causes say, documents' files.
"""
