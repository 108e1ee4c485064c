"""Footers: lines below a table that are no rows of it, such as totals and when it was exported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LINES = 20
"""A footer has at most so many lines."""

_TOTAL = re.compile(
    r"\W*(?:(?:grand|sub|report|overall)[ -]?)?(?:totals?|totales|totali|totaux|totale|totaal|total général"
    r"|sum|summe|gesamt\w*|insgesamt|somme|suma|soma|razem|ogółem|łącznie)\b(?!\s+[a-z]+\s+[a-z])[^@]*",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\W*\d[\d.,'\s]*(?:rows?|records?|lines?|entries|results?|contacts?|customers?|items?|zeilen?|datensätze?"
    r"|einträge?|kunden|lignes?|enregistrements?|clients?|filas?|registros?|clientes?|righe|clienti|rijen|regels"
    r"|klanten|linhas?|wierszy?|wiersze|rekord\w*)\b[^@]*",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\W*(?:(?:report |file |data |list )?(?:generated|exported|printed|created|downloaded|produced)"
    r"|end of|page \d|as of|copyright|©|\(c\)|confidential|erstellt|exportiert|gedruckt|stand[: ]|seite \d"
    r"|ende de[rs]|généré|exporté|imprimé|édité|fin d[ue]|generado|exportado|impreso|página \d|generato|esportato"
    r"|stampato|pagina \d|fine de|gegenereerd|geëxporteerd|afgedrukt|einde|gerado|emitido|fim d|wygenerowano"
    r"|wyeksportowano|wydrukowano|strona \d|koniec)[^@]*",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[-+(]?[$€£¥]?\s?\d[\d.,'\s]*\s?[%$€£¥)]?")
_RULE = re.compile(r"[-=_*#.~\s]{2,}")


@dataclass(frozen=True)
class LastLine:
    """One of the last lines: its fields, whether there are as many as columns, whether a blank line precedes it."""

    fields: Sequence[str]
    is_whole: bool
    is_after_blank: bool


def count_footers(lines: Sequence[LastLine]) -> int:
    """How many of the last lines (in their order) are a footer.

    A line that has not the shape of a row is one if it says so, or if a blank line parts it (or the footer
    that it belongs to) from the table; one that has it only if it says so and is mostly empty.
    """
    certain = 0
    for count, line in enumerate(reversed(lines), 1):
        said, filled = _is_said(line.fields), sum(bool(f.strip()) for f in line.fields)
        if line.is_whole and not (said and _is_no_person(line.fields, filled)):
            break
        if not line.is_whole and not said and filled > 1:
            break
        if said or line.is_after_blank:
            certain = count
    return certain


def _is_no_person(fields: Sequence[str], filled: int) -> bool:
    """Whether a line with a field a column is mostly empty, or holds no more than figures after its first word."""
    after = [f.strip() for f in fields if f.strip()][1:]
    return len(fields) > 1 and (2 * filled <= len(fields) or all(map(_FIGURE.fullmatch, after)))


def _is_said(fields: Sequence[str]) -> bool:
    """Whether the first thing in a line is what stands below tables and is nobody's name or number."""
    if any("@" in field for field in fields):
        return False
    first = next((f.strip() for f in fields if f.strip()), "")
    return any(p.fullmatch(first) for p in (_TOTAL, _COUNT, _MADE, _RULE))


def footer_detail(count: int) -> str:
    """What to say of a footer of so many lines."""
    return (
        f"{count} lines below the table are no rows"
        if count > 1
        else "a line below the table is no row"
    )
