"""``omni export``: whom a term means, where it is written, what is printed, and that all of the person is in it."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.cli.conftest import Omni

WHO = ("--by", "privacy office", "--reason", "request 7")
TEN = 10


def ask(home: Path, sql: str) -> list[Any]:
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:
        return published.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("web:1",), "needs TERM"),
        (("web:1", "--by", "a", "--reason", " "), "needs TERM"),
        (("nobody@nowhere.org", *WHO), "Nobody found"),
        (("web:nosuch", *WHO), "Nobody found"),
        (("G9999999999", *WHO), "Nobody found"),
    ],
)
def test_what_is_missing_is_said_and_nothing_written(
    omni: Omni, demo_home: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ended = omni("export", *arguments, "--out", tmp_path / "out", "--home", demo_home)
    assert ended.exit_code == 2
    assert said in ended.err
    assert list(tmp_path.iterdir()) == []


def test_it_goes_into_no_home_and_into_no_folder_with_something_in_it(
    omni: Omni, own_demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden_id = ask(own_demo_home, "select min(golden_id) from unified_profiles")[0][0]
    monkeypatch.chdir(own_demo_home)
    for folder in ((), ("--out", own_demo_home / "published" / "x"), ("--out", own_demo_home)):
        ended = omni("export", golden_id, *WHO, *folder, "--home", own_demo_home)
        assert ended.exit_code == 2
        assert "inside the home" in ended.err
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    ended = omni("export", golden_id, *WHO, "--out", tmp_path / "full", "--home", own_demo_home)
    assert ended.exit_code == 2
    assert "not empty" in ended.err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_it_is_for_its_owner_alone_and_prints_nothing_of_the_person(
    omni: Omni, demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, email = ask(
        demo_home,
        "select last_name, email[1] from unified_profiles p where len(email) > 0 and (select count(*)"
        " from unified_profiles o where list_has_any(o.email, p.email)) = 1 order by golden_id limit 1",
    )[0]
    monkeypatch.chdir(tmp_path)
    ended = omni("export", email, *WHO, "--home", demo_home)
    assert ended.exit_code == 0, ended.err
    (folder,) = (tmp_path / "exports").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["person.html", "person.json"]
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, *sorted(folder.iterdir()))]
    assert modes == [0o700, 0o600, 0o600]
    assert name not in ended.out + ended.err
    assert email not in ended.out + ended.err
    assert "records" in ended.out
    assert name in (folder / "person.html").read_text(encoding="utf-8")


def test_several_customers_are_not_listed_and_none_is_exported(
    omni: Omni, demo_home: Path, tmp_path: Path
) -> None:
    shared = ask(
        demo_home,
        "select value from (select unnest(phone) as value from unified_profiles)"
        " group by value having count(*) > 1 order by 1 limit 1",
    )
    if not shared:
        pytest.skip("this demo has no shared number")
    ended = omni("export", shared[0][0], *WHO, "--out", tmp_path / "out", "--home", demo_home)
    assert ended.exit_code == 2
    assert "Several customers" in ended.err
    assert ended.out == ""
    assert not (tmp_path / "out").exists()


def test_ten_persons_are_exported_as_a_search_of_every_byte_finds_them(
    omni: Omni, demo_home: Path, tmp_path: Path
) -> None:
    """Every line of every delivered file, and every row of every published table, that has an ID of theirs."""
    persons = ask(
        demo_home,
        "select golden_id from unified_profiles order by record_count desc, golden_id limit 5",
    ) + ask(
        demo_home, f"select golden_id from unified_profiles order by golden_id desc limit {TEN - 5}"
    )
    lines = dict(delivered_lines(demo_home))
    tables = dict(published_rows(demo_home))
    for (golden_id,) in persons:
        folder = tmp_path / golden_id
        ended = omni("export", golden_id, *WHO, "--out", folder, "--home", demo_home)
        assert ended.exit_code == 0, ended.err
        made = json.loads((folder / "person.json").read_text(encoding="utf-8"))
        records = [f'"{row["source_record_id"]}"' for row in made["person"]["records"]]
        values = [
            v
            for kind in ("email", "loyalty_id")
            for v in made["person"]["identifiers"].get(kind, [])
        ]
        values += [record.strip('"') for record in records if len(record) > 8]
        assert values
        texts = [row["text"] for row in made["delivered"]]
        numbers = {f"{Path(row['path']).name}:{row['row_number']}" for row in made["delivered"]}
        for place, line in lines.items():
            if any(value in line for value in values):
                is_shown = any(text in line for text in texts)
                assert is_shown or (".parquet:" in place and place in numbers), (golden_id, place)
        for table, rows in tables.items():
            sought = [*(f'"{value}"' for value in values), f'"{golden_id}"']
            nearest = f'"nearest_golden_id":"{golden_id}"'  # in a row that is somebody else's
            own = [row for row in rows if nearest not in row]
            count = sum(any(value in row for value in sought) for row in own)
            assert count <= len(made["published"].get(table, [])), (golden_id, table)


def delivered_lines(home: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((home / "landing").rglob("*")):
        if path.is_file():
            if path.suffix == ".parquet":
                text = pl.read_parquet(path).write_ndjson()
            else:
                text = path.read_text(encoding="utf-8", errors="replace")
            for number, line in enumerate(text.splitlines(), start=1):
                yield f"{path.name}:{number}", line


def published_rows(home: Path) -> Iterator[tuple[str, list[str]]]:
    for path in sorted((home / "published" / "parquet").glob("*.parquet")):
        yield path.stem, pl.read_parquet(path).write_ndjson().splitlines()
