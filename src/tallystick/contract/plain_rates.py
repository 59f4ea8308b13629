"""The rate card and the making of the invoice in plain language, as a part of the contract's text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tallystick.contract.billing_terms import (
    BillingTerms,
    CurrencyRule,
    Discount,
    Indexation,
    InvoiceExample,
    Series,
    Tax,
)
from tallystick.contract.card import Cards
from tallystick.contract.charge import Charge, ChargeExample
from tallystick.contract.model import Contract
from tallystick.contract.quantity import amount_text, figure_text, level_text, percentage_text

_STAGES = {
    "base": "the base price",
    "volume": "discounts",
    "index": "indexation",
    "currency": "conversion of currencies",
    "credits": "price adjustments",
    "tax": "tax",
}


def rate_card(contract: Contract, cards: Cards) -> list[str]:
    """What is charged and how the invoice is made; nothing where the text has no rate card."""
    if not contract.charges:
        return []
    lines = ["## What is charged", ""]
    for charge in contract.charges:
        lines += [f"### {charge.heading}", "", *charge.plain(contract, cards)]
        if charge.note:
            lines.append(f"Note: {charge.note}")
        lines += [_example(contract, charge, example) for example in charge.examples]
        lines.append("")
    return [*lines, *_invoice(contract)]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _charges(names: Sequence[str]) -> str:
    return f"charge{'s' if len(names) > 1 else ''} {_listed(names)}" if names else "all charges"


def _invoice(contract: Contract) -> list[str]:
    billing = contract.billing
    lines = ["## How the invoice is made", ""]
    lines.append(f"The order is {', then '.join(_STAGES[stage] for stage in billing.order)}.")
    lines.append(
        "Where an amendment changes the text within a month, each part of the month is charged by the text in force on "
        "its days, with what counted on them."
    )
    lines.append(
        "A year of volumes begins on the first day of January."
        if billing.year == "calendar"
        else "A year of volumes begins with the term, and then on the first day of the month of each anniversary."
    )
    lines += [discount_words(contract, part) for part in billing.discounts]
    lines += [indexation_words(contract, part) for part in billing.indexation]
    lines += [currency_words(contract, code, rule) for code, rule in billing.currencies.items()]
    lines += adjustment_words(billing)
    lines += [tax_words(billing, tax) for tax in billing.taxes]
    if billing.payable is not None:
        lines.append(f"An invoice is due {billing.payable} after its receipt.")
    if billing.early_payment is not None:
        early = billing.early_payment
        lines.append(f"Who pays within {early.within} pays {percentage_text(early.percentage)} of the total less.")
    lines += [_invoice_example(contract, example) for example in billing.examples]
    lines.append("")
    return lines + _series(contract.series)


def discount_words(contract: Contract, part: Discount) -> str:
    """A discount in a plain sentence."""
    whose = _charges(part.charges)
    if part.percentage is not None:
        return f"{part.title or part.id}: {percentage_text(part.percentage)} less for {whose}."
    tiers = "; ".join(
        f"{percentage_text(tier.percentage)} above {amount_text(Fraction(tier.above), contract.currency)}"
        for tier in part.tiers
    )
    how = "of what lies in each step" if part.model == "marginal" else "of the whole sum"
    return f"{part.title or part.id}: a discount {how} of {whose} in the month, {tiers}."


def indexation_words(contract: Contract, part: Indexation) -> str:
    """An indexation in plain sentences."""
    series = contract.series.get(part.series)
    name = series.title if series is not None and series.title else part.series
    limits = [
        f"by at most {percentage_text(part.cap)}" if part.cap is not None else "",
        f"by at least {percentage_text(part.collar)}" if part.collar is not None else "",
    ]
    within = f" ({', '.join(limit for limit in limits if limit)})" if any(limits) else ""
    share = "" if part.share == 1 else f"{percentage_text(part.share)} of "
    lag = f"; the index is that of {part.lag} months before the review" if part.lag else ""
    rounded = f"; each factor is rounded to {part.decimals} decimals" if part.decimals is not None else ""
    return (
        f"{part.title or part.id}: {_charges(part.charges)} follow “{name}”. From {part.from_on.isoformat()} on, and "
        f"every {part.every} after that, prices move by {share}its change since the last review, at first since "
        f"{part.base}{within}{lag}{rounded}."
    )


def currency_words(contract: Contract, code: str, rule: CurrencyRule) -> str:
    """How a currency is converted, in plain sentences."""
    lag = f", {rule.lag} month(s) before" if rule.lag else ""
    if rule.reference is None or rule.band is None:
        return f"{code} is converted at the price of the month{lag} (series “{rule.series}”)."
    return (
        f"{code} is converted at {amount_text(Fraction(rule.reference), contract.currency)} while its price of the "
        f"month{lag} (series “{rule.series}”) lies within {percentage_text(rule.band)} of that. Of what lies beyond "
        f"the band, {percentage_text(rule.sharing)} is the client's."
    )


def tax_words(billing: BillingTerms, tax: Tax) -> str:
    """A tax in plain sentences."""
    side = "after" if billing.deducts_before_tax else "before"
    kept = " It is withheld from the sum and paid for the partner." if tax.withheld else ""
    return (
        f"{tax.title or tax.id}: {percentage_text(tax.percentage)} of {_charges(tax.charges)}, {side} price "
        f"adjustments are taken off.{kept}"
    )


def adjustment_words(billing: BillingTerms) -> list[str]:
    """Of what percentages of price adjustments are taken, and when they are deducted."""
    lines = [
        f"For percentages of price adjustments, the fee “{name}” is what {_charges(fee.charges)} come to in the month, "
        f"{'before' if fee.base == 'before-discount' else 'after'} discounts."
        for name, fee in billing.fees.items()
    ]
    before = "before tax" if billing.deducts_before_tax else "from the sum with tax"
    return [*lines, f"Price adjustments are taken off {before}."]


def _series(series: dict[str, Series]) -> list[str]:
    if not series:
        return []
    lines = ["## Series", ""]
    for name, part in series.items():
        about = ", ".join(word for word in (part.title, part.source) if word)
        published = f", as published on {part.published.isoformat()}" if part.published else ""
        values = ", ".join(f"{month} {figure_text(Fraction(value), 12)}" for month, value in part.values.items())
        lines.append(f"- “{name}”{f' ({about})' if about else ''}{published}: {values}.")
    return [*lines, ""]


def _example(contract: Contract, charge: Charge, example: ChargeExample) -> str:
    figures = [f"{name.replace('_', ' ')} {level_text(value.value, value.unit)}" for name, value in
               example.given.items()]  # fmt: skip
    figures += [f"{figure_text(Fraction(units))} banked in {month}" for month, units in example.bank.items()]
    if example.days is not None and example.month_days is not None:
        figures.append(f"{example.days} of {example.month_days} days")
    if example.from_on is not None:
        figures.append(f"from {example.from_on.isoformat()}")
    if example.to_on is not None:
        figures.append(f"to {example.to_on.isoformat()}")
    title = f" ({example.title})" if example.title else ""
    later = ", settled later," if example.later else ""
    amount = amount_text(Fraction(example.expect.amount), charge.currency_under(contract))
    return f"Example{title}: with {_listed(figures) if figures else 'nothing given'}{later} it comes to {amount}."


def _invoice_example(contract: Contract, example: InvoiceExample) -> str:
    figures: list[str] = []
    for charge, given in example.given.charges.items():
        figures += [f"{charge} {name.replace('_', ' ')} {level_text(value.value, value.unit)}" for name, value in
                    given.items()]  # fmt: skip
    figures += [f"price adjustment {name} of {_money(contract, amount)}" for name, amount in
                example.given.credits.items()]  # fmt: skip
    expect = example.expect
    sums = [(name, getattr(expect, name)) for name in ("charges", "discounts", "credits", "net", "tax", "total")]
    told = [f"{name} {_money(contract, amount)}" for name, amount in sums if amount is not None]
    told += [f"fee “{name}” {_money(contract, amount)}" for name, amount in expect.fees.items()]
    title = f" ({example.title})" if example.title else ""
    return f"Example{title}: with {_listed(figures) if figures else 'nothing given'}: {_joined(told)}."


def _money(contract: Contract, amount: object) -> str:
    return amount_text(Fraction(str(amount)), contract.currency)


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)
