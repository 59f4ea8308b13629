"""The language that a text is written in, told by its letters: offline, in bulk, and not at all where it is not sure.

The model is that of py3langid, which lies in its package: nothing is fetched. It looks for sequences of bytes that are
typical of languages and weighs them (naive Bayes). The package walks one text at a time; here a column is walked by
compiled code (`language_walk`). Weights are whole numbers, so a text has the same answer on every machine, alone or
among others; a test holds that it is the package's.

Told is the likeliest of `LANGUAGES` where its share of the likelihood is at least `CONFIDENCE` per cent and the text
has at least `LETTERS` bytes of letters; else nothing. `benchmarks/language.py` says how often that is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.language_walk import compiled, weigh_few

# What customer service is offered in. Fewer languages mean fewer mistakes: of all that the model knows, many are near
# relatives of these with few speakers, for which short notes are mistaken. `zxx` is what is no language.
NO_LANGUAGE = "zxx"
LANGUAGES = (
    "af", "am", "ar", "az", "be", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi",
    "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko",
    "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "my", "ne", "nl", "no", "pa", "pl", "ps", "pt",
    "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi",
    "zh",
)  # fmt: skip
CONFIDENCE = 80
# Bytes rather than letters: a letter of another script takes more of them, and tells more.
LETTERS = 12
# The beginning of a text tells its language; what follows in a long one is often quoted.
MOST = 400
# Bytes that are walked together: memory stays flat.
PORTION = 4_000_000
# Up to so many texts the compiled code would not be worth its loading.
FEW = 3_000
# What weights and logarithms are multiplied by to be whole. The sums of 1,600 bytes, the most that are read, fit.
WEIGHT, LOGARITHM = 1 << 8, 1 << 9

Whole = npt.NDArray[np.int64]

# Lines that quote somebody else; addresses; words with digits in them: ids and numbers are of no language.
_QUOTED = r"(?m)^[ \t]*>.*$"
_ADDRESS = r"https?://\S+|www\.\S+|\S+@\S+"
_NUMBERED = r"[^\s]*[0-9][^\s]*"
_NO_LETTER = r"[^\p{L}\p{M}]+"


@dataclass(frozen=True)
class _Model:
    """The automaton over bytes (`row` of a state, `following` row and byte, `feature` of a state) and the weights."""

    row: npt.NDArray[np.int32]
    following: npt.NDArray[Any]
    feature: npt.NDArray[np.int32]
    weights: npt.NDArray[np.int16]
    prior: npt.NDArray[np.int32]
    logarithms: npt.NDArray[np.int32]
    codes: tuple[str, ...]
    code_of: Whole


@cache
def _model() -> _Model:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 0.4 s to unpack, paid by those who read texts

    known = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known.set_languages([*LANGUAGES, NO_LANGUAGE])
    codes = tuple(dict.fromkeys(known.nb_classes))
    # What a feature says for all languages alike says nothing: without it the numbers are small.
    weights = np.asarray(known.nb_ptc, dtype=np.float32)
    weights = (weights - weights.max(axis=1, keepdims=True)) * WEIGHT
    prior = np.asarray(known.nb_pc, dtype=np.float64)
    return _Model(
        row=np.asarray(known.tk_row, dtype=np.int32) << 8,
        following=np.asarray(known.tk_nextmove),
        feature=np.asarray(known.tk_output, dtype=np.int32),
        weights=np.rint(weights).astype(np.int16),
        prior=np.rint((prior - prior.max()) * WEIGHT * LOGARITHM).astype(np.int32),
        logarithms=np.rint(np.log1p(np.arange(4 * MOST + 1)) * LOGARITHM).astype(np.int32),
        codes=codes,
        code_of=np.array([codes.index(code) for code in known.nb_classes]),
    )


def identified(texts: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """The language of each text (ISO 639-1) and how sure it is in whole per cent; both null where it is not told."""
    column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    coded = column.cast(pa.string()).dictionary_encode()
    words = _told_apart(coded.dictionary)
    enough = np.flatnonzero(_letters(words) >= LETTERS)
    code = np.full(len(words), -1, np.int64)
    percent = np.zeros(len(words), np.int64)
    if len(enough):
        code[enough], percent[enough] = _likeliest(words.take(pa.array(enough)))
        silent = (percent < CONFIDENCE) | (code == _model().codes.index(NO_LANGUAGE))
        code[silent] = -1
    unknown = code < 0
    names = pa.array(_model().codes if len(enough) else [""], pa.string())
    language = names.take(pa.array(np.where(unknown, 0, code), mask=unknown))
    share = pa.array(percent.astype(np.int32), mask=unknown)
    return language.take(coded.indices), share.take(coded.indices)


def _told_apart(texts: pa.Array) -> pa.Array:
    """The beginnings of texts without what is of no language, as the model reads them: composed, not in capitals."""
    for pattern in (_QUOTED, _ADDRESS, _NUMBERED):
        texts = pc.replace_substring_regex(texts, pattern, " ")
    texts = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(texts), 0, MOST)
    texts = pc.if_else(pc.utf8_is_upper(texts), pc.utf8_lower(texts), texts)
    return pc.utf8_normalize(texts, form="NFC")


def _letters(texts: pa.Array) -> Whole:
    """How many bytes of letters each text has."""
    lengths = pc.binary_length(pc.replace_substring_regex(texts, _NO_LETTER, ""))
    return np.asarray(lengths.fill_null(0), dtype=np.int64)


def _likeliest(texts: pa.Array) -> tuple[Whole, Whole]:
    """The place of the likeliest code of each text, and its share of the likelihood in whole per cent."""
    lengths = np.asarray(pc.binary_length(texts), dtype=np.int64)
    # Texts of about one length are walked together, so that few steps are taken for few.
    order = np.argsort(-lengths, kind="stable")
    ends = np.cumsum(lengths[order])
    code, percent = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.int64)
    begin = 0
    while begin < len(order):
        before = int(ends[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(ends, before + PORTION, side="right")), begin + 1)
        places = order[begin:end]
        code[places], percent[places] = _portion(texts.take(pa.array(places)), lengths[places])
        begin = end
    return code, percent


def _portion(texts: pa.Array, lengths: Whole) -> tuple[Whole, Whole]:
    """As `_likeliest`, of texts from the longest to the shortest."""
    model = _model()
    data = np.frombuffer(b"".join(texts.cast(pa.binary()).to_pylist()), np.uint8)
    starts = np.cumsum(lengths) - lengths
    scores = np.tile(model.prior, (len(texts), 1))
    weigh = weigh_few if len(texts) <= FEW else compiled()
    weigh(data, starts, lengths, model.row, model.following, model.feature, model.weights, model.logarithms, scores)
    return _decided(scores, lengths)


def _decided(scores: npt.NDArray[np.int32], lengths: Whole) -> tuple[Whole, Whole]:
    model = _model()
    # Divided by the root of the length, likelihoods of long and of short texts are as sure as they sound.
    likely = scores / (WEIGHT * LOGARITHM) / np.sqrt(lengths)[:, None]
    likely = np.exp(likely - likely.max(axis=1, keepdims=True))
    shares = np.zeros((len(scores), len(model.codes)))
    # A language in two scripts has two columns.
    for column, place in enumerate(model.code_of.tolist()):
        shares[:, place] += likely[:, column]
    best = shares.argmax(axis=1)
    share = shares[np.arange(len(best)), best] / shares.sum(axis=1)
    return best.astype(np.int64), np.floor(share * 100).astype(np.int64)


def with_languages(messages: pa.Table, texts: pa.Table) -> pa.Table:
    """Messages with the language of their texts; those without a text, or whose text is not sure, stay without one."""
    ids, told = messages.column("text_id").cast(pa.string()), texts.column("text_id").cast(pa.string())
    with_text = ids.is_valid()
    own = ids.filter(with_text)
    if len(own) == len(told) and pc.all(pc.equal(own, told)).as_py() is not False:
        places = np.cumsum(np.asarray(with_text, dtype=np.int64)) - 1
        at = pa.array(places, mask=~np.asarray(with_text, dtype=np.bool_))
    else:
        found = pc.index_in(ids, value_set=told.combine_chunks())
        at = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    language, percent = identified(texts.column("text"))
    columns = {name: messages.column(name) for name in messages.column_names}
    return pa.table({**columns, "identified_language": language.take(at), "identified_percent": percent.take(at)})
