"""Relief that was filed beside the text: asked for and answered by both sides, and put into the partner's own part.

    relief/<contract>/<partner>.json     a list of relief events, as the text's section `relief` has them

The contract's text may be signed and closed; what both sides agree afterwards about an outage or a late forecast is no
amendment of it. It is read when a period is judged, and appended to the relief of the partner's own part of the text:
the part is what verdicts pin and bundles carry, so a verdict under filed relief recomputes anywhere like any other.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tallystick.contract.section import ReliefEvent
from tallystick.vocabulary.errors import DataError

FOLDER = "relief"
PREFIX = "filed-"
Filed = Mapping[str, Any]


def filed_relief(root: Path, contract: str, partner: str) -> tuple[Filed, ...]:
    """What was filed for a partner under a contract, in order of id; nothing where there is no file.

    Raises DataError for a file that holds no relief events, or one whose id could be one of the text's own.
    """
    path = root / FOLDER / contract / f"{partner}.json"
    if not path.is_file():
        return ()
    try:
        listed = json.loads(path.read_bytes())
        events = [ReliefEvent.model_validate(one) for one in listed]
    except (ValueError, TypeError, ValidationError) as error:
        raise DataError(f"{path.name} in {FOLDER}/{contract} holds no relief events: {error}.", CURE) from error
    ids = [one.id for one in events]
    if len(set(ids)) < len(ids) or not all(one.startswith(PREFIX) for one in ids):
        raise DataError(f"{path.name} in {FOLDER}/{contract}: each id begins with {PREFIX} and stands once.", CURE)
    return tuple(sorted(listed, key=lambda one: str(one["id"])))


def write_filed(root: Path, contract: str, partner: str, events: Sequence[Filed]) -> bool:
    """Write what was filed; whether that changed anything. An empty list takes the file away."""
    path = root / FOLDER / contract / f"{partner}.json"
    content = (json.dumps(list(events), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    if not events:
        there = path.is_file()
        path.unlink(missing_ok=True)
        return there
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with part.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return True


CURE = "The control room writes these files; remove it, and it is written again before the next judging."
