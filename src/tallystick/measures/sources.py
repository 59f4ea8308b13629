"""What the codes in a KPI's Source section stand for: the rules and numbers of the KPI dictionary, and public pages.

Pages are named by publisher and subject with their address; they were read in 2026 and may have moved since. A grade
says how near a page stands to the matter: A primary (product documentation, issue threads, contract texts), B
practitioner, C vendor's marketing. Grades C give context, never a definition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CODE = re.compile(r"\[([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\]")
RULE = re.compile(r"\bR(\d+)\b")


@dataclass(frozen=True)
class Reference:
    """A public page: what it is about, where it is, and its grade."""

    about: str
    address: str
    grade: str


RULES = {
    1: "Event time: target, priority, hours, owner and policy are those in force when the clock ran.",
    2: "Attribution: who a clock counts for is declared, and an owner lost at closing is not lost.",
    3: "Period: created-in, due-in, resolved-in or measured-in is declared; by due-in nothing escapes.",
    4: "Open past due has failed; open and not due is in neither part.",
    5: "Reopening: the first resolution ends at the first solving, the full one at the last; nothing is wiped.",
    6: "Merging: counts and clocks go to the survivor, from the earliest customer message on.",
    7: "Business time: the union of the opening hours in their zones, less holidays, in whole seconds, half-open.",
    8: "A pause is legitimate only in a status that the contract names and while no customer message waits.",
    9: "Bots: the partner's clock starts at hand-over, the customer's at the first message; both are reported.",
    10: "Automatic replies and system messages stop no clock.",
    11: "Spam, tests, duplicates and the like are excluded by rules, with counts.",
    12: "Small numbers: every figure has an interval; below the contract's minimum nothing is assessed.",
    13: "Percentages are never averaged: wholes come from counts.",
    14: "Rounding is the contract's choice; without one the exact fraction is compared.",
    15: "Completeness: where records are missing a figure is provisional.",
}

REFERENCES = {
    "agh": Reference(
        "AgentHive: auditing clocks that stand in waiting on customer",
        "https://agenthive.co/marketplace/workflows/sla-pause-auditor-reconcile-waiting-on-customer-clock",
        "C",
    ),
    "answerfirst": Reference(
        "Answerfirst: a call centre's own service level agreement", "https://answerfirst.com/sla/", "A"
    ),
    "asm-bill": Reference(
        "Assembled: a billing report by adherence",
        "https://support.assembled.com/hc/en-us/articles/34966110824845-Billing-Report",
        "A",
    ),
    "asm-gloss": Reference(
        "Assembled: glossary of workforce management, letter S", "https://assembled.com/wfm-glossary-letters/s", "A"
    ),
    "beefed-wfm": Reference(
        "beefed.ai: forecast accuracy and adherence", "https://beefed.ai/en/wfm-kpis-forecast-accuracy-adherence", "C"
    ),
    "btl-cont": Reference(
        "Breaking the Loop: what chatbot containment hides",
        "https://www.breakingtheloopco.com/post/chatbot-containment-rate-contact-centre",
        "B",
    ),
    "cb-2023": Reference(
        "ContactBabel and CCMA: the UK contact centre decision-makers' guide 2023",
        "https://www.ccma.org.uk/insight/2023-uk-contact-centre-decision-makers-guide/",
        "B",
    ),
    "cb-2024": Reference(
        "Call Centre Helper: ContactBabel's report of 2024",
        "https://www.callcentrehelper.com/2024-contactbabel-report-232966.htm",
        "B",
    ),
    "cbs-def": Reference(
        "Chatbotscape: deflection and containment are two figures",
        "https://chatbotscape.com/glossary/chatbot-deflection-vs-containment",
        "C",
    ),
    "cch-occ": Reference(
        "Call Centre Helper: how high occupancy may be", "https://www.contactcentrehelper.com/?p=231177", "B"
    ),
    "cch-ramp": Reference(
        "Call Centre Helper: how long agents take to ramp up",
        "https://www.callcentrehelper.com/what-is-agent-ramp-up-time-210298.htm",
        "B",
    ),
    "conn-fcr": Reference(
        "Connections Magazine: first call resolution",
        "https://connectionsmagazine.com/article/first-call-resolution-2/",
        "B",
    ),
    "custme": Reference(
        "Customer-Me: accuracy and bias of satisfaction surveys",
        "https://www.customer-me.com/running-customers-satisfaction-surveys-dont-confuse-accuracy-bias/",
        "B",
    ),
    "cw-14871": Reference(
        "Chatwoot, issue 14871: reports that count events, conversations or contacts",
        "https://github.com/chatwoot/chatwoot/issues/14871",
        "A",
    ),
    "cw-4526": Reference(
        "Chatwoot, issue 4526: one satisfaction survey for each conversation",
        "https://github.com/chatwoot/chatwoot/issues/4526",
        "A",
    ),
    "cw-9747": Reference(
        "Chatwoot, issue 9747: a report of the share of clocks kept",
        "https://github.com/chatwoot/chatwoot/issues/9747",
        "A",
    ),
    "cxt-tr": Reference(
        "CX Today: what the call transfer rate is",
        "https://www.cxtoday.com/contact-centre/measuring-kpis-that-matter-what-is-call-transfer-rate/",
        "C",
    ),
    "cybaea": Reference(
        "CYBAEA: confidence intervals of the net promoter score",
        "http://www.cybaea.net/journal/2016/01/14/NPS-confidence-intervals-stats/",
        "A",
    ),
    "dora-cya": Reference(
        "Cyadviso: risk of third parties and how concentrated they are",
        "https://www.cyadviso.com/dora-third-party-ict-risk",
        "B",
    ),
    "eesel-rst": Reference(
        "eesel: when a Zendesk clock starts again",
        "https://www.eesel.ai/blog/zendesk-sla-reset-on-reply-or-status",
        "C",
    ),
    "ender-bot": Reference(
        "Ender Turing: containment against resolution",
        "https://enderturing.com/blog/ai-chatbots-in-customer-service-the-containment-rate-thats-lying-to-you",
        "C",
    ),
    "equ-cont": Reference(
        "Equ: what the containment rate measures",
        "https://equ-ai.com/blog/chatbot-containment-rate-what-it-measures-how-to-improve",
        "C",
    ),
    "fl-train": Reference("Frontline: training and its proof", "https://frontlinehq.io/en/solutions/for-training", "C"),
    "gen-sl": Reference(
        "Genesys Cloud: how the service level calculation is configured",
        "https://help.mypurecloud.com/articles/configure-the-service-level-calculation/",
        "A",
    ),
    "gl-z": Reference(
        "GitLab handbook: definitions of Zendesk's metrics",
        "https://handbook.gitlab.com/handbook/security/customer-support-operations/zendesk/metrics-definitions",
        "A",
    ),
    "greatbrook": Reference(
        "Great Brook: bias of surveys", "http://greatbrook.com/the-hidden-danger-of-survey-bias/", "B"
    ),
    "hexia": Reference("Hexia: the customer effort score", "https://support.hexia.app/en/knowledge-base/ces", "C"),
    "icmi-sl": Reference(
        "ICMI: setting a service level with cost and customer in mind",
        "http://www.icmi.com/Resources/Metrics/2011/05/Set-Service-Level-with-Call-Center-Cost-and-the-Customer-In-Mind",
        "B",
    ),
    "insw-esc": Reference(
        "Insightworthy: the contact escalation rate", "https://kpi.insightworthy.com/contact-escalation-rate", "C"
    ),
    "isara": Reference(
        "isara: low response rates and satisfaction scores",
        "https://isara.ai/blog/the-csat-fallacy-why-low-response-rates-make-customer-satisfaction-scores-unreliable",
        "C",
    ),
    "la-attr": Reference(
        "Lead Advisors: attrition of agents at outsourcers", "https://leadadvisors.com/blog/bpo-agent-attrition/", "C"
    ),
    "legalclar": Reference(
        "Legal Clarity: what call centre service level agreements require",
        "https://legalclarity.org/call-center-service-level-agreement-requirements/",
        "B",
    ),
    "mci-line": Reference(
        "McIntosh Associates: adherence by interval", "https://www.mcintoshassociates.com/line-adherence/", "B"
    ),
    "mcm-20": Reference(
        "Multichannel Merchant: twenty metrics of contact centres",
        "https://multichannelmerchant.com/operations/a-new-look-at-the-top-20-contact-center-metrics/",
        "B",
    ),
    "nice-tr": Reference(
        "NICE: the average call transfer rate", "https://www.nice.com/glossary/average-call-transfer-rate", "C"
    ),
    "nicereply": Reference(
        "Nicereply: how the customer effort score is calculated",
        "https://support.nicereply.com/article/267-how-is-ces-calculated",
        "A",
    ),
    "okrify": Reference("Okrify: the customer effort score", "https://okrify.com/customer-effort-score/", "C"),
    "oversai-ml": Reference(
        "Oversai: quality across languages",
        "https://www.oversai.com/news/multilingual-qa-best-practices-contact-centers-2026",
        "C",
    ),
    "rfp-ccha": Reference(
        "A request for proposals of after-hours answering, with times of notification",
        "https://rfpplanet.com/index.php/ccha-0088/afterhours-call-answering-services",
        "A",
    ),
    "sb-csat": Reference(
        "Scorebuddy: satisfaction surveys", "https://www.scorebuddyqa.com/blog/customer-satisfaction-survey", "C"
    ),
    "sqm-esat": Reference(
        "SQM Group: first contact resolution and repeated contacts",
        "http://sqmgroup.com/employee-satisfaction-for-fcr-effectiveness/",
        "C",
    ),
    "sqm-fcr": Reference(
        "SQM Group: what a good first contact resolution rate is",
        "https://www.headlinesoftoday.com/topic/press-releases/sqms-2022-benchmark-research-uncovers-what-a-good-fcr-rate-is.html",
        "C",
    ),
    "sqm-ocr": Reference(
        "SQM Group: resolution with one contact in one channel",
        "https://www.sqmgroup.com/resources/library/blog/call-center-customer-experience-research",
        "C",
    ),
    "sqm-wc": Reference(
        "SQM Group: what the best call centres reach",
        "https://www.sqmgroup.com/resources/library/blog/learn-best-call-centers-improve-fcr-csat-and-reduce-cost",
        "C",
    ),
    "tur-change": Reference(
        "Turnella: change management in contact centres", "https://turnella.com/contact-centre-change-management", "B"
    ),
    "tur-comm": Reference(
        "Turnella: communication with agents", "https://turnella.com/contact-centre-agent-communication", "B"
    ),
    "tur-vendor": Reference(
        "Turnella: managing a vendor", "https://turnella.com/contact-centre-vendor-management", "B"
    ),
    "univoip": Reference(
        "UniVoIP: understanding the service level",
        "https://help.univoip.com/enterprise/understanding-the-service-level-22646063.html",
        "A",
    ),
    "wfm-sl": Reference("WFM Labs: service level", "https://wiki.wfmlabs.org/wiki/Service_Level", "B"),
    "wfm-stp": Reference(
        "WFM Labs: the curve of speed to proficiency",
        "https://wiki.wfmlabs.org/wiki/Speed_to_Proficiency_Curve",
        "B",
    ),
    "wfm-vend": Reference(
        "WFM Labs: outsourcers and vendors in workforce management",
        "https://wiki.wfmlabs.org/wiki/BPO_and_Vendor_Management_for_WFM",
        "B",
    ),
    "wfmclubs": Reference(
        "WFM Clubs: the metrics of workforce management", "https://www.wfmclubs.com/terminology/wfm-metrics", "B"
    ),
    "z-1t": Reference(
        "Zendesk: how one-touch resolutions are calculated",
        "https://support.zendesk.com/hc/en-us/articles/4408820618266",
        "A",
    ),
    "z-dur": Reference(
        "Zendesk: definitions of duration metrics", "https://support.zendesk.com/hc/en-us/articles/4408834848154", "A"
    ),
    "z-pol": Reference(
        "Zendesk community: policies breached and targets breached are two figures",
        "https://support.zendesk.com/hc/pt-br/community/posts/4439886800794-Explore-Policy-vs-Target",
        "A",
    ),
    "z-stat": Reference(
        "Zendesk: ticket status and what the badges of clocks mean",
        "https://support.zendesk.com/hc/en-us/articles/205405237",
        "A",
    ),
}
