"""Takes the screenshots of docs/images from a home's Dagster UI, in headless Chromium.

    python -m benchmarks.screenshots HOME

HOME needs one finished run, and ``chromium`` must be on the path. Look at what it writes.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.browser import Browser, browser, free_port, process, wait_until
from omni_identity.model.home import REPOSITORY, Home
from omni_identity.orchestration.user_interface import ui_command

IMAGES = REPOSITORY / "docs" / "images"


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


def take(page: Browser, url: str, shot: Shot) -> Path:
    """Take one shot and write it into docs/images; return its path."""
    page.resize(*shot.size)
    page.open(url + shot.page)
    page.wait_for(shot.waits_for, 120)
    time.sleep(6)  # layout of the graph, icons, and the fade-in of what was loaded last
    if shot.script:
        page.run(shot.script)
        time.sleep(3)
    path = IMAGES / shot.image
    path.write_bytes(page.picture())
    return path


def main(home: Home) -> None:
    """Serve the UI of ``home`` and take every shot."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with process(*ui_command(home, "127.0.0.1", port)):
        wait_until("the UI", lambda: is_loaded(url), 600)
        with browser() as page:
            for shot in SHOTS:
                path = take(page, url, shot)
                print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main(Home(Path(sys.argv[1]).resolve()))
