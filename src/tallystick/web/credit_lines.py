"""One credit of a period as pages show it: its rule, what it follows from, what the limits left, and every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from tallystick.reports.page import result_text
from tallystick.verdicts.statement import CreditLine
from tallystick.verdicts.store import Judged
from tallystick.vocabulary.measure_value import Step
from tallystick.web.room import Room


def credit_line(
    room: Room, record: Judged, line: CreditLine, titles: Mapping[str, str], evidence: str, back: str
) -> dict[str, Any]:
    """What `parts/credit_line.html` draws; `titles` are those of clauses, `evidence` leads to the figure behind it."""
    named = {
        "contract": record.contract, "partner": record.partner, "period": record.period, "credit": line.clause,
        "clause": line.follows, "back": back,
    }  # fmt: skip
    return {
        "contract": record.contract,
        "clause": line.clause,
        "title": titles.get(line.clause, ""),
        "rule": f"/contract/{quote(record.contract)}",
        "follows": line.follows,
        "follows_title": titles.get(line.follows, ""),
        "evidence": evidence,
        "granted": line.amount,
        "payable": line.payable,
        "cut": line.amount - line.payable if line.payable.amount < line.amount.amount else None,
        "steps": steps_told(line.steps),
        "dispute": f"/do/open-dispute?{urlencode(named)}" if room.desk.disputes.may_open else "",
    }


def steps_told(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as `parts/steps.html` draws them."""
    return [
        {"clause": one.clause, "label": one.label, "formula": one.formula, "inserted": one.inserted,
         "result": result_text(one)}
        for one in steps
    ]  # fmt: skip
