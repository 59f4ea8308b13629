"""What a finding of any kind means, by its id: `tally explain TS-D001`."""

from __future__ import annotations

import sys
from pathlib import Path

# Findings that belong to no catalogue: id -> (what it says, the cure).
ALONE: dict[str, tuple[str, str]] = {
    "TS-D900": ("Others may read a key of this folder.", "`chmod 600` on the file that is named."),
    "TS-F001": (
        "A file of facts is not as it was written: the disk lost or changed some of it.",
        "Remove the folder of these facts; they are built anew out of the records, which are the only truth.",
    ),
    "TS-F002": (
        "A file of facts was found damaged during a refresh, and the facts were built anew.",
        "Nothing was lost. Look at the disk; the note goes with the next whole build.",
    ),
    "TS-B001": (
        "The file is not a whole backup: it was cut, changed, or is something else.",
        "Restore another backup.",
    ),
    "TS-I500": ("There is no such file.", "Check the path."),
    "TS-I501": ("No connector recognises the file.", "Name one with `--connector`, or export a table."),
    "TS-I502": ("The columns are those of a known feed, the name is another.", "Say with `--feed` which one it is."),
    "TS-I510": (
        "Texts were not stored, because no redactor and vault were given.",
        "Ingest with the vault of the folder to keep redacted texts.",
    ),
    "TS-I511": (
        "Files of a feed were read by an older mapping.",
        "Ingest them again, so that all rows are read alike.",
    ),
    "TS-I512": ("A file of another name was read as a feed that is known, by its columns.", "`--feed` names another."),
    "TS-I520": (
        "A row of a partner's upload names another partner; an upload holds the partner's own rows alone.",
        "Leave the row out, or correct its partner.",
    ),
    "TS-K001": (
        "An invoice bills something that no price of the contract names: a charge type outside the rate card.",
        "Ask on what it rests. If it was agreed, write it into the rate card; else dispute the line.",
    ),
    "TS-K002": (
        "A cost is in a currency for which no rate is named, so it stands apart from every sum.",
        "Name a series for it under `billing.currencies` of the contract.",
    ),
    "TS-K003": (
        "Costs of a month are known, and not every contract's invoice: no share of them can be called hidden.",
        "Take the partner's invoices in, or write `charges` into the contract's text.",
    ),
    "TS-K004": (
        "An expected invoice that stands for one not received yet is not final.",
        "`tally invoice expected` shows every reason; take the invoice in when it comes.",
    ),
    "TS-K005": (
        "An invoice names no days that it bills, so it is taken for the month before its day of issue.",
        "Ask the partner to name the period that it bills, line by line.",
    ),
    "TS-K006": (
        "The client's books tell no costs of a partner, or none of a month and later: nobody knows what is hidden.",
        "`tally ingest` takes a list of costs in: governance, quality assurance, tools, travel, rework ...",
    ),
    "TS-K007": (
        "A cost of the client's books names no partner, and no key is stated by which it is led to any.",
        "Name its partner in the books, or state a key in shared-costs.yaml.",
    ),
    "TS-K008": (
        "A cost that partners share is led to none, because what its key counts is not known of one of them.",
        "Take the records in that count it, or state fixed shares.",
    ),
    "TS-K009": (
        "A month still runs: it costs what is known so far, and nothing of it is called hidden or saved.",
        "Look again when the month is over and its invoice is in.",
    ),
    "TS-K010": (
        "Received invoices of a month leave out expected charges, which stand unless other words may bill them.",
        "`tally invoice check` shows each charge beside what is billed of it; ask the partner for the rest.",
    ),
    "TS-K011": (
        "A discount or price adjustment should come off what a month's invoices bill, and no document names it.",
        "`tally invoice check` shows whether it is missing; ask the partner for a credit note.",
    ),
    "TS-K012": (
        "A key of shared costs names a partner with whom there is no contract, whose part is led to nobody.",
        "Correct the name in shared-costs.yaml.",
    ),
    "TS-M001": (
        "benchmarks.yaml is not YAML, or no list of ids with entries.",
        "Correct the file; until then the benchmarks that ship with the program stand.",
    ),
    "TS-M002": (
        "An entry of benchmarks.yaml lacks a key, has one that does not exist, or one of another form.",
        "The finding names the key. The entry is left out until it is corrected.",
    ),
    "TS-M003": (
        "A value of an entry of benchmarks.yaml cannot be: an unknown KPI or source, no year, no number.",
        "The finding names the value. The entry is left out until it is corrected.",
    ),
    "TS-P001": (
        "No invoice of the month is in the records.",
        "Take it in with `tally ingest`; until then the expected invoice is what to accrue.",
    ),
    "TS-P002": (
        "An invoice is in another currency than the contract, so it is not compared.",
        "Ask for an invoice in the contract's currency.",
    ),
    "TS-P003": (
        "No text of the contract charges the month, so nothing can be held against an invoice.",
        "Correct the term, or check the invoice under the contract that it belongs to.",
    ),
    "TS-P004": (
        "Several invoices bill the same month; they are checked together.",
        "Ask which of them holds, where one corrects the other.",
    ),
    "TS-P005": (
        "An invoice tells no period, or one that cannot be; it is taken to bill the month before its day of issue.",
        "Ask for the period on the invoice (BT-73, BT-74).",
    ),
    "TS-P006": ("The sums of an invoice break rules of EN 16931.", "Ask for a corrected invoice."),
    "TS-P007": ("What an invoice is held against is not final yet.", "Check again when what is named is known."),
    "TS-P008": (
        "The text names no tax, so the tax of an invoice is not checked, and sums are without tax.",
        "Name it under `billing.taxes`.",
    ),
    "TS-P009": (
        "An invoice bills several months; its lines of the month are checked, without tax.",
        "Ask for one invoice for each month.",
    ),
    "TS-P010": (
        "An invoice is not counted, because a corrected invoice (384) names it and stands in its place.",
        "Nothing is to be done, where that is what was meant.",
    ),
    "TS-P011": (
        "A corrected invoice (384) names no preceding invoice (BT-25), so it is counted beside every other invoice.",
        "Ask for the number of the preceding invoice on it, or for a credit note of the one that it replaces.",
    ),
    "TS-P012": (
        "A document names a preceding invoice (BT-25) that is not in the records.",
        "Take that invoice in, or ask for the right number; until then nothing is replaced by it.",
    ),
    "TS-P013": (
        "A correction is counted beside what it names: it is below zero, or credits what is replaced anyway.",
        "Ask the seller what holds: one credit note (381), or one corrected invoice with all that is owed.",
    ),
    "TS-P014": (
        "A month is billed in full, and a line of an earlier month bills days of it too.",
        "What the earlier line brings for this month is too much: ask for a credit note.",
    ),
    "TS-V001": ("A bundle is no container that can be read, or lacks a part.", "Ask for the bundle again."),
    "TS-V002": ("The signature does not hold, or another key made it.", "Ask the other party for its key, and again."),
    "TS-V003": ("A file of the bundle is missing, was changed or was never signed.", "Ask for the bundle again."),
    "TS-V004": (
        "The texts or rows are not those that the verdicts pin.",
        "Ask for the bundle again; kept here, restore them from a backup.",
    ),
    "TS-V005": (
        "Judged again from the same rows, a verdict or credit comes out differently.",
        "Compare the figures that are named; one side computed otherwise.",
    ),
    "TS-V006": (
        "Judged again, every fact is the same, and a sentence is worded otherwise.",
        "Another version may put it otherwise. Go by the facts.",
    ),
    "TS-V010": (
        "A worked example of the contract does not come out as it says.",
        "Correct the example, or the clause if the example is what was meant; `on` runs it by the text of another day.",
    ),
    "TS-V011": (
        "A worked example of a charge, or of an invoice, does not come out as it says.",
        "Correct the example, or the charge if the example is what was meant.",
    ),
}


def told(rule: str) -> str | None:
    """What a finding means and what cures it; None for an id that nothing gives."""
    if rule.startswith("TS-C"):
        from tallystick.contract.explain import explain_rule

        return explain_rule(rule)
    if rule.startswith(("BR-", "PEPPOL-")):
        return _of_invoices(rule)
    if rule in ALONE:
        says, cure = ALONE[rule]
        return f"{rule}: {says}\n\nCure: {cure}"
    if rule.startswith("TS-G"):
        return _of_the_catalogue(rule)
    from tallystick.records.containers.trouble import RULES

    known = RULES.get(rule)
    if known is not None:
        return f"{rule} ({known.severity}): {known.title}.\n\nCure: {known.cure}"
    return _of_the_gate(rule)


def _of_invoices(rule: str) -> str | None:
    """A rule of EN 16931 or Peppol by its official id."""
    from tallystick.invoices.rule import families

    for family in families().values():
        for one in family.rules:
            if one.id == rule:
                return f"{rule} ({one.severity}): {one.says}\n\n{family.title}, EN 16931.\n\nCure: {one.cure}"
    return None


def _of_the_catalogue(rule: str) -> str | None:
    """A pattern of gaming by the finding that it gives."""
    from tallystick.signals.pattern import patterns

    found = next((one for one in patterns().values() if one.finding == rule), None)
    return None if found is None else f"{rule} ({found.severity}): {found.title}.\n\n{found.text.strip()}"


def _of_the_gate(rule: str) -> str | None:
    """A check of the data gate by the finding that it gives: the file that names the id."""
    from tallystick.records.gate import CHECKS, Check
    from tallystick.registry import load_folder

    for name, check in load_folder(CHECKS, Check).items():
        module = sys.modules.get(f"{CHECKS}.{name}")
        if module is not None and f'"{rule}"' in Path(str(module.__file__)).read_text(encoding="utf-8"):
            return f"{rule}: {check.title}\n\n{(module.__doc__ or '').strip()}"
    return None
