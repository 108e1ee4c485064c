"""The identity diff against a plain reading of its definitions, on random crosswalks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.identity.identity_changes import list_changes
from omni_identity.identity.identity_diff import (
    IdentityDiff,
    compare_identities,
    drop_overlaps,
    measure_diff,
)

Crosswalk = dict[str, str]
IDS = ("G1", "G2", "G3", "G4", "G5")
CROSSWALKS = st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from(IDS))


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as one:
        yield one


def write(engine: DuckDBEngine, before: Crosswalk, after: Crosswalk) -> None:
    for name, crosswalk in (("before", before), ("after", after)):
        engine.run(
            f'create or replace table "{name}_crosswalk"'
            " (channel VARCHAR, source_record_id VARCHAR, golden_id VARCHAR)"
        )
        if crosswalk:
            rows = [("web", record, golden_id) for record, golden_id in crosswalk.items()]
            names = ["channel", "source_record_id", "golden_id"]
            engine.write(f"{name}_crosswalk", pl.DataFrame(rows, schema=names, orient="row"))


def diff_of(engine: DuckDBEngine, before: Crosswalk, after: Crosswalk) -> IdentityDiff:
    write(engine, before, after)
    return compare_identities(engine, "before_crosswalk", "after_crosswalk")


def groups_of(crosswalk: Crosswalk) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for record, golden_id in crosswalk.items():
        groups[golden_id].add(record)
    return groups


def pairs_of(crosswalk: Crosswalk, among: set[str]) -> set[tuple[str, str]]:
    groups = groups_of({r: g for r, g in crosswalk.items() if r in among})
    return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}


def read_plainly(before: Crosswalk, after: Crosswalk) -> dict[str, int]:
    """The definitions of ``IdentityDiff``, word by word."""
    befores, afters = groups_of(before), groups_of(after)
    both = set(before) & set(after)
    came_to = {b: {after[r] for r in records & both} for b, records in befores.items()}
    came_from = {a: {before[r] for r in records & both} for a, records in afters.items()}
    merged = {b for b, ids in came_to.items() if any(len(came_from[a]) > 1 for a in ids)}
    split = {b for b, ids in came_to.items() if len(ids) > 1}
    gone = {b for b, ids in came_to.items() if not ids}
    plain = set(befores) - merged - split - gone
    same = {b for b in plain if befores[b] == afters[next(iter(came_to[b]))]}
    kept = {b for b in same if came_to[b] == {b}}
    pairs_before, pairs_after = pairs_of(before, both), pairs_of(after, both)
    return {
        "customers_before": len(befores),
        "customers_after": len(afters),
        "records_before": len(before),
        "records_after": len(after),
        "unchanged_count": len(kept),
        "renamed_count": len(same - kept),
        "changed_count": len(plain - same),
        "gone_count": len(gone),
        "created_count": sum(not ids for ids in came_from.values()),
        "merged_count": len(merged),
        "merged_into_count": sum(len(ids) > 1 for ids in came_from.values()),
        "split_count": len(split),
        "split_into_count": len({a for b in split for a in came_to[b]}),
        "moved_record_count": sum(before[r] != after[r] for r in both),
        "kept_pair_count": len(pairs_before & pairs_after),
        "before_pair_count": len(pairs_before),
        "after_pair_count": len(pairs_after),
    }


@given(before=CROSSWALKS, after=CROSSWALKS)
def test_the_counts_are_what_the_definitions_say(
    engine: DuckDBEngine, before: Crosswalk, after: Crosswalk
) -> None:
    assert diff_of(engine, before, after).as_dict() == read_plainly(before, after)


@given(before=CROSSWALKS, after=CROSSWALKS, more=st.sets(st.sampled_from(IDS)))
def test_looking_at_affected_customers_only_counts_the_same(
    engine: DuckDBEngine, before: Crosswalk, after: Crosswalk, more: set[str]
) -> None:
    moved = {r for r in {*before, *after} if before.get(r) != after.get(r)}
    affected = {c[r] for c in (before, after) for r in moved if r in c} | more
    whole = diff_of(engine, before, after)
    engine.run(
        "create or replace table affected as select unnest($ids::varchar[]) as golden_id",
        {"ids": sorted(affected)},
    )
    part = compare_identities(engine, "before_crosswalk", "after_crosswalk", "affected")
    drop_overlaps(engine)
    assert part == whole


def test_shares_and_measures(engine: DuckDBEngine) -> None:
    diff = diff_of(
        engine,
        {"a": "G1", "b": "G2", "c": "G3", "d": "G3", "e": "G4"},
        {"a": "G1", "b": "G1", "c": "G3", "d": "G5", "e": "G4", "f": "G6"},
    )
    assert (diff.merged_share, diff.split_share) == (0.5, 0.25)
    assert (diff.kept_pair_share, diff.known_pair_share) == (0.0, 0.0)
    figures = {m.bucket: (m.counted, m.total) for m in measure_diff(diff)}
    assert figures["merged"] == (2, 4)
    assert figures["created"] == (1, 4)
    assert figures["records moved"] == (2, 5)
    assert IdentityDiff.from_dict(diff.as_dict()) == diff


def test_of_nothing_there_are_no_shares(engine: DuckDBEngine) -> None:
    diff = diff_of(engine, {}, {"a": "G1"})
    assert (diff.created_count, diff.merged_share, diff.split_share) == (1, 0.0, 0.0)
    assert diff.kept_pair_share is None
    assert diff.known_pair_share is None
    assert {m.value for m in measure_diff(diff)} == {None}


def people(**names: tuple[str, str, str, str]) -> pl.DataFrame:
    rows = [
        ("web", record, first, first, last, born, [email], [])
        for record, (first, last, born, email) in names.items()
    ]
    return pl.DataFrame(
        rows,
        schema={
            "channel": pl.String,
            "source_record_id": pl.String,
            "first_name_canonical": pl.String,
            "first_name_key": pl.String,
            "last_name_key": pl.String,
            "birth_date": pl.String,
            "email_key": pl.List(pl.String),
            "phone": pl.List(pl.String),
        },
        orient="row",
    )


@pytest.fixture
def records() -> pl.DataFrame:
    return people(
        a=("anna", "lee", "1990-01-01", "a@x.org"),
        b=("bob", "lee", "1960-05-05", "b@x.org"),
        c=("carla", "mora", "1971-01-01", "c@x.org"),
        d=("carla", "mora", "1971-01-01", "c@x.org"),
        e=("dora", "nagy", "1980-01-01", "d@x.org"),
        f=("dora", "nagy", "1980-01-01", "d@x.org"),
        g=("emil", "orr", "1955-01-01", "e@x.org"),
        h=("frida", "park", "1999-01-01", "f@x.org"),
    )


def test_the_most_surprising_of_equally_large_changes_comes_first(
    engine: DuckDBEngine, records: pl.DataFrame
) -> None:
    before = {
        "a": "G1",
        "b": "G2",
        "c": "G3",
        "d": "G3",
        "e": "G5",
        "f": "G6",
        "g": "G7",
        "h": "G7",
    }
    after = {"a": "G1", "b": "G1", "c": "G3", "d": "G4", "e": "G5", "f": "G5", "g": "G7", "h": "G8"}
    engine.connection.register("people", records)
    diff_of(engine, before, after)
    changes = list_changes(engine, "before_crosswalk", "after_crosswalk", "people", 3)
    # a couple became one, a person became two; two strangers who part surprise nobody
    assert [(c.kind, c.golden_id, c.surprise) for c in changes] == [
        ("split", "G3", 4),
        ("merged", "G1", 2),
        ("merged", "G5", 0),
    ]
    assert changes[1].other_ids == ("G1", "G2")
    assert changes[1].records == ("web:a", "web:b")
    assert changes[0].record_count == 2
