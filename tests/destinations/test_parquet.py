"""``parquet``: in a real object store, a pointer leads to the files of one publication, all of which are there."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError

from omni_identity.destinations import DeliveryFailed, Publication
from omni_identity.destinations.parquet import Parquet
from omni_identity.model import object_stores
from tests.destinations.publications import CUSTOMERS, NIGHT_OF, night
from tests.destinations.readers import reading


def destination(url: str = "s3://lake/retail/customers") -> Parquet:
    return Parquet.model_validate({"type": "parquet", "url": url})


def pointer(lake: Any) -> dict[str, Any]:
    body = lake.Object("retail/customers/current.json").get()["Body"].read()
    found: dict[str, Any] = json.loads(body)
    return found


def content(lake: Any, path: str) -> bytes:
    body: bytes = lake.Object(f"retail/customers/{path}").get()["Body"].read()
    return body


def keys(lake: Any) -> set[str]:
    return {one.key.removeprefix("retail/customers/") for one in lake.objects.all()}


def test_the_pointer_leads_to_the_files_themselves(
    lake: Any, two_nights: tuple[Publication, Publication]
) -> None:
    destination().deliver(two_nights[0])
    found = pointer(lake)
    assert found["run_id"] == "run-001"
    assert {one["name"] for one in found["tables"]} == {path.stem for path in two_nights[0].tables}
    for one in found["tables"]:
        body = content(lake, one["path"])
        file = two_nights[0].folder / "parquet" / f"{one['name']}.parquet"
        assert body == file.read_bytes()
        assert one["bytes"] == len(body)
        assert one["sha256"] == hashlib.sha256(body).hexdigest()
        assert one["rows"] == duckdb.sql(f"select count(*) from '{file}'").fetchall()[0][0]


def test_the_files_before_stay_for_their_readers_and_older_ones_go(
    lake: Any, tmp_path: Path
) -> None:
    folders = []
    for number in range(3):
        destination().deliver(night(tmp_path, number))
        folders.append(pointer(lake)["folder"])
    there = {"/".join(key.split("/")[:2]) for key in keys(lake)} - {"current.json"}
    assert there == set(folders[1:])
    destination().deliver(Publication("run-002", tmp_path, tmp_path / "published/versions/run-002"))
    assert pointer(lake)["folder"] == folders[2], "the same again is the same"


def test_whoever_reads_meanwhile_sees_one_night_whole(lake: Any, tmp_path: Path) -> None:
    destination().deliver(night(tmp_path, 0))
    seen: list[set[tuple[str, int]]] = []

    def read() -> None:
        found, nights = pointer(lake), set()
        paths = {one["name"]: one["path"] for one in found["tables"]}
        for name, column in NIGHT_OF.items():
            file = tmp_path / "read.parquet"
            file.write_bytes(content(lake, paths[name]))
            with duckdb.connect() as connection:
                rows = connection.sql(f"select {column}, count(*) from '{file}' group by 1")
                nights |= set(rows.fetchall())
        assert {run_id for run_id, _ in nights} == {found["run_id"]}
        seen.append(nights)

    with reading(read) as wait:
        for number in range(1, 11):
            destination().deliver(night(tmp_path, number))
            wait()
    assert all(len(nights) == 1 for nights in seen), seen
    assert seen[-1] == {("run-010", CUSTOMERS + 10)}
    assert len({run_id for nights in seen for run_id, _ in nights}) >= 10


def test_an_upload_that_breaks_off_leaves_what_was_there_and_the_next_makes_it_good(
    lake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import obstore

    destination().deliver(night(tmp_path, 1))
    before, second = pointer(lake), night(tmp_path, 2)
    put = obstore.put
    with monkeypatch.context() as patch:

        def break_off(store: Any, path: str, file: Any) -> Any:
            if "runs.parquet" in path:
                raise ConnectionResetError(104, "Connection reset by peer")
            return put(store, path, file)

        patch.setattr(obstore, "put", break_off)
        with pytest.raises(DeliveryFailed, match="does not take it"):
            destination().deliver(second)
    assert pointer(lake) == before
    assert all(content(lake, one["path"]) for one in before["tables"])
    destination().deliver(second)
    assert pointer(lake)["run_id"] == "run-002"
    assert {one["path"] for one in pointer(lake)["tables"]} <= keys(lake)


def test_an_erasure_of_the_same_run_has_a_folder_of_its_own(lake: Any, tmp_path: Path) -> None:
    destination().deliver(night(tmp_path / "before", 1))
    first = pointer(lake)["folder"]
    other = night(tmp_path / "after", 2)
    destination().deliver(Publication("run-001", other.home, other.folder))
    assert pointer(lake)["run_id"] == "run-001"
    assert pointer(lake)["folder"] != first


def test_a_bucket_that_is_not_there_or_a_store_that_is_silent_is_said(
    lake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = night(tmp_path, 1)
    with pytest.raises(
        DeliveryFailed, match=r"s3://lakes/x does not take it \(.*NoSuchBucket\)"
    ) as caught:
        destination("s3://lakes/x").deliver(made)
    assert "AWS_ACCESS_KEY_ID" in str(caught.value)
    monkeypatch.setattr(object_stores, "RETRY_SECONDS", 1)
    monkeypatch.setattr(object_stores, "MOST_RETRIES", 1)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(DeliveryFailed, match="does not take it"):
        destination().deliver(made)


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.exceptions", None)
    with pytest.raises(DeliveryFailed, match=r'pip install "omni_identity\[cloud\]"'):
        destination().deliver(night(tmp_path, 1))


@pytest.mark.parametrize(
    "url", ["/lake", "https://a.blob.core.windows.net/b?sig=hidden", "s3://", "s3://a/b?sig=hidden"]
)
def test_what_is_no_url_of_a_store_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(
        ValidationError, match="must be the URL of a place in an object store"
    ) as caught:
        destination(url)
    assert "hidden" not in caught.value.errors()[0]["msg"]
