"""The guide's contract is a sound one, and the guide names what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.contract.check import check_text
from tallystick.contract.clause import clause_kinds
from tallystick.contract.section import ATTRIBUTIONS, FILTER_FIELDS, PERIOD_RULES, STATES
from tallystick.vocabulary.clock_terms import CLOCK_KINDS
from tests.contract.agreement import CARDS

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "contract.md"


def test_the_contract_of_the_guide_gives_no_finding() -> None:
    text = GUIDE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    contract, findings = check_text(text, CARDS)
    assert findings == []
    assert contract is not None


@pytest.mark.parametrize(
    "words", [ATTRIBUTIONS, FILTER_FIELDS, PERIOD_RULES, STATES, CLOCK_KINDS, tuple(clause_kinds())]
)
def test_the_guide_names_every_word_that_may_be_written(words: tuple[str, ...]) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert [word for word in words if word not in guide] == []
