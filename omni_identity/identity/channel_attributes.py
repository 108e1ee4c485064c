"""How well each channel fills each attribute and consent: values, placeholders and unusable values, counted."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import profile_attributes


def build_channel_attributes(engine: Engine, vocabulary: Vocabulary) -> int:
    """Rebuild ``derived.channel_attributes`` from ``derived.source_records``; return its row count."""
    attributes = (*profile_attributes(vocabulary), *vocabulary.consent_columns)
    filled = ", ".join(
        f"{{'attribute': '{name}', 'filled': count(\"{name}\")}}" for name in attributes
    )
    engine.run(
        f"""
        create or replace table derived.channel_attributes as
        with filled as (
            select channel, record_count, one.attribute, one.filled
            from (
                select channel, count(*) as record_count, unnest([{filled}]) as one
                from derived.source_records group by channel
            )
        ), flagged as (
            select channel, unnest(placeholders) as attribute, 1 as placeholder, 0 as invalid
            from derived.source_records where placeholders is not null
            union all
            select channel, unnest(invalid), 0, 1
            from derived.source_records where invalid is not null
        ), flags as (
            select channel, attribute, sum(placeholder)::bigint as placeholder_count,
                sum(invalid)::bigint as invalid_count
            from flagged group by channel, attribute
        )
        select f.channel, f.attribute, f.record_count, f.filled as filled_count,
            coalesce(g.placeholder_count, 0) as placeholder_count,
            coalesce(g.invalid_count, 0) as invalid_count
        from filled f left join flags g using (channel, attribute)
        where f.filled > 0 or g.attribute is not null
        order by f.channel, f.attribute
        """
    )
    return count_rows(engine, "derived.channel_attributes")
