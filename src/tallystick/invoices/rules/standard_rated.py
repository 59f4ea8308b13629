"""The standard and reduced rates (category S): BR-S."""

from __future__ import annotations

from tallystick.invoices.rule import Family
from tallystick.invoices.rules._category import Category

CATEGORY = Category("S", "BR-S", "standard rated", rate="positive", ids="seller", exempt=False)
FAMILY = Family("Standard rated", CATEGORY.rules())
