"""The languages of messages, identified in bulk, as a ratio to `py3langid` on the same texts in one run. Goal: 4 times.

    python benchmarks/language.py [--messages N] [--sample N] [--sentences FILE]

Messages are made of notes to customer service in twelve languages, each different. The peer, whose model it is, takes a
sample one by one, as it does, and must give the same answers. CPU seconds are compared, because a shared machine
stretches wall seconds. With `--sentences` (JSON Lines of `lang` and `text`) it also prints how often what is told is
right, by language, for whole sentences and for their first 60, 40 and 20 letters; where no file is named, the public
sentences beside the repository are taken if they are there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from tallystick.records import languages
from tallystick.records.languages import CONFIDENCE, LANGUAGES, NO_LANGUAGE, identified

GOAL = 4
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "language" / "sentences_20_languages.jsonl"
NOTES = (
    "Hello, my order {} has not arrived yet, can you please tell me where it is? I have been waiting for a week.",
    "Guten Tag, meine Bestellung {} ist noch nicht angekommen. Können Sie mir bitte sagen, wo sie ist?",
    "Bonjour, je n'ai toujours pas reçu ma commande {}. Pouvez-vous me dire où elle se trouve, s'il vous plaît?",
    "Buenos días, todavía no he recibido mi pedido {}. ¿Me pueden decir dónde está, por favor?",
    "Bună ziua, comanda mea {} nu a ajuns încă. Îmi puteți spune unde este, vă rog?",
    "Dzień dobry, moje zamówienie {} jeszcze nie dotarło. Czy mogą mi Państwo powiedzieć, gdzie ono jest?",
    "Buongiorno, il mio ordine {} non è ancora arrivato. Potete dirmi dove si trova, per favore?",
    "Bom dia, a minha encomenda {} ainda não chegou. Podem dizer-me onde está, por favor?",
    "Goedendag, mijn bestelling {} is nog niet aangekomen. Kunt u mij zeggen waar die is?",
    "Magandang araw po, hindi pa dumarating ang order ko na {}. Pakisabi naman po kung nasaan na ito.",
    "Merhaba, {} siparişim hâlâ gelmedi. Nerede olduğunu söyler misiniz lütfen?",
    "Здравствуйте, мой заказ {} ещё не пришёл. Скажите, пожалуйста, где он находится?",
)


def main() -> None:
    """Identify in both ways and print the ratio; then how often it is right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--sample", type=int, default=4_000, help="messages that the peer takes")
    parser.add_argument("--scale", type=float, default=1, help="as in the other benchmarks; here 200,000 messages each")
    parser.add_argument("--sentences", type=Path, default=BESIDE)
    given = parser.parse_args()
    count = int(given.messages * given.scale)
    rng = np.random.default_rng(20_260_301)
    # Every note loses its end somewhere, so that no two are alike and short ones are among them.
    cuts = rng.integers(20, 110, count).tolist()
    texts = pa.array([NOTES[at % len(NOTES)].format(f"{at:06}")[:cut] for at, cut in enumerate(cuts)])

    identified(texts.slice(0, languages.FEW + 1))  # the model and the compiled code are there in a running process
    begun = time.process_time()
    found, _percent = identified(texts)
    own = time.process_time() - begun

    peer = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    peer.set_languages([*LANGUAGES, NO_LANGUAGE])
    few = texts.slice(0, given.sample)
    read = languages._told_apart(few).to_pylist()  # noqa: SLF001 - the peer is given what the model is given
    begun = time.process_time()
    theirs = [peer.classify(text) for text in read]
    spent = time.process_time() - begun

    told = [(ours, other) for ours, (other, _) in zip(found.to_pylist(), theirs, strict=False) if ours is not None]
    wrong = sum(ours != other for ours, other in told)
    ratio = (spent / len(few)) / (own / count)
    print(f"Tallystick          {count:>9,} messages {own:8.3f} s CPU  {count / own:>9,.0f} a second")
    print(f"py3langid (sample)  {len(few):>9,} messages {spent:8.3f} s CPU  {len(few) / spent:>9,.0f} a second")
    print(
        f"told: {1 - found.null_count / count:.1%} of {count:,}; on the sample {wrong} of {len(told):,} told otherwise"
    )
    print(f"ratio: {ratio:.1f} x py3langid (goal {GOAL} x: {'reached' if ratio >= GOAL else 'missed'})")
    if given.sentences.is_file():
        _examine(given.sentences)
    if wrong or ratio < GOAL:
        sys.exit(1)


def _examine(file: Path) -> None:
    """How often what is told is right, by language and length."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    for letters in (None, 60, 40, 20):
        found = identified(pa.array([_beginning(row["text"], letters) for row in rows]))[0].to_pylist()
        there = Counter(row["lang"] for row in rows)
        told = Counter(row["lang"] for row, code in zip(rows, found, strict=True) if code is not None)
        right = Counter(row["lang"] for row, code in zip(rows, found, strict=True) if code == row["lang"])
        which = "whole sentences" if letters is None else f"first {letters} letters"
        share = (
            f"{sum(told.values()) / len(rows):.1%} told, of these {sum(right.values()) / sum(told.values()):.2%} right"
        )
        print(f"{which} ({len(rows):,}, at {CONFIDENCE} % and more): {share}")
        shown = (
            f"{code} {told[code] / there[code]:.0%}/{right[code] / max(told[code], 1):.1%}" for code in sorted(there)
        )
        print("  told/right: " + ", ".join(shown))


def _beginning(text: str, letters: int | None) -> str:
    """The first words of a text, or half as many letters where it has no words."""
    if letters is None:
        return text
    words = text.split()
    if len(words) < 3:
        return text[: letters // 2]
    found = ""
    for word in words:
        if len(found) >= letters:
            break
        found = f"{found} {word}".strip()
    return found


if __name__ == "__main__":
    main()
