from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.fetching.object_stores import fetch_objects
from omni_identity.channels.reason_codes import UNREACHABLE_SOURCE
from omni_identity.model import object_stores
from tests.channels.fetching.conftest import ENDPOINT

URL = "s3://crm-exports/nightly/*.csv"


def copies(home: Path) -> dict[str, str]:
    folder = home / "fetched" / "s3" / "crm-exports"
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".objects.json")
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def put(bucket: Any, **objects: str) -> None:
    for name, text in objects.items():
        bucket.put_object(Key=f"nightly/{name}.csv", Body=text.encode())


def test_new_changed_and_deleted_objects_are_followed(bucket: Any, tmp_path: Path) -> None:
    put(bucket, a="1", b="1")
    assert fetch_objects(URL, tmp_path) == {}
    assert copies(tmp_path) == {"nightly/a.csv": "1", "nightly/b.csv": "1"}
    put(bucket, a="2", c="1")
    bucket.delete_objects(Delete={"Objects": [{"Key": "nightly/b.csv"}]})
    assert fetch_objects(URL, tmp_path) == {}
    assert copies(tmp_path) == {"nightly/a.csv": "2", "nightly/c.csv": "1"}


def test_an_object_that_did_not_change_is_not_fetched_again(bucket: Any, tmp_path: Path) -> None:
    put(bucket, a="with an erased person")
    fetch_objects(URL, tmp_path)
    copy = tmp_path / "fetched/s3/crm-exports/nightly/a.csv"
    copy.write_text("without")  # as an erasure does
    fetch_objects(URL, tmp_path)
    assert copy.read_text() == "without"


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("nightly/*.csv", ["nightly/a.csv"]),
        ("nightly/**/*.csv", ["nightly/2026/03/b.csv", "nightly/a.csv"]),
        ("**/*.csv", ["nightly/2026/03/b.csv", "nightly/a.csv", "other.csv"]),
        ("night*/*/0[1-3]/b.csv", ["nightly/2026/03/b.csv"]),
        ("nightly/ä b%20[[]1].csv", ["nightly/ä b%20[1].csv"]),
        ("nightly/A.csv", []),
    ],
)
def test_a_url_matches_keys_as_a_glob_matches_paths(
    bucket: Any, tmp_path: Path, pattern: str, kept: list[str]
) -> None:
    keys = ["nightly/a.csv", "nightly/2026/03/b.csv", "nightly/.hidden.csv", "nightly/c.csv.part"]
    for key in [*keys, "other.csv", "nightly/.d/e.csv", "nightly/folder/"]:
        bucket.put_object(Key=key, Body=b"x")
    if "%20" in pattern:
        bucket.put_object(Key="nightly/ä b%20[1].csv", Body=b"x")
    assert fetch_objects(f"s3://crm-exports/{pattern}", tmp_path) == {}
    assert sorted(copies(tmp_path)) == kept


def test_copies_are_for_the_owner_alone(bucket: Any, tmp_path: Path) -> None:
    put(bucket, a="1")
    fetch_objects(URL, tmp_path)
    for path in [*(tmp_path / "fetched").rglob("*"), tmp_path / "fetched"]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_bucket_that_is_not_there_is_said_and_deletes_nothing(
    bucket: Any, tmp_path: Path
) -> None:
    url = "s3://crm-export/nightly/*.csv"
    kept = tmp_path / "fetched/s3/crm-export/nightly/a.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("1")
    ((place, fault),) = fetch_objects(url, tmp_path).items()
    assert place == url
    assert fault.reason_code == UNREACHABLE_SOURCE
    assert "NoSuchBucket" in fault.detail
    assert "AWS_ACCESS_KEY_ID" in fault.advice
    assert kept.exists()


def test_a_store_that_does_not_answer_is_given_up_in_time(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, a="1")
    fetch_objects(URL, tmp_path)
    monkeypatch.setattr(object_stores, "READ_SECONDS", 1)
    monkeypatch.setattr(object_stores, "RETRY_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        (fault,) = fetch_objects(URL, tmp_path).values()
    assert time.monotonic() - began < 30
    assert fault.reason_code == UNREACHABLE_SOURCE
    assert "127.0.0.1" not in fault.detail + fault.advice
    assert copies(tmp_path) == {"nightly/a.csv": "1"}


def test_a_key_that_is_no_path_is_named_as_the_reason(bucket: Any, tmp_path: Path) -> None:
    put(bucket, a="1")
    bucket.put_object(Key="nightly/../mara.quill@example.com.csv", Body=b"x")
    (fault,) = fetch_objects(URL, tmp_path).values()
    assert "'..'" in fault.detail
    assert "mara" not in fault.detail + fault.advice


def test_objects_that_cannot_be_written_stop_no_other(bucket: Any, tmp_path: Path) -> None:
    long = "x" * 251
    put(bucket, a="1", z="1", **{long: "1"})
    ((place, fault),) = fetch_objects(URL, tmp_path).items()
    assert place == f"s3://crm-exports/nightly/{long}.csv"
    assert "File name too long" in fault.detail
    assert sorted(copies(tmp_path)) == ["nightly/a.csv", "nightly/z.csv"]


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    (fault,) = fetch_objects(URL, tmp_path).values()
    assert 'pip install "omni_identity[cloud]"' in fault.advice
