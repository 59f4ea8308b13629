"""What is judged of a desk that never changes: a change of folds, measures or judging shows here as other digests."""

from __future__ import annotations

import pytest

from tallystick.verdicts import reported
from tallystick.verdicts.judge_version import KNOWN, NEWEST
from tests.verdicts.fixed_desk import fixed_judgement

# Outcome and digest of each clause, and the digest of the statement, as each version of the rules gives them.
DIGESTS = {
    "2": {
        "A1": ("missed", "0e70685e48472f0de365c7da49257fe2163a31f96dbc48df2618f2ce98c8f5c0"),
        "A2": ("excused", "329bdf94b97fc6a6abd35b4a59203e377154f01fc6a12aec8c124effb3e51e2b"),
        "K1": ("missed", "0d59c53616ef31c2eb381a5fd646f9a1bbeaacacc340e9cf9532ea1efd642573"),
        "K2": ("met", "951dd79ade7c556430683967a6fe71c6795cab655bab2f1ad75f6abb2a8f036e"),
        "K3": ("missed", "c324864fe7add40569dcf8b384fc78d4a1e3c113fcca7238a0cb4985073faf3c"),
        "K4": ("not assessable", "ae57958736627793fc64d1e2a631932ec7c1344acad4091bbdffcf86f9ecadbb"),
        "statement": ("EUR 4,800.00", "7c3a7356604646b6896f080562e035a4dd488574cbcc622ddef1ef5ee73c8a49"),
    },
    "3": {
        "A1": ("missed", "4406d7dc635048db0e846495b1cf20bd705829853ce0b7885aade4c9d8ce2cbc"),
        "A2": ("excused", "2e03ee6f3bf0a9e58f1ce55f37a364f07c32cf1545bfb3bc25f94d1d53731841"),
        "K1": ("missed", "0ffaf9ae4a2321903e16411f72d2ff64c4451b4d2b2decf7513ee3a4e7eccf70"),
        "K2": ("met", "7c40bebf28973569c03546432acb2ee5f36f1b94e62c55ca38a6c6356032e79d"),
        "K3": ("missed", "2b4b7a765c9224b44ba4affadd73e12690e2675088931a30dd1406932f33d3a2"),
        "K4": ("not assessable", "3d2406db0b7a85ac78c390cf22bb3caeaf051a187ec9ceda2c383df38f4543fc"),
        "statement": ("EUR 4,800.00", "ce69556c0321ff7eda1bb96da54101054350771e7eb4863b16329ae293becb48"),
    },
    "4": {
        "A1": ("missed", "912382237d63795b1e7db72fd95f9f29c23a7c7eb0475ea1d962a10f772a6b8b"),
        "A2": ("excused", "a3cfc3e9f23f44adbafbd43bd9b70e5b2661e9df8ddb07c1c83a10b549726693"),
        "K1": ("missed", "48d1e610279b742c122a1b6135129f9425feaade83b6221d894b85d5d31e9d39"),
        "K2": ("met", "8bfb19e819545b5ad490f1a1ede0b0b6ccc476c8273ed7d98dd490bd6b13cb12"),
        "K3": ("missed", "fa9c8da113f1612ee9fab9b0b2628c374bf7a8faf95f695ae6b6d0f8cf565d1c"),
        "K4": ("not assessable", "15aed9575fa9e371b74ac8c5f6fb2f21890f1e973fd8d08f0d8a2f1066a082f1"),
        "statement": ("EUR 4,800.00", "38f756c02322956aa91fa6ed003a1b45fd15c769d5f0d97ab8301e00ae727bcc"),
    },
    "5": {
        "A1": ("missed", "ef15569ee9fe7b019f5eb41c752a72ec89c7fed0f831673fe960fb1dad2e1b50"),
        "A2": ("excused", "5990f66918604b801d5f483f285301305c151537f8cbafd9b1d3814bef6ff6c2"),
        "K1": ("missed", "76a1a1a53be63fbd0c4423407be84906fe6fd4a36596243964e53b3fea67be31"),
        "K2": ("met", "bb4530c69986952b29c1a7670490afaf701934980048c651b11bbb558db9d8f8"),
        "K3": ("missed", "5a08948340f24c29aa22ac5eabd52c386b2c9f0066f3ba0de5b83ca0873555e6"),
        "K4": ("not assessable", "dcdb00206ac4f5a818eabf32a1c47227a6bc86071fb406732dc208104df83a4b"),
        "statement": ("EUR 4,800.00", "bb238c1dc225e4c8125891158b6d75eb8e8d0ccdafca6fbe3c237b04d50b8657"),
    },
}  # fmt: skip

HOW = """
The digests of the fixed desk are no longer those that stand in tests/verdicts/test_fixed_desk.py: history would be
judged otherwise, and no bundle made before would verify. If that was not meant, undo what moved them. If it was:
  1. A measure or fold that counts otherwise becomes a new file (`..._v2.py`), and the old one stays; then nothing
     moves here. For a change of judging itself add a version to src/tallystick/verdicts/judge_version.py; the
     older ones go on judging what was judged by them.
  2. Put the digests below into this test under the new version, and leave those of the older ones.
  3. Say in CHANGELOG.md what is judged otherwise, and why.
They are now:
"""


def found(judged_by: str) -> dict[str, tuple[str, str]]:
    judgement = fixed_judgement(judged_by=judged_by)
    assert judgement.statement is not None
    digests = {verdict.clause: (verdict.outcome.value, verdict.digest) for verdict in judgement.verdicts}
    return {**digests, "statement": (str(judgement.statement.total), judgement.statement.digest)}


@pytest.mark.parametrize("judged_by", KNOWN)
def test_the_digests_of_a_desk_that_never_changes_never_change(judged_by: str) -> None:
    digests = found(judged_by)
    shown = "\n".join(f'    "{name}": {parts!r},'.replace("'", '"') for name, parts in digests.items())
    assert digests == DIGESTS[judged_by], HOW + shown


def test_every_version_of_the_rules_is_held_to_its_digests() -> None:
    assert tuple(DIGESTS) == KNOWN
    assert KNOWN[-1] == NEWEST


def test_the_desk_has_every_sort_of_answer() -> None:
    """Met, missed, excused and not assessable; a share, a duration, an index; money under a cap; a report compared."""
    judgement = fixed_judgement()
    verdicts = {verdict.clause: verdict for verdict in judgement.verdicts}
    assert {verdict.outcome.value for verdict in verdicts.values()} == {"met", "missed", "excused", "not assessable"}
    assert verdicts["A1"].reported is not None
    assert verdicts["A1"].reported.cause == "definition"
    assert judgement.statement is not None
    assert judgement.statement.caps
    assert judgement.statement.total.amount == 4800


def test_a_sentence_put_otherwise_restates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of a reported difference, of a reason, of a step: none of them is digested, all of them are kept."""
    before = {verdict.clause: verdict for verdict in fixed_judgement().verdicts}
    monkeypatch.setattr(reported, "_fraction_words", lambda value: f"{value.n} rows, put otherwise")
    monkeypatch.setattr("tallystick.contract.clause.Clause.step", _reworded)
    after = {verdict.clause: verdict for verdict in fixed_judgement().verdicts}
    assert "put otherwise" in after["A1"].reported.sentence
    assert after["A1"].as_json() != before["A1"].as_json()
    for clause, verdict in after.items():
        assert (verdict.digest, verdict.claim) == (before[clause].digest, before[clause].claim), clause


def _reworded(self, label, formula, inserted, result, unit=""):  # type: ignore[no-untyped-def]
    from tallystick.vocabulary.measure_value import Step

    return Step(self.id, label, f"otherwise: {formula}", inserted.upper(), result, unit)
