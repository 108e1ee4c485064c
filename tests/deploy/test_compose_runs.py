"""Compose without its containers: webserver and daemon as it starts them, on a real PostgreSQL, get healthy."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

from omni_identity.cli.home_template import TEMPLATE
from tests.channels.fetching.conftest import postgres_address  # noqa: F401  a fixture
from tests.deploy.command_lines import DEPLOY
from tests.deploy.test_containers import service

PATIENCE = 240.0


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """A program of a service, ended as Docker ends it."""
    with log.open("w") as lines:
        process = subprocess.Popen(command, env=environment, stdout=lines, stderr=lines)
        try:
            yield
        finally:
            process.terminate()
            process.wait(90)


def wait_for(is_healthy: Callable[[], bool], log: Path) -> None:
    began = monotonic()
    while not is_healthy():
        assert monotonic() - began < PATIENCE, log.read_text()
        sleep(1)


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def program(words: list[str]) -> list[str]:
    """A command line with the programs of this environment."""
    name, *arguments = words
    return [
        sys.executable if name == "python" else str(Path(sys.executable).with_name(name)),
        *arguments,
    ]


def test_webserver_and_daemon_start_and_know_the_home(
    postgres_address: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "omni.yaml").write_text(TEMPLATE)
    (tmp_path / "dagster").mkdir()
    shutil.copy(DEPLOY / "dagster.yaml", tmp_path / "dagster")
    webserver, daemon, port = service("webserver"), service("daemon"), free_port()
    scheme = daemon["environment"]["OMNI_DAGSTER_POSTGRES"].partition("://")[0]
    environment = os.environ | {
        "OMNI_HOME": str(tmp_path / "shop"),
        "DAGSTER_HOME": str(tmp_path / "dagster"),
        "OMNI_DAGSTER_POSTGRES": f"{scheme}://{postgres_address.partition('://')[2]}",
        "OMNI_UI_GUARD": webserver["environment"]["OMNI_UI_GUARD"],
    }

    def check(test: list[str]) -> bool:
        command = program([word.replace(":3000", f":{port}") for word in test[1:]])
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        return done.returncode == 0

    logs = tmp_path / "webserver.log", tmp_path / "daemon.log"
    with ExitStack() as services:
        # one after the other: on a busy machine both are long in coming
        serve = [port if word == "3000" else word for word in webserver["command"]]
        command = program([*webserver["entrypoint"], *serve])
        services.enter_context(started(command, environment, logs[0]))
        wait_for(lambda: check(webserver["healthcheck"]["test"]), logs[0])
        command = program([*daemon["entrypoint"], *daemon["command"]])
        services.enter_context(started(command, environment, logs[1]))
        wait_for(lambda: check(daemon["healthcheck"]["test"]), logs[1])
        query = (
            "{ repositoriesOrError { ... on RepositoryConnection { nodes { jobs { name } } } } }"
        )
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/graphql",
            json.dumps({"query": query}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            [location] = json.load(answer)["data"]["repositoriesOrError"]["nodes"]
    assert "nightly" in {job["name"] for job in location["jobs"]}
