"""One derived figure as every page shows it: value, what stands behind it, provenance, freshness, and its explanation.

A ratio never stands without its n. A figure on data that do not reach far enough is grey and says how far they reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from tallystick.reports.figures import counted_text, interval_text, level_text, rows_of, value_text
from tallystick.reports.markup import Markup, tag
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.canonical import plain
from tallystick.web.said import provenance_words

MEASURED = "measured"


def address_of(verdict: Verdict) -> str:
    """Where a verdict is explained: its whole name, for two contracts of a partner may have the same clause."""
    return address_named(verdict.whole_name)


def address_named(name: str) -> str:
    """Where the verdict of a name is explained; a short one leads to the choice where it means several."""
    return f"/verdict/{'/'.join(quote(part, safe='') for part in name.split('/'))}"


def unit_of(verdict: Verdict) -> str:
    """The unit of a verdict's figure."""
    return verdict.value.unit if verdict.value is not None else "ratio"


def promised_words(verdict: Verdict) -> str:
    """The target with its direction: at least 90 %."""
    if verdict.target is None:
        return "\u2013"
    words = _("at least %(level)s") if verdict.better == "higher" else _("at most %(level)s")
    return words % {"level": level_text(verdict.target, unit_of(verdict))}


@dataclass(frozen=True)
class Figure:
    """The figure of one verdict. `data_to` is empty while the data reach far enough."""

    verdict: Verdict
    data_to: str = ""

    @property
    def value(self) -> Fraction | None:
        """The exact value; None where there are no data."""
        return self.verdict.value.value if self.verdict.value is not None else None

    @property
    def n(self) -> int | None:
        """How many rows it rests on; None where it was stated and its source gives no number."""
        return rows_of(self.verdict.value)

    @property
    def href(self) -> str:
        """Where it is explained."""
        return address_of(self.verdict)

    @cached_property
    def shown(self) -> str:
        """The value with as many digits as tell it from its target."""
        return value_text(self.value, unit_of(self.verdict), self.verdict.target)

    @cached_property
    def counted(self) -> str:
        """What it is counted from."""
        return counted_text(self.verdict.value)

    @cached_property
    def interval(self) -> str:
        """Its 95 % interval in words."""
        return interval_text(self.verdict.value)

    @cached_property
    def markup(self) -> Markup:
        """The value with what stands behind it, linked to its explanation."""
        provenance = self.verdict.provenance
        badge = (
            None if provenance == MEASURED else tag("span", provenance_words(provenance), class_=f"badge {provenance}")
        )
        late = tag("span", self.data_to, class_="sub data-to") if self.data_to else None
        return tag(
            "span",
            tag("a", self.shown, href=self.href, class_="bignum", translate="no"),
            tag("span", self.counted, class_="sub", translate="no"),
            badge,
            late,
            class_="figure late-data" if self.data_to else "figure",
        )

    def as_json(self) -> dict[str, Any]:
        """The figure for the twin of a page: exact, as in bundles."""
        value = self.verdict.value
        return {
            "verdict": self.verdict.id,
            "outcome": self.verdict.outcome.value,
            "explanation": self.href,
            "value": plain(self.value),
            "unit": unit_of(self.verdict),
            "numerator": value.numerator if value else None,
            "denominator": value.denominator if value else None,
            "n": self.n,
            "interval": plain(value.interval) if value and value.interval else None,
            "provenance": self.verdict.provenance,
            "data_to": self.data_to,
        }
