"""The roles, on the client's side and on each partner's: a closed list, because each page and action names its own."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy


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
# Who gives data, or answers for it, and so reads the page Data; a partner's agent does not.
DATA_READERS = CLIENT_ROLES | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}
# Who runs the work with partners day by day.
STEERING = frozenset({Role.OWNER, Role.VENDOR_MANAGER})
# The auditor sees all and changes nothing: no action may name it, which `web.deed` checks.
READS_ONLY = Role.AUDITOR

SEES = {
    Role.OWNER: gettext_lazy("everything, and gives roles"),
    Role.VENDOR_MANAGER: gettext_lazy("runs partners: contracts, data, periods, disputes"),
    Role.QA_LEAD: gettext_lazy("quality, cases, disputes of cases"),
    Role.FINANCE: gettext_lazy("money: approves credits"),
    Role.DATA_PROTECTION: gettext_lazy("personal data and who read it"),
    Role.EXECUTIVE: gettext_lazy("the overview; approves credits"),
    Role.AUDITOR: gettext_lazy("sees all, changes nothing"),
    Role.PARTNER_ADMIN: gettext_lazy("its own partner: results, uploads, disputes, its people"),
    Role.TEAM_LEADER: gettext_lazy("its own partner: results and disputes"),
    Role.AGENT: gettext_lazy("its own partner's results"),
}
