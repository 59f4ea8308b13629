"""What people did: one file per workflow, each with its tables, its `do_*` deeds and the reads that pages may make.

In: a Room and what a person typed. Out: rows, with an audit row for each change. Verb: do.
Must not know: how a figure is computed.
"""
