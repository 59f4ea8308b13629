"""The client's books: what each partner's invoice came to, and what its service cost beside it, month by month.

Planted: Borealis has the lowest fee of the two in euro and costs more than a quarter on top of it, for governance,
quality assurance, tools, journeys and rework. Aurora and Cordoba cost less than a tenth on top.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import story

HEADER = ("cost id", "kind", "period from", "amount", "currency", "paid by", "on rate card", "partner")
FEES = {"aurora": (64_000, "EUR"), "borealis": (58_500, "EUR"), "cordoba": (71_000, "USD")}
# What is laid out in a usual month, and by how much a month may differ; journeys are made once a quarter.
BESIDE: dict[str, dict[str, tuple[int, int]]] = {
    "aurora": {"governance": (1_900, 200), "quality assurance": (1_400, 150), "licences": (900, 0),
               "rework": (500, 200)},
    "borealis": {"governance": (5_200, 500), "quality assurance": (4_100, 300), "licences": (3_800, 0),
                 "rework": (7_800, 900)},
    "cordoba": {"governance": (2_000, 200), "quality assurance": (1_600, 150), "licences": (1_000, 0),
                "rework": (700, 250)},
}  # fmt: skip
JOURNEYS = {"aurora": 800, "borealis": 2_400, "cordoba": 1_500}


def write(home: Path, stream: np.random.Generator) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Write the books; what each partner's year comes to, and how many rows the file holds."""
    rows: list[tuple[Any, ...]] = []
    truths = []
    for partner, (fee, currency) in FEES.items():
        invoiced = beside = 0
        for at, month in enumerate(story.MONTHS):
            laid_out = {"invoice": fee}
            for kind, (usual, about) in BESIDE[partner].items():
                laid_out[kind] = usual + int(stream.integers(-about, about + 1))
            if at % 3 == 0:
                laid_out["travel"] = JOURNEYS[partner]
            for kind, amount in laid_out.items():
                number = f"B-{len(rows) + 1:04d}"
                on_card = "yes" if kind == "invoice" else "no"
                rows.append((number, kind, f"{month}-01", f"{amount}.00", currency, "client", on_card, partner))
            invoiced += fee
            beside += sum(laid_out.values()) - fee
        truths.append({"partner": partner, "currency": currency, "in_all": invoiced + beside, "hidden": beside})
    path = home / "client" / "books.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])
    return truths, {"client/books.csv": len(rows)}
