"""Words and drawings for templates: the same functions as the documents.

In: values of the core. Out: text and markup for a page. Verb: write. Must not know: requests beyond their address.
"""
