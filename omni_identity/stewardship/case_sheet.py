"""A question whole: both customers, a column a record, a row an attribute, values as they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import profile_attributes
from omni_identity.stewardship.differences import Side
from omni_identity.stewardship.review_queue import Question

MOST_RECORDS = 24
"""Columns of a sheet; how many more records there are is said."""


@dataclass(frozen=True)
class SheetRecord:
    """A column: a record of one of the two customers. ``is_asked``: the question is about it."""

    record_no: int
    name: str
    golden_id: str
    is_asked: bool


@dataclass(frozen=True)
class Cell:
    """The values of one attribute in one record. Cells of a row with one ``group`` are equal as compared."""

    values: tuple[str, ...]
    group: int | None


@dataclass(frozen=True)
class SheetRow:
    """A row: an attribute of every record."""

    attribute: str
    cells: tuple[Cell, ...]

    @property
    def is_differing(self) -> bool:
        """Whether the records differ in it, as compared."""
        return len({cell.group for cell in self.cells} - {None}) > 1


@dataclass(frozen=True)
class Sheet:
    """The whole; ``left`` and ``right`` are what the sides say together; ``more`` records are not shown."""

    records: tuple[SheetRecord, ...]
    rows: tuple[SheetRow, ...]
    left: Side
    right: Side
    more: int


def read_sheet(engine: Engine, question: Question, vocabulary: Vocabulary) -> Sheet:
    """The sheet of a question, the two records that it names before the others.

    Of a question inside one customer the sides are the two records. Reads ``customers`` and ``source_records`` in the
    schema ``derived`` of the attached database ``warehouse``.
    """
    one, other = question.record_nos
    found = engine.fetch(
        statement(__file__, "case_records"),
        {"golden_ids": list(question.golden_ids), "one": one, "other": other, "most": MOST_RECORDS},
    ).to_dicts()
    records = tuple(
        SheetRecord(
            row["record_no"], row["name"], row["golden_id"], row["record_no"] in (one, other)
        )
        for row in found
    )
    attributes = profile_attributes(vocabulary)
    compared = [{name: compared_values(row, name) for name in attributes} for row in found]
    rows = []
    for name in attributes:
        groups = group_values([values[name] for values in compared])
        cells = tuple(
            Cell(_shown(row.get(name)), group) for row, group in zip(found, groups, strict=True)
        )
        if any(cell.values for cell in cells):
            rows.append(SheetRow(name, cells))
    sides = []
    for number, golden_id in zip(question.record_nos, question.golden_ids, strict=True):
        of_side = [
            values
            for record, values in zip(records, compared, strict=True)
            if (record.record_no == number if question.is_inside else record.golden_id == golden_id)
        ]
        sides.append(_together(of_side, attributes))
    total = found[0]["record_count"] if found else 0
    return Sheet(records, tuple(rows), sides[0], sides[1], total - len(records))


def compared_values(record: Mapping[str, Any], attribute: str) -> frozenset[str]:
    """The values of an attribute as linkage compares them: by their key, where they have one."""
    value = record.get(f"{attribute}_key")
    if value is None:
        value = record.get(attribute)
    return frozenset(_shown(value))


def group_values(cells: Sequence[frozenset[str]]) -> list[int | None]:
    """Numbers of groups of cells that have a value in common, one after the other; None of an empty cell."""
    groups: list[set[str]] = []
    for values in cells:
        if values:
            apart = [group for group in groups if not group & values]
            groups = [*apart, set(values).union(*(g for g in groups if g & values))]
    order: dict[int, int] = {}
    numbers: list[int | None] = []
    for values in cells:
        found = next((i for i, group in enumerate(groups) if values & group), None)
        numbers.append(None if found is None else order.setdefault(found, len(order)))
    return numbers


def _together(records: Iterable[Mapping[str, frozenset[str]]], names: Iterable[str]) -> Side:
    listed = list(records)
    sides = {name: frozenset[str]().union(*(r[name] for r in listed)) for name in names}
    return {name: values for name, values in sides.items() if values}


def _shown(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
