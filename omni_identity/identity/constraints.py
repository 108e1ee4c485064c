"""What clustering must keep apart or together: unique identifiers, and stewards' verdicts.

Two records conflict on a unique identifier when both fill it and neither's values contain the
other's. So of a customer's records, any two nest, and one of them carries all the values that the
customer holds: two values meet only where a record itself carries both, never because some third
record, blank or with several values, stands between.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from omni_identity.engines import Engine
from omni_identity.engines.declared import create_empty
from omni_identity.engines.statements import statement
from omni_identity.linkage.components import label_components

VERDICT = ""
"""Stands for a verdict of different among the identifiers that forbid a pair."""


def forbidden_by_sql(unique_identifiers: Iterable[str]) -> str:
    """SQL for what forbids a pair: the first identifier that records ``l`` and ``r`` conflict on.

    ``VERDICT`` where ``d.judgement`` is filled, else null. Null and empty lists conflict with nothing.
    """
    cases = [f"when d.judgement is not null then '{VERDICT}'"]
    cases += [
        f'when not (list_has_all(l."{name}", r."{name}") or list_has_all(r."{name}", l."{name}"))'
        f" then '{name}'"
        for name in unique_identifiers
    ]
    return f"case {' '.join(cases)} end"


def is_conflict(values_l: Iterable[str] | None, values_r: Iterable[str] | None) -> bool:
    """Whether two records' values of a unique identifier keep them apart; the rule of the SQL above."""
    left, right = set(values_l or ()), set(values_r or ())
    return not (left <= right or right <= left)


def group_judged_same(engine: Engine) -> None:
    """Make the temporary table ``same_groups`` (``record_no, group_no``) and ``derived.broken_verdicts``.

    Reads ``derived.constraints``, ``derived.source_records`` and ``cluster_pairs`` (``record_no_l, record_no_r,
    forbidden_by``).
    Records that verdicts of same join, one after the other, are a group, unless something forbids two
    of them: then the group's verdicts are applied one by one, in the order of the records' names, and
    each that would bring a forbidden pair together is not. ``broken_verdicts`` has those
    (``record_no_l, record_no_r``), with the ``identifier`` that forbids; null is a verdict of different.
    """
    engine.run(
        "create or replace temp table same_pairs as select record_no_l, record_no_r"
        " from derived.constraints where judgement = 'same'"
    )
    label_components(engine, "same_pairs", "same_labels")
    create_empty(engine, "derived.broken_verdicts")
    engine.run("create or replace temp table contested_groups (record_no BIGINT, group_no BIGINT)")
    engine.run(statement(__file__, "forbidden_inside"))
    _decide_contested_groups(engine)
    engine.run(statement(__file__, "same_groups"))
    for table in ("same_pairs", "same_labels", "contested_groups", "forbidden_inside"):
        engine.run(f"drop table {table}")


def _decide_contested_groups(engine: Engine) -> None:
    """Fill ``contested_groups`` and ``derived.broken_verdicts`` for the groups of ``forbidden_inside``."""
    forbidden = engine.fetch("select * from forbidden_inside")
    if not forbidden.height:
        return
    verdicts = engine.fetch(statement(__file__, "contested_verdicts"))
    groups, broken = apply_verdicts(
        list(verdicts.iter_rows()),
        {(a, b): by for a, b, by in forbidden.drop("label").iter_rows()},
    )
    columns = {"record_no": pl.Int64, "group_no": pl.Int64}
    engine.write("contested_groups", pl.DataFrame(list(groups.items()), columns, orient="row"))
    columns = {"record_no_l": pl.Int64, "record_no_r": pl.Int64}
    engine.write(
        "derived.broken_verdicts",
        pl.DataFrame(broken, {**columns, "identifier": pl.String}, orient="row"),
    )


def apply_verdicts(
    verdicts: list[tuple[int, int]], forbidden: dict[tuple[int, int], str]
) -> tuple[dict[int, int], list[tuple[int, int, str | None]]]:
    """Join records by ``verdicts`` of same, in their order, but never two that are ``forbidden``.

    Returns the group of each record, and the verdicts left out with the identifier that forbids (None
    for a verdict of different). Only for groups with a conflict: they are few, and of a steward's size.
    """
    members = {record: {record} for pair in verdicts for record in pair}
    partners: dict[int, dict[int, str]] = {}
    for (a, b), by in forbidden.items():
        partners.setdefault(a, {})[b] = by
        partners.setdefault(b, {})[a] = by
    broken: list[tuple[int, int, str | None]] = []
    for a, b in verdicts:
        if members[a] is members[b]:
            continue
        against = [
            partners[x][y] for x in members[a] for y in members[b] & partners.get(x, {}).keys()
        ]
        if against:
            broken.append((a, b, min(against) or None))
            continue
        members[a] |= members[b]
        for record in members[b]:
            members[record] = members[a]
    return {record: min(group) for record, group in members.items()}, broken
