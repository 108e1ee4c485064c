"""Who is to know of a run that failed or was withheld, or of what is late, is told: once, and nothing of persons."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import pytest
from dagster._core.definitions.assets.job.asset_job import IMPLICIT_ASSET_JOB_NAME

from omni_identity.channels.configuration import Configuration, parse_configuration
from omni_identity.model.home import Home
from omni_identity.model.modes import remove
from omni_identity.orchestration.automation import NIGHTLY
from omni_identity.orchestration.delivering import Announcement, NotDelivered, deliver
from omni_identity.orchestration.freshness import freshness_of
from omni_identity.orchestration.lateness import what_is_late
from omni_identity.orchestration.notifications import notification_sensor
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.run import execute_nightly
from omni_identity.orchestration.run_tags import STATUS
from omni_identity.publish.publication import published_run

PROFILES = dg.AssetKey(["published", "unified_profiles"])
CANDIDATE = dg.AssetKey("publication_candidate")
OWN = OwnRuns(frozenset({NIGHTLY}), frozenset({PROFILES, CANDIDATE}))
NEWS = Announcement("failed", "shop", "shop: a run failed", ("why",), "2026-01-01T03:00:00")
DAY = 86_400


class Hook(HTTPServer):
    """A webhook on this machine: it keeps what it is sent, and answers ``status``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.status, self.taken = 200, list[dict[str, Any]]()
        self.url = f"http://127.0.0.1:{self.server_port}/hooks/s3cret"


class Taking(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/json"
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 200:
            self.server.taken.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def configure(notify: dict[str, Any], **feed: Any) -> Configuration:
    contacts = {"files": "landing/*.csv", "record_id": "id", "mapping": {"email": "mail"}, **feed}
    channels = [{"name": "web", "contacts": contacts}]
    return parse_configuration({"version": 1, "channels": channels, "notify": notify})


def run(instance: dg.DagsterInstance, status: str, job_name: str = NIGHTLY, **ages: float) -> str:
    """Record a run that ended like this; ``ages`` are what its check found."""

    @dg.asset_check(asset=CANDIDATE, name="golden_ids_are_unique", blocking=True)
    def unique() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=status != "withheld", description="3 are not")

    @dg.asset_check(asset=CANDIDATE, name="every_feed_is_fresh")
    def fresh() -> dg.AssetCheckResult:
        metadata = {name.replace("__", "/"): age for name, age in ages.items()}
        severity = dg.AssetCheckSeverity.WARN
        return dg.AssetCheckResult(passed=not ages, severity=severity, metadata=metadata)

    @dg.asset(key=CANDIDATE)
    def candidate() -> None:
        if status == "failed":
            raise RuntimeError("the disk is full")

    @dg.asset(key=PROFILES, deps=[CANDIDATE])
    def profiles() -> None: ...

    everything = dg.define_asset_job(NIGHTLY, dg.AssetSelection.all())
    defs = dg.Definitions([candidate, profiles], jobs=[everything], asset_checks=[unique, fresh])
    job = defs.resolve_job_def(job_name)
    result = job.execute_in_process(
        instance=instance,
        asset_selection=None if job_name == NIGHTLY else [CANDIDATE, PROFILES],
        raise_on_error=False,
        tags={STATUS: status},
    )
    assert result.success == (status == "published")
    return result.run_id


class Sensor:
    """Ticks the sensor as the daemon does: the cursor is kept in between."""

    def __init__(self, instance: dg.DagsterInstance, configuration: Configuration) -> None:
        self.sensor = notification_sensor(Home(Path("/srv/shop")), configuration, OWN)
        self.instance = instance
        self.cursor: str | None = None

    def tick(self) -> None:
        context = dg.build_sensor_context(self.instance, self.cursor)
        self.cursor = self.sensor.evaluate_tick(context).cursor


def test_a_withheld_run_is_told_from_a_failed_one_and_each_is_told_once(
    instance: dg.DagsterInstance, hook: Hook
) -> None:
    run(instance, "published")
    withheld, failed = run(instance, "withheld"), run(instance, "failed")
    sensor = Sensor(instance, configure({"webhook": hook.url}))
    sensor.tick()
    sensor.tick()
    told = {document["run_id"]: document for document in hook.taken}
    assert told.keys() == {withheld, failed}
    assert len(hook.taken) == 2
    assert told[withheld]["event"] == "withheld"
    assert told[withheld]["details"] == ["golden_ids_are_unique: 3 are not"]
    assert told[failed]["event"] == "failed"
    assert "the disk is full" in told[failed]["text"]
    assert {document["home"] for document in hook.taken} == {"shop"}


def test_what_somebody_materialised_by_hand_is_told_too(
    instance: dg.DagsterInstance, hook: Hook
) -> None:
    """*Materialize all* is a run of Dagster's own job of all assets."""
    withheld = run(instance, "withheld", IMPLICIT_ASSET_JOB_NAME)
    Sensor(instance, configure({"webhook": hook.url})).tick()
    assert [document["run_id"] for document in hook.taken] == [withheld]


def test_only_the_events_that_are_asked_for_are_told_and_no_run_of_others(
    instance: dg.DagsterInstance, hook: Hook
) -> None:
    run(instance, "withheld")
    failure = dg.DagsterRunStatus.FAILURE
    instance.add_run(dg.DagsterRun("theirs", run_id=str(uuid4()), status=failure))
    Sensor(instance, configure({"webhook": hook.url, "events": ["failed"]})).tick()
    assert hook.taken == []


def test_what_could_not_be_sent_is_sent_by_the_next_tick(
    instance: dg.DagsterInstance, hook: Hook
) -> None:
    run(instance, "failed")
    sensor = Sensor(instance, configure({"webhook": hook.url}))
    hook.status = 500
    with pytest.raises(NotDelivered) as raised:
        sensor.tick()
    assert str(raised.value) == "notify: the webhook answered 500"
    hook.status = 200
    sensor.tick()
    assert len(hook.taken) == 1


def test_what_is_late_is_told_once(instance: dg.DagsterInstance, hook: Hook) -> None:
    run(instance, "published", web__contacts=4.5)
    sensor = Sensor(instance, configure({"webhook": hook.url}, max_age_days=4))
    sensor.tick()
    sensor.tick()
    (document,) = hook.taken
    assert document["event"] == "late"
    assert document["details"] == [
        "web contacts last delivered 4.5 days ago, at most 4 are allowed."
    ]


def test_time_makes_late_without_a_run(instance: dg.DagsterInstance) -> None:
    run(instance, "published", web__contacts=1.0)
    now = datetime.now().timestamp()

    def late(days: float, **feed: Any) -> set[str]:
        configuration = configure({}, **feed)
        return set(what_is_late(instance, OWN.assets, configuration, now + days * DAY))

    assert late(0, max_age_days=4) == set()
    assert late(1.4, max_age_days=4) == set()
    assert late(1.6, max_age_days=4) == {"publication"}
    assert late(3.1, max_age_days=4) == {"publication", "web/contacts"}
    assert late(3.1) == {"publication"}, "a feed without a bound of its own goes by its rhythm"


def test_a_feed_that_never_delivered_is_late_and_a_home_that_never_ran_is_not(
    instance: dg.DagsterInstance,
) -> None:
    configuration, now = configure({}, max_age_days=4), datetime.now().timestamp()
    assert what_is_late(instance, OWN.assets, configuration, now) == {}
    run(instance, "published")
    found = what_is_late(instance, OWN.assets, configuration, now)
    assert found == {"web/contacts": "web contacts has never delivered."}


def test_a_landing_asset_is_as_fresh_as_its_feed_is_to_be() -> None:
    asked, not_asked = configure({}, max_age_days=2.5), configure({})

    def policy(configuration: Configuration) -> dg.FreshnessPolicy | None:
        feed = configuration.channels[0].contacts
        assert feed is not None
        return freshness_of(feed, configuration.checks)

    window = timedelta(days=2.5)
    assert policy(asked) == dg.FreshnessPolicy.time_window(fail_window=window)
    assert policy(not_asked) is None


def test_omni_run_tells_of_itself_and_says_where_it_could_not(tmp_path: Path, hook: Hook) -> None:
    home = Home(tmp_path / "shop")
    home.landing.mkdir(parents=True)
    (home.landing / "a.csv").write_text("id\n1\n", encoding="utf-8")
    home.configuration.write_text(
        "version: 1\nchannels: [{name: web, contacts: {files: landing/*.csv, record_id: id,"
        f" mapping: {{email: mail}}}}}}]\nnotify: {{webhook: '{hook.url}'}}\n",
        encoding="utf-8",
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = execute_nightly(home, instance)
        assert result.status == "failed"
        assert hook.taken[0]["details"] == [result.error]
        hook.status = 500
        again = execute_nightly(home, instance)
    assert again.error == f"{result.error}\nnotify: the webhook answered 500"
    assert len(hook.taken) == 1


def test_a_run_that_fails_behind_the_switch_is_told_as_one_that_has_published(
    home: Home, hook: Hook
) -> None:
    with home.configuration.open("a", encoding="utf-8") as file:
        file.write(f"notify: {{webhook: '{hook.url}'}}\n")
    remove(home.published / "files")
    (home.published / "files").write_text("in the way", encoding="utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        result = execute_nightly(home, instance)
    assert result.status == "failed"
    assert published_run(home) == result.run_id
    assert hook.taken[0]["text"].startswith(
        f"{home.root.name}: a run failed, after it had published"
    )


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP as a message needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line.split()[0].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = iter(lambda: self.rfile.readline(), b".\r\n")
                self.server.letters.append(b"".join(letter).decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


def test_mail_is_sent() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Mailbox) as server:
        server.letters = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        mail = {"sender": "omni@shop.example", "to": ["a@shop.example", "b@shop.example"],
            "host": "127.0.0.1", "port": port, "security": "none"}  # fmt: skip
        deliver(NEWS, configure({"email": mail}).notify)
        server.shutdown()
        (letter,) = server.letters  # type: ignore[attr-defined]
    assert "Subject: shop: a run failed" in letter
    assert "To: a@shop.example, b@shop.example" in letter
    assert "why" in letter


def test_what_cannot_be_reached_is_said_without_its_address(
    monkeypatch: pytest.MonkeyPatch, hook: Hook
) -> None:
    monkeypatch.setenv("HOOK", hook.url)
    deliver(NEWS, configure({"webhook_env": "HOOK"}).notify)
    assert [document["event"] for document in hook.taken] == ["failed"]
    monkeypatch.setenv("HOOK", "http://127.0.0.1:9/s3cret")
    with pytest.raises(NotDelivered, match="could not be reached") as raised:
        deliver(NEWS, configure({"webhook_env": "HOOK"}).notify)
    assert "s3cret" not in str(raised.value)
    monkeypatch.delenv("HOOK")
    with pytest.raises(NotDelivered, match="HOOK is not set"):
        deliver(NEWS, configure({"webhook_env": "HOOK"}).notify)
