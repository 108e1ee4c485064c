"""A backup that is put back, or a warehouse that is lost: no golden ID ever means another person."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.erasure_desk import Request, find_target, request_erasure
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.nightly import utc_now
from omni_identity.restoring import restore_home
from tests.shared import make_once
from tests.worlds import World, deliver_town, person, receipt

ERASED = "w7"
"""The record of the person who is erased in the third night."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """``home``: three nights in which people came, founders went, two became one, one was erased.

    ``1`` and ``2``: backups of it after the first and second night, ``3`` before the erasure that the
    fourth publication is without.
    """

    def live(folder: Path) -> None:
        world = deliver_town(folder / "home", models)
        world.run()
        back_up(world)
        world.deliver("web", "2026-03-02", [person(n) for n in range(40, 45)] + [gone(3), gone(31)])
        judge(world, "same", "web:w35", "web:w36")
        world.run()
        back_up(world)
        world.deliver("till", "2026-03-03", [receipt(n) for n in range(1, 34)])
        world.run()
        back_up(world)
        erase(world, f"web:{ERASED}")
        world.run()

    return make_once(tmp_path_factory, "restorable", live)


@pytest.fixture
def lived(made: Path, tmp_path: Path) -> World:
    """A copy of that home, one's own, beside its backups."""
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return World(tmp_path / "home", 4)


@pytest.fixture(scope="session")
def unharmed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """What becomes of it in the next night if nothing is lost. Only to be looked at."""

    def go_on(folder: Path) -> None:
        shutil.copytree(made / "home", folder, symlinks=True, dirs_exist_ok=True)
        run_next_night(World(folder, 4))

    return World(make_once(tmp_path_factory, "unharmed", go_on), 5)


def run_next_night(world: World) -> None:
    """A record that was gone comes back, and another comes for the first time."""
    back = person(3, changed="2026-02-02T00:00:00Z")
    world.deliver("web", "2026-03-05", [person(50), back])
    assert [result.name for result in world.run() if not result.passed] == []


def gone(number: int) -> dict[str, str]:
    return person(number, changed="2026-02-01T00:00:00Z", gone="yes")


def judge(world: World, judgement: str, left: str, right: str) -> None:
    folder = world.home.judgements
    folder.mkdir(exist_ok=True)
    line = ",".join([judgement, *left.split(":"), *right.split(":")])
    (folder / f"{world.nights}.csv").write_text(
        f"judgement,channel_l,source_record_id_l,channel_r,source_record_id_r\n{line}\n"
    )


def back_up(world: World) -> None:
    shutil.copytree(world.root, world.root.with_name(str(world.nights)), symlinks=True)


def put_back(world: World, night: int, *names: str) -> None:
    """Put folders or files of a backup back, whole."""
    for name in names:
        source, target = world.root.with_name(str(night)) / name, world.root / name
        lose(world, name)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True)
        elif source.exists():
            shutil.copyfile(source, target)


def lose(world: World, *names: str) -> None:
    for name in names:
        target = world.root / name
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)


def restore(world: World) -> list[str]:
    return restore_home(world.home, load_configuration(world.home.configuration), utc_now())


def assert_stops(world: World, words: str) -> None:
    """A run stops with these words, and nothing that consumers read has changed."""
    before = tables(world.home) if world.home.published_file.exists() else None
    with pytest.raises(RunFailed, match=words):
        world.run()
    world.nights -= 1
    if before is not None:
        assert_same(tables(world.home), before)


def erase(world: World, term: str) -> None:
    configuration = load_configuration(world.home.configuration)
    target = find_target(world.home, configuration, term)
    request = Request(target.golden_id, target.person, "officer", "request 1")
    request_erasure(world.home, configuration, request)


def tables(home: Home) -> dict[str, pl.DataFrame]:
    folder = home.published / "parquet"
    return {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def assert_same(
    found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame], but: str = ""
) -> None:
    assert found.keys() == expected.keys()
    for name in expected.keys() - set(but.split()):
        mine, theirs = (
            frame.drop("finished_at") if name == "runs" else frame
            for frame in (found[name], expected[name])
        )
        assert mine.equals(theirs), name


LOSSES: dict[str, Callable[[World], None]] = {
    "lost": lambda world: lose(world, "warehouse/omni.duckdb"),
    "three runs older": lambda world: put_back(world, 1, "warehouse/omni.duckdb"),
    "from before verdicts and merges": lambda world: put_back(world, 1, "warehouse/omni.duckdb"),
    "a run and an erasure older": lambda world: put_back(world, 3, "warehouse/omni.duckdb"),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_after_a_restore_all_is_as_if_nothing_had_been_lost(
    lived: World, unharmed: World, loss: str
) -> None:
    before = lived.golden_ids()
    LOSSES[loss](lived)
    assert_stops(lived, "`omni restore`")
    done = restore(lived)
    assert "is rebuilt from the publication of run run-004" in done[-1]
    assert restore(lived) == []
    run_next_night(lived)
    assert set(before.items()) <= set(lived.golden_ids().items())
    # what the erasure took out of files is counted where it was seen, and which files were published is
    # not known any more: history that is lost
    lost = "runs run_channel_counts feed_figures"
    assert_same(tables(lived.home), tables(unharmed.home), but=lost)
    assert f"web:{ERASED}" not in lived.golden_ids()


def test_the_ledger_is_published_whole_without_the_erased(lived: World) -> None:
    ledger = lived.read("from ledger_records order by record_no")
    assert ledger["record_no"].to_list() == list(range(1, ledger.height + 1))
    assert sorted(ledger["seniority"]) == ledger["record_no"].to_list()
    assert ERASED not in ledger["source_record_id"].to_list()
    nameless = ledger.filter(pl.col("channel").is_null())
    assert nameless.height == 2, "in the web shop and at the till"
    assert (
        nameless["source_record_id"].null_count() == nameless["first_landed_at"].null_count() == 2
    )
    heirs = ledger.filter(pl.col("seniority") != pl.col("record_no"))
    assert heirs.height == 2, "a founder went, its heir has its seniority"
