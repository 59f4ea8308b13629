"""Contacts of one customer about one reason: the k-th within the window, and whether another one followed.

A contact belongs to the chain of the one before it when it was opened at most `window_s` after it, by the same
requester for the same reason (no reason is a reason of its own). Excluded cases are no contacts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

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
    order = np.argsort(requester, kind="stable")
    ranked = requester[order]
    same = ranked[1:] == ranked[:-1]
    # Most customers write once: only the rows of those who wrote again are put in full order.
    again = np.r_[False, same] | np.r_[same, False]
    rows = order[again]
    if not len(rows):
        return number, repeated
    rows = rows[np.lexsort((case_key[rows], created_s[rows], reason[rows], requester[rows]))]
    linked = np.r_[
        False,
        (requester[rows[1:]] == requester[rows[:-1]])
        & (reason[rows[1:]] == reason[rows[:-1]])
        & (created_s[rows[1:]] - created_s[rows[:-1]] <= window_s),
    ]
    place = np.arange(len(rows))
    number[rows] = place - np.maximum.accumulate(np.where(linked, 0, place)) + 1
    repeated[rows] = np.r_[linked[1:], False]
    return number, repeated
