"""A browser in the UI: materialise, correct, go on, terminate, and two homes; by clicks, as a person does it.

What it looked like is left, a PNG a page, in the folder that ``OMNI_PICTURES`` names.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from benchmarks.browser import Browser, browser, free_port, process, wait_until
from benchmarks.screenshots import is_loaded
from omni_identity.demo import DemoPlan, write_demo
from omni_identity.model.home import REPOSITORY, Home
from omni_identity.orchestration.instance import SETTINGS
from omni_identity.orchestration.user_interface import ui_command
from omni_identity.publish.publication import published_run
from tests.shared import copy_home
from tests.worlds import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs headless Chromium"),
]

RUNS = "{ runsOrError { ... on Runs { results { runId status jobName } } } }"
ENDED = ("SUCCESS", "FAILURE", "CANCELED")
JOB = "/locations/omni_identity/jobs/nightly"

HOST = """
import dagster as dg
from pathlib import Path

@dg.definitions
def defs():
    homes = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
    return dg.Definitions.merge(homes, dg.Definitions(executor=dg.in_process_executor))
"""
PROJECT = """
[tool.dg]
directory_type = "project"
[tool.dg.project]
root_module = "retailer"
"""


class Ui:
    """The UI that is served at ``url``, in a page of a browser."""

    def __init__(self, url: str, page: Browser, pictures: Path) -> None:
        self.url, self.page, self._pictures = url, page, pictures
        page.resize(1600, 1000)

    def runs(self) -> dict[str, str]:
        """Status by ID, the newest first."""
        request = urllib.request.Request(
            f"{self.url}/graphql",
            json.dumps({"query": RUNS}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            results: list[dict[str, str]] = json.load(answer)["data"]["runsOrError"]["results"]
        return {run["runId"]: run["status"] for run in results}

    def launch(self, path: str, label: str, entry: str = "") -> str:
        """Open a page, click what is called ``label``, or ``entry`` in its menu; return the run that begins."""
        before = set(self.runs())
        self.page.open(self.url + path)
        if entry:
            self.page.open_menu(label)
        self.page.click(entry or label)
        wait_until("a run", lambda: bool(set(self.runs()) - before), 90)
        return next(iter(set(self.runs()) - before))

    def end(self, run_id: str) -> str:
        """Wait for a run to end; return its status."""
        wait_until(f"the end of {run_id}", lambda: self.runs()[run_id] in ENDED, 240)
        return self.runs()[run_id]

    def look(self, path: str, *expected: str, name: str = "") -> str:
        """Open a page, wait for what it has to show, keep its picture; return all its text."""
        self.page.open(self.url + path)
        for text in expected:
            self.page.wait_for(text)
        if name:
            (self._pictures / f"{name}.png").write_bytes(self.page.picture())
        return self.page.text()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("OMNI_PICTURES", tmp_path / "pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page() -> Iterator[Browser]:
    with browser() as found:
        yield found


def statuses(home: Home) -> dict[str, str]:
    """How each run stands in the ledger, by its ID."""
    with duckdb.connect(str(home.warehouse_file), read_only=True) as warehouse:
        return dict(warehouse.execute("select run_id, status from ledger.runs").fetchall())


def test_a_home_is_worked_with_by_clicks(page: Browser, pictures: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    write_demo(home.root, DemoPlan(customers=100, interactions_per_customer=2))
    configuration = home.configuration.read_text(encoding="utf-8")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with process(*ui_command(home, "127.0.0.1", port)):
        wait_until("the UI", lambda: is_loaded(url), 240)
        ui = Ui(url, page, pictures)

        # everything
        first = ui.launch("/asset-groups", "Materialize all")
        assert ui.end(first) == "SUCCESS"
        assert published_run(home) == first
        ui.look("/asset-groups", "published", name="graph")
        ui.look("/runs", "omni/status: published", name="runs-published")

        # a bound that a run breaks, corrected, and the run gone on with
        bounded = configuration.replace("checks:", "checks:\n  max_customer_records: 1", 1)
        home.configuration.write_text(bounded, encoding="utf-8")
        withheld = ui.launch(JOB, "Materialize all")
        assert ui.end(withheld) == "FAILURE"
        assert statuses(home)[withheld] == "withheld"
        assert published_run(home) == first
        ui.look("/runs", "omni/status: withheld", name="runs-withheld")
        ui.look(f"/runs/{withheld}", "RUN_FAILURE", name="run-withheld")
        check = "largest_customer_is_within_bounds"
        checks = f"/assets/publication_candidate?view=checks&checkDetail={check}"
        ui.look(checks, check, "Failed", name="checks-withheld")
        home.configuration.write_text(configuration, encoding="utf-8")
        again = ui.launch(f"/runs/{withheld}", "Re-execute all (*)", "From failure")
        assert ui.end(again) == "SUCCESS"
        assert published_run(home) == withheld, "it is the same run"
        ui.look(f"/runs/{again}", "RUN_SUCCESS", name="run-gone-on-with")

        # one asset
        part = ui.launch("/assets/golden_ids", "Materialize")
        assert ui.end(part) == "SUCCESS"
        assert statuses(home)[part] == "partial"
        assert published_run(home) == withheld
        ui.look("/assets/golden_ids?view=events", "Materialized in run", name="one-asset")

        # a run terminated, and the next
        ended = ui.launch(JOB, "Materialize all")
        ui.look(f"/runs/{ended}", "STEP_SUCCESS")
        page.click("Terminate")
        page.click("Terminate 1 run")
        assert ui.end(ended) == "CANCELED"
        ui.look(f"/runs/{ended}", "RUN_CANCELED", name="run-terminated")
        last = ui.launch(JOB, "Materialize all")
        assert ui.end(last) == "SUCCESS"
        assert published_run(home) == last
        # between two steps Dagster ends it without us, and the next run writes it down
        assert statuses(home)[ended] == "interrupted"
        ui.look("/runs", "Canceled", name="runs-at-last")
        ui.look("/assets/published/unified_profiles", "golden_id", name="unified-profiles")


def test_two_homes_of_one_deployment_publish_each_for_itself(
    world: World, page: Browser, pictures: Path, tmp_path: Path
) -> None:
    text = world.home.configuration.read_text(encoding="utf-8")
    text = text.replace("max_age_days: 30", "max_age_days: 30000")
    world.home.configuration.write_text(text, encoding="utf-8")
    copy_home(world.root, tmp_path / "south")
    homes = {"north": world.home, "south": Home(tmp_path / "south")}
    project, instance = tmp_path / "project", tmp_path / "dagster"
    for name, home in homes.items():
        attributes = {"home": str(home.root), "key_prefix": name, "group_prefix": f"{name}_"}
        component = {"type": "omni_identity.OmniIdentityComponent", "attributes": attributes}
        folder = project / "retailer" / "defs" / name
        folder.mkdir(parents=True)
        (folder / "defs.yaml").write_text(yaml.safe_dump(component), encoding="utf-8")
    (project / "retailer" / "__init__.py").touch()
    (project / "retailer" / "definitions.py").write_text(HOST, encoding="utf-8")
    (project / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    instance.mkdir()
    shutil.copy(SETTINGS, instance)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = ["-m", "dagster", "dev", "-m", "retailer.definitions", "-p", str(port)]
    paths = os.pathsep.join((str(project), str(REPOSITORY)))
    environment = {**os.environ, "DAGSTER_HOME": str(instance), "PYTHONPATH": paths}
    with process([sys.executable, *command], environment, project):
        wait_until("the UI", lambda: is_loaded(url), 240)
        ui = Ui(url, page, pictures)
        before = {name: published_run(home) for name, home in homes.items()}
        north, south = (
            ui.launch(f"/locations/retailer.definitions/jobs/{name}_nightly", "Materialize all")
            for name in homes
        )
        assert (ui.end(north), ui.end(south)) == ("SUCCESS", "SUCCESS")
        assert (
            {name: published_run(home) for name, home in homes.items()}
            == {
                "north": north,
                "south": south,
            }
            != before
        )
        ui.look("/asset-groups", "north_published", "south_published", name="two-homes")
        ui.look("/jobs", "north_nightly", "south_nightly", name="two-homes-jobs")
