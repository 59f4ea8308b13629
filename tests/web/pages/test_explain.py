"""The page behind every figure: its counts add up, its cases recount to the figure, its twin is the command line's."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tallystick.verdicts.verdict import Outcome, RecordDifference
from tests.journeys.command_line import tally
from tests.web import probes
from tests.web._own_home import judged_again, own_home

SignIn = Callable[..., Any]
MONTHS = ("2025-12", "2026-02", "2026-06")
SHOWN = "/verdict/aurora/S1/2025-12"
HOSTILE = "<img src=x onerror=alert(1)>/\"'&"


def gathered(room: Any, verdict: Any, **query: str) -> dict[str, Any]:
    from tallystick.web.page import Asked
    from tallystick.web.pages.explain import gather

    parts = {"partner": verdict.partner, "clause": verdict.clause, "period": verdict.period}
    return gather(room, Asked(parts, query))


def test_counts_add_up_and_the_listed_cases_recount_to_the_figure(room_of: Callable[[str], Any]) -> None:
    room, recounted = room_of("owner"), 0
    for verdict in (one for one in room.books.verdicts if one.period in MONTHS):
        page = gathered(room, verdict)
        told, value = page["explanation"], verdict.value
        assert sum(count for _, count in told.counts) == told.rows_total
        if value is None or value.n is None:
            assert (told.counts, page["sum"]) == ((), "")
            continue
        assert told.rows_total == value.n + value.pending + sum(count for _, count in value.excluded)
        written = page["sum"].replace(",", "").partition(" = ")
        assert sum(int(part) for part in written[0].split(" + ")) == int(written[2])
        if verdict.provenance != "measured":
            assert len(page["cases"].rows) == 0
            continue
        rows = [{key: cell.value for key, cell in row.items()} for row in page["cases"].rows]
        assert Counter(row["place"] for row in rows) == Counter(dict(told.counts)), verdict.name
        if value.kind == "share" and value.denominator == value.n:
            good = "met" if verdict.better == "higher" else "with it (counts against)"
            assert sum(1 for row in rows if row["place"] == good) == value.numerator
        elif value.kind == "mean":
            assert sum(row["brings"] for row in rows if row["place"] == "counted") == value.numerator
        recounted += 1
    assert recounted >= 50


@pytest.mark.parametrize(
    "name", ["aurora/S1/2025-12", "borealis/K2/2026-02", "cordoba/K4/2025-12", "cordoba/S2/2026-02"]
)
def test_the_twin_is_what_the_command_line_tells(sign_in: SignIn, prepared: Path, name: str) -> None:
    twin = sign_in("owner").get(f"/verdict/{name}.json").json()
    answer = tally("explain", name, "--json", "--home", prepared.parent.parent)
    assert answer.code == 0, answer.err
    assert twin["explanation"] == answer.json
    assert twin["about"]["command"] == f"tally explain lumen-{name.partition('/')[0]}/{name}"


def test_the_page_shows_what_its_twin_holds(sign_in: SignIn) -> None:
    client = sign_in("owner")
    body, twin = client.get(SHOWN).content.decode(), client.get(f"{SHOWN}.json").json()
    told = twin["explanation"]
    assert told["sentence"] in body
    assert twin["sum"] in body
    for words in (*told["clause_text"], *told["what_would_change"], told["clause_source"], told["measure"]):
        assert words.replace("'", "&#x27;") in body
    for name, value in told["pins"]:
        assert name in body
        assert value in body
    for step in twin["steps"]["rows"]:
        assert step["inserted"].replace("<", "&lt;").replace(">", "&gt;") in body
    assert twin["reported"]["sentence"] in body
    assert "tally explain lumen-aurora/aurora/S1/2025-12" in body


def test_failed_cases_come_first_and_a_place_lists_its_own_rows_alone(sign_in: SignIn) -> None:
    client = sign_in("aurora")
    twin = client.get(f"{SHOWN}.json").json()
    places = [row["place"] for row in twin["cases"]["rows"]]
    assert places == sorted(places, key=lambda place: place != "missed")[: len(places)]
    for place, count in twin["explanation"]["counts"]:
        answer = client.get(f"{SHOWN}.csv", {"cases.place": place, "table": "cases"})
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == count
        assert {row["Place"] for row in rows} == {place}
    whole = client.get(f"{SHOWN}.csv?table=cases&cases.page=3").content.decode("utf-8-sig")
    assert len(whole.splitlines()) == twin["cases"]["total"] + 1


def test_the_longest_overdue_comes_first_when_asked_for(sign_in: SignIn) -> None:
    answer = sign_in("owner").get(f"{SHOWN}.csv?table=cases&cases.sort=-late_s&cases.place=missed")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    late = [int(row["Against due"]) for row in rows if row["Against due"]]
    assert late == sorted(late, reverse=True)
    assert late
    assert late[0] > 0


def test_another_partners_verdict_answers_as_one_that_does_not_exist(sign_in: SignIn) -> None:
    client = sign_in("borealis")
    for ending in ("", ".json", ".csv", "?at=a4a7b3bd4b0a", "?cases.place=missed"):
        foreign, invented = client.get(f"{SHOWN}{ending}"), client.get(f"/verdict/nobody/S1/2025-12{ending}")
        assert foreign.status_code == invented.status_code == 404
        assert probes.plain(foreign.content) == probes.plain(invented.content)


@pytest.mark.parametrize("at", ["*", "../../x", "zzzzzzzz", "00000000", "[0-9]*"])
def test_an_invented_digest_leads_nowhere(sign_in: SignIn, at: str) -> None:
    assert sign_in("owner").get(SHOWN, {"at": at}).status_code == 404


def test_the_partner_sees_the_same_figures_and_cases_as_the_client(sign_in: SignIn) -> None:
    ours, theirs = (sign_in(who).get(f"{SHOWN}.json").json() for who in ("owner", "aurora"))
    # Only the way to the closing differs: the partner's side has not been shown it yet.
    assert ours.pop("links")["close"] == "/close/aurora/2025-12"
    assert theirs.pop("links")["close"] == ""
    assert ours == theirs


@pytest.mark.parametrize("who", ["owner", "auditor", "aurora"])
def test_every_link_of_the_pages_leads_somewhere_for_its_reader(sign_in: SignIn, who: str) -> None:
    client, tried = sign_in(who), set()
    for page in (SHOWN, f"{SHOWN}/case/AUR-435198", "/contracts", "/contract/lumen-aurora"):
        body = client.get(page).content.decode()
        for found in re.findall(r'href="([^"#]+)', body):
            link = html.unescape(found)
            address = f"{page}{link}" if link.startswith("?") else link
            if address in tried or not address.startswith("/") or "/static/" in address or "cases." in address:
                continue
            tried.add(address)
            assert client.get(address).status_code in (200, 302), (page, address)
    assert len(tried) > 60


def test_a_button_is_shown_only_to_those_who_may(sign_in: SignIn) -> None:
    from tallystick.web.perform import deeds

    told = deeds().get("open-dispute")
    for who in ("owner", "aurora", "auditor"):
        shown = b"/do/open-dispute" in sign_in(who).get(SHOWN).content
        assert shown == (told is not None and who != "auditor")


def test_comments_are_read_by_both_sides_and_notes_by_the_client_alone(sign_in: SignIn) -> None:
    owner = sign_in("owner")
    about = {"about": "verdict/aurora/S1/2025-12"}
    assert owner.post("/do/comment", {**about, "text": "We looked at the open ones."}).status_code == 302
    assert owner.post("/do/note", {**about, "text": "Raise it in the review."}).status_code == 302
    for who, comment, note in (("owner", True, True), ("auditor", True, True), ("aurora", True, False)):
        for address in (SHOWN, f"{SHOWN}.json"):
            body = sign_in(who).get(address).content.decode()
            assert ("We looked at the open ones." in body) == comment
            assert ("Raise it in the review." in body) == note


def test_a_dispute_is_opened_from_the_page_and_stands_on_it(sign_in: SignIn) -> None:
    client = sign_in("aurora")
    link = client.get(f"{SHOWN}.json").json()["links"]["dispute"]
    assert client.get(link).status_code == 200
    category = re.search(r'<option value="(\w[^"]*)"', client.get(link).content.decode())
    assert category is not None
    given = dict(parse_qsl(urlsplit(link).query))
    words = {"category": category.group(1), "expected": "It counts as kept.", "text": "The mail system was down."}
    assert client.post("/do/open-dispute", {**given, **words}).status_code == 302
    for who, seen in (("owner", 1), ("aurora", 1)):
        assert len(sign_in(who).get(f"{SHOWN}.json").json()["disputes"]["rows"]) == seen
    other = client.get("/verdict/aurora/S2/2025-12.json").json()
    assert other["disputes"]["rows"] == []


def test_a_figure_on_late_data_says_how_far_they_reach(sign_in: SignIn) -> None:
    twin = sign_in("owner").get("/verdict/borealis/S1/2026-06.json").json()
    assert [row["state"] for row in twin["sources"]["rows"]] == ["late"]
    assert twin["about"]["behind"].startswith("data to 2026-06-18")
    body = sign_in("owner").get("/verdict/borealis/S1/2026-06").content.decode()
    assert twin["about"]["behind"] in body
    assert not twin["explanation"]["sentence"].endswith("..")
    assert not any(line.endswith("..") for line in twin["explanation"]["what_would_change"])
    assert twin["reasons"] == []
    assert sign_in("owner").get(f"{SHOWN}.json").json()["about"]["behind"] == ""


def test_a_restated_verdict_shows_old_new_and_what_moved(
    sign_in: SignIn, tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = own_home(tmp_path, prepared, monkeypatch)

    def change(old: Any) -> Any:
        value = replace(old.value, numerator=436, value=Fraction(436, 581))
        moved = (RecordDifference("case_event", 1, "AUR-435134/reply", "added"),)
        noted = {"because": ["rows"], "records_moved": 3}
        return replace(replace(old, value=value).restating(old, moved), noted=noted)

    old, new = judged_again(home, "S1", change)
    client = sign_in("owner")
    twin = client.get(f"{SHOWN}.json").json()
    assert twin["explanation"]["verdict"]["digest"] == new.digest
    assert [row["verdict"] for row in twin["restatements"]["rows"]] == [new.digest[:12], old.digest[:12]]
    before = twin["restatements"]["rows"][1]
    assert (before["because"], before["moved"]) == ("rows", 3)
    assert twin["moved"]["rows"] == [{"table": "case_event", "record": "AUR-435134/reply", "change": "added"}]
    older = client.get(f"{SHOWN}?at={old.digest[:12]}")
    assert older.status_code == 200
    assert "See the verdict that stands" in older.content.decode()
    assert "435 of 581" in older.content.decode()
    assert client.get(f"{SHOWN}.json?at={old.digest[:12]}").json()["about"]["command"].endswith(f"@{old.digest[:12]}")
    assert sign_in("borealis").get(f"{SHOWN}?at={old.digest[:12]}").status_code == 404


def test_a_hostile_case_id_is_text_and_its_case_can_be_opened(
    sign_in: SignIn, tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.evidence import case_address

    home = own_home(tmp_path, prepared, monkeypatch)

    def planted(table: Any) -> Any:
        if "case_id" not in table.column_names:
            return table
        column = table.column("case_id")
        changed = pc.if_else(pc.equal(column, "AUR-435198"), pa.scalar(HOSTILE, column.type), column)
        return table.set_column(table.column_names.index("case_id"), table.schema.field("case_id"), changed)

    _, verdict = judged_again(home, "S1", lambda old: replace(old, reasons=(HOSTILE,)), planted)
    client = sign_in("owner")
    for address in (f"{SHOWN}?cases.q=onerror", case_address(verdict, HOSTILE)):
        body = client.get(address).content.decode()
        assert "<img src=x" not in body
        assert "&lt;img src=x onerror=alert(1)&gt;" in body
    twin = client.get(f"{case_address(verdict, HOSTILE)}.json")
    assert twin.json()["case"]["case_id"] == HOSTILE


def test_absent_data_is_said_and_never_a_figure(sign_in: SignIn, room_of: Callable[[str], Any]) -> None:
    client, seen = sign_in("owner"), 0
    for verdict in room_of("owner").books.verdicts:
        if verdict.outcome is Outcome.NOT_ASSESSABLE:
            body = client.get(f"/verdict/{verdict.name}").content.decode()
            assert "not assessable" in body
            assert verdict.reasons[0].replace("'", "&#x27;") in body
            seen += 1
    assert seen


def test_json_of_the_page_holds_no_number_that_json_cannot_carry(sign_in: SignIn) -> None:
    text = sign_in("owner").get(f"{SHOWN}.json").content.decode()
    assert json.loads(text, parse_constant=pytest.fail)


def test_what_if_finds_again_what_was_judged_for_every_verdict_that_it_answers(lumen: Any) -> None:
    """The same arithmetic over the whole example: outcome and money as judged, or no word about money."""
    from tallystick.verdicts.explain import kept
    from tallystick.verdicts.store import VerdictStore
    from tallystick.verdicts.what_if import can_ask, what_if

    store, asked, told = VerdictStore(lumen / "verdicts"), 0, 0
    for record in (one for one in store.judged() if one.period in ("2025-12", "2026-03", "2026-05")):
        verdicts = store.verdicts_of(record)
        text = kept(store, verdicts[0]).promise.contract
        for verdict in (one for one in verdicts if can_ask(one)):
            found = what_if(text, record, verdicts, verdict)
            assert found.outcome is verdict.outcome, verdict.name
            assert found.after == found.before
            asked += 1
            told += found.after is not None
    assert asked >= 30
    assert told >= 0.9 * asked


def test_the_form_answers_in_the_address_and_refuses_another_unit_in_words(sign_in: SignIn) -> None:
    client, page = sign_in("owner"), "/verdict/aurora/S1/2025-12"
    twin = client.get(f"{page}.json?target=70%25").json()["what_if"]
    assert twin["outcome"] == "met"
    assert twin["before"] != twin["after"]
    assert "would be met" in client.get(f"{page}?target=70%25").content.decode()
    assert "not written as the target" in client.get(f"{page}?target=4h").content.decode()
    assert client.get(f"{page}.json").json()["what_if"]["answer"] == ""
    assert sign_in("aurora").get(f"{page}.json?without=100000").json()["what_if"]["problem"]


def test_it_says_how_far_the_minimum_level_is_in_rows(sign_in: SignIn) -> None:
    client = sign_in("owner")
    missed = client.get("/verdict/aurora/S1/2025-12.json").json()["explanation"]["what_would_change"]
    assert any("more met would have reached the minimum level of 85 %" in line for line in missed)
    kept = client.get("/verdict/aurora/S3/2026-03.json").json()["explanation"]["what_would_change"]
    assert any(line.startswith("It keeps the minimum level of 80 % by") for line in kept)
