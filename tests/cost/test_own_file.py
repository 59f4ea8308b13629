"""A file of the client's own that does not fit: line, words of ours, and a cure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tallystick.contract.section import Section
from tallystick.cost.business_case import BusinessCase
from tallystick.cost.own_file import sections_at
from tallystick.cost.shared import SharingRule
from tallystick.vocabulary.errors import DataError

CASE = """\
partner: aurora
currency: EUR
from: 2026-01
baseline: 30000
expected: {invoice: 24000}
"""
LIBRARY = re.compile(r"Input should|Value error|pattern|instance of|pydantic|Errno")


def refusal_of(path: Path, text: str, model: type[Section]) -> DataError:
    """What is said of a file that does not fit, in no library's words."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        sections_at(path, model)
    assert not LIBRARY.search(refused.value.message)
    return refused.value


@pytest.mark.parametrize(
    ("text", "words", "cure"),
    [
        ("", "1:1: The text is empty.", ""),
        ("word", "1:1: The text must be a mapping of keys, or a list of them.", ""),
        ("- word\n", "1:3: The text must be a mapping of keys, not 'word'.", ""),
        ("a: [", "1:5: This is not YAML", ""),
        (CASE.replace("EUR", "eur"), "2:1: `currency` is not written as it should be: 'eur'.", "ISO 4217"),
        (CASE.replace("from: 2026-01", "from: 2026"), "3:1: `from`: expected a month such as 2026-03", ""),
        (CASE.replace("30000", "much"), "4:1: `baseline`: expected a number such as", ""),
        (CASE.replace("30000", "[1]"), "4:1: `baseline`: expected a number, found a list.", ""),
        (CASE.replace("30000", "{per: contact, cost: 3}"), "4:1: `baseline` lacks `planned`.", "Add the key."),
        (
            CASE.replace("30000", "{per: seat, cost: 3, planned: 4}"),
            "4:12: `baseline.per` cannot be 'seat'.",
            "contact",
        ),
        (
            CASE.replace("30000", "{per: contact, cost: 3, planned: 4, x: 2}"),
            "4:47: `baseline` has no key 'x'.",
            "cost",
        ),
        (CASE.replace("invoice", "gold"), "1:1: `expected` names invoice, effort", ""),
        (CASE.replace("24000", "much"), "5:12: `expected.invoice`: expected a number", ""),
        (CASE + "currency: EUR\n", "6:1: 'currency' stands here and already on line 2.", ""),
        (CASE + "titel: x\n", "6:1: This part has no key 'titel'.", "Did you mean 'title'?"),
        (f"- {CASE.replace(chr(10), chr(10) + '  ')}\n- {{partner: x}}\n", "7:3: This part lacks `currency`.", ""),
    ],
)
def test_a_case_that_does_not_fit_is_told_by_its_line(tmp_path: Path, text: str, words: str, cure: str) -> None:
    refused = refusal_of(tmp_path / "business-case.yaml", text, BusinessCase)
    assert refused.message.startswith(f"business-case.yaml:{words}")
    assert cure in refused.cure
    assert refused.cure.endswith("docs/guide/cost.md shows how one is written.")


@pytest.mark.parametrize(
    ("text", "words", "cure"),
    [
        ("kinds: tools\nkey: weight", "2:1: `key` cannot be 'weight'.", "fixed, hours, volume"),
        ("kinds: {a: 3}\nkey: volume", "1:1: `kinds` must be text, not a mapping.", ""),
        ("kinds: tools\nkey: volume\npartners: [a b]", "3:12: `partners`: expected a short name", ""),
        ("kinds: tools\nkey: volume\npartners: aurora", "3:1: `partners` must be a list, not 'aurora'.", ""),
        ("kinds: tools\nkey: fixed\nshares: {a b: 50%}", "3:10: `shares.a b`: expected a short name", ""),
        ("kinds: tools\nkey: fixed\nshares: {aurora: 0.6}", "3:10: `shares.aurora`: expected a percentage", ""),
    ],
)
def test_a_rule_that_does_not_fit_is_told_by_its_line(tmp_path: Path, text: str, words: str, cure: str) -> None:
    refused = refusal_of(tmp_path / "shared-costs.yaml", text, SharingRule)
    assert refused.message.startswith(f"shared-costs.yaml:{words}")
    assert cure in refused.cure


def test_one_section_or_a_list_of_them_is_read_and_none_is_none(tmp_path: Path) -> None:
    path = tmp_path / "business-case.yaml"
    for text, count in ((CASE, 1), (f"- {CASE.replace(chr(10), chr(10) + '  ')}\n", 1), ("[]", 0)):
        path.write_text(text, encoding="utf-8")
        assert [one.partner for one in sections_at(path, BusinessCase)] == ["aurora"] * count


def test_bytes_that_are_no_text_and_a_file_that_is_not_there_are_told(tmp_path: Path) -> None:
    path = tmp_path / "business-case.yaml"
    with pytest.raises(DataError, match="cannot be read: No such file"):
        sections_at(path, BusinessCase)
    path.write_bytes(b"partner: \xff\n")
    with pytest.raises(DataError, match=r"business-case.yaml:1: Byte 9 is not UTF-8"):
        sections_at(path, BusinessCase)
