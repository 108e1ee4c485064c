"""Calibration of pairs and blocking's recall, of a small home that was run and of bands made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from benchmarks.reliability.pairs import PairReliability, measure_pairs, read_pairs
from benchmarks.reliability.report_pairs import pair_sections, say_pairs
from omni_identity.identity.confidence import FITTED, pair_probability

LABELS = "channel,source_record_id,entity\nweb,1,ann\nweb,2,ann\nweb,3,bob\nweb,4,bob\nweb,5,ann\n"


def bands(*rows: tuple[int, bool, bool, int, float, float]) -> pl.DataFrame:
    """Bands of ``match_probability``, and the same of ``identity_probability``."""
    names = ("band", "is_published", "is_of_many", "count", "said", "so")
    each = pl.DataFrame({"of_what": ["evidence", "identity"]})
    return each.join(pl.DataFrame(rows, schema=names, orient="row"), how="cross")


def write_home(home: Path) -> Path:
    """A home of five records: three pairs scored, one of them published, two true pairs blocked."""
    model = home / "warehouse" / "models" / "m-1"
    model.mkdir(parents=True)
    (model.parent / "pinned").write_text("m-1\n", encoding="utf-8")
    (model / "report.json").write_text(json.dumps({"blocking": {"recall": 0.9}}), encoding="utf-8")
    (home / "labels.csv").write_text(LABELS, encoding="utf-8")
    with duckdb.connect(str(home / "warehouse" / "omni.duckdb")) as connection:
        connection.execute("""
            create schema derived;
            create table derived.source_records as
                select i as record_no, 'web' as channel, i::varchar as source_record_id
                from range(1, 6) r(i);
            create table derived.crosswalk as
                select channel, source_record_id, 'G' || (record_no > 2)::int as golden_id
                from derived.source_records;
            create table derived.scored_pairs (record_no_l bigint, record_no_r bigint, match_weight double);
            insert into derived.scored_pairs values (1, 2, 3.0), (1, 3, 0.0), (3, 4, -7.0);
            create table derived.match_edges as
                select 1::bigint as record_no_l, 2::bigint as record_no_r, 0.875 as match_probability,
                    0.9375 as identity_probability;
            create table derived.customer_diagnostics as
                select golden_id, 4.0 as chain_weight, 3.0 as cohesion_weight,
                    null::double as nearest_match_weight, 0.5 as size_surplus
                from (values ('G0'), ('G1')) customers(golden_id);
            create table derived.candidate_pairs as
                select record_no_l, record_no_r from derived.scored_pairs;
            create table derived.equal_records as
                select record_no, if(record_no = 5, 2, record_no) as representative_no
                from derived.source_records
        """)
    return home


def test_pairs_of_a_home_are_held_against_its_labels(tmp_path: Path) -> None:
    measured = read_pairs(write_home(tmp_path))
    told = {band.low: (band.count, round(band.said, 3), band.so) for band in measured.bands}
    assert told == {0.8: (1, 0.875, 1.0), 0.5: (1, 0.5, 0.0), 0.0: (1, 0.008, 1.0)}
    assert (measured.published_count, measured.many_count, measured.many) == (1, 0, None)
    assert measured.published == pytest.approx(0.0625)
    assert measured.published_alone == pytest.approx(0.125)
    assert measured.recall_said == 0.9
    assert measured.recall_true == 1, "ann's third record equals her second, so that all are found"


def test_the_error_is_the_distance_averaged_by_pairs() -> None:
    measured = measure_pairs(
        bands((0, False, False, 90, 0.0, 9.0), (12, True, True, 10, 9.6, 6.0)), 0.9, None
    )
    assert measured.error == pytest.approx((90 * 0.1 + 10 * 0.36) / 100)
    assert measured.published == pytest.approx(0.36)
    assert measured.many == pytest.approx(0.36)
    assert (measured.published_alone, measured.many_alone) == (measured.published, measured.many)
    assert measured.recall_true is None


def test_pairs_inside_customers_of_many_are_measured_with_what_the_customer_says(
    tmp_path: Path,
) -> None:
    home = write_home(tmp_path)
    with duckdb.connect(str(home / "warehouse" / "omni.duckdb")) as connection:
        connection.execute(
            "insert into derived.source_records select i, 'web', i::varchar from range(6, 11) r(i);"
            "insert into derived.crosswalk select 'web', i::varchar, 'G1' from range(6, 11) r(i);"
            "insert into derived.equal_records select i, i from range(6, 11) r(i)"
        )
        labels = "".join(f"web,{i},bob\n" for i in range(6, 11))
    (home / "labels.csv").write_text(LABELS + labels, encoding="utf-8")
    measured = read_pairs(home)
    said = pair_probability(-7.0, FITTED.confidence(4.0, 3.0, None, 0.5))
    assert measured.many_count == 1
    assert measured.many == pytest.approx(1 - said), "bob's two records are one person"
    assert measured.many_alone == pytest.approx(1 - 1 / (1 + 2**7))


def test_rows_of_one_band_are_taken_together() -> None:
    parts = bands((5, False, False, 2, 0.7, 0.0), (5, True, False, 2, 0.7, 2.0))
    (band,) = measure_pairs(parts, 1.0, 1.0).bands
    assert (band.count, band.said, band.so) == (4, pytest.approx(0.35), 0.5)


def test_a_home_without_a_warehouse_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="warehouse"):
        read_pairs(tmp_path)


def test_the_page_has_a_line_a_set_and_a_band_in_its_column(tmp_path: Path) -> None:
    measured: dict[str, PairReliability] = {"small": read_pairs(write_home(tmp_path))}
    errors, by_band = pair_sections(measured)
    assert "| small | 3 |" in errors
    assert errors.rstrip().endswith("| 0.900 | 1.000 |")
    header, _, row = (line.split("|") for line in by_band.strip().splitlines()[-3:])
    assert row[header.index(" 0.8 to 0.9 ")] == " 1.00 (1) "
    assert pair_sections({}) == []
    assert "0.900 by its own word, 1.000 in truth" in say_pairs(measured["small"])


def test_blocking_has_not_found_what_is_no_candidate(tmp_path: Path) -> None:
    home = write_home(tmp_path)
    with duckdb.connect(str(home / "warehouse" / "omni.duckdb")) as connection:
        connection.execute("delete from derived.candidate_pairs where record_no_l = 1")
    assert read_pairs(home).recall_true == 2 / 4, "the equal records and bob's pair are found"
