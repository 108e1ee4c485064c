"""Every blocking check fails on the fault it is for, and nothing is published then."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from omni_identity.demo import DemoPlan, write_demo
from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.pipeline.steps.publication_candidate import audit, build_candidate
from omni_identity.pipeline.warehouse import open_warehouse
from omni_identity.publish.build import candidate_folder
from omni_identity.publish.checks import CHECKS
from omni_identity.publish.feeds.feed_figures import JUDGED_BY, UNKNOWN
from omni_identity.publish.publication import published_run
from tests.shared import copy_home, make_once
from tests.worlds import CONFIGURATION, FIRST_NIGHT, World, person, receipt, run_until_candidate

Fault = Callable[[DuckDBEngine, World], None]


def make_world(root: Path, models: Path, configuration: str = CONFIGURATION) -> World:
    world = World.make(root, configuration, models)
    world.deliver("web", "1", [person(n) for n in range(120)])
    world.deliver("till", "1", [receipt(n) for n in range(40)])
    return world


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A world of ``make_world``, one night published. Only to be copied."""

    def publish(root: Path) -> None:
        world = make_world(root, models)
        assert [result.name for result in world.run() if not result.passed] == []

    return make_once(tmp_path_factory, "published_before_checks", publish)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory, published_once: Path) -> Path:
    """That world with the next night's candidate, not audited yet. Only to be copied."""

    def build(root: Path) -> None:
        world = World(copy_home(published_once, root), nights=1)
        night = world.night()
        with open_warehouse(night) as engine:
            run_until_candidate(engine, night)

    return make_once(tmp_path_factory, "candidate_before_checks", build)


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world whose own model was trained on its 240 people, one night published. Only to be copied."""

    def train(root: Path) -> None:
        world = World.make(root)
        world.deliver("web", "1", [person(n) for n in range(240)])
        world.run()

    return make_once(tmp_path_factory, "trained_before_checks", train)


@pytest.fixture
def published(published_once: Path, tmp_path: Path) -> World:
    """A copy of ``published_once``, one's own."""
    return World(copy_home(published_once, tmp_path / "home"), nights=1)


def in_candidate(*statements: str) -> Fault:
    """A fault in the built file itself."""

    def spoil(engine: DuckDBEngine, world: World) -> None:
        path = candidate_folder(world.home, f"run-{world.nights:03}") / "omni.duckdb"
        engine.run(f"attach '{path}' as spoiled")
        for statement in statements:
            engine.run(statement)
        engine.run("detach spoiled")

    return spoil


def one_row_twice(table: str) -> Fault:
    """One row of a table there twice, as only a table that declares no key can have it."""
    rows = f"from spoiled.main.{table} union all (from spoiled.main.{table} limit 1)"
    return in_candidate(f"create or replace table spoiled.main.{table} as {rows}")


FAULTS: dict[str, Fault] = {
    "golden_ids_are_unique": one_row_twice("unified_profiles"),
    "every_current_record_is_in_exactly_one_customer": in_candidate(
        "delete from spoiled.main.crosswalk where channel = 'web' and source_record_id = 'w7'"
    ),
    "every_landed_row_is_accounted_for": in_candidate(
        "update spoiled.main.run_channel_counts set current_count = current_count - 1 where channel = 'web'"
    ),
    "no_foreign_key_is_orphaned": in_candidate(
        "update spoiled.main.profile_lineage set source_record_id = 'nobody' where source_record_id = 'w3'"
    ),
    "keys_are_unique": one_row_twice("crosswalk"),
    "no_member_is_addressed_against_their_word": in_candidate(
        "insert into spoiled.main.audience_members select 'win_back', golden_id, 'email', email[1],"
        " 'consent_email', null, 'nobody asked them', now()::timestamp from spoiled.main.unified_profiles limit 1"
    ),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_in_what_was_built_is_found(tmp_path: Path, name: str, built_once: Path) -> None:
    world = World(copy_home(built_once, tmp_path / "home"), nights=1)
    night = world.night()
    with open_warehouse(night) as engine:
        assert all(result.passed for result in audit(engine, night))
        FAULTS[name](engine, world)
        results = audit(engine, night)
        status = engine.fetch("select status from ledger.runs where run_id = 'run-002'")["status"][
            0
        ]
    failed = {result.name for result in results if not result.passed}
    assert name in failed
    assert status == "withheld"
    assert published_run(world.home) == "run-001"


def bounded(checks: str) -> str:
    return CONFIGURATION.replace("checks: {max_age_days: 30}", f"checks: {{{checks}}}")


def failed_and_unpublished(world: World) -> set[str]:
    before = published_run(world.home)
    failed = {result.name for result in world.run() if not result.passed}
    assert published_run(world.home) == before
    return failed


def test_a_customer_beyond_the_bound_is_found(tmp_path: Path, models: Path) -> None:
    world = make_world(tmp_path / "home", models, bounded("max_customer_records: 1"))
    assert failed_and_unpublished(world) == {"largest_customer_is_within_bounds"}


def test_equal_records_of_a_customer_count_once(tmp_path: Path, models: Path) -> None:
    world = make_world(tmp_path / "home", models, bounded("max_customer_records: 3"))
    world.deliver("web", "2", [person(7, id=f"again{n}") for n in range(8)])
    (found,) = [r for r in world.run() if r.name == "largest_customer_is_within_bounds"]
    assert found.passed
    assert world.read("select max(record_count) as n from unified_profiles")["n"][0] >= 9


def test_a_delivery_of_which_much_is_held_back_is_found(tmp_path: Path, models: Path) -> None:
    world = make_world(tmp_path / "home", models)
    broken = [person(n, id="") for n in range(200, 230)]
    world.deliver("web", "2", [*broken, *(person(n) for n in range(120, 130))])
    assert failed_and_unpublished(world) == {"quarantined_share_is_within_bounds"}


def test_a_jump_in_the_number_of_customers_is_found(published: World) -> None:
    world = published
    world.deliver("web", "2", [person(n, id=f"new{n}") for n in range(500, 620)])
    assert failed_and_unpublished(world) == {"customer_count_does_not_jump"}
    runs = world.read("select run_id, status from runs").rows()
    assert runs == [("run-001", "published")], "consumers still see the last good night"


def test_channels_that_disagree_on_too_many_products_are_found(
    tmp_path: Path, models: Path
) -> None:
    feeds = "".join(
        f"  - {{channel: {name}, files: {name}.csv, currency: USD, mapping: {{product_id: sku, price: price}}}}\n"
        for name in ("web", "till")
    )
    configuration = bounded("max_catalogue_conflict_share: 0.4, max_age_days: 30")
    world = make_world(tmp_path / "home", models, f"{configuration}catalogue:\n{feeds}")
    (world.root / "web.csv").write_text("sku,price\nP1,1.00\nP2,2.00\n")
    (world.root / "till.csv").write_text("sku,price\nP1,1.10\nP2,2\n")
    assert failed_and_unpublished(world) == {"channels_agree_on_the_catalogue"}


def test_words_on_a_consent_that_nobody_understands_are_said(tmp_path: Path, models: Path) -> None:
    world = make_world(tmp_path / "home", models)
    words = ["mal sehen", "yes", "no"]
    world.deliver("web", "2", [person(n, newsletter=words[n % 3]) for n in range(120)])
    results = {result.name: result for result in world.run()}
    found = results["words_on_consent_are_understood"]
    assert found.warns
    assert "consent_email of web 40 of 120" in found.finding
    assert "gern" not in found.finding
    unclear = world.read(
        "select * from channel_attributes where attribute = 'consent_email'"
    ).rows()
    assert unclear == [("web", "consent_email", 120, 80, 0, 40)]
    counted = world.read(
        "select bucket, counted, total from run_diagnostics where diagnostic = 'unclear_consents'"
    )
    assert counted.rows() == [("consent_email of web", 40, 120)]


def test_old_deliveries_are_found(published: World) -> None:
    world = published
    (world.root / "omni.yaml").write_text(bounded("max_age_days: 2"), encoding="utf-8")
    world.nights += 5
    assert failed_and_unpublished(world) == {"deliveries_are_fresh"}


def test_a_check_that_only_warns_withholds_nothing(tmp_path: Path, models: Path) -> None:
    warn = "max_customer_records: 1, severity: {largest_customer_is_within_bounds: warn}"
    world = make_world(tmp_path / "home", models, bounded(warn))
    [found] = [result for result in world.run() if not result.passed]
    assert (found.name, found.severity) == ("largest_customer_is_within_bounds", "warn")
    assert (found.warns, found.withholds) == (True, False)
    assert published_run(world.home) == "run-001"
    [report] = world.home.reports.glob("*.html")
    page = report.read_text(encoding="utf-8")
    assert "nothing withholds it; 1 warning, see below" in page
    assert "WARNING" in page
    assert "FAILED" not in page


def test_families_merged_into_customers_are_found(tmp_path: Path) -> None:
    world = demo_world(tmp_path / "home")
    assert {result.name for result in world.run() if not result.passed} == set()
    night = world.night()
    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
        engine.run(MERGE_FAMILIES)
        build_candidate(engine, night)
        results = {result.name: result for result in audit(engine, night)}
    found = results["customers_do_not_contradict_themselves"]
    assert not found.passed
    assert "are expected of one person" in found.finding


MERGE_FAMILIES = """
    update derived.customers set golden_id = family_id
    from (
        select record_no as member_no,
            min(golden_id) over (partition by last_name_key, street_key, house_number) as family_id
        from derived.customers join derived.source_records using (record_no)
        where last_name_key is not null and street_key is not null
    ) families
    where record_no = member_no
"""


def test_a_model_that_has_learnt_families_is_found(tmp_path: Path, models: Path) -> None:
    world = make_world(tmp_path / "home", models)
    night = world.night()
    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
        # customers of three persons each, by a model that takes that for one
        engine.run("update derived.customers set golden_id = (record_no // 3)::varchar")
        expect_of_one_person(world, 0.9)
        build_candidate(engine, night)
        results = {result.name: result for result in audit(engine, night)}
    found = results["customers_do_not_contradict_themselves"]
    assert not found.passed
    assert found.facts["first_name_expected_of_one_person"] == pytest.approx(0.9, abs=0.02)
    assert "at most 5" in found.finding, "more than half are never plausible"


def expect_of_one_person(world: World, share: float) -> None:
    """Have the pinned model expect the weakest level of every comparison this often of one person."""
    path = world.home.models / str(pinned_version(world.home.models)) / "model.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    for levels in values["parameters"].values():
        levels[-1]["same"] = share
    values["pair_counts"]["same"] = 1e12
    path.write_text(json.dumps(values), encoding="utf-8")


def demo_world(root: Path) -> World:
    """A synthetic retailer with families, as a world on the night after its last delivery."""
    plan = DemoPlan(customers=500, interactions_per_customer=0.2)
    write_demo(root, plan)
    return World(root, nights=(plan.end - FIRST_NIGHT.date()).days)


@pytest.mark.parametrize("default", ["1985-06-15", ""])
def test_pairs_unlike_those_of_training_are_found(
    tmp_path: Path, default: str, trained_once: Path
) -> None:
    world = World(copy_home(trained_once, tmp_path / "home"), nights=1)
    # the shop's new form sends one birth date for everybody, or none
    changes = {"born": default, "changed": "2026-02-01T00:00:00Z"}
    world.deliver("web", "2", [person(n, **changes) for n in range(240)])
    failed = {result.name: result for result in world.run() if not result.passed}
    assert "pairs_look_as_in_training" in failed
    assert "birth_date by " in failed["pairs_look_as_in_training"].finding
    assert "first_name by " not in failed["pairs_look_as_in_training"].finding
    assert published_run(world.home) == "run-001"


def test_too_few_customers_to_judge_are_said_and_pass(tmp_path: Path) -> None:
    world = World.make(tmp_path / "home")
    world.deliver("web", "1", [person(n) for n in range(40)])
    world.deliver("till", "1", [receipt(n) for n in range(40)])
    night = world.night()
    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
        engine.run("update derived.customers set golden_id = (record_no // 3)::varchar")
        build_candidate(engine, night)
        results = {result.name: result for result in audit(engine, night)}
    contradictions = results["customers_do_not_contradict_themselves"]
    assert contradictions.passed
    assert contradictions.finding == "too few customers to judge first_name, birth_date"
    assert results["pairs_look_as_in_training"].passed
    assert results["pairs_look_as_in_training"].finding.startswith("too few pairs")


def test_a_withheld_night_does_not_stop_the_next(tmp_path: Path, models: Path) -> None:
    world = make_world(
        tmp_path / "home", models, bounded("max_customer_records: 1, max_age_days: 30")
    )
    assert failed_and_unpublished(world) == {"largest_customer_is_within_bounds"}
    (world.root / "omni.yaml").write_text(CONFIGURATION, encoding="utf-8")
    assert all(result.passed for result in world.run())
    assert world.read("select status from runs order by run_id")["status"].to_list() == [
        "withheld",
        "published",
    ]
    created = world.read("select distinct run_id from golden_id_events")["run_id"].to_list()
    assert created == ["run-002"], "IDs of a night nobody saw were never created"


def test_a_file_that_was_set_aside_withholds_only_where_omni_yaml_says_so(
    tmp_path: Path, models: Path
) -> None:
    withholding = CONFIGURATION.replace(
        "      files: landing/till/*.csv",
        "      files: landing/till/*.csv\n      on_bad_file: withhold",
    )
    world = World.make(tmp_path / "home", withholding, models)
    world.deliver("web", "one", [person(n) for n in range(20)])
    world.deliver("till", "one", [receipt(n) for n in range(10)])
    (world.root / "landing/web/book.csv").write_bytes(b"")
    assert all(result.passed for result in world.run())
    aside = "select channel, feed, file, reason_code, is_partly_taken from quarantined_files"
    assert world.read(aside).rows() == [
        ("web", "contacts", "landing/web/book.csv", "empty_file", False)
    ]
    (world.root / "landing/till/two.csv").write_text("receipt,name\nt1,Ann\n")
    assert failed_and_unpublished(world) == {"every_delivered_file_was_read"}
    (world.root / "landing/till/two.csv").unlink()
    assert all(result.passed for result in world.run())
    assert len(world.golden_ids()) == 30


def test_every_check_is_made_to_fail_here() -> None:
    bounds = {
        "largest_customer_is_within_bounds",
        "quarantined_share_is_within_bounds",
        "customer_count_does_not_jump",
        "identity_changes_are_within_bounds",
        "customers_do_not_contradict_themselves",
        "pairs_look_as_in_training",
        "channels_agree_on_the_catalogue",
        "words_on_consent_are_understood",
        "every_delivered_file_was_read",
        "deliveries_are_fresh",
    }
    feeds = {*JUDGED_BY.values(), *UNKNOWN.values(), "every_feed_is_fresh"}  # tests/publish/feeds
    hands = {
        "the_publication_was_left_as_it_was",  # tests/publish/test_alterations.py
        "nothing_was_changed_by_hand",  # tests/test_hand_edits.py
        "no_published_record_is_lost",  # tests/test_restoring.py
    }
    hands.add("mapped_columns_can_be_read")  # tests/publish/test_readable_columns.py
    hands.add("no_row_outlives_its_retention")  # tests/publish/checks/test_retention.py
    assert {check.name for check in CHECKS} == set(FAULTS) | bounds | feeds | hands
    assert all(check.description.endswith(".") for check in CHECKS)


def split_by_verdicts(world: World, people: range) -> None:
    """Have a steward part each of these people's two records."""
    lines = [f"2026-03-01T00:00:00Z,different,web,w{n},till,t{n},tester,test" for n in people]
    world.home.judgements.mkdir(exist_ok=True)
    header = "judged_at,judgement,channel_l,source_record_id_l,channel_r,source_record_id_r,judged_by,reason"
    path = world.home.judgements / "verdicts.csv"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")


def test_many_merges_are_found_and_can_be_accepted(published: World) -> None:
    world = published
    split_by_verdicts(world, range(20))
    assert [r.name for r in world.run() if not r.passed] == [], "twenty are few in any home"
    split_by_verdicts(world, range(0))
    before = world.golden_ids()
    assert failed_and_unpublished(world) == {"identity_changes_are_within_bounds"}
    assert world.golden_ids() == before

    results = {result.name: result for result in world.run(accept_changes=True)}
    assert all(result.passed for result in results.values())
    found = results["identity_changes_are_within_bounds"]
    assert "40 of 140 customers merged (28.6%, at most 14.3%)" in found.finding
    assert found.finding.endswith("accepted by --accept-changes")
    assert found.facts["merged"] == 40
    accepted = world.read("select are_changes_accepted from runs order by run_id")
    assert accepted["are_changes_accepted"].to_list() == [None, None, None, True]
    counted = world.read(
        "select counted from run_diagnostics where run_id = 'run-004'"
        " and diagnostic = 'identity_changes' and bucket = 'merged'"
    )
    assert counted["counted"].to_list() == [40]


def test_many_splits_are_found(published: World) -> None:
    world = published
    split_by_verdicts(world, range(21))
    assert failed_and_unpublished(world) == {"identity_changes_are_within_bounds"}


def test_accepting_where_nothing_is_beyond_the_bounds_accepts_nothing(
    tmp_path: Path, models: Path
) -> None:
    world = make_world(tmp_path / "home", models)
    assert all(result.passed for result in world.run(accept_changes=True))
    assert world.read("select are_changes_accepted from runs")[
        "are_changes_accepted"
    ].to_list() == [False]
