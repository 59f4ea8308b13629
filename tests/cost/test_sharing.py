"""From a folder to what partners share: rows of the books without a partner, its file of keys, and the commands."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tallystick.cost.month_inputs import Counted, MonthInputs
from tallystick.cost.shared import SharedAmount, SharingRule
from tallystick.cost.sharing import Sharing, costs_of_partners, costs_shared, sharing_of
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import DataError
from tests.billing.desk import AS_OF, TEXT, make_desk
from tests.facts.streams.test_cost_line import cost
from tests.journeys.command_line import tally
from tests.verdicts.tiny_lake import append

MONTHS = ["2026-03", "2026-04"]
KEYS = """
- {kinds: telephony, key: volume}
- {kinds: qa, key: fixed, shares: {aurora: 60%, borealis: 25%}}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Aurora's telephone line, a contract with Borealis of whom nothing is recorded, and rows of nobody's."""
    root = make_desk(tmp_path_factory.mktemp("shared") / "home")
    other = TEXT.replace("contract: line", "contract: other").replace(
        "id: aurora, name: Aurora", "id: borealis, name: B"
    )
    (root / "contracts" / "other.yaml").write_text(other, encoding="utf-8")
    (root / "shared-costs.yaml").write_text(KEYS, encoding="utf-8")
    nobody = {"partner": "unassigned"}
    rows = [
        cost(11, "2026-04-01", "100.01", kind="QA", **nobody), cost(12, "2026-04-09", "50", kind="Telephony", **nobody),
        cost(13, "2026-04-09", "9", kind="qa", borne_by="partner", **nobody), cost(14, None, "8", kind="qa", **nobody),
        cost(15, "2026-05-01", "7", kind="qa", **nobody),
        cost(16, "2026-05-02", "3", kind="qa", currency=None, **nobody),
        cost(17, "2026-05-03", "40", kind="Telephony", **nobody),
    ]  # fmt: skip
    with Lake.open(root / "lake") as lake:
        append(lake, "cost", rows, load_id="shared")
    return root


def texts(home: Path) -> list[Path]:
    return sorted((home / "contracts").glob("*.yaml"))


def test_rows_that_name_no_partner_are_led_to_each_by_its_key(home: Path) -> None:
    """100.01 x 60 % and x 25 %; what the partner bears, what was retracted and May's row are not April's."""
    found, shared = costs_of_partners(home, texts(home), ["aurora"], ["aurora", "borealis"], MONTHS, AS_OF)
    assert [(one.month, one.kind, str(one.amount), str(one.rest)) for one in shared] == [
        ("2026-04", "qa", "EUR 100.01", "EUR 15.00"), ("2026-04", "telephony", "EUR 50.00", "EUR 50.00"),
    ]  # fmt: skip
    assert [one.id for one in shared[1].findings] == ["TS-K008"], "of Borealis no contact is known"
    march, april = (one.cost for one in found["aurora"])
    assert [str(line.amount) for line in april.lines if line.basis == "shared"] == ["EUR 60.01"]
    assert str(april.total) == "EUR 1,016.51", "956.50 as before, and the part"
    assert str(march.total) == "EUR 175.12"


def test_without_a_partner_whose_count_is_missing_the_whole_goes_to_the_other(home: Path) -> None:
    found, shared = costs_of_partners(home, texts(home)[:1], ["aurora"], ["aurora"], MONTHS, AS_OF)
    assert str(shared[1].rest) == "EUR 0.00"
    assert {str(line.amount) for line in found["aurora"][1].cost.lines if line.basis == "shared"} == {
        "EUR 60.01", "EUR 50.00",
    }  # fmt: skip


def test_the_rows_of_a_month_are_read_once_for_all_and_the_files_errors_are_told(home: Path, tmp_path: Path) -> None:
    assert {month: len(rows) for month, rows in sharing_of(home, MONTHS).amounts.items()} == {
        "2026-03": 0,
        "2026-04": 2,
    }
    (tmp_path / "lake").symlink_to(home / "lake")
    (tmp_path / "shared-costs.yaml").write_text("- {kinds: qa, key: sometimes}", encoding="utf-8")
    with pytest.raises(DataError, match=r"shared-costs.yaml:1:15: `key` cannot be .sometimes."):
        sharing_of(tmp_path, MONTHS)


def test_each_month_is_led_by_its_own_counts_in_the_currency_of_the_newest_where_a_row_names_none(home: Path) -> None:
    """In May Aurora had 30 of 40 contacts: 30 euro of 40, which its books tell; a row of no currency is in dollars."""

    def gathered(partner: str) -> list[MonthInputs]:
        april, may = (90, 30) if partner == "aurora" else (10, 10)
        return [
            MonthInputs(partner, "2026-04", "EUR", contacts=Counted(april, april), has_books=False),
            MonthInputs(partner, "2026-05", "USD", contacts=Counted(may, may), has_books=False),
        ]

    found, shared = costs_shared(home, ["aurora"], ["aurora", "borealis"], ["2026-05"], gathered)
    assert [(one.kind, str(one.amount), str(one.rest)) for one in shared] == [
        ("qa", "EUR 7.00", "EUR 1.05"), ("qa", "USD 3.00", "USD 0.45"), ("telephony", "EUR 40.00", "EUR 0.00"),
    ]  # fmt: skip
    april, may = (one.given for one in found["aurora"])
    assert [str(one.amount) for one in may.allocated] == ["EUR 4.20", "USD 1.80", "EUR 30.00"]
    assert (april.allocated, april.has_books, may.has_books) == ((), False, True)
    (row, _, _) = sharing_of(home, ["2026-05"], "CHF").amounts["2026-05"]
    assert row.currency == "EUR"


def test_partners_are_counted_only_where_a_key_needs_it_and_something_is_shared() -> None:
    row = SharedAmount(1, "qa", Decimal(5), "EUR")
    fixed = SharingRule.model_validate({"kinds": "qa", "key": "fixed", "shares": {"aurora": "60%"}})
    volume = SharingRule.model_validate({"kinds": "qa", "key": "volume"})
    asked = [((fixed,), (row,)), ((fixed, volume), (row,)), ((volume,), ()), ((), (row,))]
    assert [Sharing(rules, {"2026-05": rows}).needs_counts for rules, rows in asked] == [False, True, False, False]


def test_the_command_shows_each_part_and_the_rest(home: Path) -> None:
    asked = ("cost", "--from", "2026-04", "--to", "2026-04", "--home", home, "--as-of", AS_OF.isoformat())
    words = tally(*asked)
    assert "costs of no partner, led to partners" in words.out
    assert "TS-K008" in words.out + words.err
    told = tally(*asked, "--partner", "aurora", "--json").json
    assert [(one["kind"], one["rest"]["amount"]) for one in told["shared"]] == [("qa", "15.00"), ("telephony", "50.00")]
    assert "together" not in told, "one partner alone"
    both = tally(*asked, "--json").json
    (group,) = both["together"]  # 1,016.51 and, of Borealis, half a month of its site and 25.00
    assert (group["currency"], group["months"][0]["total"]["amount"]) == ("EUR", "1191.51")
    assert both["apart"] == []
