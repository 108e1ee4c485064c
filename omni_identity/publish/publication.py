"""Makes a built candidate the publication: one rename, after which the warehouse remembers what it said.

``published/current`` is a link to the folder of one run; ``omni.duckdb`` leads through it. Renaming a new link over
it is one atomic step. A reader that has the old file open keeps it: the folder of the publication before is removed
only when the next run begins.
"""

from __future__ import annotations

import filecmp
from pathlib import Path

from omni_identity.engines import Engine
from omni_identity.identity.changes import CUSTOMERS, append_run_rows, clear_changes
from omni_identity.identity.crosswalk_history import mark_crosswalk_published
from omni_identity.identity.households import mark_households_published
from omni_identity.insight.audience_members import mark_audiences_published
from omni_identity.model.home import Home
from omni_identity.model.modes import Readers, open_to_readers, remove
from omni_identity.publish.build import candidate_folder
from omni_identity.publish.feeds.delivered import mark_landings_published
from omni_identity.publish.links import (
    CURRENT,
    CURRENT_FILES,
    DATABASE,
    FILES,
    LINKS,
    VERSIONS,
    force_to_disk,
    point,
)


def published_run(home: Home) -> str | None:
    """Return the run that consumers read now; None before the first publication.

    In a home that was copied with its links followed ``current`` is a copy: it is the run's that has the same file.
    """
    current = home.published / CURRENT
    if current.is_symlink():
        return current.readlink().name
    return _copied_run(home, current) if current.is_dir() else None


def _copied_run(home: Home, current: Path) -> str | None:
    versions = home.published / VERSIONS
    for name in (DATABASE, "manifest.json"):
        for folder in sorted(versions.iterdir()) if versions.is_dir() else []:
            files = (current / name, folder / name)
            if all(file.is_file() for file in files) and filecmp.cmp(*files, shallow=False):
                return folder.name
    return None


def publish_candidate(home: Home, run_id: str, readers: Readers = "group") -> None:
    """Make the candidate of ``run_id`` what consumers read, in one atomic step; only ``readers`` may read it.

    What stands where links are to be, in a home that was copied with its links followed, makes way for them.
    The version before stays for whoever has it open, until the next run begins.
    """
    open_to_readers(home, readers)
    force_to_disk(candidate_folder(home, run_id))
    _keep_former_files(home)
    point(home, CURRENT, f"{VERSIONS}/{run_id}")
    for name, target in LINKS.items():
        _lead(home, name, target)
    # of a client that had a copy of the file open for writing; beside a link it would be taken for the link's
    remove(home.published / f"{DATABASE}.wal")


def _lead(home: Home, name: str, target: str) -> None:
    link = home.published / name
    if not link.is_symlink() or str(link.readlink()) != target:
        point(home, name, target)


def _keep_former_files(home: Home) -> None:
    """Where Parquet and CSV still stand beside the DuckDB file that is published, let readers keep these of before.

    So it was until files came behind the switch.
    """
    former = published_run(home)
    if former is None or (home.published / CURRENT_FILES).exists():
        return
    if (home.published / VERSIONS / former / "parquet").is_dir():
        point(home, CURRENT_FILES, f"{VERSIONS}/{former}")
        for name in LINKS:
            if name != DATABASE:
                _lead(home, name, LINKS[name])


def drop_versions(home: Home, keep: set[str]) -> None:
    """Remove every built folder but those of the runs in ``keep``, and whatever else stands beside them.

    The files that consumers read stay, though a killed run has left them those of a version before.
    """
    led_to = (home.published / CURRENT_FILES).resolve()
    for root in (home.published / VERSIONS, home.published / FILES):
        for folder in sorted(root.iterdir()) if root.is_dir() else []:
            if folder.name not in keep and folder.resolve() != led_to:
                remove(folder)


def mark_published(engine: Engine, run_id: str) -> None:
    """Write down, in one transaction, that ``run_id`` is what was last published.

    Brings the tables of ``settled`` up to date with ``derived.customers``, ``derived.golden_id_events``,
    ``derived.crosswalk_changes``, ``derived.household_events``, ``derived.household_members``,
    ``derived.audience_members`` and ``landed.landings``, the run's row of
    ``ledger.runs`` too, and clears all marks of changes. ``derived`` must still hold that run's tables. Doing it
    twice does what doing it once does, so what a run that was killed between the rename and this had not written
    down, the next one does.
    """
    with engine.transaction():
        affected = f"where {CUSTOMERS.is_marked()}"
        engine.run(f"delete from settled.crosswalk {affected}")
        engine.run(
            "insert into settled.crosswalk"
            f" select channel, source_record_id, golden_id from derived.customers {affected}"
        )
        append_run_rows(engine, "golden_id_events", run_id)
        mark_crosswalk_published(engine, run_id)
        mark_households_published(engine, run_id)
        mark_audiences_published(engine, run_id)
        mark_landings_published(engine)
        engine.run(
            "update ledger.runs set status = 'published' where run_id = $run_id", {"run_id": run_id}
        )
        clear_changes(engine)
