"""Until when the price adjustments of a judged period can be claimed, whether they were, and whether in time.

A claim is written into the text (`claimed` of a `claim_deadline`), or made by closing the period. Who closed what on
which day is not known here: it is handed in, and where nobody can tell, nothing is said to have lapsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tallystick.contract.clauses.claim_deadline import LOST, ClaimDeadline, Claimed
from tallystick.contract.model import Contract
from tallystick.contract.past import IN_EFFECT
from tallystick.verdicts.measured import part_in_term
from tallystick.verdicts.past import money_in
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.store import Judged
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period

OPEN, IN_TIME, LATE, LAPSED, UNKNOWN, AUTOMATIC = (
    "open", "claimed in time", "claimed late", "lapsed", "no claim known", "automatic",
)  # fmt: skip


@dataclass(frozen=True)
class ClaimState:
    """The adjustments of one period under one deadline: the last day to claim them, the claim, and how that stands.

    `clause` is the deadline's clause, empty under the contract's own `claims` and where no claim is needed.
    """

    period: str
    amount: Money
    until: date | None
    claimed: date | None
    state: str
    clause: str = ""


def claim_states(contract: Contract, record: Judged, on: date, closed: Mapping[str, date] | None) -> list[ClaimState]:
    """How the claims of a judging stand on a day, one for each deadline that has something to claim.

    `closed` are the days on which periods of its contract and partner were closed; None where nobody can tell. The
    text is the one in force for the period. A credit that several clauses name belongs to the first of them.
    """
    statement = record.statement
    if statement is None:
        return []
    period = part_in_term(contract, Period.parse(record.period, record.zone), record.known_on)
    first = max(period.start_on, contract.term.from_on)
    text = contract.in_force(first, record.known_on)
    found = []
    for rule, amount in _amounts(text, first, statement):
        deadline = rule if rule is not None else text.claims
        if deadline is None:
            found.append(ClaimState(record.period, amount, None, None, AUTOMATIC))
        else:
            until = deadline.until(period.last_on)
            written = rule.claim_of(record.period, record.partner) if rule is not None else None
            claimed, state = claim_of(until, written, on, record.period, closed)
            found.append(ClaimState(record.period, amount, until, claimed, state, rule.id if rule is not None else ""))
    return [one for one in found if one.amount.amount]


def claim_of(
    until: date, written: Claimed | None, on: date, period: str, closed: Mapping[str, date] | None
) -> tuple[date | None, str]:
    """The day of a claim and how it stands: what the text says comes before the day on which the period was closed."""
    if written is not None:
        return written.on, LOST if written.on > until else IN_TIME
    day = (closed or {}).get(period)
    if day is not None:
        return day, LATE if day > until else IN_TIME
    if on <= until:
        return None, OPEN
    return None, UNKNOWN if closed is None else LAPSED


def has_deadline(text: Contract) -> bool:
    """Whether a text lets adjustments lapse that nobody claims, on whichever day of the term."""
    # One that has retired counts too: what was judged while it was in effect can still be claimed, or has lapsed.
    deadlines = [clause for clause in text.clauses if isinstance(clause, ClaimDeadline)]
    return text.claims is not None or any(
        not one.state or any(part.as_state == IN_EFFECT for part in one.state) for one in deadlines
    )


def _amounts(text: Contract, on: date, statement: Statement) -> Iterator[tuple[ClaimDeadline | None, Money]]:
    """What is left to claim under each deadline in effect, with what lateness took; last, under None, the rest.

    Clauses that name credits come before those that hold for all.
    """
    zero = Money.zero(statement.currency)
    rest = {line.clause: line.payable for line in statement.lines if line.payable.amount > 0}
    rules = [one for one in text.clauses if isinstance(one, ClaimDeadline) and one.state_on(on) == IN_EFFECT]
    for rule in sorted(rules, key=lambda one: not one.credits):
        covered = rule.covered(text, on)
        own = sum((rest.pop(name) for name in list(rest) if name in covered), zero)
        lost = [money_in(step.result) for step in statement.caps if (step.clause, step.label) == (rule.id, LOST)]
        yield rule, sum(filter(None, lost), own)
    yield None, sum(rest.values(), zero)
