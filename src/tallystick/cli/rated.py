"""The promises of a partner whose contracts have a rate card, for the commands about money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from tallystick.cli.home import Home
from tallystick.vocabulary.errors import NotFound, UsageError

if TYPE_CHECKING:
    from tallystick.verdicts.promise import Promise


def lake_of(home: Home) -> None:
    """Raise UsageError where there are no records yet."""
    from tallystick.records.commits import PROTOCOL_FILE

    if not (home.folder("lake") / PROTOCOL_FILE).is_file():
        raise UsageError("There are no records yet.", "`tally ingest FILE` takes them in.")


def rated_promises(
    home: Home, partner: str, contract: str, label: str, as_of: datetime, *, outside: bool = False
) -> list[Promise]:
    """The promises to a partner whose contracts have a rate card that charges a month; any month where `outside`."""
    from tallystick.verdicts.promise import contract_name, partners_of, texts_at

    partners: set[str] = set()
    known: list[str] = []
    found: list[Promise] = []
    for path in home.contracts:
        texts = texts_at(path)
        name, own = contract_name(texts), partners_of(texts, None)
        partners |= set(own)
        if partner not in own:
            continue
        known.append(name)
        if contract and contract != name:
            continue
        promise = _promise(home, texts, partner, as_of)
        span = promise.period(label)
        if span.kind != "month":
            raise UsageError(f"{label!r} is no month.", "An invoice is made for a month, such as 2026-03.")
        if (outside or promise.contract.charges_in(span.start_on, span.end_on)) and _charges(promise):
            found.append(promise)
    if partner not in partners:
        raise NotFound("partner with a contract", partner, tuple(sorted(partners)))
    if contract and contract not in known:
        raise NotFound(f"contract of {partner}", contract, tuple(known))
    if not found:
        raise not_rated(partner, label)
    return found


def not_rated(partner: str, label: str) -> UsageError:
    """What is said of a month for which no contract of a partner charges anything."""
    return UsageError(
        f"No contract of {partner} has a rate card for {label}.",
        "Write `charges` into its text: docs/guide/rate-cards.md shows how.",
    )


def promises_to(home: Home, partner: str, as_of: datetime) -> list[Promise]:
    """The promises of every contract with a partner, with a rate card or without; none where it has no contract."""
    from tallystick.verdicts.promise import partners_of, texts_at

    every = [texts_at(path) for path in home.contracts]
    return [_promise(home, texts, partner, as_of) for texts in every if partner in partners_of(texts, None)]


def _promise(home: Home, texts: Mapping[str, bytes], partner: str, as_of: datetime) -> Promise:
    from tallystick.contract.filed_relief import filed_relief
    from tallystick.verdicts.promise import contract_name, known_on, promise_of

    filed = filed_relief(home.root, contract_name(texts), partner)
    return promise_of(texts, partner, known_on(as_of), filed=filed)


def _charges(promise: Promise) -> bool:
    return any(text.charges for text in promise.contract.states())
