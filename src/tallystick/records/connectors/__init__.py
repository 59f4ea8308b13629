"""One file or folder per source system: each reads its own kind of export into canonical tables.

In: a path and a mapping. Out: batches of canonical rows, texts, rejects, findings.
Verbs: recognise, propose, read. Must not know: the lake, partners' contracts, any other connector.
"""
