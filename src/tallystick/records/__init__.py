"""What happened: canonical tables and how they are filled.

In: files of source systems, a mapping, a redactor and a vault. Out: versioned rows, an outcome that balances, findings.
Verb: `ingest`. Must not know: any contract, clock, measure or verdict; it never alters what a source said.
"""
