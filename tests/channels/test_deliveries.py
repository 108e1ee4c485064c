"""Deliveries: which files count, by what name and content, and what is wrong with a feed."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.deliveries import check_columns, check_feeds, find_deliveries
from omni_identity.model.errors import ConfigurationError

from .conftest import configure


def put(home: Path, name: str, content: bytes | str = "id,name,mail\n") -> Path:
    path = home / "landing" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_deliveries_are_sorted_and_known_by_content(tmp_path: Path) -> None:
    put(tmp_path, "b.csv", "two")
    put(tmp_path, "deep/er/a.csv", "one")
    found = find_deliveries(configure({"files": "landing/**/*.csv"}), tmp_path)
    assert [d.path for d in found] == ["landing/b.csv", "landing/deep/er/a.csv"]
    assert found[0].content_hash == hashlib.sha256(b"two").hexdigest()
    assert (found[0].channel, found[0].feed) == ("web", "contacts")
    assert found[0].absolute.read_text() == "two"


@pytest.mark.parametrize("name", [".a.csv", "a.csv.tmp", "a.csv.part", "a.csv~", "a.CSV.PART"])
def test_unfinished_and_hidden_files_are_passed_over(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert find_deliveries(configure({"files": "landing/*"}), tmp_path) == []


def test_an_absolute_glob_outside_the_home(tmp_path: Path) -> None:
    outside = put(tmp_path / "elsewhere", "a.csv")
    home = tmp_path / "home"
    home.mkdir()
    (found,) = find_deliveries(configure({"files": f"{outside.parent}/*.csv"}), home)
    assert found.path == outside.as_posix()


def problem(configuration: Any, home: Path, landed: set[tuple[str, str]] | None = None) -> str:
    def check() -> None:
        check_feeds(configuration, home, landed or set())
        check_columns(configuration, home)

    with pytest.raises(ConfigurationError) as caught:
        check()
    return str(caught.value)


@pytest.mark.parametrize(
    ("glob", "hint"),
    [
        ("landing/web/contcts/*.csv", "there is no 'contcts'. Did you mean 'contacts'?"),
        ("lnding/web/*.csv", "In the home there is no 'lnding'. Did you mean 'landing'?"),
        ("landing/web/contacts/*.jsonl", "In 'landing/web/contacts' there is 'a.csv'."),
        ("/no/such/*.csv", "'/no/such/*.csv' matches no file."),
    ],
)  # fmt: skip
def test_a_glob_that_never_matched(tmp_path: Path, glob: str, hint: str) -> None:
    put(tmp_path, "web/contacts/a.csv")
    message = problem(configure({"files": glob}), tmp_path)
    assert message.startswith("omni.yaml, channels[0].contacts.files: '")
    assert hint in message


def test_a_missing_delivery_of_a_feed_that_once_landed_is_normal(tmp_path: Path) -> None:
    check_feeds(configure({"files": "landing/*.csv"}), tmp_path, {("web", "contacts")})
    assert "contacts.files" in problem(
        configure({"files": "landing/*.csv"}), tmp_path, {("web", "interactions")}
    )


def test_a_column_that_a_header_lacks(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "id,nme,mail\n")
    put(tmp_path, "b.csv.gz", gzip.compress(b"id,name,name,email\n"))
    assert problem(configure({}), tmp_path).splitlines() == [
        "omni.yaml, channels[0].contacts.mapping.first_name: column 'name' is not in"
        " landing/a.csv. Did you mean 'nme'?",
        "omni.yaml, channels[0].contacts.mapping.first_name: column 'name' is 2 times in"
        " landing/b.csv.gz",
        "omni.yaml, channels[0].contacts.mapping.email: column 'mail' is not in"
        " landing/b.csv.gz. Did you mean 'email'?",
    ]


def test_what_is_no_header_is_not_quoted(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "4711,Nome,mial@mail.org\n")
    message = problem(configure({}), tmp_path)
    assert "column 'name' is not in landing/a.csv." in message
    assert "Nome" not in message
    assert "Did you mean" not in message


def test_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "id,name,mail\n")
    name = os.fsencode(tmp_path / "landing") + b"/caf\xe9.csv"
    with open(name, "wb") as file:  # noqa: PTH123
        file.write(b"id,name,mail\n")
    message = problem(configure({}), tmp_path)
    assert "caf\\xe9.csv: the name of this file is not UTF-8. Rename it" in message


def test_a_column_that_a_parquet_schema_lacks(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": [1], "who": [{"name": "A"}], "mails": ["b"]})
    put(tmp_path, "a.parquet").unlink()
    frame.write_parquet(tmp_path / "landing" / "a.parquet")
    mapping = {"first_name": "who.name", "email": "mail"}
    message = problem(configure({"mapping": mapping}), tmp_path)
    assert message.endswith("column 'mail' is not in landing/a.parquet. Did you mean 'mails'?")
    assert "who.name" not in message


def test_a_json_key_is_missing_only_if_no_file_of_the_feed_shows_it(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", '{"id": 1, "who": {"name": "A"}}\nbroken\n')
    mapping = {"first_name": "who.name", "email": "mail"}
    configuration = configure({"mapping": mapping})
    assert "column 'mail' is no key in the first lines of landing/a.jsonl" in problem(
        configuration, tmp_path
    )
    put(tmp_path, "b.jsonl", '{"id": 1, "mail": null}')
    check_columns(configuration, tmp_path)


def test_files_that_tell_no_columns_are_no_configuration_mistake(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "")
    put(tmp_path, "b.csv.gz", "not gzip")
    put(tmp_path, "c.parquet", "not parquet")
    put(tmp_path, "d.jsonl", "{broken")
    put(tmp_path, "e.pdf", "x")
    check_columns(configure({}), tmp_path)


def test_files_that_were_checked_when_they_landed_are_not_opened_again(tmp_path: Path) -> None:
    put(tmp_path, "old.jsonl", "not even JSON")
    put(tmp_path, "new.jsonl", '{"id": 1}')
    configuration = configure({"mapping": {"first_name": "name", "email": "mail"}})
    assert "column 'mail' is no key" in problem(configuration, tmp_path)

    def is_checked(channel: Any, feed: str, path: Path) -> bool:
        return (channel.name, feed, path.name) == ("web", "contacts", "old.jsonl")

    # whatever was named then was shown then
    check_columns(configuration, tmp_path, (), is_checked)
    put(tmp_path, "new.csv", "id,name\n")
    with pytest.raises(ConfigurationError, match=r"'mail' is not in landing/new\.csv"):
        check_columns(configuration, tmp_path, (), is_checked)
