"""Rules of EN 16931-1, section 6.4, by the ids of its official artefacts; one file is one family.

In: an `Invoice`. Out: misses, each with its place. Verb: find. Must not know: the syntax, files, partners.

The rules of Peppol BIS Billing 3.0 that are about sums (`PEPPOL-EN16931-R…`) warn: the norm itself leaves the product
of quantity and price unchecked.
"""
