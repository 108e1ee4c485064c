"""What is wrong with current interactions, and which of them figures leave out because of it."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import columns_of, create_missing
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, mark_changed
from omni_identity.insight.done_by_others import KINDS, mark_order_owners
from omni_identity.model.attributes import FACTS

FINDINGS = "derived.interaction_findings"


def find_bad_interactions(engine: Engine, settings: InsightSettings) -> int:
    """Rebuild ``derived.interaction_findings``; return how many there are.

    Reads ``derived.interactions``, ``derived.customers``, ``derived.as_of`` and ``landed.interactions``. Columns:
    ``channel, interaction_id, reason_code, detail, is_left_out`` (figures leave it out). Marks the customers of
    interactions whose findings are not what they were. No detail holds personal data.
    """
    with engine.transaction():
        create_missing(engine, FINDINGS)
        _find(engine, settings)
        engine.run(statement(__file__, "changed_findings"))
        _mark_customers(engine)
        engine.run(
            "create or replace table derived.new_interaction_findings as"
            " select * from new_findings order by channel, interaction_id, reason_code"
        )
        move_rows(
            engine, "derived.new_interaction_findings", "derived.interaction_findings", "true"
        )
        for table in ("new_findings", "changed_findings"):
            engine.run(f"drop table {table}")
    return count_rows(engine, "derived.interaction_findings")


def _find(engine: Engine, settings: InsightSettings) -> None:
    """Make ``new_findings``, laid out as ``derived.interaction_findings``."""
    engine.run(f"create or replace temp table new_findings ({columns_of(FINDINGS)})")
    for name in ("findings_by_row", "returns_without_order", "tickets_closed_first"):
        engine.run(statement(__file__, name))
    engine.run(statement(__file__, "busy_moments"))
    engine.run(statement(__file__, "alike_moments"))
    engine.run(_duplicates_sql())
    if settings.currency:
        rates = [settings.currency, *settings.rates]
        engine.run(statement(__file__, "missing_rates"), {"rates": rates})
    for table in ("busy_moments", "alike_moments"):
        engine.run(f"drop table {table}")


def _mark_customers(engine: Engine) -> None:
    """Mark the customers of ``changed_findings``, and those whose orders and carts these interactions name."""
    changed = "from derived.interactions semi join changed_findings using (channel, interaction_id)"
    mark_changed(
        engine, CUSTOMERS, f"select distinct golden_id {changed} where golden_id is not null"
    )
    # what is left out no longer counts for the order or the cart that it names, whoever did it
    mark_order_owners(engine, f"select order_id {changed} where kind in {KINDS}")
    mark_changed(
        engine,
        CUSTOMERS,
        "select distinct golden_id from derived.interactions"
        f" where golden_id is not null and cart_id in (select cart_id {changed} where kind = 'order')",
    )


def _duplicates_sql() -> str:
    """SQL that adds the interactions of ``alike_moments`` that equal another, fact for fact, to the findings."""
    facts = ", ".join(f'"{name}"' for name in FACTS)
    return f"""
        insert into new_findings
        with suspects as (
            select channel, golden_id, source_record_id, interaction_id, kind, occurred_at, {facts}
            from derived.interactions semi join alike_moments using (channel, kind, occurred_at)
            where golden_id is not null or source_record_id is not null
        ), delivered_twice as (
            select channel, interaction_id,
                first_value(interaction_id) over (
                    partition by channel, golden_id, source_record_id, kind, occurred_at, {facts}
                    order by interaction_id
                ) as first_id
            from suspects
        )
        select channel, interaction_id, 'duplicate',
            'The same as another of the channel, fact for fact, under another ID; one of them counts.', true
        from delivered_twice where interaction_id <> first_id
    """
