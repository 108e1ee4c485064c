"""Writes workbooks anew: the values of cells and no more, in the same bytes for the same values.

A workbook is an archive, which goes back in its file as it is written: it is made in memory, since a target
that compresses cannot.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from omni_identity.channels.workbook import Cell, text_of

_WRITTEN_AT = datetime(1980, 1, 1)
_DATE_FORMATS = {
    datetime: "yyyy-mm-dd hh:mm:ss",
    date: "yyyy-mm-dd",
    time: "hh:mm:ss",
    timedelta: "[hh]:mm:ss",
}
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)

Sheets = Sequence[tuple[str, Sequence[Sequence[Cell]]]]
"""Names and rows of cells, from A1 on."""


def write_xlsx(sheets: Sheets, target: IO[bytes]) -> None:
    """Write sheets as an Excel workbook."""
    import xlsxwriter  # only an erasure needs it, and every run would wait for it

    whole = io.BytesIO()
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(whole, {**options, "in_memory": True})
    book.set_properties({"created": _WRITTEN_AT})
    formats = {kind: book.add_format({"num_format": f}) for kind, f in _DATE_FORMATS.items()}
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell == "":
                    continue
                if isinstance(cell, str):
                    sheet.write_string(i, j, cell)
                elif isinstance(cell, bool):
                    sheet.write_boolean(i, j, cell)
                elif isinstance(cell, int | float):
                    sheet.write_number(i, j, cell)
                else:
                    sheet.write_datetime(i, j, cell, formats[type(cell)])
    book.close()
    target.write(whole.getvalue())


def write_ods(sheets: Sheets, target: IO[bytes]) -> None:
    """Write sheets as an OpenDocument spreadsheet."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("mimetype", _MIME),
            ("content.xml", "".join(_ods_content(sheets))),
            ("META-INF/manifest.xml", _MANIFEST),
        ):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    target.write(whole.getvalue())


def _ods_content(sheets: Sheets) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_NAMES} office:version="1.2">'
    yield "<office:body><office:spreadsheet>"
    for name, rows in sheets:
        yield f"<table:table table:name={quoteattr(name)}>"
        for row in rows:
            yield f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"
        yield "</table:table>"
    yield "</office:spreadsheet></office:body></office:document-content>"


def _ods_cell(cell: Cell) -> str:
    if cell == "":
        return "<table:table-cell/>"
    kind, value = _ods_value(cell)
    lines = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in text_of(cell).split("\n"))
    return f'<table:table-cell office:value-type="{kind}"{value}>{lines}</table:table-cell>'


def _ods_text(text: str) -> str:
    """Text in which no blank is lost."""
    return escape(text).replace("  ", ' <text:s text:c="1"/>').replace("\t", "<text:tab/>")


def _ods_value(cell: Cell) -> tuple[str, str]:
    """The type of a cell, and the attribute with its value."""
    if isinstance(cell, str):
        return "string", ""
    if isinstance(cell, bool):
        return "boolean", f' office:boolean-value="{text_of(cell)}"'
    if isinstance(cell, int | float):
        return "float", f' office:value="{cell!r}"'
    if isinstance(cell, date):
        return "date", f' office:date-value="{cell.isoformat()}"'
    seconds = (
        cell.total_seconds()
        if isinstance(cell, timedelta)
        else cell.hour * 3600 + cell.minute * 60 + cell.second
    )
    minutes, second = divmod(int(seconds), 60)
    return "time", f' office:time-value="PT{minutes // 60}H{minutes % 60}M{second}S"'
