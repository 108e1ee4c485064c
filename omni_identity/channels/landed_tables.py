"""The tables of what has landed: files, where they stood, their rows, and those held back."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables.columns import FILE_NO
from omni_identity.model.tables.landed import landed_tables

BY_FILE = "-"
"""In a mapping hash before what the names of files say; the rest is that of their feed."""
TABLES_BY_FILE = tuple(t.name for t in landed_tables(Vocabulary()) if FILE_NO in t.columns)
"""Tables of schema ``landed`` that hold rows of a file, by ``file_no``."""


def landed_feeds(engine: Engine) -> set[tuple[str, str]]:
    """Return the ``(channel, feed)`` pairs of which anything was ever landed."""
    rows = engine.fetch("select distinct channel, feed from landed.landings")
    return {(str(channel), str(feed)) for channel, feed in rows.iter_rows()}


UNREAD_FILES = """
    select f.file_no, f.channel, f.feed, f.content_hash, f.mapping_hash, q.reason_code, q.detail
    from landed.files f join landed.quarantined_rows q using (file_no)
    where q.row_number is null and f.row_count - f.suppressed_count <= 1
"""
"""SQL for the files of which nothing was taken but the reason why."""


def read_feeds(engine: Engine) -> dict[tuple[str, str], set[str]]:
    """The feeds of which a file was ever read, and the mappings by which: by channel and feed."""
    rows = engine.fetch(
        f"select distinct f.channel, f.feed, f.mapping_hash from landed.files f"
        f" where f.file_no not in (select u.file_no from ({UNREAD_FILES}) u)"
    )
    found: dict[tuple[str, str], set[str]] = {}
    for channel, feed, mapping in rows.iter_rows():
        found.setdefault((channel, feed), set()).add(mapping.partition(BY_FILE)[0])
    return found


def forget_file(engine: Engine, file_no: int) -> None:
    """Delete everything that was read from one file."""
    for table in TABLES_BY_FILE:
        engine.run(f"delete from landed.{table} where file_no = $file_no", {"file_no": file_no})
