"""Whatever is done to a text, the linter answers with findings and never falls over."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.contract.check import check_text
from tallystick.contract.plain import plain
from tallystick.contract.terms import clock_terms
from tallystick.vocabulary.finding import Severity
from tests.contract.agreement import CARDS, TEXT

LINES = TEXT.splitlines(keepends=True)
PIECES = (
    *("[", "]", "{", "}", ": ", "- ", "~", "*a", "&a ", "", "null", "\t", "[]", "{}", "é", "%", "!", "|", "true", "A1"),
    *("-1", "99999999999999999999", "1e999", "0%", "0s", "{not: x}"),
    *("2025-02-30", "2025-07-01", "9999-12-31", "0001-01-01"),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_edit_of_a_text_gives_findings_or_a_contract(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["drop", "double", "swap", "value", "cut"]))
        if kind == "drop":
            lines[at] = "\n"
        elif kind == "double":
            lines.insert(at, lines[at])
        elif kind == "swap":
            lines[at], lines[0] = lines[0], lines[at]
        elif kind == "value":
            words = lines[at].split(" ")
            words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(PIECES))
            lines[at] = " ".join(words).rstrip("\n") + "\n"
        else:
            lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))] + "\n"
    contract, findings = check_text("".join(lines), CARDS)
    assert (contract is None) == any(found.severity is Severity.ERROR for found in findings)
    if contract is not None:
        assert plain(contract, cards=CARDS)
        if contract.term_months < 60:
            assert clock_terms(contract, "*").digest()
