"""The pages: one file each, with one template of the same name in templates/pages.

In: a Room and what the URL asks. Out: a dictionary that the template words and the twins give as data. Verb: gather.
Must not know: models, the lake. A page reads through its Room.
"""
