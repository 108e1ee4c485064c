"""A question whole: both customers, a column a record, a row an attribute, values as they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omni_identity.engines import Engine
from omni_identity.engines.literals import identifier
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import profile_attributes
from omni_identity.stewardship.differences import Side
from omni_identity.stewardship.review_queue import AskedQuestion, CustomerRecord

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
    """The whole; ``left`` and ``right`` are what the sides say together; ``more`` records are not shown.

    ``common``: attributes of which the two records that are asked about have a value in common.
    """

    records: tuple[SheetRecord, ...]
    rows: tuple[SheetRow, ...]
    left: Side
    right: Side
    more: int
    common: frozenset[str]


def list_records(asked: AskedQuestion) -> tuple[SheetRecord, ...]:
    """The records of a question's customers, its two before the others, then those of the first one's customer.

    ``MOST_RECORDS`` of them at most.
    """
    one, other = asked.question.record_nos
    first = next((r.golden_id for r in asked.records if r.record_no == one), "")

    def importance(record: CustomerRecord) -> tuple[bool, bool, bool, str]:
        number = record.record_no
        is_first = number == one
        return number not in (one, other), record.golden_id != first, not is_first, record.name

    return tuple(
        SheetRecord(r.record_no, r.name, r.golden_id, r.record_no in (one, other))
        for r in sorted(asked.records, key=importance)[:MOST_RECORDS]
    )


def read_sheet(engine: Engine, asked: AskedQuestion, vocabulary: Vocabulary) -> Sheet:
    """The sheet of a question, the two records that it names before the others.

    Of a question inside one customer the sides are the two records. Reads ``source_records`` in the schema
    ``derived`` of the attached database ``warehouse``.
    """
    question, listed = asked.question, list_records(asked)
    attributes = profile_attributes(vocabulary)
    by_number = _read_records(engine, [record.record_no for record in listed], attributes)
    records = tuple(record for record in listed if record.record_no in by_number)
    compared = {
        record.record_no: {
            name: compared_values(by_number[record.record_no], name) for name in attributes
        }
        for record in records
    }
    rows = []
    for name in attributes:
        groups = group_values([compared[record.record_no][name] for record in records])
        cells = tuple(
            Cell(_shown(by_number[record.record_no].get(name)), group)
            for record, group in zip(records, groups, strict=True)
        )
        if any(cell.values for cell in cells):
            rows.append(SheetRow(name, cells))
    sides = []
    for number, golden_id in zip(question.record_nos, question.golden_ids, strict=True):
        of_side = [
            compared[record.record_no]
            for record in records
            if (record.record_no == number if question.is_inside else record.golden_id == golden_id)
        ]
        sides.append(_together(of_side, attributes))
    one, other = (compared.get(number, {}) for number in question.record_nos)
    common = frozenset(name for name in one.keys() & other.keys() if one[name] & other[name])
    more = len(asked.records) - len(records)
    return Sheet(records, tuple(rows), sides[0], sides[1], more, common)


def _read_records(
    engine: Engine, numbers: Sequence[int], attributes: Sequence[str]
) -> dict[int, dict[str, Any]]:
    """By number, attributes of records and what they are compared by.

    Equalities, an order and a limit: so DuckDB looks for the numbers alone first, and then at the other columns of the
    rows that it has found; of two million records that takes half the time, and of many records a third.
    """
    if not numbers:
        return {}
    wanted = {"record_no", *attributes, *(f"{name}_key" for name in attributes)}
    there = engine.columns("warehouse")["derived.source_records"]
    columns = ", ".join(identifier(name) for name in there if name in wanted)
    found = engine.fetch(
        f"select {columns} from warehouse.derived.source_records"
        f" where {' or '.join(f'record_no = {number}' for number in numbers)}"
        f" order by record_no limit {len(numbers)}"
    )
    return {row["record_no"]: row for row in found.iter_rows(named=True)}


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
