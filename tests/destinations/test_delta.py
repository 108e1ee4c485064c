"""``delta``: in a real object store and in a folder, versions of tables that one table names together."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from pydantic import ValidationError

from omni_identity.destinations import DeliveryFailed, Publication
from omni_identity.destinations.delta import DELIVERIES, Delta, _Place
from omni_identity.destinations.table_files import TableFile
from omni_identity.model import object_stores
from omni_identity.model.modes import private_files
from tests.destinations.publications import CUSTOMERS, NIGHT_OF, night, write_publication
from tests.destinations.readers import reading

S3 = "s3://lake/retail"
OPTIONS = {"allow_http": "true"}


def destination(place: str | Path = S3) -> Delta:
    return Delta.model_validate(
        {"type": "delta", ("url" if isinstance(place, str) else "path"): place}
    )


def table(place: str | Path, name: str, version: int | None = None) -> Any:
    from deltalake import DeltaTable

    return DeltaTable(f"{place}/{name}", version, OPTIONS if isinstance(place, str) else None)


def rows(place: str | Path, name: str, version: int | None = None) -> pa.Table:
    return table(place, name, version).to_pyarrow_table()


def versions(place: str | Path) -> dict[str, int]:
    return {one["table_name"]: one["version"] for one in rows(place, DELIVERIES).to_pylist()}


def test_tables_have_what_the_files_have_with_zones_and_comments(
    lake: Any, two_nights: tuple[Publication, Publication]
) -> None:
    names = ("unified_profiles", "match_edges", "interactions", "runs", "erasures", "kpis")
    for made in two_nights:
        left = {path.stem for path in made.tables} - set(names)
        destination().deliver(Publication(made.run_id, made.home, made.folder, tuple(left)))
    for name, version in versions(S3).items():
        file = TableFile(two_nights[1].folder / "parquet" / f"{name}.parquet")
        found, expected = rows(S3, name, version), parquet.read_table(file.path)
        assert found.num_rows == file.row_count
        key = [(one, "ascending") for one in file.key]
        found, expected = found.sort_by(key), expected.sort_by(key)
        for column in expected.column_names:
            assert found[column].to_pylist() == in_utc(expected[column]), (name, column)
        fields = table(S3, name).schema().fields
        assert {field.name: field.metadata["comment"] for field in fields} == {
            column: file.column_comment(column) for column in file.schema.names
        }
        assert table(S3, name).metadata().description == file.comment
        assert table(S3, name).protocol().min_reader_version == 1, "read by whatever reads Delta"
    assert set(versions(S3)) == set(names)
    amounts = rows(S3, "unified_profiles")["order_amounts"].to_pylist()
    assert [("EUR", Decimal("12.30"))] in amounts


def in_utc(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", "UTC")).to_pylist()
    return column.to_pylist()


def test_a_table_that_did_not_change_has_no_new_version_and_older_files_go(
    lake: Any, tmp_path: Path
) -> None:
    for number in range(3):
        destination().deliver(night(tmp_path, number))
    found = {one["table_name"]: one for one in rows(S3, DELIVERIES).to_pylist()}
    same, other = found["kpi_definitions"], found["crosswalk"]
    assert (same["version"], same["previous_version"]) == (0, 0)
    assert {one["run_id"] for one in found.values()} == {"run-002"}
    assert rows(S3, "crosswalk", other["version"]).num_rows == CUSTOMERS + 2
    assert rows(S3, "crosswalk", other["previous_version"]).num_rows == CUSTOMERS + 1
    with pytest.raises(FileNotFoundError):
        rows(S3, "crosswalk", 0)
    files = [
        one.key
        for one in lake.objects.filter(Prefix="retail/crosswalk/")
        if one.key.endswith(".parquet")
    ]
    assert len(files) == 2


def test_no_log_holds_a_value(lake: Any, tmp_path: Path) -> None:
    destination().deliver(night(tmp_path, 1))
    logs = [one.get()["Body"].read() for one in lake.objects.all() if "/_delta_log/" in one.key]
    assert len(logs) > 5
    assert [log for log in logs if b"@mail.org" in log] == []


@pytest.mark.parametrize(("kind", "nights"), [("folder", 10), ("store", 3)])
def test_whoever_reads_meanwhile_sees_one_night_whole(
    lake: Any, tmp_path: Path, kind: str, nights: int
) -> None:
    """Who reads each table at the version that is named sees one publication."""
    place = S3 if kind == "store" else tmp_path / "lake"
    destination(place).deliver(night(tmp_path / "home", 0))
    seen: list[set[tuple[str, int]]] = []

    def read() -> None:
        found, whole = versions(place), set()
        for name, column in NIGHT_OF.items():
            one = rows(place, name, found[name])[column]
            whole |= {(str(value), len(one)) for value in one.unique().to_pylist()}
        seen.append(whole)

    with reading(read) as wait:
        for number in range(1, nights + 1):
            destination(place).deliver(night(tmp_path / "home", number))
            wait()
    assert all(len(whole) == 1 for whole in seen), seen
    assert seen[-1] == {(f"run-{nights:03}", CUSTOMERS + nights)}
    assert len({run_id for whole in seen for run_id, _ in whole}) >= nights


def test_one_that_breaks_off_leaves_what_was_there_and_the_next_makes_it_good(
    lake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    destination().deliver(night(tmp_path, 1))
    second = night(tmp_path, 2)
    overwrite = _Place.overwrite
    with monkeypatch.context() as patch:

        def break_off(self: _Place, table: str, *arguments: Any) -> int:
            if table == "runs":
                raise OSError("Generic S3 error: anna@mail.org")
            return overwrite(self, table, *arguments)

        patch.setattr(_Place, "overwrite", break_off)
        with pytest.raises(
            DeliveryFailed, match=r"s3://lake/retail does not take it \(OSError\)"
        ) as caught:
            destination().deliver(second)
    assert "anna" not in str(caught.value)
    for name, column in NIGHT_OF.items():
        assert set(rows(S3, name, versions(S3)[name])[column].to_pylist()) == {"run-001"}
    destination().deliver(second)
    for name, column in NIGHT_OF.items():
        assert set(rows(S3, name, versions(S3)[name])[column].to_pylist()) == {"run-002"}
        assert set(rows(S3, name)[column].to_pylist()) == {"run-002"}


def test_a_folder_does_too_as_readable_as_what_is_published(tmp_path: Path) -> None:
    place = tmp_path / "srv" / "lake"
    for number in range(2):
        made = night(tmp_path / "home", number)
        made.folder.chmod(0o750)
        with private_files():
            destination(place).deliver(made)
    assert rows(place, "crosswalk", versions(place)["crosswalk"]).num_rows == CUSTOMERS + 1
    for path in place.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o750 if path.is_dir() else 0o640), path
    with pytest.raises(DeliveryFailed, match="inside the home"):
        destination(tmp_path / "home" / "lake").deliver(made)


def test_columns_may_come_go_and_change_and_a_table_that_is_published_no_more_is_empty(
    tmp_path: Path,
) -> None:
    place = tmp_path / "lake"
    row = "select 'web' as channel, 'r1' as source_record_id"
    for run_id, name, query in (
        ("one", "crosswalk", f"{row}, 'a' as strict_id"),
        ("two", "crosswalk", f"{row}, 2 as match_probability"),
        ("three", "households", "select 'H1' as household_id"),
        ("four", "households", "select 'H2' as household_id"),
    ):
        destination(place).deliver(write_publication(tmp_path / "home", run_id, {name: query}))
        if run_id == "two":
            (found,) = rows(place, "crosswalk").to_pylist()
            assert found == {"channel": "web", "source_record_id": "r1", "match_probability": 2}
    assert rows(place, "crosswalk").num_rows == 0
    assert table(place, "crosswalk").schema().fields[2].name == "match_probability"
    assert list((place / "crosswalk").glob("*.parquet")) == [
        path
        for path in (place / "crosswalk").glob("*.parquet")
        if parquet.read_metadata(path).num_rows == 0
    ], "what it held is gone with the publication after the next"


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    from deltalake import write_deltalake

    place = tmp_path / "lake"
    write_deltalake(place / "crosswalk", pa.table({"mine": ["precious"]}))
    with pytest.raises(DeliveryFailed, match="has a table crosswalk that is not ours"):
        destination(place).deliver(night(tmp_path / "home", 1))
    assert rows(place, "crosswalk").to_pylist() == [{"mine": "precious"}]


def test_a_bucket_that_is_not_there_or_a_store_that_is_silent_is_said(
    lake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = night(tmp_path, 1)
    monkeypatch.setattr(object_stores, "RETRY_SECONDS", 1)
    monkeypatch.setattr(object_stores, "MOST_RETRIES", 1)
    with pytest.raises(DeliveryFailed, match="s3://lakes/x does not take it") as caught:
        destination("s3://lakes/x").deliver(made)
    assert "AWS_ACCESS_KEY_ID" in str(caught.value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(DeliveryFailed, match="does not take it"):
        destination().deliver(made)


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "deltalake.exceptions", None)
    with pytest.raises(DeliveryFailed, match=r'pip install "omni_identity\[delta\]"'):
        destination().deliver(night(tmp_path, 1))


def test_it_has_one_place(tmp_path: Path) -> None:
    for keys in ({}, {"path": tmp_path, "url": S3}):
        with pytest.raises(ValidationError, match="needs either path or url"):
            Delta.model_validate({"type": "delta"} | keys)
