"""A calendar asks for the public holidays of a country or region that is not known.

Cause: `holidays.country` is no code of ISO 3166 that has a list of holidays, or `subdivision` is no region of it.
Cure: use the two letters of the country, or write the days under `own`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.public_holidays import Holidays


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for name, calendar in contract.calendars.items():
        for listed, path in calendar.all_holidays:
            try:
                Holidays(country=listed.country or "", subdivision=listed.subdivision or "")
            except UsageError as error:
                key = "subdivision" if listed.subdivision and listed.subdivision in error.message else "country"
                yield RULE.found(contract.place("calendars", name, *path, key), error.message, error.cure)


RULE = Rule(
    "TS-C033",
    Severity.ERROR,
    "Unknown country or region of holidays",
    "Use a code of ISO 3166, such as RO.",
    _look,
)
