"""The largest and most surprising changes of customers, for the eyes of who is to accept them.

Names of records (``channel:record_id``) are in the result: it is for a screen, never for a log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.identity_diff import OVERLAPS

SHOWN_RECORDS = 6
"""Records of one change that are named."""
VALUES = {
    "given name": "[coalesce(first_name_canonical, first_name_key)]",
    "family name": "[last_name_key]",
    "birth date": "[birth_date::varchar]",
    "email": "email_key",
    "phone": "phone",
}
"""What a person has one of, or shares with nobody, as SQL for a list of values of a source record."""
SINGLE = ("given name", "family name", "birth date")


@dataclass(frozen=True)
class Change:
    """Customers that became one, or one that became several.

    ``golden_id`` is the one, ``other_ids`` the first ``SHOWN_RECORDS`` of the ``other_count`` several.
    ``surprise`` counts what speaks against the change: for a merge, the given names, family names and
    birth dates beyond the first; for a split, the kinds of values (names, birth date, e-mail, phone)
    that the parts share.
    """

    kind: Literal["merged", "split"]
    golden_id: str
    other_ids: tuple[str, ...]
    other_count: int
    record_count: int
    surprise: int
    records: tuple[str, ...]


def list_changes(engine: Engine, before: str, after: str, records: str, count: int) -> list[Change]:
    """The ``count`` merges and splits with most records times surprise (and one), then by golden ID.

    Follows ``compare_identities`` on the same ``before`` and ``after``. ``records`` is the table of current source
    records: what is in neither it nor a crosswalk adds nothing to the surprise.
    """
    _list_members(engine, before, after)
    values = " union all ".join(
        f"select m.change_no, m.part_id, '{kind}' as kind, unnest({sql}) as value"
        f" from change_members m join {records} r using (channel, source_record_id)"
        for kind, sql in VALUES.items()
    )
    engine.run(f"create or replace temp table change_values as {values}")
    found = engine.fetch(
        statement(__file__, "surprising_changes"), {"count": count, "single": list(SINGLE)}
    )
    for table in ("change_members", "change_values"):
        engine.run(f"drop table {table}")
    return [
        Change(
            kind,
            one,
            tuple(parts[:SHOWN_RECORDS]),
            number,
            size,
            surprise,
            tuple(names[:SHOWN_RECORDS]),
        )
        for kind, one, parts, number, size, surprise, names in found.iter_rows()
    ]


def _list_members(engine: Engine, before: str, after: str) -> None:
    """Rebuild the temporary table ``change_members``: records of merged customers after and of split ones before."""
    branches: Iterable[str] = (
        f"""
        select '{kind}' as change, '{kind}' || x.{one} as change_no, x.{one} as golden_id,
            o.golden_id as part_id, w.channel, w.source_record_id
        from (
            select {one} from {OVERLAPS} where {one} is not null
            group by {one} having count({other}) > 1
        ) x
        join {whole} w on w.golden_id = x.{one}
        join {parts} o using (channel, source_record_id)
        """
        for kind, one, other, whole, parts in (
            ("merged", "after_id", "before_id", after, before),
            ("split", "before_id", "after_id", before, after),
        )
    )
    engine.run(f"create or replace temp table change_members as {' union all '.join(branches)}")
