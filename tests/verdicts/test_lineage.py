"""What a judging was given of earlier periods, held against what those were judged to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from tallystick.contract.past import Past, PastClause, PastPeriod
from tallystick.verdicts.lineage import absent, departures
from tallystick.verdicts.past import past_clauses
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import Outcome, Verdict
from tests.verdicts.invented_verdicts import judged, share, verdict

MAY = replace(judged("2026-06-02T00:00:00Z"), period="2026-05")
JULY = replace(judged("2026-08-02T00:00:00Z"), period="2026-07")


def month(number: int, *clauses: PastClause) -> PastPeriod:
    begin, end = date(2026, number, 1), date(2026, number + 1, 1)
    return PastPeriod(f"2026-{number:02}", begin, end, f"digest {number}", clauses)


def missed(**more: object) -> Verdict:
    return replace(verdict(share(8, 10), Outcome.MISSED), **more)  # type: ignore[arg-type]


def told(*periods: PastPeriod, known: dict[str, tuple[Judged, list[Verdict]]]) -> list[tuple[str, str]]:
    return list(departures(replace(JULY, past=Past(periods)), known))


def ended(*verdicts: Verdict) -> tuple[PastClause, ...]:
    return tuple(past_clauses(list(verdicts), None).values())


def test_what_was_given_is_compared_with_each_judging_that_is_at_hand() -> None:
    one, two = missed(), missed(clause="S2")
    right = ended(one, two)
    wrong = tuple(replace(part, value=Fraction(1, 2)) if part.clause == "S2" else part for part in right)
    june = replace(JULY, period="2026-06")
    known = {"digest 5": (MAY, [one, two]), "digest 6": (june, [one, two])}
    assert told(month(5, *right), month(6, *right), known=known) == []
    otherwise = ("aurora/2026-07: 2026-06", "clause S2 ended otherwise there")
    assert told(month(4, *wrong), month(5, *right), month(6, *wrong), known=known) == [otherwise]
    assert told(month(6, *wrong), month(5, *wrong), known=known) == [
        otherwise,
        ("aurora/2026-07: 2026-05", "clause S2 ended otherwise there"),
    ]
    assert told(month(6, *right, PastClause("S3")), known=known) == [
        ("aurora/2026-07: 2026-06", "clause S3 ended otherwise there")
    ]


def test_a_digest_of_another_period_partner_or_contract_is_told_once_and_the_rest_is_compared() -> None:
    one = missed()
    june, wrong = replace(JULY, period="2026-06"), ended(missed(value=share(7, 10)))
    for other in (
        replace(MAY, period="2026-04"),
        replace(MAY, partner="borealis"),
        replace(MAY, contract="d"),
    ):
        known = {"digest 5": (other, [one]), "digest 6": (june, [one])}
        assert told(month(5, *wrong), month(6, *wrong), known=known) == [
            ("aurora/2026-07: 2026-05", f"it names the judging of {other.partner}/{other.period}"),
            ("aurora/2026-07: 2026-06", "clause S1 ended otherwise there"),
        ]


def test_periods_whose_judging_is_not_at_hand_are_named() -> None:
    record = replace(JULY, past=Past((month(4), month(5), month(6))))
    assert list(absent(record, {"digest 5": (MAY, [])})) == ["2026-04", "2026-06"]
