"""What must hold in the built tables, whatever was delivered: keys, references, and every row in its place."""

from __future__ import annotations

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.statements import statement
from omni_identity.publish.alterations import recorded_alterations
from omni_identity.publish.checks.check import Audit, Facts, Finding
from omni_identity.publish.checks.since_last import NOTHING, orphans_sql, repeated_keys_sql
from omni_identity.publish.declared_tables import declared_keys


def golden_ids_are_unique(audit: Audit) -> Finding:
    """Two profiles with one golden ID."""
    twice = audit.count(
        "select count(*) - count(distinct golden_id) from candidate.main.unified_profiles"
    )
    return twice == 0, f"{twice} profiles share a golden ID with another", {"repeated_count": twice}


def every_current_record_is_in_exactly_one_customer(audit: Audit) -> Finding:
    """Current records in no customer or in several, and records in one that are not current."""
    records = audit.count("select count(*) from derived.source_records")
    placed = audit.count("select count(*) from candidate.main.crosswalk")
    missing = audit.count(
        "select count(*) from derived.source_records anti join candidate.main.crosswalk"
        " using (channel, source_record_id)"
    )
    extra = audit.count(
        "select count(*) from candidate.main.crosswalk anti join derived.source_records"
        " using (channel, source_record_id)"
    )
    repeated = audit.count(
        "select count(*) from (select 1 as x from candidate.main.crosswalk"
        " group by channel, source_record_id having count(*) > 1)"
    )
    facts: Facts = {
        "record_count": records,
        "placed_count": placed,
        "missing_count": missing,
        "extra_count": extra,
        "repeated_count": repeated,
    }
    finding = f"of {records} current records {missing} are in no customer, {repeated} in several"
    return missing == extra == repeated == 0 and records == placed, finding, facts


def every_landed_row_is_accounted_for(audit: Audit) -> Finding:
    """Channels of this run whose rows do not add up."""
    unaccounted = audit.engine.fetch(
        statement(__file__, "unaccounted_rows"),
        {"run_id": audit.run_id},
    )
    off = {channel: difference for channel, difference in unaccounted.iter_rows() if difference}
    facts: Facts = {"channel_count": unaccounted.height, "rows_off": sum(map(abs, off.values()))}
    words = ", ".join(f"{channel} by {difference}" for channel, difference in off.items())
    passed = not off and unaccounted.height > 0
    return passed, f"off: {words}" if off else f"{unaccounted.height} channels add up", facts


def no_foreign_key_is_orphaned(audit: Audit) -> Finding:
    """References, as the registry of tables declares them, that lead nowhere."""
    orphans: dict[str, int] = {}
    for table in audit.tables:
        for key in table.foreign_keys:
            count = sum(audit.count(sql) for sql in orphans_sql(audit.since, table, key))
            if count and audit.since.knows(table.name, key.other):
                count = sum(audit.count(sql) for sql in orphans_sql(NOTHING, table, key))
            if count:
                orphans[f"{table.name}.{'_'.join(key.columns)}"] = count
    finding = ", ".join(f"{name}: {count}" for name, count in orphans.items()) or "none"
    return not orphans, f"orphans: {finding}", {"orphan_count": sum(orphans.values())}


def keys_are_unique(audit: Audit) -> Finding:
    """Keys, as the registry of tables declares them, that stand twice."""
    broken: dict[str, int] = {}
    engine = audit.engine
    declared = declared_keys(engine) if isinstance(engine, DuckDBEngine) else {}
    for table in audit.tables:
        if declared.get(table.name) == list(table.key):
            continue  # nothing could be put in that would break it
        sql = repeated_keys_sql(audit.since, table)
        repeated = audit.count(sql) if sql else 0
        if repeated:
            broken[table.name] = repeated
    finding = ", ".join(f"{name}: {count}" for name, count in broken.items()) or "none"
    return not broken, f"repeated keys: {finding}", {"repeated_count": sum(broken.values())}


def the_publication_was_left_as_it_was(audit: Audit) -> Finding:
    """What somebody did to the last publication."""
    found = recorded_alterations(audit.engine, audit.run_id)
    if not found:
        return True, "nothing of the last publication was changed", {"altered_count": 0}
    finding = (
        f"{'; '.join(found)}. All of it is written anew. Clients are to open the file read-only"
        " (duckdb.connect(..., read_only=True))"
    )
    return False, finding, {"altered_count": len(found)}
