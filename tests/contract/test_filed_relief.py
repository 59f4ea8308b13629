"""Relief filed beside the text: written and read as it is, refused where it is none, part of the partner's own part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tallystick.contract.filed_relief import filed_relief, write_filed
from tallystick.contract.own_part import own_part
from tallystick.vocabulary.errors import DataError
from tests.contract.test_own_part import contract_of

EVENT: dict[str, Any] = {
    "id": "filed-1", "clauses": ["S1"], "from": "2026-03-04 08:00", "to": "2026-03-04 18:00",
    "reason": "client-outage", "status": "agreed", "evidence": "ticket INC-1",
}  # fmt: skip


def test_what_was_filed_is_read_as_it_was_written_and_an_empty_list_takes_it_away(tmp_path: Path) -> None:
    assert filed_relief(tmp_path, "lumen-aurora", "aurora") == ()
    second = {**EVENT, "id": "filed-2", "status": "refused"}
    assert write_filed(tmp_path, "lumen-aurora", "aurora", [second, EVENT])
    assert not write_filed(tmp_path, "lumen-aurora", "aurora", [second, EVENT])
    assert filed_relief(tmp_path, "lumen-aurora", "aurora") == (EVENT, second)
    assert filed_relief(tmp_path, "lumen-aurora", "borealis") == ()
    assert write_filed(tmp_path, "lumen-aurora", "aurora", [])
    assert not write_filed(tmp_path, "lumen-aurora", "aurora", [])
    assert filed_relief(tmp_path, "lumen-aurora", "aurora") == ()


@pytest.mark.parametrize(
    "wrong",
    ["{", "[3]", '[{"id": "filed-1"}]', '[{"id": "R1", "from": "2026-03-04", "to": "2026-03-05", "reason": "other"}]'],
)
def test_a_file_that_holds_no_relief_is_refused_with_its_cure(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "relief" / "c").mkdir(parents=True)
    (tmp_path / "relief" / "c" / "aurora.json").write_text(wrong, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        filed_relief(tmp_path, "c", "aurora")
    assert "aurora.json" in refused.value.message
    assert "written again" in refused.value.cure


def test_the_same_event_twice_is_refused(tmp_path: Path) -> None:
    write_filed(tmp_path, "c", "aurora", [EVENT, EVENT])
    with pytest.raises(DataError):
        filed_relief(tmp_path, "c", "aurora")


def test_filed_relief_follows_that_of_the_text_and_the_part_of_the_part_is_the_same_bytes() -> None:
    contract = contract_of()
    plain, with_filed = own_part(contract, "aurora"), own_part(contract, "aurora", [EVENT])
    assert plain != with_filed
    again = contract_of(with_filed, {})
    assert [one.id for one in again.relief][-1] == "filed-1"
    assert [one.id for one in again.relief][:-1] == [one.id for one in contract_of(plain, {}).relief]
    assert own_part(again, "aurora") == with_filed
