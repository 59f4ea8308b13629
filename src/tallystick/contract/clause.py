"""What every kind of clause shares, and what a clause is given when it is applied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from pydantic import Field

from tallystick.contract.past import IN_EFFECT, NO_PAST, Past, months_after, months_before
from tallystick.contract.section import Name, Section, Source, StateFrom, Term
from tallystick.registry import load_folder, load_one
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

PACKAGE = "tallystick.contract.clauses"

MET = "met"
MISSED = "missed"
EXCUSED = "excused"
NOT_ASSESSABLE = "not assessable"
PROVISIONAL = "provisional"

# Labels of the steps that others read.
VALUE = "value"
OUTCOME = "outcome"
CREDIT = "credit"
POINTS = "points"
COMPARED = "compared value"

# The version of judging by which clauses are applied where nobody asks for an older one.
NEWEST_RULES = 5

# The order in which clauses are applied: what takes a miss away, what is judged and what follows, what strikes credits
# out, what limits their sum, what is lost by lateness, what comes back or waits, and what looks at all of it.
EXCUSES, FOLLOWS, STRIKES, LIMITS, LAPSES, RETURNS, LOOKS = range(-1, 6)


@dataclass(frozen=True)
class Values:
    """What a clause needs to be applied to one partner and period; nothing in it is looked up.

    `measured` and `better` (higher or lower) are by clause id; `outcomes` are what was judged of clauses already
    applied (relief and provisional data included), `credits` what they led to. `earlier` is what a cap's span has
    used up before this period, by cap id. `fees` replaces the fees of the text where the invoice says otherwise.
    `past` is what earlier periods ended in. `points` and `compared` are by clause id what clauses without a measure of
    their own came to; `payable` is what limits have left of `credits`, and `reached` the caps that left nothing more.
    `label`, `from_on` and `end_on` (half-open) name the period, `partner` whose it is. `rules` is the version of
    judging by which clauses are applied (`verdicts.judge_version` says what the older ones did otherwise), `known_on`
    the day whose knowledge counts (None: all that is written).
    """

    contract: Contract
    on: date
    measured: Mapping[str, MeasureValue] = field(default_factory=dict)
    better: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    credits: Mapping[str, Money] = field(default_factory=dict)
    earlier: Mapping[str, Money] = field(default_factory=dict)
    fees: Mapping[str, Money] = field(default_factory=dict)
    past: Past = NO_PAST
    points: Mapping[str, Fraction] = field(default_factory=dict)
    compared: Mapping[str, Fraction] = field(default_factory=dict)
    payable: Mapping[str, Money] = field(default_factory=dict)
    reached: frozenset[str] = frozenset()
    label: str = ""
    from_on: date | None = None
    end_on: date | None = None
    partner: str = ""
    rules: int = NEWEST_RULES
    known_on: date | None = None

    @property
    def term(self) -> Term:
        """The term to the end that all amendments leave it, so that every text sees the same; before 5 the text's."""
        return self.contract.term if self.rules < 5 else self.contract.whole_term_by(self.known_on)

    @property
    def begins_on(self) -> date:
        """The first day of the period; without a period, the day of the text."""
        return self.from_on or self.on

    def since(self, months: int) -> date:
        """The first day of so many months that end with this period; with its first month, where no end is known."""
        if self.end_on is None or self.rules < 5:
            return months_after(self.begins_on, 1 - months)
        return months_before(self.end_on, months)

    def after(self, clause: Clause, steps: Iterable[Step], outcome: str | None = None) -> Values:
        """These values with what a clause led to; `outcome` overrules the arithmetic (relief, provisional data)."""
        steps = tuple(steps)
        reached, money = outcome or outcome_of(steps), credit_of(steps)
        changed: dict[str, Any] = {
            name: {**getattr(self, name), clause.id: value}
            for name, value in (
                ("outcomes", reached),
                ("credits", money),
                ("payable", money),
                ("points", number_of(steps, POINTS)),
                ("compared", number_of(steps, COMPARED)),
            )
            if value is not None
        }
        return clause.leaves(replace(self, **changed), steps)

    def fee(self, name: str) -> Money | None:
        """A fee of this period: the invoice's where it is given, the text's otherwise."""
        return self.fees.get(name) or self.contract.fee(name)


def outcome_of(steps: Iterable[Step]) -> str | None:
    """The outcome that the steps end in, or None where the clause judges nothing."""
    found = [step.result for step in steps if step.label == OUTCOME]
    return str(found[-1]) if found else None


def credit_of(steps: Iterable[Step]) -> Money | None:
    """The price adjustment that the steps end in, or None where the clause moves no money."""
    found = [step.result for step in steps if step.label == CREDIT and isinstance(step.result, Money)]
    return found[-1] if found else None


def number_of(steps: Iterable[Step], label: str) -> Fraction | None:
    """The number in which the steps of a label end, or None where there is none."""
    found = [step.result for step in steps if step.label == label]
    return Fraction(found[-1]) if found and found[-1] is not None else None


class Clause(Section, ABC):
    """One numbered promise. A kind of clause is a subclass, alone in its file; the file's name is the kind.

    `called` is the heading of a clause that has no title of its own. Every kind says itself in `plain` words and what
    follows from it in `apply`; one that does not cannot be made.
    """

    called: ClassVar[str] = "Clause"
    stage: ClassVar[int] = FOLLOWS
    # Whether a cap that names no clauses limits it.
    capped: ClassVar[bool] = True
    # Whether it grants money, so that a worked example should show how; and whether its own text limits the sum.
    moves_money: ClassVar[bool] = False
    bounded: ClassVar[bool] = False
    # Whether it is applied in every period, also where nothing that it needs was judged.
    standing: ClassVar[bool] = False
    # Whether its credit is a limit of other clauses' instead of one of its own.
    limiting: ClassVar[bool] = False
    # Whether what it has begun is brought to its end after it was retired.
    outlasting: ClassVar[bool] = False
    # Keys whose percentages may lie above 100 %.
    beyond_whole: ClassVar[tuple[str, ...]] = ()

    id: Name = Field(description="Its number, by which everything refers to it.")
    kind: str
    title: str | None = Field(None, description="Its heading.")
    note: str | None = Field(None, description="A remark; nothing is computed from it.")
    source: Source | None = Field(None, description="Where it stands in the signed document.")
    state: tuple[StateFrom, ...] = Field((), description="The lifecycle; without it, in effect for the whole term.")

    @property
    def heading(self) -> str:
        """Id and title."""
        return f"{self.id}. {self.title or self.called}"

    def state_on(self, day: date) -> str:
        """The lifecycle state on a day: the last that has begun; before the first, reporting-only."""
        if not self.state:
            return IN_EFFECT
        begun = [part for part in self.state if part.from_on <= day and (part.to_on is None or day <= part.to_on)]
        return max(begun, key=lambda part: part.from_on).as_state if begun else "reporting-only"

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002 - kinds that need others read it
        """Ids of the clauses that must be applied before this one."""
        return ()

    def remembers(self, contract: Contract) -> tuple[tuple[str, int], ...]:  # noqa: ARG002
        """The clauses whose earlier periods it reads, each with how many months back."""
        return ()

    def leaves(self, values: Values, steps: tuple[Step, ...]) -> Values:  # noqa: ARG002
        """The values with what this clause's steps leave of other clauses'; most clauses leave all as it is."""
        return values

    def unsettled(self, values: Values) -> bool:  # noqa: ARG002
        """Whether anything that it began is open in this period, also where nothing that it needs was judged."""
        return False

    def references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """Ids of clauses that the text of this one names, each with its path inside the clause."""
        return ()

    def fee_references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """Fees that the text of this clause names, each with its path inside the clause."""
        return ()

    @abstractmethod
    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The clause in plain sentences; `cards` of the measures tell which direction is better."""

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """Findings that only this kind can see; rules of all kinds live in contract/rules."""
        return ()

    @abstractmethod
    def apply(self, values: Values) -> list[Step]:
        """From values to consequence, step by step. Pure: the same values give the same steps."""

    def step(self, label: str, formula: str, inserted: str, result: Any, unit: str = "") -> Step:
        """A step of this clause."""
        return Step(self.id, label, formula, inserted, result, unit)


Thresholds = Literal["target", "minimum"]


def clause_kinds() -> Mapping[str, type[Clause]]:
    """Every kind of clause by its name."""
    return cast("Mapping[str, type[Clause]]", load_folder(PACKAGE, Clause))


@cache
def clause_kind(name: str) -> type[Clause] | None:
    """One kind of clause, or None where there is none of that name."""
    return cast("type[Clause] | None", load_one(PACKAGE, Clause, name))


def applied_order(contract: Contract) -> tuple[Clause, ...]:
    """The clauses in the order in which they are applied: by stage, each after those it needs, otherwise as written.

    Clauses that need each other in a circle keep the order of the text.
    """
    done, ordered = set[str](), list[Clause]()
    known = {clause.id for clause in contract.clauses}
    needs = {id(clause): [name for name in clause.needs(contract) if name in known] for clause in contract.clauses}
    for stage in sorted({clause.stage for clause in contract.clauses}):
        waiting = [clause for clause in contract.clauses if clause.stage == stage]
        while waiting:
            # What a later stage brings cannot be waited for.
            open_yet = {clause.id for clause in waiting}
            ready = [one for one in waiting if all(n in done or n not in open_yet for n in needs[id(one)])]
            for clause in ready or waiting[:1]:
                ordered.append(clause)
                done.add(clause.id)
            chosen = {id(one) for one in (ready or waiting[:1])}
            waiting = [one for one in waiting if id(one) not in chosen]
    return tuple(ordered)
