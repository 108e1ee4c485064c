"""Reads a home's scored pairs and blocking keys against the truth: bands of probability, and blocking's recall."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.reliability.curve import MANY, Bin
from benchmarks.reliability.customers import find_labels
from omni_identity.engines.literals import literal
from omni_identity.identity.confidence import confidence_sql, pair_probability_sql

EDGES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)

_LABELLED = """
    create temp table labelled as
    select r.record_no, e.representative_no, l.entity, c.golden_id,
        count(*) over (partition by c.golden_id) as size
    from read_csv($labels, all_varchar = true, header = true) l
    join home.derived.source_records r using (channel, source_record_id)
    join home.derived.crosswalk c using (channel, source_record_id)
    join home.derived.equal_records e using (record_no)
"""
_IDENTITY = pair_probability_sql(
    "s.match_weight", f"case when d.golden_id is not null then {confidence_sql()} end"
)
_BANDS = f"""
    with scored as (
        select
            coalesce(e.match_probability, 1 / (1 + pow(2, -s.match_weight))) as by_evidence,
            coalesce(e.identity_probability, {_IDENTITY}) as by_identity,
            l.entity = r.entity as is_match,
            e.record_no_l is not null as is_published,
            l.golden_id = r.golden_id and l.size >= {MANY} as is_of_many
        from home.derived.scored_pairs s
        join labelled l on l.record_no = s.record_no_l
        join labelled r on r.record_no = s.record_no_r
        left join home.derived.match_edges e
            on e.record_no_l = s.record_no_l and e.record_no_r = s.record_no_r
        left join (select * from home.derived.customer_diagnostics) d
            on d.golden_id = l.golden_id and l.golden_id = r.golden_id
    ), said as (
        select 'evidence' as of_what, by_evidence as probability, * from scored
        union all select 'identity', by_identity, * from scored
    )
    select of_what,
        {" + ".join(f"(probability >= {edge})::int" for edge in EDGES[1:-1])} as band,
        is_published, is_of_many,
        count(*) as count, sum(probability) as said, sum(is_match::int)::double as so
    from said
    group by all
    order by all
"""
_FOUND = """
    with true_pairs as (
        select
            least(l.representative_no, r.representative_no) as record_no_l,
            greatest(l.representative_no, r.representative_no) as record_no_r
        from labelled l join labelled r on r.entity = l.entity and r.record_no > l.record_no
    )
    select count(*), count(*) filter (where c.record_no_l is not null or t.record_no_l = t.record_no_r)
    from true_pairs t
    left join home.derived.candidate_pairs c
        on c.record_no_l = t.record_no_l and c.record_no_r = t.record_no_r
"""


@dataclass(frozen=True)
class PairReliability:
    """Scored pairs by bands of probability, and expected calibration errors over these bands.

    ``error`` is of all scored pairs by ``match_probability``, nearly all of which are said to be two persons;
    ``published`` of those that consumers see as match edges and ``many`` of those inside customers of ``MANY``
    and more records (None: there are none) by ``identity_probability``; ``published_alone`` and ``many_alone``
    are the same by ``match_probability``. ``recall_said`` is what the model's report estimates that blocking
    finds of all true pairs, ``recall_true`` what it finds (None: there is no true pair). Equal records
    are compared with others once; to blocking they are found.
    """

    bands: tuple[Bin, ...]
    count: int
    error: float
    published_count: int
    published: float | None
    published_alone: float | None
    many_count: int
    many: float | None
    many_alone: float | None
    recall_said: float
    recall_true: float | None


def read_pairs(home: Path) -> PairReliability:
    """Measure the last run of ``home`` by its warehouse; ``FileNotFoundError`` without one or labels."""
    warehouse = home / "warehouse" / "omni.duckdb"
    if not warehouse.is_file():
        raise FileNotFoundError(f"{home} has no warehouse")
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(warehouse)} as home (read_only)")
        connection.execute(_LABELLED, {"labels": str(find_labels(home))})
        bands: pl.DataFrame = connection.sql(_BANDS).pl()
        true_pairs, found = connection.sql(_FOUND).fetchall()[0]
    return measure_pairs(bands, _said_recall(home), found / true_pairs if true_pairs else None)


def measure_pairs(
    bands: pl.DataFrame, recall_said: float, recall_true: float | None
) -> PairReliability:
    """Average the bands' distances from what was so.

    Columns of ``bands``: ``of_what`` (which probability: of ``evidence`` or ``identity``), ``band`` (from ``EDGES``),
    ``is_published``, ``is_of_many``, ``count``, and
    over the pairs of the row the sums ``said`` of probabilities and ``so`` of matches.
    """
    evidence, identity = (
        bands.filter(pl.col("of_what") == name) for name in ("evidence", "identity")
    )
    told = _told(evidence)

    def error(rows: pl.DataFrame, which: str) -> float | None:
        return _error(_told(rows.filter(which)))

    return PairReliability(
        told,
        sum(band.count for band in told),
        _error(told) or 0.0,
        int(identity.filter("is_published")["count"].sum()),
        error(identity, "is_published"),
        error(evidence, "is_published"),
        int(identity.filter("is_of_many")["count"].sum()),
        error(identity, "is_of_many"),
        error(evidence, "is_of_many"),
        recall_said,
        recall_true,
    )


def _told(bands: pl.DataFrame) -> tuple[Bin, ...]:
    sums = bands.group_by("band").agg(pl.col("count", "said", "so").sum()).sort("band")
    return tuple(
        Bin(EDGES[band], EDGES[band + 1], count, said / count, so / count)
        for band, count, said, so in sums.iter_rows()
    )


def _error(bands: tuple[Bin, ...]) -> float | None:
    total = sum(band.count for band in bands)
    return sum(abs(b.said - b.so) * b.count for b in bands) / total if total else None


def _said_recall(home: Path) -> float:
    models = home / "warehouse" / "models"
    pinned = (models / "pinned").read_text(encoding="utf-8").strip()
    report = json.loads((models / pinned / "report.json").read_text(encoding="utf-8"))
    return float(report["blocking"]["recall"])
