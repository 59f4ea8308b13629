"""The signed document cannot be found beside the contract.

Cause: `document.file` leads nowhere, so nobody can compare the text with what was signed.
Cure: put the file there, or correct the path (relative to the contract's text).
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.document import document_path
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    found = document_path(contract)
    if found is not None and not found.is_file() and contract.document:
        yield RULE.found(contract.place("document", "file"), f"The document {contract.document.file} is not there.")


RULE = Rule(
    "TS-C080",
    Severity.WARNING,
    "The signed document is not here",
    "Put the document beside the contract, or correct the path.",
    _look,
)
