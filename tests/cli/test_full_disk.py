"""What ``omni run`` says and leaves on a full disk, and where a folder is not to be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Omni

FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
from omni_identity.cli import main
main()
"""
"""Runs ``omni`` where no file may grow beyond a limit: writing more fails, as on a full disk."""


def customers(home: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as connection:
        return connection.execute("select * from crosswalk order by all").fetchall()


def test_a_full_disk_is_said_and_the_last_publication_stays(
    omni: Omni, own_demo_home: Path
) -> None:
    before = customers(own_demo_home)
    command = [sys.executable, "-c", FULL, str(200_000), "run", "--full-refresh"]
    ending = subprocess.run(
        [*command, "--home", str(own_demo_home)], capture_output=True, text=True, check=False
    )
    assert ending.returncode == 3, ending.stderr
    said = " ".join((ending.stdout + ending.stderr).split())
    assert "Consumers keep the last publication" in said
    assert "Traceback" not in said
    assert customers(own_demo_home) == before
    assert omni("run", "--home", own_demo_home).exit_code == 0
    assert customers(own_demo_home) == before


def test_where_only_the_files_cannot_be_written_the_run_has_published_and_says_so(
    omni: Omni, own_demo_home: Path
) -> None:
    files = own_demo_home / "published" / "files"
    aside = files.rename(files.with_name("aside"))
    files.write_text("in the way")
    link = own_demo_home / "published" / "current_files"
    link.unlink()
    link.symlink_to(aside.name)
    before = (own_demo_home / "published" / "current").readlink()
    ending = omni("run", "--home", own_demo_home)
    assert ending.exit_code == 3
    said = " ".join((ending.err + ending.out).split())
    assert "Consumers read this run's omni.duckdb; of Parquet and CSV they keep" in said
    assert (own_demo_home / "published" / "current").readlink() != before
    files.unlink()
    aside.rename(files)
    assert omni("run", "--home", own_demo_home).exit_code == 0
    assert link.readlink().parent == Path("files")
    assert (own_demo_home / "published" / "parquet" / "crosswalk.parquet").exists()


@pytest.mark.usefixtures("in_dagster")
def test_a_publication_folder_that_cannot_be_written_is_said(
    omni: Omni, own_demo_home: Path
) -> None:
    versions = own_demo_home / "published" / "versions"
    before = customers(own_demo_home)
    # permissions do not stop root, who runs this in CI: a file where the folder should be does
    aside = versions.rename(versions.with_name("aside"))
    versions.write_text("in the way")
    ending = omni("run", "--home", own_demo_home)
    assert ending.exit_code == 3
    assert "could not read or write its files" in " ".join((ending.err + ending.out).split())
    versions.unlink()
    aside.rename(versions)
    assert customers(own_demo_home) == before
    assert omni("run", "--home", own_demo_home).exit_code == 0
    assert customers(own_demo_home) == before
