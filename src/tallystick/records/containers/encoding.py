# ruff: noqa: RUF001 - these are the very letters that are told apart
"""Which letters the bytes of a text file mean, decided by the bytes and shown to the user.

A byte order mark decides; then NULs in every second byte (UTF-16); then whether everything is UTF-8. What is left
is one of the old one-byte or East Asian encodings: each candidate that can decode the sample is scored by how much
its letters look like words, and the best one is taken. The user may name the encoding instead.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass
from pathlib import Path

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Candidate -> the letters beyond ASCII that texts in it are full of, most frequent languages first.
_LETTERS: dict[str, str] = {
    "cp1252": "éèàçêôûîâùëïäöüßñáíóúãõåæøÄÖÜÉÈÀÇÑ€–—’“”„‘…°",
    "cp1250": "ąćęłńóśźżáčďéěíňřšťúůýžăâîşţőűäöüßŁŚŻŹČŘŠŽĂÂÎŞŢÁÉ€–—’“”„…",
    "cp1251": "оеаинтсрвлкмабвгдежзийклмнопрстуфхцчшщъыьэюяіїєґАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯІЇЄ№",
    "cp1253": "αοιετσνηυρπόαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
    "cp1254": "çğıöşüâîûÇĞİÖŞÜ",
    "cp1255": "יוהלאמרבתשנעאבגדהוזחטיכלמנסעפצקרשתםןףץ",
    "cp1256": "اليمونرتبعدهابتثجحخدذرزسشصضطظعغفقكلمنهويةءأإؤئ",
    "koi8-r": "оеаинтсрвлкмабвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯ",
    "iso8859-2": "ąćęłńóśźżáčďéěíňřšťúůýžăâîşţőűŁŚŻŹČŘŠŽ",
    "mac-roman": "éèàçêôûîâùëïäöüßñáíóúãõåæøÄÖÜÉÈÀÇÑ",
    "cp850": "éèàçêôûîâùëïäöüßñáíóúãõåæøÄÖÜÉÈÀÇÑ",
}
_VOWELS = {"cp1251": "аеиоуыэюяёіїє", "koi8-r": "аеиоуыэюяё", "cp1253": "αεηιουωάέήίόύώϊϋ"}
_EAST_ASIAN = ("shift_jis", "euc-jp", "gb18030", "euc-kr", "big5")
SAMPLE = 1 << 20


@dataclass(frozen=True)
class Encoding:
    """The guess: Python's name of the encoding, how sure (0..1), and why, in words for the user."""

    name: str
    sure: float
    why: str

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes may be read as they are (a mark at the beginning is passed over)."""
        return self.name in ("utf-8", "utf-8-sig", "ascii")


def known(name: str) -> bool:
    """Whether Python knows a text encoding of that name."""
    try:
        info = codecs.lookup(name)
    except LookupError:
        return False
    return bool(getattr(info, "_is_text_encoding", True))


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2], head[1::2]
    if len(head) < 8:
        return None
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / max(len(odd), 1)
    if zeros_odd > 0.4 and zeros_even < 0.05:
        return "utf-16-le"
    if zeros_even > 0.4 and zeros_odd < 0.05:
        return "utf-16-be"
    return None


def _score(text: str, letters: str) -> float:
    """How much the characters beyond ASCII look like letters inside words: 1 is all of them, below 0 is nonsense."""
    expected, frequent = frozenset(letters), frozenset(letters[:12])
    total = points = 0.0
    for index, char in enumerate(text):
        if char < "\x80":
            continue
        total += 1
        category = unicodedata.category(char)
        before = text[index - 1] if index else " "
        after = text[index + 1] if index + 1 < len(text) else " "
        if category.startswith("C") or (category in ("So", "Sk", "Sm", "No", "Lo") and char not in expected):
            points -= 1
        elif char in expected:
            inside = before.isalpha() or after.isalpha() or not category.startswith("L")
            weight = 1.0 if char in frequent else 0.8
            # Capitals inside words, all the more after a small letter, are what a wrong table gives.
            weight -= (
                1.3 if category == "Lu" and before.islower() else 0.4 if category == "Lu" and before.isupper() else 0
            )
            points += weight if inside else 0.6 * weight
        elif category.startswith("L"):
            points += 0.2
    return points / total if total else 0.0


def _voiceless(name: str, text: str) -> float:
    """A penalty for words without vowels: a wrong table between Greek and Cyrillic gives letters, but no words."""
    vowels = _VOWELS.get(name)
    spoken = [char for char in text.lower() if char >= "\x80" and char.isalpha()]
    if not vowels or not spoken:
        return 0.0
    return 0.3 if sum(1 for char in spoken if char in vowels) < 0.3 * len(spoken) else 0.0


def _legacy(sample: bytes) -> Encoding:
    """The best of the old encodings for a sample that is not UTF-8."""
    best = Encoding("latin-1", 0.1, "no other encoding fits")
    best_score = 0.0
    # Only the lines with such bytes matter, and a few hundred of them decide.
    lines = [line for line in sample.splitlines() if not line.isascii()][:400]
    text_bytes = b"\n".join(lines)
    for name in _EAST_ASIAN:
        try:
            text = text_bytes.decode(name)
        except UnicodeDecodeError:
            continue
        wide = [char for char in text if char >= "\x80"]
        native = sum(1 for char in wide if unicodedata.east_asian_width(char) == "W" and char.isalpha())
        common = sum(1 for char in wide if "぀" <= char <= "ヿ" or "一" <= char <= "鿿" or "가" <= char <= "힣")
        # Bytes that come in pairs are rare in one-byte texts: words of the West have single accents.
        if wide and native / len(wide) > 0.85 and common / len(wide) > 0.85 and len(wide) * 2 > 0.4 * len(text):
            score = 0.9 + _likeness(name, wide)
            if score > best_score:
                best, best_score = Encoding(name, 0.7, f"{len(wide)} East Asian characters in the sample"), score
    for name, letters in _LETTERS.items():
        try:
            text = text_bytes.decode(name)
        except UnicodeDecodeError:
            continue
        score = _score(text, letters) - _voiceless(name, text)
        if score > best_score + 1e-9:
            shown = "".join(dict.fromkeys(char for char in text if char >= "\x80"))[:12]
            best, best_score = Encoding(name, min(0.95, score), f"its letters make words ({shown})"), score
    return best


def _likeness(name: str, wide: list[str]) -> float:
    """How much East Asian characters look like the language of the encoding: kana, Hangul, or everyday Chinese."""
    kana = sum(1 for char in wide if "぀" <= char <= "ヿ") / len(wide)
    hangul = sum(1 for char in wide if "가" <= char <= "힣") / len(wide)
    if name in ("shift_jis", "euc-jp"):
        return 0.3 * kana if kana > 0.15 else -0.3
    if name == "euc-kr":
        return 0.3 * hangul if hangul > 0.8 else -0.3
    everyday = (
        "的一是不了在人有我他這这中大來来上国國個个到說说們们為为子和你地出道也時时年得就那要下以生會会自着去之過过家學学對对可她里後后題题"
        "解決决服務务謝谢幫帮助客戶户問问"
    )
    share = sum(1 for char in wide if char in everyday) / len(wide)
    # Chinese without any everyday word is something else read two bytes at a time.
    return 0.2 * share if share > 0.08 else -0.3


def guess_encoding(sample: bytes, *, valid_utf8: bool | None = None) -> Encoding:
    """The encoding of a text whose beginning is `sample`.

    Args:
        sample: bytes from the beginning (and, where the file is long, those lines that are not ASCII).
        valid_utf8: what a look at the whole file said; None lets the sample decide.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name, 1.0, "a byte order mark")
    wide = _utf16_without_mark(sample[:65536])
    if wide:
        return Encoding(wide, 0.9, "a NUL in every second byte")
    if valid_utf8 or (valid_utf8 is None and _is_utf8(sample)):
        return Encoding("utf-8", 1.0, "every byte is UTF-8")
    good, bad = utf8_balance(sample)
    if good > 3 * bad:
        return Encoding("utf-8", 0.9, f"{good} sequences are UTF-8 and {bad} are damaged")
    return _legacy(sample)


def _is_utf8(sample: bytes) -> bool:
    """Whether the sample is UTF-8; a sequence cut off at its very end does not count against it."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True


def utf8_balance(sample: bytes) -> tuple[int, int]:
    """(whole multi-byte UTF-8 sequences, bytes that belong to none) in the sample."""
    text = sample.decode("utf-8", errors="surrogateescape")
    good = bad = 0
    for char in text:
        if char >= "\x80":
            if "\udc80" <= char <= "\udcff":
                bad += 1
            else:
                good += 1
    return good, bad


def transcode(source: Path, encoding: str, target: Path) -> str:
    """Write `source` as UTF-8 into `target`; returns the encoding that held for all of it.

    A byte that the encoding does not define makes the rest of the family's superset (Latin-1) be taken; a wide
    encoding that breaks raises UnicodeDecodeError, since then the bytes are something else.
    """
    for name in (encoding, "latin-1"):
        try:
            with (
                source.open("r", encoding=name, newline="") as reader,
                target.open("w", encoding="utf-8", newline="") as writer,
            ):
                first = True
                while chunk := reader.read(1 << 20):
                    writer.write(chunk.removeprefix("\ufeff") if first else chunk)
                    first = False
        except UnicodeDecodeError:
            if name == "latin-1" or encoding.startswith("utf"):
                raise
        else:
            return name
    raise AssertionError("unreachable: Latin-1 defines every byte")  # pragma: no cover
