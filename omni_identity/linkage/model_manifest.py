"""What the files of a trained model are to be: an edit by hand is seen before anything is linked with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from omni_identity.engines.durable import sync_folder

MANIFEST = "manifest.json"
CHARTS = ("match_weights.svg", "m_and_u_probabilities.svg")
DESCRIPTIVE = ("report.json", "splink.json", *CHARTS)
"""Files that no score depends on."""

_PART = 2**20


def write_manifest(folder: Path) -> None:
    """Write down size and SHA-256 of every file in a model's folder as they are."""
    _write(folder, {"files": {path.name: _describe(path) for path in _files(folder)}})


def has_manifest(folder: Path) -> bool:
    """Whether a model's folder has one; a model of an earlier version has none."""
    return (folder / MANIFEST).exists()


def changed_files(folder: Path) -> list[str]:
    """Names of files in a model's folder that are gone, or not what the manifest says, by name."""
    manifest = _read(folder)
    known: dict[str, Any] = manifest["files"]
    coming: dict[str, Any] = manifest.get("next", {})
    changed = []
    for name in sorted(known):
        path = folder / name
        found = _describe(path) if path.exists() else None
        if found is None or found not in (known[name], coming.get(name)):
            changed.append(name)
    return changed


def remark_on_files(folder: Path) -> list[str]:
    """What is to be said of a model's folder: whose files are not what was trained."""
    changed = changed_files(folder) if has_manifest(folder) else []
    if not changed:
        return []
    words = (
        f"{', '.join(changed)} of the model {folder.name} was changed by hand since it was trained"
    )
    if set(changed) <= set(DESCRIPTIVE):
        return [f"{words}; no score depends on it."]
    return [f"{words}: every run stops until it is put back, or another model is pinned."]


def replace_file(fresh: Path, target: Path) -> None:
    """Put a file of our own in the place of one of a model's; killed at any instant, either is as written down.

    What was changed by hand before stays changed.
    """
    folder = target.parent
    if not has_manifest(folder):
        fresh.rename(target)
        sync_folder(folder)
        return
    is_sound = target.name not in changed_files(folder)
    manifest = _read(folder)
    if is_sound:
        described = _describe(fresh)
        _write(folder, manifest | {"next": {**manifest.get("next", {}), target.name: described}})
    fresh.rename(target)
    sync_folder(folder)
    if is_sound:
        coming = {k: v for k, v in manifest.get("next", {}).items() if k != target.name}
        _write(folder, {"files": {**manifest["files"], target.name: described}, "next": coming})


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != MANIFEST and not path.name.startswith("."):
            yield path


def _describe(path: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while part := file.read(_PART):
            digest.update(part)
            size += len(part)
    return {"sha256": digest.hexdigest(), "size": size}


def _read(folder: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return values


def _write(folder: Path, manifest: dict[str, Any]) -> None:
    fresh = folder / f".{MANIFEST}.next"
    fresh.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    fresh.rename(folder / MANIFEST)
    sync_folder(folder)
