"""The card of one KPI, by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SignIn = Callable[..., Any]


@pytest.mark.parametrize("name", ["no_such_kpi", "SLA_ATTAINMENT", "sla", "__init__"])
def test_a_name_that_is_no_kpis_has_no_card_on_either_side(sign_in: SignIn, name: str) -> None:
    for who in ("owner", "aurora"):
        assert sign_in(who).get("/definitions/sla_attainment.json").status_code == 200
        assert sign_in(who).get(f"/definitions/{name}.json").status_code == 404
