"""Turns a table of the registry into Dagster's metadata: column schema, column lineage, PII tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import dagster as dg

from omni_identity.model.tables import Column, Pii, Source, Table

_LADDER: tuple[Pii, ...] = ("none", "pseudonymous", "personal", "text")

ELSEWHERE: Mapping[Source, Source] = {
    # the registry says what decides; the scored pair is where the number is written down
    ("linkage_model", "match_weight"): ("scored_pairs", "match_weight"),
}


def column_schema(table: Table, lineage: dg.TableColumnLineage | None) -> dg.TableSchema:
    """Return the columns with type, nullability, PII class, and comment with what each is made from.

    The last is for people: Dagster's open-source UI shows column lineage only as JSON.
    """
    sources = lineage.deps_by_column if lineage else {}
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.type,
                _described(column, sources.get(column.name, ())),
                dg.TableColumnConstraints(
                    nullable=column.nullable, unique=table.key == (column.name,)
                ),
                {"pii": column.pii},
            )
            for column in table.columns
        ]
    )


def _described(column: Column, sources: Sequence[dg.TableColumnDep]) -> str:
    if not sources:
        return column.comment
    named = (f"{source.asset_key.to_user_string()}.{source.column_name}" for source in sources)
    return f"{column.comment} ← {', '.join(named)}"


def column_lineage(
    table: Table, upstream: Mapping[str, Sequence[Table]], key: Callable[[str], dg.AssetKey]
) -> dg.TableColumnLineage | None:
    """Return which columns of which upstream assets each column is made from; None without any.

    ``upstream`` are the tables that the asset is made from: for each name that the registry's
    ``Column.sources`` may use, the tables that are assets under that name (one a channel for what
    lands). A source that is not among them, or a column that such a table lacks, is left out. ``key`` gives
    the key of the asset by its table's name.
    """
    found = {column.name: list(_dependencies(column, upstream, key)) for column in table.columns}
    lineage = {name: dependencies for name, dependencies in found.items() if dependencies}
    return dg.TableColumnLineage(lineage) if lineage else None


def _dependencies(
    column: Column, upstream: Mapping[str, Sequence[Table]], key: Callable[[str], dg.AssetKey]
) -> Iterable[dg.TableColumnDep]:
    for source in column.sources:
        name, wanted = ELSEWHERE.get(source, source)
        for table in upstream.get(name, ()):
            for candidate in table.columns:
                if wanted == candidate.name or (wanted == "*" and candidate.pii == "personal"):
                    yield dg.TableColumnDep(key(table.name), candidate.name)


def pii_class(table: Table) -> Pii:
    """Return the most personal class among the columns."""
    return max((column.pii for column in table.columns), key=_LADDER.index, default="none")
