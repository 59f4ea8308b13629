"""Money: a decimal amount in an ISO 4217 currency. Never a float, rounded only where a clause says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from tallystick.vocabulary.errors import UsageError

# ISO 4217, table A.1: every currency has 2 decimals but these.
_ZERO = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
_EXPONENT = {code: places for codes, places in ((_ZERO, 0), (_THREE, 3), (_FOUR, 4)) for code in codes.split()}

# List one: currencies in use; XXX is the code for none.
_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP "
    "LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB "
    "PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF XXX "
    "YER ZAR ZMW ZWG"
)
CURRENCIES = frozenset(_CODES.split())


class Rounding(StrEnum):
    """Where a half goes, as a contract's text names it."""

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"
    UP = "up"
    DOWN = "down"
    CEILING = "ceiling"
    FLOOR = "floor"

    @property
    def decimal_mode(self) -> str:
        """The `decimal` module's name for it."""
        return {
            "half-up": ROUND_HALF_UP,
            "half-even": ROUND_HALF_EVEN,
            "up": ROUND_UP,
            "down": ROUND_DOWN,
            "ceiling": ROUND_CEILING,
            "floor": ROUND_FLOOR,
        }[self.value]


def exponent(currency: str) -> int:
    """Decimals of a currency's minor unit: EUR 2, JPY 0, KWD 3."""
    return _EXPONENT.get(currency, 2)


@dataclass(frozen=True)
class Money:
    """An exact amount. Adding two currencies is refused."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse a float and a currency that is not three capital letters."""
        if not isinstance(self.amount, Decimal):
            raise UsageError(f"Money takes a Decimal, not {type(self.amount).__name__}.")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise UsageError(f"{self.currency!r} is not an ISO 4217 currency code.")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """No money, in a currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Money:
        """`minor` units (cents) as Money."""
        return cls(Decimal(minor).scaleb(-exponent(currency)), currency)

    @property
    def minor(self) -> int:
        """The amount in minor units; raises UsageError where it is not a whole number of them."""
        scaled = self.amount.scaleb(exponent(self.currency))
        if scaled != scaled.to_integral_value():
            raise UsageError(f"{self} is not rounded to the minor unit.")
        return int(scaled)

    def rounded(self, rounding: Rounding = Rounding.HALF_UP, decimals: int | None = None) -> Money:
        """The amount at the currency's minor unit, or at `decimals`."""
        places = exponent(self.currency) if decimals is None else decimals
        return Money(self.amount.quantize(Decimal(1).scaleb(-places), rounding.decimal_mode), self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise UsageError(f"{self.currency} and {other.currency} do not add up.")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if not isinstance(factor, Decimal | int):
            raise UsageError(f"Money is multiplied by a Decimal or a whole number, not {type(factor).__name__}.")
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __str__(self) -> str:
        places = max(exponent(self.currency), -int(self.amount.as_tuple().exponent))
        return f"{self.currency} {self.amount:,.{places}f}"


def money_of(value: Fraction, currency: str, rounding: Rounding = Rounding.HALF_UP) -> Money:
    """An exact amount rounded once to the minor unit of its currency, by whole numbers, so that no digit is lost."""
    scaled = value * 10 ** exponent(currency)
    floor = scaled.numerator // scaled.denominator
    rest = scaled - floor
    if rest == 0:
        return Money.of_minor(floor, currency)
    half = Fraction(1, 2)
    away = value > 0
    up = {
        Rounding.HALF_UP: rest > half or (rest == half and away),
        Rounding.HALF_EVEN: rest > half or (rest == half and floor % 2 == 1),
        Rounding.UP: away,
        Rounding.DOWN: not away,
        Rounding.CEILING: True,
        Rounding.FLOOR: False,
    }[rounding]
    return Money.of_minor(floor + up, currency)
