"""A backup that is put back, or a warehouse that is lost: no golden ID ever means another person."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.erasure.requests import count_hashes
from omni_identity.erasure.traces import models_purged_of
from omni_identity.linkage.pinned_model import pin_model, pinned_version
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.person_requests.erasure_request import Request, find_target, request_erasure
from omni_identity.pipeline import warehouse
from omni_identity.pipeline.run_context import utc_now
from omni_identity.publish.checks import CheckResult
from omni_identity.restoring import restore_home
from omni_identity.stewardship.judgement_files import RecordKey, Verdict, append_verdict
from tests.erasure.worlds import find_traces
from tests.shared import copy_home, make_once
from tests.worlds import World, deliver_town, person, receipt

ERASED = "w7"
"""The record of the person who is erased after the third night."""
TRACES = (person(7)["email"], person(7)["phone"].removeprefix("+1"), person(7)["street"].lower())


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
    copy_home(made, tmp_path)
    return World(tmp_path / "home", 4)


@pytest.fixture(scope="session")
def unharmed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """What becomes of it in the next night if nothing is lost. Only to be looked at."""

    def go_on(folder: Path) -> None:
        copy_home(made / "home", folder)
        run_next_night(World(folder, 4))

    return World(make_once(tmp_path_factory, "unharmed", go_on), 5)


def run_next_night(world: World) -> None:
    """A record that was gone comes back, and another comes for the first time."""
    back = person(3, changed="2026-02-02T00:00:00Z")
    world.deliver("web", "2026-03-05", [person(50), back])
    assert [result.finding for result in world.run() if not result.passed] == []


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
    copy_home(world.root, world.root.with_name(str(world.nights)))


def put_back(world: World, night: int, *names: str) -> None:
    """Put folders or files of a backup back, whole."""
    for name in names:
        source, target = world.root.with_name(str(night)) / name, world.root / name
        lose(world, name)
        if source.is_dir():
            copy_home(source, target)
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


def test_a_home_from_before_an_erasure_is_rid_of_the_person_again(lived: World) -> None:
    """All of it is older but the requests: what was delivered, the warehouse, models, what consumers read."""
    put_back(lived, 3, "landing", "warehouse", "published", "reports")
    lived.nights = 3
    assert ERASED in lived.read("from crosswalk")["source_record_id"].to_list()
    assert find_traces(lived.root, TRACES)
    assert said(lived.run()) == []
    assert find_traces(lived.root, TRACES) == []
    after = lived.read("from runs order by run_number")
    assert after["status"].to_list() == ["published"] * 4
    events = lived.read("from golden_id_events where run_id = 'run-004'").rows(named=True)
    assert [event["event"] for event in events] == ["retired"]


def test_a_publication_from_before_an_erasure_is_without_the_person_before_anything_else(
    lived: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back(lived, 3, "published")
    monkeypatch.setattr(warehouse, "require_model", stop)
    with pytest.raises(RunFailed, match="stopped here"):
        lived.run()
    assert find_traces(lived.root, TRACES) == []


def stop(*_: object) -> None:
    raise RunFailed("stopped here")


def test_models_from_before_an_erasure_lose_the_person_s_values_in_the_next_run(
    lived: World,
) -> None:
    hash_count = count_hashes(lived.home)
    assert models_purged_of(lived.home.models) == hash_count > 0
    put_back(lived, 3, "warehouse/models")
    assert models_purged_of(lived.home.models) == 0
    assert said(lived.run()) == []
    assert models_purged_of(lived.home.models) == hash_count


@pytest.mark.parametrize("names", [["judgements/erasures.csv"], ["judgements"]])
def test_lost_requests_for_erasure_stop_everything_until_they_are_there_again(
    lived: World, names: list[str]
) -> None:
    before = (lived.home.judgements / "erasures.csv").read_text(encoding="utf-8").splitlines()
    put_back(lived, 3, *names)
    lived.deliver("web", "2026-03-06", [person(7)])
    assert_stops(lived, "lacks entries of 1 erasures.*`omni restore`")
    [sentence] = restore(lived)
    assert "lacked 1 erasures" in sentence
    after = (lived.home.judgements / "erasures.csv").read_text(encoding="utf-8").splitlines()
    assert after[:-1] == before[:-1]
    lived.run()
    assert ERASED not in lived.read("from crosswalk")["source_record_id"].to_list()
    assert find_traces(lived.root, TRACES) == []


def test_without_requests_and_warehouse_nothing_lands(lived: World) -> None:
    lose(lived, "warehouse/omni.duckdb", "judgements")
    lived.deliver("web", "2026-03-06", [person(7)])
    assert_stops(lived, "lacks 1 erasures that the publication tells of")
    with pytest.raises(RunFailed, match="Put the file back from a backup"):
        restore(lived)


def test_a_lost_publication_is_written_anew_whole_and_that_is_said(
    lived: World, unharmed: World
) -> None:
    lose(lived, "published")
    [said_so] = night_that_says(lived)
    assert "published/current is gone" in said_so
    assert_same(tables(lived.home), tables(unharmed.home), but="runs")


def test_an_older_publication_is_written_anew_whole_and_that_is_said(
    lived: World, unharmed: World
) -> None:
    put_back(lived, 2, "published")
    [said_so] = night_that_says(lived)
    assert "leads to versions/run-002-without-" in said_so
    assert_same(tables(lived.home), tables(unharmed.home), but="runs")


def test_what_the_landing_lacks_after_a_restore_is_not_retired_unseen(lived: World) -> None:
    before = lived.golden_ids()
    lose(lived, "warehouse/omni.duckdb", "landing/web/2026-03-01.csv")
    restore(lived)
    withheld = {result.name: result.finding for result in lived.run() if result.withholds}
    finding = withheld["no_published_record_is_lost"]
    assert "of 74 published records no delivered file tells of 37" in finding
    assert lived.golden_ids() == before
    put_back(lived, 3, "landing/web/2026-03-01.csv")
    assert said(lived.run()) == []
    assert lived.golden_ids() == before
    lose(lived, "warehouse/omni.duckdb", "landing/web/2026-03-02.csv")
    restore(lived)
    assert said(lived.run(accept_changes=True)) == []
    assert len(lived.golden_ids().keys() & before.keys()) < len(before)
    assert_explained(lived, before, "no ID means another than it meant")


def test_a_home_that_was_copied_to_another_place_goes_on_there(
    lived: World, unharmed: World
) -> None:
    moved = World(lived.root.with_name("elsewhere"), 4)
    copy_home(lived.root, moved.root)
    shutil.rmtree(lived.root)
    run_next_night(moved)
    assert_same(tables(moved.home), tables(unharmed.home), but="runs")


def test_lost_models_stop_a_run_and_after_a_restore_every_record_keeps_its_id(lived: World) -> None:
    before = lived.golden_ids()
    model = str(pinned_version(lived.home.models))
    lose(lived, "warehouse/models")
    assert_stops(lived, f"{model}, which .* has never had in use")
    [sentence] = restore(lived)
    assert f"The model {model}" in sentence
    assert "trains a new one" in sentence
    assert restore(lived) == []
    lived.run()
    assert_explained(lived, before, "whatever the new model makes of them")


def assert_explained(world: World, before: dict[str, str], words: str) -> None:
    """Every published ID still means its records, or an event of the last run says where they went."""
    after = world.golden_ids()
    last = f"run-{world.nights:03}"
    events = world.read(f"from golden_id_events where run_id = '{last}'").rows(named=True)
    told = {event["golden_id"]: event["event"] for event in events}
    redirects = dict(world.read("from golden_id_redirects").iter_rows())
    left = set(before) & set(after)
    for record in left:
        former, now = before[record], after[record]
        if former != now:
            assert told.get(former) == "merged" or told.get(now) in (
                "split",
                "restored",
                "created",
            ), words
    for former in set(before.values()):
        records = {record for record in before if before[record] == former}
        if former in after.values():
            heirs = {record for record in after if after[record] == former}
            assert heirs & records or told.get(former) == "restored" or not records & left, words
        else:
            assert former in redirects, words


def test_a_model_that_was_in_use_before_the_published_one_does_not_come_back_unseen(
    lived: World,
) -> None:
    first = str(pinned_version(lived.home.models))
    back_up_models = lived.root.with_name("models")
    second = "m-000000000000"
    shutil.copytree(lived.home.models / first, lived.home.models / second)
    shutil.copytree(lived.home.models, back_up_models)
    pin_model(lived.home.models, second)
    assert said(lived.run()) == []
    shutil.rmtree(lived.home.models)
    shutil.copytree(back_up_models, lived.home.models)
    assert pinned_version(lived.home.models) == first
    assert_stops(lived, f"{second}, which .* has never had in use")
    [sentence] = restore(lived)
    assert f"{second}, by which what consumers read was linked, is pinned again" in sentence
    assert pinned_version(lived.home.models) == second
    assert said(lived.run()) == []
    pin_model(lived.home.models, first)
    assert said(lived.run()) == [], "to go back on purpose is no loss"


def night_that_says(world: World) -> list[str]:
    """The next night, which publishes; what it warns of."""
    world.deliver("web", "2026-03-05", [person(50), person(3, changed="2026-02-02T00:00:00Z")])
    return said(world.run())


def said(results: list[CheckResult]) -> list[str]:
    """What the checks of a night that published had to say."""
    assert [result.finding for result in results if result.withholds] == []
    return [result.finding for result in results if result.warns]


def random_night(world: World, chance: random.Random) -> None:
    """People come, change their address, are dropped and come back; the till knows some; stewards judge."""
    night = world.nights + 1
    rows = [
        person(
            chance.randrange(12),
            changed=f"2026-01-{night:02}T00:00:00Z",
            gone=chance.choice(["", "", "yes"]),
            email=person(chance.randrange(12))["email"],
        )
        for _ in range(chance.randint(1, 6))
    ]
    world.deliver("web", f"n{night:03}", list({row["id"]: row for row in rows}.values()))
    known = sorted(chance.sample(range(12), chance.randint(1, 8)))
    world.deliver("till", f"n{night:03}", [receipt(n) for n in known])
    if chance.random() < 0.7:
        pair = f"web:w{chance.randrange(12)}", f"till:t{chance.randrange(12)}"
        judge(world, chance.choice(["same", "different", "withdrawn"]), *pair)
    assert [result.finding for result in world.run(accept_changes=True) if result.withholds] == []


@pytest.mark.parametrize("seed", range(int(os.environ.get("OMNI_EXAMPLES", "2"))))
def test_whatever_is_put_back_ids_keep_their_meaning_and_tables_are_the_same(
    seed: int, tmp_path: Path, models: Path
) -> None:
    """In small random worlds: nights, a loss back to any of them or to nothing, a restore, and on."""
    chance = random.Random(seed)
    world = World.make(tmp_path / "home", models=models)
    nights = chance.randint(2, 4)
    for _ in range(nights):
        random_night(world, chance)
        back_up(world)
    before, after_it = world.golden_ids(), chance.random()
    twin = World(copy_home(world.root, tmp_path / "twin"), nights)
    night = chance.randrange(nights)
    if night:
        put_back(world, night, "warehouse/omni.duckdb")
    else:
        lose(world, "warehouse/omni.duckdb")
    assert_stops(world, "`omni restore`")
    [_] = restore(world)
    for one in (world, twin):
        random_night(one, random.Random(after_it))
    assert_same(tables(world.home), tables(twin.home), but="runs feed_figures")
    assert_explained(world, before, f"seed {seed}")


def test_verdicts_that_are_put_back_while_the_warehouse_is_lost_are_noticed(
    town_after_one_night: World, tmp_path: Path
) -> None:
    """How far they were read stands in what is published too."""
    root = copy_home(town_after_one_night.root, tmp_path / "home")
    world = World(Path(root), town_after_one_night.nights)

    def say_same(number: int) -> None:
        pair = RecordKey("web", f"w{number}"), RecordKey("till", f"t{number}")
        verdict = Verdict(datetime(2026, 3, 1, 0, number), "same", *pair, "anna", "she said so")
        append_verdict(world.home.judgements, verdict)

    say_same(1)
    files = world.home.judgements, tmp_path / "older"
    shutil.copytree(*files)
    say_same(2)
    world.run()
    heads = world.read("select judgement_heads from runs order by run_number")["judgement_heads"]
    assert heads[0] is None
    assert heads[1].startswith("verdicts.csv ")
    lose(world, "warehouse")
    shutil.copytree(files[1], files[0], dirs_exist_ok=True)
    restore_home(world.home, load_configuration(world.home.configuration), utc_now())
    [check] = [r for r in world.run() if r.name == "nothing_was_changed_by_hand"]
    assert "judgements/verdicts.csv: it lacks what a former run read in it" in check.finding
