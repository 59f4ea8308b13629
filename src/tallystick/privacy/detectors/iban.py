"""International bank account numbers: country, length of that country, check digits by ISO 7064 mod 97-10.

Lengths: SWIFT IBAN registry (ISO 13616), release 99.
"""

from tallystick.privacy.detector import Detector, Settings, Spans

_BY_LENGTH = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_LENGTHS = {country: length for length, countries in _BY_LENGTH.items() for country in countries.split()}
_PLACES = {letter: str(value) for value, letter in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def valid(number: str) -> bool:
    """Whether `number` (no blanks, capitals) is an IBAN."""
    if _LENGTHS.get(number[:2]) != len(number):
        return False
    return int("".join(_PLACES[letter] for letter in number[4:] + number[:4])) % 97 == 1


def _find(candidate: str, settings: Settings) -> Spans:
    del settings
    length = _LENGTHS.get(candidate[:2].upper())
    if length is None:
        return []
    letters = [position for position, letter in enumerate(candidate) if letter.isascii() and letter.isalnum()]
    # The pattern may run on into the next words; the country's length says where the number ends.
    if len(letters) < length:
        return []
    number = "".join(candidate[position] for position in letters[:length]).upper()
    return [(0, letters[length - 1] + 1)] if valid(number) else []


DETECTOR = Detector(
    label="[IBAN]",
    title="bank account number (IBAN)",
    pattern=r"(?i)\b[A-Z]{2}[ \x{00a0}]?[0-9]{2}(?:[ \x{00a0}.\-]?[A-Z0-9]){11,34}",
    find=_find,
    rank=0,
)
