"""What is locked does not move."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tallystick.contract.check import check_path
from tallystick.contract.load import load, load_text
from tallystick.contract.lock import load_lock, lock, lock_path, read_lock, write_lock
from tallystick.contract.terms import clock_terms
from tallystick.vocabulary import public_holidays, zones
from tallystick.vocabulary.errors import IntegrityError
from tests.contract.agreement import TEXT, edited, sound

KEY = Ed25519PrivateKey.from_private_bytes(b"a seed of exactly 32 bytes, here")
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"another seed, as long, 32 bytes.")

# Who asks for the offsets of a zone.
PLACES = ("tallystick.contract.terms", "tallystick.vocabulary.zones", "tallystick.vocabulary.calendar")


def test_the_same_text_gives_the_same_lock() -> None:
    assert lock(sound(), KEY) == lock(sound(), KEY)


def test_terms_under_a_lock_equal_those_without() -> None:
    contract = sound()
    found, findings = load_lock(lock(contract, KEY), contract)
    assert findings == []
    assert found is not None
    assert clock_terms(contract, "aurora", found).digest() == clock_terms(contract, "aurora").digest()
    assert set(found.versions) == {"holidays", "tzdata"}


def test_changed_holidays_and_zones_change_nothing_once_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = sound()
    found, _ = load_lock(lock(contract, KEY), contract)
    before = clock_terms(contract, "aurora", found).digest()
    free = clock_terms(contract, "aurora").digest()
    monkeypatch.setattr(public_holidays, "_public_holidays", lambda *_: {})
    again, _ = load_text(TEXT)
    assert again is not None
    assert clock_terms(again, "aurora").digest() != free
    for place in PLACES:
        monkeypatch.setattr(f"{place}.zone_offsets", lambda *_: pytest.fail("asked for a zone"))
    assert clock_terms(again, "aurora", found).digest() == before == free


def test_a_targets_life_begins_and_ends_by_the_locked_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Local time of Bucharest as if it were Tokyo's, and a target that retires and comes back."""
    life = "{from: 2025-12-01, as: retired}, {from: 2026-03-01, as: in-effect}]"
    text = edited(("{from: 2025-09-01, as: in-effect}]", "{from: 2025-09-01, to: 2025-11-30, as: in-effect}, " + life))
    contract, findings = load_text(text)
    assert contract is not None, findings
    found, _ = load_lock(lock(contract, KEY), contract)
    before = clock_terms(contract, "aurora", found)
    assert len(before.targets) > 2
    tokyo = zones.named_zone("Asia/Tokyo")
    monkeypatch.setattr(zones, "named_zone", lambda _: tokyo)
    asked_each_time = zones.zone_offsets.__wrapped__
    for place in PLACES:
        monkeypatch.setattr(f"{place}.zone_offsets", asked_each_time)
    again, _ = load_text(text)
    assert again is not None
    assert clock_terms(again, "aurora", found).digest() == before.digest()
    assert clock_terms(again, "aurora").digest() != before.digest()


def test_a_changed_text_is_refused() -> None:
    old = lock(sound(), KEY)
    changed, _ = load_text(edited(("within: 4h", "within: 5h")))
    assert changed is not None
    found, findings = load_lock(old, changed)
    assert found is None
    assert [(finding.id, finding.place.line) for finding in findings] == [("TS-C091", 2)]
    assert "tally check --lock" in findings[0].cure


def test_a_changed_include_is_refused() -> None:
    text = edited(("sites:\n  cluj: {name: Cluj, country: RO, zone: Europe/Bucharest}\n", "include: s.yaml\n"))
    site = "sites:\n  cluj: {name: Cluj}\n"
    contract, _ = load_text(text, includes={"s.yaml": site})
    moved, _ = load_text(text, includes={"s.yaml": site.replace("Cluj}", "Iasi}")})
    assert contract is not None
    assert moved is not None
    _, findings = load_lock(lock(contract, KEY), moved)
    assert [finding.id for finding in findings] == ["TS-C091"]
    assert "s.yaml" in findings[0].message


def test_each_changed_byte_of_the_content_fails_the_signature() -> None:
    contract = sound()
    whole = json.loads(lock(contract, KEY))
    name = next(iter(whole["content"]["calendars"]))
    whole["content"]["calendars"][name]["gaps"][3] += 60
    found, findings = load_lock(json.dumps(whole), contract)
    assert found is None
    assert [finding.id for finding in findings] == ["TS-C092"]


def test_a_lock_of_another_key_is_refused_where_the_key_is_known() -> None:
    contract = sound()
    expected = KEY.public_key().public_bytes_raw().hex()
    assert load_lock(lock(contract, KEY), contract, public=expected)[1] == []
    _, findings = load_lock(lock(contract, OTHER_KEY), contract, public=expected)
    assert [finding.id for finding in findings] == ["TS-C092"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"content": 1, "public": "", "signature": ""}', "[" * 5000])
def test_a_damaged_lock_is_a_finding(text: str) -> None:
    found, findings = load_lock(text, sound())
    assert found is None
    assert [finding.id for finding in findings] == ["TS-C092"]


def test_amended_calendars_are_locked_too() -> None:
    contract = sound(("{clause: A1, set: {within: 3h}}", "{calendar: office, set: {week: always}}"))
    found, _ = load_lock(lock(contract, KEY), contract)
    assert found is not None
    assert len(found.calendars) == 2
    assert clock_terms(contract, "aurora", found).digest() == clock_terms(contract, "aurora").digest()


def test_a_zone_that_was_not_locked_is_refused() -> None:
    contract = sound()
    found, _ = load_lock(lock(contract, KEY), contract)
    assert found is not None
    with pytest.raises(IntegrityError):
        found.zone("Asia/Kolkata")


def test_the_lock_lies_beside_the_text(tmp_path: Path) -> None:
    path = tmp_path / "aurora.yaml"
    path.write_text(TEXT)
    contract, _ = load(path)
    assert contract is not None
    assert [finding.id for finding in read_lock(path, contract)[1]] == ["TS-C090"]
    assert write_lock(contract, path, KEY) == lock_path(path) == tmp_path / "aurora.lock"
    assert read_lock(path, contract)[1] == []
    path.write_text(edited(("within: 4h", "within: 5h")))
    changed, findings = check_path(path)
    assert changed is not None  # the text itself is valid
    assert [finding.id for finding in findings] == ["TS-C091"]
