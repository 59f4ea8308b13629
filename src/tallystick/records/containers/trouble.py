"""Every rule about input files and rows: its id, what it means, and what to do.

TS-I0nn  the container: the whole file is refused (exit 3), nothing of it is stored
TS-I1nn  one row: quarantined and counted while the rest is stored (exit 1), refused under `--strict`
TS-I2nn  told or asked: a guess that the tool made, or a gap it saw; nothing is lost
"""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding, Place, Severity


@dataclass(frozen=True)
class InputRule:
    """What a rule id means and what cures it."""

    id: str
    title: str
    cure: str
    severity: Severity


def _rules(severity: Severity, entries: dict[str, tuple[str, str]]) -> dict[str, InputRule]:
    return {key: InputRule(key, title, cure, severity) for key, (title, cure) in entries.items()}


RULES: dict[str, InputRule] = {
    **_rules(
        Severity.ERROR,
        {
            "TS-I001": ("The file is empty", "Export it again; the export may have been cut off before its first row."),
            "TS-I002": (
                "The content is not a table",
                "Export as CSV, JSON Lines, Parquet or XLSX; other kinds of file are not read.",
            ),
            "TS-I003": ("The compressed file is cut off or damaged", "Copy or download it again, whole."),
            "TS-I004": (
                "The file unpacks to far more than it holds",
                "If the content is real, unpack it yourself and name the unpacked file.",
            ),
            "TS-I005": ("An archive inside an archive", "Unpack the outer archive and name the inner file."),
            "TS-I006": ("The archive does not hold exactly one table", "Unpack it and name the file, or the folder."),
            "TS-I007": (
                "The archive holds a path or link that leads outside of it",
                "Ask the sender for a plain archive; this one may be an attack.",
            ),
            "TS-I008": ("The file is encrypted", "Save it without a password and import that copy."),
            "TS-I009": ("An old binary Excel or Office file", "Open it and save it as XLSX or CSV."),
            "TS-I010": ("The Parquet file is cut off or damaged", "Copy or export it again, whole."),
            "TS-I011": ("The workbook is damaged", "Open it in a spreadsheet program, save it again as XLSX."),
            "TS-I012": ("The JSON is cut off or not valid", "Export it again, or save one object a line (JSON Lines)."),
            "TS-I013": (
                "The JSON holds no list of records",
                "Give an array of objects, or an object with one list of objects.",
            ),
            "TS-I014": ("Too many columns", "Export only the columns that are needed."),
            "TS-I015": ("The JSON is nested too deep", "Export flat records."),
            "TS-I016": ("The file is too large for its form", "Save it as JSON Lines, CSV or Parquet."),
            "TS-I017": ("A kind of archive that is not read", "Unpack it and name the file inside."),
            "TS-I018": ("A web page, not a table", "The export link may need a login; download the file itself."),
            "TS-I019": ("The file cannot be read", "Check that it exists as a file and that you may read it."),
            "TS-I020": ("The text is in no encoding that is known", "Save it as UTF-8, or name its encoding."),
            "TS-I021": ("The spreadsheet has no table", "Name the sheet that holds the rows."),
            "TS-I022": (
                "The columns do not say what a row is",
                "Correct the mapping: name the column of the case's id and one with an instant.",
            ),
            "TS-I023": (
                "The mapping does not fit this file",
                "Correct the mapping, or remove it so that a new one is proposed.",
            ),
            "TS-I024": (
                "The XML brings in something from outside of itself",
                "Ask the sender for the plain document; this one may be an attack.",
            ),
            "TS-I025": (
                "The document is larger, deeper or wider than any invoice",
                "Ask the sender for the plain document; this one may be an attack.",
            ),
            "TS-I026": ("The XML is cut off or not well formed", "Ask the sender for the document again, whole."),
            "TS-I027": (
                "The XML is no invoice that is read",
                "Ask for UBL 2.1 or UN/CEFACT CII (Factur-X, ZUGFeRD 2, XRechnung, Peppol BIS), or for a table.",
            ),
            "TS-I028": (
                "The PDF holds no electronic invoice, or is damaged",
                "Ask for the XML itself, or for Factur-X or ZUGFeRD 2; a picture of an invoice is not read.",
            ),
            "TS-I029": (
                "The invoice lacks its number, day or currency, or one of its numbers or days is none",
                "Ask the seller for a corrected invoice.",
            ),
        },
    ),
    **_rules(
        Severity.ERROR,
        {
            "TS-I101": ("The row has too few or too many fields", "Correct the row at its source, or quote the text."),
            "TS-I102": ("A quotation mark is opened and not closed", "Close or double it at the source."),
            "TS-I103": ("Bytes that are not text in the file's encoding", "Save the file as UTF-8."),
            "TS-I104": ("A NUL byte inside a row", "The export is damaged here; export these rows again."),
            "TS-I105": ("The row is longer than one MiB", "Shorten the text; attachments do not belong in a table."),
            "TS-I106": ("The line is not one JSON object", "Write one object a line."),
            "TS-I107": ("The case's id is empty", "Give every row the id of its case."),
            "TS-I108": ("The date cannot be read in the column's form", "Write all dates of a column alike."),
            "TS-I109": ("A local time that does not exist", "The clock skips it in this zone; export in UTC."),
            "TS-I110": ("The date lies outside of what is possible", "Leave the cell empty if there is no date."),
            "TS-I111": ("The number cannot be read", "Write a plain number."),
            "TS-I112": ("The row has no instant at all", "A row needs at least one date to be counted."),
            "TS-I113": ("The figure cannot be read", "Write a number with its unit: 92.5 %, 3:20, 4 h."),
            "TS-I114": ("The figure stands under no period", "Give every figure a month, a week or a date."),
            "TS-I115": (
                "The row names a case that is nowhere in the export",
                "Export the case together with its rows.",
            ),
            "TS-I117": ("An event of a calendar that repeats", "Export each day of it as an event of its own."),
            "TS-I116": ("The partner of the row cannot be told", "Map the queue or team to a partner."),
        },
    ),
    **_rules(
        Severity.NOTE,
        {
            "TS-I201": ("The encoding was guessed", "If letters look wrong, name it: encoding in the mapping."),
            "TS-I202": ("The delimiter was guessed", "If columns look wrong, name it: delimiter in the mapping."),
            "TS-I209": ("Other sheets were not read", "Name the sheet in the mapping to read another."),
            "TS-I213": ("Lines above the table were passed over", "Nothing to do if they are a title."),
            "TS-I216": ("Columns that are not used", "Map them if one of them matters."),
            "TS-I234": ("Words of an invoice for which EN 16931 has no place", "Nothing to do; no sum needs them."),
            "TS-I219": ("A test or deleted record was left out of the counts", "Nothing to do."),
        },
    ),
    **_rules(
        Severity.WARNING,
        {
            "TS-I203": (
                "Two columns have the same name",
                "Rename one at the source; the second is read as `name (2)`.",
            ),
            "TS-I204": ("A column has no name", "Name it at the source; it is read as `column N`."),
            "TS-I205": ("Day and month cannot be told apart", "Set the date form of the column in the mapping."),
            "TS-I206": ("The dates name no zone", "Set the zone in the mapping; the zone of the client was taken."),
            "TS-I207": ("A column is empty in all rows", "Check the export; figures that need it cannot be had."),
            "TS-I208": ("There is no instant of creation", "Export it; clocks that start at creation cannot run."),
            "TS-I210": ("Local times that exist twice", "Export in UTC; the earlier one was taken."),
            "TS-I211": ("A status whose meaning is not known", "Say in the mapping whether it is open or solved."),
            "TS-I212": ("The first row looks like data, not like names", "Give the columns names in a first row."),
            "TS-I214": ("There is a header but no row", "Check the filter of the export."),
            "TS-I215": ("Dates in several forms in one column", "Write all dates of a column alike."),
            "TS-I217": ("The file's ending and its content differ", "Nothing to do; the content decides."),
            "TS-I218": ("A name appears twice in one JSON object", "The last one was taken; export it again."),
            "TS-I220": ("A figure whose measure is not known", "Name the measure in the mapping."),
            "TS-I221": ("A file of the export that is missing", "Export it too; see what it is needed for."),
            "TS-I223": (
                "Rows that say they have ended and give no instant",
                "Export the instant of the end; until then the clocks of these cases run on.",
            ),
            "TS-I224": ("Dates without a time of day", "Export times; clocks in hours start at midnight until then."),
            "TS-I225": (
                "Surveys about cases that are not in the records",
                "Take in the cases too; if they are there, name their source under `settings: cases`.",
            ),
            "TS-I226": (
                "Answers outside of their scale",
                "Correct the scale in the mapping, or the score at its source.",
            ),
            "TS-I227": ("Answers older than their survey", "Check which column is the sending and which the answer."),
            "TS-I228": ("An agent in several rows", "Nothing to do if they are stays; else export each agent once."),
            "TS-I229": (
                "Calls that had not ended, or whose beginning cannot be told",
                "Take in the file before and the one after; what can be told is told then.",
            ),
            "TS-I230": (
                "A word whose meaning is not known",
                "Say under `kinds` of the mapping which canonical word it is.",
            ),
            "TS-I232": (
                "An amount of an invoice in another currency than the invoice",
                "Ask the seller for a corrected invoice; sums across currencies mean nothing.",
            ),
            "TS-I233": (
                "Amounts, quantities or rates of an invoice for which EN 16931 has no place",
                "Ask the seller what they mean; no sum here holds them.",
            ),
            "TS-I235": (
                "Amounts of which nothing tells whether a mark parts thousands or decimals",
                "Say it in the mapping: `settings: decimals: point`, or comma.",
            ),
            "TS-I231": (
                "Contacts, or parts of them, that tell of no call",
                "Nothing to do if nobody was called or waited; else export them with all participants and segments.",
            ),
            "TS-I222": ("An event whose meaning is not known", "Say in the mapping what it is."),
        },
    ),
}

EXIT_STORED = 0
EXIT_ROWS_REJECTED = 1
EXIT_REFUSED = 3


def damaged(rule: str, file: object, message: str) -> DamagedContainer:
    """The refusal of a whole file under `rule`, with the rule's cure."""
    return DamagedContainer(rule, str(file), message, RULES[rule].cure)


def finding(rule: str, message: str, place: Place | None = None, *, value: str = "", count: int = 1) -> Finding:
    """A finding under `rule`, with the rule's severity and cure. `value` is cut to 200 characters."""
    entry = RULES[rule]
    return Finding(rule, entry.severity, message, place or Place(), entry.cure, value[:200], count)
