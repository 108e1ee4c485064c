"""The questions for a steward, the most consequential first: who may be one person, who may be two."""

from __future__ import annotations

from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
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
    engine: Engine, review_weight: float, unique_identifiers: tuple[str, ...]
) -> list[Question]:
    """All questions that the last run leaves open, the most consequential first.

    Those are: for every two customers, the strongest pair of at least ``review_weight`` (log2) between
    them; and for every two parts of a customer that no chain of links of even odds joins, the strongest
    pair between those. Pairs that a unique identifier keeps apart are left out: no verdict can join
    them. The order: records times interactions at stake, then the least certain first, then names. Reads
    ``scored_pairs``, ``customers``, ``source_records`` and ``interactions`` in the schema ``derived`` of the
    attached database ``warehouse``.
    """
    engine.run(statement(__file__, "inner_links"))
    engine.run(
        "create or replace temp table even_links as select record_no_l, record_no_r from inner_links"
        " where match_weight >= $even",
        {"even": EVEN_ODDS},
    )
    label_components(engine, "even_links", "customer_parts")
    engine.run(statement(__file__, "doubtful_pairs"), {"review": review_weight})
    _list_possible_pairs(engine, unique_identifiers)
    questions = engine.fetch(statement(__file__, "questions"))
    for table in (
        "inner_links",
        "even_links",
        "customer_parts",
        "doubtful_pairs",
        "possible_pairs",
    ):
        engine.run(f"drop table {table}")
    return [
        Question((a, b), (left, right), (x, y), probability_of(weight), records, interactions)
        for a, b, left, right, x, y, weight, records, interactions in questions.iter_rows()
    ]


def _list_possible_pairs(engine: Engine, unique_identifiers: tuple[str, ...]) -> None:
    """Rebuild the temporary table ``possible_pairs``: the doubtful ones that no identifier forbids, with names."""
    engine.run(
        f"""
        create or replace temp table possible_pairs as
        select p.*, l.channel || ':' || l.source_record_id as name_l,
            r.channel || ':' || r.source_record_id as name_r
        from doubtful_pairs p
        join warehouse.derived.source_records l on l.record_no = p.record_no_l
        join warehouse.derived.source_records r on r.record_no = p.record_no_r
        cross join (select null::varchar as judgement) d
        where {forbidden_by_sql(unique_identifiers)} is null
        """
    )
