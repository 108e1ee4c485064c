"""Deliveries of one feed: each whole and in its turn, though the next is read while one is written."""

from __future__ import annotations

import errno
import gzip
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels import delivered_bytes, intake, raw_rows
from omni_identity.channels.batches import Batch
from omni_identity.channels.delivered_bytes import open_delivered
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.readers import read_rows
from omni_identity.engines import DuckDBEngine
from omni_identity.pipeline.steps.landing import take_files
from omni_identity.pipeline.warehouse import create_lasting_tables
from tests.worlds import World, person


@pytest.fixture
def delivered(tmp_path: Path) -> World:
    """Three files of the web shop beside its empty one, each with a row that is held back."""
    world = World.make(tmp_path / "home")
    for day in range(1, 4):
        rows = [person(10 * day + n) for n in range(3)]
        world.deliver("web", f"000{day}", [rows[0], {**rows[1], "id": ""}, rows[2]])
    return world


def land(world: World) -> tuple[list[str], DuckDBEngine]:
    """Land the web shop's contacts; the names of the files in the order in which they were taken."""
    night, told = world.night(), list[str]()
    engine = DuckDBEngine(world.home.warehouse_file)
    create_lasting_tables(engine, night.configuration)
    try:
        take_files("web", "contacts", engine, replace(night, say=told.append))
    except BaseException:
        engine.close()
        raise
    return [Path(path).stem for path in told], engine


def test_files_and_rows_come_in_their_order(delivered: World) -> None:
    told, engine = land(delivered)
    with engine:
        assert told == ["0000", "0001", "0002", "0003"]
        rows = engine.fetch("select file_no, row_number, source_record_id from landed.contacts")
        assert rows.rows() == [
            (day + 1, row, f"w{10 * day + row - 1}") for day in range(1, 4) for row in (1, 3)
        ]
        held = engine.fetch(
            "select file_no, row_number, quarantine_number from landed.quarantined_rows"
        )
        assert held.rows() == [(2, 2, 1), (3, 2, 1), (4, 2, 1)]


class Panic(BaseException):
    """What native code raises when it gives up: no ``Exception``."""


def failing_on(name: str, error: BaseException) -> Callable[..., Iterator[Batch]]:
    """A reader that gives the first batch of the file of that name and fails."""

    def read(delivery: Delivery, *others: object) -> Iterator[Batch]:
        yield from read_rows(delivery, *others)  # type: ignore[arg-type]
        if delivery.path.endswith(name):
            raise error

    return read


def state(engine: DuckDBEngine) -> dict[str, list[tuple[Any, ...]]]:
    """What a landed home holds, by what it is, without numbers that mean nothing by themselves."""
    files = "select content_hash, row_count, is_complete from landed.files order by all"
    rows = "select channel, source_record_id, email from landed.contacts order by all"
    held = "select reason_code, row_number, payload from landed.quarantined_rows order by all"
    aside = "select path, reason_code from landed.quarantined_files order by all"
    queries = {"files": files, "rows": rows, "held": held, "aside": aside}
    return {name: engine.fetch(query).rows() for name, query in queries.items()}


@pytest.mark.parametrize("rows_together", [1, 1000])
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Panic("of a value"), "unreadable_file"),
        (RuntimeError("of a value"), "unreadable_file"),
        (OSError(errno.EIO, "I/O error"), "inaccessible_file"),
        (MemoryError(), "inaccessible_file"),
    ],
)
def test_a_file_whose_reader_fails_is_set_aside_alone_and_read_again_next_night(
    delivered: World,
    monkeypatch: pytest.MonkeyPatch,
    rows_together: int,
    error: BaseException,
    reason: str,
) -> None:
    monkeypatch.setattr(intake, "ROWS_TOGETHER", rows_together)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "read_rows", failing_on("0002.csv", error))
        _, engine = land(delivered)
    with engine:
        found = state(engine)
        assert found["aside"] == [("landing/web/0002.csv", reason)]
        assert [row[1] for row in found["rows"]] == ["w10", "w12", "w30", "w32"]
        assert len(found["files"]) == (4 if reason == "unreadable_file" else 3)
        assert "of a value" not in str(found)
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]
    told, engine = land(delivered)
    with engine:
        assert told == ["0002"], "it alone is read again"
        healed = state(engine)
        assert healed["aside"] == []
        assert len(healed["files"]) == 4
        assert len(healed["rows"]) == 6


def altering(path: Path, alter: Callable[[Path], None]) -> Callable[..., Any]:
    """``open_delivered``, before which, once, something happens to the file of that path."""
    done: list[Path] = []

    def open_it(opened: Path, content_hash: str) -> Any:
        if opened == path and not done:
            done.append(path)
            alter(path)
        return open_delivered(opened, content_hash)

    return open_it


def swap(path: Path) -> None:
    other = path.with_name(".other")
    other.write_text(path.read_text().replace("w20", "x20"))
    other.rename(path)


def rewrite(path: Path) -> None:
    path.write_text(path.read_text().replace("w20", "x20"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize("alter", [swap, rewrite, cut, Path.unlink])
def test_what_happens_between_hashing_and_reading_binds_nothing_to_the_hash(
    delivered: World, monkeypatch: pytest.MonkeyPatch, alter: Callable[[Path], None]
) -> None:
    path = delivered.root / "landing" / "web" / "0002.csv"
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(raw_rows, "open_delivered", altering(path, alter))
        _, engine = land(delivered)
    reason = "inaccessible_file" if alter is Path.unlink else "changed_file"
    with engine:
        found = state(engine)
        assert found["aside"] == [("landing/web/0002.csv", reason)]
        assert hashlib.sha256(before).hexdigest() not in str(found)
        assert [row[1] for row in found["rows"]] == ["w10", "w12", "w30", "w32"]
    path.write_bytes(before)
    _, engine = land(delivered)
    with engine:
        assert state(engine)["aside"] == []
        assert len(state(engine)["rows"]) == 6, "the same bytes are taken"


def test_a_file_that_changes_while_it_is_read_leaves_no_row(
    delivered: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivered_bytes, "BLOCK_BYTES", 64)
    path = delivered.root / "landing" / "web" / "0002.csv"
    before = path.read_bytes()

    def alter(opened: Path, content_hash: str) -> Any:
        file = open_delivered(opened, content_hash)
        if opened == path:  # after its hash was taken; and back before anybody could look again
            path.write_bytes(before.replace(b"w22", b"x22"))
            content = file.seek(0)
            assert content == 0
        return file

    with monkeypatch.context() as patch:
        patch.setattr(raw_rows, "open_delivered", alter)
        _, engine = land(delivered)
    with engine:
        assert state(engine)["aside"] == [("landing/web/0002.csv", "changed_file")]
        assert [row[1] for row in state(engine)["rows"]] == ["w10", "w12", "w30", "w32"]


def test_an_old_reading_stays_when_its_file_cannot_be_read_anew(
    delivered: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, engine = land(delivered)
    engine.close()
    settings = delivered.root / "omni.yaml"
    settings.write_text(settings.read_text().replace("consent_email: newsletter, ", ""))
    with monkeypatch.context() as patch:
        patch.setattr(intake, "read_rows", failing_on("0002.csv", OSError(errno.EIO, "gone")))
        _, engine = land(delivered)
    with engine:
        assert [row[1] for row in state(engine)["rows"]] == [
            f"w{day}{row}" for day in (1, 2, 3) for row in (0, 2)
        ]


def test_a_later_file_with_a_renamed_column_is_set_aside_until_it_is_right(
    delivered: World,
) -> None:
    _, engine = land(delivered)
    engine.close()
    path = delivered.deliver("web", "0004", [person(40)])
    right = path.read_text()
    path.write_text(right.replace("email", "e_mail", 1))
    _, engine = land(delivered)
    with engine:
        (aside,) = engine.fetch(
            "select path, reason_code, detail, advice, first_seen_run_id, last_seen_run_id"
            " from landed.quarantined_files"
        ).rows()
        assert aside[:2] == ("landing/web/0004.csv", "missing_column")
        assert aside[2] == "column 'email' is missing. Did you mean 'e_mail'?"
        assert "name the new one in omni.yaml" in aside[3]
        assert len(state(engine)["rows"]) == 6
    _, engine = land(delivered)
    with engine:
        seen = engine.fetch(
            "select first_seen_run_id, last_seen_run_id from landed.quarantined_files"
        )
        assert seen.rows() == [(aside[4], "run-003")]
        assert engine.fetch("select count(*) as n from landed.quarantined_rows")["n"][0] == 4
    path.write_text(right)
    _, engine = land(delivered)
    with engine:
        assert state(engine)["aside"] == []
        assert len(state(engine)["rows"]) == 7


def test_a_failing_write_ends_the_reading(
    delivered: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(engine: DuckDBEngine, table: str, frame: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(DuckDBEngine, "write", refuse)
    with pytest.raises(KeyboardInterrupt):
        land(delivered)
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]


def test_a_content_that_comes_twice_is_read_once(delivered: World) -> None:
    again = delivered.root / "landing" / "web" / "0002.copy.csv"
    again.write_bytes((again.parent / "0002.csv").read_bytes())
    _, engine = land(delivered)
    with engine:
        assert engine.fetch("select count(*) as n from landed.contacts")["n"][0] == 6
        assert engine.fetch("select count(*) as n from landed.files")["n"][0] == 4
        assert engine.fetch("select count(*) as n from landed.landings")["n"][0] == 5


def test_a_file_that_breaks_off_is_taken_as_far_as_it_goes_and_named(delivered: World) -> None:
    rows = "".join(f"v{n},A{n * 7919},a\n" for n in range(400))
    path = delivered.root / "landing" / "web" / "0009.csv.gz"
    path.write_bytes(gzip.compress(f"id,given,email\n{rows}".encode())[:-300])
    settings = delivered.root / "omni.yaml"
    text = (
        settings.read_text()
        .replace("landing/web/*.csv", "landing/web/0009*")
        .replace("changed: ", "")
    )
    start, end = text.index("      updated_at: changed"), text.index("    interactions:")
    mapping = "      mapping: {first_name: given, email: email}\n"
    settings.write_text(text[:start] + mapping + text[end:])
    for _ in range(2):
        _, engine = land(delivered)
        with engine:
            aside = engine.fetch(
                "select path, reason_code, is_partly_taken, first_seen_run_id from landed.quarantined_files"
            )
            (found,) = aside.rows()
            assert found[:3] == ("landing/web/0009.csv.gz", "truncated_file", True)
            assert engine.fetch("select count(*) as n from landed.contacts")["n"][0] > 50
    assert found[3] == "run-001"
