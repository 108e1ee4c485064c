"""The nightly job on small worlds: what is taken, what is current, which ID it keeps, what is published."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels import intake
from omni_identity.engines import DuckDBEngine
from omni_identity.model.errors import ConfigurationError, HomeIsBusy, RunFailed
from omni_identity.pipeline.steps import publication
from omni_identity.pipeline.steps.deliveries import check_deliveries
from omni_identity.pipeline.steps.landing import take_files
from omni_identity.pipeline.warehouse import open_warehouse
from tests.refreshing import forget_derived
from tests.worlds import CONFIGURATION, World, deliver_town, person, receipt, run_until_candidate


@pytest.fixture
def delivered(tmp_path: Path, models: Path) -> World:
    """The same town before its first night."""
    return deliver_town(tmp_path / "home", models)


def failed(results: list[object]) -> list[str]:
    return [result.name for result in results if not result.passed]  # type: ignore[attr-defined]


def test_records_of_one_person_become_one_customer(delivered: World) -> None:
    assert failed(delivered.run()) == []

    pairs = {frozenset((f"web:w{n}", f"till:t{n}")) for n in range(30)}
    assert delivered.customers() == pairs | {frozenset((f"web:w{n}",)) for n in range(30, 40)}


def test_a_second_run_on_the_same_landing_changes_nothing(world: World) -> None:
    tables = ("unified_profiles", "crosswalk", "match_edges", "profile_lineage", "golden_id_events")
    before = {table: world.read(f"select * from {table}") for table in tables}

    assert failed(world.run()) == []

    for table in tables:
        assert world.read(f"select * from {table}").equals(before[table]), table
    runs = world.read("select status, event_count from runs order by started_at").rows()
    assert runs == [("published", 40), ("published", 0)]


def test_the_newest_version_of_a_record_wins_however_the_files_arrive(delivered: World) -> None:
    newer = person(3, changed="2026-02-02T00:00:00Z", city="Shelbyville")
    delivered.deliver("web", "2026-03-02", [newer])
    delivered.run()
    delivered.deliver(
        "web", "2026-03-03", [person(3, changed="2026-01-15T00:00:00Z", city="Ogdenville")]
    )
    delivered.run()

    city = delivered.read("select city from unified_profiles join crosswalk using (golden_id)"
                      " where channel = 'web' and source_record_id = 'w3'")  # fmt: skip
    assert city["city"].to_list() == ["Shelbyville"]
    counts = delivered.read(
        "select landed_count, current_count, superseded_count, deleted_count, quarantined_count"
        " from run_channel_counts where run_id = 'run-002' and channel = 'web'"
    )
    assert counts.row(0) == (42, 40, 2, 0, 0)


def test_changed_content_of_a_file_is_taken_again_and_unchanged_content_is_not(
    world: World,
) -> None:
    night = world.night()
    with open_warehouse(night) as engine:
        assert take_files("web", "contacts", engine, night).file_count == 0
    world.deliver("web", "2026-03-01", [person(n) for n in range(41)])
    night = world.night()
    with open_warehouse(night) as engine:
        taken = take_files("web", "contacts", engine, night)
    assert (taken.file_count, taken.row_count) == (1, 41)


def test_a_changed_mapping_reads_the_files_again(world: World) -> None:
    changed = CONFIGURATION.replace("email: email, phone: phone,\n", "email: email,\n", 1)
    assert changed != CONFIGURATION
    (world.root / "omni.yaml").write_text(changed, encoding="utf-8")
    world.run()
    phones = world.read(
        "select count(phone) as n from unified_profiles where list_contains(channels, 'web')"
    )
    assert phones["n"].to_list() == [30]  # those of the till alone are left


def test_a_column_mapped_later_may_be_missing_in_old_files_but_not_in_new_ones(
    world: World,
) -> None:
    changed = CONFIGURATION.replace("loyalty_id: card}", "loyalty_id: card, instagram: insta}")
    (world.root / "omni.yaml").write_text(changed, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"column 'insta' is not in landing/till/0000.csv"):
        world.run()
    path = world.deliver("till", "2026-03-02", [receipt(n) for n in range(31)])
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join([f"{header},insta", *(f"{row},@x{row[:2]}" for row in rows)]), encoding="utf-8"
    )
    assert failed(world.run()) == []
    world.deliver("till", "2026-03-03", [receipt(n) for n in range(31)])
    ids = world.golden_ids()
    assert failed(world.run()) == []
    aside = world.read("select channel, feed, file, reason_code from quarantined_files").rows()
    assert aside == [("till", "contacts", "landing/till/2026-03-03.csv", "missing_column")]
    assert world.golden_ids() == ids


def test_files_that_are_all_of_their_feeds_are_named_together_and_the_rest_has_landed(
    tmp_path: Path,
) -> None:
    book = "  - {name: book, contacts: {files: landing/book/*, record_id: id, mapping: {email: mail}}}\n"
    torn = book.replace("book", "torn")
    configuration = CONFIGURATION.replace("checks:", f"{book}{torn}checks:")
    world = World.make(tmp_path / "home", configuration)
    for name in ("book/customers.xlsx", "torn/list.zip"):
        (world.root / "landing" / name).parent.mkdir()
        (world.root / "landing" / name).write_bytes(b"PK\x03\x04 not read")
    with pytest.raises(ConfigurationError) as caught:
        world.run()
    first, second = str(caught.value).splitlines()
    assert (
        "channels[2].contacts.files: landing/book/customers.xlsx: it cannot be read as a workbook"
        in first
    )
    assert "or its sheet as CSV (UTF-8)" in first
    assert "landing/torn/list.zip: the ZIP archive is damaged" in second


def test_a_file_that_could_not_be_read_one_night_is_as_if_it_always_could(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.make(tmp_path / "home", models=models)
    world.deliver("web", "one", [person(n) for n in range(20)])
    world.deliver("web", "two", [person(n) for n in range(20, 30)])
    world.deliver("till", "one", [receipt(n) for n in range(30)])
    read = intake.read_rows

    def stop_at_two(delivery: Any, *others: Any) -> Any:
        yield from read(delivery, *others)
        if delivery.path.endswith("two.csv") or delivery.path.startswith("landing/till"):
            raise RuntimeError

    world.run()
    ids = world.golden_ids()
    (world.home.root / "landing/till/two.csv").write_bytes(
        (world.root / "landing/till/one.csv").read_bytes()[:-9]
    )
    world.deliver("web", "two", [person(n) for n in range(20, 31)])
    with monkeypatch.context() as patch:
        patch.setattr(intake, "read_rows", stop_at_two)
        assert failed(world.run()) == []
    assert world.golden_ids() == ids, "a snapshot that cannot be read deletes nobody"
    names = world.read("select file, reason_code from quarantined_files order by file").rows()
    assert names == [
        ("landing/till/two.csv", "unreadable_file"),
        ("landing/web/two.csv", "unreadable_file"),
    ]
    assert failed(world.run()) == []
    healed = world.golden_ids()
    assert healed.keys() == ids.keys() | {"web:w30"}
    assert world.read("select * from quarantined_files").is_empty()
    start_anew = World(world.root, world.nights)
    forget_derived(world.home)
    assert failed(start_anew.run()) == []
    assert start_anew.golden_ids() == healed


def test_a_feed_of_which_only_reading_tells_that_nothing_can_be_read_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.make(tmp_path / "home")

    def stop(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("omni_identity.channels.csv_reader.clean_block", stop)
    with pytest.raises(
        ConfigurationError, match=r"0000.csv: it cannot be read: Input/output"
    ) as caught:
        world.run()
    assert str(caught.value).count("It is all that this feed has delivered.") == 3


def test_a_deleted_record_leaves_and_its_customer_keeps_its_id(world: World) -> None:
    before = world.golden_ids()
    assert before["till:t5"] == before["web:w5"]
    founder, heir = sorted(("till:t5", "web:w5"))
    assert founder == "till:t5"
    rows = [receipt(n) for n in range(30) if n != 5]
    world.deliver("till", "2026-03-02", rows)

    assert failed(world.run()) == []

    after = world.golden_ids()
    assert "till:t5" not in after
    assert after[heir] == before[heir], "the heir takes over the founder's seniority"
    assert world.read("select * from golden_id_events where run_id = 'run-002'").height == 0
    # and if the founder comes back, it comes back to the same customer
    world.deliver("till", "2026-03-03", [*rows, receipt(5)])
    world.run()
    assert world.golden_ids() == before


def test_a_flag_deletes_a_record_and_a_customer_without_records_is_retired(world: World) -> None:
    golden_id = world.golden_ids()["web:w35"]
    world.deliver("web", "2026-03-02", [person(35, changed="2026-02-01T00:00:00Z", gone="true")])
    world.run()

    assert "web:w35" not in world.golden_ids()
    events = world.read(
        "select event, golden_id, other_golden_id from golden_id_events where run_id = 'run-002'"
    )
    assert events.rows() == [("retired", golden_id, None)]
    assert world.read("select * from golden_id_redirects").rows() == [(golden_id, None)]


def test_a_snapshot_that_breaks_off_deletes_nobody(world: World) -> None:
    path = world.deliver("till", "2026-03-02", [receipt(n) for n in range(30)])
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[: len(whole) // 3] + '\nt999,"half a na', encoding="utf-8")

    assert failed(world.run()) == []

    assert len(world.customers()) == 40
    assert {f"till:t{n}" for n in range(30)} <= set(world.golden_ids())
    assert world.read("select * from quarantined_records").height > 0


def test_a_row_held_back_from_a_snapshot_deletes_nobody(world: World) -> None:
    rows = [receipt(n) for n in range(30)]
    rows[4]["name"] = rows[4]["phone"] = rows[4]["card"] = ""
    rows[4]["email"] = (
        "the customer says she has no address of her own and uses that of her daughter"
    )
    world.deliver("till", "2026-03-02", rows)
    assert failed(world.run()) == []
    assert world.read("select reason_code, row_number from quarantined_records").rows() == [
        ("malformed_email", 5)
    ]
    assert "till:t4" in world.golden_ids(), "the version before stays current"


def test_two_values_of_a_unique_identifier_never_share_a_customer(delivered: World) -> None:
    same_person = [receipt(n) for n in range(30)] + [receipt(7, receipt="t700", card="L999999")]
    delivered.deliver("till", "2026-03-01", same_person)
    delivered.run()
    ids = delivered.golden_ids()
    assert ids["till:t7"] == ids["till:t700"], "nothing but the card differs"
    configuration = CONFIGURATION + "identifiers: {loyalty_id: {unique: true}}\n"
    (delivered.root / "omni.yaml").write_text(configuration, encoding="utf-8")
    delivered.run()
    ids = delivered.golden_ids()
    assert ids["till:t7"] != ids["till:t700"]
    assert ids["web:w7"] in (ids["till:t7"], ids["till:t700"])


def test_evidence_that_appears_merges_and_what_is_withdrawn_restores(delivered: World) -> None:
    stranger = {
        "receipt": "t77",
        "name": "",
        "email": "someone@else.example.org",
        "phone": "",
        "card": "",
    }
    delivered.deliver("till", "2026-03-01", [*(receipt(n) for n in range(30)), stranger])
    delivered.run()
    before = delivered.golden_ids()
    known = receipt(33, receipt="t77")
    delivered.deliver("till", "2026-03-02", [*(receipt(n) for n in range(30)), known])
    delivered.run()
    merged = delivered.golden_ids()
    elder = min(before["till:t77"], before["web:w33"])
    younger = max(before["till:t77"], before["web:w33"])
    assert merged["till:t77"] == merged["web:w33"] == elder
    events = "select event, golden_id, other_golden_id from golden_id_events where run_id = "
    assert delivered.read(events + "'run-002'").rows() == [("merged", younger, elder)]
    assert delivered.read("select * from golden_id_redirects").rows() == [(younger, elder)]

    delivered.deliver("till", "2026-03-03", [*(receipt(n) for n in range(30)), stranger])
    delivered.run()
    assert delivered.golden_ids() == before
    assert delivered.read(events + "'run-003'").rows() == [("restored", younger, elder)]
    assert delivered.read("select * from golden_id_redirects").height == 0


def test_a_reader_with_the_old_file_open_is_not_disturbed(world: World) -> None:
    script = (
        "import duckdb, sys\n"
        "con = duckdb.connect(sys.argv[1], read_only=True)\n"
        "count = lambda: con.execute('select count(*) from crosswalk').fetchone()[0]\n"
        "print(count(), flush=True)\n"
        "sys.stdin.readline()\n"
        "print(count(), con.execute('select sum(record_count) from unified_profiles').fetchone()[0])\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", script, str(world.home.published_file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reader.stdout is not None
    assert reader.stdout.readline().strip() == "70"
    world.deliver("web", "2026-03-02", [person(n) for n in range(40, 45)])
    world.run()
    assert world.read("select count(*) as n from crosswalk")["n"].to_list() == [75]
    output, _ = reader.communicate("go on\n", timeout=60)
    assert output.strip() == "70 70"


def event(name: str, kind: str, at: str, amount: str) -> dict[str, str]:
    return {"event": name, "id": "w1", "kind": kind, "at": at, "amount": amount, "currency": "USD"}


def test_interactions_hang_on_the_customer_and_anonymous_ones_wait(delivered: World) -> None:
    delivered.deliver("web", "2026-03-02", [person(50, cookie="dev-50")])
    delivered.deliver(
        "web_events",
        "2026-03-02",
        [
            event("e1", "order", "2026-02-01T10:00:00Z", "20.50"),
            event("e2", "order", "2026-02-03T10:00:00Z", "9.50") | {"currency": "usd"},
            event("e3", "return", "2026-02-04T10:00:00Z", "9.50") | {"answers": "e2"},
            {"event": "e4", "kind": "session", "at": "2026-02-04T10:00:00Z", "cookie": "dev-50"},
            {"event": "e5", "kind": "session", "at": "2026-02-04T10:00:00Z", "cookie": "dev-nobody"},
            event("e1", "order", "2026-02-01T10:00:00Z", "20.50"),
            event("e6", "order", "2026-02-05T10:00:00Z", "99.00") | {"status": "Cancelled"},
        ],
    )  # fmt: skip
    delivered.run()

    ids = delivered.golden_ids()
    found = delivered.read(
        "select interaction_id, golden_id, resolved_by from interactions order by all"
    )
    assert found.rows() == [
        ("e1", ids["web:w1"], "contact"),
        ("e2", ids["web:w1"], "contact"),
        ("e3", ids["web:w1"], "contact"),
        ("e4", ids["web:w50"], "device_id"),
        ("e5", None, None),
        ("e6", ids["web:w1"], "contact"),
    ]
    profile = delivered.read(
        "select order_count, total_spend::varchar, spend_currency, interaction_count, last_order_at::varchar"
        f" from unified_profiles where golden_id = '{ids['web:w1']}'"
    )
    assert profile.row(0) == (2, "20.50", "USD", 4, "2026-02-03 10:00:00")


def test_a_run_killed_between_the_switch_and_settling_is_settled_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver("web", "2026-03-02", [person(60)])

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publication, "mark_published", kill)
        with pytest.raises(KeyboardInterrupt):
            world.run()

    world.run()

    events = world.read("select run_id, event from golden_id_events where run_id > 'run-001'")
    assert events.rows() == [("run-002", "created")]
    statuses = world.read("select run_id, status from runs order by run_id").rows()
    assert statuses == [
        ("run-001", "published"),
        ("run-002", "published"),
        ("run-003", "published"),
    ]


def test_a_run_killed_before_the_switch_is_interrupted_and_leaves_nothing_built(
    world: World,
) -> None:
    world.deliver("web", "2026-03-02", [person(60)])
    night = world.night()
    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
    assert len(world.customers()) == 40

    world.run()

    assert len(world.customers()) == 41
    statuses = world.read("select run_id, status from runs order by run_id").rows()
    assert statuses[1] == ("run-002", "interrupted")
    versions = sorted(path.name for path in (world.home.published / "versions").iterdir())
    assert versions == ["run-001", "run-003"]


def test_two_runs_at_once_the_second_says_so(delivered: World) -> None:
    script = (
        "import duckdb, sys\n"
        "con = duckdb.connect(sys.argv[1])\n"
        "print('held', flush=True)\n"
        "sys.stdin.readline()\n"
    )
    delivered.home.warehouse.mkdir(parents=True, exist_ok=True)
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(delivered.home.warehouse_file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "held"
    with pytest.raises(HomeIsBusy, match="another run"), open_warehouse(delivered.night()):
        pass
    holder.communicate("done\n", timeout=60)


def test_a_home_keeps_its_engine(world: World) -> None:
    (world.root / "omni.yaml").write_text(CONFIGURATION + "engine: spark\n", encoding="utf-8")
    with (
        pytest.raises(ConfigurationError, match=r"engine: 'spark', but this home's record ledger"),
        open_warehouse(world.night()),
    ):
        pass


def test_a_glob_that_matches_nothing_is_an_error_until_something_was_landed(
    delivered: World,
) -> None:
    (delivered.root / "landing" / "till" / "0000.csv").unlink()
    (delivered.root / "landing" / "till" / "2026-03-01.csv").unlink()
    night = delivered.night()
    with (
        open_warehouse(night) as engine,
        pytest.raises(ConfigurationError, match=r"landing/till/\*\.csv"),
    ):
        check_deliveries(engine, night)
    delivered.deliver("till", "2026-03-01", [receipt(n) for n in range(30)])
    delivered.run()
    (delivered.root / "landing" / "till" / "2026-03-01.csv").unlink()
    assert failed(delivered.run()) == []
    assert len(delivered.customers()) == 40


def test_published_tables_carry_comments_and_stand_as_parquet_too(world: World) -> None:
    uncommented = world.read(
        "select table_name, column_name from duckdb_columns() where comment is null and not internal"
    )
    assert uncommented.height == 0
    assert world.read("select * from duckdb_tables() where comment is null").height == 0
    for table in world.read("select table_name from duckdb_tables()")["table_name"]:
        path = world.home.published / "parquet" / f"{table}.parquet"
        same = world.read(
            f"select count(*) as n from (from {table} except all from read_parquet('{path}'))"
        )
        assert same["n"].to_list() == [0], table


def test_the_same_input_gives_the_same_parquet_bytes(tmp_path: Path) -> None:
    world, other = World.make(tmp_path / "one"), World.make(tmp_path / "other")
    for each in (world, other):
        each.deliver("web", "2026-03-01", [person(n) for n in range(40)])
        each.deliver("till", "2026-03-01", [receipt(n) for n in range(30)])
        each.run()
    for path in sorted((world.home.published / "parquet").glob("*.parquet")):
        if path.stem in ("runs",):
            continue  # holds the time at which the run ended
        twin = other.home.published / "parquet" / path.name
        assert path.read_bytes() == twin.read_bytes(), path.name


def test_the_warehouse_holds_no_splink_tables(world: World) -> None:
    with DuckDBEngine(world.home.warehouse_file) as engine:
        names = engine.fetch("select table_name from duckdb_tables()")["table_name"].to_list()
    assert not [name for name in names if "splink" in name]


def test_a_disk_without_room_for_the_pairs_is_said_before_any_is_listed(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.make(tmp_path / "home", models=models)
    world.deliver("web", "2026-03-01", [person(n) for n in range(20)])
    world.deliver("till", "2026-03-01", [receipt(n) for n in range(20)])
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=100))
    with pytest.raises(RunFailed, match=r"candidate pairs of 40 records .* 0\.0 GiB left"):
        world.run()
    monkeypatch.undo()
    assert all(check.passed for check in world.run())
