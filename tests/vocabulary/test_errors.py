from __future__ import annotations

import pytest

from tallystick.vocabulary import errors


@pytest.mark.parametrize(
    ("error", "code", "permanent"),
    [
        (errors.UsageError("No."), 2, True),
        (errors.DamagedContainer("TS-I001", "a.gz", "is cut off.", "Fetch it again."), 3, True),
        (errors.StrictRefusal("a.csv", 2), 3, True),
        (errors.NotFound("verdict", "v1"), 2, True),
        (errors.ScopeError("No."), 4, True),
        (errors.IntegrityError("No."), 1, True),
        (errors.Unavailable("No."), 5, False),
    ],
)
def test_each_cause_has_its_exit_code(error: errors.TallystickError, code: int, permanent: bool) -> None:
    assert (error.exit_code, error.permanent) == (code, permanent)
    assert str(error) == error.message


def test_sentences_name_what_is_wrong_and_what_to_do() -> None:
    damaged = errors.DamagedContainer("TS-I001", "a.gz", "is cut off.", "Fetch it again.")
    assert (str(damaged), damaged.cure, damaged.rule) == ("a.gz: is cut off.", "Fetch it again.", "TS-I001")
    assert "Did you mean csat?" in errors.NotFound("measure", "cast", ("csat",)).cure
    assert "tally list" in errors.NotFound("measure", "xyz").cure
    assert "--strict" in errors.StrictRefusal("a.csv", 2).cure
