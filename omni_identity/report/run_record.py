"""The record of runs: how each ended, what it counted, which checks failed, and what became of the customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omni_identity.model.checks import CHECK_SPECS
from omni_identity.report.run_source import Source

STATUS_WORDS = {
    "withheld": "a check kept it from consumers; they go on reading the last publication",
    "dry_run": "all was done but to publish, as it was asked for",
    "partial": "only some steps were asked for; nothing was to be published",
    "interrupted": "a user ended it, or it was killed; the next run goes on from what it had done",
    "started": "at work, or killed; then the next run says so",
    "publishing": "at its end, or killed there; then the next run settles it",
}
"""What a reader may not take from the word for how a run ended."""
TOO_MANY_CHANGES = "identity_changes_are_within_bounds"
"""The check that a run fails in which more customers merge or split than the bounds allow."""


@dataclass(frozen=True)
class FailedCheck:
    """A check that found something: whether it withheld the run, or warned, and in words without personal data."""

    name: str
    severity: str
    finding: str

    @property
    def can_be_accepted(self) -> bool:
        """Whether ``--accept-changes`` lets it pass, once somebody has found it right."""
        return self.name == TOO_MANY_CHANGES or CHECK_SPECS[self.name].can_be_accepted


def list_runs(source: Source, count: int) -> list[dict[str, Any]]:
    """The last runs, the newest first."""
    return _rows(
        source,
        "select run_id, started_at, finished_at, status, landed_count, quarantined_count, current_count,"
        f" customer_count, interaction_count, event_count from {source.schema}.runs"
        f" order by {source.newest_first()} limit $n",
        n=count,
    )


def find_run(source: Source, run_id: str) -> dict[str, Any] | None:
    """One run; None where there is no such run."""
    query = f"select * from {source.schema}.runs where run_id = $id"
    return next(iter(_rows(source, query, id=run_id)), None)


def last_published(source: Source, run_id: str) -> dict[str, Any] | None:
    """The newest published run before ``run_id``."""
    runs = _rows(source, f"select * from {source.schema}.runs order by {source.newest_first()}")
    older = [run["run_id"] for run in runs].index(run_id) + 1
    return next((run for run in runs[older:] if run["status"] == "published"), None)


def list_failed_checks(source: Source, run_id: str | None = None) -> list[FailedCheck]:
    """The failed checks of a run, else of the last one that came to its checks; none where none is written down."""
    if not source.has("check_results"):
        return []
    rows = _rows(
        source,
        f"""
        with last_run as (
            select r.run_id from {source.schema}.runs r
            where r.run_id in (select run_id from {source.schema}.check_results)
                and ($id::varchar is null or r.run_id = $id)
            order by {source.newest_first("r")} limit 1
        )
        select check_name as name, severity, finding
        from {source.schema}.check_results semi join last_run using (run_id)
        where not passed order by position
        """,
        id=run_id,
    )
    return [FailedCheck(**row) for row in rows]


def count_by_channel(source: Source, run_id: str) -> list[dict[str, Any]]:
    """What a run counted of each channel's records."""
    return _rows(
        source,
        "select channel, landed_count, current_count, superseded_count, deleted_count, quarantined_count,"
        f" suppressed_count from {source.schema}.run_channel_counts where run_id = $id order by channel",
        id=run_id,
    )


def list_identity_changes(source: Source, run_id: str) -> list[dict[str, Any]]:
    """What became of the customers of the publication before: how many, and of how many."""
    if not source.has("run_diagnostics"):  # a home of before there were diagnostics
        return []
    return _rows(
        source,
        f"select bucket, counted, total, bound from {source.schema}.run_diagnostics"
        " where run_id = $id and diagnostic = 'identity_changes' order by position",
        id=run_id,
    )


def _rows(source: Source, sql: str, **parameters: object) -> list[dict[str, Any]]:
    query = source.connection.execute(sql, parameters)
    names = [column[0] for column in query.description or []]
    return [dict(zip(names, row, strict=True)) for row in query.fetchall()]
