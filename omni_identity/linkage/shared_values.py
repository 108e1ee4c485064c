"""Suspicion: identifier values that implausibly many different people carry are nobody's.

Till staff type 000-000-0000, and a kiosk lends its device to everyone. Such a value is no evidence
and no blocking key. Which values these are is found from the data when a model is trained, kept in
the model's folder, and frozen with it.
"""

from __future__ import annotations

from pathlib import Path

from omni_identity.engines import Engine, count_rows
from omni_identity.model.attributes import Vocabulary

GIVEN_INITIALS = 7
FAMILY_INITIALS = 6
"""A value is shared when its records' given and family names begin with at least so many different
letters. A family of seven has fewer family names; one person's typing errors seldom hit the initial."""

FILE = "shared_values.parquet"


def linkage_identifiers(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The identifier columns of ``derived.linkage_records``."""
    named = (name for name in vocabulary.identifiers if name != "whatsapp")
    return (*named, *(("shared_mailbox",) if "email" in vocabulary.identifiers else ()))


def find_shared_values(
    engine: Engine, vocabulary: Vocabulary, records: str = "derived.linkage_records"
) -> int:
    """Rebuild ``derived.shared_values`` from the linkage records in ``records``; return how many there are.

    Columns: ``identifier``, ``value``, ``record_count``, ``given_initial_count``,
    ``family_initial_count``.
    """
    carried = " union all ".join(
        f"select '{name}' as identifier, unnest(\"{name}\") as value, record_no,"
        f' left(first, 1) as given, left(last, 1) as family from {records} where "{name}" is not null'
        for name in linkage_identifiers(vocabulary)
    )
    engine.run(
        f"""
        create or replace table derived.shared_values as
        select identifier, value, count(distinct record_no) as record_count,
            count(distinct given) as given_initial_count,
            count(distinct family) as family_initial_count
        from ({carried}) carried
        group by identifier, value
        having count(distinct given) >= {GIVEN_INITIALS} and count(distinct family) >= {FAMILY_INITIALS}
        order by identifier, value
        """
    )
    return count_rows(engine, "derived.shared_values")


def load_shared_values(engine: Engine, folder: Path) -> None:
    """Rebuild ``derived.shared_values`` from a frozen model's folder."""
    engine.read_file(folder / FILE, "derived.shared_values")


def save_shared_values(engine: Engine, folder: Path) -> None:
    """Write ``derived.shared_values`` into a model's folder."""
    engine.write_file(
        "select * from derived.shared_values order by identifier, value", folder / FILE
    )


def drop_shared_values(
    engine: Engine, vocabulary: Vocabulary, records: str = "derived.linkage_records"
) -> None:
    """Take the shared values out of the linkage records in ``records``; a list left empty becomes null."""
    present = set(
        engine.fetch("select distinct identifier from derived.shared_values")["identifier"]
    )
    for name in linkage_identifiers(vocabulary):
        if name not in present:
            continue
        _drop(engine, records, name, "value", name)
        if name == "email":
            _drop(engine, records, "local_part", "split_part(value, '@', 1)", name)


def _drop(engine: Engine, records: str, column: str, value: str, identifier: str) -> None:
    engine.run(
        f"""
        update {records}
        set "{column}" = case when len(kept) > 0 then kept end
        from (
            select record_no as changed_no,
                list_filter("{column}", lambda x: not list_contains(shared, x)) as kept
            from {records}, (
                select list({value}) as shared from derived.shared_values
                where identifier = '{identifier}'
            ) where list_has_any("{column}", shared)
        ) changes
        where record_no = changed_no
        """
    )
