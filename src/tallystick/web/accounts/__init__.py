"""Who people are and what they may see: login, roles, memberships, and the one door from a request to a Room.

In: a request. Out: a Person's standing and its Room. Verb: room_of.
Must not know: verdicts, pages.
"""
