"""The language of a text: right where it is told, not told where it is not sure, and the same alone or among others."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tallystick.records import languages
from tallystick.records.language_walk import compiled, weigh
from tallystick.records.languages import CONFIDENCE, LANGUAGES, MOST, identified, with_languages

NOTES = {
    "en": "Hello, my parcel has not arrived yet, can you please have a look?",
    "de": "Guten Tag, mein Paket ist leider noch nicht angekommen.",
    "fr": "Bonjour, je n'ai toujours pas reçu ma commande.",
    "es": "Hola, todavía no he recibido mi pedido, ¿pueden ayudarme?",
    "ro": "Bună ziua, coletul meu nu a ajuns încă, mă puteți ajuta?",
    "pl": "Dzień dobry, moja paczka jeszcze nie dotarła.",
    "it": "Buongiorno, il mio pacco non è ancora arrivato.",
    "nl": "Goedendag, mijn pakket is nog niet aangekomen.",
    "pt": "Olá, a minha encomenda ainda não chegou, podem ajudar?",
    "tr": "Merhaba, kargom hâlâ gelmedi, lütfen bana haber verin.",
    "ru": "Здравствуйте, моя посылка ещё не пришла.",
    "uk": "Добрий день, моя посилка ще не прийшла, допоможіть.",
    "zh": "您好 我的包裹还没有到。",
    "ja": "こんにちは、荷物がまだ届いていません。",
    "ar": "مرحبا، لم يصل طردي بعد.",
    "tl": "Magandang araw po, hindi pa dumarating ang aking order.",
}


def told(*texts: str | None) -> list[str | None]:
    found: list[str | None] = identified(pa.array(texts, pa.string()))[0].to_pylist()
    return found


def test_short_notes_to_customer_service_are_told_in_sixteen_languages() -> None:
    assert dict(zip(NOTES, told(*NOTES.values()), strict=True)) == {code: code for code in NOTES}


@pytest.mark.parametrize(
    "text", [None, "", "ok thx", "Thank you!", "12345 67890 4711", "https://example.org/track?id=1", "a@b.example",
             "asdf qwer zxcv hjkl poiu", "?!?! ... :-)", "> Guten Tag, mein Paket ist noch nicht angekommen."],
)  # fmt: skip
def test_what_is_short_no_language_or_somebody_elses_is_not_told(text: str | None) -> None:
    language, percent = identified(pa.array([text], pa.string()))
    assert (language.to_pylist(), percent.to_pylist()) == ([None], [None])


def test_numbers_addresses_capitals_and_the_rest_of_a_long_text_do_not_turn_it() -> None:
    noisy = "ORD-4711 " + NOTES["de"].upper() + " https://example.org/a/very/english/address/of/the/parcel"
    assert told(noisy, NOTES["ro"] + "\n" + "x" * MOST + " " + NOTES["en"] * 20) == ["de", "ro"]
    composed, apart = "Où est ma commande, s'il vous plaît", "Ou\u0300 est ma commande, s'il vous plai\u0302t"
    assert identified(pa.array([composed])) == identified(pa.array([apart]))


def test_what_is_told_is_at_least_as_sure_as_declared_and_of_the_list() -> None:
    language, percent = identified(pa.array([text[:cut] for text in NOTES.values() for cut in (10, 15, 20, 30, 60)]))
    assert set(language.drop_null().to_pylist()) <= set(LANGUAGES)
    assert [one is None for one in language.to_pylist()] == [one is None for one in percent.to_pylist()]
    assert all(CONFIDENCE <= one <= 100 for one in percent.drop_null().to_pylist())
    assert language.null_count


def test_an_answer_is_the_same_alone_among_others_in_any_order_and_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text[:cut] for text in NOTES.values() for cut in (14, 25, 40, 70)] + [None, ""]
    many = identified(pa.array(texts))
    assert [identified(pa.array([text], pa.string()))[0][0] for text in texts] == list(many[0])
    backwards = identified(pa.array(texts[::-1]))
    assert [one.to_pylist()[::-1] for one in backwards] == [one.to_pylist() for one in many]
    monkeypatch.setattr(languages, "FEW", 0)
    assert identified(pa.array(texts)) == many
    monkeypatch.setattr(languages, "PORTION", 50)
    assert identified(pa.chunked_array([texts[:9], texts[9:]])) == many
    # The same lines uncompiled: what the machine runs is what stands there.
    monkeypatch.setattr(languages, "compiled", lambda: weigh)
    assert identified(pa.array(texts[:40])) == (many[0].slice(0, 40), many[1].slice(0, 40))


def test_it_is_the_answer_of_the_package_whose_model_it_is() -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    known = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known.set_languages([*LANGUAGES, languages.NO_LANGUAGE])
    texts = [text[:cut] for text in NOTES.values() for cut in (15, 25, 40, 70)]
    ours, percent = identified(pa.array(texts))
    for text, code, share in zip(texts, ours.to_pylist(), percent.to_pylist(), strict=True):
        theirs, confidence = known.classify(text.strip())
        if code is None:
            assert confidence < CONFIDENCE / 100 + 0.01 or len(text.encode()) < 25
        else:
            assert theirs == code
            assert abs(confidence * 100 - share) <= 1.5


def test_nothing_is_fetched_and_no_compiler_loaded_for_a_few_texts() -> None:
    program = (
        "import socket, sys, pyarrow as pa\n"
        "def refuse(*_given, **_named): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = refuse\n"
        "from tallystick.records.languages import identified\n"
        "print(identified(pa.array(['Guten Tag, mein Paket ist nicht angekommen.']))[0][0], 'numba' in sys.modules)\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["de", "False"]


def test_where_compiled_code_cannot_be_kept_it_is_compiled_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    asked: list[bool] = []

    def njit(*, cache: bool = False, nogil: bool) -> Callable[..., Any]:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(numba, "njit", njit)
    assert compiled.__wrapped__() is weigh
    assert asked == [True, False]


def messages(*ids: str | None) -> pa.Table:
    return pa.table({"message_key": list(range(len(ids))), "text_id": pa.array(ids, pa.string())})


def test_a_message_gets_the_language_of_its_own_text_wherever_the_texts_stand() -> None:
    texts = pa.table({"text_id": ["a", "b", "c"], "text": [NOTES["de"], NOTES["fr"], NOTES["en"]]})
    for places, ids in (([0, 1, 2], ("a", "b", "c")), ([2, 0], ("c", None, "a")), ([1], ("b", "unknown"))):
        found = with_languages(messages(*ids), texts)["identified_language"].to_pylist()
        expected = iter([("de", "fr", "en")[place] for place in places])
        assert found == [next(expected) if one in ("a", "b", "c") else None for one in ids]


def test_messages_in_step_with_their_texts_skip_those_without_one() -> None:
    texts = pa.table({"text_id": ["a", "c"], "text": [NOTES["de"], NOTES["en"]]})
    assert with_languages(messages("a", None, "c"), texts)["identified_language"].to_pylist() == ["de", None, "en"]


def test_of_public_sentences_hardly_one_is_told_wrongly_in_any_language(shared_data: Path) -> None:
    sentences = shared_data / "language" / "sentences_20_languages.jsonl"
    rows = [json.loads(line) for line in sentences.read_text(encoding="utf-8").split("\n") if line]
    whole, right = Counter[str](), Counter[str]()
    for row, code in zip(rows, told(*(row["text"] for row in rows)), strict=True):
        if code is not None:
            whole[row["lang"]] += 1
            right[row["lang"]] += code == row["lang"]
    assert sum(right.values()) >= 0.998 * sum(whole.values())
    assert sum(whole.values()) >= 0.9 * len(rows)
    assert len(whole) == 20
    for code in whole:
        assert right[code] >= 0.96 * whole[code], code
