"""A contract and what it includes."""

from __future__ import annotations

from pathlib import Path

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
