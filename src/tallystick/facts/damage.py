"""Whether stored facts are what was written, and whether they ever were not: findings, each with its cure.

A refresh compares only the cases that it reads. Here every copy of events is compared as a whole, and a set of which
damage was noticed before, so that it was built anew, says so until the next build: the disk may need a look.
"""

from __future__ import annotations

from pathlib import Path

from tallystick.facts.build import FORMAT, fold_digest
from tallystick.facts.layers import StoredFile
from tallystick.facts.shelf import STATE, SUFFIX, read_state
from tallystick.vocabulary.errors import IntegrityError
from tallystick.vocabulary.finding import Finding, Place, Severity


def findings(lake: Path) -> list[Finding]:
    """What is wrong with the facts under a lake's folder. Sets of another version are left out: they are built anew."""
    found = []
    for path in sorted(lake.glob(f"facts/*/{STATE}")):
        state = read_state(path.parent)
        if state is None or state.get("format") != FORMAT or state.get("folds") != fold_digest():
            continue
        for layer in state["layers"]:
            file = path.parent / f"{layer['name']}{SUFFIX}"
            if not _intact(file, layer["bytes"]):
                cure = f"Remove {path.parent}: the next command builds these facts anew out of the records."
                found.append(
                    Finding("TS-F001", Severity.ERROR, "This file of facts is damaged.", Place(file=str(file)), cure)
                )
        if state.get("damage"):
            said = f"Facts were built anew, because their file was damaged: {state['damage']}"
            cure = "Nothing was lost. Look at the disk; the note goes with the next whole build."
            found.append(Finding("TS-F002", Severity.WARNING, said, Place(file=str(path)), cure))
    return found


def _intact(file: Path, size: int) -> bool:
    try:
        if file.stat().st_size != size:
            return False
        events = StoredFile(file).events
        return events is None or events.intact()
    except (FileNotFoundError, IntegrityError):
        return False
