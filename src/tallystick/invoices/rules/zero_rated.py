"""Goods and services at the rate zero (category Z): BR-Z."""

from __future__ import annotations

from tallystick.invoices.rule import Family
from tallystick.invoices.rules._category import Category

CATEGORY = Category("Z", "BR-Z", "zero rated", rate="zero", ids="seller", exempt=False)
FAMILY = Family("Zero rated", CATEGORY.rules())
