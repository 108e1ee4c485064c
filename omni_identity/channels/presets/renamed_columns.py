"""Renamed columns: what a preset reads, a file lacks, and the file seems to call otherwise."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from omni_identity.channels.feeds import Feed
from omni_identity.channels.presets.resolution import preset_advice

LIKENESS = 0.75


@dataclass(frozen=True)
class RenamedColumn:
    """A column that a file lacks, which is no mistake; ``looks_like`` is one of the file that nothing reads.

    ``advice``: what to write in ``omni.yaml`` if they are the same.
    """

    column: str
    looks_like: str
    advice: str


def find_renamed_columns(feed: Feed, there: Collection[str]) -> list[RenamedColumn]:
    """The optional columns of a feed that a file with the columns ``there`` may have under a name that is not known.

    A file may lack them, so that nothing else says that their values are not read.
    """
    read = {name for name in feed.source_columns() if name in there}
    unread = {name.casefold(): name for name in there if name not in read}
    found = []
    for key, column in feed.named_columns():
        if column not in feed.optional or read & {*feed.names_of(column)}:
            continue
        likely = [
            match
            for name in feed.names_of(column)
            for match in get_close_matches(name.casefold(), unread, n=1, cutoff=LIKENESS)
        ]
        if likely:
            looks_like = unread[likely[0]]
            advice = preset_advice(feed.preset, key, column).replace("NEW NAME", looks_like)
            found.append(RenamedColumn(column, looks_like, advice.strip()))
    return list(dict.fromkeys(found))
