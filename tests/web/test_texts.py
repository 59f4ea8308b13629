"""The words of a case: those that were said while the reader's own side held it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope
from tests.records.sample_feed import AS_OF, SampleFeed, case, event, message, write_rows

ROWS = [
    case("1"),
    event("e1", "1", 0, "queue", "aurora-queue"),
    message("m1", "1", 5, "my lamp is broken", "ann"),
    event("e2", "1", 10, "queue", "borealis-queue"),
    message("m2", "1", 15, "it is broken still", "ann"),
]


@pytest.mark.parametrize(
    ("who", "unscoped", "said"),
    [
        ("owner", "", ["my lamp is broken", "it is broken still"]),
        ("aurora", "", ["my lamp is broken"]),
        # Messages and their words are read apart, each inside the scope: one of the two alone gives nothing away.
        ("aurora", "message", ["my lamp is broken", None]),
        ("aurora", "message_text", ["my lamp is broken"]),
    ],
)
def test_a_partner_reads_no_word_that_was_said_while_another_held_the_case(
    room_of: Callable[[str], Any], own_records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    who: str, unscoped: str, said: list[str | None],
) -> None:  # fmt: skip
    from tallystick.web.desk.reading import Reading
    from tallystick.web.texts import conversation

    queues = {"aurora-queue": "aurora", "borealis-queue": "borealis"}
    mapping = SampleFeed().propose(tmp_path, None, {}).with_(queues=queues)
    ingest(
        own_records, write_rows(tmp_path / "cases.rows", ROWS), connector=SampleFeed(), as_of=AS_OF, mapping=mapping,
        redactor=Redactor(), vault=Vault.create(tmp_path / "keys"), client="lumen",
    )  # fmt: skip
    with Lake.open(own_records / "lake") as lake:
        keys = lake.read(Scope.of_client("lumen"), "case", columns=("case_key",)).column("case_key").to_pylist()
    scoped = Lake.read

    def read(lake: Lake, scope: Scope, name: str, **more: Any) -> Any:
        return scoped(lake, Scope.of_client("lumen") if name == unscoped else scope, name, **more)

    monkeypatch.setattr(Lake, "read", read)
    room = room_of(who)
    seen: Any = SimpleNamespace(
        explained=SimpleNamespace(verdict=SimpleNamespace(partner="aurora"), case_id="1"), case_keys=tuple(keys)
    )
    assert conversation(room, seen) is None, "nobody opened it"
    Reading.objects.create(
        partner=room.actor.party, person=room.actor.id, of_partner="aurora", case_id="1", reason="quality", at=room.now
    )
    told = conversation(room, seen)
    assert told is not None
    assert [one.text for one in told.messages] == said
