"""The two engines give the same result for one standardising step and one SQL step."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from omni_identity.channels.quotations import Quotations
from omni_identity.channels.suppression import RECORD, Suppression, keyed_hash
from omni_identity.engines import Engine
from omni_identity.erasure.quoting_rows import (
    LANDED,
    find_quotations,
    mark_landed_texts,
    marked_query,
)
from omni_identity.erasure.rows import find_erased_records
from omni_identity.identity.confidence import FITTED, pair_probability
from omni_identity.linkage import training_pairs
from omni_identity.linkage.name_frequencies import estimate_name_frequencies
from omni_identity.linkage.scoring import score_pairs
from omni_identity.linkage.term_frequencies import count_term_frequencies
from omni_identity.linkage.vectors import keep_in, term_frequency_columns
from omni_identity.model.attributes import Vocabulary
from omni_identity.profile.unified_profiles import build_crosswalk
from omni_identity.standardise import Rules, standardise_contacts, standardised_columns
from tests.linkage.frames import create_linkage_records
from tests.linkage.test_scoring import COMPARISONS, a_model

VOCABULARY = Vocabulary(consents=("email",))


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.getfixturevalue(request.param)
    return chosen


def raw_contacts() -> pl.DataFrame:
    people = [
        (
            "Dr. José",
            "O'Neill-García",
            "jose.oneill+shop@gmail.com",
            "(212) 555-2368",
            "03/04/1985",
        ),
        ("MARY ANN", "van der Berg", "N/A", "+44 20 7946 0958", "1900-01-01"),
        ("Иван", "Петров", "ivan@mail.ru", None, "31.12.1999"),
        (None, None, "foo@", "0000000000", None),
    ] * 40
    columns: dict[str, Any] = {
        "row_number": list(range(1, len(people) + 1)),
        "source_record_id": [f"r{i}" for i in range(len(people))],
        "first_name": [p[0] for p in people],
        "last_name": [p[1] for p in people],
        "email": [[p[2]] for p in people],
        "phone": [None if p[3] is None else [p[3]] for p in people],
        "birth_date": [p[4] for p in people],
    }
    lists = dict.fromkeys(VOCABULARY.identifiers, pl.List(pl.String))
    texts = dict.fromkeys(VOCABULARY.raw_single, pl.String)
    frame = pl.DataFrame(columns, schema_overrides={"email": pl.List(pl.String)})
    missing = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in (texts | lists).items()
        if name not in columns
    ]
    return frame.with_columns(missing)


SQL_TYPES = {"String": "VARCHAR", "Date": "DATE", "Boolean": "BOOLEAN"}


def create(engine: Engine, table: str, frame: pl.DataFrame) -> None:
    """Make an empty table of the frame's columns, in either dialect."""

    def sql_type(dtype: pl.DataType) -> str:
        if isinstance(dtype, pl.List):
            return f"{sql_type(dtype.inner)}[]"  # type: ignore[arg-type]
        if isinstance(dtype, pl.Datetime):
            return "TIMESTAMP"
        return SQL_TYPES.get(str(dtype), "DOUBLE" if dtype.is_float() else "BIGINT")

    columns = ", ".join(f'cast(null as {sql_type(t)}) as "{n}"' for n, t in frame.schema.items())
    engine.run(f"create schema if not exists {table.partition('.')[0]}")
    engine.run(f"create or replace table {table} as select * from (select {columns}) where false")


def test_standardising_a_table_gives_what_the_plain_function_gives(engine: Engine) -> None:
    raw = raw_contacts()
    rules = Rules(vocabulary=VOCABULARY, country="US", date_order="mdy")
    expected = standardise_contacts(raw, rules)
    assert set(standardised_columns(VOCABULARY)) <= set(expected.columns)
    create(engine, "landed.raw_contacts", raw)
    create(engine, "landed.standardised", expected)
    engine.write("landed.raw_contacts", raw)

    rows = engine.map_batches(
        "select * from landed.raw_contacts where row_number > $least",
        lambda frame: standardise_contacts(frame, rules),
        "landed.standardised",
        {"least": 10},
    )

    found = engine.fetch("select * from landed.standardised order by row_number")
    wanted = expected.filter(pl.col("row_number") > 10).sort("row_number")
    assert rows == wanted.height == 150
    assert found.select(wanted.columns).to_dicts() == wanted.to_dicts()


def test_the_crosswalk_is_the_same_on_both_engines(engine: Engine) -> None:
    customers = pl.DataFrame(
        {
            "record_no": [1, 2, 3, 4],
            "channel": ["web", "app", "web", "till"],
            "source_record_id": ["w1", "a1", "w2", "t1"],
            "golden_id": ["G1", "G1", "G1", "G4"],
        }
    )
    scored = pl.DataFrame(
        {"record_no_l": [1, 2, 3], "record_no_r": [2, 3, 4], "match_weight": [3.0, -1.0, 9.0]}
    )
    sure = {
        "chain_weight": 4.0,
        "cohesion_weight": 3.0,
        "nearest_match_weight": None,
        "size_surplus": 0.5,
    }
    diagnostics = pl.DataFrame(
        {"golden_id": "G1", **sure},
        schema={"golden_id": pl.String, **dict.fromkeys(sure, pl.Float64)},
    )
    confidence = FITTED.confidence(4.0, 3.0, None, 0.5)
    nested = customers.select("record_no", strict_id="golden_id", loose_id=pl.lit("L1"))
    for table, frame in (
        ("derived.nested_ids", nested),
        ("derived.customer_diagnostics", diagnostics),
        ("derived.affected_customers", customers),
        ("derived.scored_pairs", scored),
        ("changed.customers", customers.select("golden_id").unique()),
    ):
        create(engine, table, frame)
        engine.write(table, frame)

    build_crosswalk(engine)

    found = engine.fetch("select * from derived.crosswalk order by channel, source_record_id")
    ids = ["channel", "source_record_id", "golden_id"]
    assert found.columns == [*ids, "match_probability", "strict_id", "loose_id"]
    assert (found["strict_id"] == found["golden_id"]).all()
    probabilities = dict(zip(found["source_record_id"], found["match_probability"], strict=True))
    assert probabilities == {
        "a1": pytest.approx(pair_probability(3.0, confidence), abs=1e-9),
        "w1": pytest.approx(pair_probability(3.0, confidence), abs=1e-9),
        "w2": pytest.approx(pair_probability(-1.0, confidence), abs=1e-9),
        "t1": None,
    }


def test_erased_records_are_found_where_the_rows_are(engine: Engine) -> None:
    key = b"k" * 32
    erased = keyed_hash(key, RECORD, "web", "7")
    suppression = Suppression(key, {RECORD: frozenset([erased])}, lambda rows, _: rows)
    records = pl.DataFrame(
        {
            "channel": ["web", "web", "app", "web", None],
            "source_record_id": ["7", "8", "7", None, "7"],
        }
    )
    create(engine, "landed.named", records)
    engine.write("landed.named", records)
    find_erased_records(engine, suppression, "from landed.named", "erased_ones")
    found = engine.fetch("select channel, source_record_id, hash from erased_ones")
    assert found.rows() == [("web", "7", erased)]


def test_quotations_are_found_and_marked_where_the_rows_are(engine: Engine) -> None:
    key = b"k" * 32
    known = {"email": frozenset([keyed_hash(key, "email", "anna@mail.org")])}
    suppression = Suppression(
        key,
        known,
        lambda r, _: r.with_columns(pl.col("email").list.eval(pl.element().str.to_lowercase())),
    )
    rows = pl.DataFrame(
        {
            "file_no": [1, 1, 2, 3],
            "row_number": [1, 2, 1, 1],
            "street": ["1 Elm c/o anna@mail.org", "2 Elm", None, "1 Elm c/o anna@mail.org"],
            "city": ["X", "hanna@mail.org", "Y", None],
            "phone": [["1", "Anna@mail.org"], None, ["2"], ["Anna@mail.org"]],
        }
    )
    for table in ("contacts", "standardised_contacts"):
        create(engine, f"landed.{table}", rows)
        engine.write(f"landed.{table}", rows)
    places = [("landed.contacts", "street"), ("landed.contacts", "city")]
    places.append(("landed.contacts", "phone"))
    quoting = find_quotations(engine, Quotations(suppression), places, LANDED, ["phone"])
    assert set(quoting) == {places[0], places[2]}
    mark_landed_texts(engine, quoting, ["phone"])
    found = engine.fetch("select street, phone from landed.contacts order by file_no, row_number")
    cells = [None if cells is None else sorted(cells) for cells in found["phone"].to_list()]
    assert cells == [["1", "[erased]"], None, ["2"], ["[erased]"]]
    assert found["street"].to_list() == ["1 Elm c/o [erased]", "2 Elm", None, "1 Elm c/o [erased]"]
    left = engine.fetch("select file_no from landed.standardised_contacts")
    assert left["file_no"].to_list() == [2], "to be standardised anew"
    published = marked_query(
        LANDED,
        "landed.contacts",
        ["row_number", "street"],
        "select * from landed.standardised_contacts",
        quoting,
    )
    engine.write("landed.standardised_contacts", rows)
    assert (
        engine.fetch(f"select street from ({published}) p where street like '%erased%'").height == 2
    )


def test_strangers_are_drawn_from_all_pairs(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_pairs, "MOST_SAMPLE", 1000)
    records = pl.DataFrame({"record_no": list(range(11, 211))})
    create(engine, "derived.linkage_records", records)
    engine.write("derived.linkage_records", records)
    training_pairs.sample_pairs(engine, seed=3)
    drawn = engine.fetch("select record_no_l, record_no_r from derived.sample_pairs")
    assert 900 < drawn.height <= 1000
    assert drawn.filter(pl.col("record_no_l") >= pl.col("record_no_r")).is_empty()
    assert drawn["record_no_l"].n_unique() > 150
    assert drawn.min().row(0) >= (11, 12)
    assert drawn.max().row(0) <= (209, 210)


def test_both_engines_draw_the_same_samples(
    duckdb: Engine, spark: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_pairs, "MOST_SAMPLE", 500)
    monkeypatch.setattr(training_pairs, "TRAINING_PAIRS", 300)
    records = pl.DataFrame({"record_no": list(range(11, 211))})
    pairs = pl.DataFrame({"record_no_l": range(1, 2001), "record_no_r": range(5001, 7001)})
    drawn = []
    for engine in (duckdb, spark):
        create(engine, "derived.linkage_records", records)
        engine.write("derived.linkage_records", records)
        create(engine, "derived.candidate_pairs", pairs)
        engine.write("derived.candidate_pairs", pairs)
        training_pairs.sample_pairs(engine, seed=3)
        assert training_pairs.draw_training_pairs(
            engine, 3, "derived.candidate_pairs", pairs.height
        )
        for table in ("derived.sample_pairs", "derived.training_pairs"):
            query = f"select record_no_l, record_no_r from {table} order by all"
            drawn.append(engine.fetch(query).rows())
    strangers, found, *on_spark = drawn
    assert on_spark == [strangers, found]
    assert 450 < len(strangers) <= 500
    assert 240 < len(found) < 360


def test_both_engines_find_names_as_common_from_the_same_sample(
    duckdb: Engine, spark: Engine
) -> None:
    numbers = range(1, 601)
    records = pl.DataFrame(
        {
            "record_no": numbers,
            "first": [f"f{n * n % 29}" for n in numbers],
            "last": [f"l{n * n * n % 97}" for n in numbers],
        }
    ).with_columns(names=pl.col("first") + "|" + pl.col("last"))
    found = []
    for engine in (duckdb, spark):
        create(engine, "derived.linkage_records", records)
        engine.write("derived.linkage_records", records)
        estimate_name_frequencies(engine, seed=3, most=200)
        found.append(engine.fetch("select * from derived.tf_names order by names"))
    assert found[0].height == records["names"].n_unique() > 300
    assert found[1].equals(found[0])


def test_both_engines_score_pairs_alike(duckdb: Engine, spark: Engine) -> None:
    names = ("ann", "anne", "bert", "berta", "zoë")
    numbers = range(1, 41)
    people = [
        {
            "first": names[n % 5],
            "last": f"lee{'e' * (n % 3)}",
            "email": [f"{names[n % 5]}{n % 7}@example.com"],
        }
        for n in numbers
    ]
    create_linkage_records(duckdb, people)  # type: ignore[arg-type]
    records = duckdb.fetch("select * from derived.linkage_records")
    pairs = pl.DataFrame(
        [{"record_no_l": a, "record_no_r": b} for a in numbers for b in numbers if a < b]
    )
    scored = []
    for engine in (duckdb, spark):
        create(engine, "derived.linkage_records", records)
        create(engine, "derived.candidate_pairs", pairs)
        engine.write("derived.linkage_records", records)
        engine.write("derived.candidate_pairs", pairs)
        for column in term_frequency_columns(COMPARISONS):
            count_term_frequencies(engine, column)
        score_pairs(engine, a_model(), "derived.candidate_pairs", keep_in(engine, "derived.scored"))
        scored.append(
            engine.fetch("select * from derived.scored order by record_no_l, record_no_r")
        )
    assert scored[0].height == len(numbers) * (len(numbers) - 1) // 2
    for column in scored[0].columns:
        here, there = (frame[column].cast(pl.Float64).to_list() for frame in scored)
        exact = column.startswith(("record_no_", "level_"))
        assert here == (there if exact else pytest.approx(there, abs=1e-12)), column
    assert scored[0]["level_last_name"].n_unique() > 1
    assert scored[0]["rarity_last_name"].n_unique() > 2
