"""The contracts of the three partners: by heads, by calls, and by hours around a baseline."""

HEAD = """
tallystick: 1
contract: NAME
title: Planted
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2027-12-31}
calendars:
  office: {week: {mon-fri: ["09:00-18:00"]}}
  no-holidays: {week: always, holidays: {country: RO}}
definitions: {calendar: office, excluded: [spam], repeat_window: 7d}
fees: {monthly: {amount: 50000}}
clauses:
  - {id: S1, kind: kpi, title: Service level, measure: service_level, params: {seconds: 20}, target: 80%,
     minimum_volume: 10, period_rule: created-in, attribution: owner-at-start}
  - {id: C1, kind: service_credit, title: Price adjustment for waiting, when: {clause: S1}, model: percentage,
     percentage: 3%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly}
"""

HEADS = (
    HEAD.replace("NAME", "heads")
    + """
charges:
  - {id: FTE, kind: per_fte, title: Agents, rate: 2850, replacement_window: 14 days, most: 14}
  - {id: LICENCE, kind: fixed, title: Licences, amount: 6000, from: 2026-04-11}
  - {id: LEAD, kind: fixed, title: Team leaders, amount: 4400, working_days: office, to: 2026-10-16}
  - {id: SETUP, kind: one_off, title: Set-up, rate: 12000, events: [{on: 2026-01-15}]}
  - {id: CLASS, kind: one_off, title: Training classes, rate: 4500,
     events: [{on: 2026-03-02, units: 2}, {on: 2026-09-01}]}
  - {id: TRAVEL, kind: pass_through, title: Travel, costs: travel, mark_up: 5%, at_most: 1000}
  - {id: LINES, kind: pass_through, title: Telephone lines, costs: telecom}
series:
  cpi: {values: {2025-12: 120.0, 2026-05: 126.0, 2027-05: 127.0}}
billing:
  order: [base, index, volume, currency, credits, tax]
  discounts:
    - {id: D1, title: Volume discount, charges: [FTE], model: marginal,
       tiers: [{above: 30000, percentage: 2%}, {above: 34000, percentage: 4%}]}
  indexation: [{id: I1, charges: [FTE], series: cpi, base: 2025-12, from: 2026-07-01, lag: 2, cap: 3%}]
  fees: {monthly: {charges: [FTE], base: before-discount}}
  taxes: [{id: VAT, title: VAT, percentage: 19%}]
"""
)

CALLS = (
    HEAD.replace("NAME", "calls")
    + """
charges:
  - {id: CALL, kind: per_contact, title: Calls handled, rate: 3.15, repeats_within: 24h, least_talk: 10s}
  - {id: MIN, kind: per_minute, title: Minutes, rate: 0.42, time: talk_hold, rounding_unit: 6s, minimum: 100s}
  - {id: TIER, kind: tiered, title: Routing, model: marginal, quantity: {measure: offered_calls},
     tiers: [{up_to: 60, rate: 2.00}, {up_to: 120, rate: 1.80}, {rate: 1.60}]}
  - {id: YEAR, kind: tiered, title: Platform, model: all-units, over: year, quantity: {measure: offered_calls},
     tiers: [{up_to: 500, rate: 1.00}, {rate: 0.90}]}
  - {id: COMMIT, kind: minimum_commitment, title: Standby, rate: 3.00, units: 150, banking: {months: 3},
     quantity: {measure: offered_calls}}
  - {id: HOLIDAY, kind: premium, title: Holidays, on: CALL, percentage: 50%, days: {closed: no-holidays}}
  - {id: HUNGARIAN, kind: premium, title: Hungarian, on: MIN, percentage: 15%, for: {language: hu}}
billing:
  discounts: [{id: D1, title: Volume discount, percentage: 5%}]
  fees: {monthly: {base: after-discount}}
  taxes: [{id: VAT, title: VAT, percentage: 19%}]
amendments:
  - {id: AM1, effective: 2026-05-11, changes: [{charge: MIN, set: {rate: 0.45}}]}
"""
)

HOURS = (
    HEAD.replace("NAME", "hours")
    + """
queues: {german: {}, romanian: {}, night: {}}
charges:
  - {id: DE, kind: per_hour, title: German hours, rate: 17.40, for: {queue: german}, at_most: {measure: requested_time},
     hours: {measure: login_time, params: {time: productive}}}
  - {id: RO, kind: per_hour, title: Romanian hours, rate: 14.10, for: {queue: romanian},
     hours: {measure: login_time, params: {time: productive}}}
  - {id: NIGHT, kind: per_hour, title: Night hours, rate: 21.00, hours: {measure: login_time}, for: {queue: night}}
  - {id: OVERTIME, kind: premium, title: Overtime, on: DE, percentage: 25%, quantity: {measure: overtime_time}}
  - {id: BASE, kind: anchored, title: Back office, base: 15000, baseline: 2000, baselines: {2026-12: 2600},
     dead_band: 10%, arc: {rate: 8.00}, rrc: {rate: 8.00, factor: 60%}, quantity: {measure: billable_cases}}
  - {id: SOLVED, kind: per_resolution, title: Resolutions, rate: 2.20}
  - {id: BLOCK, kind: bank_of_hours, title: Project hours, hours: 100, price: 2000, rate: 25, months: 2,
     quantity: {measure: activity_time, params: {activity: project}}}
  - {id: SITE, kind: fixed, title: Site in Cluj, amount: 50000, currency: RON}
series:
  eur-per-ron:
    values: {2026-01: 0.2010, 2026-02: 0.2010, 2026-03: 0.2030, 2026-04: 0.2030, 2026-05: 0.2020, 2026-06: 0.2015,
             2026-07: 0.2200, 2026-08: 0.1880, 2026-09: 0.2000, 2026-10: 0.2000, 2026-11: 0.2005, 2026-12: 0.2010}
billing:
  currencies: {RON: {series: eur-per-ron, reference: 0.2000, band: 2%, sharing: 50%}}
  fees: {monthly: {base: before-discount}}
  taxes: [{id: VAT, title: Reverse charge, percentage: 0%}]
"""
)

TEXTS = {"heads": HEADS, "calls": CALLS, "hours": HOURS}
