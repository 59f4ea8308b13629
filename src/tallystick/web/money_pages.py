"""What the pages of money share: the group that they are, and who reads them."""

from __future__ import annotations

from tallystick.web.roles import Role

MONEY = "money"
CLIENT_READERS = frozenset({Role.OWNER, Role.VENDOR_MANAGER, Role.FINANCE, Role.EXECUTIVE, Role.AUDITOR})
# Of a partner those who may dispute a credit.
READERS = CLIENT_READERS | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}
# An invoice is the matter of whoever answers for it.
INVOICE_READERS = CLIENT_READERS | {Role.PARTNER_ADMIN}
