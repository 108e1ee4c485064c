"""What shows a customer writes down before who looked, at whom, how and why; or shows nothing."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import duckdb
import pytest

from omni_identity.model.home import Home
from omni_identity.stewardship.access_log import read_accesses
from tests.cli.conftest import Omni


def one(home: Path, sql: str) -> tuple[str, ...]:
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:
        found = published.execute(sql).fetchone()
    assert found
    return tuple(found)


def last(home: Path) -> dict[str, str]:
    return list(read_accesses(Home(home)))[-1]


def test_lookup_explain_and_review_are_on_record(
    omni: Omni, own_demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = own_demo_home
    golden_id, email = one(
        home,
        "select golden_id, email[1] from unified_profiles p where len(email) > 0 and (select count(*)"
        " from unified_profiles o where list_has_any(o.email, p.email)) = 1 order by 1 limit 1",
    )
    assert (
        omni("lookup", email, "--by", "anna", "--reason", "ticket 7", "--home", home).exit_code == 0
    )
    seen = last(home)
    assert (seen["command"], seen["golden_ids"]) == ("lookup", golden_id)
    assert (seen["by"], seen["reason"], seen["term_hash"]) == ("anna", "ticket 7", "")
    assert omni("lookup", "nobody@nowhere.org", "--home", home).exit_code == 0
    seen = last(home)
    assert (seen["golden_ids"], len(seen["term_hash"])) == ("", 64)
    left, right = one(
        home,
        "select min(channel || ':' || source_record_id), max(channel || ':' || source_record_id)"
        " from crosswalk group by golden_id having count(*) > 1 order by 1 limit 1",
    )
    assert omni("explain", left, right, "--by", "ben", "--home", home).exit_code == 0
    seen = last(home)
    assert (seen["command"], seen["by"], len(seen["golden_ids"].split())) == ("explain", "ben", 1)
    monkeypatch.setattr(sys, "stdin", io.StringIO("q\n"))
    ended = omni("review", "--by", "eva", "--home", home)
    assert ended.exit_code == 0
    if "Nothing to review" not in ended.out:
        seen = last(home)
        assert (seen["command"], seen["by"]) == ("review", "eva")
        assert len(seen["golden_ids"].split()) in (1, 2)
    count = len(list(read_accesses(Home(home))))
    assert f"Access {count:,} entries" in omni("status", "--home", home).out
    assert email not in (home / "access").joinpath(f"{seen['at'][:7]}.csv").read_text("utf-8")


def test_where_it_cannot_be_written_down_nothing_is_shown(
    omni: Omni, own_demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = own_demo_home
    golden_id, name = one(
        home, "select min(golden_id), arg_min(last_name, golden_id) from unified_profiles"
    )
    left, right = one(
        home,
        "select min(channel || ':' || source_record_id), max(channel || ':' || source_record_id)"
        " from crosswalk group by golden_id having count(*) > 1 order by 1 limit 1",
    )
    shutil.rmtree(
        home / "access", ignore_errors=True
    )  # what tests before have left in the home it is copied from
    (home / "access").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO("q\n"))
    for command in (("lookup", golden_id), ("explain", left, right), ("review",)):
        ended = omni(*command, "--home", home)
        if "Nothing to review" in ended.out:
            continue
        assert ended.exit_code == 3
        assert "Nothing is shown" in ended.err
        assert ended.out == ""
        assert name not in ended.err
