"""Rows inside documents: the elements that ``rows`` leads to, and the documents that have none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.json_pointers import flat_pointer, nested_pointer, step_pointer
from omni_identity.channels.reason_codes import UNREADABLE_FILE
from omni_identity.channels.row_paths import STAR, place_of

ROWS_A_DOCUMENT = 1_000_000
"""More than any document has: the number of a document times it, and the place of a row in it, number the row."""

Query = Callable[..., pl.DataFrame]
"""Runs SQL on a frame that it calls ``lines``, with parameters."""


@dataclass(frozen=True)
class InnerRows:
    """Rows of documents: ``row_number``, and as ``level0`` (the document), ``level1``, … the objects they stand in.

    ``absent``: documents (``row_number``, ``line``) that have none.
    """

    rows: pl.DataFrame
    absent: pl.DataFrame
    last: str


def find_inner_rows(lines: pl.DataFrame, rows: str, query: Query) -> InnerRows:
    """The rows at the path ``rows`` of documents (``row_number``, ``line``), each a JSON object, in their order.

    Raises ``FileFault`` for a document with too many of them.
    """
    found = query(lines, _expanding_sql(rows))
    stars = rows.split(".").count(STAR)
    if found.height and int(found["place"].max()) >= ROWS_A_DOCUMENT:  # type: ignore[arg-type]
        what = f"one JSON object of it has more than {ROWS_A_DOCUMENT - 1:,} rows at '{rows}'"
        raise FileFault(UNREADABLE_FILE, what, "Deliver JSON Lines, one object a row.")
    numbers = pl.col("document") * ROWS_A_DOCUMENT + pl.col("place")
    inner = found.select(
        numbers.alias("row_number"), *(f"level{level}" for level in range(stars + 1))
    )
    is_absent = ~lines["row_number"].is_in(found["document"].implode())
    return InnerRows(inner, as_documents(lines.filter(is_absent)), f"level{stars}")


def as_documents(lines: pl.DataFrame) -> pl.DataFrame:
    """Documents numbered as rows of a feed whose rows are inside of them: place 0 is the document itself."""
    return lines.with_columns(pl.col("row_number") * ROWS_A_DOCUMENT)


def _expanding_sql(rows: str) -> str:
    """SQL for ``document, place, level0, level1, …`` of the rows of ``lines``."""
    steps = rows.split(".")
    parts = ["select row_number as document, line::json as level0 from lines"]
    keys: list[str] = []
    level = 0
    for step in steps:
        if step != STAR:
            keys.append(step)
            continue
        within = f"level{level}"
        listed = within if not keys else f"json_extract({within}, {_literal(step_pointer(keys))})"
        kept = ", ".join(
            ["document", *(f"level{n}" for n in range(level + 1))]
            + [f"index{n}" for n in range(1, level + 1)]
        )
        level += 1
        parts.append(
            f"""
            select {kept}, unnest(elements) as level{level},
                generate_subscripts(elements, 1) as index{level}
            from (
                select *, case json_type(listed)
                    when 'ARRAY' then from_json(listed, '["JSON"]')
                    when 'OBJECT' then [listed] else []::json[] end as elements
                from (select *, {listed} as listed from step{level - 1})
            )
            """
        )
        keys = []
    steps_sql = ", ".join(f"step{n} as ({part})" for n, part in enumerate(parts))
    levels = ", ".join(f"level{n}::varchar as level{n}" for n in range(level + 1))
    order = ", ".join(f"index{n}" for n in range(1, level + 1))
    return f"""
        with {steps_sql}
        select document, row_number() over (partition by document order by {order}) as place, {levels}
        from step{level} order by document, place
    """


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Found:
    """Where a column may be found: the frame's column with the object, and pointers, the first that leads counts."""

    level: str
    pointers: tuple[str, ...]


def places_of(columns: Sequence[str], rows: str | None) -> dict[str, Found]:
    """Where each column is found: its key of that very name, else along the dotted path."""
    if rows is None:
        return {c: Found("line", _pointers((), c)) for c in columns}
    places = {}
    for column in columns:
        place = place_of(rows, column)
        places[column] = Found(f"level{place.level}", _pointers(place.keys, place.name))
    return places


def _pointers(keys: tuple[str, ...], name: str) -> tuple[str, ...]:
    prefix = step_pointer(keys)
    return tuple(dict.fromkeys((prefix + flat_pointer(name), prefix + nested_pointer(name))))


def find_absent(
    rows: pl.DataFrame,
    lines: pl.DataFrame,
    ids: dict[str, Found],
    columns: Sequence[str],
    query: Query,
) -> pl.Series:
    """Which rows are none of the feed: no ID, nor the object that it should stand in.

    ``rows`` has the values, under ``columns`` those of the ID, ``lines`` the objects by level. An ID that
    is a plain key stands in every row.
    """
    nobody = pl.Series([False]).new_from_index(0, len(rows))
    if not ids or any(len(found.pointers) == 1 for found in ids.values()):
        return nobody
    lacks = rows.select(pl.all_horizontal(pl.col(name).is_null() for name in columns)).to_series()
    if not lacks.any():
        return nobody
    asked = lines.filter(lacks)
    are_absent = pl.Series([True]).new_from_index(0, len(asked))
    for found in ids.values():
        flat, nested = found.pointers
        around = nested.rpartition("/")[0]
        there = query(
            asked.select("row_number", pl.col(found.level).alias("line")),
            _THERE,
            flat=flat,
            around=around,
        )
        are_absent &= ~there["is_there"]
    return nobody.scatter(lacks.arg_true().filter(are_absent), True)


_THERE = """
    select row_number, coalesce(json_type(json_extract(line, $around::varchar)) in ('OBJECT', 'ARRAY'), false)
        or json_extract(line, $flat::varchar) is not null as is_there
    from lines order by row_number
"""
