"""What other terms would have given, on a few cases of two months: every figure can be counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from tallystick.assess import Order as Assessing
from tallystick.assess import assess
from tallystick.billing.otherwise import Changes, TermChange, VolumeChange, as_amended
from tallystick.billing.what_if import PeriodAsIf, what_if
from tallystick.contract.load import load
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.explain import kept
from tallystick.verdicts.promise import Promise, kept_promise, known_on, promise_of, texts_at
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.what_if import what_if as of_the_page
from tallystick.vocabulary.errors import NotFound, UsageError
from tests.billing.desk import AS_OF
from tests.verdicts import test_explained_home
from tests.verdicts.tiny_lake import MARCH, make_home, story

BOTH = ("2026-03", "2026-04")


def promise_in(home: Path, as_of: datetime = AS_OF) -> Promise:
    return promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", known_on(as_of))


def asked(
    home: Path,
    *terms: str,
    volume: tuple[str, ...] = (),
    months: tuple[str, ...] = ("2026-03",),
    as_of: datetime = AS_OF,
) -> tuple[PeriodAsIf, ...]:
    changes = Changes(tuple(map(TermChange.parse, terms)), tuple(map(VolumeChange.parse, volume)))
    return what_if(home, promise_in(home, as_of), months, changes, as_of)


def lines(one: PeriodAsIf) -> dict[str, tuple[str, str]]:
    return {move.id: (str(move.before), str(move.after)) for move in one.lines}


@pytest.fixture(scope="module")
def cases_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = test_explained_home.make_home(tmp_path_factory.mktemp("home"))
    answer = GateAnswer(feeds=(("zendesk", 9, "2026-04-06T09:00:00Z"),))
    assess(
        root,
        Assessing([root / "contracts" / "aurora.yaml"], test_explained_home.AS_OF, ["2026-03"]),
        gate=lambda *_: answer,
    )
    return root


def test_the_page_and_the_command_say_the_same_of_a_target(cases_home: Path) -> None:
    store = VerdictStore(cases_home / "verdicts")
    verdict = store.find("aurora/A1/2026-03")
    own = kept(store, verdict)
    for target in ("50%", "51%", "90%"):
        page = of_the_page(own.promise.contract, own.record, store.verdicts_of(own.record), verdict, target)
        (march,) = asked(cases_home, f"A1.target={target}", as_of=test_explained_home.AS_OF)
        (move,) = [one for one in march.verdicts if one.clause == "A1"]
        assert move.after is not None
        assert (move.after.outcome, move.after.more_to_meet) == (page.outcome, page.more_to_meet)
        assert march.credits_after == page.after


def test_another_time_of_a_clock_folds_the_kept_records_again(cases_home: Path) -> None:
    """Of the six cases three were answered within four hours; one more of them within eight."""
    (march,) = asked(cases_home, "A1.within=8h", as_of=test_explained_home.AS_OF)
    (move,) = [one for one in march.verdicts if one.clause == "A1"]
    assert move.before is not None
    assert move.after is not None
    assert move.before.value is not None
    assert move.after.value is not None
    assert move.before.value.numerator == 3
    assert move.after.value.numerator == 3 + move.moved
    assert move.moved == len(move.cases) > 0


def test_one_of_several_weights_is_changed_and_the_others_stay() -> None:
    """Weights 50, 30 and 20 become 60, 20 and 20, and a text in which they do not add up is refused."""
    contract, _ = load(Path(__file__).resolve().parents[2] / "examples" / "contracts" / "m03-invoice-weights.yaml")
    assert contract is not None
    moved = as_amended(
        contract, contract, map(TermChange.parse, ("W.weights.S1=60%", "W.weights.S2=20%", "S1.target=90%"))
    )
    assert moved == [
        {"clause": "W", "set": {"weights": {"S1": "60%", "S2": "20%", "S3": "20%"}}},
        {"clause": "S1", "set": {"target": "90%"}},
    ]
    assert as_amended(contract, contract, [TermChange("W.weights.S3", "")]) == [
        {"clause": "W", "set": {"weights": {"S1": "50%", "S2": "30%"}}}
    ]
    with pytest.raises(UsageError, match="holds no keys"):
        as_amended(contract, contract, [TermChange("S1.target.high", "90%")])


def test_volume_of_a_charge_that_is_none_is_refused_without_a_rate_card_too(cases_home: Path) -> None:
    with pytest.raises(NotFound, match="NOPE"):
        asked(cases_home, volume=("NOPE=+10%",), as_of=test_explained_home.AS_OF)


def test_months_without_a_judging_or_a_rate_card_are_told(cases_home: Path) -> None:
    with pytest.raises(UsageError, match="no rate card"):
        asked(cases_home, "A1.target=50%", months=("2026-02",), as_of=test_explained_home.AS_OF)
    with pytest.raises(UsageError, match="no month"):
        asked(cases_home, "A1.target=50%", months=("2026-Q1",), as_of=test_explained_home.AS_OF)


@pytest.mark.parametrize(
    ("term", "outcome", "unit", "against", "moved", "cases"),
    [
        ("S1.target=50%", "met", "ratio", 1, 0, ("M-2",)),
        ("S1.measure=reopen_rate", "met", "ratio", 0, 4, ("M-1", "M-3", "M-4", "M-6")),
        ("S1.measure=survey_integrity", "missed", "ratio", 3, 4, ("M-2", "M-3", "M-4", "M-6")),
        ("S1.for={queue: none}", "not assessable", "ratio", 0, 2, ("M-1", "M-2")),
        ("S1.measure=ces S1.target=4", "not assessable", "", None, 0, ()),
        ("S1.value=imported S1.reported_as=csat", "not assessable", "ratio", None, 0, ()),
    ],
)
def test_another_target_or_measure_of_one_clause_leaves_the_clause_before_it(
    cases_home: Path, term: str, outcome: str, unit: str, against: int | None, moved: int, cases: tuple[str, ...]
) -> None:
    """Two answered the survey, one of them content. None of five solved was reopened, and two of them were asked."""
    terms = (term,) if "{" in term else term.split()
    (march,) = asked(cases_home, *terms, as_of=test_explained_home.AS_OF)
    (move,) = march.verdicts
    assert move.after is not None
    assert (move.clause, move.title, move.after.outcome.value, move.unit) == ("S1", "Satisfaction", outcome, unit)
    assert (move.against, move.moved, move.cases) == (against, moved, cases)


# ---- two small months, the second of which looks back at the first --------------------------------------------------

TWO = """
tallystick: 1
contract: two
title: Two months
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
include: [rates.yaml]
term: {from: 2026-03-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
definitions: {pausing_statuses: [pending]}
fees: {monthly: {amount: 1000}}
clauses:
  - {id: A1, kind: sla_target, title: First reply, clock: first_reply, within: 4h, target: 40%, minimum_volume: 3}
  - {id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 10}
  - {id: E1, kind: escalating_credit, when: {clause: A1}, percentages: [1%, 2%, 5%], of: monthly}
  - {id: CAP, kind: credit_cap, clauses: [C1], amount: 15, over: month}
charges:
  - {id: FIX, kind: fixed, title: Desk, amount: 300}
  - {id: BANK, kind: minimum_commitment, rate: 1, units: 10, banking: {months: 3}, quantity: {measure: resolved_cases}}
amendments:
  - {id: AM1, effective: 2026-04-01, changes: [{clause: CAP, set: {over: year}}]}
  - {id: AM2, effective: 2026-05-01, changes: [{charge: FIX, remove: true}, {add: {id: NEW, kind: fixed, amount: 50}}]}
  - {id: AM3, effective: 2026-06-01, changes: [{charge: BANK, remove: true}, {charge: NEW, remove: true}]}
"""
APRIL = [
    story("A-1", "2026-04-02T08:00:00", "2026-04-02T09:00:00"),
    story("A-2", "2026-04-03T08:00:00", "2026-04-03T13:30:00"),
    story("A-3", "2026-04-06T08:00:00", "2026-04-06T14:00:00"),
]


ANSWER = GateAnswer(feeds=(("zendesk", 9, "2026-05-05T05:00:00Z"),))


def make_two(root: Path) -> Path:
    make_home(root, stories=(*MARCH, *APRIL), text=TWO)
    (root / "contracts" / "rates.yaml").write_text("series: {leu: {values: {2026-03: 0.2}}}\n", encoding="utf-8")
    (root / "tally.yaml").write_text("client: lumen\nzone: Europe/Bucharest\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In March three of six were answered within four hours, which is kept; in April one of three, which is missed."""
    root = make_two(tmp_path_factory.mktemp("two") / "home")
    assess(root, Assessing([root / "contracts" / "aurora.yaml"], AS_OF, list(BOTH)), gate=lambda *_: ANSWER)
    return root


def test_a_month_is_judged_after_what_the_one_before_would_have_been(two: Path) -> None:
    """Within half an hour nobody was answered. Of the year's 15 April finds 5 left, and its miss is the second."""
    march, april = asked(two, "A1.within=30m", months=BOTH)
    assert lines(march) == {"C1": ("EUR 0.00", "EUR -10.00"), "E1": ("EUR 0.00", "EUR -10.00")}
    told = {move.id: (str(move.before), str(move.after)) for move in april.credit_lines}
    assert told == {"C1": ("EUR 10.00", "EUR 5.00"), "E1": ("EUR 10.00", "EUR 20.00")}
    assert [str(one) for one in (march.net_before, march.net_after)] == ["EUR 310.00", "EUR 290.00"]
    assert [str(one) for one in (april.net_before, april.net_after)] == ["EUR 290.00", "EUR 285.00"]
    assert [str(one) for one in (april.credits_before, april.credits_after)] == ["EUR 20.00", "EUR 25.00"]
    assert [(move.against, move.moved, move.cases) for one in (march, april) for move in one.verdicts] == [
        (6, 3, ("M-1", "M-2", "M-6")), (3, 1, ("A-1",))]  # fmt: skip


def test_no_month_looks_back_at_itself(two: Path) -> None:
    """Against 45 % March is kept as it was, so that April's miss is the first as it stands."""
    march, april = asked(two, "A1.target=45%", months=BOTH)
    assert (march.credit_lines, april.credit_lines, april.lines) == ((), (), ())
    assert [str(one.credits_after) for one in (march, april)] == ["EUR 0.00", "EUR 20.00"]


def test_a_change_holds_through_an_amendment_within_the_months(two: Path) -> None:
    """From April on the text caps the year; were it the month throughout, April's credit of 10 stays."""
    march, april = asked(two, "A1.within=30m", "CAP.over=month", months=BOTH)
    assert [str(one.credits_after) for one in (march, april)] == ["EUR 20.00", "EUR 30.00"]


def test_a_change_holds_from_the_first_month_asked_for_to_the_last(two: Path) -> None:
    """A charge over other days is another line. March banked 5 of its 10 units, so that of April's 3 beyond 2 none is
    paid for; had March been changed too, one were. In May the desk is gone, which is not asked.
    """
    (april,) = asked(two, "FIX.to=2026-04-15", "BANK.units=2", months=("2026-04",))
    told = [(one.id, one.title, str(one.before), str(one.after), one.quantity_before, one.quantity_after, one.unit)
            for one in april.lines]  # fmt: skip
    assert told == [
        ("FIX 01.04.-30.04.", "Desk", "EUR 300.00", "None", 1, None, "month"),
        ("BANK 01.04.-30.04.", "Minimum commitment", "EUR 10.00", "EUR 2.00", 10, 2, "unit"),
        ("FIX 01.04.-15.04.", "Desk", "None", "EUR 150.00", None, Fraction(1, 2), "month"),
    ]
    assert (april.credits_before, april.verdicts) == (april.credits_after, ())


def test_what_an_amendment_takes_out_is_changed_until_then_and_what_it_brings_from_then_on(two: Path) -> None:
    """May is not judged, so that its invoice is told alone."""
    april, may = asked(two, "FIX.amount=200", "NEW.amount=60", months=("2026-04", "2026-05"))
    assert lines(april) == {"FIX 01.04.-30.04.": ("EUR 300.00", "EUR 200.00")}
    assert lines(may) == {"NEW 01.05.-31.05.": ("EUR 50.00", "EUR 60.00")}
    assert (may.period, str(may.net_after), may.credits_before) == ("2026-05", "EUR 60.00", None)


def test_months_that_were_judged_before_an_amendment_was_known_are_asked_with_those_after_it(tmp_path: Path) -> None:
    """March and April were each judged when they were over; then nobody knew that the desk goes in May."""
    root = make_two(tmp_path / "home")
    for as_of, month in ((datetime(2026, 4, 5, 6, tzinfo=UTC), "2026-03"), (AS_OF, "2026-04")):
        assess(root, Assessing([root / "contracts" / "aurora.yaml"], as_of, [month]), gate=lambda *_: ANSWER)
    later = datetime(2026, 6, 5, 6, tzinfo=UTC)
    march, april, may = asked(root, "FIX.amount=200", "NEW.amount=60", months=(*BOTH, "2026-05"), as_of=later)
    assert [lines(one) for one in (march, april, may)] == [
        {"FIX 01.03.-31.03.": ("EUR 300.00", "EUR 200.00")}, {"FIX 01.04.-30.04.": ("EUR 300.00", "EUR 200.00")},
        {"NEW 01.05.-31.05.": ("EUR 50.00", "EUR 60.00")}]  # fmt: skip


def test_an_amendment_is_known_on_the_day_itself(two: Path) -> None:
    (may,) = asked(two, "NEW.amount=60", months=("2026-05",), as_of=datetime(2026, 5, 1, 6, tzinfo=UTC))
    assert lines(may) == {"NEW 01.05.-31.05.": ("EUR 50.00", "EUR 60.00")}


def test_a_part_that_is_in_none_of_the_months_or_in_no_text_is_refused(two: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot say that: .*NEW.* does not exist"):
        asked(two, "NEW.amount=60", months=("2026-04",))
    with pytest.raises(NotFound, match="OTHER"):
        asked(two, "OTHER.amount=60", months=("2026-04",))


@pytest.mark.parametrize(
    ("term", "rule"),
    [
        ("A1.target=4h", "TS-C056"),
        ("A1.target=101%", "TS-C055"),
        ("A1.minimum=45%", "TS-C054"),
        ("E1.of=weekly", "TS-C029"),
        ("C1.when={clause: NOPE, below: target}", "TS-C028"),
        ("A1.measure=nothing", "TS-C021"),
        ("A1.params={x: 1}", "TS-C023"),
    ],
)
def test_a_text_that_no_judging_would_accept_is_refused_and_not_judged(two: Path, term: str, rule: str) -> None:
    with pytest.raises(UsageError, match=f"cannot say that: {rule}, ") as refused:
        asked(two, term, months=BOTH)
    assert refused.value.cure


def test_a_mistake_that_the_text_has_already_does_not_stand_in_the_way_of_a_question(tmp_path: Path) -> None:
    """A fine of 105 % was judged before any rule forbade it; a second mistake is one all the same."""
    make_two(root := tmp_path / "home")
    text = root / "contracts" / "aurora.yaml"
    text.write_text(text.read_text(encoding="utf-8").replace("[1%, 2%, 5%]", "[1%, 2%, 105%]"), encoding="utf-8")
    assess(root, Assessing([text], AS_OF, list(BOTH)), gate=lambda *_: ANSWER)
    march, _ = asked(root, "A1.within=30m", months=BOTH)
    assert lines(march)["E1"] == ("EUR 0.00", "EUR -10.00")
    with pytest.raises(UsageError, match=r"TS-C055, 101 %[^(]*$"):
        asked(root, "A1.target=101%", months=BOTH)


def test_a_month_outside_the_term_is_not_told(two: Path) -> None:
    assert asked(two, "A1.target=5%", months=("2027-01",)) == ()


YEAR = """
  - {id: Y1, kind: sla_target, title: Of the year, clock: first_reply, within: 4h, target: 40%, minimum_volume: 3,
     window: year}
  - {id: C2, kind: service_credit, when: {clause: Y1}, model: fixed, amount: 10}
  - {id: CAP, kind: credit_cap, amount: 15, over: year}
"""


NEW_YEAR = datetime(2027, 1, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases on each of eleven weekdays of December, answered within the hour; December and the year are judged."""
    text = TWO.partition("  - {id: E1")[0].replace("include: [rates.yaml]\n", "").replace("2026-03-01", "2026-01-01")
    days = [f"2026-12-{day:02}" for day in (1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15)]
    december = [
        story(f"D-{day[-2:]}-{at}", f"{day}T0{at}:00:00", f"{day}T0{at + 1}:00:00") for day in days for at in (7, 8)
    ]
    folder = tmp_path_factory.mktemp("year") / "home"
    root: Path = make_home(folder, stories=december, text=text + YEAR.lstrip("\n"))
    answer = GateAnswer(feeds=(("zendesk", 9, "2027-01-05T05:00:00Z"),))
    order = Assessing([root / "contracts" / "aurora.yaml"], NEW_YEAR, ["2026-12", "2026"])
    assess(root, order, gate=lambda *_: answer)
    return root


def test_a_month_comes_before_the_year_that_ends_with_it(year: Path) -> None:
    """Of the year's 15 December takes 10 and leaves 5 to the year's own miss."""
    found = asked(year, "A1.within=30m", "Y1.within=30m", months=("2026-01", "2026-12"), as_of=NEW_YEAR)
    assert {one.period: str(one.credits_after) for one in found} == {"2026-12": "EUR 10.00", "2026": "EUR 5.00"}
    (move,) = found[0].verdicts
    assert (found[0].period, move.against, move.moved, len(move.cases)) == ("2026-12", 22, 22, 20)
    assert (move.cases[0], move.cases[-1]) == ("D-01-7", "D-14-8")


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """March judged by version 2 of the rules, by the whole text, with a figure that was typed without its n."""

    def whole(texts: dict[str, bytes], partner: str, known: date, **_: object) -> Promise:
        return kept_promise(texts, partner, known, "2")

    typed = "value: typed, typed: [{period: 2026-03, value: 75%}]"
    given = f"  - {{id: R1, kind: kpi, title: Typed, measure: sla_attainment, {typed}, target: 70%}}\n  - {{id: C1"
    text = TWO.partition("charges:\n")[0].replace("  - {id: C1", given)
    root: Path = make_home(tmp_path_factory.mktemp("older") / "home", stories=MARCH, text=text)
    (root / "contracts" / "rates.yaml").write_text("series: {leu: {values: {2026-03: 0.2}}}\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tallystick.assess.promise_of", whole)
        answer = GateAnswer(feeds=(("zendesk", 9, "2026-05-05T05:00:00Z"),))
        assess(root, Assessing([root / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: answer)
    return root


def test_judgings_of_an_older_version_are_judged_again_by_it_and_by_the_whole_text(older: Path) -> None:
    """By version 2 the figure without its n rests on one row, as it stands; only the clause that is changed moves."""
    (march,) = asked(older, "A1.target=60%")
    assert [move.clause for move in march.verdicts] == ["A1"]
    assert [str(one) for one in (march.credits_before, march.credits_after)] == ["EUR 0.00", "EUR 20.00"]


def test_a_month_whose_first_day_is_the_last_of_the_term_is_judged_by_the_changed_text(tmp_path: Path) -> None:
    make_two(root := tmp_path / "home")
    text = root / "contracts" / "aurora.yaml"
    text.write_text(text.read_text(encoding="utf-8").replace("to: 2026-12-31", "to: 2026-04-01"), encoding="utf-8")
    assess(root, Assessing([text], AS_OF, list(BOTH)), gate=lambda *_: ANSWER)
    (april,) = asked(root, "A1.target=90%", months=(BOTH[-1],))
    assert next(move.after.target for move in april.verdicts if move.clause == "A1" and move.after) == Fraction(9, 10)
