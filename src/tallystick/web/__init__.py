"""The control room: one web application for the client, and a window of it for each partner.

In: a home folder with verdicts, records and contracts. Out: pages, their twins, and what people did. Verb: serve.
Must not know: what the numbers are. It stores what people did; figures come from the core, through a Room.
"""
