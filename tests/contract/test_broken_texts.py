"""Each broken text gives exactly its findings, each with its line and a cure."""

# ruff: noqa: E501 - one row of the table is one broken text

from __future__ import annotations

import pytest

from tallystick.contract.check import check_text
from tallystick.contract.rule import rules
from tallystick.vocabulary.finding import Severity
from tests.contract.agreement import CARDS, TEXT, edited
from tests.contract.test_rate_card_texts import OF_RATES

K1 = "    measure: csat\n    target: 80%\n    minimum_volume: 30\n"
STATES = "    state: [{from: 2025-07-01, as: reporting-only}, {from: 2025-09-01, as: in-effect}]\n"
STEPS = "    steps: [{below: 90%, percentage: 2%}, {below: 85%, percentage: 5%}]\n"
SECOND = "  - {id: A2, kind: sla_target, clock: first_reply, within: 2h, target: 95%%, minimum_volume: 30, for: {%s}}\n"
HOURS = '    week: {mon-fri: ["09:00-18:00"], sat: ["10:00-14:00"]}\n'
CAP = "  - id: CAP\n    kind: credit_cap\n    percentage: 10%\n    of: monthly\n"
CHANGES = "    changes: [{clause: A1, set: {within: 3h}}]\n"
RELIEF = "from: 2026-01-12T08:00, to: 2026-01-12T20:00"


def second(population: str) -> tuple[str, str]:
    return ("  - id: K1\n", SECOND % population + "  - id: K1\n")


BROKEN: dict[str, tuple[tuple[tuple[str, str], ...], list[tuple[str, int]]]] = {
    # reading
    "an unclosed bracket": ((("{id: lumen, name: Lumen Home}", "{id: lumen, name: Lumen Home"),), [("TS-C002", 5)]),
    "an alias of nothing": ((("zone: Europe/Bucharest\nterm", "zone: *home\nterm"),), [("TS-C002", 7), ("TS-C008", 7)]),
    "a control character": ((("Customer care", "Customer\x00care"),), [("TS-C001", 3)]),
    "a duplicate key": ((("currency: EUR\nzone", "currency: EUR\ncurrency: USD\nzone"),), [("TS-C003", 7)]),
    "a duplicate clause key": ((("    target: 90%\n", "    target: 90%\n    target: 80%\n"),), [("TS-C003", 34)]),
    "a tag": ((("title: Customer", "title: !!python/object:os.system Customer"),), [("TS-C005", 3)]),
    "a second document": ((("examples:\n", "---\nexamples:\n"),), [("TS-C083", 42), ("TS-C005", 59)]),
    "an unknown key": ((("    target: 90%\n", "    targt: 90%\n"),), [("TS-C007", 28), ("TS-C006", 33)]),
    "an unknown key at the top": ((("currency: EUR\nzone", "currency: EUR\ncurency: EUR\nzone"),), [("TS-C006", 7)]),
    "a missing zone": ((("zone: Europe/Bucharest\nterm", "term"),), [("TS-C007", 1)]),
    "a percentage without a sign": ((("    minimum: 85%\n", "    minimum: 85\n"),), [("TS-C056", 34)]),
    "a target in words": ((("    target: 90%\n", "    target: ninety\n"),), [("TS-C008", 33)]),
    "a duration without a unit": ((("within: 4h", "within: 4"),), [("TS-C008", 31)]),
    "a day that is not": ((("to: 2027-06-30", "to: 2027-06-31"),), [("TS-C008", 8)]),
    "a year that cannot be meant": ((("to: 2027-06-30", "to: 9999-12-31"),), [("TS-C008", 8)]),
    "a date in another order": ((("to: 2027-06-30", "to: 30.06.2027"),), [("TS-C008", 8)]),
    "opening hours without an end": ((('sat: ["10:00-14:00"]', 'sat: ["10:00"]'),), [("TS-C008", 14)]),
    "a weekday misspelt": ((("mon-fri:", "mon-fry:"),), [("TS-C008", 14)]),
    "a state misspelt": ((("as: in-effect", "as: ineffect"),), [("TS-C008", 36)]),
    "a population by agent": ((("for: {language: de,", "for: {agent: ana, language: de,"),), [("TS-C008", 32)]),
    "a window of two words": ((("minimum: 85%", "minimum: 85%\n    window: full moon"),), [("TS-C008", 35)]),
    "clauses that are no list": (
        ((TEXT[TEXT.index("clauses:\n") : TEXT.index("relief:\n")], "clauses: none\n"),),
        [("TS-C008", 27)],
    ),
    "a credit without its amount": (
        (("    model: stepped\n    of: monthly\n" + STEPS, "    model: fixed\n"),),
        [("TS-C008", 42)],
    ),
    "an unknown kind of clause": ((("kind: kpi", "kind: kpy"),), [("TS-C009", 38)]),
    "a clause without a kind": ((("    kind: kpi\n", ""),), [("TS-C007", 37)]),
    "a clause that is a word": ((("  - id: K1\n", "  - nothing\n  - id: K1\n"),), [("TS-C008", 37)]),
    "an include that is not there": (
        (("sites:\n", "include: [shared.yaml]\nsites:\n"),),
        [("TS-C011", 9)],
    ),
    "an include outside the folder": (
        (("sites:\n", "include: [/etc/passwd]\nsites:\n"),),
        [("TS-C011", 9)],
    ),
    "an amendment of a clause that is not": (((CHANGES, CHANGES.replace("A1", "A9")),), [("TS-C013", 58)]),
    "an amendment that says two things": (
        ((CHANGES, "    changes: [{clause: A1, set: {within: 3h}, remove: true}]\n"),),
        [("TS-C013", 58)],
    ),
    "an amendment that breaks a clause": (((CHANGES, CHANGES.replace("3h", "soon")),), [("TS-C008", 58)]),
    "both partner and partners": (
        (("currency: EUR\nzone", "partners: [{id: b, name: B}]\ncurrency: EUR\nzone"),),
        [("TS-C008", 1)],
    ),
    # names
    "two clauses of one id": ((("  - id: K1\n", "  - id: A1\n"),), [("TS-C020", 37)]),
    "an unknown measure": ((("measure: csat", "measure: csta"),), [("TS-C021", 39)]),
    "an unknown version": ((("measure: csat\n", "measure: csat\n    version: 3\n"),), [("TS-C022", 40)]),
    "an unknown parameter": ((("measure: csat\n", "measure: csat\n    params: {box: 2}\n"),), [("TS-C023", 40)]),
    "an unknown clock": ((("clock: first_reply", "clock: first_repy"),), [("TS-C024", 30)]),
    "an unknown calendar": ((("calendar: office}", "calendar: ofice}"),), [("TS-C025", 19)]),
    "an unknown programme": (
        (("for: {language: de, channel: email}", "for: {programme: german-mail}"),),
        [("TS-C026", 32)],
    ),
    "an unknown site": ((("site: cluj,", "site: clui,"),), [("TS-C027", 19)]),
    "an unknown clause in a credit": ((("when: {clause: A1,", "when: {clause: A7,"),), [("TS-C028", 44)]),
    "an unknown clause in relief": ((("clauses: [A1], from", "clauses: [A1, B2], from"),), [("TS-C028", 53)]),
    "an unknown clause in an example": ((("{clause: C1, given", "{clause: C9, given"),), [("TS-C083", 42), ("TS-C028", 60)]),
    "an unknown fee": (((STEPS, STEPS), ("    of: monthly\n    steps", "    of: mothly\n    steps")), [("TS-C029", 46)]),
    "an unknown queue": ((("queues: [german]", "queues: [germn]"),), [("TS-C030", 19)]),
    "an unknown zone": ((("    zone: Europe/Bucharest\n", "    zone: Europe/Bucarest\n"),), [("TS-C031", 13)]),
    "an abbreviation for a zone": ((("zone: Europe/Bucharest\nterm", "zone: EEST\nterm"),), [("TS-C031", 7)]),
    "an unknown currency": ((("amount: 120000, currency: EUR", "amount: 120000, currency: EUX"),), [("TS-C032", 26), ("TS-C061", 26)]),
    "an unknown country": ((("country: RO, own", "country: RX, own"),), [("TS-C033", 15)]),
    "an unknown partner in relief": (
        (("reason: client-outage", "partners: [borealis], reason: client-outage"),),
        [("TS-C034", 53)],
    ),
    # dates
    "a term that ends before it begins": (
        (("to: 2027-06-30", "to: 2025-06-30"), ("amendments:\n  - id: AM1\n    effective: 2026-01-01\n    known: 2025-12-10\n" + CHANGES, ""),
         (", own: [2025-12-24]", ""), ("    overrides: {2025-12-31: [\"09:00-13:00\"]}\n", ""), (STATES, ""),
         ("relief:\n  - {id: R1, clauses: [A1], from: 2026-01-12T08:00, to: 2026-01-12T20:00, reason: client-outage, status: agreed}\n", "")),
        [("TS-C040", 8)],
    ),
    "relief that ends before it begins": (
        ((RELIEF, "from: 2026-01-12T08:00, to: 2026-01-12T07:00"),),
        [("TS-C040", 53)],
    ),
    "an amendment outside the term": ((("effective: 2026-01-01", "effective: 2028-01-01"),), [("TS-C041", 56)]),
    "an amendment known late": ((("known: 2025-12-10", "known: 2026-02-10"),), [("TS-C042", 57)]),
    "a holiday outside the term": ((("own: [2025-12-24]", "own: [2024-12-24]"),), [("TS-C043", 15)]),
    "an override outside the term": ((("overrides: {2025-12-31", "overrides: {2015-12-31"),), [("TS-C043", 16)]),
    "a gap before the first state": (
        ((STATES, "    state: [{from: 2025-08-01, as: in-effect}]\n"),),
        [("TS-C044", 36)],
    ),
    "a gap between states": (
        ((STATES, STATES.replace("{from: 2025-07-01,", "{from: 2025-07-01, to: 2025-07-31,")),),
        [("TS-C044", 36)],
    ),
    "two states on one day": ((("{from: 2025-09-01, as", "{from: 2025-07-01, as"),), [("TS-C045", 36)]),
    "a state after the term": (
        ((STATES, STATES.replace("}]", "}, {from: 2029-01-01, as: retired}]")),),
        [("TS-C046", 36)],
    ),
    "a notice longer than the term": (
        (("to: 2027-06-30}", "to: 2027-06-30, notice: 3 years}"),),
        [("TS-C100", 8)],
    ),
    "a notice of a length that is none": ((("to: 2027-06-30}", "to: 2027-06-30, notice: soon}"),), [("TS-C008", 8)]),
    "a notice that came too late": (
        (("to: 2027-06-30}", "to: 2027-06-30, notice: 6 months, notice_given: 2027-01-01, renewal: {by: 1 year}}"),),
        [("TS-C101", 8)],
    ),
    "a notice before the signature": (
        (("to: 2027-06-30}", "to: 2027-06-30, notice_given: 2024-01-01}"),),
        [("TS-C101", 8)],
    ),
    "a renewal that nobody can stop": (
        (("to: 2027-06-30}", "to: 2027-06-30, renewal: {by: 12 months}}"),),
        [("TS-C102", 8)],
    ),
    "claims without a price adjustment": (
        ((TEXT[TEXT.index("  - id: C1\n") : TEXT.index("relief:\n")], ""),
         ("currency: EUR\nzone", "claims: {within: 60 days}\ncurrency: EUR\nzone"),
         (TEXT[TEXT.index("examples:\n"):], "")),
        [("TS-C103", 6)],
    ),
    "relief outside the term": ((("from: 2026-01-12T08:00", "from: 2025-01-12T08:00"),), [("TS-C047", 53)]),
    "relief at an hour that does not exist": (
        ((RELIEF, "from: 2026-03-29T03:30, to: 2026-03-29T12:00"),),
        [("TS-C048", 53)],
    ),
    "relief at an hour that exists twice": (
        ((RELIEF, "from: 2026-10-25T01:00, to: 2026-10-25T03:30"),),
        [("TS-C048", 53)],
    ),
    "an amended definition": (
        ((CHANGES, "    changes: [{section: definitions, set: {reopen_window: 14d}}]\n"),),
        [("TS-C049", 58)],
    ),
    "an amended lock of forecasts": (
        ((CHANGES, "    changes: [{section: definitions, set: {forecast_lock: 28d}}]\n"),),
        [("TS-C049", 58)],
    ),
    # meaning
    "weights of 90 %": ((("    target: 80%\n", "    target: 80%\n    weight: 90%\n"),), [("TS-C050", 41)]),
    "two targets for the same cases": ((second("language: [de, fr]"),), [("TS-C051", 37)]),
    "two targets by way of a programme": ((second("programme: german-email"),), [("TS-C051", 37)]),
    "no minimum volume": (((K1, K1.replace("    minimum_volume: 30\n", "")),), [("TS-C052", 37)]),
    "no period rule": ((("  period_rule: due-in\n", ""),), [("TS-C053", 27), ("TS-C053", 36)]),
    "no word on exclusions": (
        (("  excluded: [spam, test, duplicate]\n", ""), ("  period_rule: due-in\n", ""), ("  attribution: owner-at-due\n", "")),
        [("TS-C053", 25), ("TS-C053", 34)],
    ),
    "a target below its minimum": ((("minimum: 85%", "minimum: 95%"),), [("TS-C054", 34)]),
    "a ceiling under the target": (
        ((K1, "    measure: reopen_rate\n    target: 5%\n    minimum: 3%\n    minimum_volume: 30\n"),),
        [("TS-C054", 41)],
    ),
    "a percentage over 100": ((("    target: 80%\n", "    target: 180%\n"),), [("TS-C055", 40)]),
    "a percentage for a duration": (((K1, "    measure: first_reply_time\n    target: 80%\n    minimum_volume: 30\n"),), [("TS-C056", 40)]),
    "a duration for a share": (((K1, "    measure: csat\n    target: 4h\n"),), [("TS-C056", 40)]),
    "an empty population": ((("language: de, channel: email}\n    target", "language: [], channel: email}\n    target"),), [("TS-C057", 32)]),
    "a population against its programme": (
        (("for: {language: de, channel: email}", "for: {programme: german-email, language: fr}"),),
        [("TS-C057", 32)],
    ),
    "a day of opening hours": ((("within: 4h", "within: 1d"),), [("TS-C058", 31)]),
    "a calendar that is never open": (
        ((HOURS, "    week: {mon-fri: []}\n"), ('    overrides: {2025-12-31: ["09:00-13:00"]}\n', "")),
        [("TS-C059", 12)],
    ),
    "targets that only a reason tells apart": (
        (("channel: email}\n    target", "channel: email, reason: refund}\n    target"), second("language: de, reason: delivery")),
        [("TS-C060", 37)],
    ),
    "a fee in another currency": ((("amount: 120000, currency: EUR", "amount: 120000, currency: USD"),), [("TS-C061", 26)]),
    "an imported value without its name": ((("measure: csat\n", "measure: csat\n    value: imported\n"),), [("TS-C062", 40)]),
    "a typed value without evidence": (
        (("measure: csat\n", "measure: csat\n    value: typed\n    typed: [{period: 2025-07, value: 82%}]\n"),),
        [("TS-C062", 41)],
    ),
    "a value without a direction": (
        (("measure: csat\n", "measure: attrition\n    value: typed\n    typed: [{period: 2025-07, value: 8%, evidence: HR}]\n"),),
        [("TS-C066", 42)],
    ),
    "a direction against the measure": (
        (("measure: csat\n", "measure: csat\n    better: lower\n"),),
        [("TS-C066", 40)],
    ),
    "a period rule that the measure does not know": (
        (("measure: csat\n", "measure: csat\n    period_rule: due-in\n"),),
        [("TS-C067", 40)],
    ),
    "a parameter that cannot be": (
        ((K1, "    measure: first_reply_time\n    params: {statistic: p95x}\n    target: 4h\n"),),
        [("TS-C068", 40)],
    ),
    "a share of a duration measure": (
        ((K1, "    measure: first_reply_time\n    params: {statistic: within}\n    target: 4h\n    minimum_volume: 30\n"),),
        [("TS-C056", 41)],
    ),
    "rounding before the comparison": (
        (("minimum: 85%\n", "minimum: 85%\n    rounding: {decimals: 0, when: before}\n"),),
        [("TS-C063", 35)],
    ),
    "opening hours without a calendar": (
        (("calendars:\n  office:\n    zone: Europe/Bucharest\n" + HOURS, "x-calendars:\n  office:\n    zone: Europe/Bucharest\n" + HOURS),
         ("  german-email: {languages: [de], channels: [email], queues: [german], site: cluj, calendar: office}", "  german-email: {languages: [de]}")),
        [("TS-C006", 11), ("TS-C064", 28)],
    ),
    "a programme in the shadow of another": (
        (("definitions:\n", "  german-vip: {languages: [de], channels: [email], queues: [german]}\ndefinitions:\n"),),
        [("TS-C065", 20)],
    ),
    # money
    "a credit on a clause that is only reported": (
        (("{from: 2025-09-01, as: in-effect}", "{from: 2025-09-01, as: baselining}"),),
        [("TS-C070", 44)],
    ),
    "no cap": (((CAP, ""),), [("TS-C071", 42)]),
    "a table that falls": ((("{below: 85%, percentage: 5%}", "{below: 85%, percentage: 1%}"),), [("TS-C072", 47)]),
    "a table with a gap": ((("{below: 90%, percentage: 2%}", "{below: 88%, percentage: 2%}"),), [("TS-C073", 47)]),
    "a credit larger than its cap": ((("    percentage: 10%\n", "    percentage: 4%\n"),), [("TS-C074", 42)]),
    "a penalty": ((("  - id: C1\n", "  - id: C1\n    title: Late reply penalty\n"),), [("TS-C075", 43)]),
    "a credit below a minimum that is not there": (
        (("    minimum: 85%\n", ""), ("below: target}", "below: minimum}")),
        [("TS-C076", 43)],
    ),
    "no clause with a target": (
        ((TEXT[TEXT.index("clauses:\n"):], "clauses: []\n"),),
        [("TS-C077", 27)],
    ),
    # documents and examples
    "a document without its digest": (
        (("sites:\n", "document: {file: signed.pdf}\nsites:\n"),),
        [("TS-C081", 9)],
    ),
    "no worked example": (
        (("examples:\n  - {clause: C1, given: {values: {A1: {met: 42, total: 60}}}, expect: {credit: 6000}}\n", ""),),
        [("TS-C083", 42)],
    ),
    "an example with more met than counted": ((("met: 42, total: 60", "met: 62, total: 60"),), [("TS-C084", 60)]),
    "an example that expects nothing": (
        (("examples:\n", "examples:\n  - {clause: A1, given: {met: 1, total: 2}, expect: {}}\n"),),
        [("TS-C084", 60)],
    ),
}  # fmt: skip


def test_the_sound_text_gives_no_finding() -> None:
    contract, findings = check_text(TEXT, CARDS)
    assert findings == []
    assert contract is not None


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_text_gives_exactly_its_findings(name: str) -> None:
    edits, expected = BROKEN[name]
    contract, findings = check_text(edited(*edits), CARDS)
    assert sorted((found.id, found.place.line) for found in findings) == sorted(expected), findings
    assert all(found.cure and found.message and found.place.file == "contract.yaml" for found in findings)
    assert (contract is None) == any(found.severity is Severity.ERROR for found in findings)


def test_every_mistake_is_told_at_once() -> None:
    edits = (
        ("    target: 90%\n", "    target: ninety\n"),
        ("measure: csat", "measure: csta"),
        ("calendar: office}", "calendar: ofice}"),
        ("zone: Europe/Bucharest\nterm", "zone: EEST\nterm"),
        ("to: 2027-06-30", "to: 2027-06-31"),
    )
    _, findings = check_text(edited(*edits), CARDS)
    assert [(found.id, found.place.line) for found in findings] == [
        ("TS-C031", 7), ("TS-C008", 8), ("TS-C025", 19), ("TS-C008", 33), ("TS-C021", 39),
    ]  # fmt: skip


def test_a_finding_names_what_was_probably_meant() -> None:
    cures = {}
    for name in ("an unknown measure", "an unknown key", "an unknown clock", "a state misspelt", "an unknown zone"):
        _, findings = check_text(edited(*BROKEN[name][0]), CARDS)
        cures[name] = findings[-1].cure
    assert cures == {
        "an unknown measure": "Did you mean 'csat'?",
        "an unknown key": "Did you mean 'target'?",
        "an unknown clock": "Did you mean 'first_reply'?",
        "a state misspelt": "Did you mean 'in-effect'?",
        "an unknown zone": "Did you mean Europe/Bucharest, Europe/Budapest, Europe/Belfast?",
    }


def test_a_mistake_of_an_amendment_is_told_on_its_own_line() -> None:
    """The target rises to 92 %, so the table leaves a gap that the signed text did not have."""
    edit = ("changes: [{clause: A1, set: {within: 3h}}]", "changes: [{clause: A1, set: {target: 84%}}]")
    _, findings = check_text(edited(edit), CARDS)
    assert [(found.id, found.place.line) for found in findings] == [("TS-C054", 34)]
    assert "84%" in findings[0].message


def test_every_rule_has_a_broken_text_or_a_test_of_its_own() -> None:
    shown = {rule for _, expected in BROKEN.values() for rule, _ in expected}
    elsewhere = {
        "TS-C004",  # test_text_tree.py
        "TS-C010", "TS-C012",  # test_load.py
        "TS-C080", "TS-C082",  # test_document.py
        "TS-C090", "TS-C091", "TS-C092",  # test_lock.py
        *OF_RATES,  # test_rate_card_texts.py
        "TS-C138", "TS-C139",  # rules/
    } | {f"TS-C{number}" for number in (*range(110, 135), *range(166, 171))}  # fmt: skip  # rules/
    assert {rule.id for rule in rules().values()} == shown | elsewhere
    assert not shown & elsewhere


# ---- every mistake at once --------------------------------------------------------------------------------------

UNKNOWN = (
    ("calendar: office}", "calendar: offfice}"),
    ("clauses: [A1], from", "clauses: [A9], from"),
    ("    measure: csat\n", "    measure: csatt\n"),
)
STRUCTURAL = {
    "a key that nobody knows": ("currency: EUR\nzone", "currency: EUR\ncurency: EUR\nzone"),
    "a clause that cannot be read": ("within: 4h", "within: 4"),
    "a required part that is broken": ("to: 2027-06-30", "to: 2027-06-31"),
    "an amendment that cannot be read": ("set: {within: 3h}", "set: {within: 3}"),
}


def found_in(*edits: tuple[str, str]) -> list[str]:
    contract, findings = check_text(edited(*edits), CARDS)
    assert contract is None
    return [finding.id for finding in findings]


@pytest.mark.parametrize("mistake", STRUCTURAL.values(), ids=STRUCTURAL)
def test_a_text_that_cannot_be_read_whole_shows_its_other_mistakes_in_the_same_round(mistake: tuple[str, str]) -> None:
    """An unknown calendar, clause and measure, each in a part of its own."""
    found = found_in(mistake, *UNKNOWN)
    assert set(found) >= {"TS-C025", "TS-C028", "TS-C021"}
    assert set(found) - {"TS-C025", "TS-C028", "TS-C021"} <= {"TS-C006", "TS-C008"}
    assert len(found) == 4


def test_a_broken_clause_shows_what_else_is_wrong_in_it_and_not_what_only_seems_missing() -> None:
    """`minimum_volume` is misspelt: that it were missing is not said; a queue, a minimum and states are."""
    found = found_in(
        ("    minimum: 85%\n    minimum_volume: 30\n", "    minimum: 95%\n    minimun_volume: 30\n"),
        ("for: {language: de, channel: email}", "for: {language: de, queue: nope}"),
        ("{from: 2025-07-01, as: reporting-only}", "{from: 2025-10-01, as: reporting-only}"),
    )
    assert found == ["TS-C030", "TS-C054", "TS-C006", "TS-C044", "TS-C045"]


WHOLE = {
    "weights": (
        ("    minimum: 85%\n", "    minimum: 85%\n    weight: 40\n"),
        ("    measure: csat\n", "    measure: csat\n    weight: 60%\n"),
    ),
    "a cap": ((CAP, CAP.replace("10%", "10")),),
    "an example": (("{credit: 6000}", "{credit: six}"),),
}


@pytest.mark.parametrize("edits", WHOLE.values(), ids=WHOLE)
def test_a_part_that_is_broken_is_not_called_missing(edits: tuple[tuple[str, str], ...]) -> None:
    assert found_in(*edits) == ["TS-C008"]
