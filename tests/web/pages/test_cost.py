"""Cost: the figures are the command line's, the waterfall closes to the cent, and no partner has such a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.command_line import tally
from tests.web.pages._floor import exported

SignIn = Callable[..., Any]
JUNE = "partner=aurora&period=2026-06"


def as_of() -> str:
    return f"{datetime.now(UTC).date().isoformat()}T00:00:00Z"


def test_every_figure_is_the_command_lines(sign_in: SignIn, lumen: Any) -> None:
    shown = sign_in("finance").get(f"/cost.json?{JUNE}").json()
    span = ("--partner", "aurora", "--as-of", as_of(), "--json", "--home", lumen)
    told = {one["month"]: one for one in tally("cost", "--from", "2026-04", "--to", "2026-06", *span).json["months"]}
    rows = {row["month"]: row for row in shown["months"]["rows"]}
    assert list(rows) == ["2026-06", "2026-05", "2026-04"]
    for month, one in told.items():
        for name, key in (
            ("total", "total"), ("invoiced", "invoiced"), ("hidden", "hidden"), ("share", "hidden_share"),
            ("contact", "per_contact"), ("resolution", "per_resolution"), ("n", "n"),
        ):  # fmt: skip
            assert rows[month][name] == one[key], (month, name)
        assert rows[month]["contacts"] == one["contacts"]["value"]
    assert [(row["title"], row["amount"]) for row in shown["lines"]["rows"]] == [
        (line["title"], line["amount"]) for line in told["2026-06"]["lines"]
    ]
    (fall,) = tally("cost", "--waterfall", "--from", "2026-05", "--to", "2026-06", *span).json["waterfalls"]
    assert [(row["step"], row["amount"]) for row in shown["fall"]["rows"]] == [
        (bar["step"], bar["amount"]) for bar in fall["bars"]
    ]


def test_the_waterfall_closes_to_the_cent_and_tells_what_was_billed_outside_the_rate_card(sign_in: SignIn) -> None:
    client = sign_in("owner")
    shown = client.get(f"/cost.json?{JUNE}").json()
    totals = {row["month"]: Decimal(row["total"]["amount"]) for row in shown["months"]["rows"]}
    moved = {row["step"]: Decimal(row["amount"]["amount"]) for row in shown["fall"]["rows"]}
    assert sum(moved.values()) == totals["2026-06"] - totals["2026-05"]
    assert Decimal(shown["fall"]["rows"][-1]["level"]["amount"]) == totals["2026-06"]
    (other,) = [row for row in shown["fall"]["rows"] if row["step"] == "other"]
    assert "charges outside the rate card +EUR\u202f350.00" in other["shares"]
    page = client.get(f"/cost?{JUNE}").content.decode()
    assert 'class="waterfall"' in page or "waterfall" in page
    assert "Surcharge for system changes" in page


def test_what_partners_share_stands_with_each_part_and_the_rest(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.cost.shared import SharedAmount, SharingRule
    from tallystick.cost.sharing import Sharing

    client = sign_in("finance")
    before = client.get(f"/cost.json?{JUNE}").json()
    assert before["shared"]["rows"] == []
    rule = SharingRule.model_validate({"kinds": "qa", "key": "fixed", "shares": {"aurora": "50%", "borealis": "33%"}})
    rows = (SharedAmount(1, "QA", Decimal("1000.01"), "EUR"), SharedAmount(2, "gifts", Decimal(5), "EUR"))
    monkeypatch.setattr("tallystick.cost.sharing.sharing_of", lambda *_: Sharing((rule,), {"2026-06": rows}))
    shown = client.get(f"/cost.json?{JUNE}").json()
    shared, gifts = shown["shared"]["rows"]
    assert [shared[name]["amount"] for name in ("amount", "part_aurora", "part_borealis", "rest")] == [
        "1000.01", "500.01", "330.00", "170.00",
    ]  # fmt: skip
    assert (gifts["key"], gifts["rest"]["amount"]) == (None, "5.00")
    assert [one["rule"] for one in shown["findings"]][-1] == "TS-K007"
    assert Decimal(shown["months"]["rows"][0]["total"]["amount"]) == Decimal(
        before["months"]["rows"][0]["total"]["amount"]
    ) + Decimal("500.01")
    page = client.get(f"/cost?{JUNE}").content.decode()
    assert "a part of what partners share" in page
    assert sign_in("aurora").get(f"/cost?{JUNE}").status_code == 404


@pytest.mark.long
def test_partners_and_pricing_models_are_set_side_by_side_when_asked_for(sign_in: SignIn, lumen: Any) -> None:
    client = sign_in("owner")
    assert client.get(f"/cost.json?{JUNE}").json()["resolutions"] is None
    shown = client.get(f"/cost.json?{JUNE}&compare=1").json()["resolutions"]["rows"]
    told = tally("cost", "--from", "2026-04", "--to", "2026-06", "--as-of", as_of(), "--json", "--home", lumen).json
    whole = client.get(f"/cost.json?{JUNE}&compare=1").json()
    assert [(row["month"], row["total"]) for row in whole["together"]["rows"]] == [
        (month["month"], month["total"]) for group in told["together"] for month in reversed(group["months"])
    ]
    assert whole["apart"] == told["apart"]
    assert "cordoba: paid in USD" in whole["apart"][0]
    both = [*told["per_resolution"]["by_partner"], *told["per_resolution"]["by_model"]]
    assert [(row["name"], row["cost"], row["resolutions"], row["each"]) for row in shown] == [
        (one["name"], one["cost"], one["resolutions"], one["value"]) for one in both
    ]


def test_no_partner_has_a_page_of_costs_and_a_room_of_one_is_refused(sign_in: SignIn, room_of: Any) -> None:
    from tallystick.vocabulary.errors import ScopeError
    from tallystick.web.costs import costs

    for who in ("aurora", "cordoba"):
        for ending in ("", ".json", ".csv"):
            assert sign_in(who).get(f"/cost{ending}").status_code == 404, who
    with pytest.raises(ScopeError):
        costs(room_of("aurora"), "aurora", ["2026-05"])


def test_the_page_of_one_partner_holds_nothing_of_another(sign_in: SignIn) -> None:
    shown = sign_in("auditor").get(f"/cost.json?{JUNE}").json()
    told = json.dumps({key: value for key, value in shown.items() if key != "choice"}).lower()
    assert "borealis" not in told
    assert "cordoba" not in told
    assert sign_in("owner").get("/cost?partner=nobody").status_code == 404


def test_the_first_month_has_no_waterfall_and_says_what_one_needs(sign_in: SignIn) -> None:
    page = sign_in("owner").get("/cost?partner=aurora&period=2025-07").content.decode()
    assert "A waterfall needs two months" in page


def test_before_anything_is_imported_there_is_nothing(own_records: Any, sign_in: SignIn) -> None:
    assert "nothing is known of what it cost" in sign_in("owner").get(f"/cost?{JUNE}").content.decode()


def test_lines_are_a_file_with_what_names_them(sign_in: SignIn) -> None:
    rows = exported(sign_in("finance"), f"/cost.csv?{JUNE}&table=lines")
    (surcharge,) = [row for row in rows if row["what"] == "Surcharge for system changes"]
    assert (surcharge["amount"], surcharge["on the rate card"], surcharge["named by"]) == (
        "350.00 EUR", "no", "AUR-2026-06:line 3",
    )  # fmt: skip
