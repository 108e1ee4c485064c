"""A chain of keyed hashes beside a file that is only appended to: an edit by hand is seen.

Beside ``verdicts.csv`` stands ``verdicts.chain``. Its first line names the key; every other is one piece that
was appended: where in the file it ends, and the hash (HMAC-SHA256) of the hash before and of its bytes. The
hash is written before the piece, and ``ok`` after it, so a process that is killed in between leaves a last
piece that may be there, in part, or not at all. Without the key nobody can guess from a hash what was written.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from omni_identity.channels.suppression import keyed_hash
from omni_identity.engines.durable import sync_folder

SUFFIX = ".chain"
_DONE = "ok"


@dataclass(frozen=True)
class Link:
    """One piece of a file: where it ends, and the hash of all up to there; whether it surely was written."""

    end: int
    hash: str
    is_done: bool = True


def chain_file(path: Path) -> Path:
    """Where the chain of a file stands."""
    return path.with_suffix(SUFFIX)


def read_chain(path: Path, key: bytes) -> list[Link] | None:
    """The chain of a file; None if there is none, or none that this key has written."""
    file = chain_file(path)
    if not file.exists():
        return None
    lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    if not lines or lines[0] != _key_line(key):
        return None
    links: list[Link] = []
    for line in lines[1:]:
        end, _, digest = line.partition(" ")
        if line == _DONE and links:
            links[-1] = Link(links[-1].end, links[-1].hash)
        elif end.isdecimal() and digest:
            links.append(Link(int(end), digest, is_done=False))
    return links


def begin_piece(path: Path, key: bytes, content: bytes, piece: bytes) -> None:
    """Write down the hash of a piece that is about to be appended to ``content``, all that the file holds.

    The half of a piece that a killed process left there belongs to this one. What else stands beyond the
    pieces is somebody's own: it is not written down, so :func:`find_fault` finds it.
    """
    links = read_chain(path, key)
    if links is None:
        links = [Link(len(content), _hash(key, "", content))] if content else []
    half = b""
    if links and not links[-1].is_done:
        if _matches(key, links, len(links) - 1, content):
            links[-1] = Link(links[-1].end, links[-1].hash)
        else:
            del links[-1]
            rest = content[links[-1].end if links else 0 :]
            half = rest if _is_half(rest) else b""
    before = links[-1].hash if links else ""
    end = len(content) + len(piece)
    _write(path, key, [*links, Link(end, _hash(key, before, half + piece), is_done=False)])


def end_piece(path: Path) -> None:
    """Write down that the last piece stands in the file."""
    with chain_file(path).open("a", encoding="ascii") as file:
        file.write(_DONE + "\n")
        file.flush()
        os.fsync(file.fileno())


def begin_anew(path: Path, key: bytes, content: bytes) -> Link:
    """Let a file count as it is from now on; nothing of what it was before is left in its chain."""
    link = Link(len(content), _hash(key, "", content))
    _write(path, key, [link])
    return link


def find_fault(key: bytes, links: list[Link], content: bytes) -> int | None:
    """The number of the first line (from 1) from which a file is not what was written; None if it all is."""
    start = 0
    for number, link in enumerate(links):
        if not _matches(key, links, number, content):
            is_last = number == len(links) - 1
            if is_last and not link.is_done and _is_half(content[start:]):
                return None
            return content[:start].count(b"\n") + 1
        start = link.end
    return None if len(content) == start else content[:start].count(b"\n") + 1


def last_link(links: list[Link], content: bytes, key: bytes) -> Link | None:
    """The last piece that stands in the file."""
    for number in range(len(links) - 1, -1, -1):
        if links[number].is_done or _matches(key, links, number, content):
            return links[number]
    return None


def _is_half(rest: bytes) -> bool:
    """Whether no line ends in what stands beyond the last whole piece."""
    return b"\n" not in rest.lstrip(b"\n")


def _matches(key: bytes, links: list[Link], number: int, content: bytes) -> bool:
    start, before = (links[number - 1].end, links[number - 1].hash) if number else (0, "")
    end = links[number].end
    if len(content) < end or end < start:
        return False
    return hmac.compare_digest(_hash(key, before, content[start:end]), links[number].hash)


def _hash(key: bytes, before: str, piece: bytes) -> str:
    return hmac.digest(key, b"chain\0" + before.encode() + b"\0" + piece, "sha256").hex()


def _key_line(key: bytes) -> str:
    return f"key {keyed_hash(key, 'chain key')}"


def _lines(key: bytes, links: list[Link]) -> Iterator[str]:
    yield _key_line(key)
    for link in links:
        yield f"{link.end} {link.hash}"
        if link.is_done:
            yield _DONE


def _write(path: Path, key: bytes, links: list[Link]) -> None:
    file = chain_file(path)
    next_file = file.with_name(f".{file.name}.next")
    with next_file.open("w", encoding="ascii") as out:
        out.write("".join(f"{line}\n" for line in _lines(key, links)))
        out.flush()
        os.fsync(out.fileno())
    next_file.rename(file)
    sync_folder(file.parent)
