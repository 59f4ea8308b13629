"""Two time targets differ by a field that the clocks do not know.

Cause: a clock takes its target by programme, queue, channel, language and priority. Two clauses on the same clock
that differ only by `reason` or `initiated_by` would need two due moments for one case.
Cure: give both the same time, or separate them by another field.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.populations import clashing_targets
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    clashing = {(id(earlier), id(later)) for earlier, later in clashing_targets(contract)}
    for earlier, later in clashing_targets(contract, ignoring=("reason", "initiated_by")):
        same_time = (earlier.within, earlier.hours) == (later.within, later.hours)
        if not same_time and (id(earlier), id(later)) not in clashing:
            message = (
                f"Clauses {earlier.id} and {later.id} set different times that only reason or initiator tell apart."
            )
            yield RULE.found(contract.clause_place(later, "for"), message)


RULE = Rule(
    "TS-C060",
    Severity.ERROR,
    "A clock cannot tell these cases apart",
    "Give both clauses the same time, or separate them by language, channel, queue, programme or priority.",
    _look,
)
