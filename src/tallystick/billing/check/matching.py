"""Which charge, discount or price adjustment a billed line means, and by what that was told.

The surest sign comes first: an id of the text in one of the line's own ids; its title as the line's name; its id as a
word, or every word of its title, among the line's words; the only charge with that unit and that price. A line that
shows none of these is matched to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tallystick.billing.check.received import Told
from tallystick.billing.check.value import Kind

WORD = re.compile(r"[^\W_]+")
BY_ID, BY_TITLE, BY_WORD, BY_WORDS, BY_PRICE, BY_AMOUNT = (
    "its code", "its title", "its code in the words", "the words of its title", "its unit and price", "its amount",
)  # fmt: skip
# Words that stand in many titles and tell nothing.
SHORTEST = 3


@dataclass(frozen=True)
class Target:
    """What a line may mean: a charge (of a month that is settled, or of the month itself), a discount, a credit."""

    kind: Kind
    id: str
    title: str
    settles: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[Kind, str, str]:
        """What tells it from other targets."""
        return self.kind, self.id, self.settles


@dataclass
class Matched:
    """Lines by what they mean, each with what told it; and those that mean nothing known."""

    by_target: dict[tuple[Kind, str, str], list[tuple[Told, str]]] = field(default_factory=dict)
    alone: list[Told] = field(default_factory=list)

    def add(self, target: Target, told: Told, how: str) -> None:
        """Put a line to what it means."""
        self.by_target.setdefault(target.key, []).append((told, how))


def plain_name(text: str) -> str:
    """A name as it is compared: letters and digits alone, in one case."""
    return "".join(WORD.findall(text.casefold()))


def words_of(text: str) -> frozenset[str]:
    """The words of a text, in one case."""
    return frozenset(WORD.findall(text.casefold()))


Fits = Callable[[Target, Told], bool]
Choose = Callable[[Told, Sequence[Target]], Target]


def match(told: Sequence[Told], targets: Sequence[Target], fits: Fits, choose: Choose) -> Matched:
    """Put every line to what it means.

    `fits` says whether unit and price are a charge's own; `choose` decides among the months that a charge stands for.
    """
    found = Matched()
    for one in told:
        answer = _named(one, targets) or _priced(one, targets, fits)
        if answer is None:
            found.alone.append(one)
            continue
        same_name, how = answer
        found.add(choose(one, same_name), one, how)
    return found


def _named(one: Told, targets: Sequence[Target]) -> tuple[list[Target], str] | None:
    ids = {plain_name(name) for name in one.names}
    words, whole = words_of(one.text), plain_name(one.text)
    ways: tuple[tuple[str, Callable[[Target], bool]], ...] = (
        (BY_ID, lambda target: any(plain_name(name) in ids for name in (target.id, *target.aliases))),
        (BY_TITLE, lambda target: bool(target.title) and plain_name(target.title) == whole),
        (BY_WORD, lambda target: _spelled(target, one.text)),
        (BY_WORDS, lambda target: _all_words(target, words)),
    )
    for how, test in ways:
        hits = [target for target in targets if test(target)]
        if len({(hit.kind, hit.id) for hit in hits}) > 1 and how == BY_WORDS:
            most = max(len(_telling(hit.title)) for hit in hits)
            hits = [hit for hit in hits if len(_telling(hit.title)) == most]
        if len({(hit.kind, hit.id) for hit in hits}) == 1:
            return hits, how
    return None


def _spelled(target: Target, text: str) -> bool:
    """Whether an id stands in a text as it is written, with nothing beside it that belongs to a word."""
    return any(
        re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None for name in (target.id, *target.aliases)
    )


def _telling(title: str) -> frozenset[str]:
    return frozenset(word for word in words_of(title) if len(word) >= SHORTEST or word.isdigit())


def _all_words(target: Target, words: frozenset[str]) -> bool:
    telling = _telling(target.title)
    return bool(telling) and telling <= words


def _priced(one: Told, targets: Sequence[Target], fits: Fits) -> tuple[list[Target], str] | None:
    if one.price is None or one.allowance:
        return None
    hits = [target for target in targets if fits(target, one)]
    return (hits, BY_PRICE) if len({hit.id for hit in hits}) == 1 else None


def by_amount(
    alone: Iterable[Told], wanted: Iterable[tuple[tuple[Kind, str, str], Fraction]]
) -> list[tuple[Told, tuple[Kind, str, str]]]:
    """Unnamed allowances that come to the very amount of one discount or credit that nothing was matched to.

    Each amount stands for one allowance; several of one credit for as many.
    """
    found, free = [], list(wanted)
    for one in alone:
        hits = [place for place, (_, amount) in enumerate(free) if amount == one.net and amount != 0]
        if len({free[place][0] for place in hits}) == 1:
            found.append((one, free.pop(hits[0])[0]))
    return found
