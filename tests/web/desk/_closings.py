"""What tests of closings share: sending the forms of steps, and judging a period again."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Outcome
from tallystick.vocabulary.canonical import canonical_bytes
from tests.web.conftest import HOME

AURORA = ("lumen-aurora", "aurora", "2025-12")  # a price adjustment of EUR 5,120.00
BOREALIS = ("lumen-borealis", "borealis", "2026-05")


def standing(key: tuple[str, str, str] = AURORA) -> Judged:
    """The judging that stands."""
    return VerdictStore(HOME / "verdicts").judged(*key)[0]


def post(client: Any, name: str, key: tuple[str, str, str] = AURORA, **given: Any) -> Any:
    """Send the form of a step as a browser would after reading the page."""
    contract, partner, period = key
    named = {"contract": contract, "partner": partner, "period": period}
    if name == "close-period" and "late" not in given and (late := told_late(client, key)):
        given = {"late": late, "reason": "The partner accepts it", **given}
    return client.post(f"/do/{name}", {**named, "judging": standing(key).digest, **given})


def told_late(client: Any, key: tuple[str, str, str] = AURORA) -> str:
    """What the form that closes a period says to have lapsed; empty where nothing has, or there is no form."""
    page = client.get("/do/close-period", dict(zip(("contract", "partner", "period"), key, strict=True)))
    found = re.search(r'name="late" value="([^"]*)"', page.content.decode())
    return found[1] if found else ""


def open_preview(client: Any, key: tuple[str, str, str] = AURORA, hours: int = 48) -> None:
    """Open a preview; it must succeed."""
    assert post(client, "open-preview", key, hours=hours).status_code == 302


def let_time_pass(hours: float) -> None:
    """Move every step into the past, as if it had been taken earlier."""
    from django.db.models import F

    from tallystick.web.desk.close import CloseStep

    back = timedelta(hours=hours)
    CloseStep.objects.update(at=F("at") - back)
    CloseStep.objects.exclude(until=None).update(until=F("until") - back)


def bring_to(state: str, sign_in: Any, key: tuple[str, str, str] = AURORA) -> None:
    """Bring a closing to a state by the steps of the right people."""
    stations = ["proposed", "preview", "over", "approved", "closed"]
    at = stations.index(state)
    if at >= 1:
        open_preview(sign_in("owner"), key)
    if at >= 2:
        let_time_pass(49)
    if at >= 3:
        assert post(sign_in("executive"), "approve-credits", key).status_code == 302
    if at >= 4:
        assert post(sign_in("owner"), "close-period", key).status_code == 302


def steps(key: tuple[str, str, str] = AURORA) -> list[str]:
    """The steps that were taken."""
    from tallystick.web.desk.close import CloseStep

    rows = CloseStep.objects.filter(contract=key[0], partner=key[1], period=key[2]).order_by("number")
    return [row.move for row in rows]


def judge_again(total: str, key: tuple[str, str, str] = AURORA, turned: str = "", credit: str = "") -> Judged:
    """Write a judging that supersedes the one that stands, with another sum; `turned` is a miss that is now met.

    `credit` is the clause whose line the change moves, by default the first. Needs verdicts of one's own.
    """
    old = standing(key)
    assert old.statement is not None
    as_of = f"{old.as_of[:4]}-{int(old.as_of[5:7]) + 1:02}{old.as_of[7:]}"
    amount = replace(old.statement.total, amount=Decimal(total))
    change = amount - old.statement.total
    moves = credit or old.statement.lines[0].clause
    lines = tuple(
        replace(line, amount=line.payable + change, payable=line.payable + change) if line.clause == moves else line
        for line in old.statement.lines
    )
    statement = replace(old.statement, lines=lines, total=amount, as_of=as_of)
    made = replace(old, as_of=as_of, statement=statement, supersedes=old.digest)
    folder = HOME / "verdicts" / key[0] / key[1] / key[2]
    if turned:
        before = next(one for one in VerdictStore(HOME / "verdicts").verdicts_of(old) if one.clause == turned)
        after = replace(before, outcome=Outcome.MET, arithmetic=Outcome.MET, restates=before.id)
        (folder / f"{turned}@{after.digest[:12]}.json").write_bytes(canonical_bytes(after.as_json()) + b"\n")
        named = tuple((clause, after.digest if clause == turned else sha) for clause, sha in made.verdicts)
        made = replace(made, verdicts=named)
    written = folder / "being-written"  # whoever reads meanwhile finds all of it or nothing
    written.write_bytes(canonical_bytes(made.as_json()) + b"\n")
    written.rename(folder / f"judged@{made.digest[:12]}.json")
    assert json.loads((folder / f"judged@{made.digest[:12]}.json").read_bytes())["digest"] == made.digest
    return made


def own_verdicts() -> Path:
    """Make the verdicts of this process a copy that may be written; gives the folder that they were linked to."""
    link = HOME / "verdicts"
    before = link.resolve()
    link.unlink()
    shutil.copytree(before, link, copy_function=lambda source, target: Path(target).symlink_to(source))
    return before


def shared_verdicts(before: Path) -> None:
    """Undo `own_verdicts`."""
    shutil.rmtree(HOME / "verdicts")
    (HOME / "verdicts").symlink_to(before)
