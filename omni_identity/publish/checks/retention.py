"""Whether rows are gone that are older than ``retention`` keeps them, and how many this run has taken away."""

from __future__ import annotations

from omni_identity.channels.retention_settings import ROWS, KeptRows
from omni_identity.insight.expired_rows import count_expired
from omni_identity.publish.checks.check import Audit, Facts, Finding


def no_row_outlives_its_retention(audit: Audit) -> Finding:
    """Channels with rows that are too old, by table."""
    overdue = list[str]()
    for table in ROWS:
        kept: KeptRows = getattr(audit.configuration.retention, table)
        if not kept.is_bounded:
            continue
        oldest = audit.engine.fetch(
            f"select channel, min(occurred_at) as oldest from candidate.main.{table}"
            " group by channel order by channel"
        )
        for channel, occurred_at in oldest.iter_rows():
            since = kept.since(channel, audit.now)
            if since is not None and occurred_at < since:
                overdue.append(
                    f"{channel} {table} from {occurred_at:%Y-%m-%d}, kept since {since:%Y-%m-%d}"
                )
    expired = count_expired(audit.engine, audit.run_id)
    facts: Facts = {
        "overdue_count": len(overdue),
        "expired_count": sum(expired.values()),
        **expired,
    }
    if overdue:
        return False, f"older than retention keeps them: {'; '.join(overdue)}", facts
    return True, f"expired in this run: {describe_expired(expired)}", facts


def describe_expired(counts: dict[str, int]) -> str:
    """``web/messages 1,204, store/interactions 3``, or ``nothing``."""
    return ", ".join(f"{what} {count:,}" for what, count in counts.items()) or "nothing"
