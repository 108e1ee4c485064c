"""The record ledger: every source record ever seen, in an order that replays, and its seniority.

A record's ``record_no`` is given once, when the record is first seen, and never reused. Its
``seniority`` starts as its ``record_no``; the customer's golden ID is its members' least seniority.
When a customer's founder is deleted, founder and heir swap seniorities, so that the ID stays.
"""

from __future__ import annotations

from datetime import datetime

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement

PUBLISHED_RECORDS = statement(__file__, "published_records")
"""SQL for the ledger as it is published."""


def enter_new_records(engine: Engine, now: datetime) -> int:
    """Enter those of ``derived.affected_records`` that ``ledger.records`` does not have; return how many.

    ``now`` is the run's start (naive UTC).
    """
    before = count_rows(engine, "ledger.records")
    engine.run(statement(__file__, "new_ledger_records"), {"now": now})
    return count_rows(engine, "ledger.records") - before


def pass_on_seniority(engine: Engine) -> None:
    """Where a published customer's founder is gone, let its eldest remaining record take its seniority.

    Reads ``settled.crosswalk`` (the last publication), ``derived.source_records`` (who is left) and
    ``changed.records`` (who may have gone); changes ``ledger.records``. Doing it twice does what doing it once
    does.
    """
    with engine.transaction():
        engine.run(statement(__file__, "inheritances"))
        engine.run(
            "update ledger.records set seniority = inheritances.seniority"
            " from inheritances where records.record_no = inheritances.record_no"
        )
