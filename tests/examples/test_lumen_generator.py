"""The invented client is drawn honestly: from its own knowledge, steered clear of every target, the same each time."""

from __future__ import annotations

import ast
import gzip
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

# Target and better margin of each first-reply clause: (partner, clause) -> share before and after an amendment.
TARGETS = {
    ("aurora", "S1"): 0.90, ("aurora", "S2"): 0.90, ("aurora", "S3"): 0.90, ("borealis", "S1"): 0.88,
    ("borealis", "S2"): 0.85, ("borealis", "S3"): 0.85, ("borealis", "S5"): 0.88, ("cordoba", "S1"): 0.92,
    ("cordoba", "S2"): 0.90, ("cordoba", "S3"): 0.88,
}  # fmt: skip
CLEAR = 0.02


def outcomes(expected: dict[str, Any]) -> dict[tuple[str, str, str], str]:
    return {(row["partner"], row["clause"], row["period"]): row["outcome"] for row in expected["not_met"]}


def test_the_generator_imports_nothing_of_the_product(lumen_folder: Path) -> None:
    for file in lumen_folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "tallystick"], file.name


def test_the_committed_expectations_are_those_of_the_seed(
    lumen: tuple[Path, dict[str, Any]], lumen_folder: Path
) -> None:
    assert (lumen[0] / "expected.yaml").read_bytes() == (lumen_folder / "expected.yaml").read_bytes()


def test_expectations_read_back_as_they_were_meant(lumen: tuple[Path, dict[str, Any]]) -> None:
    read = YAML(typ="safe").load((lumen[0] / "expected.yaml").read_text(encoding="utf-8"))
    assert read == lumen[1]


def test_the_client_has_sixty_thousand_cases_of_three_partners_in_twelve_months(
    lumen: tuple[Path, dict[str, Any]],
) -> None:
    assert 59_000 < lumen[1]["rows"]["cases"] < 61_000
    assert len(lumen[1]["months"]) == 12
    assert {row["partner"] for row in lumen[1]["first_reply"]} == {"aurora", "borealis", "cordoba"}


def test_every_share_is_clear_of_its_target(lumen: tuple[Path, dict[str, Any]]) -> None:
    expected = lumen[1]
    plan = outcomes(expected)
    for row in expected["first_reply"]:
        key = (row["partner"], row["clause"], row["period"])
        target = 0.92 if key[:2] == ("borealis", "S1") and key[2] >= "2026-01" else TARGETS[key[:2]]
        share, outcome = row["met"] / row["total"], plan.get(key, "met")
        if outcome == "met":
            assert share > target + CLEAR, key
        elif outcome in {"missed", "excused"}:
            assert share < target - CLEAR, key
        elif outcome == "not assessable":
            assert row["total"] < 30, key


def test_the_late_file_turns_a_met_month_into_a_missed_one(lumen: tuple[Path, dict[str, Any]]) -> None:
    (restated,) = lumen[1]["restated"]
    (row,) = [row for row in lumen[1]["first_reply"] if "before_late_file" in row]
    assert (row["partner"], row["clause"], row["period"]) == ("aurora", "S2", "2026-05")
    met, total = row["before_late_file"]
    assert met / total > 0.9 + CLEAR
    assert row["met"] / row["total"] < 0.9 - CLEAR
    assert (restated["before"], restated["after"]) == ("met", "missed")


def test_holidays_written_by_hand_are_the_official_ones(lumen_folder: Path) -> None:
    import holidays
    import story

    for country, own in (("RO", story.ROMANIA), ("PT", story.PORTUGAL), ("US", story.UNITED_STATES)):
        official = {day for day in holidays.country_holidays(country, years=[2025, 2026]) if day >= date(2025, 7, 1)}
        assert own == official, country


def share(
    blocks: list[Any], partner: str, languages: set[str], channel: str, month: str, hours: Any, within: int
) -> float:
    """The share in time if the desk had other hours or the contract another time; months by the due instant then."""
    from cases import NORMAL, NOT_YET
    from opening_hours import month_starts
    from story import ZONES

    labels, begins = month_starts(ZONES[partner])
    met = total = 0
    for block in blocks:
        cell = block.cell
        if (
            (cell.partner, cell.channel) != (partner, channel)
            or cell.language not in languages
            or block.late_file.any()
        ):
            continue
        due = hours.after(block.started, np.full(len(block), within, np.int64))
        rows = (block.kind == NORMAL) & (np.searchsorted(begins, due, side="right") - 1 == labels.index(month))
        total += int(rows.sum())
        met += int((rows & (block.replied != NOT_YET) & (block.replied <= due)).sum())
    return met / total


def test_without_the_schedule_change_march_would_be_met(blocks: list[Any]) -> None:
    import story
    from opening_hours import opening_hours

    worded = story.HOURS["iasi"]
    old = opening_hours(
        worded.zone, {date(2025, 7, 1): worded.versions[date(2025, 7, 1)]}, worded.closed, worded.overrides
    )
    assert share(blocks, "aurora", {"de", "ro"}, "chat", "2026-03", old, 600) > 0.9


def test_without_the_national_day_december_would_be_missed(blocks: list[Any]) -> None:
    import story
    from opening_hours import opening_hours

    worded = story.HOURS["iasi"]
    working = opening_hours(worded.zone, worded.versions, worded.closed - {date(2025, 12, 1)}, worded.overrides)
    assert share(blocks, "aurora", {"ro"}, "email", "2025-12", working, 4 * 3_600) < 0.9


def test_the_amendment_decides_january_and_no_month_before_it(blocks: list[Any]) -> None:
    from cases import desk

    porto = desk("porto")
    assert share(blocks, "borealis", {"en"}, "email", "2026-01", porto, 8 * 3_600) > 0.88 + CLEAR
    for month in ("2025-09", "2025-10", "2025-11", "2025-12"):
        assert share(blocks, "borealis", {"en"}, "email", month, porto, 6 * 3_600) < 0.92 - CLEAR


def test_the_scorecards_flatter_where_they_are_meant_to(blocks: list[Any], lumen: tuple[Path, dict[str, Any]]) -> None:
    from outcome import scorecard_rows
    from story import QUEUE_OF_REASON, REASONS

    names = list(REASONS)
    returned = [names.index(name) for name, queue in QUEUE_OF_REASON.items() if queue == "Returns"]
    rows = scorecard_rows(blocks, {at: np.isin(block.reason, returned) for at, block in enumerate(blocks)})
    aurora = {(row["clause"], row["month"]): row["met"] / row["total"] for row in rows["aurora"]}
    assert all(aurora["S1", month] > 0.9 for month in ("2025-11", "2025-12", "2026-01"))
    borealis = {(row["clause"], row["month"]): row["met"] / row["total"] for row in rows["borealis"]}
    assert borealis["S1", "2026-01"] > 0.92
    ours = {(row["clause"], row["period"]): (row["met"], row["total"]) for row in lumen[1]["first_reply"]
            if row["partner"] == "cordoba"}  # fmt: skip
    assert {(row["clause"], row["month"]): (row["met"], row["total"]) for row in rows["cordoba"]} == ours


def test_card_and_account_numbers_in_messages_are_invented_with_valid_check_digits(
    lumen: tuple[Path, dict[str, Any]],
) -> None:
    from stdnum import iban, luhn

    text = (lumen[0] / "in/aurora/aurora-events-2025-Q3.csv").read_text(encoding="utf-8-sig")
    cards, accounts = (
        re.findall(r"\b4000 00\d\d \d{4} \d{4}\b", text),
        re.findall(r"\b(?:DE|RO)\d\d(?: [A-Z0-9]{2,4}){4,6}\b", text),
    )
    assert len(cards) > 5
    assert all(luhn.is_valid(card.replace(" ", "")) for card in cards)
    assert len(accounts) > 5
    assert all(iban.is_valid(account, check_country=False) for account in accounts)
    assert re.search(r"@example\.(com|org|net)", text)
    assert not re.search(r"@(?!example\.)", text)


def test_three_languages_are_written_with_their_own_letters(lumen: tuple[Path, dict[str, Any]]) -> None:
    aurora = (lumen[0] / "in/aurora/aurora-events-2025-Q3.csv").read_text(encoding="utf-8-sig")
    assert "ș" in aurora
    assert "ü" in aurora
    assert "ş" not in aurora
    borealis = gzip.decompress((lumen[0] / "in/borealis/borealis-case-events-2026-q1.csv.gz").read_bytes()).decode()
    assert "Could you" in borealis or "could you" in borealis


def test_mail_comes_by_day_and_peaks_on_black_friday(blocks: list[Any]) -> None:
    from datetime import UTC, datetime

    mail = next(block for block in blocks if (block.cell.partner, block.cell.language) == ("cordoba", "en"))
    hours = np.array([datetime.fromtimestamp(at, UTC).hour for at in mail.created.tolist()])
    assert (np.isin(hours, (13, 14, 15, 16))).mean() > 3 * (np.isin(hours, (6, 7, 8, 9))).mean()
    days = np.array([datetime.fromtimestamp(at, UTC).date().isoformat() for at in mail.created.tolist()])
    assert (days == "2025-11-28").sum() > 1.6 * (days == "2025-10-17").sum()


@pytest.mark.parametrize("partner", ["aurora", "borealis", "cordoba"])
def test_each_contract_is_valid_without_remarks_and_its_worked_examples_hold(lumen_folder: Path, partner: str) -> None:
    from tallystick.contract.check import check_path
    from tallystick.verdicts.cards import measure_cards

    contract, findings = check_path(lumen_folder / "contracts" / f"lumen-{partner}.yaml", measure_cards())
    assert contract is not None
    assert findings == []


def test_each_mapping_is_one_that_ingest_reads(lumen_folder: Path) -> None:
    from tallystick.records import mapping_file

    for file in sorted((lumen_folder / "mappings").glob("*.yaml")):
        mapping = mapping_file.parse(file.read_text(encoding="utf-8"), file.name)
        assert mapping.feed == file.stem


def test_every_share_of_calls_is_clear_of_its_target(lumen: tuple[Path, dict[str, Any]]) -> None:
    from floor import truths

    plan = outcomes(lumen[1])
    for row in lumen[1]["floor"]["calls"]:
        shares = {
            "T1": (row["in_time"] / row["offered"], truths.TARGET[row["partner"]], 1),
            "T2": (row["abandoned"] / row["offered"], truths.ABANDONED_AT_MOST, -1),
            "T4": (row["surveyed"] / row["answered"], truths.SURVEYED_AT_LEAST, 1),
        }
        for clause, (share, target, better) in shares.items():
            outcome = plan.get((row["partner"], clause, row["period"]), "met")
            if outcome == "met":
                assert better * (share - target) > CLEAR, (row, clause)
            elif outcome == "missed":
                assert better * (share - target) < -CLEAR, (row, clause)


def test_the_files_of_the_lines_hold_the_calls_that_were_counted(lumen: tuple[Path, dict[str, Any]]) -> None:
    calls = dict.fromkeys(("aurora", "borealis", "cordoba"), 0)
    for row in lumen[1]["floor"]["calls"]:
        calls[row["partner"]] += row["calls"]
    floor = lumen[0] / "in" / "floor"
    log = (floor / "aurora" / "queue_log").read_text(encoding="utf-8")
    assert log.count("|ENTERQUEUE|") == calls["aurora"]
    records = (floor / "borealis" / "contact-records.jsonl").read_text(encoding="utf-8").splitlines()
    contacts = {json.loads(line)["ContactId"] for line in records}
    assert len(contacts) == calls["borealis"] < len(records), "some records are delivered twice"
    conversations = json.loads((floor / "cordoba" / "conversations.json").read_text(encoding="utf-8"))
    assert len(conversations["conversations"]) == calls["cordoba"]
