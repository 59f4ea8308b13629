"""Names and words for people who read a contract."""

from __future__ import annotations

import re

import pytest

from tallystick.contract.counting_words import period_words
from tallystick.contract.names import country_name, language_name, with_article
from tallystick.contract.section import PERIOD_RULES
from tallystick.verdicts.cards import measure_cards


def test_codes_are_told_by_their_names_and_stay_where_nobody_knows_them() -> None:
    assert (language_name("de"), country_name("ro")) == ("German", "Romania")
    assert (language_name("xx-none"), country_name("QQ")) == ("xx-none", "QQ")


@pytest.mark.parametrize(
    "words", ["an interval", "an hour", "an answered survey", "a unit", "a call", "an earn_back", "a holiday"]
)
def test_the_article_goes_by_the_sound(words: str) -> None:
    assert with_article(words.partition(" ")[2]) == words


def test_no_measure_is_counted_with_a_wrong_article() -> None:
    told = {period_words(rule, card) for card in measure_cards() for rule in PERIOD_RULES}
    assert any(words.startswith("An interval ") for words in told)
    assert [words for words in told if re.match(r"A [aeio]|An [^aeio]", words)] == []
