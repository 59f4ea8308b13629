"""A time zone is unknown.

Cause: `zone` is no name of the IANA time zone database. Abbreviations such as EET or CET say nothing about summer
time and differ from country to country.
Cure: use the name of a city's zone, such as Europe/Bucharest.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.zones import named_zone


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    named: list[tuple[tuple[str, ...], str]] = [(("zone",), contract.zone)]
    named += [(("sites", name, "zone"), site.zone) for name, site in contract.sites.items() if site.zone]
    named += [(("calendars", name, "zone"), part.zone) for name, part in contract.calendars.items() if part.zone]
    for path, zone in named:
        try:
            named_zone(zone)
        except UsageError as error:
            yield RULE.found(contract.place(*path), error.message, error.cure, zone)


RULE = Rule(
    "TS-C031",
    Severity.ERROR,
    "Unknown time zone",
    "Use an IANA name such as Europe/Bucharest.",
    _look,
)
