"""XML by the standard library's parser with everything off: what is hostile ends at once, small and told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.invoices.reading import read
from tallystick.invoices.rule import check
from tallystick.invoices.tree import MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS, MAX_TEXT, UnreadableInvoice, parse
from tallystick.invoices.value import Invoice
from tests.invoices.documents import cii, ubl

HEAD, BODY = ubl().split("?>\n", 1)


def with_doctype(declared: str) -> bytes:
    return f"{HEAD}?>\n<!DOCTYPE Invoice {declared}>\n{BODY}".encode()


def laughs() -> bytes:
    entities = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return with_doctype(f"[{entities}]").replace(b"INV-1", b"&l11;")


def inside(middle: str) -> bytes:
    return ubl().replace("<cbc:ID>INV-1</cbc:ID>", f"<cbc:ID>INV-1</cbc:ID>{middle}").encode()


def external(target: str) -> bytes:
    return with_doctype(f'[<!ENTITY x SYSTEM "{target}">]').replace(b"INV-1", b"&x;")


def quadratic() -> bytes:
    return with_doctype(f'[<!ENTITY a "{"a" * 100_000}">]').replace(b"INV-1", b"&a;" * 100_000)


def wide(count: int) -> str:
    return "<a " + " ".join(f'a{number}=""' for number in range(count)) + "/>"


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "billion laughs": ("TS-I024", laughs),
    "quadratic blow-up": ("TS-I024", quadratic),
    "a file of the machine": ("TS-I024", lambda: external("file:///etc/passwd")),
    "a page of the net": ("TS-I024", lambda: external("http://127.0.0.1:9/x")),
    "an external document type": ("TS-I024", lambda: with_doctype('SYSTEM "http://127.0.0.1:9/x.dtd"')),
    "a public document type": ("TS-I024", lambda: with_doctype('PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd"')),
    "parameter entities": ("TS-I024", lambda: with_doctype('[<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]')),
    "default attributes": ("TS-I024", lambda: with_doctype('[<!ATTLIST Invoice currencyID CDATA "EUR">]')),
    "an empty document type": ("TS-I024", lambda: with_doctype("")),
    "a document type in UTF-16": ("TS-I024", lambda: laughs().decode().replace("UTF-8", "UTF-16").encode("utf-16")),
    "XInclude": (
        "TS-I024",
        lambda: inside('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
    ),
    "nested beyond measure": ("TS-I025", lambda: inside("<a>" * 300_000 + "</a>" * 300_000)),
    "three million elements": ("TS-I025", lambda: inside("<a/>" * 3_000_000)),
    "an attribute of 20 MiB": ("TS-I025", lambda: inside(f'<a b="{"x" * (20 << 20)}"/>')),
    "300,000 attributes": ("TS-I025", lambda: inside(wide(300_000))),
    "a text of 20 MiB": ("TS-I025", lambda: inside(f"<a>{'x' * (20 << 20)}</a>")),
    "100 MiB": ("TS-I025", lambda: inside(f"<!--{'x' * (100 << 20)}-->")),
    "an entity that nobody declares": ("TS-I026", lambda: ubl().replace("INV-1", "&x;").encode()),
    "cut off": ("TS-I026", lambda: ubl().encode()[:-200]),
    "an encoding that nobody knows": ("TS-I026", lambda: ubl().replace("UTF-8", "x-none").encode()),
    "bytes that are no UTF-8": ("TS-I026", lambda: ubl().encode().replace(b"Aurora", b"A\xffrora")),
    "two documents": ("TS-I026", (ubl() + BODY).encode),
    "an order": ("TS-I027", lambda: b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'),
    "an invoice of another namespace": ("TS-I027", lambda: ubl().replace("xsd:Invoice-2", "xsd:Invoice-3").encode()),
    "a number with a comma": ("TS-I029", lambda: ubl().replace(">125.00<", ">125,00<", 1).encode()),
    "a number by exponent": ("TS-I029", lambda: ubl().replace(">125.00<", ">1e999999999<", 1).encode()),
    "a number that is none": ("TS-I029", lambda: ubl().replace(">125.00<", ">NaN<", 1).encode()),
    "a number of a million digits": ("TS-I029", lambda: ubl().replace(">125.00<", f">{'9' * 200_000}<", 1).encode()),
    "a number in other digits": ("TS-I029", lambda: ubl().replace(">125.00<", ">\u0661\u0662\u0665<", 1).encode()),
    "the 30th of February": ("TS-I029", lambda: ubl().replace("2026-04-02", "2026-02-30").encode()),
    "issued in the year 1": ("TS-I029", lambda: ubl().replace("2026-04-02", "0001-01-01").encode()),
    "issued in the year 9999": ("TS-I029", lambda: cii().replace("20260402", "99991231").encode()),
    "no number of it": ("TS-I029", lambda: ubl().replace("<cbc:ID>INV-1</cbc:ID>", "").encode()),
    "no currency": ("TS-I029", lambda: ubl().replace("DocumentCurrencyCode>EUR<", "DocumentCurrencyCode><").encode()),
}
GRAVE = [name for name, (rule, _) in HOSTILE.items() if rule in ("TS-I024", "TS-I025")]


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_what_is_hostile_or_no_invoice_is_refused_with_its_rule(name: str) -> None:
    rule, build = HOSTILE[name]
    with pytest.raises(UnreadableInvoice) as refused:
        read(build())
    assert refused.value.rule == rule, refused.value.message
    assert "x" * 100 not in refused.value.message


@pytest.mark.parametrize("name", GRAVE)
def test_what_is_hostile_takes_less_than_a_second_and_300_megabytes(name: str, tmp_path: Path) -> None:
    if not Path("/proc/self/status").is_file():
        pytest.skip("the system does not tell a process's peak of memory")
    path = tmp_path / "invoice.xml"
    path.write_bytes(HOSTILE[name][1]())
    script = (
        "import sys, time\nfrom pathlib import Path\n"
        "from tallystick.records.connectors.e_invoices import EInvoices\n"
        "from tallystick.records.connector import Mapping, Resolver\n"
        "from tallystick.vocabulary.errors import DamagedContainer\n"
        "began, reader, path = time.process_time(), EInvoices(), Path(sys.argv[1])\n"
        "assert reader.recognise(path) > 0\n"
        "try:\n    reader.propose(path, None, {})\n    raise SystemExit('it was read')\n"
        "except DamagedContainer as error:\n    pass\n"
        "status = Path('/proc/self/status').read_text()\n"
        "peak = next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM'))\n"
        "print(time.process_time() - began, peak)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    spent, peak = done.stdout.split()
    assert float(spent) < 1.0
    assert int(peak) < 300 * 1024


def test_the_bounds_leave_room_for_an_invoice_of_five_thousand_lines() -> None:
    lines = [(f"Item {number}", 1 + number % 7, 100 + number) for number in range(5_000)]
    found = read(ubl(lines=lines).encode()).invoice
    assert len(found.lines) == 5_000
    assert found.lines[-1].name == "Item 4999"
    elements = ubl(lines=lines).count("</")
    assert elements < MAX_ELEMENTS


@pytest.mark.parametrize(
    ("middle", "fits"),
    [
        ("<a>" * (MAX_DEPTH - 1) + "</a>" * (MAX_DEPTH - 1), True),
        ("<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH, False),
        (wide(MAX_ATTRIBUTES), True),
        (wide(MAX_ATTRIBUTES + 1), False),
        (f"<a>{'x' * MAX_TEXT}</a>", True),
        (f"<a>{'x' * (MAX_TEXT + 1)}</a>", False),
    ],
    ids=["depth", "too deep", "attributes", "too many attributes", "text", "too long a text"],
)
def test_a_bound_holds_to_the_last_one(middle: str, fits: bool) -> None:
    if fits:
        assert parse(inside(middle)).name == "Invoice"
    else:
        with pytest.raises(UnreadableInvoice):
            parse(inside(middle))


def test_a_style_sheet_beside_an_invoice_is_passed_over() -> None:
    text = cii().replace("?>\n", '?>\n<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>\n', 1)
    assert read(text.encode()).invoice.number == "INV-1"


def test_a_document_in_utf_16_and_one_in_latin_1_are_read_as_one_in_utf_8() -> None:
    plain = ubl(lines=[("Schulung für Köln", 1, 100)])
    expected = read(plain.encode()).invoice
    for encoding in ("UTF-16", "ISO-8859-1"):
        assert read(plain.replace("UTF-8", encoding, 1).encode(encoding)).invoice == expected


def test_the_text_of_an_enclosed_document_is_not_kept() -> None:
    enclosed = f'<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf">{"QUJD" * (1 << 20)}'
    text = inside(f"<cac:A><cac:B>{enclosed}</cbc:EmbeddedDocumentBinaryObject></cac:B></cac:A>")
    root = parse(text)
    assert [one.text for one in root.all("A/B/EmbeddedDocumentBinaryObject")] == [""]


@settings(max_examples=300, deadline=None)
@given(
    made=st.sampled_from([ubl().encode(), cii().encode(), ubl(credit=True).encode()]),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=12), st.integers(0, 40)), max_size=6
    ),
)
def test_bytes_changed_anywhere_are_read_or_refused_and_never_crash(
    made: bytes, changes: list[tuple[float, bytes, int]]
) -> None:
    for where, put, drop in changes:
        at = int(where * len(made))
        made = made[:at] + put + made[at + drop :]
    answer = read_or_refused(made)
    if isinstance(answer, str):
        assert answer in {"TS-I024", "TS-I025", "TS-I026", "TS-I027", "TS-I029"}
    else:
        assert answer.number
        assert all(fault.miss.message for fault in check(answer))


def read_or_refused(content: bytes) -> Invoice | str:
    """The invoice, or the rule by which it is refused."""
    try:
        return read(content).invoice
    except UnreadableInvoice as refused:
        return refused.rule
