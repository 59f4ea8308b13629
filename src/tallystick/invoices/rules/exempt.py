"""What is exempt from tax (category E): BR-E."""

from __future__ import annotations

from tallystick.invoices.rule import Family
from tallystick.invoices.rules._category import Category

CATEGORY = Category("E", "BR-E", "exempt", rate="zero", ids="seller", exempt=True)
FAMILY = Family("Exempt from tax", CATEGORY.rules())
