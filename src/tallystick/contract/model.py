"""The contract as a typed value, with the place of each of its parts, and its history.

Two times matter (bitemporal): from when an amendment is *effective*, and from when both sides *knew* it. A verdict
for January as of 5 February uses what was known on 5 February; once an amendment with an earlier effective day
becomes known, the period is restated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from pydantic import Field, PrivateAttr, SerializeAsAny, model_validator

from tallystick.contract.billing_terms import BillingTerms, Series
from tallystick.contract.charge import Charge
from tallystick.contract.clause import Clause, applied_order
from tallystick.contract.counted import CountedClause, credit_words
from tallystick.contract.opening_hours import Calendar
from tallystick.contract.past import months_after
from tallystick.contract.quantity import Day, parse_date
from tallystick.contract.section import (
    DAY,
    Amendment,
    Claims,
    Definitions,
    Document,
    Example,
    Fee,
    Name,
    Party,
    Programme,
    ReliefEvent,
    Section,
    Site,
    Term,
    Text,
    Words,
)
from tallystick.contract.text_tree import Mark, Node
from tallystick.vocabulary.calendar import BusinessCalendar
from tallystick.vocabulary.finding import Place
from tallystick.vocabulary.money import Money

YEAR = timedelta(days=366)


class Queue(Section):
    """A queue of the helpdesk that the contract speaks of."""

    title: str | None = None
    programme: Name | None = None
    shared: bool = Field(default=False, description="Whether its agents work for other clients too.")


class Contract(Section):
    """One contract's text, typed. Made by `load`; `in_force` gives the text as amended."""

    tallystick: int = Field(ge=1, le=1, description="Version of this format.")
    contract: Name
    title: Text
    client: Party
    partner: Party | None = None
    partners: tuple[Party, ...] = ()
    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217.")
    zone: str
    term: Term
    claims: Claims | None = None
    signed: Day | None = None
    include: Words = ()
    document: Document | None = None
    sites: dict[Name, Site] = Field(default_factory=dict)
    calendars: dict[Name, Calendar] = Field(default_factory=dict)
    queues: dict[Name, Queue] = Field(default_factory=dict)
    programmes: dict[Name, Programme] = Field(default_factory=dict)
    definitions: Definitions = Definitions()
    fees: dict[Name, Fee] = Field(default_factory=dict)
    clauses: tuple[SerializeAsAny[Clause], ...] = ()
    charges: tuple[SerializeAsAny[Charge], ...] = ()
    series: dict[Name, Series] = Field(default_factory=dict)
    billing: BillingTerms = BillingTerms.model_validate({})
    relief: tuple[ReliefEvent, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    examples: tuple[Example, ...] = ()

    _tree: Node = PrivateAttr()
    _files: dict[str, str] = PrivateAttr(default_factory=dict)
    _declared: dict[str, frozenset[str]] = PrivateAttr(default_factory=dict)
    _applied: tuple[str, ...] = PrivateAttr(default=())
    _states: dict[Any, Contract] = PrivateAttr(default_factory=dict)
    _folder: Any = PrivateAttr(default=None)
    _original: Contract | None = PrivateAttr(default=None)
    _amend: Callable[[Contract, tuple[str, ...]], Contract] | None = PrivateAttr(default=None)
    _ends_as_signed: bool = PrivateAttr(default=False)
    _partial: bool = PrivateAttr(default=False)
    _assumed: frozenset[str] = PrivateAttr(default=frozenset())
    _lost: frozenset[str] = PrivateAttr(default=frozenset())
    _order: tuple[tuple[Clause, ...], tuple[tuple[Clause, tuple[str, ...]], ...]] | None = PrivateAttr(default=None)
    _mended: tuple[tuple[Contract, frozenset[Place]], ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _one_kind_of_partner(self) -> Contract:
        if bool(self.partner) == bool(self.partners):
            raise ValueError("a contract names either `partner` or `partners`")
        return self

    # ------------------------------------------------------------------ parts

    @property
    def parties(self) -> tuple[Party, ...]:
        """The partners for whom the text holds, one verdict each."""
        return self.partners or ((self.partner,) if self.partner else ())

    @property
    def partner_ids(self) -> tuple[str, ...]:
        """Their ids in the records."""
        return tuple(party.id for party in self.parties)

    def clause(self, clause_id: str) -> Clause | None:
        """The clause of that id, or None."""
        return next((clause for clause in self.clauses if clause.id == clause_id), None)

    def charge(self, charge_id: str) -> Charge | None:
        """The charge of that id, or None."""
        return next((charge for charge in self.charges if charge.id == charge_id), None)

    @property
    def counted(self) -> tuple[CountedClause, ...]:
        """The clauses that hold a measure against a level."""
        return tuple(clause for clause in self.clauses if isinstance(clause, CountedClause))

    @property
    def in_order(self) -> tuple[tuple[Clause, tuple[str, ...]], ...]:
        """The clauses in the order in which they are applied, each with the ids of those that it needs."""
        # A copy with other clauses keeps what is private, so what was kept holds for the very same clauses only.
        if self._order is None or self._order[0] is not self.clauses:
            ordered = tuple((clause, clause.needs(self)) for clause in applied_order(self))
            self._order = (self.clauses, ordered)
        return self._order[1]

    def period_rule_of(self, clause: CountedClause) -> str | None:
        """The clause's period rule, or the contract's."""
        return clause.period_rule or self.definitions.period_rule

    def attribution_of(self, clause: CountedClause) -> str | None:
        """The clause's attribution rule, or the contract's."""
        return clause.attribution or self.definitions.attribution

    def fee(self, name: str) -> Money | None:
        """A fee of the text, or None."""
        found = self.fees.get(name)
        return Money(found.amount, found.currency or self.currency) if found else None

    def fee_words(self, name: str) -> str:
        """A fee in words: the monthly fee “monthly” of EUR 120,000.00."""
        found, money = self.fees.get(name), self.fee(name)
        if found is None or money is None:
            return f"the fee “{name}”"
        return f"the {found.per}ly fee “{found.title or name}” ({credit_words(money)})"

    # ------------------------------------------------------------------ time

    @property
    def term_months(self) -> int:
        """Months that the term touches."""
        first, last = self.term.from_on, self.term.to_on
        return (last.year - first.year) * 12 + last.month - first.month + 1

    @property
    def whole_term(self) -> Term:
        """The term with the last day that all amendments leave it, whichever text of the contract this one is."""
        return self.whole_term_by(None)

    def whole_term_by(self, known_on: date | None) -> Term:
        """The whole term by what was known on a day (None: by all that is written)."""
        if self.original._ends_as_signed:  # noqa: SLF001 - it is another text of this very contract
            return self.term
        return self.term.model_copy(update={"to_on": self.last_day_by(date.max, known_on)})

    def last_day_by(self, on: date, known_on: date | None = None) -> date:
        """The last day of the term by the amendments effective by `on` that were known by `known_on` (None: all)."""
        moved = [to_on for part in self.amendments_at(on, known_on) for to_on in _ends(part)]
        return [self.original.term.to_on, *moved][-1]

    def charges_in(self, first_on: date, end_on: date) -> bool:
        """Whether days [first_on, end_on) touch the whole term, or settle a month that does."""
        later = (charge.months_later or 0 for text in self.states() for charge in text.charges)
        since = months_after(first_on, -max(later, default=0))
        return self.term.from_on < end_on and min(first_on, since) <= self.whole_term.to_on

    def ending_as_signed(self) -> Contract:
        """A copy of which no amendment moves the end of the whole term, as before version 5 of judging."""
        if not any(_ends(part) for part in self.amendments):
            return self
        return self.original.model_copy()._ending_as_signed()  # noqa: SLF001 - a copy of this very contract

    def _ending_as_signed(self) -> Contract:
        self._states, self._ends_as_signed = {}, True
        return self

    @property
    def horizon(self) -> tuple[date, date]:
        """The days for which calendars are materialised: a year before the term to a year after it, half-open."""
        return self.term.from_on - YEAR, self.whole_term.to_on + YEAR + DAY

    @property
    def default_calendar(self) -> str | None:
        """The calendar of cases that belong to no programme: the one the definitions name, or the only one."""
        if self.definitions.calendar:
            return self.definitions.calendar
        return next(iter(self.calendars)) if len(self.calendars) == 1 else None

    def calendar_of(self, programme: str | None) -> str | None:
        """The calendar of a programme, or the default."""
        found = self.programmes.get(programme) if programme else None
        return found.calendar if found and found.calendar else self.default_calendar

    def business_calendar(self, name: str) -> BusinessCalendar:
        """A calendar of the text, ready to be materialised."""
        return self.calendars[name].business(self.zone)

    # ------------------------------------------------------------------ history

    @property
    def applied(self) -> tuple[str, ...]:
        """Ids of the amendments that this text already contains."""
        return self._applied

    @property
    def version(self) -> str:
        """Which text this is: `original`, or the amendments it contains."""
        return "+".join(self._applied) or "original"

    def amendments_at(self, on: date, known_on: date | None = None) -> tuple[Amendment, ...]:
        """Amendments effective by `on` that were known by `known_on` (None: all that are written), oldest first."""
        indexed = [
            (part.effective, index, part)
            for index, part in enumerate(self.amendments)
            if part.effective <= on and (known_on is None or part.known_on <= known_on)
        ]
        return tuple(part for _, _, part in sorted(indexed, key=lambda entry: entry[:2]))

    def in_force(self, on: date, known_on: date | None = None) -> Contract:
        """The contract as it holds on a day, by what was known on `known_on` (None: by all that is written).

        Raises DataError where an amendment does not fit the text it changes; `load` has reported it already.
        """
        wanted = tuple(part.id for part in self.amendments_at(on, known_on))
        return self.original.with_amendments(wanted)

    def at(self, on: date) -> Contract:
        """This text with the levels that hold on a day, where targets move over time; else the text itself."""
        if not any(clause.glide for clause in self.counted):
            return self
        clauses = tuple(one.at(on) if isinstance(one, CountedClause) else one for one in self.clauses)
        return self.model_copy(update={"clauses": clauses}).made_of(self.original)

    def made_of(self, original: Contract) -> Contract:
        """This copy, which asks the text as signed what stood before: its own levels have moved."""
        self._original = original
        return self

    def stages(self) -> tuple[Contract, ...]:
        """The texts that this one was before: the original, and with each of the amendments it contains added."""
        return tuple(self.original.with_amendments(self._applied[:count]) for count in range(len(self._applied)))

    def as_it_stood(self, on: date) -> Contract:
        """This text as it was on an earlier day: of the amendments it contains those effective by then."""
        known = tuple(part.id for part in self.amendments_at(on) if part.id in self._applied)
        return self.original.with_amendments(known).at(on)

    @property
    def original(self) -> Contract:
        """The text as signed, without amendments."""
        return self._original or self

    def with_amendments(self, wanted: tuple[str, ...]) -> Contract:
        """The original with the amendments named, in that order; made once for each selection."""
        if not wanted:
            return self
        if wanted not in self._states:
            if self._amend is None:
                raise TypeError("a contract with amendments is made by load, which brings what applies them")
            self._states[wanted] = self._amend(self, wanted)
        return self._states[wanted]

    def changes_between(self, known_on: date | None = None) -> tuple[date, ...]:
        """The days on which the text changes, by what was known on `known_on`: the term's start, then amendments."""
        days = {part.effective for part in self.amendments if known_on is None or part.known_on <= known_on}
        return (self.term.from_on, *sorted(day for day in days if day > self.term.from_on))

    def states(self) -> tuple[Contract, ...]:
        """Every text that can be in force: on each day of change, by what was known on each day of knowledge."""
        known_days = [None, *sorted({part.known_on for part in self.amendments})]
        found = [self.original]
        for known in known_days:
            for day in self.changes_between():
                state = self.in_force(day, known)
                if all(state is not one for one in found):
                    found.append(state)
        return tuple(found)

    @property
    def has_card(self) -> bool:
        """Whether any of its texts has a rate card."""
        return any(text.charges for text in self.states())

    # ------------------------------------------------------------------ places

    @property
    def tree(self) -> Node:
        """The text as a tree with places."""
        return self._tree

    @property
    def files(self) -> Mapping[str, str]:
        """SHA-256 of each text that was read, by its path as findings show it; line ends count as one."""
        return self._files

    @property
    def folder(self) -> Any:
        """The folder of the contract's file, or None for a text that was given as such."""
        return self._folder

    def declared(self, kind: str) -> frozenset[str]:
        """Names that the text declares, broken entries included: clauses, calendars, programmes, sites, fees."""
        return self._declared.get(kind, frozenset())

    @property
    def is_partial(self) -> bool:
        """Whether broken parts were taken out, so that only the rest can be looked at; a loaded contract is whole."""
        return self._partial

    def assumed(self, key: str) -> bool:
        """Whether a required part was broken and something stands in for it."""
        return key in self._assumed

    def lost(self, kinds: Iterable[str]) -> bool:
        """Whether entries of one of these parts (clauses, definitions, examples ...) were broken and taken out."""
        return not self._lost.isdisjoint(kinds)

    @property
    def mended(self) -> tuple[tuple[Contract, frozenset[Place]], ...]:
        """This sound part with each broken clause, without its broken keys; and where its other keys stand."""
        return self._mended

    def as_part(
        self,
        assumed: Iterable[str],
        lost: Iterable[str] = (),
        mended: Iterable[tuple[Contract, frozenset[Place]]] = (),
    ) -> Contract:
        """This contract, marked as what is sound of a broken text."""
        self._partial, self._assumed = True, frozenset(assumed)
        self._lost, self._mended = frozenset(lost), tuple(mended)
        return self

    def mark(self, *path: str | int) -> Mark:
        """Where a part of the text stands."""
        return self._tree.find(*path)

    def place(self, *path: str | int) -> Place:
        """Where a part of the text stands, as a finding's place."""
        return self.mark(*path).place

    def clause_place(self, clause: Clause, *path: str | int) -> Place:
        """Where a part of a clause stands."""
        index = next((i for i, one in enumerate(self.clauses) if one is clause), 0)
        return self.place("clauses", index, *path)

    def charge_place(self, charge: Charge, *path: str | int) -> Place:
        """Where a part of a charge stands."""
        index = next((i for i, one in enumerate(self.charges) if one is charge), 0)
        return self.place("charges", index, *path)

    def bound(
        self,
        tree: Node,
        files: Mapping[str, str],
        declared: Mapping[str, Iterable[str]],
        applied: tuple[str, ...],
        folder: Any,
        original: Contract | None = None,
        amend: Callable[[Contract, tuple[str, ...]], Contract] | None = None,
    ) -> Contract:
        """This contract, tied to the tree it was read from; called once, by the reader.

        An amendment changes the tree, which is then read again. The reader brings that as `amend`, so that the
        contract need not know how it is read; an amended text has its `original` instead.
        """
        self._tree = tree
        self._files = dict(files)
        self._declared = {kind: frozenset(names) for kind, names in declared.items()}
        self._applied = applied
        self._folder = folder
        self._original = original
        self._amend = amend
        return self


def _ends(amendment: Amendment) -> list[date]:
    """The last days of the term that an amendment writes; one that is no day is told where the text is read."""
    found = []
    for change in amendment.changes:
        with suppress(ValueError, KeyError):
            found += [parse_date(change.set["to"])] if change.section == "term" else []
    return found
