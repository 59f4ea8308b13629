"""Each rule of rate cards has a text that breaks it, which is the docstring of its test, and a sound text does not."""

from __future__ import annotations

import inspect
import textwrap
from pathlib import Path

from tallystick.contract.check import check_text
from tallystick.contract.rule import rules
from tests.contract.rate_card import CARDS, P1, found_in, text_with


def findings_of_docstring() -> list[str]:
    """What is found where the calling test's docstring stands in place of the charges."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    test = globals()[frame.f_back.f_code.co_name]
    return found_in(textwrap.indent(textwrap.dedent(f"    {test.__doc__}").strip(), "  "))


def test_a_sound_rate_card_has_no_finding() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}"""
    assert findings_of_docstring() == []


def test_a_kind_of_charge_that_does_not_exist() -> None:
    """- {id: P1, kind: per_minuet, rate: 0.42}"""
    _, findings = check_text(text_with(test_a_kind_of_charge_that_does_not_exist.__doc__ or ""), CARDS)
    (finding,) = [one for one in findings if one.id == "TS-C140"]
    assert "'per_minute'" in finding.cure


def test_a_measure_that_does_not_exist() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, quantity: {measure: billable_call_tim}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C141"]


def test_a_version_of_a_measure_that_does_not_exist() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, quantity: {measure: billable_call_time, version: 3}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C141"]


def test_a_parameter_that_the_measure_does_not_take() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, quantity: {measure: billable_call_time, params: {unit: 6}}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C142"]


def test_a_price_per_minute_that_counts_contacts() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, quantity: {measure: billable_calls}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C143"]


def test_a_share_cannot_be_charged() -> None:
    """- {id: P1, kind: per_unit, rate: 0.42, quantity: {measure: csat}, examples: [{given: {quantity: 100}, expect: {amount: 42}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C143"]


def test_a_premium_on_a_charge_that_is_not_there() -> None:
    """
    - {id: P1, kind: per_minute, rate: 0.42, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}
    - {id: P2, kind: premium, on: P9, rate: 0.10, quantity: {measure: offered_calls}, examples: [{given: {quantity: 1}, expect: {amount: 0.10}}]}
    """  # noqa: E501
    assert findings_of_docstring() == ["TS-C144"]


def test_a_discount_of_a_charge_that_is_not_there() -> None:
    found = found_in(P1, ("billing:\n", "billing:\n  discounts: [{id: D1, charges: [P9], percentage: 2%}]\n"))
    assert found == ["TS-C144"]


def test_a_series_that_the_text_does_not_hold() -> None:
    assert found_in(P1, ("RON: {series: leu}", "RON: {series: forint}")) == ["TS-C145"]


def test_a_series_without_the_base_month() -> None:
    assert found_in(P1, ("{2025-12: 120, 2026-05: 126}", "{2025-11: 120, 2026-05: 126}")) == ["TS-C146"]


def test_a_series_without_a_month_between_others() -> None:
    assert found_in(P1, ("2026-05: 126", "2026-04: 126, 2026-06: 127")) == ["TS-C146"]


def test_what_is_not_published_yet_is_no_gap() -> None:
    assert found_in(P1, (", 2026-05: 126", "")) == []


def test_a_currency_that_nothing_converts() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, currency: HUF, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C147"]


def test_a_currency_that_does_not_exist() -> None:
    charge = P1.replace("rate: 0.42", "rate: 0.42, currency: RUN")
    assert found_in(charge, ("RON: {series", "RUN: {series")) == ["TS-C147"]


def test_a_percentage_of_a_price_by_volume() -> None:
    """
    - {id: P1, kind: tiered, model: marginal, tiers: [{up_to: 10, rate: 2}, {rate: 1}], quantity: {measure: offered_calls}, examples: [{given: {quantity: 5}, expect: {amount: 10}}]}
    - {id: P2, kind: premium, on: P1, percentage: 10%, for: {language: de}, examples: [{given: {quantity: 5}, expect: {amount: 1}}]}
    """  # noqa: E501
    assert findings_of_docstring() == ["TS-C148"]


def test_a_premium_on_a_premium() -> None:
    """
    - {id: P1, kind: per_minute, rate: 0.42, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}
    - {id: P2, kind: premium, on: P1, percentage: 10%, for: {language: de}, examples: [{given: {quantity: 100m}, expect: {amount: 4.20}}]}
    - {id: P3, kind: premium, on: P2, rate: 1, quantity: {measure: offered_calls}, examples: [{given: {quantity: 1}, expect: {amount: 1}}]}
    """  # noqa: E501
    assert findings_of_docstring() == ["TS-C148"]


def test_a_premium_on_something_that_counts_nothing() -> None:
    """
    - {id: P1, kind: fixed, amount: 100, examples: [{given: {}, expect: {amount: 100}}]}
    - {id: P2, kind: premium, on: P1, rate: 1, examples: [{given: {quantity: 1}, expect: {amount: 1}}]}
    """
    assert findings_of_docstring() == ["TS-C148"]


def test_a_percentage_of_a_price_in_another_currency() -> None:
    """
    - {id: P1, kind: per_minute, rate: 2, currency: RON, examples: [{given: {quantity: 100m}, expect: {amount: 200}}]}
    - {id: P2, kind: premium, on: P1, percentage: 10%, currency: EUR, for: {language: de}, examples: [{given: {quantity: 100m}, expect: {amount: 20}}]}
    """  # noqa: E501
    assert findings_of_docstring() == ["TS-C148"]


def test_a_percentage_in_the_currency_of_its_price_and_a_sum_in_another() -> None:
    """
    - {id: P1, kind: per_minute, rate: 2, currency: RON, examples: [{given: {quantity: 100m}, expect: {amount: 200}}]}
    - {id: P2, kind: premium, on: P1, percentage: 10%, currency: RON, for: {language: de}, examples: [{given: {quantity: 100m}, expect: {amount: 20}}]}
    - {id: P3, kind: premium, on: P1, percentage: 10%, for: {language: de}, examples: [{given: {quantity: 100m}, expect: {amount: 20}}]}
    - {id: P4, kind: premium, on: P1, rate: 1, currency: EUR, for: {language: de}, examples: [{given: {quantity: 100m}, expect: {amount: 100}}]}
    """  # noqa: E501
    assert findings_of_docstring() == []


def test_a_month_is_settled_while_its_windows_run() -> None:
    charge = "  - {id: P1, kind: per_resolution, rate: 6, examples: [{given: {quantity: 1}, expect: {amount: 6}}]}"
    assert found_in(charge, ("repeat_window: 7d", "repeat_window: 28d")) == []
    assert found_in(charge, ("repeat_window: 7d", "repeat_window: 29d")) == ["TS-C149"]


def test_an_event_outside_the_term() -> None:
    """- {id: P1, kind: one_off, rate: 10, events: [{on: 2025-12-31}], examples: [{given: {}, expect: {amount: 0}}]}"""
    assert findings_of_docstring() == ["TS-C150"]


def test_a_charge_that_ends_before_it_begins() -> None:
    """- {id: P1, kind: fixed, amount: 1, from: 2026-05-02, to: 2026-05-01, examples: [{given: {}, expect: {amount: 1}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C163"]


def test_a_charge_without_a_worked_example() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42}"""
    assert findings_of_docstring() == ["TS-C151"]


def test_agents_of_a_shared_queue_by_the_hour() -> None:
    """- {id: P1, kind: per_hour, rate: 17, hours: {measure: login_time}, for: {queue: night}, examples: [{given: {quantity: 1h}, expect: {amount: 17}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C152"]


def test_a_charge_that_leaves_the_shared_queue_out() -> None:
    """- {id: P1, kind: per_hour, rate: 17, hours: {measure: login_time}, for: {queue: {not: night}}, examples: [{given: {quantity: 1h}, expect: {amount: 17}}]}"""  # noqa: E501
    assert findings_of_docstring() == []


def test_all_units_that_cost_less_beyond_a_border() -> None:
    """- {id: P1, kind: tiered, model: all-units, tiers: [{up_to: 10, rate: 2}, {rate: 1}], quantity: {measure: offered_calls}, examples: [{given: {quantity: 5}, expect: {amount: 10}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C153"]


def test_less_volume_that_saves_more_than_more_costs() -> None:
    """- {id: P1, kind: anchored, base: 100, baseline: 10, arc: {rate: 1}, rrc: {rate: 2}, quantity: {measure: offered_calls}, examples: [{given: {quantity: 10}, expect: {amount: 100}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C154"]


def test_a_dead_band_that_reaches_down_to_nothing() -> None:
    """- {id: P1, kind: anchored, base: 100, baseline: 10, dead_band: 100%, arc: {rate: 1}, rrc: {rate: 1}, quantity: {measure: offered_calls}, examples: [{given: {quantity: 10}, expect: {amount: 100}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C154"]


def test_more_than_the_forecast_is_committed() -> None:
    """- {id: P1, kind: minimum_commitment, rate: 1, share: 101%, quantity: {measure: offered_calls}, examples: [{given: {quantity: 10, forecast: 10}, expect: {amount: 10.10}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C155"]


def test_minutes_of_which_a_share_of_forecast_contacts_is_committed() -> None:
    """- {id: P1, kind: minimum_commitment, rate: 1, per: minute, share: 90%, quantity: {measure: billable_call_time}, examples: [{given: {quantity: 10m, forecast: 10}, expect: {amount: 10}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C165"]


def test_hours_of_which_a_share_of_forecast_contacts_is_committed() -> None:
    """- {id: P1, kind: minimum_commitment, rate: 1, per: hour, share: 90%, quantity: {measure: billable_call_time}, examples: [{given: {quantity: 10h, forecast: 10}, expect: {amount: 10}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C165"]


def test_minutes_of_which_a_share_of_forecast_time_is_committed() -> None:
    """- {id: P1, kind: minimum_commitment, rate: 1, per: minute, share: 90%, forecast: {measure: overtime_time}, quantity: {measure: billable_call_time}, examples: [{given: {quantity: 10m, forecast: 10m}, expect: {amount: 10}}]}"""  # noqa: E501
    assert findings_of_docstring() == []


def test_minutes_of_which_a_number_is_committed() -> None:
    """- {id: P1, kind: minimum_commitment, rate: 1, per: minute, units: 90, quantity: {measure: billable_call_time}, examples: [{given: {quantity: 10m}, expect: {amount: 90}}]}"""  # noqa: E501
    assert findings_of_docstring() == []


def test_contacts_of_which_a_share_of_the_forecast_is_committed() -> None:
    """- {id: P1, kind: minimum_commitment, rate: 1, share: 90%, quantity: {measure: offered_calls}, examples: [{given: {quantity: 10, forecast: 10}, expect: {amount: 10}}]}"""  # noqa: E501
    assert findings_of_docstring() == []


def test_a_credit_whose_base_nobody_says() -> None:
    credit = (
        "  - {id: C1, kind: service_credit, when: {clause: K1}, model: percentage, percentage: 2%, of: monthly}\n"
        "  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly}\ncharges:\n"
    )
    example = ("billing:\n", "examples: [{clause: C1, given: {met: 1, total: 50}, expect: {credit: 600}}]\nbilling:\n")
    said = ("  fees: {monthly: {charges: [P1], base: after-discount}}\n", "")
    assert found_in(P1, ("charges:\n", credit), example) == []
    assert found_in(P1, ("charges:\n", credit), example, said) == ["TS-C156"]


def test_the_same_rows_charged_twice() -> None:
    """
    - {id: P1, kind: per_minute, rate: 0.42, for: {language: [de, ro]}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}
    - {id: P2, kind: per_minute, rate: 0.50, for: {language: ro}, examples: [{given: {quantity: 100m}, expect: {amount: 50}}]}
    """  # noqa: E501
    assert findings_of_docstring() == ["TS-C157"]


def test_charges_of_different_rows_or_days_are_not_the_same() -> None:
    """
    - {id: P1, kind: per_minute, rate: 0.42, for: {language: de}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}
    - {id: P2, kind: per_minute, rate: 0.50, for: {language: {not: de}}, to: 2026-05-31, examples: [{given: {quantity: 100m}, expect: {amount: 50}}]}
    - {id: P3, kind: per_minute, rate: 0.55, for: {language: {not: de}}, from: 2026-06-01, examples: [{given: {quantity: 100m}, expect: {amount: 55}}]}
    """  # noqa: E501
    assert findings_of_docstring() == []


def test_days_of_a_calendar_that_is_not_there() -> None:
    """
    - {id: P1, kind: per_minute, rate: 0.42, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}
    - {id: P2, kind: premium, on: P1, percentage: 10%, days: {closed: ofice}, examples: [{given: {quantity: 100m}, expect: {amount: 4.20}}]}
    """  # noqa: E501
    assert findings_of_docstring() == ["TS-C158"]


def test_a_queue_that_is_not_declared() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, for: {queue: germann}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C159"]


def test_a_programme_that_is_not_declared() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, for: {programme: x}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C159"]


def test_a_fee_of_the_invoice_that_is_not_declared() -> None:
    assert found_in(P1, ("fees: {monthly: {charges", "fees: {montly: {charges")) == ["TS-C160"]


def test_a_fixed_price_of_a_fee_that_is_not_declared() -> None:
    """
    - {id: P1, kind: per_minute, rate: 0.42, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}
    - {id: P2, kind: fixed, of: yearly, examples: [{given: {}, expect: {amount: 42}}]}
    """
    assert findings_of_docstring() == ["TS-C160"]


def test_costs_passed_on_in_the_base_of_credits() -> None:
    passed = "  - {id: P2, kind: pass_through, costs: travel, examples: [{given: {quantity: 5}, expect: {amount: 5}}]}"
    assert found_in(f"{P1}\n{passed}") == []
    assert found_in(f"{P1}\n{passed}", ("{charges: [P1], base: after", "{base: after")) == ["TS-C161"]


def test_an_example_that_gives_what_is_not_counted() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, examples: [{given: {minutes: 100m, quantity: 100m}, expect: {amount: 42}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C162"]


def test_an_example_that_lacks_a_quantity() -> None:
    """- {id: P1, kind: per_minute, rate: 0.42, examples: [{given: {}, expect: {amount: 42}}]}"""
    assert findings_of_docstring() == ["TS-C162"]


def test_days_of_seats_on_every_day_over_the_working_days() -> None:
    """- {id: P1, kind: per_fte, rate: 3000, working_days: office, quantity: {measure: billable_seat_days}, examples: [{given: {quantity: 22}, month_days: 22, expect: {amount: 3000}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C164"]


def test_days_of_seats_on_the_closed_days_over_the_open_ones() -> None:
    """- {id: P1, kind: per_fte, rate: 3000, working_days: office, quantity: {measure: billable_seat_days, days: {closed: office}}, examples: [{given: {quantity: 22}, month_days: 22, expect: {amount: 3000}}]}"""  # noqa: E501
    assert findings_of_docstring() == ["TS-C164"]


def test_days_of_seats_on_the_working_days_of_another_calendar() -> None:
    """- {id: P1, kind: per_fte, rate: 3000, working_days: office, quantity: {measure: billable_seat_days, days: {open: shop}}, examples: [{given: {quantity: 22}, month_days: 22, expect: {amount: 3000}}]}"""  # noqa: E501
    found = textwrap.indent(test_days_of_seats_on_the_working_days_of_another_calendar.__doc__ or "", "  ")
    shop = ("calendars: {", 'calendars: {shop: {week: {mon-sat: ["09:00-18:00"]}}, ')
    assert found_in(found, shop) == ["TS-C164"]


def test_days_of_seats_on_the_working_days() -> None:
    """- {id: P1, kind: per_fte, rate: 3000, working_days: office, quantity: {measure: billable_seat_days, days: {open: office}}, examples: [{given: {quantity: 22}, month_days: 22, expect: {amount: 3000}}]}"""  # noqa: E501
    assert findings_of_docstring() == []


def test_seats_that_bring_no_measure_of_their_own_are_counted_on_the_working_days() -> None:
    """- {id: P1, kind: per_fte, rate: 3000, working_days: office, examples: [{given: {quantity: 22}, month_days: 22, expect: {amount: 3000}}]}"""  # noqa: E501
    assert findings_of_docstring() == []


def test_time_of_every_day_over_the_working_days() -> None:
    """- {id: P1, kind: per_fte, rate: 3000, working_days: office, quantity: {measure: login_time}, full_day: 8h, for: {queue: german}, examples: [{given: {quantity: 176h}, month_days: 22, expect: {amount: 3000}}]}"""  # noqa: E501
    assert findings_of_docstring() == []


def test_days_of_seats_on_every_day_over_all_days() -> None:
    """- {id: P1, kind: per_fte, rate: 3000, quantity: {measure: billable_seat_days}, examples: [{given: {quantity: 30}, from: 2026-04-01, expect: {amount: 3000}}]}"""  # noqa: E501
    assert findings_of_docstring() == []


def test_two_charges_of_one_id() -> None:
    """
    - {id: P1, kind: per_minute, rate: 0.42, for: {language: de}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}
    - {id: P1, kind: per_minute, rate: 0.42, for: {language: ro}, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}
    """  # noqa: E501
    assert findings_of_docstring() == ["TS-C020"]


OF_RATES = {rule.id for rule in rules().values() if 140 <= int(rule.id[4:]) < 166}


def test_every_rule_of_rate_cards_is_broken_by_a_test_of_this_file() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert {rule for rule in OF_RATES if f'"{rule}"' in source} == OF_RATES


# ---- what the reader itself refuses ---------------------------------------------------------------------------------

REFUSED = {
    "tiers that do not rise": "kind: tiered, model: marginal, tiers: [{up_to: 9, rate: 2}, {up_to: 9, rate: 1}, {rate: 1}], quantity: {measure: offered_calls}",  # noqa: E501
    "a last tier with an end": "kind: tiered, model: marginal, tiers: [{up_to: 9, rate: 2}], quantity: {measure: offered_calls}",  # noqa: E501
    "a tier without an end before the last": "kind: tiered, model: marginal, tiers: [{rate: 2}, {rate: 1}], quantity: {measure: offered_calls}",  # noqa: E501
    "a commitment that says nothing": "kind: minimum_commitment, rate: 1, quantity: {measure: offered_calls}",
    "a forecast without a share": "kind: minimum_commitment, rate: 1, units: 5, forecast: {measure: forecast_contacts}, quantity: {measure: offered_calls}",  # noqa: E501
    "a premium of both sorts": "kind: premium, on: P1, rate: 1, percentage: 2%",
    "days both open and closed": "kind: premium, on: P1, rate: 1, days: {open: office, closed: office}",
    "a fixed price of nothing": "kind: fixed",
    "a rounding unit beside a measure of one's own": "kind: per_minute, rate: 1, rounding_unit: 6s, quantity: {measure: login_time}",  # noqa: E501
    "a rule of cases for calls": "kind: per_contact, rate: 1, merges: free",
    "a rule of calls for cases": "kind: per_contact, rate: 1, contacts: cases, least_talk: 5s",
    "rules of contacts beside a measure": "kind: per_contact, rate: 1, transfers: free, quantity: {measure: offered_calls}",  # noqa: E501
    "a window in months": "kind: per_fte, rate: 1, replacement_window: 1 month",
    "a window beside a measure": "kind: per_fte, rate: 1, replacement_window: 3 days, quantity: {measure: login_time}",
    "costs of no kind": "kind: pass_through, costs: []",
    "no event": "kind: one_off, rate: 1, events: []",
    "a rate in words": "kind: per_minute, rate: cheap",
}


def test_what_cannot_be_meant_is_refused_with_its_line() -> None:
    for name, line in REFUSED.items():
        _, findings = check_text(text_with(f"{P1}\n  - {{id: X, {line}}}"), CARDS)
        (finding,) = [one for one in findings if one.id == "TS-C008"]
        assert finding.place.line == 19, name


BILLING = {
    "an order that lacks a stage": "order: [base, volume, index, credits, tax]",
    "an order that ends otherwise": "order: [base, credits, volume, index, currency, tax]",
    "a discount of both sorts": "discounts: [{id: D, percentage: 1%, tiers: [{above: 1, percentage: 1%}]}]",
    "tiers of a discount that fall": "discounts: [{id: D, tiers: [{above: 2, percentage: 1%}, {above: 1, percentage: 2%}]}]",  # noqa: E501
    "a collar above the cap": "indexation: [{id: I, series: cpi, base: 2025-12, from: 2026-07-01, cap: 1%, collar: 2%}]",  # noqa: E501
    "a band without a reference": "currencies: {RON: {series: leu, band: 2%}}",
    "a month that is none": "indexation: [{id: I, series: cpi, base: 2025-13, from: 2026-07-01}]",
}


def test_billing_terms_that_cannot_be_meant_are_refused() -> None:
    for name, line in BILLING.items():
        text = text_with(P1)
        text = text[: text.index("billing:\n")] + f"billing:\n  {line}\n"
        _, findings = check_text(text, CARDS)
        assert "TS-C008" in [one.id for one in findings], name
