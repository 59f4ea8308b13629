"""The invoice inside a PDF: Factur-X and ZUGFeRD embed a CII document as a file of a known name.

Only the cross-reference table, the catalog and the embedded files are read; no page is. What a stream may unpack to,
and how much work its filters may make, is bounded by the library before it is done.
"""

from __future__ import annotations

import io
import logging
from typing import Any

from tallystick.invoices.tree import MAX_BYTES, UnreadableInvoice

MAX_PDF = 24 << 20
# By the specification, newest first; XRechnung writes a name of its own.
NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
_MOST_FILES = 200


def is_pdf(head: bytes) -> bool:
    """Whether bytes begin as a PDF does."""
    return head.startswith(b"%PDF-")


def embedded(content: bytes) -> tuple[str, bytes]:
    """(name, bytes) of the invoice inside a PDF; raises UnreadableInvoice where there is none or it may not be read."""
    if len(content) > MAX_PDF:
        raise UnreadableInvoice("TS-I025", f"it is a PDF of more than {MAX_PDF >> 20} MiB.")
    import pypdf  # it takes a tenth of a second, which no other file pays for
    from pypdf.errors import LimitReachedError, PyPdfError

    # The library tells its repairs to a log; what matters is told as a finding.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    limits = pypdf.Configuration().overwrite(
        maximum_declared_stream_length=MAX_PDF,
        zlib_maximum_output_length=MAX_BYTES,
        lzw_maximum_output_length=MAX_BYTES,
        run_length_maximum_output_length=MAX_BYTES,
        zlib_maximum_recovery_input_length=1 << 20,
        stream_filters_maximum_length=2,
        stream_decoding_work_maximum_length=2 * MAX_BYTES,
    )
    try:
        return _chosen(pypdf.PdfReader(io.BytesIO(content), strict=False, configuration=limits))
    except UnreadableInvoice:
        raise
    except LimitReachedError as error:
        raise UnreadableInvoice("TS-I004", f"a part of the PDF unpacks to more than {MAX_BYTES >> 20} MiB.") from error
    except RecursionError as error:
        raise UnreadableInvoice("TS-I025", "its objects are nested beyond all measure.") from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, AssertionError) as error:
        # A damaged PDF ends in whichever of these its damage meets first.
        why = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
        raise UnreadableInvoice("TS-I028", f"the PDF is damaged ({why}).") from error


def _chosen(reader: Any) -> tuple[str, bytes]:
    if reader.is_encrypted:
        raise UnreadableInvoice("TS-I008", "it is a PDF with a password.")
    files: dict[str, Any] = {}
    for at, file in enumerate(reader.attachment_list):
        if at >= _MOST_FILES:
            raise UnreadableInvoice("TS-I025", f"it holds more than {_MOST_FILES} files.")
        files.setdefault(str(file.name), file)
    lower = {name.lower(): name for name in files}
    named = next((lower[name] for name in NAMES if name in lower), None)
    if named is None:
        others = [name for name in files if name.lower().endswith(".xml")]
        if len(others) != 1:
            held = f"it holds {', '.join(sorted(files)[:5])}" if files else "it holds no file at all"
            raise UnreadableInvoice("TS-I028", f"no invoice is embedded in the PDF; {held}.")
        named = others[0]
    return named, bytes(files[named].content)
