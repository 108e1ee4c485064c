"""Header rows: which of a file's first lines names its columns."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.channels.feeds import Feed
from omni_identity.channels.header_names import find_column, plain_name

MOST_LINES = 50
"""The header is looked for among so many lines."""


def find_header(lines: Sequence[Sequence[str]], feed: Feed) -> int:
    """Which of these lines (their fields) is the header: the first, unless a later one names more columns.

    The later one has at least two of the columns that ``feed`` names, and all that no row can do without.
    """
    best, most, columns = 0, -1, feed.source_columns()
    for i, fields in enumerate(lines[:MOST_LINES]):
        header = [plain_name(field) for field in fields]
        there = {name for name in columns if find_column(name, header) is not None}
        if i == 0:
            if not feed.missing_columns(there):
                return 0
            most = max(len(there), min(1, len(columns) - 1))
        elif len(there) > most and all(
            there.intersection(feed.names_of(c)) for c in feed.needed_columns()
        ):
            best, most = i, len(there)
    return best
