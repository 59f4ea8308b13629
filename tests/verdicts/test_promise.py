"""The promise to one partner: its own part of text and lock, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tallystick.contract.load import load
from tallystick.contract.lock import write_lock
from tallystick.verdicts.promise import (
    Promise,
    contract_name,
    is_own_part,
    kept_promise,
    known_on,
    partners_of,
    promise_of,
    texts_at,
)
from tallystick.verdicts.signing import public_text, signing_key
from tallystick.vocabulary.errors import DataError, IntegrityError
from tests.verdicts.agreement import TEXT

ON = date(2026, 4, 5)
BOTH = TEXT.replace(
    "partner: {id: aurora, name: Aurora Contact}",
    "partners: [{id: aurora, name: Aurora Contact}, {id: borealis, name: Borealis Desk}]",
)


def locked(folder: Path, text: str = BOTH) -> Path:
    """A contract with its lock."""
    path = folder / "both.yaml"
    path.write_text(text, encoding="utf-8")
    contract, findings = load(path)
    assert contract is not None, findings
    write_lock(contract, path, signing_key(folder / "keys"))
    return path


def test_without_a_lock_the_promise_says_so_and_holds_the_partners_part_of_the_text() -> None:
    promise = promise_of({"both.yaml": BOTH.encode()}, "borealis", ON)
    assert (promise.lock, list(promise.texts), promise.judged_by) == ("unlocked", ["lumen-aurora.yaml"], "5")
    assert b"Aurora" not in promise.texts["lumen-aurora.yaml"]
    assert promise.contract.partner_ids == ("borealis",)
    assert is_own_part(promise)


def test_under_a_lock_the_partners_part_of_it_goes_with_the_text(tmp_path: Path) -> None:
    path = locked(tmp_path)
    promise = promise_of(texts_at(path), "aurora", ON)
    assert list(promise.texts) == ["lumen-aurora.yaml", "lumen-aurora.lock"]
    assert len(promise.lock) == 64
    assert is_own_part(promise)
    again = kept_promise(promise.texts, "aurora", ON)
    assert (again.lock, again.text, again.terms.digest()) == (promise.lock, promise.text, promise.terms.digest())
    public = public_text(signing_key(tmp_path / "keys"))
    assert promise_of(texts_at(path), "aurora", ON, public=public).lock == promise.lock


def test_a_lock_of_another_key_or_text_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = locked(tmp_path)
    with pytest.raises(IntegrityError, match=r"both\.lock does not hold: ") as refused:
        promise_of(texts_at(path), "aurora", ON, public="00" * 32)
    assert refused.value.cure == "Run `tally check --lock`."
    path.write_text(BOTH.replace("target: 80%", "target: 81%"), encoding="utf-8")
    with pytest.raises(IntegrityError, match="does not hold"):
        promise_of(texts_at(path), "aurora", ON)


def own(promise: Promise, **texts: bytes) -> Promise:
    return replace(promise, texts={**promise.texts, **texts})


def test_a_part_that_holds_more_than_binds_the_partner_is_no_own_part() -> None:
    promise = promise_of({"both.yaml": BOTH.encode()}, "aurora", ON)
    ((name, text),) = promise.texts.items()
    assert not is_own_part(replace(promise, texts={name: text + b"# more\n"}))
    assert not is_own_part(replace(promise, texts={name: text, "beside.yaml": b"{}\n"}))


def test_the_texts_of_a_folder_are_the_contract_what_it_includes_and_its_lock(tmp_path: Path) -> None:
    fees = "fees: {monthly: {amount: 120000}}\n"
    (tmp_path / "more.yaml").write_text(fees, encoding="utf-8")
    path = tmp_path / "main.yaml"
    text = TEXT.replace("model: fixed, amount: 2500", "model: percentage, percentage: 1%, of: monthly")
    path.write_text(text.replace(fees, "include: [more.yaml]\n"), encoding="utf-8")
    texts = texts_at(path)
    assert list(texts) == ["main.yaml", "more.yaml"]
    assert texts["more.yaml"] == (tmp_path / "more.yaml").read_bytes()
    assert contract_name(texts) == "lumen-aurora"
    assert list(promise_of(texts, "aurora", ON).contract.fees) == ["monthly"]
    contract, _ = load(path)
    assert contract is not None
    write_lock(contract, path, signing_key(tmp_path / "keys"))
    assert list(texts_at(path)) == ["main.yaml", "more.yaml", "main.lock"]


def test_a_text_with_errors_is_refused_with_the_first_of_them(tmp_path: Path) -> None:
    wrong = TEXT.replace("currency: EUR\n", "").replace("title: Customer care\n", "")
    with pytest.raises(DataError, match=r"^a.yaml is not a valid contract: a.yaml.*: .*\(and \d+ more\)") as refused:
        promise_of({"a.yaml": wrong.encode()}, "aurora", ON)
    assert refused.value.cure == "`tally check` shows every finding."
    path = tmp_path / "a.yaml"
    path.write_text(TEXT.replace("currency: EUR\n", ""), encoding="utf-8")
    with pytest.raises(DataError, match=r"^a.yaml is not a valid contract: (?!.*more\)).*currency"):
        texts_at(path)


def test_the_partners_of_a_text_are_all_or_those_wanted_in_its_order() -> None:
    texts = {"both.yaml": BOTH.encode()}
    assert partners_of(texts, None) == ["aurora", "borealis"]
    assert partners_of(texts, frozenset({"borealis", "another"})) == ["borealis"]
    assert partners_of(texts, frozenset()) == []


def test_what_is_known_at_an_instant_is_what_was_known_on_its_day() -> None:
    assert known_on(datetime(2026, 4, 5, 23, 59, 59, tzinfo=UTC)) == ON


def test_a_period_of_a_promise_begins_and_ends_by_the_clock_of_its_zone() -> None:
    """Summer time begins in Bucharest on 29 March 2026, so March is an hour short."""
    march = promise_of({"a.yaml": TEXT.encode()}, "aurora", ON).period("2026-03")
    begin, end = (datetime.fromtimestamp(second, UTC) for second in (march.start_s, march.end_s))
    assert (begin, end) == (datetime(2026, 2, 28, 22, tzinfo=UTC), datetime(2026, 3, 31, 21, tzinfo=UTC))


@pytest.mark.parametrize(("version", "moved"), [("5", True), ("4", False)])
def test_before_version_5_no_amendment_moved_the_end_of_the_term(version: str, moved: bool) -> None:
    change = "amendments:\n  - {id: AM9, effective: 2026-12-01, changes: [{section: term, set: {to: 2031-06-30}}]}\n"
    assert "amendments:\n" not in TEXT
    promise = promise_of({"one.yaml": (TEXT + change).encode()}, "aurora", ON)
    again = kept_promise(promise.texts, "aurora", ON, version)
    assert (again.contract.whole_term.to_on == date(2031, 6, 30)) is moved
