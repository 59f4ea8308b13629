"""The Canary Islands' general indirect tax (category L): BR-AF."""

from __future__ import annotations

from tallystick.invoices.rule import Family
from tallystick.invoices.rules._category import Category

CATEGORY = Category("L", "BR-AF", "IGIC", rate="any", ids="seller", exempt=False)
FAMILY = Family("IGIC of the Canary Islands", CATEGORY.rules())
