"""The UI of a home: it really serves, on the home's own instance and nobody else's, and only its own page."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import yaml

from omni_identity.model.home import REPOSITORY, Home
from omni_identity.orchestration.instance import instance_folder
from omni_identity.orchestration.user_interface import ui_command
from tests.shared import copy_home

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


def ask(port: int, question: str = QUESTION) -> dict[str, object]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": question}).encode(),
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
    assert settings["python_logs"] == {"python_log_level": "INFO"}, "a run prints no events"


def test_an_instance_that_somebody_names_keeps_its_own_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "theirs"))
    assert instance_folder(Home(tmp_path)) == tmp_path / "theirs"
    assert list((tmp_path / "theirs").iterdir()) == []


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the UI's processes print, all of them."""
    return tmp_path_factory.mktemp("log") / "ui.txt"


@pytest.fixture(scope="module")
def served(
    published_once: Home, tmp_path_factory: pytest.TempPathFactory, log: Path
) -> Iterator[int]:
    """The port on which `omni ui` serves a copy of the published home, started in the checkout."""
    home = Home(tmp_path_factory.mktemp("served") / "home")
    copy_home(published_once.root, home.root)
    port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        command, environment = ui_command(home, "127.0.0.1", port, ["omni.example"])
    environment["PYTHONPATH"] = str(REPOSITORY)
    with log.open("wb") as printed:
        server = subprocess.Popen(
            command,
            env=environment,
            cwd=REPOSITORY,
            stdout=printed,
            stderr=printed,
            start_new_session=True,
            # a gate that runs in the background hands down an ignored SIGINT
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    try:
        wait_for_location(port)
        yield port
    finally:
        end_group(server)


def test_the_ui_serves_the_home_even_when_started_in_the_checkout(served: int) -> None:
    answer = ask(served)
    assert answer["runsOrError"] == {"count": 1}, "the run that made this home, and no other"
    text = json.dumps(answer)
    assert '"nightly"' in text
    assert '"landing_sensor"' in text
    assert "max_concurrent_runs: 1" in text


def test_its_log_is_quiet(served: int, log: Path) -> None:
    status, page, _ = send(served, "/")
    assert status == 200
    assert page.startswith("<!DOCTYPE html>")
    assert log.read_text(encoding="utf-8") == ""


def run_ids(port: int) -> list[str]:
    answer = ask(port, "{ runsOrError { ... on Runs { results { runId } } } }")
    results: list[dict[str, str]] = answer["runsOrError"]["results"]  # type: ignore[index,call-overload]
    return [str(result["runId"]) for result in results]


def deletion(port: int) -> str:
    """A mutation whose effect is seen at once; one that starts a run goes the same ways."""
    return f'mutation {{ deletePipelineRun(runId: "{run_ids(port)[0]}") {{ __typename }} }}'


def send(port: int, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, Any]:
    """Status, text and headers of an answer, whatever it is."""
    written = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, written)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode("utf-8", "replace"), answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(), refused.headers


def test_no_other_page_changes_anything_through_the_ui(served: int) -> None:
    mutation = deletion(served)
    asked, form = json.dumps({"query": mutation}).encode(), urlencode({"query": mutation}).encode()
    by_get = f"/graphql?{urlencode({'query': mutation})}"
    plain = {"Content_Type": "text/plain"}
    as_form = {"Content_Type": "application/x-www-form-urlencoded"}
    as_json = {"Content_Type": "application/json"}
    own = f"http://127.0.0.1:{served}"
    assert send(served, by_get)[0] == 405
    assert send(served, by_get, Accept="image/*", Sec_Fetch_Site="cross-site")[0] == 403
    assert send(served, by_get, b"", **plain)[0] == 415
    assert send(served, by_get, b"", **plain, Origin=own)[0] == 415
    assert send(served, "/graphql", asked, **plain, Origin="http://evil.example")[0] == 403
    assert send(served, by_get, form, **as_form, Origin="null")[0] == 403
    assert send(served, "/graphql", asked, **as_json, Origin="http://evil.example")[0] == 403
    assert send(served, "/graphql", asked, **as_json, Sec_Fetch_Site="same-site")[0] == 403
    rebound = {"Host": f"evil.example:{served}", "Origin": f"http://evil.example:{served}"}
    status, words, _ = send(served, "/graphql", asked, **as_json, **rebound)
    assert (status, "--allow-host" in words) == (421, True)
    assert len(run_ids(served)) == 1
    # the page itself, and its files
    status, page, headers = send(served, "/")
    assert (status, "<html" in page, headers["X-Frame-Options"]) == (200, True, "DENY")
    policies = headers.get_all("Content-Security-Policy")
    assert "frame-ancestors 'none'" in policies
    assert len(policies) == 2, "the page's own policy stays"
    script = re.search(r'src="(/[^"]+\.js)"', page)
    assert script is not None
    assert send(served, script[1], Sec_Fetch_Site="same-origin")[0] == 200


def test_the_socket_of_the_ui_opens_for_its_own_page_only(served: int) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    there = f"ws://127.0.0.1:{served}/graphql"
    protocol: Any = ["graphql-ws"]
    with connect(there, origin=f"http://127.0.0.1:{served}", subprotocols=protocol) as socket:  # type: ignore[arg-type]
        socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(socket.recv(timeout=30)) == {"type": "connection_ack"}
    for origin in ("http://evil.example", f"http://localhost:{served}", "null"):
        with pytest.raises(InvalidStatus, match="403"):
            connect(there, origin=origin, subprotocols=protocol)  # type: ignore[arg-type]
    with pytest.raises(InvalidStatus, match="403"):
        connect(there, additional_headers={"Host": "evil.example"}, subprotocols=protocol)


HOSTILE = """<!doctype html><title>Nice page</title><body>
<iframe id="f" src="UI/runs"></iframe><iframe name="target"></iframe>
<form id="plain" method="post" enctype="text/plain" target="target" action="UI/graphql?query=QUERY">
<input name='{"query":"MUTATION","x":"' value='"}'></form>
<script>
const done = [], note = (name, made) => done.push(made.then(() => name + ' sent', () => name + ' failed'));
note('get', fetch('UI/graphql?query=QUERY', {mode: 'no-cors'}));
note('image', new Promise(then => {
  const i = new Image(); i.onload = i.onerror = then; i.src = 'UI/graphql?query=QUERY'; }));
note('text', fetch('UI/graphql', {method: 'POST', mode: 'no-cors', body: JSON.stringify({query: `MUTATION`})}));
note('json', fetch('UI/graphql', {method: 'POST', body: JSON.stringify({query: `MUTATION`}),
  headers: {'Content-Type': 'application/json'}}));
note('query', fetch('UI/graphql?query=QUERY', {method: 'POST', mode: 'no-cors'}));
note('socket', new Promise((open, no) => { const s = new WebSocket('UI/graphql'.replace('http', 'ws'), 'graphql-ws');
  s.onopen = open; s.onerror = no; }));
document.getElementById('plain').submit();
Promise.all(done).then(found => setTimeout(() => { document.title = 'Tried: ' + found.join(', '); }, 1500));
</script>"""


@pytest.mark.browser
def test_a_hostile_page_in_a_browser_starts_nothing(served: int, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs headless Chromium")
    mutation = deletion(served)
    page = HOSTILE.replace("UI", f"http://127.0.0.1:{served}")
    page = page.replace("QUERY", quote(mutation))
    page = page.replace('"MUTATION"', json.dumps(mutation.replace('"', '\\"')))
    (tmp_path / "index.html").write_text(page.replace("MUTATION", mutation), encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as hostile:
        threading.Thread(target=hostile.serve_forever, daemon=True).start()
        browser = [
            *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *(f"--user-data-dir={tmp_path / 'browser'}", "--virtual-time-budget=20000"),
            *("--dump-dom", f"http://127.0.0.1:{hostile.server_address[1]}/index.html"),
        ]
        seen = subprocess.run(browser, capture_output=True, text=True, timeout=120, check=False)
        hostile.shutdown()
    title = re.search("<title>(.*?)</title>", seen.stdout)
    assert title is not None, seen.stderr
    for way in ("get failed", "image sent", "text failed", "json failed", "query failed"):
        assert way in title[1]
    assert "socket failed" in title[1]
    assert len(run_ids(served)) == 1, "no page but the UI's own changed anything"
    # and its own page can
    body = json.dumps({"query": mutation}).encode()
    own = f"http://127.0.0.1:{served}"
    headers = {"Content_Type": "application/json", "Origin": own, "Sec_Fetch_Site": "same-origin"}
    assert send(served, "/graphql", body, **headers)[0] == 200
    assert run_ids(served) == []


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
