"""Notices when verdicts, erasure requests or the access log are not what was written there: edited, removed, put back.

A steward may edit by hand, so the files stay the truth, and count as they are once that is said. What they
were is known by their chains of hashes, and how far the last run read them, by the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omni_identity.engines import Engine
from omni_identity.identity.found_changes import record_found_change
from omni_identity.model.home import Home
from omni_identity.stewardship.access_log import access_files
from omni_identity.stewardship.erasure_entries import FILE as ERASURES
from omni_identity.stewardship.erasure_entries import erasure_key
from omni_identity.stewardship.hash_chain import (
    Link,
    begin_anew,
    chain_file,
    find_fault,
    last_link,
    read_chain,
)
from omni_identity.stewardship.judgement_files import OWN_FILE, hold_for_reading

HEADS = "ledger.chain_heads"


def find_edits(engine: Engine, home: Home, is_chain_needed: bool = True) -> None:
    """Find every edit of our own files since they were last read, and let them count as they are.

    They are those in ``judgements/`` and the access log. A file to which nothing was ever appended here has no
    chain, and is whoever's it is. One that is gone is said only if it is needed: a killed erasure leaves none.
    Writes ``ledger.found_changes`` and, how far the files are read now, ``ledger.chain_heads``.
    """
    for path in _files(engine, home):
        head = _head(engine, path)
        if not path.exists():
            if head is not None:
                record_found_change(
                    engine, _name(home, path), "is gone, with all that was read in it"
                )
                _remember(engine, path, None)
            continue
        key = erasure_key(home)
        with hold_for_reading(path) as content:
            links = read_chain(path, key)
            found = _find_edit(key, links, head, content, is_chain_needed)
            if found or (links is None and head is not None):
                links = [begin_anew(path, key, content)]
        if found:
            record_found_change(engine, _name(home, path), found)
        if links is not None:
            _remember(engine, path, last_link(links, content, key))


def remember_heads(engine: Engine, home: Home) -> None:
    """Write to ``ledger.chain_heads`` how far the files are chained now."""
    for path in _files(engine, home):
        if path.exists():
            key = erasure_key(home)
            with hold_for_reading(path) as content:
                links = read_chain(path, key)
                if links is not None:
                    _remember(engine, path, last_link(links, content, key))


def published_heads(engine: Engine) -> str | None:
    """How far the files were read, by ``ledger.chain_heads``, as a run publishes it; None where none is chained."""
    heads = engine.fetch(f"select file, end_at, hash from {HEADS} order by file")
    return "; ".join(f"{file} {end} {digest}" for file, end, digest in heads.iter_rows()) or None


def take_heads(engine: Engine, published: str) -> None:
    """Put what ``published_heads`` said into ``ledger.chain_heads``."""
    engine.run(f"delete from {HEADS}")
    for head in published.split("; "):
        file, end, digest = head.rsplit(" ", 2)
        engine.run(
            f"insert into {HEADS} values ($file, $end_at, $hash)",
            {"file": file, "end_at": int(end), "hash": digest},
        )


@contextmanager
def chain_begun_anew(home: Home) -> Iterator[None]:
    """Forget what verdicts were while persons are taken out of them; what is left counts as it is."""
    path = home.judgements / OWN_FILE
    is_chained = chain_file(path).exists()
    chain_file(path).unlink(missing_ok=True)
    yield
    if is_chained and path.exists():
        with hold_for_reading(path) as content:
            begin_anew(path, erasure_key(home), content)


def _files(engine: Engine, home: Home) -> Iterator[Path]:
    """Verdicts, erasures, and of the access log the files that are there or were when they were last read."""
    yield from (home.judgements / OWN_FILE, home.judgements / ERASURES)
    known = engine.fetch(f"select file from {HEADS}")["file"]
    read = {home.access / name for name in known if name not in (OWN_FILE, ERASURES)}
    yield from sorted({*access_files(home), *read})


def _name(home: Home, path: Path) -> str:
    return str(path.relative_to(home.root))


def _find_edit(
    key: bytes, links: list[Link] | None, head: Link | None, content: bytes, is_chain_needed: bool
) -> str:
    """What is not as it was written, in words; empty if all is."""
    if links is None:
        is_missed = is_chain_needed and head is not None
        return (
            "its chain is gone, or of another key: whether it was edited, nobody can tell"
            if is_missed
            else ""
        )
    line = find_fault(key, links, content)
    if line is not None:
        return f"from line {line} on it is not what was written there"
    if head is not None and (head.end, head.hash) not in [(link.end, link.hash) for link in links]:
        return "it lacks what a former run read in it: it was put back, or written anew"
    return ""


def _head(engine: Engine, path: Path) -> Link | None:
    found = engine.fetch(
        f"select end_at, hash from {HEADS} where file = $file", {"file": path.name}
    ).rows()
    return Link(*found[0]) if found else None


def _remember(engine: Engine, path: Path, link: Link | None) -> None:
    if link is not None and _head(engine, path) == Link(link.end, link.hash):
        return  # as in most runs
    with engine.transaction():
        engine.run(f"delete from {HEADS} where file = $file", {"file": path.name})
        if link is not None:
            engine.run(
                f"insert into {HEADS} values ($file, $end_at, $hash)",
                {"file": path.name, "end_at": link.end, "hash": link.hash},
            )
