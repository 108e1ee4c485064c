"""Compares a home's warehouse with what is published, before anything is done to either.

Whoever puts a backup back may have a warehouse that is older than what consumers read, or none. Golden
IDs would be given to other people then, and the erased would be there again. So every run asks here first.
"""

from __future__ import annotations

from pathlib import Path

from omni_identity.engines import Engine
from omni_identity.identity.erasure_memory import (
    NOTHING_DONE,
    require_all_requests,
    unapplied_erasures,
)
from omni_identity.identity.erasure_requests import (
    FILE,
    count_hashes,
    requested_erasures,
    unfinished_erasures,
)
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.publish.build import CURRENT, WITHOUT
from omni_identity.publish.publication import published_run


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
    """Whether the warehouse knows nothing of the run that consumers read.

    That is the run that ``current`` is named after or, where somebody has bent the link or it is none, the
    runs that the publication itself tells of.
    """
    named = named_run(home)
    if named is None and not (home.published / CURRENT).exists():
        return False
    if named is not None and _knows(engine, [named]):
        return False
    told = _told_runs(engine, home)
    return (named is not None or bool(told)) and not _knows(engine, told)


def restored_run(engine: Engine, home: Home) -> str | None:
    """The run whose publication a warehouse is rebuilt from; None where there is none."""
    told = _told_runs(engine, home)
    return named_run(home) or (told[-1] if told else None)


def _knows(engine: Engine, run_ids: list[str]) -> bool:
    found = engine.fetch(
        "select run_id from ledger.runs where list_contains($run_ids::varchar[], run_id)",
        {"run_ids": run_ids},
    )
    return bool(run_ids) and found.height == len(run_ids)


def _told_runs(engine: Engine, home: Home) -> list[str]:
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


def require_memory(engine: Engine, home: Home) -> None:
    """Raise ``RunFailed``, with the command to type, unless the warehouse knows all that this home has done.

    That is the run that consumers read, and the erasures that were carried out. Changes nothing.
    """
    require_all_requests(engine, home)
    if is_behind(engine, home):
        require_published_requests(engine, home)
        raise RunFailed(
            f"Consumers read the run {str(restored_run(engine, home))[:8]} ({home.published / CURRENT}), of which the"
            f" warehouse in {home.warehouse} knows nothing: it is older than the publication, or it is gone."
            " Golden IDs that were published could be given to other people. Type `omni restore`: it rebuilds"
            f" the warehouse's memory from the publication; then `omni run`. {NOTHING_DONE}"
        )


def require_published_requests(engine: Engine, home: Home) -> None:
    """Raise ``RunFailed`` when the publication tells of erasures that are on record no more.

    To be asked of a warehouse that is behind: any other remembers them itself.
    """
    lost = published_erasures(engine, home) - requested_erasures(home)
    if lost:
        raise RunFailed(
            f"{home.judgements / FILE} lacks {len(lost)} erasures that the publication tells of, and the"
            " warehouse does not know whom they were about: who was erased could come back."
            f" Put the file back from a backup, with {home.suppression_key}. {NOTHING_DONE}"
        )


def published_erasures(engine: Engine, home: Home) -> set[str]:
    """The IDs of the erasures that the publication tells of."""
    folder = published_folder(engine, home)
    if folder is None:
        return set()
    with engine.attached(folder, "published"):
        if "main.erasures" not in engine.columns("published"):
            return set()
        return set(engine.fetch("select erasure_id from published.main.erasures")["erasure_id"])


def has_erasures_to_do(engine: Engine, home: Home) -> bool:
    """Whether a request on record is not carried out: not completed, or not in this warehouse or publication."""
    if unfinished_erasures(home) or unapplied_erasures(engine, home):
        return True
    current = published_run(home)
    if current is None or published_folder(engine, home) is None:
        return False
    if current.partition(WITHOUT)[2] == str(count_hashes(home)):
        return False
    return bool(requested_erasures(home) - published_erasures(engine, home))
