"""Headless Chromium, spoken to in its own protocol (DevTools) by the package ``websockets``."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

CHROMIUM = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
FIND = """
const words = e => e.innerText.trim().replace(/\\s+/g, ' ');
const found = [...document.querySelectorAll('button, a, [role=menuitem]')].filter(
  e => e.offsetParent !== null && !e.disabled && words(e) === LABEL).pop();
if (!found) return false;
"""
"""The last that is seen and called so: dialogs and menus stand behind the page that they lie over."""
CLICK = f"{FIND} found.click(); return true;"
MENU = f"""{FIND}
const arrow = found.parentElement.querySelectorAll('button:not([disabled])')[1];
if (arrow) arrow.click();
return arrow !== undefined;
"""


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

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, of a promise what it comes to."""
        order = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        return self._order("Runtime.evaluate", order)["result"].get("value")

    def run_scripts(self, are_run: bool) -> None:
        """Whether pages that are opened from now on run their own scripts."""
        self._order("Emulation.setScriptExecutionDisabled", {"value": not are_run})

    def press(self, key: str) -> None:
        """Press a key: a letter or sign, or Enter."""
        text = "\r" if key == "Enter" else key
        code = {"windowsVirtualKeyCode": 13} if key == "Enter" else {}
        self._order("Input.dispatchKeyEvent", {"type": "keyDown", "key": key, "text": text, **code})
        self._order("Input.dispatchKeyEvent", {"type": "keyUp", "key": key, **code})

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        self._order("Input.insertText", {"text": text})

    def picture(self, **how: Any) -> bytes:
        """As PNG, or as ``format`` and ``quality`` say."""
        return base64.b64decode(self._order("Page.captureScreenshot", how)["data"])

    def text(self) -> str:
        """All that can be read on the page."""
        return str(self.run("return document.body.innerText"))

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Return once the page shows ``text``."""
        wait_until(f"'{text}'", lambda: text in self.text(), seconds)

    def click(self, label: str) -> None:
        """Click the button, link or entry of a menu that is called ``label``, once it is there."""
        script = CLICK.replace("LABEL", json.dumps(label))
        wait_until(f"something to click, '{label}'", lambda: bool(self.run(script)), 60)

    def open_menu(self, label: str) -> None:
        """Open the menu whose arrow stands beside the button that is called ``label``."""
        script = MENU.replace("LABEL", json.dumps(label))
        wait_until(f"the menu beside '{label}'", lambda: bool(self.run(script)), 60)

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


def wait_until(
    what: str, is_so: Callable[[], bool], seconds: float = 120, pause: float = 1
) -> None:
    """Return once ``is_so()``, asked every ``pause`` seconds; ``TimeoutError`` naming ``what`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(pause)
    raise TimeoutError(f"waited {seconds:.0f} s for {what}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(
    command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None
) -> Iterator[int]:
    """Keep a process, and what it starts, alive for the length of the block; its ID."""
    quiet = subprocess.DEVNULL
    started = subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdout=quiet,
        stderr=quiet,
        start_new_session=True,
        # a gate that runs in the background hands down an ignored SIGINT
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield started.pid
    finally:
        os.killpg(started.pid, signal.SIGINT if environment else signal.SIGTERM)
        try:
            started.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait(timeout=60)


@contextmanager
def browser() -> Iterator[Browser]:
    """An empty page of a browser of its own, which ends with the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        command = ["chromium", *CHROMIUM, f"--user-data-dir={profile}"]
        stack.enter_context(process([*command, f"--remote-debugging-port={port}"]))
        wait_until("chromium", lambda: bool(_answer(f"{url}/json/version")))
        page = Browser(url)
        stack.callback(page.close)
        yield page
