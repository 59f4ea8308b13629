"""What leaves the union, free of tax (category G): BR-G."""

from __future__ import annotations

from tallystick.invoices.rule import Family
from tallystick.invoices.rules._category import Category

CATEGORY = Category("G", "BR-G", "export", rate="zero", ids="seller", exempt=True)
FAMILY = Family("Export outside of the union", CATEGORY.rules())
