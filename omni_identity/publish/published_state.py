"""Compares a home's warehouse with what is published, before anything is done to either.

Whoever puts a backup back may have a warehouse that is older than what consumers read, or none. Golden
IDs would be given to other people then, and the erased would be there again. So every run asks here first.
"""

from __future__ import annotations

from pathlib import Path

from omni_identity.engines import Engine
from omni_identity.model.home import Home
from omni_identity.publish.build import WITHOUT
from omni_identity.publish.links import CURRENT
from omni_identity.publish.publication import published_run

NOTHING_DONE = "Nothing was landed, and consumers keep the last publication."


def named_run(home: Home) -> str | None:
    """The run that what consumers read came from, also where persons were taken out of it since."""
    current = published_run(home)
    return None if current is None else current.partition(WITHOUT)[0]


def published_folder(engine: Engine, home: Home) -> Path | None:
    """The folder that consumers read, if the engine can read it."""
    if published_run(home) is None:
        return None
    folder = home.published / CURRENT
    unreadable: tuple[type[Exception], ...] = (OSError, *engine.errors)
    try:
        with engine.attached(folder, "published"):
            return folder
    except unreadable:
        return None


def is_behind(engine: Engine, home: Home) -> bool:
    """Whether ``ledger.runs`` lacks the run that consumers read.

    That is the run that ``current`` is named after or, where somebody has bent the link or it is none, the
    runs in the published table ``runs``.
    """
    named = named_run(home)
    if named is None and not (home.published / CURRENT).exists():
        return False
    if named is not None and _knows(engine, [named]):
        return False
    published = _published_runs(engine, home)
    return (named is not None or bool(published)) and not _knows(engine, published)


def restored_run(engine: Engine, home: Home) -> str | None:
    """The run from whose publication a warehouse is rebuilt; None where there is none.

    It is the named one, else the last in the published table ``runs``.
    """
    published = _published_runs(engine, home)
    return named_run(home) or (published[-1] if published else None)


def _knows(engine: Engine, run_ids: list[str]) -> bool:
    found = engine.fetch(
        "select run_id from ledger.runs where list_contains($run_ids::varchar[], run_id)",
        {"run_ids": run_ids},
    )
    return bool(run_ids) and found.height == len(run_ids)


def _published_runs(engine: Engine, home: Home) -> list[str]:
    """The runs that the publication itself says were published, in order; none where it cannot be read."""
    folder = published_folder(engine, home)
    if folder is None:
        return []
    with engine.attached(folder, "published"):
        held = engine.columns("published").get("main.runs", [])
        if not held:
            return []
        order = "run_number" if "run_number" in held else "started_at"
        runs = engine.fetch(
            f"select run_id from published.main.runs where status = 'published' order by {order}"
        )
    return [str(run_id) for run_id in runs["run_id"]]
