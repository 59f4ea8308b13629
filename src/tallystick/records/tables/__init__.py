"""One file per canonical table: grain, key, columns, units, personal-data class.

In: nothing. Out: declarations that lake and ingest read. Verb: none; a table is a value.
Must not know: how rows are stored or read, any source system, any contract.
"""
