"""The signed document is not the one whose digest the text holds.

Cause: the file beside the contract has another SHA-256 than `document.sha256`.
Cure: restore the signed file; a new document means an amendment.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.document import document_digest
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    said = contract.document.sha256 if contract.document else None
    actual = document_digest(contract) if said else None
    if said and actual and said.lower() != actual:
        message = f"The document has the SHA-256 {actual[:12]}…, the text says {said[:12]}…."
        yield RULE.found(contract.place("document", "sha256"), message)


RULE = Rule(
    "TS-C082",
    Severity.ERROR,
    "The signed document has changed",
    "Restore the signed file, or have the change signed.",
    _look,
)
