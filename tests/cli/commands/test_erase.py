"""``omni erase``: whom a term means, what is asked, and what is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.conftest import Omni

WHO = ("--by", "privacy office", "--reason", "request 7")


def ask(home: Path, sql: str) -> list[Any]:
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:
        return published.execute(sql).fetchall()


def test_a_person_is_erased_by_a_retired_or_live_golden_id(omni: Omni, own_demo_home: Path) -> None:
    golden_id, records, interactions = ask(
        own_demo_home,
        "select golden_id, record_count, interaction_count from unified_profiles"
        " order by record_count desc, golden_id limit 1",
    )[0]
    before = ask(own_demo_home, "select count(*) from crosswalk")[0][0]
    ended = omni("erase", golden_id, *WHO, "--yes", "--home", own_demo_home)
    assert ended.exit_code == 0, ended.err
    assert f"customer              {golden_id}" in ended.out
    assert f"interactions          {interactions}" in ended.out
    assert "delivered files rewritten" in ended.out
    assert "ID events     retired 1" in ended.out
    assert ask(own_demo_home, "select count(*) from crosswalk")[0][0] == before - records
    found = omni("lookup", golden_id, "--home", own_demo_home)
    assert "is retired: no record of that customer is left" in found.out
    again = omni("erase", golden_id, *WHO, "--yes", "--home", own_demo_home)
    assert again.exit_code == 2
    assert "Nobody found" in again.err
    listed = omni("status", "--home", own_demo_home)
    assert "erased" in listed.out
    assert omni("erase", "--resume", "--home", own_demo_home).out.startswith(
        "No erasure is waiting"
    )


def test_where_nobody_can_be_asked_yes_has_to_be_said(omni: Omni, demo_home: Path) -> None:
    golden_id = ask(demo_home, "select min(golden_id) from unified_profiles")[0][0]
    ended = omni("erase", golden_id, *WHO, "--home", demo_home)
    assert ended.exit_code == 2
    assert golden_id in ended.out, "who it is was shown"
    assert "--yes has to say it" in ended.err
    assert not (demo_home / "judgements" / "erasures.csv").exists()


def test_several_customers_are_listed_and_none_is_erased(omni: Omni, demo_home: Path) -> None:
    shared = ask(
        demo_home,
        "select value, count(*) from (select unnest(phone) as value from unified_profiles)"
        " group by value having count(*) > 1 order by 1 limit 1",
    )
    if not shared:
        pytest.skip("this demo has no shared number")
    ended = omni("erase", shared[0][0], *WHO, "--yes", "--home", demo_home)
    assert ended.exit_code == 2
    assert f"{shared[0][1]} customers" in ended.out
    assert "Name the one by their golden ID" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "needs TERM"),
        (("web:1",), "needs TERM"),
        (("web:1", "--by", "a", "--reason", " "), "needs TERM"),
        (("nobody@nowhere.org", *WHO, "--yes"), "Nobody found"),
        (("web:nosuch", *WHO, "--yes"), "Nobody found"),
        (("G9999999999", *WHO, "--yes"), "Nobody found"),
    ],
)
def test_what_is_missing_is_said(
    omni: Omni, demo_home: Path, arguments: tuple[str, ...], said: str
) -> None:
    ended = omni("erase", *arguments, "--home", demo_home)
    assert ended.exit_code == 2
    assert said in ended.err


def test_a_withheld_run_leaves_the_person_erased(omni: Omni, own_demo_home: Path) -> None:
    golden_id = ask(own_demo_home, "select max(golden_id) from unified_profiles")[0][0]
    settings = own_demo_home / "omni.yaml"
    text = settings.read_text(encoding="utf-8")
    assert "checks:" in text
    settings.write_text(text.replace("checks:", "checks:\n  max_age_days: 0.000001"), "utf-8")
    ended = omni("erase", golden_id, *WHO, "--yes", "--home", own_demo_home)
    assert ended.exit_code == 1, ended.err
    assert "consumers read the last publication without them" in ended.err
    assert (
        ask(own_demo_home, f"select 1 from unified_profiles where golden_id = '{golden_id}'") == []
    )
    redirect = f"select golden_id from golden_id_redirects where retired_golden_id = '{golden_id}'"
    assert ask(own_demo_home, redirect) == [(None,)]
