"""Bank account numbers without check digits, known by the word before them."""

from tallystick.privacy.detector import Detector, Settings, Spans, digit_groups

_WORDS = (
    "account|acct|a/c|sort code|routing|konto|kontonummer|kontonr|ktnr|blz|compte|rib|cuenta|conto|conta|cont|rekening"
    "|rekeningnummer|konta|konto nr|számlaszám|tilinumero|kontonummer"
)
_SHORTEST, _LONGEST = 6, 24


def _find(candidate: str, settings: Settings) -> Spans:
    del settings
    groups = digit_groups(candidate)
    digits = sum(end - start for start, end in groups)
    if not _SHORTEST <= digits <= _LONGEST:
        return []
    return [(groups[0][0], groups[-1][1])]


DETECTOR = Detector(
    label="[ACCOUNT]",
    title="bank account number",
    pattern=rf"(?i)\b(?:{_WORDS})\b[ \t]*(?:no|nr|number|num|numéro|număr|numero|bancar|bancaire|bancaria)?"
    r"[.:#\x{00a0} \t]{0,4}(?:is|ist|est|es|este|=)?[ \t:]{0,3}[0-9](?:[ \x{00a0}.\-/]?[0-9]){5,30}",
    find=_find,
    rank=2,
)
