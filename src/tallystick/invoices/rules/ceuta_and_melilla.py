"""Ceuta's and Melilla's tax on production and services (category M): BR-AG."""

from __future__ import annotations

from tallystick.invoices.rule import Family
from tallystick.invoices.rules._category import Category

CATEGORY = Category("M", "BR-AG", "IPSI", rate="any", ids="seller", exempt=False)
FAMILY = Family("IPSI of Ceuta and Melilla", CATEGORY.rules())
