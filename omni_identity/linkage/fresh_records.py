"""Keeps ``derived.linkage_records`` in step with the records that changed, shared values set aside."""

from __future__ import annotations

from pathlib import Path

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import create_empty
from omni_identity.linkage.model import load_model
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.linkage.records import build_linkage_records
from omni_identity.linkage.shared_values import (
    drop_shared_values,
    find_shared_values,
    find_turned_records,
    undropped_values,
)
from omni_identity.linkage.training_environment import missing_columns
from omni_identity.linkage.withheld_values import without_wrong_values
from omni_identity.model.attributes import Vocabulary

FRESH = "derived.new_linkage_records"
_NOTHING_SHARED = "(select null::varchar as identifier, null::varchar as value where false) nothing"


def update_linkage_records(
    engine: Engine, models: Path, vocabulary: Vocabulary, changed: str
) -> None:
    """Bring ``derived.linkage_records`` up to date for the records in the table ``changed`` (``record_no``).

    Leaves ``derived.relinked_records``: those for which anything that linkage sees is not what it was, or that
    came or went. The values that too many people share are those that all current records show now; who carries
    one that has become such, or is none any more, is up to date afterwards too. Reads ``derived.source_records``, and
    what stewards have said of values: who is concerned has to be in ``changed``.
    """
    _update_shared_values(engine, vocabulary, changed)
    remake_linkage_records(engine, models, vocabulary)


def remake_linkage_records(engine: Engine, models: Path, vocabulary: Vocabulary) -> None:
    """Make the linkage records of ``outdated_records``, which goes, anew; leave ``derived.relinked_records``.

    Reads ``derived.source_records``, ``derived.shared_values`` and what stewards have said of values.
    """
    is_first = not _has_rows(engine, "derived.linkage_records")
    if not is_first and not count_rows(engine, "outdated_records"):
        create_empty(engine, "derived.relinked_records")
        engine.run("drop table outdated_records")
        return
    wanted = (
        "select * from derived.source_records"
        " where record_no in (select record_no from outdated_records)"
    )
    records = f"({without_wrong_values(engine, vocabulary, wanted)}) wanted"
    target = "derived.linkage_records" if is_first else FRESH
    build_linkage_records(engine, vocabulary, records, target)
    version = pinned_version(models)
    if version is not None:
        # what omni.yaml declares no more is compared as empty, until a model is trained without it
        for column, kind in missing_columns(load_model(models / version), vocabulary).items():
            engine.run(f'alter table {target} add column "{column}" {kind}')
    drop_shared_values(engine, vocabulary, target)
    if is_first:
        # no second copy of everything: there is nothing that these would be compared with
        engine.run(
            f"create or replace table derived.relinked_records as select record_no from {target}"
        )
    else:
        _take_in(engine)
    engine.run("drop table outdated_records")


def _update_shared_values(engine: Engine, vocabulary: Vocabulary, changed: str) -> None:
    """Find the shared values anew where anything changed; list in ``outdated_records`` the ``changed`` records and
    those that carry a value which turned."""
    engine.run(f"create or replace temp table outdated_records as select record_no from {changed}")
    known = "derived.shared_values" in engine.columns()
    if known and not count_rows(engine, "outdated_records"):
        return
    former = "derived.shared_values" if known else _NOTHING_SHARED
    engine.run(f"create or replace temp table former_shared_values as select * from {former}")
    undropped = undropped_values(vocabulary)
    find_shared_values(engine, vocabulary, undropped)
    find_turned_records(engine, vocabulary, undropped, "former_shared_values", "turned_records")
    engine.run(
        "insert into outdated_records"
        " select record_no from turned_records except select record_no from outdated_records"
    )
    engine.run("drop table former_shared_values")
    engine.run("drop table turned_records")


def _has_rows(engine: Engine, table: str) -> bool:
    return (
        table in engine.columns() and engine.fetch(f"select 1 as x from {table} limit 1").height > 0
    )


def _take_in(engine: Engine) -> None:
    """Put ``FRESH`` in the place of the outdated records, and list those that are not what they were."""
    columns = engine.fetch(f"select * from {FRESH} limit 0").columns
    f, s = (
        ", ".join(f'{side}."{name}"' for name in columns if name != "record_no") for side in "fs"
    )
    engine.run(
        f"""
        create or replace table derived.relinked_records as
        with former as (
            select * from derived.linkage_records
            where record_no in (select record_no from outdated_records)
        )
        select coalesce(f.record_no, s.record_no) as record_no
        from {FRESH} f full join former s on s.record_no = f.record_no
        where f.record_no is null or s.record_no is null or row({f}) is distinct from row({s})
        """
    )
    engine.run(
        "delete from derived.linkage_records where record_no in (select record_no from derived.relinked_records)"
    )
    engine.run(
        f"insert into derived.linkage_records select * from {FRESH}"
        " where record_no in (select record_no from derived.relinked_records)"
    )
    engine.run(f"drop table {FRESH}")
