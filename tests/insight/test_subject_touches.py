"""What KPIs are written from is described whole: every column of every relation, where CONTRIBUTING sends authors."""

from __future__ import annotations

import re
from pathlib import Path

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import DuckDBEngine
from omni_identity.insight import subject_touches
from omni_identity.insight.subject_touches import RELATIONS, create_subject_touches

TEXTS = (
    *("channel", "interaction_id", "kind", "direction", "store", "status", "currency"),
    *(
        "order_id",
        "cart_id",
        "ticket_id",
        "conversation_id",
        "reference_id",
        "thread_id",
        "stage",
        "subject",
        "campaign",
        "resolved_by",
        "golden_id",
        "customers",
        "records",
    ),
)
INTERNAL = {"known_interactions"}


def test_every_relation_is_described_with_all_its_columns() -> None:
    texts = ", ".join(f"null::varchar as {name}" for name in TEXTS)
    numbers = "0::decimal(18, 2) as amount, 0.0 as duration_seconds, 0.0 as satisfaction"
    source = f"select {texts}, {numbers}, timestamp '2026-03-01' as occurred_at"
    engine = DuckDBEngine()
    create_subject_touches(engine, InsightSettings(), source, ("customers", "records"))
    text = Path(subject_touches.__file__).read_text(encoding="utf-8").split('"""')[3]
    described = dict(re.findall(r"``(\w+)``: (.*?)(?=\.\n``|\n\n|\. ``known|\Z)", text, re.DOTALL))
    assert {*RELATIONS} - INTERNAL <= described.keys()
    for name in {*RELATIONS} - INTERNAL:
        columns = set(engine.fetch(f"from {name} limit 0").columns)
        missing = columns - set(re.findall(r"\w+", described[name]))
        assert not missing, (name, missing)
