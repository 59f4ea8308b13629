"""A discount is read another way: by step or of the whole sum, of other charges, before the index or after."""

from collections.abc import Iterator

from tallystick.billing.check.adjusted import Adjusted
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Kind
from tallystick.contract.billing_terms import Discount


def _readings(given: Adjusted) -> Iterator[Rereading]:
    if given.kind is not Kind.DISCOUNT:
        return
    billing = given.billing
    own = next(one for one in billing.discounts if one.id == given.id)

    def read(says: str, formula: str, **words: object) -> Rereading:
        found: list[Discount] = [one.model_copy(update=words) if one.id == own.id else one for one in billing.discounts]
        return given.reading(says, given.of(given.books.sums(discounts=tuple(found))), formula)

    if own.tiers:
        other = "all" if own.model == "marginal" else "marginal"
        of = "of the whole sum" if other == "all" else "of what lies in each step alone"
        yield read(f"The discount is taken {of}.", f"tiers {of}", model=other)
        for place, tier in enumerate(own.tiers, start=1):
            yield read(f"The percentage of step {place} is taken of the whole sum.", f"step {place} of the whole sum",
                       percentage=tier.percentage, tiers=())  # fmt: skip
    if own.charges:
        yield read("The discount is taken of all charges.", "discount of all charges", charges=())
    middle = [stage for stage in billing.between if stage != "volume"]
    for place, said in ((0, "before"), (len(middle), "after")):
        order = ("base", *middle[:place], "volume", *middle[place:], *billing.order[-2:])
        if order != billing.order:
            says = f"The discount is taken {said} index and currency."
            yield given.reading(says, given.of(given.books.sums(order=order)), f"discount {said} index and currency")


CAUSE = Cause(__name__, __doc__, "Steps and base of a discount", "discount", Stage.ADJUSTMENT, rank=20,
              adjustments=_readings)  # fmt: skip
