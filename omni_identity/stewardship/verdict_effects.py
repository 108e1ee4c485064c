"""What a verdict would change: the affected records, clustered before and after by the run's own code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.average_linkage import NO_MOST
from omni_identity.identity.clustering import Cut, cluster_components
from omni_identity.linkage.components import connect_records
from omni_identity.linkage.equal_records import update_equal_records
from omni_identity.linkage.fresh_records import remake_linkage_records
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.scored_pairs import score_inner_pairs
from omni_identity.linkage.scoring import score_pairs
from omni_identity.model.attributes import Vocabulary
from omni_identity.stewardship.judgement_files import ABOUT_VALUES, Verdict
from omni_identity.stewardship.value_verdicts import CONCERNED, update_withheld_values
from omni_identity.stewardship.verdict_reading import VerdictReading


@dataclass(frozen=True)
class Customer:
    """A customer as it is, or would be: its ID, records (``channel:record_id``) and interactions."""

    golden_id: str
    records: tuple[str, ...]
    interaction_count: int


@dataclass(frozen=True)
class Effect:
    """The customers that a verdict changes, before and after; both empty when it changes none.

    ``moved_*`` count what would get another golden ID. ``loose_interaction_count`` is of interactions
    without a contact record that are on a customer which parts: the run finds anew whose they are.
    ``consents`` are those that are decided anew: in which customers that merge differ, or which one that parts
    has given. ``kpis`` are the figures in which the customers before count. ``audience_counts`` has, by audience,
    how many of the customers before are in it: the run decides anew who of those after is.
    """

    before: tuple[Customer, ...] = ()
    after: tuple[Customer, ...] = ()
    moved_record_count: int = 0
    moved_interaction_count: int = 0
    loose_interaction_count: int = 0
    audience_counts: tuple[tuple[str, int], ...] = ()
    consents: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What decides customers beside evidence: the model, the folder of models, the cut (log2), what is declared."""

    model: LinkageModel
    models: Path
    cut: float
    vocabulary: Vocabulary


def find_affected(engine: Engine, record_nos: Collection[int]) -> set[int]:
    """All records whose customer can depend on a verdict on these records, which are two or more.

    They are the records' components of the last run, ``warehouse.derived.components``, and what verdicts of same
    in ``derived.constraints`` join to them.
    """
    found: set[int] = set()
    fresh = set(record_nos)
    while fresh:
        for name in ("joined_by_evidence", "joined_by_verdicts"):
            found |= fresh
            grown = engine.fetch(statement(__file__, name), {"found": sorted(found)})
            fresh = set(grown["record_no"]) - found
    return found


def find_moves(
    engine: Engine, rules: Rules, reading: VerdictReading, proposed: Verdict
) -> pl.DataFrame:
    """Whom ``proposed``, which ``reading`` has read already, would move beside the verdicts that stand in the files.

    ``record_no, name, golden_id, golden_id_after`` of every record of a customer that changes.

    Reads ``derived.affected_records`` (``record_no``), and for its records at least ``ledger.records``,
    ``derived.source_records``, ``derived.linkage_records``, ``derived.equal_records``, ``derived.scored_pairs``,
    ``derived.customers``, ``derived.values_judged_before``, ``derived.values_wrong_before``,
    ``warehouse.derived.shared_values`` and ``warehouse.derived.applied_constraints``,
    and the model's ``derived.tf_<column>``. Rebuilds ``derived.constraints`` and other tables: not for the warehouse.
    """
    reading.read()
    if engine.fetch(statement(__file__, "unapplied_verdicts")).height:
        before = _assign(engine, rules, is_on_values(engine, proposed))
    else:  # the last run has clustered them by the same
        before = engine.fetch(statement(__file__, "standing_records"))
    reading.read(proposed)
    after = _assign(engine, rules, is_on_values(engine, proposed))
    both = before.join(after, on=("record_no", "name"), suffix="_after")
    olds = both.filter(pl.col("golden_id") != pl.col("golden_id_after"))
    changed = {*olds["golden_id"], *olds["golden_id_after"]}
    return both.filter(
        pl.col("golden_id").is_in(list(changed)) | pl.col("golden_id_after").is_in(list(changed))
    )


def describe_effect(engine: Engine, moves: pl.DataFrame) -> Effect:
    """What goes with the records in ``moves`` (:func:`find_moves`).

    Reads, of the customers that change, ``derived.interactions`` (``golden_id, record_no``, null without a contact
    record), ``derived.audience_members`` (``golden_id, audience``), ``derived.given_consents`` (``golden_id, consent,
    is_given``) and ``derived.figures`` (``golden_id, kpi``).
    """
    effect = _describe(moves, engine.fetch("select golden_id, record_no from derived.interactions"))
    ids = {"ids": [customer.golden_id for customer in effect.before]}
    of_them = "list_contains($ids::varchar[], golden_id)"
    audiences = engine.fetch(
        f"select audience, count(*) as n from derived.audience_members where {of_them}"
        " group by audience order by audience",
        ids,
    )
    decided = "bool_or(is_given)" if len(effect.before) == 1 else "count(distinct said) > 1"
    consents = engine.fetch(
        "select consent from (select *, coalesce(is_given::varchar, '') as said from derived.given_consents"
        f" where {of_them}) group by consent having {decided} order by consent",
        ids,
    )
    kpis = engine.fetch(
        f"select distinct kpi from derived.figures where {of_them} order by kpi", ids
    )
    return replace(
        effect,
        audience_counts=tuple(audiences.iter_rows()),
        consents=tuple(consents["consent"]),
        kpis=tuple(kpis["kpi"]),
    )


def is_on_values(engine: Engine, proposed: Verdict) -> bool:
    """Whether any verdict may be on values: the proposed one, or one in ``derived.verdict_entries``."""
    if proposed.judgement in (*ABOUT_VALUES, "withdrawn"):
        return True
    return engine.fetch(statement(__file__, "value_entries")).height > 0


def _assign(engine: Engine, rules: Rules, is_about_values: bool) -> pl.DataFrame:
    """``record_no, name, golden_id`` of the affected records, under the verdicts as they stand."""
    unlike = "(select * from derived.affected_records limit 0)"
    if is_about_values:
        _leave_values_aside(engine, rules)
        unlike = "derived.relinked_records"
    # of whom the verdict speaks, that record stands for itself
    update_equal_records(engine, unlike, rules.vocabulary.unique_identifiers)
    connect_records(engine, among="derived.affected_records")
    score_inner_pairs(engine, rules.model)
    cluster_components(
        engine,
        Cut(rules.cut, rules.model.most_records or NO_MOST),
        rules.vocabulary.unique_identifiers,
        "derived.clusters",
        "derived.affected_records",
    )
    return engine.fetch(statement(__file__, "assigned_records"))


def _leave_values_aside(engine: Engine, rules: Rules) -> None:
    """See the affected records as verdicts on values say, and compare those anew that look otherwise for it.

    Leaves them in ``derived.relinked_records``.
    """
    update_withheld_values(engine, rules.vocabulary)
    engine.run(f"drop table {CONCERNED}")
    engine.run(statement(__file__, "known_shared_values"))
    engine.run(
        "create or replace temp table outdated_records as select record_no from derived.affected_records"
    )
    remake_linkage_records(engine, rules.models, rules.vocabulary)
    engine.run(statement(__file__, "rescored_pairs"))
    engine.run(
        "delete from derived.scored_pairs where record_no_l in (select record_no from derived.relinked_records)"
        " or record_no_r in (select record_no from derived.relinked_records)"
    )

    def keep(query: str, is_first: bool) -> None:
        engine.run(f"insert into derived.scored_pairs by name {query}")

    if count_rows(engine, "derived.rescored_pairs"):
        score_pairs(engine, rules.model, "derived.rescored_pairs", keep)


def _describe(both: pl.DataFrame, interactions: pl.DataFrame) -> Effect:
    """``both`` has ``record_no, name, golden_id, golden_id_after`` of every record of a changed customer."""
    moves = pl.col("golden_id") != pl.col("golden_id_after")
    ids = both.group_by("golden_id").agg(pl.col("golden_id_after").unique())
    whole = ids.filter(pl.col("golden_id_after").list.len() == 1).explode("golden_id_after")
    known = interactions.drop_nulls("record_no").drop("golden_id").join(both, on="record_no")
    unknown = interactions.filter(
        pl.col("record_no").is_null() & pl.col("golden_id").is_in(ids["golden_id"].to_list())
    )
    # without a contact record it follows its customer, if that does not part
    carried = unknown.join(whole, on="golden_id")
    placed = pl.concat([frame.select("golden_id", "golden_id_after") for frame in (known, carried)])
    return Effect(
        before=_customers(both, "golden_id", pl.concat([known, unknown], how="diagonal")),
        after=_customers(both, "golden_id_after", placed),
        moved_record_count=both.filter(moves).height,
        moved_interaction_count=placed.filter(moves).height,
        loose_interaction_count=unknown.height - carried.height,
    )


def _customers(both: pl.DataFrame, by: str, interactions: pl.DataFrame) -> tuple[Customer, ...]:
    counts = dict(interactions.group_by(by).len().iter_rows())
    groups = both.sort("name").group_by(by).agg("name").sort(by)
    return tuple(
        Customer(golden_id, tuple(names), counts.get(golden_id, 0))
        for golden_id, names in groups.iter_rows()
    )
