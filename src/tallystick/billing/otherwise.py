"""What would be otherwise: keys of the text, and how much is counted; read from what a person writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from tallystick.billing.invoice import Span
from tallystick.billing.quantities import Source, Tally, request_of
from tallystick.contract.model import Contract
from tallystick.measures.measure import MeasureRequest, measure_of
from tallystick.vocabulary.errors import NotFound, UsageError

# Facts that do not come with volume: costs passed on, people trained, certificates.
BESIDE_VOLUME = frozenset({"cost_line", "course_taken", "certificate"})


@dataclass(frozen=True)
class TermChange:
    """One key of a clause, a charge or a fee, and what it would say; an empty text takes the key out."""

    part: str
    key: str
    value: str

    @classmethod
    def parse(cls, text: str) -> TermChange:
        """`S1.target=92%` as a change; raises UsageError for anything else."""
        named, equals, value = text.partition("=")
        part, dot, key = named.strip().rpartition(".")
        if not (equals and dot and part and key):
            raise UsageError(
                f"{text!r} is no change.", "Write the part, its key and a value: S1.target=92%, MIN.rate=0.55."
            )
        return cls(part, key, value.strip())


@dataclass(frozen=True)
class VolumeChange:
    """What is counted for a charge (empty: for all that comes with volume), times a factor."""

    charge: str
    factor: Fraction

    @classmethod
    def parse(cls, text: str) -> VolumeChange:
        """`+10%`, `-5%` or `MIN=+10%` as a change; raises UsageError for anything else."""
        charge, equals, share = text.rpartition("=")
        said = share.strip().removesuffix("%")
        try:
            factor = 1 + Fraction(said) / 100
        except (ValueError, ZeroDivisionError) as error:
            raise UsageError(f"{text!r} is no change of volume.", "Write +10%, -5% or MIN=+10%.") from error
        if not share.strip().endswith("%") or factor < 0 or (equals and not charge.strip()):
            raise UsageError(f"{text!r} is no change of volume.", "Write +10%, -5% or MIN=+10%.")
        return cls(charge.strip(), factor)


@dataclass(frozen=True)
class Changes:
    """Everything that would be otherwise."""

    terms: tuple[TermChange, ...] = ()
    volumes: tuple[VolumeChange, ...] = ()


@dataclass(frozen=True)
class ScaledSource:
    """Quantities times a factor from a day on: of everything that comes with volume, and of some requests again."""

    known: Source
    from_on: date
    everything: Fraction
    own: Mapping[MeasureRequest, Fraction]

    def is_open(self, calendar: str, on: date) -> bool:
        """Whether a calendar is open on a day."""
        return self.known.is_open(calendar, on)

    def tally(self, request: MeasureRequest, spans: tuple[Span, ...]) -> Tally:
        """What a request came to over spans, their days from `from_on` on scaled."""
        found = self.known.tally(request, spans)
        factor = self.own.get(request, Fraction(1))
        if measure_of(request).fact not in BESIDE_VOLUME:
            factor *= self.everything
        later = tuple((max(begin, self.from_on), end) for begin, end in spans if end > self.from_on)
        if found.value is None or factor == 1 or not later:
            return found
        return replace(
            found, value=found.value + (factor - 1) * (self.known.tally(request, later).value or Fraction(0))
        )


def asked_by(contract: Contract, charge: str) -> set[MeasureRequest]:
    """Everything that a charge counts, in any text that can be in force; raises NotFound for a charge that is none."""
    found: set[MeasureRequest] = set()
    ids: dict[str, None] = {}
    for text in contract.states():
        for one in text.charges:
            ids[one.id] = None
            if one.id == charge:
                asked = [part for role in one.roles(text).values() for part in role.of]
                found |= {request for part in asked if (request := request_of(contract, part)) is not None}
    if charge not in ids:
        raise NotFound("charge", charge, tuple(ids))
    return found


def as_amended(contract: Contract, change: TermChange) -> dict[str, Any]:
    """A change as an amendment writes it."""
    kinds = {"clause": [], "charge": [], "fee": []}  # type: dict[str, list[str]]
    for text in contract.states():
        kinds["clause"] += [one.id for one in text.clauses]
        kinds["charge"] += [one.id for one in text.charges]
        kinds["fee"] += list(text.fees)
    kind = next((kind for kind, names in kinds.items() if change.part in names), None)
    if kind is None:
        known = dict.fromkeys(name for names in kinds.values() for name in names)
        raise NotFound("clause, charge or fee", change.part, tuple(known))
    return {kind: change.part, "set": {change.key: _value(change.value)}}


def _value(text: str) -> Any:
    """A value as the text of a contract has it: words stay words, brackets are lists and mappings."""
    if not text:
        return None
    if text[0] not in "[{":
        return text
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="base").load(text)
    except YAMLError as error:
        raise UsageError(f"{text!r} cannot be read.", "Write lists and mappings as in the contract's text.") from error
