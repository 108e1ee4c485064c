"""The questions for a steward, the most consequential first: who may be one person, who may be two."""

from __future__ import annotations

from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.identity.constraints import forbidden_by_sql
from omni_identity.linkage.components import label_components
from omni_identity.linkage.scoring import probability_of

EVEN_ODDS = 0.0
"""Match weight (log2): a link below it says that two persons are likelier than one."""


@dataclass(frozen=True)
class Question:
    """Two records of which a steward may say whether they are one person.

    They are of two customers that an answer of same may merge, or (``is_inside``) of two parts of one
    customer that an answer of different may part; ``record_count`` and ``interaction_count`` are of all
    that is at stake. Of several pairs that ask the same, this is the one with the most evidence for one
    person, of probability ``match_probability``.
    """

    record_nos: tuple[int, int]
    names: tuple[str, str]
    golden_ids: tuple[str, str]
    match_probability: float
    record_count: int
    interaction_count: int

    @property
    def is_inside(self) -> bool:
        """Whether both records are of one customer."""
        return self.golden_ids[0] == self.golden_ids[1]


def list_questions(
    engine: Engine, last_run: str, review_weight: float, unique_identifiers: tuple[str, ...]
) -> list[Question]:
    """All questions that the last run leaves open, the most consequential first.

    Those are: for every two customers, the strongest pair of at least ``review_weight`` (log2) between
    them; and for every two parts of a customer that no chain of links of even odds joins, the strongest
    pair between those. Pairs that a unique identifier keeps apart are left out: no verdict can join
    them. The order: records times interactions at stake, then the least certain first, then names.
    ``last_run`` is the schema that holds ``scored_pairs``, ``customers``, ``source_records`` and
    ``interactions``.
    """
    engine.run(
        f"""
        create or replace temp table inner_links as
        select p.record_no_l, p.record_no_r, p.match_weight, l.golden_id
        from {last_run}.scored_pairs p
        join {last_run}.customers l on l.record_no = p.record_no_l
        join {last_run}.customers r on r.record_no = p.record_no_r and r.golden_id = l.golden_id
        """
    )
    engine.run(
        "create or replace temp table even_links as select record_no_l, record_no_r from inner_links"
        " where match_weight >= $even",
        {"even": EVEN_ODDS},
    )
    label_components(engine, "even_links", "customer_parts")
    questions = engine.fetch(
        _QUESTIONS.format(last_run=last_run, forbidden=forbidden_by_sql(unique_identifiers)),
        {"review": review_weight},
    )
    for table in ("inner_links", "even_links", "customer_parts"):
        engine.run(f"drop table {table}")
    return [
        Question((a, b), (left, right), (x, y), probability_of(weight), records, interactions)
        for a, b, left, right, x, y, weight, records, interactions in questions.iter_rows()
    ]


_QUESTIONS = """
    with doubtful as (
        select p.record_no_l, p.record_no_r, p.match_weight,
            l.golden_id as golden_id_l, r.golden_id as golden_id_r,
            least(l.golden_id, r.golden_id) as one, greatest(l.golden_id, r.golden_id) as other
        from {last_run}.scored_pairs p
        join {last_run}.customers l on l.record_no = p.record_no_l
        join {last_run}.customers r on r.record_no = p.record_no_r
        where p.match_weight >= $review and l.golden_id <> r.golden_id
        union all
        select i.record_no_l, i.record_no_r, i.match_weight, i.golden_id, i.golden_id,
            least(part_l, part_r)::varchar, greatest(part_l, part_r)::varchar
        from (
            select i.*, coalesce(l.component_no, record_no_l) as part_l,
                coalesce(r.component_no, record_no_r) as part_r
            from inner_links i
            left join customer_parts l on l.record_no = i.record_no_l
            left join customer_parts r on r.record_no = i.record_no_r
        ) i where part_l <> part_r
    ), possible as (
        select p.*, l.channel || ':' || l.source_record_id as name_l,
            r.channel || ':' || r.source_record_id as name_r
        from doubtful p
        join {last_run}.source_records l on l.record_no = p.record_no_l
        join {last_run}.source_records r on r.record_no = p.record_no_r
        cross join (select null::varchar as judgement) d
        where {forbidden} is null
    ), strongest as (
        select * from possible
        qualify row_number() over (
            partition by one, other order by match_weight desc, name_l, name_r
        ) = 1
    ), sizes as (
        select golden_id, count(*) as records from {last_run}.customers group by golden_id
    ), histories as (
        select golden_id, count(*) as interactions from {last_run}.interactions group by golden_id
    ), weighed as (
        select q.*,
            a.records + case when q.golden_id_l = q.golden_id_r then 0 else b.records end as records,
            coalesce(x.interactions, 0)
                + case when q.golden_id_l = q.golden_id_r then 0 else coalesce(y.interactions, 0) end
                as interactions
        from strongest q
        join sizes a on a.golden_id = q.golden_id_l
        join sizes b on b.golden_id = q.golden_id_r
        left join histories x on x.golden_id = q.golden_id_l
        left join histories y on y.golden_id = q.golden_id_r
    )
    select record_no_l, record_no_r, name_l, name_r, golden_id_l, golden_id_r, match_weight, records,
        interactions
    from weighed
    order by records * (1 + interactions) desc, abs(match_weight), name_l, name_r
"""
