"""A caller's mistake or an outside failure: one class per cause, its sentence in the constructor.

    TallystickError
    ├── UsageError              the request itself is wrong                       exit 2
    ├── DataError               the data refuse what was asked                    exit 3
    │   ├── DamagedContainer    a file cannot be read as what it claims to be
    │   ├── StrictRefusal       --strict met at least one bad row
    │   ├── NotFound            nothing of that name is here
    │   └── Ambiguous           several things bear that name                 exit 2
    ├── ScopeError              a read outside, or without, a scope               exit 4
    ├── IntegrityError          bytes differ from what was signed or pinned       exit 1
    └── Unavailable             an outside service did not answer, try again      exit 5

Trouble inside a text or a data file is not an error but a `Finding`.
"""

from __future__ import annotations


class TallystickError(Exception):
    """Root of the family. `exit_code` is what the command line ends with, `cure` what to do next."""

    exit_code = 2
    permanent = True

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure


class UsageError(TallystickError):
    """The request is wrong: an unknown name, an impossible combination."""


class DataError(TallystickError):
    """The data refuse what was asked."""

    exit_code = 3


class DamagedContainer(DataError):
    """A file cannot be read as what it claims to be, so nothing of it is taken in.

    `rule` is the finding's id (`TS-I…`), `place` a file with, where known, a row or byte.
    """

    def __init__(self, rule: str, file: str, message: str, cure: str) -> None:
        super().__init__(f"{file}: {message}", cure)
        self.rule = rule
        self.file = file


class StrictRefusal(DataError):
    """`--strict` was asked for and at least one row is bad, so nothing was stored."""

    def __init__(self, file: str, rejected: int) -> None:
        super().__init__(
            f"{file}: {rejected} bad row(s); --strict stores nothing.",
            "Correct the rows named above, or run again without --strict.",
        )
        self.rejected = rejected


LISTS = {
    "verdict": "verdicts",
    "judged period": "verdicts",
    "contract": "contracts",
    "measure": "kpis",
    "connector": "connectors",
    "rule": "rules",
}


class NotFound(DataError):
    """Nothing of that name is here; `near` are names that look alike. Without a name: there is none of it yet."""

    exit_code = 2

    def __init__(self, what: str, name: str, near: tuple[str, ...] = ()) -> None:
        known = f"`tally list {LISTS[what]}` shows them all." if what in LISTS else "Check the name."
        hint = f"Did you mean {', '.join(near)}?" if near else known
        super().__init__(f"There is no {what} named {name!r}." if name else f"There is no {what} yet.", hint)
        self.near = near


class Ambiguous(DataError):
    """Several things bear a short name; `choices` are their whole names."""

    exit_code = 2

    def __init__(self, what: str, name: str, choices: tuple[str, ...]) -> None:
        super().__init__(f"{name!r} names {len(choices)} {what}s.", f"Write one of them whole: {', '.join(choices)}.")
        self.choices = choices


class ScopeError(TallystickError):
    """A read outside, or without, a scope."""

    exit_code = 4


class IntegrityError(TallystickError):
    """Bytes differ from what was signed or pinned."""

    exit_code = 1


class Unavailable(TallystickError):
    """An outside service did not answer; trying again may help."""

    exit_code = 5
    permanent = False
