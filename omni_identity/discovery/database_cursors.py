"""Database cursors: the ``source`` of a feed, and the column by which runs read only what is new."""

from __future__ import annotations

from omni_identity.discovery.column_meanings import LIKELY, ColumnProfile
from omni_identity.discovery.drafts import FeedDraft, Said
from omni_identity.discovery.samples import TableSource
from omni_identity.discovery.tables import Table

_WITHOUT = (
    "every run reads all of its rows: no column is named for the last change and filled everywhere. Where one grows"
    " with every change, name it as `cursor` of the source"
)

_DELETED = (
    "rows that are deleted in the table are not seen by its cursor: name a column as `deleted`, or take the cursor"
    " out and write feed: snapshot"
)


def add_source(feed: FeedDraft, source: TableSource) -> None:
    """Put ``source`` before the feed's other keys, with a cursor where one is plain to see."""
    table = feed.table
    rows = table.rows.height
    settings = {"url_env": source.variable, **source.settings}
    words = f"{source.shown}, {rows:,} rows looked at"
    cursor = find_cursor(table, source)
    if cursor is None:
        feed.notes.append(_WITHOUT)
    else:
        settings["cursor"] = cursor
        index = "has an index" if source.growing[cursor] else "has no index, which would help"
        words += f"; likely: {cursor} grows with every change, by its name; it {index}"
        if feed.kind == "contacts" and "deleted" not in feed.keys:
            feed.notes.append(_DELETED)
    feed.keys = {"source": Said(settings, words), **feed.keys}


def find_cursor(table: Table, source: TableSource) -> str | None:
    """The column of the last change: of a type that grows, and filled in every row; one with an index first."""

    def rank(profile: ColumnProfile) -> tuple[float, bool]:
        return round(profile.score("updated_at"), 1), source.growing[profile.column]

    found = [
        profile
        for profile in table.columns
        if profile.column in source.growing
        and profile.score("updated_at") >= LIKELY
        and profile.shapes.filled
        and not table.rows[profile.column].null_count()
    ]
    return max(found, key=rank).column if found else None
