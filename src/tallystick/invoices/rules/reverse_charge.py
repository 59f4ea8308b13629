"""Tax that the buyer owes (category AE): BR-AE."""

from __future__ import annotations

from tallystick.invoices.rule import Family
from tallystick.invoices.rules._category import Category

CATEGORY = Category("AE", "BR-AE", "reverse charge", rate="zero", ids="both", exempt=True)
FAMILY = Family("Reverse charge", CATEGORY.rules())
