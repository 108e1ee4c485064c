"""What was delivered since the last publication: the landings, their files, and the rows that take effect.

A delivery of a run that was withheld is still new in the next one, and what corrects it counts together
with it: only rows that no other row has superseded are looked at, so a corrected row weighs nothing.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.insight.interactions import ROWS_A_FILE

FILES = "delivered_files"
"""Temporary: ``file_no, channel, feed, row_count, landed_at``; the files of landings that are not published yet."""
CONTACTS = "delivered_contacts"
"""Temporary: ``file_no, row_number, channel, source_record_id, state`` of their contacts that take effect."""
INTERACTIONS = "delivered_interactions"
"""Temporary: ``file_no, row_number, channel`` of their interactions, the newest version of each."""


def settle_landings(engine: Engine) -> None:
    """Write down that all that has landed is published."""
    engine.run(
        "insert into settled.landings select channel, feed, path, version from landed.landings"
        " except select channel, feed, path, version from settled.landings"
    )


def find_delivered(engine: Engine) -> None:
    """Make the temporary tables of what was delivered since the last publication."""
    for statement in (_FILES, _CONTACTS, _INTERACTIONS):
        engine.run(statement)


def drop_delivered(engine: Engine) -> None:
    """Drop them."""
    for table in (FILES, CONTACTS, INTERACTIONS):
        engine.run(f"drop table if exists {table}")


_FILES = f"""
    create or replace temp table {FILES} as
    with fresh as (
        select l.channel, l.feed, l.content_hash from landed.landings l
        anti join settled.landings s
            on s.channel = l.channel and s.feed = l.feed and s.path = l.path and s.version = l.version
    ), first_landed as (
        select channel, feed, content_hash, min(landed_at) as landed_at
        from landed.landings group by channel, feed, content_hash
    )
    select f.file_no, f.channel, f.feed, f.row_count, p.landed_at
    from landed.files f
    join (select distinct channel, feed, content_hash from fresh) d
        on d.channel = f.channel and d.feed = f.feed and d.content_hash = f.content_hash
    join first_landed p
        on p.channel = f.channel and p.feed = f.feed and p.content_hash = f.content_hash
"""

_CONTACTS = f"""
    create or replace temp table {CONTACTS} as
    select file_no, row_number, channel, source_record_id, state from derived.row_states
    where state <> 'superseded' and file_no in (select file_no from {FILES})
"""

_INTERACTIONS = f"""
    create or replace temp table {INTERACTIONS} as
    with places as (
        select channel, content_hash, max((path, version)) as place
        from landed.landings where feed = 'interactions' group by channel, content_hash
    ), positions as (
        select f.file_no, row_number() over (order by p.place, f.file_no) as position
        from landed.files f join places p
            on p.channel = f.channel and p.content_hash = f.content_hash
        where f.feed = 'interactions' and f.file_no in (select file_no from {FILES})
    ), newest as (
        select max(p.position * {ROWS_A_FILE} + i.row_number) as place
        from landed.interactions i join positions p on p.file_no = i.file_no
        group by i.channel, i.interaction_id
    )
    select i.file_no, i.row_number, i.channel
    from landed.interactions i join positions p on p.file_no = i.file_no
    join newest n on n.place = p.position * {ROWS_A_FILE} + i.row_number
"""
