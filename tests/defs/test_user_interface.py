"""The UI of a home: it really serves, on the home's own instance and nobody else's."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from omni_identity.defs.instance import instance_folder
from omni_identity.defs.user_interface import ui_command
from omni_identity.model.home import REPOSITORY, Home

QUESTION = """{
  workspaceOrError { ... on Workspace { locationEntries { name loadStatus
    locationOrLoadError { __typename ... on RepositoryLocation {
      repositories { schedules { name } sensors { name } jobs { name } } } } } } }
  runsOrError { ... on Runs { count } }
  instance { hasInfo runQueuingSupported info }
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int) -> dict[str, object]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": QUESTION}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict[str, object] = json.load(answer)["data"]
        return found


def test_a_new_instance_folder_gets_the_settings_of_the_checkout(tmp_path: Path) -> None:
    folder = instance_folder(Home(tmp_path))
    assert folder == tmp_path / "dagster_home"
    checkout = (REPOSITORY / "dagster_home" / "dagster.yaml").read_text(encoding="utf-8")
    assert (folder / "dagster.yaml").read_text(encoding="utf-8") == checkout
    settings = yaml.safe_load(checkout)
    assert settings["telemetry"] == {"enabled": False}
    assert settings["concurrency"]["runs"]["max_concurrent_runs"] == 1


def test_an_instance_that_somebody_names_keeps_its_own_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "theirs"))
    assert instance_folder(Home(tmp_path)) == tmp_path / "theirs"
    assert list((tmp_path / "theirs").iterdir()) == []


def test_the_ui_serves_the_home_even_when_started_in_the_checkout(home: Home) -> None:
    port = free_port()
    command, environment = ui_command(home, "127.0.0.1", port)
    environment["PYTHONPATH"] = str(REPOSITORY)
    server = subprocess.Popen(
        command,
        env=environment,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # a gate that runs in the background hands down an ignored SIGINT
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        answer = wait_for_location(port)
    finally:
        end_group(server)
    assert answer["runsOrError"] == {"count": 1}, "the run that made this home, and no other"
    text = json.dumps(answer)
    assert '"nightly"' in text
    assert '"dry_run"' in text
    assert '"landing_sensor"' in text
    assert "max_concurrent_runs: 1" in text


def end_group(server: subprocess.Popen[bytes]) -> None:
    """Ask the server and its children to stop, as Ctrl-C would; insist after half a minute."""
    os.killpg(server.pid, signal.SIGINT)
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=30)


def wait_for_location(port: int) -> dict[str, object]:
    """Ask until the code location is there; the server takes its time."""
    deadline = time.monotonic() + 240
    while True:
        try:
            answer = ask(port)
            if "RepositoryLocation" in json.dumps(answer):
                return answer
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        assert time.monotonic() < deadline, "the UI did not come up"
        time.sleep(1)
