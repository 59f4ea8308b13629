"""What an answer says: a whole number on a scale, and which question (csat, nps, ces, fcr) it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass

from tallystick.records.connectors._instants import is_nothing
from tallystick.records.connectors.any_table.words import plain_name

KINDS = ("csat", "nps", "ces", "fcr")
UNANSWERED = frozenset({"offered", "unoffered", "not offered", "unanswered", "not answered", "pending", "no answer"})
# Words of answers: two steps, and the five steps of a Likert scale.
TWO_STEPS = {
    "good": 1, "bad": 0, "satisfied": 1, "dissatisfied": 0, "unsatisfied": 0, "happy": 1, "unhappy": 0, "gut": 1,
    "schlecht": 0, "yes": 1, "no": 0, "thumbs up": 1, "thumbs down": 0, "positive": 1, "negative": 0,
    "bun": 1, "slab": 0,
}  # fmt: skip
FIVE_STEPS = {
    "very dissatisfied": 1, "very unsatisfied": 1, "terrible": 1, "very bad": 1, "very poor": 1, "strongly disagree": 1,
    "very difficult": 1, "dissatisfied": 2, "unsatisfied": 2, "bad": 2, "poor": 2, "disagree": 2, "difficult": 2,
    "neutral": 3, "ok": 3, "okay": 3, "average": 3, "fair": 3, "neither": 3, "neither agree nor disagree": 3,
    "satisfied": 4, "good": 4, "happy": 4, "agree": 4, "easy": 4, "very satisfied": 5, "very good": 5, "great": 5,
    "excellent": 5, "amazing": 5, "very happy": 5, "strongly agree": 5, "very easy": 5, "sehr zufrieden": 5,
    "zufrieden": 4, "unzufrieden": 2, "sehr unzufrieden": 1, "foarte multumit": 5, "multumit": 4, "nemultumit": 2,
    "foarte nemultumit": 1,
}  # fmt: skip
_NUMBER = re.compile(
    r"(-?\d{1,4})(?:[.,]0+)?(?:\s*(?:/|of|out of|von|sur|de|din)\s*(\d{1,3}))?(?:\s*[-\u2013\u2014:(=].*|\s*%)?"
)
_STARS = re.compile(r"([★⭐]+)[☆]*")
_KIND_WORDS = {
    "nps": ("nps", "net promoter", "promoter", "recommend", "recommendation", "weiterempfehlung"),
    "ces": ("ces", "effort", "ease", "aufwand", "efort"),
    "csat": ("csat", "satisfaction", "zufriedenheit", "satisfaccion", "soddisfazione", "satisfacao", "tevredenheid",
             "satisfactie", "zadowolenie"),
    "fcr": ("fcr", "first contact resolution", "first call resolution", "resolved on first contact",
            "resolved on first call", "resolved at first contact", "issue resolved", "problem resolved",
            "problem solved", "anliegen gelost"),
}  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """The lowest and highest answer possible and the good end (`higher` or `lower`)."""

    low: int
    high: int
    better: str = "higher"

    def as_plain(self) -> dict[str, int | str]:
        """As settings of a mapping."""
        return {"min": self.low, "max": self.high, "better": self.better}

    @classmethod
    def of_plain(cls, plain: AbstractMapping[str, object], fallback: Scale) -> Scale:
        """Of settings; what they do not say is as in `fallback`."""
        return cls(
            int(str(plain.get("min", fallback.low))),
            int(str(plain.get("max", fallback.high))),
            str(plain.get("better", fallback.better)),
        )


USUAL = {"csat": Scale(1, 5), "nps": Scale(0, 10), "ces": Scale(1, 7), "fcr": Scale(0, 1)}


def kind_of(word: str) -> str | None:
    """csat, nps, ces or fcr of a question's name or a column's, None where it says none or several of them."""
    padded = f" {plain_name(word)} "
    found = {kind for kind, listed in _KIND_WORDS.items() if any(f" {phrase} " in padded for phrase in listed)}
    if len(found) == 1:
        return found.pop()
    return None


def number_in(word: str) -> int | None:
    """The whole number that an answer begins with: `4`, `4.0`, `8/10`, `5 - very satisfied`, stars; else None."""
    text = word.strip()
    if found := _NUMBER.fullmatch(text):
        return int(found[1])
    if stars := _STARS.fullmatch(text):
        return len(stars[1])
    return None


def top_in(word: str) -> int | None:
    """The highest step that the answer itself names: 10 in `8/10`, 5 in stars."""
    text = word.strip()
    if (found := _NUMBER.fullmatch(text)) and found[2]:
        return int(found[2])
    return len(text) if _STARS.fullmatch(text) else None


def is_unanswered(word: str) -> bool:
    """Whether a cell of the score says that there was no answer."""
    return is_nothing(word) or plain_name(word) in UNANSWERED


def meanings_of(words: Iterable[str]) -> dict[str, int]:
    """Answers in words -> steps: on two steps if all of them are words of two, else on five; unknown ones left out."""
    asked = [word for word in words if number_in(word) is None and not is_unanswered(word)]
    plain = {word: plain_name(word) for word in asked}
    # A rating that carries its comment's mark, `good_with_comment`, is a rating all the same.
    plain = {word: name.removesuffix(" with comment") for word, name in plain.items()}
    two = {word: TWO_STEPS[name] for word, name in plain.items() if name in TWO_STEPS}
    if len(two) == len(asked):
        return two
    # Beside answers on five steps, yes and no belong to another question: whether the issue was resolved.
    steps = FIVE_STEPS | {name: TWO_STEPS[name] for name in ("yes", "no")}
    return {word: steps[name] for word, name in plain.items() if name in steps}


def is_answer(word: str) -> bool:
    """Whether a cell can be an answer on a scale."""
    return number_in(word) is not None or plain_name(word).removesuffix(" with comment") in FIVE_STEPS | TWO_STEPS


def guessed(values: Iterable[int], tops: Iterable[int] = ()) -> tuple[str, Scale, str]:
    """(kind, scale, why in words) of the answers seen: 0-10 is nps, 1-5 csat, 1-7 ces."""
    seen = list(values)
    low, high = min(seen, default=1), max(seen, default=5)
    named = max(tops, default=0)
    shown = f"answers from {low} to {high}" + (f" of {named}" if named else "")
    if low >= 0 and high <= 1 and (low == 0 or named == 1):
        return "csat", Scale(0, 1), f"{shown}: good and bad"
    if named == 10 or (low == 0 and 5 < high <= 10) or 7 < high <= 10:
        return "nps", USUAL["nps"], f"{shown}: a scale of 0 to 10"
    if low < 1 or high > 10 or named > 10:
        return "csat", Scale(min(low, 0), max(100, high)), f"{shown}: per cent"
    if named == 7 or high > 5:
        return "ces", USUAL["ces"], f"{shown}: a scale of 1 to 7"
    return "csat", USUAL["csat"], f"{shown}: a scale of 1 to 5"


def kind_of_scale(low: int, high: int) -> str | None:
    """The kind of a scale that the source states: 0-10 is nps, 1-7 ces, 1-5 (or two steps) csat."""
    return {(0, 10): "nps", (1, 7): "ces", (1, 5): "csat", (0, 1): "csat", (1, 2): "csat"}.get((low, high))
