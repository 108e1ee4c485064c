"""Reads what was held back, from the warehouse or from the published file: rows, by reason, and what did not land."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from omni_identity.channels.deliveries import SetAside
from omni_identity.publish.build import CONTENT, HELD_BACK_ROWS
from omni_identity.report.held_back import HeldBack
from omni_identity.report.run_source import Source

PASSED_OVER = {
    "filtered_count": "kept out by `where`",
    "further_count": "further lines of an interaction or a record",
    "absent_count": "documents without a row of the feed",
}
"""Columns of ``landed.files`` that count rows which are none of the feed's, and how these are called."""


@dataclass(frozen=True)
class Wanted:
    """Which of the held-back rows: of one channel, for one reason; null for all."""

    channel: str | None = None
    reason_code: str | None = None

    @property
    def is_all(self) -> bool:
        """Whether every row is wanted."""
        return self.channel is None and self.reason_code is None

    def parameters(self) -> dict[str, str | None]:
        """For SQL that ends in ``_WANTED``."""
        return {"channel": self.channel, "reason_code": self.reason_code}


_WANTED = (
    "($channel::varchar is null or channel = $channel)"
    " and ($reason_code::varchar is null or reason_code = $reason_code)"
)


@dataclass(frozen=True)
class HeldBackRow:
    """One row: where it stands, and why it was held back. ``values`` is the row as it was delivered: personal.

    ``row_number`` is null for a file as a whole.
    """

    channel: str
    feed: str
    file: str
    row_number: int | None
    reason_code: str
    detail: str
    values: str


@dataclass(frozen=True)
class Spread:
    """In how many files the rows of one feed and reason are, and when the newest came (UTC); null if unknown."""

    file_count: int
    newest_at: datetime | None


def count_held_back(source: Source, *, with_files: bool = False) -> list[HeldBack]:
    """Count the rows by channel, feed and reason, of everything that has landed; the most first.

    A file that was held back as a whole counts as a row ``with_files``, as it does in the counts of runs.
    """
    rows = source.connection.execute(
        f"select channel, feed, reason_code, count(row_number) as n, count(*) as m from ({_rows_of(source)})"
        " group by all"
    ).fetchall()
    landed = _landed_rows(source)
    if with_files:
        rows = [(*key, m, m) for *key, _, m in rows]
    for channel, feed, _, n, m in rows:
        if (channel, feed) in landed:
            landed[channel, feed] -= m - n
    counts = [
        HeldBack(channel, feed, code, n, landed.get((channel, feed)))
        for channel, feed, code, n, _ in rows
        if n
    ]
    return sorted(counts, key=lambda of: (-of.row_count, of.channel, of.feed, of.reason_code))


def spread_of(source: Source, wanted: Wanted) -> dict[tuple[str, str, str], Spread]:
    """Return, by channel, feed and reason, how the counted rows are spread."""
    came, newest = "", "null::timestamp"
    if source.is_warehouse:
        newest = "max(landed_at)"
        came = (
            " left join (select channel, feed, content_hash, max(landed_at) as landed_at from landed.landings"
            " group by all) using (channel, feed, content_hash)"
        )
    rows = source.connection.execute(
        f"select channel, feed, reason_code, count(distinct content_hash) as files, {newest} as newest"
        f" from ({_rows_of(source)}){came} where {_WANTED} group by channel, feed, reason_code",
        wanted.parameters(),
    ).fetchall()
    return {(channel, feed, code): Spread(n, at) for channel, feed, code, n, at in rows}


def details_of(source: Source, wanted: Wanted) -> list[tuple[str, str, str, str]]:
    """Return every channel, feed, reason and detail that there is, each once, in their order."""
    return source.connection.execute(
        "select distinct channel, feed, reason_code, coalesce(detail, '') as detail"
        f" from ({_rows_of(source)}) where {_WANTED} order by all",
        wanted.parameters(),
    ).fetchall()


def list_held_back(source: Source, wanted: Wanted, limit: int) -> list[HeldBackRow]:
    """Return the first ``limit`` rows, by channel, feed, file and place in it."""
    rows = source.connection.execute(
        "select channel, feed, file, row_number, reason_code, coalesce(detail, ''), coalesce(payload, '')"
        f" from ({_rows_of(source)}) where {_WANTED}"
        " order by channel, feed, file, row_number nulls first, quarantine_number limit $n",
        {**wanted.parameters(), "n": limit},
    ).fetchall()
    return [HeldBackRow(*row) for row in rows]


def count_passed_over(source: Source, channel: str | None) -> list[tuple[str, str, str, int]]:
    """Return ``(channel, feed, what, rows)``: rows that are none of their feed's, by how they are known to be none."""
    if source.is_warehouse:
        columns = source.columns_of("files", "landed")
        selects = [
            f"select channel, feed, '{what}' as what, sum({column}) as n from landed.files group by channel, feed"
            for column, what in PASSED_OVER.items()
            if column in columns
        ]
    elif "filtered_count" in source.columns_of("run_channel_counts"):
        selects = [
            "select channel, 'contacts' as feed, 'passed over' as what, filtered_count as n"
            f" from run_channel_counts where run_id = ({_last_counted(source)})"
        ]
    else:
        selects = []
    if not selects:  # a home of before they were counted
        return []
    return source.connection.execute(
        f"select channel, feed, what, n::bigint from ({' union all '.join(selects)})"
        " where n > 0 and ($channel::varchar is null or channel = $channel) order by all",
        {"channel": channel},
    ).fetchall()


def count_unread_values(source: Source, channel: str | None) -> list[tuple[str, str, str, int]]:
    """Return ``(channel, feed, attribute, values)`` that could not be read and are null in rows that were taken."""
    if not source.has("unread_values", "landed"):
        return []
    return source.connection.execute(
        "select channel, feed, attribute, sum(value_count)::bigint as n from landed.unread_values"
        " where $channel::varchar is null or channel = $channel"
        " group by channel, feed, attribute order by n desc, channel, feed, attribute",
        {"channel": channel},
    ).fetchall()


def read_set_aside(source: Source) -> list[SetAside]:
    """The files that the last run found set aside, from the warehouse or from the published file."""
    place, path = ("landed", "path") if source.is_warehouse else (source.schema, "file")
    if not source.has("quarantined_files", place):  # a home of before there were any
        return []
    rows = source.connection.execute(
        f"select channel, feed, {path}, content_hash, reason_code, detail, advice, is_partly_taken"
        f" from {place}.quarantined_files order by channel, feed, {path}"
    ).fetchall()
    return [SetAside(*row) for row in rows]


def _rows_of(source: Source) -> str:
    """SQL for all held-back rows, with the columns of ``quarantined_records``."""
    if not source.is_warehouse:
        return "select * from quarantined_records"
    has_catalogue = source.has("catalogue_quarantine", "derived")
    return CONTENT["quarantined_records"] if has_catalogue else HELD_BACK_ROWS


def _landed_rows(source: Source) -> dict[tuple[str, str], int]:
    """By channel and feed, how many rows were looked at, where that is known."""
    if source.is_warehouse:
        sql = (
            "select channel, feed, sum(row_count)::bigint from landed.files group by channel, feed"
        )
    else:
        sql = (
            "select channel, 'contacts' as feed, landed_count from run_channel_counts"
            f" where run_id = ({_last_counted(source)})"
        )
    return {(channel, feed): n for channel, feed, n in source.connection.execute(sql).fetchall()}


def _last_counted(source: Source) -> str:
    return (
        f"select run_id from {source.schema}.runs where customer_count is not null"
        f" order by {source.newest_first()} limit 1"
    )
