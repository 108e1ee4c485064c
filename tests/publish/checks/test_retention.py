"""A row that is older than ``retention`` keeps it is found in the candidate."""

from __future__ import annotations

from datetime import datetime

import pytest

from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_tables
from omni_identity.model.tables.ledger import LEDGER_TABLES
from omni_identity.publish.checks.check import Audit
from omni_identity.publish.checks.retention import no_row_outlives_its_retention

NOW = datetime(2026, 3, 31)


@pytest.mark.parametrize(
    ("retention", "overdue"),
    [
        ({}, None),
        ({"interactions": {"days": 10}}, "web interactions from 2026-03-20, kept since 2026-03-21"),
        ({"interactions": {"days": 12}}, None),
        (
            {"messages": {"channels": {"web": 1}}},
            "web messages from 2026-03-20, kept since 2026-03-30",
        ),
        ({"messages": {"days": 1, "channels": {"web": 20}}}, None),
    ],
)
def test_what_is_too_old_is_found(retention: dict[str, object], overdue: str | None) -> None:
    channel = {"name": "web", "contacts": {"files": "a.csv", "record_id": "id"}}
    configuration = parse_configuration(
        {"version": 1, "channels": [channel], "retention": retention}
    )
    with DuckDBEngine() as engine:
        create_tables(engine, LEDGER_TABLES)
        engine.run("insert into ledger.expired_rows values ('r1', 'web', 'messages', 1204)")
        engine.run("attach ':memory:' as candidate")
        for table in ("interactions", "messages"):
            engine.run(
                f"create table candidate.main.{table} as"
                " select 'web' as channel, timestamp '2026-03-20 12:00:00' as occurred_at"
            )
        found = no_row_outlives_its_retention(Audit(engine, configuration, "r1", NOW))
    passed, finding, facts = found
    assert passed == (overdue is None)
    assert finding.partition(": ")[2] == (overdue or "web/messages 1,204")
    assert (facts["overdue_count"], facts["expired_count"]) == (int(not passed), 1204)
