"""Contacts of one customer about one reason: the k-th within the window, and whether another one followed.

A contact belongs to the chain of the one before it when it was opened at most `window_s` after it, by the same
requester for the same reason (no reason is a reason of its own). Excluded cases are no contacts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tallystick.records.keys import ordered

Integers = npt.NDArray[Any]


def contacts(
    requester: Integers, reason: Integers, created_s: Integers, case_key: Integers, window_s: int
) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """(contact_no, repeated) of each case; all cases given must count and have a requester.

    `reason` are codes that are equal where the reasons are. contact_no = 1 + how many contacts of the chain came
    before; repeated = whether another one followed within the window. Ties in time are broken by case key.
    """
    count = len(requester)
    number = np.ones(count, np.int32)
    repeated = np.zeros(count, bool)
    if count < 2:
        return number, repeated
    order = ordered(requester)
    ranked = requester[order]
    same = ranked[1:] == ranked[:-1]
    # Most customers write once: only the rows of those who wrote again are put in full order.
    again = np.r_[False, same] | np.r_[same, False]
    rows = order[again]
    if not len(rows):
        return number, repeated
    rows = rows[ordered(requester[rows], reason[rows], created_s[rows], case_key[rows])]
    number[rows], repeated[rows], _ = chained(requester[rows], reason[rows], created_s[rows], window_s)
    return number, repeated


def chained(
    requester: Integers, reason: Integers, created_s: Integers, window_s: int
) -> tuple[Integers, npt.NDArray[np.bool_], Integers]:
    """(contact_no, repeated, seconds since the one before) of contacts in order of requester, reason and time.

    Where none came before, or not within the window, it is 0 seconds since.
    """
    since = created_s[1:] - created_s[:-1]
    linked = (requester[1:] == requester[:-1]) & (reason[1:] == reason[:-1]) & (since <= window_s)
    after = np.r_[False, linked][: len(requester)]
    place = np.arange(len(requester))
    number = place - np.maximum.accumulate(np.where(after, 0, place)) + 1 if len(place) else place
    return number, np.r_[linked, False][: len(requester)], np.r_[0, np.where(linked, since, 0)][: len(requester)]
