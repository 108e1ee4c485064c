"""The nightly job through ``omni``: the demo, a second night, a dry one, a withheld one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from omni_identity.demo import DEMO_CONFIGURATION
from tests.cli.conftest import Omni


def published(home: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.usefixtures("in_dagster")
def test_a_demo_ends_with_a_summary_and_commands_that_work(omni: Omni, tmp_path: Path) -> None:
    home = tmp_path / "a home"
    ending = omni("demo", "--customers", 60, "--days", 1, "--home", home)
    assert ending.exit_code == 0, ending.err
    customers = published(home, "select count(*) from unified_profiles")[0][0]
    records = published(home, "select count(*) from crosswalk")[0][0]
    words = " ".join(ending.out.split())
    assert f"customers {customers:,} merged from {records:,} records" in words
    assert str(home / "published" / "omni.duckdb") in ending.out
    suggested = [line.strip() for line in ending.out.splitlines() if line.startswith("  omni ")]
    assert [line.split()[1] for line in suggested] == ["ui", "lookup", "evaluate"]
    record = suggested[1].split()[2]
    assert omni("lookup", record, "--home", home).exit_code == 0
    assert omni("evaluate", home / "truth" / "labels.csv", "--home", home).exit_code == 0


def test_without_its_extra_the_demo_says_what_to_install_and_touches_nothing(
    omni: Omni, own_demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    ending = omni("demo", "--customers", 60, "--home", own_demo_home)
    assert ending.exit_code == 2
    assert ending.err.splitlines() == ['The demo needs an extra: pip install "omni-identity[demo]"']
    assert published(own_demo_home, "select count(*) from crosswalk")[0][0] > 0


def test_the_demo_writes_the_configuration_it_names(demo_home: Path) -> None:
    assert (demo_home / "omni.yaml").read_text() == DEMO_CONFIGURATION


@pytest.mark.usefixtures("in_dagster")
def test_a_second_night_with_nothing_new_changes_nothing_and_says_so(
    omni: Omni, own_demo_home: Path
) -> None:
    everyone = "select * from crosswalk order by all"
    before = published(own_demo_home, everyone)
    ending = omni("run", "--home", own_demo_home)
    assert ending.exit_code == 0
    assert "Nothing new: same customers, no ID changed." in ending.out
    assert "0 rows of 0 new files" in ending.out
    assert published(own_demo_home, everyone) == before


def test_a_full_refresh_standardises_anew_and_comes_to_the_same(
    omni: Omni, own_demo_home: Path
) -> None:
    everyone = "select * from unified_profiles order by golden_id"
    before = published(own_demo_home, everyone)
    with duckdb.connect(str(own_demo_home / "warehouse" / "omni.duckdb")) as warehouse:
        warehouse.execute(
            "update landed.standardised_contacts set city = 'Wrongville' where city is not null"
        ).fetchall()
    ending = omni("run", "--full-refresh", "--home", own_demo_home)
    assert ending.exit_code == 0
    assert published(own_demo_home, everyone) == before


@pytest.mark.usefixtures("in_dagster")
def test_a_dry_run_shows_and_publishes_nothing(omni: Omni, own_demo_home: Path) -> None:
    current = (own_demo_home / "published" / "current").readlink()
    ending = omni("run", "--dry-run", "--home", own_demo_home)
    assert ending.exit_code == 0
    assert "A dry run: nothing was published." in ending.out
    assert "customers" in ending.out
    assert (own_demo_home / "published" / "current").readlink() == current


def test_a_dry_run_shows_what_would_become_of_customers(omni: Omni, own_demo_home: Path) -> None:
    parted, other = published(
        own_demo_home,
        "select channel || ':' || source_record_id from crosswalk"
        " where golden_id = (select golden_id from unified_profiles where record_count = 2"
        " order by golden_id limit 1)",
    )
    judged = omni(
        *("judge", "different", parted[0], other[0], "--by", "t", "--reason", "t", "--yes"),
        *("--home", own_demo_home),
    )
    assert judged.exit_code == 0, judged.err
    ending = omni("run", "--dry-run", "--home", own_demo_home)
    assert ending.exit_code == 0, ending.err
    words = " ".join(ending.out.split())
    assert "split 1 0." in words
    assert "into 2" in words
    assert "1 of" in words
    [line] = [line for line in ending.out.splitlines() if line.startswith("splits")]
    assert {str(parted[0]), str(other[0])} <= set(line.replace(",", "").split())


def test_too_many_changes_are_shown_withheld_and_published_once_accepted(
    omni: Omni, own_demo_home: Path
) -> None:
    everyone = "select * from crosswalk order by all"
    before = published(own_demo_home, everyone)
    careful = DEMO_CONFIGURATION + "linkage: {match_probability: 0.9999}\n"
    (own_demo_home / "omni.yaml").write_text(
        careful.replace("checks:", "checks:\n  max_customer_change_share: 9", 1)
    )
    ending = omni("run", "--home", own_demo_home)
    assert ending.exit_code == 1
    assert "identity_changes_are_within_bounds:" in ending.err
    assert "`omni run --accept-changes` publishes them" in ending.err
    assert "The largest and most surprising" in ending.out
    assert published(own_demo_home, everyone) == before
    ending = omni("run", "--accept-changes", "--home", own_demo_home)
    assert ending.exit_code == 0, ending.err
    assert published(own_demo_home, everyone) != before
    accepted = published(
        own_demo_home, "select are_changes_accepted from runs order by started_at desc limit 1"
    )
    assert accepted == [(True,)]


@pytest.mark.usefixtures("in_dagster")
def test_a_failed_check_withholds_publication_and_is_exit_code_1(
    omni: Omni, own_demo_home: Path
) -> None:
    current = (own_demo_home / "published" / "current").readlink()
    bounded = DEMO_CONFIGURATION.replace("checks:", "checks:\n  max_customer_records: 1", 1)
    (own_demo_home / "omni.yaml").write_text(bounded)
    ending = omni("run", "--home", own_demo_home)
    assert ending.exit_code == 1
    assert "largest_customer_is_within_bounds: the largest customer has" in ending.err
    assert "golden_ids_are_unique" not in ending.err
    assert "Consumers keep the last publication" in ending.err
    assert (own_demo_home / "published" / "current").readlink() == current
    assert "withheld" in omni("status", "--home", own_demo_home).out


def test_a_run_without_a_configuration_makes_nothing(omni: Omni, tmp_path: Path) -> None:
    ending = omni("run", "--home", tmp_path / "none")
    assert ending.exit_code == 2
    assert "omni init" in ending.err
    assert not (tmp_path / "none").exists()


def test_a_run_names_the_mistake_in_the_configuration(omni: Omni, own_demo_home: Path) -> None:
    file = own_demo_home / "omni.yaml"
    file.write_text(DEMO_CONFIGURATION.replace("record_id: user_id", "recrod_id: user_id", 1))
    ending = omni("run", "--home", own_demo_home)
    assert ending.exit_code == 2
    assert "Did you mean 'record_id'?" in ending.err
    assert "Traceback" not in ending.err


@pytest.mark.usefixtures("in_dagster")
def test_a_busy_home_is_said(omni: Omni, own_demo_home: Path, tmp_path: Path) -> None:
    with opened_by_another_process(own_demo_home / "warehouse" / "omni.duckdb"):
        for arguments in (["run"], ["run", "--full-refresh"], ["demo"]):
            ending = omni(*arguments, "--home", own_demo_home)
            assert ending.exit_code == 3
            assert "in use by another process" in ending.err
        assert (own_demo_home / "landing").is_dir()
        status = omni("status", "--home", own_demo_home)
        assert status.exit_code == 0
        assert "the published file; a run is at work" in status.out


@pytest.mark.parametrize("trace", ["landing/web/contacts/own.csv", "omni.yaml", "published/x"])
def test_a_home_that_is_no_demo_is_refused_and_kept(omni: Omni, tmp_path: Path, trace: str) -> None:
    file = tmp_path / trace
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("own")
    ending = omni("demo", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "--home" in ending.err
    assert file.read_text() == "own"
    assert not (tmp_path / "truth").exists()


def test_a_new_demo_replaces_the_former_and_keeps_a_changed_configuration(
    omni: Omni, own_demo_home: Path
) -> None:
    changed = DEMO_CONFIGURATION.replace("trust: 2", "trust: 3", 1)
    (own_demo_home / "omni.yaml").write_text(changed)
    ending = omni("demo", "--customers", 40, "--days", 1, "--home", own_demo_home)
    assert ending.exit_code == 0, ending.err
    assert (own_demo_home / "omni.yaml").read_text() == DEMO_CONFIGURATION
    assert (own_demo_home / "omni.yaml.previous").read_text() == changed
    assert published(own_demo_home, "select count(*) from runs") == [(1,)]


@contextmanager
def opened_by_another_process(file: Path) -> Iterator[None]:
    """Hold a DuckDB file open for writing in a second process."""
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True);"
        " sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(file)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        try:
            yield
        finally:
            process.communicate("")
