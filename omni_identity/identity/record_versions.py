"""Which of a record's rows is newer: the places of files, the times that are believed, and the order of versions."""

from __future__ import annotations

CLOCK_DAYS = 1
"""How far ahead of the moment in which its file first landed a channel's clock may be."""


def believed(row: str, file: str, column: str = "updated_at") -> str:
    """SQL for a time of a row, null where it lies after its file first landed (``landed_at``).

    ``row`` and ``file`` are what the query calls them. What says that it was changed in 2099 would win for
    ever, and so would a consent. The landing is written down once, so the answer is the same in any later run.
    """
    latest = f"{file}.landed_at + interval {CLOCK_DAYS} day"
    return f'case when {row}."{column}" <= {latest} then {row}."{column}" end'


NEWEST_FIRST = """
    case when is_snapshot then path end desc, case when is_snapshot then version end desc,
    updated_at desc nulls last, path desc, version desc, row_number desc
"""
"""The order of a record's versions. It never looks at when something arrived, only at what it says:
the newest ``updated_at`` that is believed wins, among equals the file whose name sorts last, then the later row; in a
snapshot feed the newer snapshot wins first."""

LANDED_AT = """
    select f.file_no, min(l.landed_at) as landed_at
    from landed.files f join landed.landings l
        on l.channel = f.channel and l.feed = f.feed and l.content_hash = f.content_hash
    where f.feed = 'contacts' group by f.file_no
"""
"""Every file of contacts, and when it first landed under any name."""

POSITIONS = f"""
    places as (
        select channel, feed, content_hash, arg_max(path, (path, version)) as path,
            arg_max(version, (path, version)) as version
        from landed.landings group by channel, feed, content_hash
    ), landed_files as ({LANDED_AT}), positions as (
        select f.file_no, f.channel, p.path, p.version, f.is_complete, a.landed_at,
            list_contains($snapshots::varchar[], f.channel) as is_snapshot
        from landed.files f join places p using (channel, feed, content_hash)
        join landed_files a on a.file_no = f.file_no
        where f.feed = 'contacts'
    )
"""
"""The beginning of a ``with``: ``positions`` has every file of contacts, and where it stands in their order."""
