"""Compares the models of a home with the one by which the last publication was linked."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.found_changes import record_found_change
from omni_identity.linkage.frozen_models import missing_files
from omni_identity.linkage.model_manifest import (
    DESCRIPTIVE,
    changed_files,
    has_manifest,
    write_manifest,
)
from omni_identity.linkage.pinned_model import (
    NOTHING,
    note_pin,
    pin_model,
    pinned_version,
    pins,
    unpin_model,
)
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.publish.published_state import NOTHING_DONE, named_run


def require_model(engine: Engine, home: Home) -> None:
    """Raise ``RunFailed``, with what to do, unless the pinned model is what was trained, and no older one.

    Older is one that was pinned before the model by which what consumers read was linked. What no score
    depends on may have been edited, which is said at the end of a run. A model from before manifests gets one. Reads
    ``ledger.runs``; writes ``ledger.found_changes``.
    """
    if _is_older(engine, home):
        raise RunFailed(
            f"What consumers read was linked by the model {published_model(engine, home)}, which {home.models} has"
            " never had in use: it is older than the publication, or it is gone. Put that folder back from a"
            f" backup; or type `omni restore`, which says what becomes of it without. {NOTHING_DONE}"
        )
    version = pinned_version(home.models)
    if version is None:
        return
    folder = home.models / version
    missing = missing_files(folder)
    if missing:
        raise RunFailed(
            f"The pinned model {version} cannot be used: {folder} lacks {', '.join(missing)}. {_WAYS} {NOTHING_DONE}"
        )
    if not has_manifest(folder):
        write_manifest(folder)
        record_found_change(
            engine, f"model {version}", "had no manifest, as of an earlier version; it has one now"
        )
        return
    changed = changed_files(folder)
    if set(changed) - set(DESCRIPTIVE):
        raise RunFailed(
            f"The pinned model {version} is not what was trained: somebody has changed {', '.join(changed)} in"
            f" {folder}. {_WAYS} {NOTHING_DONE}"
        )


_WAYS = (
    "Put the folder back from a backup, or pin another model: `omni train --list` names them, and"
    " `omni train --promote VERSION` pins one."
)


def published_model(engine: Engine, home: Home) -> str | None:
    """The model, by ``ledger.runs``, that linked what consumers read; None if unknown, or nothing is published."""
    found = engine.fetch(
        "select model_version from ledger.runs where run_id = $run_id",
        {"run_id": named_run(home) or ""},
    )["model_version"].to_list()
    return found[0] if found else None


def _is_older(engine: Engine, home: Home) -> bool:
    published = published_model(engine, home)
    if published is None:
        return False
    known = pins(home.models)
    if known is not None:
        is_lost = pinned_version(home.models) is None and known[-1] != NOTHING
        return published not in known or is_lost
    if pinned_version(home.models) is None or not (home.models / published).is_dir():
        return True
    note_pin(home.models, published)  # from before pins were written down
    return False


def restore_model(engine: Engine, home: Home) -> str | None:
    """Pin the model of the publication again, or go on without it; return what was done, in words.

    Reads ``ledger.runs``.
    """
    if not _is_older(engine, home):
        return None
    published = str(published_model(engine, home))
    if not missing_files(home.models / published):
        pin_model(home.models, published)
        return (
            f"The model {published}, by which what consumers read was linked, is pinned again; the models folder"
            " was older."
        )
    pinned = pinned_version(home.models)
    note_pin(home.models, published)
    if pinned is None or missing_files(home.models / pinned):
        unpin_model(home.models)
        pinned = None
    goes_on = f"goes on with the older {pinned}" if pinned else "trains a new one"
    return (
        f"The model {published}, by which what consumers read was linked, is lost. The next run {goes_on}: customers"
        " may merge or split by it, within the bounds of `checks`; records keep their golden IDs. If a backup has"
        f" {home.models / published}, put it back first, then `omni train --promote {published}`."
    )
