"""What a step has done stands in the warehouse: a run goes on from there, and what is outdated begins anew."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.identity.changes import forget_derived, start_over
from omni_identity.model.errors import RunFailed
from omni_identity.pipeline import runner
from omni_identity.pipeline.fingerprints import step_fingerprints
from omni_identity.pipeline.runner import WHOLE, execute_step, run_pipeline, run_steps
from omni_identity.pipeline.sequence import named, needs, owned_tables, steps_of, with_suppliers
from omni_identity.pipeline.step_records import step_records
from omni_identity.pipeline.warehouse import open_warehouse
from tests.crash_worlds import event
from tests.repeated_worlds import Rows, differences, published
from tests.shared import copy_home
from tests.worlds import CONFIGURATION, World, person

STEPS = steps_of(parse_configuration(yaml.safe_load(CONFIGURATION)))
DERIVING = [step.name for step in STEPS if step.derived_tables]


def status(engine: Engine, run_id: str) -> str:
    found = engine.fetch(f"select status from ledger.runs where run_id = '{run_id}'")
    return str(found["status"][0])


def test_a_run_goes_on_in_another_process_and_publishes(world: World, tmp_path: Path) -> None:
    """Every step in an opening of its own: what one leaves for the next is in the warehouse, and nowhere else."""
    world.deliver("web", "2026-03-02", [person(60), person(3, email="other@example.org")])
    apart = World(tmp_path / "apart", world.nights)
    copy_home(world.root, apart.root)
    world.run()
    run = apart.night()
    for one in steps_of(run.configuration):
        with open_warehouse(run) as engine:
            assert not execute_step(engine, run, one).is_withheld
    assert differences(published(apart.root), published(world.root)) == []


def test_a_step_is_refused_before_what_it_is_made_from(tmp_path: Path) -> None:
    world = World.make(tmp_path / "home")
    run = world.night()
    with open_warehouse(run) as engine:
        with pytest.raises(RunFailed, match=r"golden_ids is made from.*match_scores.*nightly"):
            run_steps(engine, run, named(steps_of(run.configuration), "golden_ids"))
        assert step_records(engine) == {}


def test_a_step_that_is_stopped_is_not_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from omni_identity.pipeline.steps import golden_ids

    def stop(*_: object) -> None:
        raise RunFailed("stopped")

    monkeypatch.setattr(golden_ids, "update_clusters", stop)
    run = world.night()
    with open_warehouse(run) as engine:
        steps = steps_of(run.configuration)
        with pytest.raises(RunFailed, match="stopped"):
            run_steps(engine, run, steps)
        held = step_records(engine)
        assert held["match_scores"].run_id == run.run_id
        assert held["golden_ids"].run_id is None
        with pytest.raises(RunFailed, match=r"interactions is made from.*golden_ids"):
            run_steps(engine, run, named(steps, "interactions"))


def test_every_step_begins_with_room_for_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the steps before have written takes memory until it is in the tables: ten million contacts had none left."""
    told: list[str] = []
    make_room, begin_step = DuckDBEngine.make_room, runner.begin_step

    def hear_room(engine: DuckDBEngine) -> None:
        told.append("room")
        make_room(engine)

    def hear_step(engine: Engine, step: str) -> None:
        told.append(step)
        begin_step(engine, step)

    monkeypatch.setattr(DuckDBEngine, "make_room", hear_room)
    monkeypatch.setattr(runner, "begin_step", hear_step)
    world.run()
    expected = [word for step in STEPS for word in ("room", step.name)]
    expected.insert(expected.index(WHOLE[0]) + 1, "room")  # of its diagnostics, for the publication
    assert told == expected


def test_one_step_alone_publishes_nothing_and_spoils_nothing(world: World) -> None:
    world.deliver("web", "2026-03-02", [person(60)])
    before = published(world.root)
    run = world.night()
    with open_warehouse(run) as engine:
        steps = steps_of(run.configuration)
        run_steps(engine, run, named(steps, "profiles"))
        for name in WHOLE:
            with pytest.raises(RunFailed, match="one whole run: run the nightly job"):
                run_steps(engine, run, named(steps, name))
    assert published(world.root) == before
    world.run()
    assert len(world.customers()) == 41


AFTER_GOLDEN_IDS = (
    "households",
    "interactions",
    "profiles",
    "customer_context",
    "kpis",
)


def test_what_was_done_again_behind_another_step_is_not_published(world: World) -> None:
    run = world.night()
    with open_warehouse(run) as engine:
        steps = steps_of(run.configuration)
        run_steps(engine, run, [s for s in steps if s.name not in WHOLE])
        run_steps(engine, run, named(steps, "golden_ids"))
        with pytest.raises(RunFailed, match="made from was done again: households, inter"):
            run_steps(engine, run, named(steps, WHOLE[0]))
        run_steps(engine, run, named(steps, *AFTER_GOLDEN_IDS))
        run_steps(engine, run, named(steps, *WHOLE))
        assert status(engine, run.run_id) == "published"


def test_a_withheld_run_goes_on_once_its_bound_is_corrected(world: World) -> None:
    world.deliver("web", "2026-03-02", [person(60)])
    text = world.home.configuration.read_text()
    bound = "{max_age_days: 30, max_customer_records: 1}"
    world.home.configuration.write_text(text.replace("{max_age_days: 30}", bound))
    run = world.night()
    with open_warehouse(run) as engine:
        assert run_pipeline(engine, run).is_withheld
        assert status(engine, run.run_id) == "withheld"
    world.home.configuration.write_text(text)
    world.nights -= 1
    again = world.night()
    assert again.run_id == run.run_id
    with open_warehouse(again) as engine:
        steps = steps_of(again.configuration)
        outcomes = run_steps(engine, again, named(steps, *WHOLE))
        assert not outcomes[0].is_withheld
        assert status(engine, run.run_id) == "published"
    assert len(world.customers()) == 41


def deliver_second_day(world: World) -> None:
    world.deliver("web_events", "2026-03-02", [event(3), event(5)])
    world.deliver("web", "2026-03-02", [person(60), person(3, email="other@example.org")])


@pytest.fixture(scope="module")
def anew(town_after_one_night: World, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What a second night publishes that derives everything anew."""
    root = copy_home(town_after_one_night.root, tmp_path_factory.mktemp("anew") / "home")
    world = World(root, town_after_one_night.nights)
    deliver_second_day(world)
    run = world.night()
    with open_warehouse(run) as engine:
        start_over(engine)
        run_pipeline(engine, run)
    return published(root)


@pytest.mark.parametrize("outdated", DERIVING)
def test_what_other_code_derived_begins_anew_with_all_that_follows_and_nothing_else(
    outdated: str, world: World, anew: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_second_day(world)
    followers = {outdated}
    for one in STEPS:
        if one.derived_tables and needs(STEPS)[one.name] & followers:
            followers.add(one.name)
    run = world.night()
    begun_anew: set[str] = set()

    def forget(engine: Engine, tables: Iterable[str]) -> None:
        begun_anew.update(tables)
        forget_derived(engine, tables)

    monkeypatch.setattr(runner, "forget_derived", forget)
    with open_warehouse(run) as engine:
        names = ", ".join(f"'{name}'" for name in followers)
        engine.run(f"update ledger.steps set fingerprint = 'of before' where step in ({names})")
        outcome = run_pipeline(engine, run)
    assert not outcome.is_withheld
    with_their_suppliers = with_suppliers(STEPS, followers)
    assert {t for t in begun_anew if t.startswith("derived.")} == {
        table for name in with_their_suppliers for table in owned_tables(STEPS)[name]
    }
    assert differences(published(world.root), anew) == []


def test_a_changed_setting_reaches_what_follows_from_it_and_nothing_else() -> None:
    before = step_fingerprints(STEPS, parse_configuration(yaml.safe_load(CONFIGURATION)), "model")
    later = CONFIGURATION + "insight: {journey_silence_days: 5}\n"
    after = step_fingerprints(STEPS, parse_configuration(yaml.safe_load(later)), "model")
    changed = {name for name in before if before[name] != after[name]}
    assert {"interactions", "kpis", "customer_context"} <= changed
    assert not {"source_records", "match_scores", "golden_ids"} & changed
    other = step_fingerprints(
        STEPS, parse_configuration(yaml.safe_load(CONFIGURATION)), "another model"
    )
    by_model = {name for name in before if before[name] != other[name]}
    assert {"match_scores", "golden_ids", "profiles"} <= by_model
    assert not {"deliveries", "standardised_contacts"} & by_model


def test_schedule_and_checks_derive_nothing_anew() -> None:
    before = step_fingerprints(STEPS, parse_configuration(yaml.safe_load(CONFIGURATION)), "model")
    text = CONFIGURATION.replace("max_age_days: 30", "max_age_days: 31") + 'schedule: "5 4 * * *"\n'
    after = step_fingerprints(STEPS, parse_configuration(yaml.safe_load(text)), "model")
    assert {n for n in DERIVING if before[n] != after[n]} == set()
