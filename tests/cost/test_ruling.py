"""Which texts and charges rule a month: those of all its days, and what only settles an earlier month."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.cost.month_inputs import Basis
from tallystick.cost.received import targets_of
from tallystick.cost.ruling import ruling_of, texts_in
from tallystick.cost.side import period_of
from tallystick.cost.waterfall import waterfall
from tallystick.vocabulary.period import Period
from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.billing.desk import TEXT, make_desk
from tests.cost.test_gather import costed

KNOWN = date(2026, 5, 5)
# A night desk from 20 April; the site goes with May, under another name from 25 April on.
NIGHT = TEXT + """  - id: AM2
    effective: 2026-04-20
    title: Nights
    changes:
      - {add: {id: NIGHT, kind: fixed, title: Night desk, amount: 30}}
      - {add: {id: EXTRA, kind: service_credit, title: Nights lost, when: {clause: T1}, model: fixed, amount: 1}}
  - {id: AM3, effective: 2026-04-25, title: Name, changes: [{charge: SITE, set: {title: Rooms}}]}
  - {id: AM4, effective: 2026-05-01, title: Gone, changes: [{charge: SITE, remove: true}]}
"""  # fmt: skip
SOLVED = TEXT.replace("charges:\n", """charges:
  - {id: DONE, kind: per_resolution, title: Solutions, rate: 2, billed: verified}
""") + "  - {id: AM2, effective: 2026-05-01, title: Gone, changes: [{charge: DONE, remove: true}]}\n"  # fmt: skip


def read(text: str) -> Contract:
    contract, findings = load_text(text)
    assert contract is not None, findings
    return contract


def month(label: str) -> Period:
    return Period.parse(label, "Europe/Bucharest")


def test_a_month_is_ruled_by_the_texts_of_all_its_days() -> None:
    contract = read(NIGHT)
    march, april, may = (texts_in(contract, month(label), KNOWN) for label in ("2026-03", "2026-04", "2026-05"))
    assert [[text.version for text in one] for one in (march, april, may)] == [
        ["original"], ["original", "AM1", "AM1+AM2", "AM1+AM2+AM3"], ["AM1+AM2+AM3+AM4"]]  # fmt: skip
    assert [text.version for text in texts_in(contract, month("2026-04"), date(2026, 3, 31))] == ["original"]
    assert texts_in(contract, month("2026-02"), KNOWN) == texts_in(contract, month("2027-01"), KNOWN) == ()
    ends = read(TEXT.replace("to: 2026-12-31", "to: 2026-04-15"))
    assert [text.version for text in texts_in(ends, month("2026-04"), KNOWN)] == ["original"]


def test_a_month_after_the_end_is_ruled_from_the_day_on_which_its_prolonging_is_known() -> None:
    longer = (
        "  - {id: AM2, effective: 2027-01-01, known: 2027-02-15, changes: [{section: term, set: {to: 2027-06-30}}]}\n"
    )
    contract, january = read(TEXT + longer), month("2027-01")
    assert texts_in(contract, january, date(2027, 2, 14)) == ()
    assert [text.version for text in texts_in(contract, january, date(2027, 2, 15))] == ["AM1+AM2"]


def test_a_charge_stands_as_often_as_it_is_worded_and_one_that_only_a_line_names_as_it_was_last() -> None:
    contract = read(NIGHT)
    april, may = (ruling_of(contract, month(label), KNOWN) for label in ("2026-04", "2026-05"))
    named = ruling_of(contract, month("2026-05"), KNOWN, ["SITE", "MIN", "SITE", "NOBODY"])
    assert [charge.title for _, charge in april.charges if charge.id == "SITE"] == ["Site", "Rooms"]
    assert [charge.id for _, charge in april.charges].count("CALL") == 1
    assert "SITE" not in {charge.id for _, charge in may.charges}
    assert [charge.title for _, charge in named.charges if charge.id == "SITE"] == ["Rooms"]
    assert len(named.charges) == len(may.charges) + 1
    titles = {(one.id, one.title) for one in targets_of(april, {}) if one.id in ("SITE", "NIGHT", "EXTRA")}
    assert titles == {("SITE", "Site"), ("SITE", "Rooms"), ("NIGHT", "Night desk"), ("EXTRA", "Nights lost")}


def test_a_charge_without_a_title_goes_by_its_kind_where_it_is_the_only_one_of_all_texts_of_the_month() -> None:
    """A second one of the kind comes in the middle of the month: from its first day on neither is “Fixed price”."""
    untitled = NIGHT.replace("kind: fixed, title: Site,", "kind: fixed,")
    alone = untitled.replace("kind: fixed, title: Night desk, amount: 30", "kind: pass_through, costs: nights")
    for text, title in ((untitled, ""), (alone, "Fixed price")):
        targets = targets_of(ruling_of(read(text), month("2026-04"), KNOWN), {})
        assert {one.title for one in targets if one.id == "SITE"} == {title, "Rooms"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """April's invoice bills every charge, the night desk among them; tools of 500 stand in the books."""
    root = make_desk(tmp_path_factory.mktemp("nights") / "home", NIGHT)
    codes = ("MIN", "CALL", "HOLIDAY", "SITE", "TRAVEL", "VOLUME", "NIGHT", "EXTRA")
    send(root, [paper("A-4", "2026-04", [L(code, "1", price="10") for code in codes])])
    return root


def test_what_an_amendment_adds_within_a_month_is_on_its_rate_card(home: Path) -> None:
    april = costed(home, ["2026-04"])[0]
    assert (april.cost.findings, april.cost.is_whole) == ((), True)
    assert [str(one) for one in (april.cost.invoiced, april.cost.hidden)] == ["EUR 80.00", "EUR 500.00"]
    told = {line.charge: (line.title, line.on_rate_card) for line in april.cost.lines}
    assert (told["NIGHT"], told["SITE"]) == (("Night desk", True), ("Site", True))
    assert dict(april.cost.charged)["fixed"].amount == 20
    assert "EXTRA" in april.given.credit_clauses
    march = costed(home, ["2026-03"])[0]
    fall = waterfall(period_of([(march.given, march.cost)]), period_of([(april.given, april.cost)]))
    assert {share.key: share.amount for share in fall.bar("scope").shares}["NIGHT"] == 10
    assert {share.key for share in fall.bar("other").shares} == {"tools"}


def test_what_settles_an_earlier_month_is_on_the_rate_card_after_the_charge_has_gone(tmp_path: Path) -> None:
    """Solutions of April are charged with May, when an amendment has taken the charge out."""
    root = make_desk(tmp_path / "home", SOLVED)
    send(root, [paper("A-5", "2026-05", [L("DONE", "3", price="2")])])
    may = costed(root, ["2026-05"])[0]
    (line,) = (line for line in may.cost.lines if line.charge == "DONE")
    assert (str(line.amount), line.title, line.basis, line.on_rate_card) == (
        "EUR 6.00", "Solutions", Basis.RECEIVED, True)  # fmt: skip
    assert "DONE" in {card.id for card in may.given.cards}
    assert ("line", "DONE") not in may.given.own_contacts
