"""What people did: one file per workflow, each with its tables, its `do_*` actions and the reads that pages may make.

In: a Room and what a person typed. Out: rows, with an audit row for each change. Verb: do. It computes no figure.
"""
