"""`tally check`: the headline of a text and the exit code say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.command_line import tally
from tests.journeys.small_desk import CONTRACT

# 5% of a fee of 12,000.
TEXT = (
    CONTRACT
    + """\
examples:
  - {clause: C1, given: {values: {S1: {met: 42, total: 60}}}, expect: {credit: 600}}
"""
)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "aurora.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_an_example_that_comes_out_otherwise_is_an_error_in_the_headline_too(text: Path) -> None:
    assert "● valid" in tally("check", text).out
    text.write_text(TEXT.replace("credit: 600}", "credit: 601}"), encoding="utf-8")
    answer = tally("check", text)
    assert answer.code == 1
    assert "TS-V010" in answer.err
    assert "✖ valid, with errors  1 error" in answer.out


def test_a_lock_that_does_not_hold_is_an_error_in_the_headline_too(text: Path) -> None:
    assert tally("check", text, "--lock").code == 0
    text.write_text(TEXT.replace("target: 80%", "target: 81%"), encoding="utf-8")
    answer = tally("check", text)
    assert answer.code == 1
    assert "TS-C091" in answer.err
    assert "✖ valid, with errors" in answer.out


def test_a_text_that_is_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    answer = tally("check", tmp_path)
    assert answer.code == 1
    assert "is a folder" in answer.err
    assert "UTF-8" not in answer.err
