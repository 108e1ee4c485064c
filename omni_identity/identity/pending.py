"""What has changed since the last publication, and so what the steps of a run have to look at again.

Every step keeps its tables complete: it takes out the rows of what changed and puts in the new ones,
and notes here, in the same transaction, what that changes for the steps after it. Notes are struck
out when a publication is settled, never before. So a run that was killed or withheld leaves notes
from which the next one goes on, and doing a step twice does what doing it once does.

A full refresh is the same with empty tables: then everything has changed.
"""

from __future__ import annotations

import hashlib

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.moving import move_rows
from omni_identity.model.code_fingerprints import code_fingerprints

TABLES = {
    "records": "record_no BIGINT",
    "linkage_records": "record_no BIGINT",
    "groups": "record_no BIGINT",
    "customers": "golden_id VARCHAR",
    "identifiers": "identifier VARCHAR, value VARCHAR",
    "interactions": "channel VARCHAR, interaction_id VARCHAR",
}
"""``records``: source records that came, changed or went. ``linkage_records``: those for whom that
changed anything that linkage sees. ``groups``: all records whose customer was decided again, and those
that left. ``customers``: golden IDs, old and new, of any of these. ``identifiers``: identifier values
that records gained, lost or hold. ``interactions``: those that were looked at again."""


def create_pending_tables(engine: Engine) -> None:
    """Create the schemas ``derived`` and ``pending``, and the empty tables of notes."""
    engine.run("create schema if not exists derived")
    engine.run("create schema if not exists pending")
    for name, columns in TABLES.items():
        engine.run(f"create table if not exists pending.{name} ({columns})")
    engine.run(
        "create table if not exists pending.seen_landings"
        " (channel VARCHAR, feed VARCHAR, content_hash VARCHAR, path VARCHAR, version BIGINT)"
    )
    engine.run("create table if not exists pending.derived_by (fingerprint VARCHAR)")


def note(engine: Engine, table: str, query: str) -> None:
    """Add the rows of ``query`` to ``pending.<table>``, those that it has not yet."""
    engine.run(f"insert into pending.{table} ({query} except select * from pending.{table})")


def list_touched_customers(engine: Engine) -> None:
    """Rebuild ``derived.touched_customers``: the rows of ``derived.customers`` of noted customers."""
    engine.run(
        "create or replace table derived.touched_customers as select * from derived.customers"
        " where golden_id in (select golden_id from pending.customers)"
    )


def replace_customers(engine: Engine, table: str) -> None:
    """Put the rows of ``derived.fresh_<table>`` in the place of all that ``derived.<table>`` has of noted customers."""
    noted = "golden_id in (select golden_id from pending.customers)"
    move_rows(engine, f"derived.fresh_{table}", f"derived.{table}", noted)


def settle_pending(engine: Engine) -> None:
    """Strike out all notes: what was noted is published."""
    for name in TABLES:
        engine.run(f"delete from pending.{name}")


def start_over(engine: Engine) -> None:
    """Forget all derived tables and notes, so that everything counts as changed.

    What was published counts as changed too: some of it may be there no more.
    """
    with engine.transaction():
        engine.run("drop schema if exists derived cascade")
        engine.run("drop schema if exists pending cascade")
        create_pending_tables(engine)
        note(
            engine,
            "records",
            "select record_no from settled.crosswalk"
            " join ledger.records using (channel, source_record_id)",
        )
        note(engine, "customers", "select distinct golden_id from settled.crosswalk")


def derive_by(engine: Engine, configuration: Configuration, model_version: str | None) -> bool:
    """Start over if what is derived follows from other rules than now hold; return whether it did.

    The rules are the configuration (but for schedule, checks, publish and where Spark works), the pinned model
    and the code's own.
    Without a pinned model everything is to be compared for training, so then it always starts over.
    """
    held = engine.fetch("select fingerprint from pending.derived_by")["fingerprint"].to_list()
    if model_version is not None and held == [_fingerprint(configuration, model_version)]:
        return False
    start_over(engine)
    return True


def follows_from(fingerprint: str, configuration: Configuration, model_version: str) -> bool:
    """Whether what was derived under ``fingerprint`` follows from these rules."""
    return fingerprint == _fingerprint(configuration, model_version)


def write_fingerprint(engine: Engine, configuration: Configuration, model_version: str) -> None:
    """Write down by which rules the derived tables follow."""
    fingerprint = _fingerprint(configuration, model_version)
    with engine.transaction():
        engine.run("delete from pending.derived_by")
        engine.run(
            "insert into pending.derived_by values ($fingerprint)", {"fingerprint": fingerprint}
        )


def _fingerprint(configuration: Configuration, model_version: str) -> str:
    settings = configuration.model_dump(
        mode="json", exclude={"schedule", "checks", "publish", "retention", "spark"}
    )
    text = repr((code_fingerprints().deriving, sorted(settings.items()), model_version))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
