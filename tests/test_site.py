"""The site of the documents is built from what is there, leads nowhere in vain, and loads nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from benchmarks.browser import browser, wait_until
from omni_identity.cli.reference_pages import reference_pages
from tests.shared import make_once

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
"""Elements for which a browser fetches something by itself; ``link`` does too, unless it only says what is where."""
ONLY_SAID = {"canonical", "prev", "next", "alternate", "author", "license", "me", "edit"}
SEARCH = """
const all = root => [...root.querySelectorAll('*')].flatMap(e => e.shadowRoot ? [e, ...all(e.shadowRoot)] : [e]);
[...document.querySelectorAll('button')].find(e => /Search/.test(e.innerText)).click();
setTimeout(() => {
  const input = all(document).find(e => e.tagName === 'INPUT' && e.type === 'text');
  input.value = 'handoff';
  input.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
}, 500);
"""
FOUND = """
const words = root => [...root.querySelectorAll('*')].filter(e => e.shadowRoot)
  .map(e => e.shadowRoot.textContent + words(e.shadowRoot)).join(' ');
return words(document);
"""
"""What the search has written: it lives in a shadow of the document."""
FETCHED = """
return performance.getEntriesByType('resource').map(one => one.name).filter(name => name.startsWith('http'));
"""
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
CELL = re.compile(r"<td\b[^>]*>(.*?)</td>", re.DOTALL)
IN_STYLES = re.compile(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")\s]+)")


@dataclass
class Page(HTMLParser):
    """What a page names (``anchors``), links to, and loads."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        self.anchors |= {said[name] for name in ("id", "name") if name in said}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if tag in LOADING and LOADING[tag] in said:
            self.loads.append(said[LOADING[tag]])
        if tag == "link" and not ONLY_SAID & set(said.get("rel", "").split()):
            self.loads.append(said["href"])
        if tag == "style" or "style" in said:
            self.loads += IN_STYLES.findall(said.get("style", ""))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once for all processes."""
    if find_spec("zensical") is None:
        pytest.skip("needs the extra docs")

    def build(folder: Path) -> None:
        command = [sys.executable, str(DOCS / "build_site.py"), str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 0, done.stdout + done.stderr

    return make_once(tmp_path_factory, "documents", build) / "site"


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Page]:
    return {path: read_page(path) for path in sorted(site.rglob("*.html"))}


def read_page(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def broken_links(pages: dict[Path, Page], site: Path) -> Iterator[str]:
    """Every link inside the site that leads to no file, or to no place in it."""
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            where = f"{path.relative_to(site)}: {link}"
            if not target.is_file():
                yield where
            elif parts.fragment and target in pages:
                known = pages[target].anchors
                if unquote(parts.fragment) not in known:
                    yield where


def is_foreign(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def test_every_link_leads_to_a_page_and_to_a_place_on_it(
    pages: dict[Path, Page], site: Path
) -> None:
    assert sum(len(page.links) for page in pages.values()) > 1000
    assert list(broken_links(pages, site)) == []


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Page], site: Path) -> None:
    assert [
        address for page in pages.values() for address in page.loads if is_foreign(address)
    ] == []
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert styles
    assert [found for style in styles for found in IN_STYLES.findall(style)] == []


def test_lists_and_code_with_bars_come_out_as_they_do_on_github(site: Path) -> None:
    """A list needs an empty line above it, or else it is read as a part of the paragraph."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        inside = [found for found in PARAGRAPH.findall(text) if "\n- " in found]
        assert inside == [], path
        assert [cell for cell in CELL.findall(text) if "\\|" in cell] == [], path


def test_what_pages_load_is_there(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        if path.name != "404.html":
            assert [a for a in page.loads if not (path.parent / urlsplit(a).path).is_file()] == []


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs headless Chromium")
def test_opened_as_a_file_its_search_finds_pages_and_nothing_is_fetched(site: Path) -> None:
    with browser() as found:
        found.open((site / "docs" / "tuning.html").as_uri())
        wait_until(
            "the page is there",
            lambda: found.run("return !!document.querySelector('header button')"),
        )
        found.run(SEARCH)
        wait_until(
            "the search finds pages", lambda: "Time lost in handoffs" in found.run(FOUND), 30
        )
        assert found.run(FETCHED) == []
        found.run("new Image().src = 'http://127.0.0.1:9/picture.png'")
        wait_until("what is fetched is seen", lambda: len(found.run(FETCHED)) == 1, 30)


def test_the_checks_find_what_they_look_for(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<a href="gone.html">.</a><a href="#no-place">.</a><a href="page.html#place">.</a><h2 id="place">.</h2>'
        '<script src="https://cdn.example/x.js"></script><link rel="stylesheet" href="//fonts.example/y.css">'
        '<link rel="canonical" href="https://docs.example/page.html"><img src="data:image/png;base64,AAAA">',
        encoding="utf-8",
    )
    found = {page: read_page(page)}
    assert list(broken_links(found, tmp_path)) == ["page.html: gone.html", "page.html: #no-place"]
    foreign = [address for address in found[page].loads if is_foreign(address)]
    assert foreign == ["https://cdn.example/x.js", "//fonts.example/y.css"]
    assert IN_STYLES.findall("a { src: url('https://fonts.example/z') }") == [
        "https://fonts.example/z"
    ]


def test_every_page_is_in_the_navigation_and_nothing_else_is() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    named = list(files_in(nav))
    assert len(named) == len(set(named))
    there = [f"docs/{path.name}" for path in DOCS.glob("*.md")]
    assert set(named) == {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", *there}


def files_in(nav: object) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        for entry in nav.values():
            yield from files_in(entry)
    elif isinstance(nav, list):
        for entry in nav:
            yield from files_in(entry)


@pytest.mark.parametrize(("name", "text"), reference_pages().items())
def test_pages_of_reference_are_those_of_the_code(name: str, text: str) -> None:
    """If not: python -m omni_identity.cli.reference_pages docs"""
    assert (DOCS / name).read_text(encoding="utf-8") == text
