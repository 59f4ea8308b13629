"""The signed document has no digest.

Cause: without its SHA-256 the file can be exchanged and nobody would notice.
Cure: add `sha256`; `sha256sum FILE` prints it. The finding shows it where the file is here.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.document import document_digest
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if contract.document is not None and contract.document.sha256 is None:
        actual = document_digest(contract)
        cure = f"Add `sha256: {actual}`." if actual else ""
        message = f"The document {contract.document.file} is named without its SHA-256."
        yield RULE.found(contract.place("document"), message, cure)


RULE = Rule(
    "TS-C081",
    Severity.WARNING,
    "The signed document is not pinned",
    "Add its SHA-256: `sha256sum FILE`.",
    _look,
)
