"""A contract and what it includes."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from tallystick.contract.check import check_path, check_text
from tallystick.contract.load import load, load_text
from tests.contract.agreement import CARDS, TEXT, edited

INCLUDING = edited(
    ("sites:\n  cluj: {name: Cluj, country: RO, zone: Europe/Bucharest}\n", "include: [shared/sites.yaml]\n")
)
SITES = "sites:\n  cluj: {name: Cluj, country: RO, zone: Europe/Bucharest}\n"


def ids(findings: object) -> list[tuple[str, str, int]]:
    return [(found.id, found.place.file, found.place.line) for found in findings]  # type: ignore[attr-defined]


def test_shared_definitions_become_part_of_the_contract() -> None:
    contract, findings = load_text(INCLUDING, includes={"shared/sites.yaml": SITES})
    assert findings == []
    assert contract is not None
    assert contract.sites["cluj"].name == "Cluj"
    assert set(contract.files) == {"contract.yaml", "shared/sites.yaml"}


def test_a_finding_in_an_included_text_names_that_text(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "sites.yaml").write_text("sites:\n  cluj:\n    nam: Cluj\n")
    (tmp_path / "aurora.yaml").write_text(INCLUDING)
    contract, findings = load(tmp_path / "aurora.yaml")
    assert contract is None
    shared = str(tmp_path / "shared" / "sites.yaml")
    assert ids(findings) == [("TS-C007", shared, 2), ("TS-C006", shared, 3)]


def test_the_contract_itself_goes_before_what_it_includes() -> None:
    shared = "definitions: {reopen_window: 14d, repeat_window: 30d, period_rule: created-in}\n"
    contract, findings = load_text(
        edited(("sites:\n", "include: shared.yaml\nsites:\n")), includes={"shared.yaml": shared}
    )
    assert findings == []
    assert contract is not None
    assert contract.definitions.reopen_window == 14 * 86_400
    assert contract.definitions.period_rule == "due-in"


def test_a_name_that_both_texts_bring_is_a_duplicate() -> None:
    _, findings = load_text(edited(("sites:\n", "include: s.yaml\nsites:\n")), includes={"s.yaml": SITES})
    assert ids(findings) == [("TS-C020", "s.yaml", 2)]


def test_texts_that_include_each_other_are_told() -> None:
    includes = {"shared/sites.yaml": SITES + "include: [more.yaml]\n", "shared/more.yaml": "include: [sites.yaml]\n"}
    _, findings = load_text(INCLUDING, includes=includes)
    assert ids(findings) == [("TS-C010", "shared/more.yaml", 1)]


def test_an_included_text_brings_no_clause() -> None:
    _, findings = load_text(INCLUDING, includes={"shared/sites.yaml": SITES + "clauses: []\n"})
    assert ids(findings) == [("TS-C012", "shared/sites.yaml", 3)]


def test_texts_are_limited_together() -> None:
    sites = {f"s{n}.yaml": "# " + "x" * 100_000 + "\nsites: {}\n" for n in range(4)}
    text = edited(("sites:\n", f"include: [{', '.join(sites)}]\nsites:\n"))
    _, findings = load_text(text, includes=sites)
    assert [(found.id, found.place.line) for found in findings] == [("TS-C004", 9), ("TS-C004", 9)]


def test_an_include_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(SITES)
    home = tmp_path / "contracts"
    home.mkdir()
    text = home / "a.yaml"
    text.write_text(INCLUDING.replace("shared/sites.yaml", "../secret.yaml"))
    _, findings = load(text)
    assert (findings[0].id, findings[0].place.line) == ("TS-C011", 9)
    (home / "linked.yaml").symlink_to(tmp_path / "secret.yaml")
    text.write_text(INCLUDING.replace("shared/sites.yaml", "linked.yaml"))
    _, findings = load(text)
    assert (findings[0].id, findings[0].place.line) == ("TS-C011", 9)


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        contract, findings = check_path(path)
        assert contract is None
        assert [found.id for found in findings] == ["TS-C001"]


def test_hundreds_of_clauses_are_read_and_thousands_refused() -> None:
    row = "  - {id: Z%d, kind: sla_target, clock: next_reply, within: 4h, for: {reason: r%d}, target: 90%%}\n"
    several = "clauses:\n" + "".join(row % (n, n) for n in range(290))
    contract, _ = check_text(TEXT.replace("clauses:\n", several), CARDS)
    assert contract is not None
    assert len(contract.clauses) > 290
    many = "clauses:\n" + "".join(row % (n, n) for n in range(1000))
    contract, findings = check_text(TEXT.replace("clauses:\n", many), CARDS)
    assert contract is None
    assert [(found.id, found.place.line) for found in findings] == [("TS-C004", 27)]


def test_line_ends_do_not_change_the_digest() -> None:
    unix, _ = load_text(TEXT)
    windows, _ = load_text(TEXT.replace("\n", "\r\n"))
    assert unix is not None
    assert windows is not None
    assert dict(unix.files) == dict(windows.files)


def told(path: Path) -> tuple[str, str]:
    """What is said of a text that cannot be read, and its cure."""
    contract, findings = load(path)
    assert contract is None
    (found,) = findings
    assert found.id == "TS-C001"
    return found.message, found.cure


def test_a_text_that_is_no_file_is_told_with_a_cure_of_its_own(tmp_path: Path) -> None:
    folder, outside = tmp_path / "contracts", tmp_path / "outside.yaml"
    (folder / "folder.yaml").mkdir(parents=True)
    outside.write_text(TEXT)
    for name, leads_to in (("near", "nowhere"), ("far", "../nowhere"), ("round", "round.yaml"), ("out", str(outside))):
        (folder / f"{name}.yaml").symlink_to(leads_to)
    assert told(folder / "folder.yaml") == (
        "folder.yaml is a folder.", "A contract's text is a file: name it, or put it there.",
    )  # fmt: skip
    for name in ("near", "far", "none"):
        words = f"{name}.yaml does not exist.", "Check the path, and where it leads if it is a link."
        assert told(folder / f"{name}.yaml") == words
    assert told(folder / "round.yaml") == ("round.yaml cannot be read.", "Check the path.")
    assert told(folder / "out.yaml") == (
        "out.yaml is a link to a file outside its folder.", "Put the file itself into the folder.",
    )  # fmt: skip


def test_a_text_that_may_not_be_read_is_not_said_to_be_badly_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "aurora.yaml"
    path.write_text(TEXT)

    def refused(path: Path, *_: Any, **__: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refused)
    assert told(path) == ("aurora.yaml may not be read.", "Give yourself the right to read it.")


def test_of_an_included_text_outside_the_folder_nothing_is_told_but_that(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    text = tmp_path / "contracts" / "aurora.yaml"
    (tmp_path / "there.yaml").write_text("sites: {}\n")
    for name in ("there", "not-there"):
        text.write_text(f"include: ../{name}.yaml\n{TEXT}")
        (found,) = [one for one in load(text)[1] if name in one.message]
        assert found.message == f"../{name}.yaml lies outside the contract's folder."
