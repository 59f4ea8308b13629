"""What `tally cost` tells of several partners: what they share, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tallystick.cli import terminal
from tallystick.cli.commands._cost_words import each_told, money_told, share_told, show_fall
from tallystick.cli.home import Home

if TYPE_CHECKING:
    from tallystick.cost.gather import CostedMonth
    from tallystick.cost.month_inputs import Price
    from tallystick.cost.shared import Allocation


@dataclass(frozen=True)
class Whole:
    """Several partners, the currency that they are told in, and the rates that contracts name."""

    found: Mapping[str, Sequence[CostedMonth]]
    currency: str
    rates: Mapping[tuple[str, str], Price]

    def as_json(
        self, before: Sequence[str], after: Sequence[str], labels: tuple[str, str], *, waterfall: bool
    ) -> dict[str, Any]:
        """The ledgers together, and what moved them, as plain JSON values."""
        from tallystick.cost.together import falls_of, missing_words, together_of

        falls = falls_of(self.found, before, after, labels, self.currency, self.rates) if waterfall else ()
        return {
            "together": [one.as_json() for one in together_of(self.found, self.currency, self.rates)],
            "waterfalls_together": [one.as_json() for one in falls],
            "apart": list(missing_words(self.found, self.currency, self.rates)),
        }

    def show(self, before: Sequence[str], after: Sequence[str], labels: tuple[str, str], *, waterfall: bool) -> None:
        """The same for a terminal."""
        from tallystick.cost.together import falls_of, missing_words, together_of

        out = terminal.console()
        for told in missing_words(self.found, self.currency, self.rates):
            out.print(told, soft_wrap=True)
        if not waterfall:
            for one in together_of(self.found, self.currency, self.rates):
                if len(one.partners) > 1:  # one alone is told already
                    _show_ledger(one)
            return
        for fall in falls_of(self.found, before, after, labels, self.currency, self.rates):
            if fall.without:
                names = ", ".join(fall.without)
                out.print(f"Not in the sum, because a month of it is not known: {names}", soft_wrap=True)
            if fall.waterfall is not None and len(fall.partners) > 1:
                show_fall(f"together ({', '.join(fall.partners)})", fall.waterfall)


def of(home: Home, found: Mapping[str, Sequence[CostedMonth]], currency: str, as_of: datetime) -> Whole:
    """Several partners together, with the rates that the folder's contracts name."""
    from tallystick.cost.rates import rates_between
    from tallystick.cost.together import main_currency

    wanted = currency.upper() or main_currency(found)
    foreign = {(one.cost.currency, one.cost.month) for own in found.values() for one in own} if wanted else set()
    asked = {one for one in foreign if one[0] != wanted}
    rates = rates_between(home.root, home.contracts, found, asked, wanted, as_of) if asked else {}
    return Whole(found, wanted, rates)


def _show_ledger(one: Any) -> None:
    rows = [
        (
            month.month,
            money_told(month.total),
            money_told(month.invoiced),
            share_told(month.hidden_share),
            each_told(month.per_contact, one.currency, month.contacts.value),
            each_told(month.per_resolution, one.currency, month.resolutions.value),
            ", ".join(month.without) or "-",
        )
        for month in one.months
    ]
    heads = ("month", "in all", "by the rate card", "hidden", "a contact", "a verified resolution", "not known")
    title = f"together, in {one.currency}: {', '.join(one.partners)}"
    terminal.table(heads, rows, right=(1, 2, 3, 4, 5), wrapping=(6,), title=title)
    for rate in one.rates:
        terminal.console().print(f"  {rate}", soft_wrap=True)


def show_shared(shared: Sequence[Allocation], everybody: Sequence[str]) -> None:
    """What partners share: each amount with the part of each and the rest."""
    if not shared:
        return
    rows = []
    for one in shared:
        parts = [one.part_of(name) for name in everybody]
        rows.append(
            (
                one.month, one.kind, one.key or "none", str(one.amount),
                *("-" if part is None else f"{part.amount.amount:,.2f}" for part in parts), str(one.rest), one.why,
            )
        )  # fmt: skip
    heads = ("month", "kind", "key", "amount", *everybody, "rest", "because")
    right = tuple(range(3, 5 + len(everybody)))
    terminal.table(heads, rows, right=right, wrapping=(len(heads) - 1,), title="costs of no partner, led to partners")
    terminal.print_findings([finding for one in shared for finding in one.findings])
