"""Deliveries: which files count, by what name and content, and what is wrong with a feed."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.deliveries import find_deliveries, find_feed_files
from omni_identity.channels.feed_checks import check_columns, check_feeds
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
        " landing/b.csv.gz. Name 'name (1)' or 'name (2)', or several of them in a list.",
        "omni.yaml, channels[0].contacts.mapping.email: column 'mail' is not in"
        " landing/b.csv.gz. Did you mean 'email'?",
    ]


def test_what_is_no_header_is_not_quoted(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "4711,Nome,mial@mail.org\n")
    message = problem(configure({}), tmp_path)
    assert "column 'name' is not in landing/a.csv." in message
    assert "Nome" not in message
    assert "Did you mean" not in message


def test_a_file_whose_name_is_no_text_is_set_aside(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "id,name,mail\n")
    name = os.fsencode(tmp_path / "landing") + b"/caf\xe9.csv"
    with open(name, "wb") as file:  # noqa: PTH123
        file.write(b"id,name,mail\n")
    files = find_feed_files(configure({}).channel("web"), "contacts", tmp_path)
    assert [d.path for d in files.deliveries] == ["landing/a.csv"]
    (odd,) = files.set_aside
    assert (odd.path, odd.reason_code) == ("landing/caf\\xe9.csv", "unusable_name")
    assert (odd.detail, odd.advice) == ("its name is not UTF-8", "Rename it.")


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
    assert "column 'mail' is no key in the first objects of landing/a.jsonl" in problem(
        configuration, tmp_path
    )
    put(tmp_path, "b.jsonl", '{"id": 1, "mail": null}')
    check_columns(configuration, tmp_path)


def test_files_that_cannot_be_read_are_a_mistake_only_if_they_are_all_of_their_feed(
    tmp_path: Path,
) -> None:
    put(tmp_path, "a.csv", "")
    put(tmp_path, "b.csv.gz", "not gzip")
    put(tmp_path, "c.parquet", "not parquet")
    put(tmp_path, "d.jsonl", "{broken")
    put(tmp_path, "e.xlsx", "x")
    put(tmp_path, "f.xls", "x")
    lines = problem(configure({}), tmp_path).splitlines()
    assert [line.partition(": ")[2].partition(":")[0] for line in lines] == [
        "landing/a.csv", "landing/b.csv.gz", "landing/c.parquet", "landing/d.jsonl", "landing/e.xlsx",
        "landing/f.xls",
    ]  # fmt: skip
    assert "it cannot be read as a workbook" in lines[-2]
    assert "`format: csv`" in lines[-2]
    assert "it is an Excel workbook of another kind than .xlsx, which is not read" in lines[-1]
    assert lines[-1].endswith("or its sheet as CSV (UTF-8); each is read in a .zip too.")
    check_columns(configure({}), tmp_path, delivered={("web", "contacts")})
    put(tmp_path, "g.csv")
    check_columns(configure({}), tmp_path)


def test_an_odd_file_is_no_mistake_beside_one_that_is_right(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "id,name,email\n")
    put(tmp_path, "b.csv")
    check_columns(configure({}), tmp_path)


def test_what_a_feed_that_has_delivered_lacks_is_no_mistake(tmp_path: Path) -> None:
    put(tmp_path, "new.csv", "id,name,e_mail\n")
    check_columns(configure({}), tmp_path, proven={("web", "contacts")})
    # by another mapping: then it is omni.yaml that names what no file has
    with pytest.raises(ConfigurationError, match="'mail' is not in"):
        check_columns(configure({}), tmp_path, delivered={("web", "contacts")})


def test_old_files_may_lack_a_column_that_a_newer_one_has(tmp_path: Path) -> None:
    put(tmp_path, "old.csv", "id,name\n")
    put(tmp_path, "new.csv", "id,mail\n")
    check_columns(configure({}), tmp_path, delivered={("web", "contacts")})


def test_title_lines_above_the_header_are_no_mistake(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "Guests\n\nof May\nid;name;mail\n1;A;b\n")
    check_columns(configure({}), tmp_path)


@pytest.mark.parametrize(
    "content", ['[{"id": 1, "name": 2, "mail": 3}]', '{\n "id": 1, "name": 2,\n "mail": 3\n}']
)
def test_json_documents_are_read_as_they_are(tmp_path: Path, content: str) -> None:
    put(tmp_path, "Users 0.json", content)
    check_columns(configure({}), tmp_path)


def test_the_list_in_a_json_object_is_named(tmp_path: Path) -> None:
    put(tmp_path, "a.json", '{\n "data": [\n {"id": 1}\n ]\n}\n')
    message = problem(configure({}), tmp_path)
    assert "column 'id' is no key in the first objects of landing/a.json." in message
    assert "It is one JSON object with the list 'data' in it: `rows: data.*` reads that." in message


def links(tmp_path: Path) -> Path:
    """A home with a file, a link within it, links out of it, and a folder elsewhere."""
    home = tmp_path / "home"
    put(home, "web/a.csv")
    outside = put(tmp_path / "elsewhere", "b.csv").parent
    (home / "landing/web/inner.csv").symlink_to(home / "landing/web/a.csv")
    (home / "landing/web/out.csv").symlink_to(outside / "b.csv")
    (home / "landing/web/nowhere.csv").symlink_to(outside / "none.csv")
    (home / "landing/mounted").symlink_to(outside)
    return home


def test_links_that_leave_the_home_are_followed_only_when_allowed(tmp_path: Path) -> None:
    home = links(tmp_path)
    glob = {"files": "landing/**/*.csv"}
    files = find_feed_files(configure(glob).channel("web"), "contacts", home)
    assert [d.path for d in files.deliveries] == ["landing/web/a.csv", "landing/web/inner.csv"]
    assert [(f.path, f.reason_code) for f in files.set_aside] == [
        ("landing/mounted/b.csv", "link_out_of_home"),
        ("landing/web/nowhere.csv", "inaccessible_file"),
        ("landing/web/out.csv", "link_out_of_home"),
    ]
    assert "`follow_links: true`" in files.set_aside[0].advice
    allowed = configure(glob | {"follow_links": True}).channel("web")
    paths = [d.path for d in find_feed_files(allowed, "contacts", home).deliveries]
    assert paths == [
        "landing/mounted/b.csv",
        *(f"landing/web/{n}.csv" for n in ("a", "inner", "out")),
    ]


def test_a_home_and_a_landing_that_are_links_as_a_whole(tmp_path: Path) -> None:
    home = links(tmp_path)
    (home / "landing").rename(tmp_path / "drop")
    (home / "landing").symlink_to(tmp_path / "drop")
    (tmp_path / "linked").symlink_to(home)
    found = find_deliveries(configure({"files": "landing/web/a.csv"}), tmp_path / "linked")
    assert [d.path for d in found] == ["landing/web/a.csv"]
    up = configure({"files": "../elsewhere/landing/*.csv"})
    assert len(find_deliveries(up, home)) == 1


@pytest.mark.parametrize("kind", ["pipe", "socket", "forbidden"])
def test_what_is_no_file_is_set_aside_without_waiting(tmp_path: Path, kind: str) -> None:
    path = put(tmp_path, "a.csv")
    if kind == "forbidden":
        if os.geteuid() == 0:
            pytest.skip("root may read everything")
        path.chmod(0)
    else:
        path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        os.mknod(path, stat.S_IFSOCK | 0o600)  # to bind one, its path has to be short
    (tmp_path / "landing" / "folder.csv").mkdir()
    files = find_feed_files(configure({}).channel("web"), "contacts", tmp_path)
    assert files.deliveries == []
    assert [(f.path, f.reason_code) for f in files.set_aside] == [
        ("landing/a.csv", "inaccessible_file")
    ]
