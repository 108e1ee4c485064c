"""Erased stays erased: no byte of the person is left, nobody else is touched, and they never come back."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.channels.configuration import load_configuration
from omni_identity.erasure.erasing import Erased
from omni_identity.erasure.files import rewriting
from omni_identity.erasure.requests import unfinished_erasures
from omni_identity.model.errors import RunFailed, UsageError
from omni_identity.model.home import Home
from omni_identity.orchestration.run import execute_nightly
from omni_identity.person_requests.erasure_request import Request, find_target, request_erasure
from omni_identity.pipeline.run_context import RunContext, utc_now
from omni_identity.pipeline.step_records import step_records
from omni_identity.pipeline.steps.landing import take_files
from omni_identity.pipeline.warehouse import finish_erasures, open_tables, open_warehouse
from tests.erasure.worlds import (
    SPELT,
    SPELT_EMAIL,
    SPELT_OTHERWISE,
    SPELT_PHONE,
    TRACES,
    VICTIM,
    VICTIM_APP,
    VICTIM_TILL,
    app_row,
    find_spelt,
    find_traces,
    quote_victim,
    till_row,
    write_app,
    write_till,
    write_web,
    write_world,
)
from tests.plain_nights import execute_plainly
from tests.refreshing import forget_derived
from tests.shared import copy_home, make_once
from tests.test_modes import wrong_modes
from tests.worlds import CONFIGURATION, World, person, receipt

VERDICTS = """judged_at,judgement,channel_l,source_record_id_l,channel_r,source_record_id_r,judged_by,reason
2026-01-01T00:00:00Z,different,web,w1,web,w2,anna,two people
2026-01-02T00:00:00Z,different,web,webXQ77431,web,w3,anna,not her
2026-01-03T00:00:00Z,different,web,w4,web,w5,anna,two people
2026-01-03T00:00:00Z,household,web,w7,web,webXQ77431,anna,they share a flat
2026-01-03T00:00:00Z,household,web,w8,web,w9,anna,they do too
"""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two publications and a Dagster instance in it. Only to be copied."""

    def publish_twice(root: Path) -> None:
        write_world(root)
        (root / "judgements").mkdir()
        (root / "judgements" / "verdicts.csv").write_text(VERDICTS, encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DAGSTER_HOME", raising=False)
            for execute in (execute_plainly, execute_nightly):
                assert execute(Home(root)).status == "published"
        (root / "truth").mkdir()
        labels = "channel,source_record_id,entity\nweb,w1,1\nweb,webXQ77431,2\n"
        (root / "truth" / "labels.csv").write_text(labels, encoding="utf-8")
        report = "<html><td>web:webXQ77431</td><td>loyXQ20764</td></html>"
        (root / "reports").mkdir(exist_ok=True)
        (root / "reports" / "old.html").write_text(report, encoding="utf-8")
        (root / "reports" / "new.html").write_text("<html>43 customers</html>", encoding="utf-8")

    return make_once(tmp_path_factory, "erasure_home", publish_twice)


@pytest.fixture
def home(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of it, one's own."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return Home(copy_home(published, tmp_path / "home"))


def erase(home: Home, term: str) -> Erased:
    configuration = load_configuration(home.configuration)
    target = find_target(home, configuration, term)
    request = Request(target.golden_id, target.person, "officer", "request 1")
    return request_erasure(home, configuration, request)


def tables(home: Home) -> dict[str, pl.DataFrame]:
    """The published tables that are about customers."""
    names = (
        *("unified_profiles", "crosswalk", "match_edges", "profile_lineage", "interactions"),
        *("customer_context", "open_matters", "audience_members", "identifiers", "audience_log"),
        *("journeys", "messages", "interaction_lines", "handoffs"),
    )
    folder = home.published / "parquet"
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in names}


def households(home: Home) -> dict[str, list[str]]:
    """Who lives with whom, by household."""
    rows = pl.read_parquet(home.published / "parquet" / "households.parquet")
    return dict(rows.select("household_id", "golden_ids").iter_rows())


def counts(home: Home) -> dict[str, dict[str, int]]:
    """The newest run's counts of contact rows, by channel."""
    runs = pl.read_parquet(home.published / "parquet" / "runs.parquet")
    newest = runs.sort("started_at")["run_id"][-1]
    rows = pl.read_parquet(home.published / "parquet" / "run_channel_counts.parquet")
    return {row["channel"]: row for row in rows.filter(pl.col("run_id") == newest).to_dicts()}


def assert_they_add_up(home: Home) -> None:
    for row in counts(home).values():
        parts = ("current", "superseded", "deleted", "quarantined", "suppressed")
        assert row["landed_count"] == sum(row[f"{part}_count"] for part in parts), row


def test_no_byte_of_the_person_is_left_and_nobody_else_is_touched(home: Home) -> None:
    assert {trace.partition(": ")[2] for trace in find_traces(home.root)} >= set(TRACES) - {
        *("zephyvander", "07/29/1931", "29.07.1931")
    }
    before, lived = tables(home), households(home)
    victim = before["crosswalk"].filter(pl.col("source_record_id") == VICTIM["id"])["golden_id"][0]
    (flat,) = (name for name, golden_ids in lived.items() if victim in golden_ids)
    audiences = home.published / "csv" / "audience_members.csv"
    assert "unanswered_ticket," + victim in audiences.read_text(encoding="utf-8")
    landed = {path: path.read_bytes() for path in home.landing.rglob("*.csv")}
    landed_before = {name: row["landed_count"] for name, row in counts(home).items()}

    erased = erase(home, "web:webXQ77431")

    assert erased == Erased(row_count=15, file_count=10, verdict_count=2)
    assert find_traces(home.root) == [], "before any run"
    own = ("landing", "omni.yaml", "truth", "judgements", "audiences")
    assert wrong_modes(home, own) == {}
    assert not (home.reports / "old.html").exists()
    assert (home.reports / "new.html").exists()
    in_between = tables(home)
    assert not any(victim in golden_ids for golden_ids in households(home).values())
    result = execute_nightly(home)
    assert (result.status, result.warnings) == ("published", ())
    assert find_traces(home.root) == [], "after the run"
    after = tables(home)
    for name, table in before.items():
        side = "golden_id" if "golden_id" in table.columns else None
        rest = table.filter(pl.col(side).ne_missing(victim)) if side else table
        if name == "match_edges":
            rest = table.filter(
                ~pl.any_horizontal(pl.col("^source_record_id.*$").str.contains("XQ"))
            )
        if name == "interactions":
            rest = rest.filter(pl.col("interaction_id").str.contains("XQ").not_())
        assert rest.height < table.height
        assert in_between[name].equals(rest), name
        if name == "unified_profiles":  # whoever lived with nobody else lives in no household
            alone = pl.col("household_id") == flat
            assert rest.filter(alone).height == 1
            rest = rest.with_columns(household_id=pl.when(~alone).then("household_id"))
        assert after[name].equals(rest), name
    assert households(home) == {name: who for name, who in lived.items() if name != flat}
    ends = pl.read_parquet(home.published / "parquet" / "household_events.parquet")
    ends = ends.filter(pl.col("household_id") == flat).sort("occurred_at")
    assert ends["event"].to_list() == ["created", "retired"]
    changes = pl.read_parquet(home.published / "parquet" / "audience_changes.parquet")
    assert victim not in changes["golden_id"]
    assert {name: row["landed_count"] for name, row in counts(home).items()} == landed_before
    assert sum(row["suppressed_count"] for row in counts(home).values()) == 8
    assert_they_add_up(home)
    kept = home.landing / "web" / "one.csv"
    lines = landed[kept].splitlines(keepends=True)
    assert kept.read_bytes() == b"".join(line for line in lines if b"webXQ77431" not in line)
    events = pl.read_parquet(home.published / "parquet" / "golden_id_events.parquet")
    history = events.filter(pl.col("golden_id") == victim).sort("occurred_at")
    assert history["event"].to_list() == ["created", "retired"]
    redirects = pl.read_parquet(home.published / "parquet" / "golden_id_redirects.parquet")
    assert redirects.rows() == [(victim, None)]
    told = pl.read_parquet(home.published / "parquet" / "erasures.parquet")
    assert told.select("golden_id", "record_count", "requested_by", "reason").rows() == [
        (victim, 5, "officer", "request 1")
    ]
    verdicts = (home.judgements / "verdicts.csv").read_text(encoding="utf-8").splitlines()
    assert verdicts == [line for line in VERDICTS.splitlines() if "webXQ77431" not in line]
    labels = (home.root / "truth" / "labels.csv").read_text(encoding="utf-8")
    assert labels == "channel,source_record_id,entity\nweb,w1,1\n"
    assert home.suppression_key.stat().st_mode & 0o777 == 0o600


def test_what_is_delivered_again_is_counted_and_does_not_come_back(home: Home) -> None:
    original = (home.landing / "web" / "one.csv").read_bytes()
    erase(home, VICTIM["email"])
    assert execute_plainly(home).status == "published"
    landed = {name: row["landed_count"] for name, row in counts(home).items()}
    customers = tables(home)["unified_profiles"]

    write_web(home.root, "again", [VICTIM | {"phone": "", "email": ""}, person(80)])
    write_app(home.root, "again", [VICTIM_APP | {"user": "another record"}, VICTIM_APP])
    till = [till_row(n) for n in (1, *range(0, 40, 3))]
    write_till(home.root, "2026-01-02", [*till, VICTIM_TILL])
    assert execute_plainly(home).status == "published"

    assert find_traces(home.root) == [], "the delivered files lose the rows as well"
    assert tables(home)["unified_profiles"].height == customers.height + 1
    now = counts(home)
    assert {name: now[name]["landed_count"] - landed[name] for name in landed} == {
        "web": 2, "app": 2, "till": 1 + len(till), "desk": 0,
    }  # fmt: skip
    assert [now[name]["suppressed_count"] for name in ("web", "app", "till")] == [5 + 1, 1 + 2, 2]
    assert_they_add_up(home)

    # the very file of before, as a channel that mirrors its folder brings it back
    (home.landing / "web" / "one.csv").write_bytes(original)
    again = execute_plainly(home)
    assert again.status == "published"
    assert counts(home)["web"]["landed_count"] == now["web"]["landed_count"], "it is not a new one"
    assert find_traces(home.root) == []
    assert_they_add_up(home)


QUOTING = (
    '2026-02-04T00:00:00Z,different,web,w6,web,w7,anna,"told by zephy.vander＠quixmail.net"'
    "\n2026-02-05T00:00:00Z,different,web,w8,web,w9,anna,not the one of web:webXQ77431\n"
)


def test_what_others_say_of_the_person_is_marked_everywhere_and_stays_so(home: Home) -> None:
    quote_victim(home.root)
    with (home.judgements / "verdicts.csv").open("a", encoding="utf-8") as file:
        file.write(QUOTING)
    report = home.reports / "quoting.html"
    report.write_text("<p>Call (415)&nbsp;555-2671.</p>", encoding="utf-8")
    assert execute_plainly(home).status == "published"
    before = counts(home)
    assert len(find_spelt(home.root)) > 20

    configuration = load_configuration(home.configuration)
    target = find_target(home, configuration, "Z. V. <ZEPHY.VANDER＠quixmail.net> (home)")
    reason = "asked by zephy.vander@quixmail.net"
    request_erasure(home, configuration, Request(target.golden_id, target.person, "me", reason))

    assert find_spelt(home.root) == [], "before any run"
    assert not report.exists()
    assert execute_plainly(home).status == "published"
    assert find_spelt(home.root) == []
    assert find_traces(home.root) == []
    said = pl.read_parquet(home.published / "parquet" / "interactions.parquet")
    subjects = said.filter(pl.col("kind") == "message")["subject"].drop_nulls()
    texts = pl.read_parquet(home.published / "parquet" / "messages.parquet")["text"]
    texts = texts.filter(texts.str.contains("please ask"))
    for said_of_her in (subjects, texts):
        assert len(said_of_her) == len(SPELT), "what was said stays"
        assert all("please ask" in text and "[erased]" in text for text in said_of_her)
    streets = pl.read_parquet(home.published / "parquet" / "profile_lineage.parquet")
    assert "9 Elm Street c/o [erased]" in streets["value"].to_list()
    verdicts = (home.judgements / "verdicts.csv").read_text(encoding="utf-8")
    assert "told by [erased]" in verdicts
    assert "not the one of [erased]" in verdicts
    assert {name: row["landed_count"] for name, row in counts(home).items()} == {
        name: row["landed_count"] for name, row in before.items()
    }
    assert_they_add_up(home)

    # and again, in another night: what is hers does not land, what others say is marked
    customers = tables(home)["unified_profiles"].height
    contents = {path: path.read_bytes() for path in home.landing.rglob("said.*")}
    quote_victim(home.root)
    rows = [person(300 + n, email=spelt, phone="") for n, spelt in enumerate(SPELT_EMAIL)]
    rows += [person(320 + n, email="", phone=spelt) for n, spelt in enumerate(SPELT_PHONE)]
    app = [
        app_row(400 + n) | {"mails": [row["email"]], "phone": row["phone"]}
        for n, row in enumerate(rows)
    ]
    app += [app_row(450) | {"handle": SPELT_OTHERWISE[1]}]
    misplaced = app_row(8) | {"phone": SPELT_EMAIL[1], "handle": f"call {SPELT_PHONE[0]}"}
    write_app(home.root, "spelt", [*app, misplaced])
    assert execute_plainly(home).status == "published"
    assert find_spelt(home.root) == []
    assert {path: path.read_bytes() for path in contents} == contents
    assert tables(home)["unified_profiles"].height == customers
    assert counts(home)["app"]["suppressed_count"] == before["app"]["suppressed_count"] + 1 + len(
        app
    )
    assert_they_add_up(home)
    after = tables(home)
    forget_derived(home)
    assert execute_plainly(home).status == "published"
    assert all(table.equals(after[name]) for name, table in tables(home).items())


def delivered_people(home: Home) -> dict[str, set[int]]:
    """The numbers of the people whose rows stand in the first delivery of each channel."""
    landing = home.landing
    web = pl.read_csv(landing / "web/one.csv", separator=";", encoding="cp1252")["id"]
    app = pl.read_ndjson(gzip.decompress((landing / "app/one.jsonl.gz").read_bytes()))["user"]
    till = pl.read_parquet(landing / "till/2026-01-01.parquet")["receipt"]
    named = {"web": web, "app": app, "till": till}
    return {c: {int(n[1:]) for n in ids if n[1:].isdigit()} for c, ids in named.items()}


def test_one_erasure_after_the_other_takes_the_right_rows_out_of_the_same_files(
    home: Home,
) -> None:
    before = delivered_people(home)
    erased = {6, 12, 24, 30, 36}
    for number in (6, 24, 12):
        erase(home, f"web:w{number}")
    execute_plainly(home)
    for number in (36, 30):
        erase(home, f"web:w{number}")
    assert delivered_people(home) == {c: numbers - erased for c, numbers in before.items()}
    assert all(erased <= numbers for numbers in before.values())


def test_a_full_refresh_does_not_bring_them_back(home: Home) -> None:
    erase(home, "@zephy_v_handle")
    assert execute_plainly(home).status == "published"
    before = tables(home)
    forget_derived(home)
    assert execute_plainly(home).status == "published"
    assert all(table.equals(before[name]) for name, table in tables(home).items())
    assert find_traces(home.root) == []


def test_a_published_file_that_somebody_damaged_blocks_no_erasure(home: Home) -> None:
    configuration = load_configuration(home.configuration)
    target = find_target(home, configuration, "web:webXQ77431")
    file = home.published_file.resolve()
    file.chmod(0o600)
    file.write_bytes(b"no database")
    with pytest.raises(UsageError, match="cannot be read"):
        find_target(home, configuration, "web:webXQ77431")
    request_erasure(home, configuration, Request(target.golden_id, target.person, "officer", "1"))
    assert find_traces(home.root) == []
    result = execute_plainly(home)
    assert result.status == "published"
    assert [name for name, _ in result.warnings] == ["the_publication_was_left_as_it_was"]
    assert find_traces(home.root) == []


def test_the_run_after_an_erasure_takes_the_person_out_of_what_is_known_as_published(
    home: Home,
) -> None:
    """It derives everything anew, and looks at everybody who was published: some of them may be there no more."""
    erase(home, "web:webXQ77431")
    found = execute_plainly(home)
    assert found.status == "published", found.error
    with open_tables(home, load_configuration(home.configuration)) as engine:
        known = engine.fetch("select channel, source_record_id, golden_id from settled.crosswalk")
    published = tables(home)["crosswalk"].select(known.columns)
    assert known.sort(known.columns).equals(published.sort(known.columns))
    forget_derived(home)
    refreshed = execute_plainly(home)
    assert refreshed.status == "published"
    events = pl.read_parquet(home.published / "parquet" / "golden_id_events.parquet")
    assert events.filter(pl.col("run_id") == refreshed.run_id).height == 0


def test_no_step_counts_as_done_after_an_erasure(home: Home) -> None:
    """What they derived is gone, and the marks too: a run that went on from them would leave the erased
    among those who were published."""
    configuration = load_configuration(home.configuration)
    with open_tables(home, configuration) as engine:
        assert step_records(engine)
    erase(home, "web:webXQ77431")
    with open_tables(home, configuration) as engine:
        assert step_records(engine) == {}


POINTS = (
    *("find_erased_rows", "_prepare_landing", "redact_publication", "publish_candidate"),
    "publish_files",
    *("drop_versions", "purge_models", "purge_verdicts", "_purge_warehouse", "put_in_place"),
    *("write_anew", "rename_warehouse", "clear_spill", "mark_completed"),
)
KILLER = """
import os, signal, sys
from pathlib import Path
from omni_identity.erasure.files.rewriting import Rewrite
from omni_identity.erasure import publication
from omni_identity.erasure import erasing
from tests.erasure.test_erasing import Home, erase

point, root = sys.argv[1:]

def stop(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(do):
    def call(*arguments, **named):
        do(*arguments, **named)
        stop()
    return call

if point == "put_in_place":
    Rewrite.put_in_place = after(Rewrite.put_in_place)
elif point == "rename_warehouse":
    erasing.write_anew = after(erasing.write_anew)
elif point == "write_anew":
    # half-way: the new file is written, the old one still stands
    rename = Path.rename
    Path.rename = lambda self, to: stop() if to.name == "omni.duckdb" else rename(self, to)
elif hasattr(erasing, point):
    setattr(erasing, point, after(getattr(erasing, point)))
else:
    setattr(publication, point, after(getattr(publication, point)))
erase(Home(Path(root)), "web:webXQ77431")
"""


@pytest.mark.parametrize("point", POINTS if "OMNI_EXAMPLES" in os.environ else POINTS[::4])
def test_an_erasure_killed_anywhere_is_completed(home: Home, point: str) -> None:
    before, landed = tables(home), counts(home)["web"]["landed_count"]
    command = [sys.executable, "-c", KILLER, point, str(home.root)]
    here = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        command, cwd=here, env={**os.environ, "PYTHONPATH": str(here)}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    configuration = load_configuration(home.configuration)
    is_done = point == "mark_completed"
    assert bool(unfinished_erasures(home)) is not is_done
    if point in ("put_in_place", "write_anew"):
        assert execute_plainly(home).status == "published", "a run completes it"
        assert_they_add_up(home)
        after = tables(home)
        assert after["crosswalk"].height == before["crosswalk"].height - 4
        assert counts(home)["web"]["landed_count"] == landed, "a rewritten file is no new one"
    else:
        assert (finish_erasures(home, configuration, utc_now()) is None) is is_done
    assert find_traces(home.root) == []
    assert unfinished_erasures(home) == []
    assert [path for path in home.root.rglob(".*") if "erasing" in path.name] == []


def test_an_identifier_that_others_carry_too_keeps_nobody_else_out(
    tmp_path: Path, models: Path
) -> None:
    world = World.make(tmp_path / "home", models=models)
    people = [person(n) for n in range(30)]
    child = person(90, given="Wilhelmina", family="Ankerstrand", email=people[3]["email"])
    world.deliver("web", "one", [*people, child])
    world.run()
    ids = world.golden_ids()
    assert ids["web:w3"] != ids["web:w90"]
    erase(world.home, ids["web:w3"])
    world.deliver("web", "two", [person(3), child | {"city": "Elsewhere"}, receipt_as_web(3)])
    world.run()
    assert world.golden_ids() == {key: i for key, i in ids.items() if key != "web:w3"}
    profile = world.read("select city, email from unified_profiles where last_name = 'Ankerstrand'")
    assert profile.row(0) == ("Elsewhere", [people[3]["email"]])
    suppressed = world.read(
        "select suppressed_count from run_channel_counts where channel = 'web' order by run_id"
    )
    assert suppressed["suppressed_count"].to_list() == [0, 3]


def receipt_as_web(number: int) -> dict[str, Any]:
    """The person under another record ID and with the phone only."""
    row = person(number)
    return {"id": f"x{number}", "given": row["given"], "phone": row["phone"]}


def test_a_family_file_of_one_row_becomes_the_empty_file_that_was_there_before(
    tmp_path: Path,
    models: Path,
) -> None:
    world = World.make(tmp_path / "home", models=models)
    world.deliver("web", "one", [person(n) for n in range(30)])
    world.deliver("web", "alone", [person(40)])
    world.run()
    erase(world.home, "web:w40")
    alone = world.root / "landing" / "web" / "alone.csv"
    assert alone.read_bytes() == (world.root / "landing" / "web" / "0000.csv").read_bytes()
    world.run()
    world.deliver("web", "alone", [person(40)])
    world.deliver("web", "alone_2", [person(40, city="Elsewhere")])
    world.run()
    row = world.read(
        "select * from run_channel_counts where channel = 'web' order by run_id desc limit 1"
    )
    assert row.select("landed_count", "current_count", "suppressed_count").row(0) == (32, 30, 2)
    assert find_traces(world.root, (person(40)["email"],)) == []


def test_someone_whose_only_row_is_held_back_can_be_erased(home: Home) -> None:
    write_web(home.root, "held", [person(60), person(70, id="onlyXQ1", changed="someday")])
    assert execute_plainly(home).status == "published"
    assert find_traces(home.root, ("onlyxq1",)) != []
    erase(home, "web:onlyXQ1")
    assert find_traces(home.root, ("onlyxq1", person(70)["email"])) == []
    assert execute_plainly(home).status == "published"
    assert_they_add_up(home)


def test_a_lost_or_foreign_key_stops_everything(home: Home) -> None:
    erase(home, "web:webXQ77431")
    configuration = load_configuration(home.configuration)
    night = RunContext(home, configuration, "r", utc_now())
    key = home.suppression_key.read_text(encoding="ascii")
    for content in (None, "00" * 32, "no key"):
        home.suppression_key.unlink(missing_ok=True)
        if content is not None:
            home.suppression_key.write_text(content, encoding="ascii")
        with (
            open_warehouse(night) as engine,
            pytest.raises(RunFailed, match="restore it from a backup"),
        ):
            take_files("web", "contacts", engine, night)
    home.suppression_key.write_text(key, encoding="ascii")
    with open_warehouse(night) as engine:
        take_files("web", "contacts", engine, night)


def test_a_file_that_cannot_be_rewritten_stops_neither_the_erasure_nor_any_night(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside it lie the files that used to end an erasure, and with it every run after."""
    configuration = CONFIGURATION.replace("files: landing/web/*.csv", "files: landing/web/*")
    world = World.make(tmp_path / "home", configuration, models)
    locked = world.deliver("web", "locked", [person(n) for n in range(30)])
    text = locked.read_text(encoding="utf-8")
    wide = world.root / "landing/web/wide.csv"
    odd = "\r\n".join([*text.splitlines()[:6], ""]).encode("utf-16-le")
    wide.write_bytes(b"\xff\xfe" + odd + b"\x3d\xd8" + b"\r\0\n\0")
    named = world.root / "landing/web" / ("n" * 246 + ".csv")
    named.write_text(text, encoding="utf-8")
    world.run()
    before = world.golden_ids()
    prepare = rewriting._sync_and_hash

    def deny(path: Path) -> str:
        if path.name == rewriting.fresh_name(locked).name:
            raise OSError(13, "Permission denied")
        return prepare(path)

    monkeypatch.setattr(rewriting, "_sync_and_hash", deny)
    erased = erase(world.home, "web:w3")
    (left,) = erased.left
    assert (left.path, left.reason_code) == ("landing/web/locked.csv", "holds_erased_rows")
    assert left.detail.endswith("could not be rewritten without them: Permission denied")
    assert erased.file_count == 2
    assert unfinished_erasures(world.home) == []
    assert b"\x3d\xd8" in wide.read_bytes()
    for _ in range(2):
        assert all(result.passed for result in world.run())
        assert world.golden_ids() == {key: i for key, i in before.items() if key != "web:w3"}
        aside = world.read("select file, reason_code, is_partly_taken from quarantined_files")
        assert ("landing/web/locked.csv", "holds_erased_rows", True) in aside.rows()
    here = person(3)["email"]
    traces = {trace.partition(": ")[0] for trace in find_traces(world.root, (here,))}
    assert traces == {"landing/web/locked.csv"}

    monkeypatch.undo()
    world.run()
    assert find_traces(world.root, (here,)) == [], "the next night completes it"
    assert world.read(
        "select * from quarantined_files where reason_code = 'holds_erased_rows'"
    ).is_empty()
    assert world.golden_ids() == {key: i for key, i in before.items() if key != "web:w3"}


PLACES = st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=3, unique=True)


@settings(max_examples=int(os.environ.get("OMNI_EXAMPLES", "2")))
@given(
    web=st.dictionaries(st.integers(0, 11), PLACES, min_size=1, max_size=8),
    till=st.sets(st.integers(0, 11), max_size=6),
    shares=st.sets(st.integers(0, 11), max_size=2),
    data=st.data(),
)
def test_an_erased_person_never_returns(
    models: Path, web: dict[int, list[str]], till: set[int], shares: set[int], data: st.DataObject
) -> None:
    """Whatever world and whoever is erased: not with the same rows, in other files, in other nights."""

    def row(number: int) -> dict[str, Any]:
        return person(number, email="family@familymail.net") if number in shares else person(number)

    files = {
        name: [row(n) for n, places in sorted(web.items()) if name in places]
        for name in ("one", "two", "three")
    }
    with tempfile.TemporaryDirectory() as folder:
        world = World.make(Path(folder) / "home", models=models)
        filler = [person(n) for n in range(20, 40)]
        for name, rows in files.items():
            world.deliver("web", name, rows + (filler if name == "one" else []))
        world.deliver("till", "0001", [receipt(n) for n in sorted(till)])
        world.run()
        ids = world.golden_ids()
        term = data.draw(st.sampled_from(sorted(ids)))
        gone = {record for record, golden_id in ids.items() if golden_id == ids[term]}
        erase(world.home, term)
        for name, rows in files.items():
            world.deliver("web", f"again_{name}", list(reversed(rows)))
        if data.draw(st.booleans()):
            world.deliver("till", "0001", [receipt(n) for n in sorted(till)])
        world.run()
        world.run()
        left = world.golden_ids()
        assert not gone & set(left)
        assert ids[term] not in left.values()
        assert all(left[record] == ids[record] for record in ids.keys() - gone)
        off = world.read(
            "select landed_count - current_count - superseded_count - deleted_count"
            " - quarantined_count - suppressed_count as n from run_channel_counts"
        )
        assert set(off["n"]) == {0}
