"""What would be otherwise: keys of the text, and how much is counted; read from what a person writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from tallystick.billing.invoice import Span
from tallystick.billing.quantities import Source, Tally, request_of
from tallystick.contract.check import check
from tallystick.contract.model import Contract
from tallystick.measures.measure import MeasureRequest, measure_of
from tallystick.verdicts.cards import measure_cards
from tallystick.vocabulary.errors import NotFound, UsageError
from tallystick.vocabulary.finding import Finding, Severity

# Facts that do not come with volume: costs passed on, people trained, certificates.
BESIDE_VOLUME = frozenset({"cost_line", "course_taken", "certificate"})
# A change in per cent: no more digits than a volume can have, and none of the exponents that make a number endless.
_SHARE = re.compile(r"([+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?) ?%")


@dataclass(frozen=True)
class TermChange:
    """One key of a clause, a charge or a fee, and what it would say; an empty text takes the key out.

    `path` is the part's id and the key, or keys inside the key: `S1.target`, `W.weights.S1`.
    """

    path: str
    value: str

    @classmethod
    def parse(cls, text: str) -> TermChange:
        """`S1.target=92%` as a change; raises UsageError for anything else."""
        path, equals, value = text.partition("=")
        names = path.strip().split(".")
        if not equals or len(names) < 2 or not all(names):
            raise UsageError(
                f"{text!r} is no change.", "Write the part, its key and a value: S1.target=92%, MIN.rate=0.55."
            )
        return cls(path.strip(), value.strip())


@dataclass(frozen=True)
class VolumeChange:
    """What is counted for a charge (empty: for all that comes with volume), times a factor."""

    charge: str
    factor: Fraction

    @classmethod
    def parse(cls, text: str) -> VolumeChange:
        """`+10%`, `-5%` or `MIN=+10%` as a change; raises UsageError for anything else."""
        charge, equals, share = text.rpartition("=")
        said = _SHARE.fullmatch(share.strip())
        factor = 1 + Fraction(said[1]) / 100 if said else None
        if factor is None or factor < 0 or (equals and not charge.strip()):
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


def as_amended(contract: Contract, text: Contract, changes: Iterable[TermChange]) -> list[dict[str, Any]]:
    """Changes as an amendment of a contract writes them, upon the text in force on its day.

    A key inside a key keeps what stands beside it. Raises NotFound for a part that no text has, UsageError for a key
    inside one that is no mapping.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for change in changes:
        kind, part, keys = _part_of(contract, change.path)
        said = found.setdefault((kind, part), {})
        first, *inside = keys
        if not inside:
            said[first] = _value(change.value)
            continue
        whole = said[first] if first in said else _entry(text, kind, part).get(first)
        said[first] = _with(whole, inside, _value(change.value), change.path)
    return [{kind: part, "set": said} for (kind, part), said in found.items()]


def standing_in(contract: Contract, text: Contract, changes: Iterable[TermChange]) -> tuple[TermChange, ...]:
    """Of changes those of a part that a text of the contract has; raises NotFound for a part that no text has."""
    there = _parts_of(text)
    found = []
    for change in changes:
        kind, part, _ = _part_of(contract, change.path)
        if part in there[kind]:
            found.append(change)
    return tuple(found)


def _parts_of(text: Contract) -> dict[str, list[str]]:
    return {
        "clause": [one.id for one in text.clauses],
        "charge": [one.id for one in text.charges],
        "fee": list(text.fees),
    }


def _part_of(contract: Contract, path: str) -> tuple[str, str, list[str]]:
    """Which part a path names (ids may hold dots, so the longest that is one), and the keys behind it."""
    kinds: dict[str, list[str]] = {"clause": [], "charge": [], "fee": []}
    for text in contract.states():
        for one, ids in _parts_of(text).items():
            kinds[one] += ids
    names = path.split(".")
    for many in range(len(names) - 1, 0, -1):
        part = ".".join(names[:many])
        kind = next((kind for kind, known in kinds.items() if part in known), None)
        if kind is not None:
            return kind, part, names[many:]
    raise NotFound(
        "clause, charge or fee", names[0], tuple(dict.fromkeys(one for known in kinds.values() for one in known))
    )


def _entry(text: Contract, kind: str, part: str) -> dict[str, Any]:
    """A part as the text has it, as plain values; nothing where it is not there on that day, or is a fee.

    No key of a fee holds keys.
    """
    if kind == "fee":
        return {}
    listed = text.tree.plain().get(f"{kind}s") or ()
    return next((dict(one) for one in listed if one.get("id") == part), {})


def _with(whole: Any, keys: Sequence[str], value: Any, path: str) -> Any:
    """A mapping with one key inside it set, or taken out for None."""
    if not isinstance(whole, dict):
        raise UsageError(f"{path} names a key inside one that holds no keys.", "Give the whole key its value.")
    first, *rest = keys
    new = _with(whole.get(first, {}), rest, value, path) if rest else value
    return {name: part for name, part in {**whole, first: new}.items() if part is not None}


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


def hold_to_rules(made: Contract, contract: Contract) -> None:
    """Raise UsageError where a changed text breaks a rule of contract texts that the unchanged one keeps."""
    cards = measure_cards()

    def errors(text: Contract) -> dict[tuple[str, str], Finding]:
        # The two are written down otherwise, so that an error is known by what it says and not by its place.
        return {(one.id, one.message): one for one in check(text, cards) if one.severity is Severity.ERROR}

    known = errors(contract)
    refuse([one for name, one in errors(made).items() if name not in known])


def refuse(found: Sequence[Finding]) -> None:
    """Raise UsageError with the first of some findings, without its place: that is in a text which nobody wrote."""
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise UsageError(f"The text cannot say that: {found[0].id}, {found[0].message}{more}", found[0].cure)
