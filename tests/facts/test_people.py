"""Whose rows are whose, by the ids of several systems."""

from __future__ import annotations

import pyarrow as pa

from tallystick.facts.people import identities_of, people_of, rows_of_person
from tallystick.vocabulary.canonical import key_of
from tests.facts.floor import Row, at, floor, shift, state, whole
from tests.facts.streams.test_employment import person


def joined(system: str, name: str, who: str, since: str = "2026-01-01T00:00", until: str | None = None) -> Row:
    return {
        "identity_key": key_of(system, name, since),
        "system": system,
        "source_id": name,
        "person": who,
        "partner": "aurora",
        "valid_from": at(since),
        "valid_to": None if until is None else at(until),
    }


def rows() -> dict[str, pa.Table]:
    """Extension 4711 was Ana's until noon and is Bo's since; the roster calls Ana by her name."""
    made = floor(
        [
            state("talk", "09:00", "09:10", agent="4711"),
            state("talk", "13:00", "13:10", agent="4711"),
            state("talk", "09:00", "09:10", agent="stranger"),
            state("talk", "09:00", "09:10", agent="4711", partner="borealis", state_key=9),
            state("talk", "09:00", "09:10", state_key=10) | {"agent": None},
        ],
        [shift("work", "09:00", "17:00", agent="ana.pop")],
        [
            joined("acd", "4711", "E-1", until="12:00"),
            joined("acd", "4711", "E-2", since="12:00"),
            joined("roster", "ana.pop", "E-1"),
            joined("acd", "9", "E-9"),
        ],
    )
    return made | {"agent": whole("agent", [person("E-1", "2026-01-01"), person("E-3", "2026-01-01")])}


def test_an_id_is_whose_it_was_at_the_instant_and_only_at_its_partner() -> None:
    people = people_of(rows(), ("agent_state", "shift", "agent"))
    names = people.person.to_pylist()
    said = {
        table: [names[code] if code >= 0 else None for code in people.codes[table].tolist()] for table in people.codes
    }
    assert said == {
        "agent_state": ["E-1", "E-2", "stranger", "4711", None],
        "shift": ["E-1"],
        "agent": ["E-1", "E-3"],
    }
    assert len(people) == 5
    assert dict(zip(names, people.partner.to_pylist(), strict=True))["4711"] == "borealis"


def test_the_rows_of_one_person_are_found_by_any_of_their_ids() -> None:
    found = rows_of_person(rows(), "E-1")
    assert {name: table.num_rows for name, table in found.items()} == {"agent_state": 1, "shift": 1, "agent": 1}
    assert found["agent_state"].column("started_at").to_pylist() == [at("09:00")]


def test_only_identities_of_ids_that_are_there_are_kept() -> None:
    made = rows()
    kept = identities_of(made, {name: made[name] for name in ("agent_state", "shift")})
    assert sorted(kept.column("source_id").to_pylist()) == ["4711", "4711", "ana.pop"]
