"""Whose credit an invoice takes where an amendment ends the term: what was known decides, not what stands there yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tallystick.assess import Order, assess
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.store import VerdictStore
from tests.billing.desk import TEXT, make_desk
from tests.billing.test_prepare import invoice_of
from tests.billing.test_what_if import BOTH, asked, lines
from tests.billing.windows import KPI, MISSED, PLAIN

MAY, JUNE = datetime(2026, 5, 5, 6, tzinfo=UTC), datetime(2026, 6, 5, 6, tzinfo=UTC)
ENDED = (
    "  - {{id: AM9, effective: {}, known: {}, title: Ended, changes: [{{section: term, set: {{to: 2026-03-31}}}}]}}\n"
)
SOLVED = "  - {id: RES, kind: per_resolution, title: Solved, rate: 5, true_up: 1}\n"


@pytest.fixture(scope="module")
def moved_back(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """April was judged, and missed, before it was known that the term ends with March; April's invoice settles it."""
    text = TEXT.replace(PLAIN, "params: {seconds: 5}, target: 99%,")
    text = text.replace("  fees: {monthly: {charges: [MIN, CALL], base: before-discount}}\n", "")
    text = text.replace("excluded: [spam]}", "excluded: [spam], repeat_window: 7d}")
    text = text.replace("charges:\n", f"charges:\n{SOLVED}", 1) + ENDED.format("2026-03-31", "2026-05-20")
    home = make_desk(tmp_path_factory.mktemp("moved") / "home", text, MAY)
    answer = GateAnswer(feeds=(("acd", 17, (JUNE - timedelta(hours=1)).isoformat()),))
    assess(home, Order([home / "contracts" / "aurora.yaml"], JUNE), gate=lambda *_: answer)
    return home


def test_a_judging_of_a_month_that_the_term_no_longer_has_gives_its_credit_to_no_invoice(moved_back: Path) -> None:
    stands = VerdictStore(moved_back / "verdicts").judged("line", "aurora")
    assert [one.period for one in stands] == ["2026-03", "2026-04"]
    march, april = (invoice_of(moved_back, month, JUNE) for month in ("2026-03", "2026-04"))
    assert (str(march.credits_total), april.credits) == ("EUR -10.00", ())
    before = invoice_of(moved_back, "2026-04", MAY)
    assert str(before.credits_total) == "EUR -10.00"


def test_neither_does_it_in_an_invoice_under_other_terms(moved_back: Path) -> None:
    march, april = asked(moved_back, "C1.percentage=5%", months=BOTH, as_of=JUNE)
    assert (lines(march), lines(april)) == ({"C1": ("EUR -10.00", "EUR -5.00")}, {})


def test_an_end_that_nobody_knew_of_moves_no_earlier_credit_to_the_fees_of_another_month(tmp_path: Path) -> None:
    """Of 80 for the year March took 9.68 and 50, and April 11.10, so that 9.22 is left in June."""
    begins, ends = TEXT.index("  - {id: CAP"), TEXT.index("charges:")
    quarter = (
        f"  - {{id: TQ, title: Quarter, target: 80%, params: {{seconds: 5}}, window: quarter, {KPI}}}\n"
        "  - {id: CQ, kind: service_credit, when: {clause: TQ}, model: fixed, amount: 50}\n"
        "  - {id: CAP, kind: credit_cap, amount: 80, over: year}\n"
    )
    text = (TEXT[:begins] + quarter + TEXT[ends:]).replace(PLAIN, MISSED) + ENDED.format("2026-04-01", "2026-07-20")
    july = datetime(2026, 7, 10, 6, tzinfo=UTC)
    home = make_desk(tmp_path / "home", text, july, ("2026-03", "2026-04", "2026-05", "2026-06"))
    june = {line.clause: str(line.payable) for line in invoice_of(home, "2026-06", july).credits}
    assert june == {"C1": "EUR 0.00", "CQ": "EUR 9.22"}
