"""Several contracts, currencies and kinds of record with one partner, and partners of whom little is known."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from tallystick.billing.invoice import InvoiceState
from tallystick.cost.gather import gather_costs, promises_to
from tallystick.cost.month_inputs import BilledLine, Counted, MonthInputs
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import NotFound
from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.billing.desk import TEXT
from tests.facts.segments import answered
from tests.facts.streams.test_cost_line import cost
from tests.verdicts.tiny_lake import append, make_home, story

JUNE = datetime(2026, 6, 9, 6, tzinfo=UTC)
LINE = TEXT.replace("charges:\n", """charges:
  - {id: FTE, kind: per_fte, title: Team, rate: 10}
  - {id: MAIL, kind: per_unit, title: Mails, rate: 2, quantity: {measure: resolved_cases}}
""").replace("billing:\n", """series:
  dollar: {title: ECB, values: {2026-04: 0.9}}
  franc: {title: ECB, values: {2026-03: 1.1}}
billing:
  currencies: {USD: {series: dollar}, CHF: {series: franc}}
""") + """  - id: AM2
    effective: 2026-05-01
    title: Chat
    changes: [{add: {id: CHAT, kind: fixed, title: Chat, amount: 7}}]
"""  # fmt: skip
BARE = """
tallystick: 1
contract: frame
title: Frame
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-03-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
fees: {monthly: {amount: 100}}
clauses:
  - {id: T9, kind: kpi, title: Satisfaction, measure: csat, target: 70%, minimum_volume: 1}
  - {id: C9, kind: service_credit, when: {clause: T9}, model: percentage, percentage: 10%, of: monthly}
"""
RATES = """
series:
  dollar: {title: ECB, values: {2026-04: 0.8}}
  franc: {title: ECB, values: {2026-04: 1.05}}
  leu: {title: ECB, values: {2026-04: 0.2, 2026-05: 0.2}}
billing:
  currencies: {USD: {series: dollar}, CHF: {series: franc}, RON: {series: leu}}
"""
# Ends on the first of a month, so that one day more would be seen.
SITE = BARE.replace("contract: frame", "contract: site").replace("EUR", "RON").replace(
    "2026-03-01, to: 2026-12-31", "2026-04-01, to: 2026-05-01"
) + "charges:\n  - {id: ROOM, kind: fixed, amount: 1000}\n"  # fmt: skip


def with_partner(name: str) -> str:
    return BARE.replace("contract: frame", f"contract: with-{name}").replace(
        "id: aurora, name: Aurora", f"id: {name}, name: B"
    )


def spoken(name: str, partner: str, day: str) -> list[dict[str, object]]:
    call = answered(name, datetime.fromisoformat(f"{day}T09:00:00+00:00"), language="de", partner=partner,
                    requester_key=sum(map(ord, name)))  # fmt: skip
    return [row | {"source_at": row["started_at"]} for row in call.rows]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Aurora has a line, a room in lei and a frame; Borealis only cases, Cordoba one call and one case not solved."""
    told = {"reason": "invoice"}
    mails = [story(f"W-{day}", f"2026-04-0{day}T08:00:00", f"2026-04-0{day}T09:00:00", **told) for day in (2, 3)]
    north = [
        story(f"N-{channel}", "2026-04-02T08:00:00", "2026-04-02T09:00:00", channel=channel, partner="borealis")
        for channel in ("phone", "email")
    ]
    # Written down by the agent who took the call: counted once, as a call.
    noted = story("W-P", "2026-04-07T08:00:00", "2026-04-07T09:00:00", channel="phone")
    waiting = story("S-1", "2026-04-02T08:00:00", None, partner="cordoba")
    root = make_home(tmp_path_factory.mktemp("several") / "home", stories=[*mails, *north, noted, waiting], text=LINE)
    for name, text in {
        "a-frame": BARE + RATES,
        "b-site": SITE,
        **{p: with_partner(p) for p in ("borealis", "cordoba")},
    }.items():
        (root / "contracts" / f"{name}.yaml").write_text(text, encoding="utf-8")
    books = [
        cost(1, "2026-04-03", "100", kind="tools", currency="USD"), cost(2, "2026-04-30", "30", currency=None),
        cost(3, "2026-04-30", "9", kind="tools", borne_by="partner"), cost(4, None, "5000", kind="tools"),
        cost(5, "2026-02-03", "11", kind="tools"), cost(6, "2026-05-01", "12", kind="tools"),
        cost(7, "2026-04-03", "13", kind=None, borne_by=None, partner="cordoba"),
    ]  # fmt: skip
    calls = [
        *spoken("one", "aurora", "2026-04-02"),
        *spoken("two", "aurora", "2026-04-03"),
        *spoken("three", "cordoba", "2026-04-03"),
    ]
    with Lake.open(root / "lake") as lake:
        append(lake, "call", calls)
        append(lake, "cost", books)
    send(
        root,
        [
            paper("A-1", "2026-04", [L("MAIL", "2", price="2")]),
            paper("A-2", "2026-04", [L("MAIL", "1", price="3")], currency="CHF"),
        ],
    )
    send(root, [paper("N-1", "2026-04", [L("C9", net="8")])], "borealis", "north")
    send(root, [paper("S-1", "2026-04", [L("C9", net="1")], kind="381", names=["S-0"])], "cordoba", "south")
    return root


@cache
def gathered(home: Path, partner: str, months: tuple[str, ...], counts: bool) -> tuple[MonthInputs, ...]:
    return gather_costs(home, sorted((home / "contracts").glob("*.yaml")), partner, months, JUNE, counts=counts)


def given(home: Path, partner: str, *months: str, counts: bool = False) -> tuple[MonthInputs, ...]:
    return gathered(home, partner, months, counts)


def test_contracts_with_a_rate_card_come_first_even_one_that_an_amendment_brings(home: Path) -> None:
    """The frame has none and stands first by name; its own currency is none of the months' then."""
    paths = sorted((home / "contracts").glob("*.yaml"))
    promises = promises_to(home, paths, "aurora", JUNE)
    assert [one.contract.contract for one in promises] == ["line", "site", "frame"]
    assert [one.contract.has_card for one in promises] == [True, True, False]
    with pytest.raises(NotFound) as refused:
        promises_to(home, paths, "borealid", JUNE)
    assert "borealis" in refused.value.cure


def test_a_card_of_a_month_is_that_of_the_texts_in_force_and_says_what_is_paid_by_time(home: Path) -> None:
    march, april, may, june = given(home, "aurora", "2026-03", "2026-04", "2026-05", "2026-06")
    assert {card.id: card.timed for card in april.cards} == {
        "FTE": True, "MAIL": False, "MIN": True, "CALL": False, "HOLIDAY": False, "SITE": False, "TRAVEL": False,
        "HOUR": True, "VOLUME": False, "ROOM": False,
    }  # fmt: skip
    assert [{card.id for card in one.cards} & {"ROOM", "CHAT"} for one in (march, may, june)] == [
        set(), {"ROOM", "CHAT"}, {"CHAT"}]  # fmt: skip
    titles = {card.id: card.title for card in april.cards}
    assert (titles["MAIL"], titles["ROOM"]) == ("Mails", "Fixed price")
    assert april.credit_clauses == {"C1", "CAP", "C9"}
    assert april.passed_on == {"travel"}


def test_a_currency_costs_what_the_first_contract_says_that_knows_the_month(home: Path) -> None:
    """The dollar by the line; the franc by the frame, as the line has no rate of April; lei of the expected invoice."""
    (april,) = given(home, "aurora", "2026-04")
    assert april.currency == "EUR"
    assert {code: (one.value, one.words) for code, one in april.prices.items()} == {
        "CHF": (Fraction("1.05"), "price of one CHF (franc of frame)"),
        "RON": (Fraction("0.2"), "price of one RON (leu of frame)"),
        "USD": (Fraction("0.9"), "price of one USD (dollar of line)"),
    }  # fmt: skip


def test_rows_of_the_books_count_in_the_month_of_their_first_day_in_the_contracts_currency_if_they_name_none(
    home: Path,
) -> None:
    april, may = given(home, "aurora", "2026-04", "2026-05")
    (february,) = given(home, "aurora", "2026-02", counts=True)
    assert [(one.key, one.currency, one.borne_by) for one in april.booked] == [
        (1, "USD", "client"), (2, "EUR", "client"), (3, "EUR", "partner")]  # fmt: skip
    assert [one.key for one in may.booked] == [6]
    assert ([one.key for one in february.booked], february.in_force, february.contacts) == ([5], False, Counted())


def test_books_with_one_row_are_books_and_without_any_nobody_knows_what_is_hidden(home: Path) -> None:
    (south,), (north,) = given(home, "cordoba", "2026-04"), given(home, "borealis", "2026-04")
    assert (south.has_books, north.has_books) == (True, False)
    assert (south.booked_to, north.booked_to) == ("2026-04", "")
    assert [(one.kind, one.borne_by) for one in south.booked] == [("other", "client")]


def test_books_are_known_to_the_newest_month_in_which_they_tell_an_amount(home: Path) -> None:
    """Aurora's end on 1 May; a row without a day is of no month."""
    found = given(home, "aurora", "2026-02", "2026-04", "2026-05", "2026-06")
    assert [one.has_books for one in found] == [True, True, True, False]
    assert {one.booked_to for one in found} == {"2026-05"}


def test_a_credit_note_that_names_what_nobody_knows_is_said_in_its_month(home: Path) -> None:
    assert [one.id for one in given(home, "cordoba", "2026-04")[0].said] == ["TS-P012"]


def test_a_contact_is_counted_once_and_what_was_not_seen_is_nothing_or_not_known(home: Path) -> None:
    """Two calls and two mails, not the case of a call; where nobody telephones, a case of the phone is a contact."""
    april, may = given(home, "aurora", "2026-04", "2026-05", counts=True)
    assert (april.contacts, april.recontacts.value) == (Counted(4, 4), 0)
    assert april.own_contacts == {
        ("line", charge): many for charge, many in {"MAIL": 3, "MIN": 2, "CALL": 2, "HOLIDAY": 2, "VOLUME": 2}.items()
    }
    assert may.own_contacts["line", "MAIL"] == 0
    (north,) = given(home, "borealis", "2026-04", counts=True)
    assert (north.contacts.value, north.resolutions.value is None) == (2, False)
    (south,) = given(home, "cordoba", "2026-04", counts=True)
    assert (south.contacts, south.resolutions) == (Counted(1, 1), Counted(0))


def test_contacts_are_counted_where_nobody_asks_for_amounts_alone(home: Path) -> None:
    (south,) = gather_costs(home, [home / "contracts" / "cordoba.yaml"], "cordoba", ["2026-04"], JUNE)
    assert south.contacts == Counted(1, 1)


def test_an_invoice_that_names_no_contract_is_that_of_the_first_card_or_of_all_where_there_is_none(home: Path) -> None:
    (april,) = given(home, "aurora", "2026-04")
    assert [(one.contract, one.charge, one.currency) for one in april.received] == [
        ("line", "MAIL", "EUR"), ("line", "MAIL", "CHF")]  # fmt: skip
    assert april.unbilled == ("frame",)
    (north,) = given(home, "borealis", "2026-04")
    (line,) = north.received
    assert isinstance(line, BilledLine)
    assert (line.contract, line.charge, north.unbilled) == ("", "C9", ())
    (south,) = given(home, "cordoba", "2026-04")
    assert ([one.takes_off for one in south.received], south.unbilled) == ([True], ("with-cordoba",)), "a credit note"


@pytest.mark.parametrize(
    ("as_of", "states"),
    [
        ("2026-04-30T20:59:59", [(InvoiceState.ACCRUAL, 30)]),
        ("2026-04-30T21:00:00", [(InvoiceState.OPEN, 1)]),
        ("2026-03-31T21:00:00", []),
        ("2026-04-01T21:00:00", [(InvoiceState.ACCRUAL, 2)]),
    ],
)
def test_a_month_runs_until_its_last_second_and_its_first_day_has_nothing_behind_it(
    home: Path, as_of: str, states: list[tuple[InvoiceState, int]]
) -> None:
    """April ends at 21:00 UTC in Bucharest; at its first instant no whole day has gone."""
    at = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    (found,) = gather_costs(home, [home / "contracts" / "b-site.yaml"], "aurora", ["2026-04"], at, counts=False)
    assert [(one.state, one.end_on.day) for one in found.expected] == states
    assert found.runs is (as_of != "2026-04-30T21:00:00")
