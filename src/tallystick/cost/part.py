"""The parts of a total cost, and which of them a kind of cost of the books belongs to.

The books name kinds freely; a kind that no word here covers is `other`, and is shown under its own name all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

INVOICE, EFFORT, TOOLS, TRAVEL, REWORK = "invoice", "effort", "tools", "travel", "rework"
RECONTACTS, RAMP, EXCHANGE, OTHER = "recontacts", "ramp", "exchange", "other"
PARTS: Mapping[str, str] = {
    INVOICE: "what the partner bills: lines, discounts and price adjustments, without tax",
    EFFORT: "own effort: governance, quality assurance, the retained team",
    TOOLS: "licences, telephony, integration and other tools that the client pays",
    TRAVEL: "travel for the partner's sake",
    REWORK: "work done again, and what is given to customers for it",
    RECONTACTS: "contacts that come back",
    RAMP: "the learning curve of beginners: training, and time beyond that of tenured colleagues",
    EXCHANGE: "costs of currencies",
    OTHER: "every other cost",
}
_WORDS: Mapping[str, str] = {
    INVOICE: "invoice|invoices|rate card|partner invoice|vendor invoice|fees|service fee",
    EFFORT: "governance|vendor management|supplier management|management|oversight|retained team|retained organisation|"
    "retained organization|own effort|effort|qa|quality|quality assurance|audit|calibration|coordination|"
    "salaries|staff",
    TOOLS: "tools|tool|licence|licences|license|licenses|software|telecom|telephony|integration|hardware|connectivity|"
    "system integration",
    TRAVEL: "travel|travel costs|trips",
    REWORK: "rework|correction|corrections|goodwill|compensation|repair",
    RECONTACTS: "recontact|recontacts|repeat contacts|repeats|overflow",
    RAMP: "ramp|training|onboarding|learning curve|ramp up|knowledge transfer|transition",
    EXCHANGE: "exchange|fx|currency|hedging|bank charges",
}
_PART_OF = {word: part for part, words in _WORDS.items() for word in words.split("|")}
_GAP = re.compile(r"[\s_\-/.]+")


def plain_kind(kind: str) -> str:
    """A kind of cost in small letters with single blanks."""
    return _GAP.sub(" ", kind).strip().casefold()


def part_of(kind: str) -> str:
    """The part that a kind of cost belongs to: governance is effort, licences are tools."""
    return _PART_OF.get(plain_kind(kind), OTHER)
