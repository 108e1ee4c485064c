"""Makes a built candidate the publication: one rename, after which the warehouse settles what it said.

``published/current`` is a link to the folder of one run; ``omni.duckdb``, ``parquet`` and ``csv`` lead
through it. Renaming a new link over it is one atomic step for both. A reader that has the old file open keeps
it: the folder of the publication before is removed only by the publication after.
"""

from __future__ import annotations

import os
import shutil

from omni_identity.engines import Engine
from omni_identity.identity.crosswalk_history import settle_crosswalk_changes
from omni_identity.identity.pending import settle_pending
from omni_identity.insight.audience_members import settle_audiences
from omni_identity.model.home import Home
from omni_identity.publish.build import CURRENT, VERSIONS, candidate_folder

LINKS = {name: f"{CURRENT}/{name}" for name in ("omni.duckdb", "parquet", "csv")}


def published_run(home: Home) -> str | None:
    """Return the run that consumers read now; None before the first publication."""
    current = home.published / CURRENT
    return current.readlink().name if current.is_symlink() else None


def publish_candidate(home: Home, run_id: str) -> None:
    """Make the candidate of ``run_id`` what consumers read, in one atomic step."""
    before = published_run(home)
    _sync(home, run_id)
    _point(home, CURRENT, f"{VERSIONS}/{run_id}")
    for name, target in LINKS.items():
        link = home.published / name
        if not link.is_symlink() or str(link.readlink()) != target:
            _point(home, name, target)
    drop_versions(home, keep={run_id, before} if before else {run_id})


def _point(home: Home, name: str, target: str) -> None:
    fresh = home.published / f".{name}.next"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.rename(home.published / name)


def _sync(home: Home, run_id: str) -> None:
    """Force the candidate to disk: after a power cut the link must not lead to an empty file."""
    for path in sorted(candidate_folder(home, run_id).rglob("*")):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def drop_versions(home: Home, keep: set[str]) -> None:
    """Remove every built folder but those of the runs in ``keep``."""
    versions = home.published / VERSIONS
    for folder in sorted(versions.iterdir()) if versions.exists() else []:
        if folder.name not in keep:
            shutil.rmtree(folder)


def settle_publication(engine: Engine, run_id: str) -> None:
    """Write down, in one transaction, that ``run_id`` is what was last published.

    ``derived`` must still hold that run's tables. Doing it twice does what doing it once does, so a
    run that was killed between the rename and this is settled by the next one.
    """
    with engine.transaction():
        noted = "where golden_id in (select golden_id from pending.customers)"
        engine.run(f"delete from settled.crosswalk {noted}")
        engine.run(
            "insert into settled.crosswalk"
            f" select channel, source_record_id, golden_id from derived.customers {noted}"
        )
        engine.run(
            "delete from settled.golden_id_events where run_id = $run_id", {"run_id": run_id}
        )
        engine.run("insert into settled.golden_id_events select * from derived.golden_id_events")
        settle_crosswalk_changes(engine, run_id)
        settle_audiences(engine)
        engine.run(
            "update ledger.runs set status = 'published' where run_id = $run_id", {"run_id": run_id}
        )
        settle_pending(engine)
