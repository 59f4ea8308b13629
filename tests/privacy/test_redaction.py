"""Texts in bulk."""

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.privacy.redaction import Redactor

REDACTOR = Redactor()


def redacted(text):
    texts, entities = REDACTOR.redact(pa.array([text]))
    found = entities[0].as_py()
    return texts[0].as_py(), json.loads(found) if found else {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to bob.smith@example.co.uk, please", "write to [EMAIL], please"),
        ("müller@bücher.de and <ann+x@ex.io>.", "[EMAIL] and <[EMAIL]>."),
        ("card 4111 1111 1111 1111 thanks", "card [CARD] thanks"),
        ("order 12345 4111-1111-1111-1111, ok", "order 12345 [CARD], ok"),
        ("amex 378282246310005", "amex [CARD]"),
        ("RO49 AAAA 1B31 0075 9384 0000 please", "[IBAN] please"),
        ("DE89370400440532013000.", "[IBAN]."),
        ("call +40 721 123 456 or 0721 123 456", "call [PHONE] or [PHONE]"),
        ("(212) 555-0123 / 030 12345678", "[PHONE] / [PHONE]"),
        ("Konto Nr. 0532013000", "Konto Nr. [ACCOUNT]"),
        ("account number: 12345678, thanks", "account number: [ACCOUNT], thanks"),
    ],
)
def test_personal_data_are_replaced(text, expected):
    assert redacted(text)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "order 4111 1111 1111 1112",
        "on 2026-01-31 10:30 order 12345678",
        "31.01.2026 - 28.02.2026",
        "it costs 1.234.567,89 EUR",
        "DE89370400440532013001",
        "ticket 1000234567",
        "me@home and @someone",
        "10.0.0.1",
        "a" * 5000 + "@",
        "",
    ],
)
def test_what_is_no_personal_data_stays(text):
    assert redacted(text) == (text, {})


def test_what_was_replaced_is_counted_by_sort():
    assert redacted("a@b.de c@d.de 4111111111111111")[1] == {"email": 2, "payment_card": 1}


def test_nulls_and_slices_are_kept():
    texts = pa.array(["x", None, "a@b.de", "", "c@d.de"])
    replaced, entities = REDACTOR.redact(pa.chunked_array([texts.slice(1, 2), texts.slice(3)]))
    assert replaced.to_pylist() == [None, "[EMAIL]", "", "[EMAIL]"]
    assert entities.to_pylist() == [None, '{"email":1}', None, '{"email":1}']
    assert REDACTOR.redact(pa.array([], pa.string()))[0].to_pylist() == []


@settings(deadline=None, max_examples=60)
@given(st.lists(st.none() | st.text(alphabet="ab@.de 0123456789+-\n\x00é€", max_size=40), max_size=12))
def test_a_column_reads_like_its_texts_one_by_one(texts):
    whole, counted = REDACTOR.redact(pa.array(texts, pa.string()))
    for text, new, entities in zip(texts, whole.to_pylist(), counted.to_pylist(), strict=True):
        alone, found = REDACTOR.redact(pa.array([text], pa.string()))
        assert (new, entities) == (alone[0].as_py(), found[0].as_py())


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60))
def test_an_address_between_any_words_is_found(before, after):
    text = f"{before} ann.lee@example.com {after}"
    assert "ann.lee@example.com" not in redacted(text)[0]


def test_only_the_named_detectors_run():
    only = Redactor(only=("email",))
    assert only.redact(pa.array(["a@b.de 4111111111111111"]))[0].to_pylist() == ["[EMAIL] 4111111111111111"]


def test_no_text_can_stall_a_detector():
    texts = pa.array(["9" * 200_000, "a@" * 100_000, "+" * 200_000, "1 " * 100_000, "DE89 " * 40_000])
    assert len(REDACTOR.redact(texts)[0]) == 5


def test_recall_on_labelled_texts(shared_data):
    named = {"EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "PHONE_NUMBER"}
    there = found = 0
    for entry in json.loads((shared_data / "pii" / "labelled_texts_en.json").read_text()):
        text = entry["full_text"]
        pieces = REDACTOR.find(text)
        for span in entry["spans"]:
            if span["entity_type"] in named:
                start = len(text[: span["start_position"]].encode())
                end = len(text[: span["end_position"]].encode())
                there += 1
                found += any(piece.start < end and piece.end > start for piece in pieces)
    assert there == 298
    assert found >= 294
