"""Marks what texts about somebody else quote of erased persons, in the tables of a warehouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

import polars as pl

from omni_identity.channels.marked_texts import marked_payloads
from omni_identity.channels.quotations import Quotations
from omni_identity.engines import Engine, count_rows
from omni_identity.model.attributes import FACTS_TEXT, LINES_TEXT, Vocabulary

Place = tuple[str, str]
"""A table and one of its columns of text."""

LANDED = "quotations_landed"
FEW_ROWS = 50_000
"""Rows of a table up to which its texts are looked at together with those of others: so few take hardly longer
than none."""


def landed_texts(vocabulary: Vocabulary) -> Iterator[Place]:
    """Where what has landed, and was handed out, holds texts in which somebody else may be named."""
    for column in (*vocabulary.raw_single, *vocabulary.identifiers):
        yield "landed.contacts", column
    for column in ("interaction_id", *FACTS_TEXT, *vocabulary.identifiers):
        yield "landed.interactions", column
    for column in LINES_TEXT:
        yield "landed.interaction_lines", column
    for column in ("address", "reason"):
        yield "settled.audience_log", column
    for column in ("text", "agent"):
        yield "landed.messages", column
    for column in ("interaction_id", *LINES_TEXT):
        yield "landed.lines", column
    for column in ("detail", "payload", *vocabulary.consent_columns):
        yield "landed.quarantined_rows", column


def find_quotations(
    engine: Engine,
    quotations: Quotations,
    places: Iterable[Place],
    target: str,
    lists: Collection[str] = (),
) -> list[Place]:
    """Rebuild the temporary table ``target`` (``place, text, marked``); the places that have some.

    Columns named in ``lists`` are lists of texts.
    """
    engine.run(
        f"create or replace temp table {target} (place VARCHAR, text VARCHAR, marked VARCHAR)"
    )

    def find(texts: pl.DataFrame) -> pl.DataFrame:
        marked = marked_payloads(texts["text"], quotations)
        found = texts.with_columns(marked.alias("marked"))
        return found.filter(pl.col("text").ne_missing(pl.col("marked")))

    few, many = list[str](), list[str]()
    for table, columns in groupby(places, key=lambda place: place[0]):
        texts = [_texts_sql(table, column, column in lists) for _, column in columns]
        (few if count_rows(engine, table) <= FEW_ROWS else many).extend(texts)
    if few:  # in order, so that they come in one batch
        many.append(f"select * from ({' union all '.join(few)}) texts order by place, text")
    for query in many:
        engine.map_batches(query, find, target)
    found = engine.fetch(f"select distinct place from {target} order by place")["place"]
    return [(place.rpartition(".")[0], place.rpartition(".")[2]) for place in found]


def _texts_sql(table: str, column: str, is_list: bool) -> str:
    value = f'unnest("{column}")' if is_list else f'"{column}"'
    return (
        f"select distinct '{table}.{column}' as place, {value} as text from {table}"
        f' where "{column}" is not null'
    )


def marked_query(
    source: str, table: str, columns: Sequence[str], query: str, places: Collection[Place]
) -> str:
    """The rows of ``query``, these ``columns`` of a ``table``, with the marks of ``source`` in its ``places``."""
    if table not in {quoting for quoting, _ in places}:
        return query
    values = ", ".join(
        f"coalesce((select max(q.marked) from {source} q where q.place = '{table}.{name}'"
        f' and q.text = kept."{name}"), kept."{name}") as "{name}"'
        if (table, name) in places
        else f'kept."{name}"'
        for name in columns
    )
    return f"select {values} from ({query}) kept"


def mark_landed_texts(engine: Engine, places: Iterable[Place], lists: Collection[str] = ()) -> None:
    """Put the marks of ``LANDED`` into these places; files with changed contacts are to be standardised anew."""
    for table, column in places:
        here = f"select text from {LANDED} where place = '{table}.{column}'"
        if column in lists:
            _mark_lists(engine, table, column)
            continue
        if table == "landed.contacts":
            engine.run(
                "delete from landed.standardised_contacts where file_no in"
                f' (select file_no from {table} where "{column}" in ({here}))'
            )
        engine.run(
            f'update {table} set "{column}" = q.marked from {LANDED} q'
            f" where q.place = '{table}.{column}'"
            f' and {table.partition(".")[2]}."{column}" = q.text'
        )


def _mark_lists(engine: Engine, table: str, column: str) -> None:
    """Mark values of lists; nothing was standardised from them, as they belong into another column."""
    name = table.partition(".")[2]
    engine.run(
        f"""
        update {table} set "{column}" = n.cells from (
            select c.file_no, c.row_number, list(coalesce(q.marked, c.cell)) as cells from (
                select file_no, row_number, unnest("{column}") as cell from {table}
            ) c left join (
                select text, marked from {LANDED} where place = '{table}.{column}'
            ) q on q.text = c.cell
            group by c.file_no, c.row_number
            having count(q.marked) > 0
        ) n where {name}.file_no = n.file_no and {name}.row_number = n.row_number
        """
    )
