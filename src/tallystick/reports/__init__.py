"""The documents: a partner's month, and the overview of all partners.

In: the verdict store with the evidence kept beside it. Out: one self-contained HTML page each. Verb: render.
Must not know: the lake, the engine, the time of day. No figure is computed here. `gathered` alone opens the store and
reads the kept rows and facts of a drawn case; the documents see only what it hands them.
"""
