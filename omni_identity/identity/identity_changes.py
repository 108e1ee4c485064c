"""The largest and most surprising changes of customers, for the eyes of who is to accept them.

Names of records (``channel:record_id``) are in the result: it is for a screen, never for a log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from omni_identity.engines import Engine
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
        f" from members m join {records} r using (channel, source_record_id)"
        for kind, sql in VALUES.items()
    )
    singles = ", ".join(f"'{kind}'" for kind in SINGLE)
    found = engine.fetch(
        f"""
        with members as (from temp.change_members), said as ({values}),
        different as (
            select change_no, sum(n - 1)::bigint as surprise
            from (
                select change_no, kind, count(distinct value) as n from said
                where kind in ({singles}) and value is not null group by change_no, kind
            ) group by change_no
        ), shared as (
            select change_no, count(distinct kind) as surprise
            from (
                select change_no, kind from said where value is not null
                group by change_no, kind, value having count(distinct part_id) > 1
            ) group by change_no
        ), sized as (
            select change_no, any_value(change) as change, any_value(golden_id) as golden_id,
                list_sort(list(distinct part_id)) as part_ids, count(*) as record_count,
                list_sort(list(channel || ':' || source_record_id)) as names
            from members group by change_no
        )
        select s.change, s.golden_id, s.part_ids[:{SHOWN_RECORDS}] as part_ids,
            len(s.part_ids) as part_count, s.record_count,
            coalesce(case s.change when 'merged' then d.surprise else h.surprise end, 0) as surprise,
            s.names[:{SHOWN_RECORDS}] as names
        from sized s
        left join different d using (change_no)
        left join shared h using (change_no)
        order by s.record_count * (1 + coalesce(
            case s.change when 'merged' then d.surprise else h.surprise end, 0)) desc,
            s.golden_id, s.change
        limit $count
        """,
        {"count": count},
    )
    engine.run("drop table temp.change_members")
    return [
        Change(kind, one, tuple(parts), number, size, surprise, tuple(names))
        for kind, one, parts, number, size, surprise, names in found.iter_rows()
    ]


def _list_members(engine: Engine, before: str, after: str) -> None:
    """``temp.change_members``: the records of every merged customer after and every split customer before."""
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
