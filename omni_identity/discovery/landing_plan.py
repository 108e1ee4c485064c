"""Landing plan: where in a home the files of each feed go, and the glob that finds them, and later ones, there."""

from __future__ import annotations

import filecmp
import glob
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from omni_identity.channels.formats import packing_of
from omni_identity.discovery.drafts import Draft, FeedDraft
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home


@dataclass
class LandingPlan:
    """``globs``: the ``files`` of each feed, by ``id`` of its draft. ``copies``: target by source, in their order."""

    globs: dict[int, str] = field(default_factory=dict)
    copies: list[tuple[Path, Path]] = field(default_factory=list)


def plan_copies(draft: Draft, home: Home) -> LandingPlan:
    """Every file in ``landing/CHANNEL/FEED/`` of the home; feeds that read the same files share them.

    Two feeds of one kind and channel, as catalogues are, have a folder each: their files may be called alike.
    """
    plan = LandingPlan()
    placed: dict[tuple[str, tuple[Path, ...]], tuple[Path, list[str]]] = {}
    for owner, feed in _owned(draft):
        paths = tuple(feed.table.paths)
        key = (owner, paths)
        if key not in placed:
            folder = home.landing / owner / feed.kind
            others = [place for place, _ in placed.values()]
            number = 2
            while folder in others:
                folder, number = home.landing / owner / f"{feed.kind}_{number}", number + 1
            names = _names(paths)
            placed[key] = (folder, names)
            plan.copies += [(path, folder / name) for path, name in zip(paths, names, strict=True)]
        folder, names = placed[key]
        relative = folder.relative_to(home.root).as_posix()
        plan.globs[id(feed)] = f"{relative}/*{common_suffix(names)}"
    return plan


def plan_in_place(draft: Draft) -> LandingPlan:
    """Every file where it is, by absolute path; several files of one feed by a pattern that fits no other file."""
    plan = LandingPlan()
    for _, feed in _owned(draft):
        plan.globs[id(feed)] = _pattern(feed.table.paths)
    return plan


def carry_out(plan: LandingPlan) -> None:
    """Copy the files; ``UsageError`` before any is copied where another file has one of their places."""
    for source, target in plan.copies:
        if target.exists() and not filecmp.cmp(source, target, shallow=False):
            raise UsageError(
                f"{target} exists already with other content and was left as it is. Move it away, or name another"
                " home."
            )
    for source, target in plan.copies:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            unfinished = target.with_name(f".{target.name}.part")
            shutil.copyfile(source, unfinished)
            unfinished.replace(target)


def _owned(draft: Draft) -> list[tuple[str, FeedDraft]]:
    """The feeds that read files, each with its channel; databases' tables are fetched by runs."""
    found = [
        (channel.name, feed)
        for channel in draft.channels
        for feed in channel.feeds()
        if feed.table.source is None
    ]
    return [*found, *((str(feed.keys["channel"].value), feed) for feed in draft.catalogue)]


def _names(paths: Sequence[Path]) -> list[str]:
    """What the files are called in one folder: their own names, with that of their folder where two are alike."""
    names = [path.name for path in paths]
    unique = [p.name if names.count(p.name) == 1 else f"{p.parent.name}_{p.name}" for p in paths]
    if len(set(unique)) == len(unique):
        return unique
    return [f"{number}_{path.name}" for number, path in enumerate(paths, start=1)]


def common_suffix(names: Sequence[str]) -> str:
    """The suffix, that of the packing with it, which all names have (``.csv.gz``); empty where they differ."""
    suffixes = {_suffix(PurePath(name)) for name in names}
    return glob.escape(suffixes.pop()) if len(suffixes) == 1 else ""


def _suffix(path: PurePath) -> str:
    return path.with_suffix("").suffix + path.suffix if packing_of(path) else path.suffix


def _pattern(paths: Sequence[Path]) -> str:
    """An absolute glob of these files and no others that are there now."""
    if len(paths) == 1:
        return glob.escape(str(paths[0]))
    folder = Path(os.path.commonpath([str(path.parent) for path in paths]))
    relative = [path.relative_to(folder).as_posix() for path in paths]
    names = {re.sub(r"\d+", "*", glob.escape(name)) for name in relative}
    there = [p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")]
    for name in (*sorted(names), f"*{common_suffix(relative)}"):
        fitting = {p for p in there if fnmatchcase(p.relative_to(folder).as_posix(), name)}
        if fitting == set(paths):
            return f"{glob.escape(str(folder))}/{name}"
    raise UsageError(
        f"No pattern fits {len(paths)} files in {folder} and no others, so they cannot be read where they are."
        " Put them in a folder of their own, or let them be copied."
    )
