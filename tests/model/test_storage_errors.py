"""What is said of a disk follows from what is wrong with it: room helps only where there is none."""

from __future__ import annotations

import errno
import os
import sqlite3

import duckdb
import pytest

from omni_identity.model.storage_errors import storage_remedy


def told_by_system(number: int) -> OSError:
    return OSError(number, os.strerror(number), "warehouse/omni.duckdb")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (told_by_system(errno.ENOSPC), "Make room"),
        (told_by_system(errno.EDQUOT), "Make room"),
        (told_by_system(errno.EFBIG), "ulimit -f"),
        (told_by_system(errno.EACCES), "the right"),
        (told_by_system(errno.EPERM), "the right"),
        (told_by_system(errno.EROFS), "the right"),
        (told_by_system(errno.EMFILE), "ulimit -n"),
        (told_by_system(errno.ENOENT), "missing"),
        (told_by_system(errno.ENOTDIR), "in the way"),
        (told_by_system(errno.EBUSY), "Another process"),
        (told_by_system(errno.EIO), "did not do"),
        (told_by_system(errno.ESTALE), "did not do"),
        (OSError("whatever"), "did not do"),
        # a file whose name says otherwise
        (OSError(errno.EIO, os.strerror(errno.EIO), "no space left.csv"), "did not do"),
        (duckdb.IOException("IO Error: Could not write file: No space left on device"), "Make room"),
        (duckdb.IOException('IO Error: Could not write all bytes to file "x": wanted=8 wrote=4'), "Make room"),
        (duckdb.IOException('IO Error: Cannot open file "x": Permission denied'), "the right"),
        (duckdb.IOException('IO Error: Could not set lock on file "x"'), "Another process"),
        (duckdb.IOException("IO Error: Could not read from file"), "did not do"),
        (sqlite3.OperationalError("database or disk is full"), "Make room"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "the right"),
        (sqlite3.OperationalError("disk I/O error"), "did not do"),
        (sqlite3.OperationalError("database is locked"), "Another process"),
    ],
)  # fmt: skip
def test_each_kind_has_its_own_remedy(error: BaseException, said: str) -> None:
    remedy = storage_remedy(error)
    assert said in remedy
    assert ("Make room" in remedy) is (said == "Make room")
    assert remedy.endswith("it goes on from there.")
