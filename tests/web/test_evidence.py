"""A verdict that another one replaced is named by the beginning of its digest, within its own address."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tallystick.vocabulary.errors import NotFound
from tests.web._own_home import judged_again, own_home

PARTS = {"contract": "lumen-aurora", "partner": "aurora", "clause": "S1", "period": "2025-12"}


def test_an_older_verdict_is_named_by_eight_digits_of_its_digest_and_nothing_else_is_there(
    tmp_path: Path, prepared: Path, room_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.evidence import verdict_of

    home = own_home(tmp_path, prepared, monkeypatch)
    old, new = judged_again(home, "S1", lambda verdict: replace(verdict, title="First reply, counted again"))
    other, _ = judged_again(home, "S2", lambda verdict: replace(verdict, title="Another promise, counted again"))
    room = room_of("aurora")
    for at in ("", new.digest, new.digest[:8]):
        assert verdict_of(room, PARTS, at) == new
    for at in (old.digest, old.digest[:8]):
        assert verdict_of(room, PARTS, at) == old
    # A file that was laid under another clause's name is not that clause's verdict.
    folder = home.folder("verdicts") / "lumen-aurora" / "aurora" / "2025-12"
    shutil.copy(next(folder.glob(f"S2@{other.digest[:8]}*")), folder / f"S1@{other.digest[:16]}.json")
    for at in (old.digest[:7], "0" * 12, old.digest[:16] + "0" * 8, f"{old.digest[:8]}*", other.digest[:12]):
        with pytest.raises(NotFound):
            verdict_of(room, PARTS, at)


def test_an_id_that_no_case_has_is_refused_without_a_search_for_ids_alike(room_of: Callable[[str], Any]) -> None:
    from tallystick.web.evidence import case_of, verdict_of

    room = room_of("aurora")
    verdict = verdict_of(room, PARTS)
    assert case_of(room, verdict, "AUR-435198").explained.case_id == "AUR-435198"
    with pytest.raises(NotFound) as told:
        case_of(room, verdict, "AUR-43519")
    assert told.value.near == ()
