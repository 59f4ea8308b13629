"""Clauses on the languages of what is written, from a log with texts to a bundle that the other side recomputes."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from tallystick.assess import Order, assess
from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.ledger import Outcome
from tallystick.verdicts.bundle import export_bundle
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.explain import explain, kept
from tallystick.verdicts.explain_row import explain_row
from tallystick.verdicts.sealed_zip import unpacked
from tallystick.verdicts.signing import signing_key
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verify import verify_bundle, verify_kept
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)
CONTRACT = """
tallystick: 1
contract: lumen-aurora
title: Customer care
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
fees: {monthly: {amount: 120000}}
clauses:
  - {id: L1, kind: kpi, title: In the customer's language, measure: language_match_written, target: 90%}
  - {id: L2, kind: kpi, title: Translated by a machine, measure: machine_translation_share, target: 10%}
"""
ASKS = "Guten Tag, mein Paket ist leider noch nicht angekommen."
GERMAN = "Vielen Dank für Ihre Nachricht, wir schauen gleich nach."
ENGLISH = "Thank you for your message, we are looking into it right away."
HEAD = ["ticket id", "event", "event time", "actor", "agent", "channel", "message text", "machine translated"]
LOG = [
    ["T1", "created", "2026-03-02T08:00:00Z", "customer", "", "email", ASKS, ""],
    ["T1", "message", "2026-03-02T09:00:00Z", "agent", "ana", "email", GERMAN, "no"],
    ["T2", "created", "2026-03-02T08:10:00Z", "customer", "", "email", ASKS, ""],
    ["T2", "message", "2026-03-02T09:10:00Z", "agent", "bo", "email", ENGLISH, "no"],
    ["T2", "message", "2026-03-02T09:20:00Z", "agent", "bo", "email", GERMAN, "yes"],
    ["T3", "created", "2026-03-02T08:20:00Z", "customer", "", "email", ASKS, ""],
    ["T3", "message", "2026-03-02T09:30:00Z", "agent", "ana", "email", GERMAN, ""],
    ["T4", "created", "2026-03-02T08:30:00Z", "customer", "", "email", "Paket?", ""],
    ["T4", "message", "2026-03-02T09:40:00Z", "agent", "ana", "email", ENGLISH, "no"],
]


def take(root: Path, name: str = "log.csv") -> Outcome:
    path = root / name
    with path.open("w", encoding="utf-8", newline="") as sink:
        csv.writer(sink).writerows([HEAD, *LOG])
    vault = Vault.create(root / "keys")
    given = {"partner": "aurora", "client": "lumen", "hints": {"feed": "log"}}
    return ingest(root, path, as_of=AS_OF, redactor=Redactor(), vault=vault, **given)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("home")
    (root / "tally.yaml").write_text("client: lumen\nzone: Europe/Bucharest\n", encoding="utf-8")
    (root / "contracts").mkdir()
    (root / "contracts" / "aurora.yaml").write_text(CONTRACT, encoding="utf-8")
    take(root)
    assess(root, Order([root / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: GateAnswer())
    return root


@pytest.fixture(scope="module")
def store(home: Path) -> VerdictStore:
    return VerdictStore(home / "verdicts")


def stored(home: Path) -> list[dict[str, object]]:
    with Lake.open(home / "lake") as lake:
        found: list[dict[str, object]] = lake.read(Scope.of_client("lumen"), "message").to_pylist()
    return found


def test_each_message_is_stored_with_the_language_of_its_text_and_the_sources_mark(home: Path) -> None:
    told = {
        (row["role"], row["length"]): (row["identified_language"], row["machine_translated"]) for row in stored(home)
    }
    assert told["customer", len(ASKS)] == ("de", None)
    assert told["customer", len("Paket?")] == (None, None)
    assert told["agent", len(ENGLISH)] == ("en", False)
    assert {row["identified_percent"] is None for row in stored(home) if row["identified_language"]} == {False}
    assert [row["machine_translated"] for row in stored(home)].count(True) == 1


def test_a_contact_is_answered_in_the_customers_language_or_not(store: VerdictStore) -> None:
    """T1 and T3 are; T2 got English first; of T4's customer nobody knows the language."""
    verdict = store.find("aurora/L1/2026-03")
    assert verdict.value is not None
    assert (verdict.value.value, verdict.value.n) == (Fraction(2, 3), 4)
    assert verdict.value.excluded == (("language not known", 1),)
    assert verdict.outcome == "missed"


def test_translated_contacts_are_those_that_the_source_marks_of_those_of_which_it_tells(store: VerdictStore) -> None:
    verdict = store.find("aurora/L2/2026-03")
    assert verdict.value is not None
    assert (verdict.value.value, verdict.value.excluded) == (Fraction(1, 3), (("source does not tell", 1),))


def test_the_figure_opens_down_to_its_replies_and_their_writers(store: VerdictStore) -> None:
    told = explain(store, store.find("aurora/L1/2026-03"))
    assert {row.case_id for row in told.rows} >= {"T1", "T2", "T3"}
    own = kept(store, store.find("aurora/L1/2026-03"))
    facts = explain_row(own, "T2").facts
    assert [(one["agent"], one["written_in"], one["customer_writes"], one["identified_match"]) for one in
            sorted(facts, key=lambda one: one["sent_at"])] == [
        ("bo", "en", "de", False), ("bo", "de", "de", True),
    ]  # fmt: skip


def test_the_judging_and_its_bundle_hold_when_recomputed_and_hold_no_words(home: Path, store: VerdictStore) -> None:
    (record,) = store.judged(period="2026-03")
    assert verify_kept(store, record).findings == ()
    bundle = export_bundle(store, record, signing_key(home / "keys"), home)
    assert verify_bundle(bundle).findings == ()
    files = unpacked(bundle)
    rows = b"".join(gzip.decompress(content) for name, content in files.items() if name.endswith(".gz"))
    assert b"identified_language" in rows
    assert not [word for word in (b"Nachricht", b"Paket", b"message, we") if word in rows]


def test_the_same_log_again_changes_nothing(home: Path) -> None:
    before = stored(home)
    outcome = take(home, "again.csv")
    assert outcome.stored == 0
    assert stored(home) == before
