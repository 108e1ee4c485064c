"""The access log: written before anything is shown, without personal data, and an edit by hand is noticed."""

from __future__ import annotations

import stat
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.stewardship.access_log import (
    Access,
    access_files,
    accesses_to,
    count_accesses,
    log_access,
    read_accesses,
)
from omni_identity.stewardship.erasure_entries import erasure_key
from omni_identity.stewardship.hash_chain import chain_file, find_fault, read_chain
from tests.test_hand_edits import noticed
from tests.worlds import World

AT = datetime(2026, 3, 1, 12, 0, 0, 5000)


def test_an_entry_says_when_who_how_whom_and_why(tmp_path: Path) -> None:
    home = Home(tmp_path)
    log_access(home, Access(AT, "lookup", ("G1", "G2"), "anna@mail.org", " anna\nk ", 'a "b"\n c'))
    log_access(home, Access(datetime(2026, 4, 1), "explain", ("G2",)))
    first, second = read_accesses(home)
    assert first == {
        "at": "2026-03-01T12:00:00.005Z",
        "by": "anna k",
        "command": "lookup",
        "golden_ids": "G1 G2",
        "term_hash": "",
        "reason": 'a "b" c',
    }
    assert second["by"] not in ("", "anna k"), "the system's user"
    assert [path.name for path in access_files(home)] == ["2026-03.csv", "2026-04.csv"]
    assert count_accesses(home) == 2
    assert [one["command"] for one in accesses_to(home, ["G2", "G9"])] == ["lookup", "explain"]
    assert accesses_to(home, ["G"]) == []
    assert all("by" not in one for one in accesses_to(home, ["G2"]))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in home.access.iterdir()}
    assert (stat.S_IMODE(home.access.stat().st_mode), modes) == (0o700, {0o600})


def test_what_was_typed_is_kept_only_where_it_found_nobody_and_only_as_a_hash(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    for term in ("anna@mail.org", " Anna@mail.org ", "ben@mail.org"):
        log_access(home, Access(AT, "lookup", (), term))
    hashes = [one["term_hash"] for one in read_accesses(home)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert all(len(one) == 64 for one in hashes)
    assert "mail.org" not in (home.access / "2026-03.csv").read_text(encoding="utf-8").lower()


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "access").write_text("in the way", encoding="utf-8")
    with pytest.raises(RunFailed, match="Nothing is shown"):
        log_access(Home(tmp_path), Access(AT, "lookup", ("G1",)))


def test_a_line_that_was_cut_short_is_no_entry_and_no_edit(tmp_path: Path) -> None:
    home = Home(tmp_path)
    log_access(home, Access(AT, "lookup", ("G1",)))
    path = home.access / "2026-03.csv"
    key, whole = erasure_key(home), path.read_bytes()
    log_access(home, Access(AT, "lookup", ("G2",)))
    links = chain_file(path).read_text(encoding="ascii").splitlines()
    # killed in the middle of the second: its hash stands there, half of it too
    chain_file(path).write_text("\n".join(links[:-1]) + "\n", encoding="ascii")
    path.write_bytes(path.read_bytes()[: len(whole) + 20])
    log_access(home, Access(AT, "lookup", ("G3",)))
    assert [one["golden_ids"] for one in read_accesses(home)] == ["G1", "G3"]
    chain = read_chain(path, key)
    assert chain is not None
    assert find_fault(key, chain, path.read_bytes()) is None


def _log_some(root: str, number: int) -> None:
    for n in range(10):
        log_access(Home(Path(root)), Access(AT, "lookup", (f"G{number}-{n}",)))


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    erasure_key(home)
    context = get_context("fork")
    agents = [context.Process(target=_log_some, args=(str(tmp_path), n)) for n in range(4)]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()
    assert count_accesses(home) == 40
    path = home.access / "2026-03.csv"
    chain = read_chain(path, erasure_key(home))
    assert chain is not None
    assert find_fault(erasure_key(home), chain, path.read_bytes()) is None


def test_an_edit_by_hand_is_said_by_the_next_run(world: World) -> None:
    for n in range(3):
        log_access(world.home, Access(AT, "lookup", (f"G{n}",), by="anna"))
    assert noticed(world.run()) == ""
    log_access(world.home, Access(AT, "lookup", ("G7",), by="anna"))
    assert noticed(world.run()) == "", "what is appended is no edit"
    path = world.home.access / "2026-03.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:2], *lines[3:]]), encoding="utf-8")
    assert noticed(world.run()) == (
        "access/2026-03.csv: from line 3 on it is not what was written there"
    )
    assert noticed(world.run()) == "", "once it is said it counts as it is"
    path.unlink()
    chain_file(path).unlink()
    assert "access/2026-03.csv: is gone" in noticed(world.run())
