"""A browser at the desk: each page by clicks and keys, without JavaScript, at two widths, and looked at by axe.

axe-core comes from npm, packed once for a run of the tests; without npm its test says that it is skipped. Pictures are
left in the folder that ``OMNI_PICTURES`` names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from benchmarks.browser import Browser, browser, free_port, wait_until
from omni_identity.desk.application import Desk
from omni_identity.desk.guests import Place
from omni_identity.desk.people import local_person
from omni_identity.desk.serving import server_settings
from omni_identity.model.home import Home
from omni_identity.publish.publication import published_run
from tests.shared import copy_home

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs headless Chromium"),
]

WIDTHS = (1280, 390)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOADED = "return document.readyState === 'complete' && location.pathname + location.search === PATH"


@dataclass
class At:
    """A page of the browser at a desk."""

    desk: Desk
    url: str
    page: Browser

    def open(self, path: str) -> None:
        self.page.open(self.url + path)
        script = LOADED.replace("PATH", repr(path.partition("#")[0]))
        wait_until(path, lambda: bool(self.page.run(script)), 30, pause=0.05)

    def wait_for(self, text: str) -> None:
        """Until the page shows a text, and its script listens to keys: that comes after what is to be read."""
        whole = "return document.readyState === 'complete'"

        def is_there() -> bool:
            return text in self.page.text() and bool(self.page.run(whole))

        wait_until(text, is_there, 30, pause=0.05)


@pytest.fixture(scope="module")
def at(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[At]:
    home = Home(copy_home(demo_home, tmp_path_factory.mktemp("browsed") / "home"))
    port = free_port()
    only = local_person("kim", "t0ken")
    desk = Desk(home, Place(lambda: only, port=port, is_local=True))
    server = uvicorn.Server(uvicorn.Config(desk.application(), **server_settings(desk.place)))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until("the desk", lambda: server.started, 30, pause=0.05)
        with browser() as page:
            visitor = At(desk, f"http://127.0.0.1:{port}", page)
            page.open(f"{visitor.url}/enter?token=t0ken")
            visitor.wait_for("Sign out")
            yield visitor
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def customer(at: At) -> tuple[str, str, str]:
    """A customer of two records and more, and two of their records."""
    with at.desk.reader.read(is_masked=False) as reading:
        rows = reading.connection.execute(
            """
            select c.golden_id, c.channel || ':' || c.source_record_id from crosswalk c
            where golden_id = (
                select golden_id from unified_profiles p join messages using (golden_id)
                where record_count > 2 and order_count > 0 and household_id is not null
                group by golden_id order by count(*) desc, golden_id limit 1
            ) order by 2
            """
        ).fetchall()
    return rows[0][0], rows[0][1], rows[1][1]


@pytest.fixture(scope="module")
def case(at: At) -> str:
    """The question that is asked first of two customers who have something in common."""
    with at.desk.reader.read(is_masked=False) as reading:
        rows = reading.connection.execute(
            "select question_id from review_queue where golden_id_l <> golden_id_r order by priority limit 1"
        ).fetchall()
    return f"/queue/{rows[0][0]}"


@pytest.fixture(scope="module")
def paths(at: At, customer: tuple[str, str, str], case: str) -> dict[str, str]:
    """Every page, by name."""
    golden_id, first, second = customer
    return {
        "queue": "/queue?records=1",
        "case": case,
        "search": "/search?q=a",
        "customer": f"/customers/{golden_id}",
        "part": f"/customers/{golden_id}/part?a={first}&b={second}",
        "export": f"/customers/{golden_id}/export",
        "erase": f"/customers/{golden_id}/erase",
        "runs": "/runs",
        "run": f"/runs/{published_run(at.desk.home)}",
        "sign_in": "/sign-in",
        "not_there": "/nowhere",
    }


def test_pages_fit_both_widths(at: At, paths: dict[str, str], tmp_path: Path) -> None:
    pictures = Path(os.environ.get("OMNI_PICTURES", tmp_path))
    pictures.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        at.page.resize(width, 1000)
        for name, path in paths.items():
            at.open(path)
            assert at.page.run("return document.documentElement.scrollWidth <= innerWidth"), name
            (pictures / f"desk-{name}-{width}.png").write_bytes(at.page.picture())


def test_somebody_is_found_and_read_by_keys(at: At, customer: tuple[str, str, str]) -> None:
    at.open("/runs")
    at.page.press("f")
    at.wait_for("Search")
    at.page.run("document.activeElement.blur()")
    at.page.press("/")
    assert at.page.run("return document.activeElement.id") == "q"
    at.page.type(customer[0])
    at.page.press("Enter")
    at.wait_for("Where every value comes from")
    assert customer[0] in at.page.run("return document.title + document.body.innerText")
    at.page.click("Keys are on")
    at.page.press("r")
    assert "/customers/" in at.page.run("return location.pathname")
    at.page.click("Keys are off")


def test_a_question_is_answered_by_keys(at: At) -> None:
    at.open("/queue")
    asked = at.page.run("return document.querySelector('[data-key=n]').getAttribute('href')")
    at.page.press("n")
    at.wait_for("Who are they?")
    at.page.press("d")
    assert (
        at.page.run("return document.querySelector('input[name=judgement]:checked').value")
        == "different"
    )
    at.page.run("document.querySelector('#reason').focus()")
    at.page.type("two loyalty cards")
    at.page.press("Enter")
    at.wait_for("Give this answer")
    at.page.press("y")
    at.wait_for("Written down.")
    assert at.page.run(f"return document.querySelector('a[href=\"{asked}\"]') === null")


def test_everything_is_done_without_javascript(at: At, paths: dict[str, str]) -> None:
    at.page.run_scripts(False)
    try:
        for name, path in paths.items():
            at.open(path)
            assert at.page.run("return document.querySelector('main h1') !== null"), name
        at.open("/search")
        at.page.run("document.querySelector('#q').focus()")
        at.page.type("zzz")
        at.page.press("Enter")
        at.wait_for("0 customers")
        at.open(paths["export"])
        assert at.page.run("return document.querySelector('#keys').hidden")
        at.open(paths["case"])
        at.page.run("document.querySelector('#household').checked = true")
        at.page.run("document.querySelector('#reason').focus()")
        at.page.type("two doorbells")
        at.page.press("Enter")
        at.wait_for("Give this answer")
    finally:
        at.page.run_scripts(True)


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core."""
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm, which brings axe-core")
    packed = subprocess.run(
        [npm, "pack", "axe-core@4", "--silent"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    archives = list(folder.glob("*.tgz"))
    if packed.returncode or not archives:
        pytest.skip("npm could not bring axe-core")
    with tarfile.open(archives[0]) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def test_axe_finds_nothing_on_any_page(at: At, paths: dict[str, str], axe: str) -> None:
    found: dict[str, Any] = {}
    at.page.resize(1280, 1000)
    for name, path in paths.items():
        at.open(path)
        at.page.evaluate(axe)
        options = f"{{runOnly: {RULES!r}, resultTypes: ['violations']}}"
        shown = "r.violations.map(v => [v.id, v.nodes.map(n => n.html).slice(0, 3)])"
        violations = at.page.evaluate(f"axe.run(document, {options}).then(r => {shown})")
        if violations != []:
            found[name] = violations
    assert found == {}
