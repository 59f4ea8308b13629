"""A partner with four contracts, an invoice under each: two rate cards, one shared with another partner, one frame."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.verdicts.tiny_lake import make_home

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)
ALONE = "partner: {id: aurora, name: Aurora Contact}"
TOGETHER = "partners: [{id: aurora, name: Aurora Contact}, {id: borealis, name: Borealis Desk}]"
TEXT = """
tallystick: 1
contract: NAME
title: One of several
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-03-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
fees: {monthly: {amount: 100}}
clauses:
  - {id: T1, kind: kpi, title: Satisfaction, measure: csat, target: 70%, minimum_volume: 1}
"""
# What each contract charges a month.
FEES = {"desk": 100, "night": 300, "joint": 700}


def text_of(name: str) -> str:
    text = TEXT.replace("NAME", name).replace(ALONE, TOGETHER if name == "joint" else ALONE)
    if name not in FEES:
        return text
    return f"{text}charges:\n  - {{id: {name.upper()}, kind: fixed, title: Fee, amount: {FEES[name]}}}\n"


def make_several(root: Path) -> Path:
    """The project folder; of April there is the right invoice of each contract, and one of the frame."""
    make_home(root, stories=(), text=text_of("desk"))
    (root / "tally.yaml").write_text("client: lumen\nzone: Europe/Bucharest\n", encoding="utf-8")
    for name in ("night", "joint", "frame"):
        (root / "contracts" / f"{name}.yaml").write_text(text_of(name), encoding="utf-8")
    send(root, [
        # The lines' codes are those of the desk on every one: what a document names comes first.
        *(paper(f"N-{name}", "2026-04", [L(name.upper(), net=str(fee)), L("DESK", net="0")], rate=None, contract=name)
          for name, fee in FEES.items()),
        paper("N-frame", "2026-04", [L("DESK", net="50")], rate=None, contract="Frame"),
    ])  # fmt: skip
    return root
