"""The roles, on the client's side and on each partner's: a closed list, because each page and action names its own."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is at its party. A person may hold several; the party is one."""

    OWNER = "owner"
    VENDOR_MANAGER = "vendor manager"
    QA_LEAD = "QA lead"
    FINANCE = "finance"
    DATA_PROTECTION = "data-protection officer"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    PARTNER_ADMIN = "partner admin"
    TEAM_LEADER = "team leader"
    AGENT = "agent"


CLIENT_ROLES = frozenset(
    {
        Role.OWNER,
        Role.VENDOR_MANAGER,
        Role.QA_LEAD,
        Role.FINANCE,
        Role.DATA_PROTECTION,
        Role.EXECUTIVE,
        Role.AUDITOR,
    }
)
PARTNER_ROLES = frozenset({Role.PARTNER_ADMIN, Role.TEAM_LEADER, Role.AGENT})
EVERYONE = CLIENT_ROLES | PARTNER_ROLES
# Who runs the work with partners day by day.
STEERING = frozenset({Role.OWNER, Role.VENDOR_MANAGER})
# The auditor sees all and changes nothing: no action may name it, which `web.deed` checks.
READS_ONLY = Role.AUDITOR

SEES = {
    Role.OWNER: "everything, and gives roles",
    Role.VENDOR_MANAGER: "runs partners: contracts, data, periods, disputes",
    Role.QA_LEAD: "quality, cases, disputes of cases",
    Role.FINANCE: "money: approves credits",
    Role.DATA_PROTECTION: "personal data and who read it",
    Role.EXECUTIVE: "the overview; approves credits",
    Role.AUDITOR: "sees all, changes nothing",
    Role.PARTNER_ADMIN: "its own partner: results, uploads, disputes, its people",
    Role.TEAM_LEADER: "its own partner: results and disputes",
    Role.AGENT: "its own partner's results",
}
