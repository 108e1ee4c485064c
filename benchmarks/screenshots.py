"""Takes the screenshots of docs/images from a home's Dagster UI, in headless Chromium.

    python -m benchmarks.screenshots HOME

HOME needs one finished run. ``chromium`` must be on the path; it is spoken to in its own protocol (DevTools), by
the package ``websockets``. Look at what it writes.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from omni_identity.model.home import REPOSITORY, Home
from omni_identity.orchestration.user_interface import ui_command

IMAGES = REPOSITORY / "docs" / "images"
CHROMIUM = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@dataclass(frozen=True)
class Shot:
    """One image: the page, the size of the window, and a text that it shows once it is whole."""

    image: str
    page: str
    size: tuple[int, int]
    waits_for: str
    script: str = ""


# the others stay folded: with all open, the UI cannot show the whole graph at once
GROUPS = (
    *("internal_2_records", "internal_3_linkage", "internal_4_customers"),
    *("internal_5_insight", "internal_6_publication"),
)
OPENED = ",".join(f"global@global:{group}" for group in GROUPS)
CHECK = "every_current_record_is_in_exactly_one_customer"
WIDE, USUAL = (2000, 640), (1600, 1000)
NARROW_NAVIGATION = """
document.querySelector('[aria-label="panel_show_right"]').closest('button').click();
"""
COLUMNS_AND_LINEAGE = """
const title = [...document.querySelectorAll('*')].find(e => e.textContent === 'Columns');
title.scrollIntoView();
"""

SHOTS = (
    Shot(
        "asset-graph.png",
        f"/asset-groups?expanded={OPENED}",
        WIDE,
        "customer_context",
        NARROW_NAVIGATION,
    ),
    Shot(
        "unified-profiles-columns.png",
        "/assets/published/unified_profiles?view=overview",
        USUAL,
        "source_records.email",
        COLUMNS_AND_LINEAGE,
    ),
    Shot(
        "checks.png", f"/assets/publication_candidate?view=checks&checkDetail={CHECK}", USUAL, CHECK
    ),
)


class Browser:
    """A page of headless Chromium, which listens for orders at ``url``."""

    def __init__(self, url: str) -> None:
        page = _answer(urllib.request.Request(f"{url}/json/new", method="PUT"))
        self._hold = ExitStack()
        address = page["webSocketDebuggerUrl"]
        self._connection = self._hold.enter_context(connect(address, max_size=None))
        self._orders = 0

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._order("Emulation.setDeviceMetricsOverride", size)

    def open(self, page: str) -> None:
        self._order("Page.navigate", {"url": page})

    def run(self, script: str) -> Any:
        expression = {"expression": f"(() => {{{script}}})()", "returnByValue": True}
        return self._order("Runtime.evaluate", expression)["result"].get("value")

    def picture(self) -> bytes:
        return base64.b64decode(self._order("Page.captureScreenshot", {})["data"])

    def close(self) -> None:
        self._hold.close()

    def _order(self, method: str, parameters: dict[str, Any]) -> Any:
        self._orders += 1
        order = {"id": self._orders, "method": method, "params": parameters}
        self._connection.send(json.dumps(order))
        while True:
            answer = json.loads(self._connection.recv(timeout=120))
            if answer.get("id") == self._orders:
                return answer["result"]


def _answer(request: urllib.request.Request | str) -> Any:
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def wait_until(what: str, is_so: Callable[[], bool], seconds: float = 120) -> None:
    """Return once ``is_so()``; ``TimeoutError`` naming ``what`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(1)
    raise TimeoutError(f"waited {seconds:.0f} s for {what}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: list[str], environment: dict[str, str] | None = None) -> Iterator[None]:
    """Keep a process, and what it starts, alive for the length of the block."""
    quiet = subprocess.DEVNULL
    started = subprocess.Popen(
        command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        yield
    finally:
        os.killpg(started.pid, signal.SIGINT if environment else signal.SIGTERM)
        started.wait(timeout=240)


def is_loaded(url: str) -> bool:
    """Whether the UI has loaded its code location."""
    query = "{workspaceOrError{...on Workspace{locationEntries{locationOrLoadError{__typename}}}}}"
    return "RepositoryLocation" in json.dumps(_post_graphql(url, query))


def _post_graphql(url: str, query: str) -> Any:
    header = {"Content-Type": "application/json"}
    request = urllib.request.Request(
        f"{url}/graphql", json.dumps({"query": query}).encode(), header
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def take(browser: Browser, url: str, shot: Shot) -> Path:
    """Take one shot and write it into docs/images; return its path."""
    browser.resize(*shot.size)
    browser.open(url + shot.page)
    text = "return document.body.innerText"
    wait_until(f"'{shot.waits_for}'", lambda: shot.waits_for in str(browser.run(text)))
    time.sleep(6)  # layout of the graph, icons, and the fade-in of what was loaded last
    if shot.script:
        browser.run(shot.script)
        time.sleep(3)
    path = IMAGES / shot.image
    path.write_bytes(browser.picture())
    return path


def main(home: Home) -> None:
    """Serve the UI of ``home`` and take every shot."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    ui_port, page_port = free_port(), free_port()
    url, pages = f"http://127.0.0.1:{ui_port}", f"http://127.0.0.1:{page_port}"
    with ExitStack() as stack:
        stack.enter_context(process(*ui_command(home, "127.0.0.1", ui_port)))
        profile = stack.enter_context(tempfile.TemporaryDirectory())
        chromium = ["chromium", *CHROMIUM, f"--user-data-dir={profile}"]
        stack.enter_context(process([*chromium, f"--remote-debugging-port={page_port}"]))
        wait_until("the UI", lambda: is_loaded(url), 600)
        wait_until("chromium", lambda: bool(_answer(f"{pages}/json/version")))
        browser = Browser(pages)
        stack.callback(browser.close)
        for shot in SHOTS:
            path = take(browser, url, shot)
            print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main(Home(Path(sys.argv[1]).resolve()))
