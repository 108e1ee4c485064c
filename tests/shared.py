"""Homes that are made once for all processes that run tests, and copies of them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

COMES_AND_GOES = ("-shm", "-wal")
"""How the files end that SQLite keeps beside a database while somebody has it open, if only to read it."""


def copy_home(source: Path, target: Path) -> Path:
    """Copy a home into a folder that is made if it is not there; returns ``target``.

    Dagster's databases lie in a home, and whoever last closes one takes away what SQLite keeps beside it:
    the garbage collection of this very process may, between the listing of a folder and the copying.
    """
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, copy_function=_copy_if_there)
    return target


def _copy_if_there(source: str, target: str) -> None:
    try:
        shutil.copy2(source, target)
    except FileNotFoundError:
        if not source.endswith(COMES_AND_GOES):
            raise


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """What ``make`` fills a folder with: once a test run, whichever process asks first, the others wait.

    Returns a copy for this process: files come and go beside a database that somebody reads.
    """
    place = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # each process has a folder of its own in it
    folder, made = place / name, place / f"{name}.made"
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of one that failed
            make(folder)
            made.touch()
    return copy_home(folder, factory.mktemp(name) / "home")
