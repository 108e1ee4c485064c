"""Finds out what somebody did to what is published, so that it is written anew whole, and said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from omni_identity.engines import Engine
from omni_identity.model.home import Home
from omni_identity.publish.build import WITHOUT, candidate_folder
from omni_identity.publish.links import CURRENT, CURRENT_FILES, FILES, LINKS, VERSIONS
from omni_identity.publish.publication import published_run
from omni_identity.publish.published_files import file_set
from omni_identity.publish.seal import compare_version, sealed_files

_NAMED = 5
"""So many files are named at most."""
_WORDS = {
    "changed": "was changed after it was published",
    "missing": "is gone",
    "added": "was not published",
}


def record_alterations(engine: Engine, home: Home, run_id: str) -> list[str]:
    """Find what was altered since the last publication; return it in words.

    Writes the run's rows of ``ledger.publication_alterations``; reads ``ledger.runs`` and ``ledger.published_files``.
    """
    found = list(_find(engine, home))
    rows = [(run_id, position, words) for position, words in enumerate(found, 1)]
    schema = {"run_id": pl.String(), "position": pl.Int32(), "finding": pl.String()}
    with engine.transaction():
        engine.run(
            "delete from ledger.publication_alterations where run_id = $run_id", {"run_id": run_id}
        )
        engine.write(
            "ledger.publication_alterations", pl.DataFrame(rows, schema=schema, orient="row")
        )
    return found


def recorded_alterations(engine: Engine, run_id: str) -> list[str]:
    """What a run found altered, in words, by ``ledger.publication_alterations``."""
    found = engine.fetch(
        "select finding from ledger.publication_alterations where run_id = $run_id order by position",
        {"run_id": run_id},
    )
    return [str(words) for words in found["finding"]]


def untouched_publication(engine: Engine, home: Home, run_id: str) -> Path | None:
    """The folder of what consumers read, if it is byte by byte what was published last.

    Otherwise None; :func:`record_alterations` has written down what was altered. Reads ``ledger.runs`` too.
    """
    last, version = _last_published(engine), published_run(home)
    if record_alterations(engine, home, run_id) or last is None or version != last:
        return None
    return candidate_folder(home, last) if sealed_files(engine, last) else None


def _last_published(engine: Engine) -> str | None:
    """The run that was published last; None if none ever was."""
    last = engine.fetch(
        "select run_id from ledger.runs where status = 'published' order by run_number desc limit 1"
    )["run_id"].to_list()
    return str(last[0]) if last else None


def _find(engine: Engine, home: Home) -> Iterator[str]:
    last = _last_published(engine)
    if last is None:
        return
    yield from _find_in_links(home, last)
    version = published_run(home)
    if version is None or version.partition(WITHOUT)[0] != last:
        return
    sealed = sealed_files(engine, version)
    if not sealed:
        return  # published before digests were kept, or by a warehouse that is lost
    files, wanted = file_set(home), f"{FILES}/{version}"
    if files != wanted and sealed_files(engine, wanted):
        if files is not None:
            yield f"published/{CURRENT_FILES} leads to {files}, not to the files of the run that was published last"
        elif not (home.published / CURRENT_FILES).exists():
            yield f"published/{CURRENT_FILES} is gone"
    found = list(compare_version(candidate_folder(home, version), sealed))
    if files is not None:
        found += compare_version(home.published / files, sealed_files(engine, files))
    for path, what in found[:_NAMED]:
        yield f"{path} {_WORDS[what]}"
    if len(found) > _NAMED:
        yield f"and {len(found) - _NAMED} more files"


def _find_in_links(home: Home, last: str) -> Iterator[str]:
    """What is wrong with the links by which readers come to the last publication."""
    copied = [
        name
        for name in (CURRENT, CURRENT_FILES, *LINKS)
        if not (home.published / name).is_symlink() and (home.published / name).exists()
    ]
    if copied:
        yield (
            f"{', '.join(copied)} of published/ are no links any more, as in a home that was copied with its"
            " links followed"
        )
    current = home.published / CURRENT
    targets = {name: LINKS[name] for name in LINKS if name not in copied}
    if not current.is_symlink():
        if not current.exists():
            yield f"published/{CURRENT} is gone"
    else:
        target = str(current.readlink())
        version = target.removeprefix(f"{VERSIONS}/")
        if version.partition(WITHOUT)[0] != last:
            yield f"published/{CURRENT} leads to {target}, not to the run that was published last, {last[:8]}"
    for name, wanted in targets.items():
        link = home.published / name
        if not link.is_symlink():
            yield f"published/{name} is gone"
        elif str(link.readlink()) not in (wanted, f"{CURRENT}/{name}"):  # as before there were sets
            yield f"published/{name} leads to {link.readlink()}"
