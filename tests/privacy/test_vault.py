"""Keys per person, and erasure."""

import stat
import unicodedata
from datetime import UTC, datetime
from hashlib import blake2b

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.privacy.erasure import erase
from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import MASTER, PERSONS, Vault
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import IntegrityError, NotFound, UsageError
from tallystick.vocabulary.scope import Scope
from tests.records.sample_feed import AS_OF, SampleFeed, case, message, write_rows

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def sealed(vault, values, persons, rows=None):
    keys = pa.array(rows or list(range(len(values))), pa.int64())
    texts = pa.array(values, pa.string())
    return vault.encrypt("message_text", "original", keys, pa.array(persons, pa.int64()), texts).to_pylist()


def test_a_text_opens_with_its_persons_key(tmp_path):
    vault = Vault.create(tmp_path)
    first, second, nothing = sealed(vault, ["hello", "bye", None], [1, None, 1])
    again = Vault.open(tmp_path)
    assert again.decrypt("message_text", "original", 0, 1, first) == "hello"
    assert again.decrypt("message_text", "original", 1, None, second) == "bye"
    assert nothing is None
    assert b"hello" not in first


@pytest.mark.parametrize(
    "other", [("agent", "original", 0, 1), ("message_text", "x", 0, 1), ("message_text", "original", 7, 1)]
)
def test_a_ciphertext_opens_in_its_own_place_only(tmp_path, other):
    vault = Vault.create(tmp_path)
    (value,) = sealed(vault, ["hello"], [1])
    with pytest.raises(IntegrityError):
        vault.decrypt(*other, value)
    with pytest.raises(IntegrityError):
        vault.decrypt("message_text", "original", 0, 1, value[:-1] + bytes([value[-1] ^ 1]))


def test_destroying_a_person_erases_them_and_nobody_else(tmp_path):
    vault = Vault.create(tmp_path)
    ann, bob = vault.pseudonym("ann"), vault.pseudonym("bob")
    of_ann, of_bob = sealed(vault, ["a", "b"], [ann, bob])
    assert vault.destroy("ANN ")
    assert not vault.destroy(ann)
    for opened in (vault, Vault.open(tmp_path)):
        assert opened.decrypt("message_text", "original", 0, ann, of_ann) is None
        assert opened.decrypt("message_text", "original", 1, bob, of_bob) == "b"
        assert opened.destroyed(pa.array([ann, bob, None], pa.int64())).to_pylist() == [True, False, False]
        assert sealed(opened, ["again"], [ann]) == [None]


def test_a_vault_that_is_open_elsewhere_sees_new_persons_and_erasures(tmp_path):
    one, two = Vault.create(tmp_path), Vault.open(tmp_path)
    (value,) = sealed(one, ["a"], [5])
    assert two.decrypt("message_text", "original", 0, 5, value) == "a"
    (other,) = sealed(two, ["b"], [6])
    assert one.decrypt("message_text", "original", 0, 6, other) == "b"


def test_a_record_cut_off_by_a_crash_is_written_over(tmp_path):
    vault = Vault.create(tmp_path)
    (value,) = sealed(vault, ["a"], [5])
    with (tmp_path / PERSONS).open("ab") as handle:
        handle.write(b"half a record")
    again = Vault.open(tmp_path)
    (other,) = sealed(again, ["b"], [6])
    last = Vault.open(tmp_path)
    assert last.decrypt("message_text", "original", 0, 5, value) == "a"
    assert last.decrypt("message_text", "original", 0, 6, other) == "b"


def test_pseudonyms_are_stable_keyed_and_blind_to_case_and_blanks(tmp_path):
    one, two = Vault.create(tmp_path / "1"), Vault.create(tmp_path / "2")
    column = one.pseudonyms(pa.array(["Ann@x.de", " ann@x.de", None, "bob"])).to_pylist()
    assert column[0] == column[1] == one.pseudonym("ANN@X.DE")
    assert column[2] is None
    assert column[3] != column[0] != two.pseudonym("ann@x.de")
    assert Vault.open(tmp_path / "1").pseudonym("bob") == column[3]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from("aA bB\t\x1c\x85\xa0éÉßİﬁ\uff26\u20031@."), max_size=6), max_size=8))
def test_a_pseudonym_folds_letters_of_every_script_as_python_does(tmp_path, words):
    vault = Vault.create(tmp_path)
    folded = [unicodedata.normalize("NFKC", word).strip().casefold() for word in words]
    expected = [vault.pseudonym(word) for word in folded]
    assert vault.pseudonyms(pa.array(words, pa.string())).to_pylist() == expected
    for word in folded:
        raw = blake2b(word.encode(), key=vault._hash_key, digest_size=8).digest()
        assert vault.pseudonym(word) == int.from_bytes(raw, "big") >> 1


def test_each_row_of_a_column_opens_as_itself_whoever_is_erased(tmp_path):
    vault = Vault.create(tmp_path)
    vault.destroy(7)
    values = ["ä", None, "of the erased", "", "of nobody", "long " * 99]
    persons = [3, 3, 7, 4, None, 3]
    found = sealed(vault, values, persons)
    assert [value is None for value in found] == [False, True, True, False, False, False]
    opened = Vault.open(tmp_path)
    read = [
        opened.decrypt("message_text", "original", row, person, value)
        for row, (person, value) in enumerate(zip(persons, found, strict=True))
    ]
    assert read == ["ä", None, None, "", "of nobody", "long " * 99]
    assert sealed(vault, [], []) == []


def test_the_master_key_is_for_its_owner_only(tmp_path):
    Vault.create(tmp_path)
    path = tmp_path / MASTER
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    Vault.create(tmp_path)
    assert path.read_bytes() == before
    path.chmod(0o644)
    with pytest.raises(IntegrityError, match="others"):
        Vault.open(tmp_path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(IntegrityError, match="damaged"):
        Vault.open(tmp_path)
    with pytest.raises(NotFound):
        Vault.open(tmp_path / "elsewhere")


def test_the_wrong_master_key_opens_nothing(tmp_path):
    (value,) = sealed(Vault.create(tmp_path), ["a"], [5])
    (tmp_path / MASTER).write_bytes(bytes(32))
    with pytest.raises(IntegrityError, match="not written with"):
        Vault.open(tmp_path).decrypt("message_text", "original", 0, 5, value)


def test_an_erased_person_leaves_no_words_on_disk_and_does_not_come_back(tmp_path):
    vault = Vault.create(tmp_path / "keys")
    rows = [case("1", requester="ann"), case("2", requester="bob"), message("m1", "1", 5, "the teapot is green", "ann"),
            message("m2", "2", 6, "the kettle is blue", "bob")]  # fmt: skip
    parts = {"connector": SampleFeed(), "as_of": AS_OF, "partner": "aurora", "redactor": Redactor(), "vault": vault}
    ingest(tmp_path, write_rows(tmp_path / "a.rows", rows), **parts)
    with Lake.open(tmp_path / "lake") as lake:
        before = lake.read(Scope.of_client("client"), "message")
        done = erase(lake, vault, "Ann", NOW)
        assert (done.texts, done.key_destroyed, done.request) == (1, True, vault.pseudonym("ann"))
        assert erase(lake, vault, "Ann", NOW).texts == 0
    later = [*rows, message("m3", "1", 9, "the teapot again", "ann")]
    assert ingest(tmp_path, write_rows(tmp_path / "b.rows", later), **parts).rejected == 0
    with Lake.open(tmp_path / "lake") as lake:
        texts = lake.read(Scope.of_client("client"), "message_text").column("redacted").to_pylist()
        assert texts == ["the kettle is blue"]
        assert lake.read(Scope.of_client("client"), "message").num_rows == before.num_rows + 1
        with pytest.raises(UsageError, match="purged"):
            lake.purge("case", pa.array([1]))
    for path in (tmp_path / "lake").rglob("*.parquet"):
        assert b"teapot" not in path.read_bytes()
