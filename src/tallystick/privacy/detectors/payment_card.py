"""Payment card numbers: issuer's prefix and length, check digit by Luhn (ISO/IEC 7812-1)."""

from tallystick.privacy.detector import Detector, Settings, Spans, digit_groups

# (lowest prefix, highest prefix, lengths): Visa, Mastercard, Amex, Discover, JCB, Diners, UnionPay, Maestro.
_ISSUERS = (
    (4, 4, (13, 16, 19)),
    (51, 55, (16,)),
    (2221, 2720, (16,)),
    (34, 34, (15,)),
    (37, 37, (15,)),
    (6011, 6011, (16, 17, 18, 19)),
    (644, 659, (16, 17, 18, 19)),
    (35, 35, (16,)),
    (1800, 1800, (15,)),
    (2131, 2131, (15,)),
    (300, 305, (14, 16, 17, 18, 19)),
    (3095, 3095, (14, 16, 17, 18, 19)),
    (36, 36, (14, 16, 17, 18, 19)),
    (38, 39, (14, 16, 17, 18, 19)),
    (62, 62, (16, 17, 18, 19)),
    (500, 509, (12, 13, 14, 15, 16, 17, 18, 19)),
    (56, 58, (12, 13, 14, 15, 16, 17, 18, 19)),
    (630, 639, (12, 13, 14, 15, 16, 17, 18, 19)),
    (67, 68, (12, 13, 14, 15, 16, 17, 18, 19)),
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (mod 10, doubled from the right)."""
    total = sum(int(digit) for digit in digits[-1::-2]) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0


def valid(digits: str) -> bool:
    """Whether `digits` (no blanks) is a card number of a known issuer."""
    for low, high, lengths in _ISSUERS:
        if len(digits) in lengths and low <= int(digits[: len(str(low))]) <= high:
            return luhn(digits)
    return False


def _find(candidate: str, settings: Settings) -> Spans:
    """Cards begin and end where a group of digits does, so a neighbour such as an order number does not hide them."""
    del settings
    groups = digit_groups(candidate)
    found: Spans = []
    first = 0
    while first < len(groups):
        digits = ""
        for last in range(first, len(groups)):
            digits += candidate[groups[last][0] : groups[last][1]]
            if len(digits) > 19:
                break
            if len(digits) >= 12 and valid(digits):
                found.append((groups[first][0], groups[last][1]))
                first = last
                break
        first += 1
    return found


DETECTOR = Detector(
    label="[CARD]",
    title="payment card number",
    pattern=r"[0-9](?:[ \x{00a0}.\-/]{0,2}[0-9]){11,100}",
    find=_find,
    rank=1,
)
