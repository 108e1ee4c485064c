"""Object stores: copies of the objects that a feed's URL matches, brought up to date before a run reads them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from omni_identity.channels.fetching.fetched_places import local_pattern, path_of, scheme_of
from omni_identity.channels.file_faults import FileFault, inaccessible
from omni_identity.channels.landing_files import is_finished
from omni_identity.channels.reason_codes import UNREACHABLE_SOURCE
from omni_identity.model.modes import private_files
from omni_identity.model.object_stores import credentials_of, open_store, said_by

if TYPE_CHECKING:
    from obstore.store import ObjectStore

Faults: TypeAlias = dict[str, FileFault]
"""By URL, why an object, or what a whole URL matches, could not be fetched."""
Version: TypeAlias = list[Any]
"""What tells one version of an object from another: its size, tag, version and time of change."""

INDEX = ".objects.json"
"""Beside the copies of a bucket: which version of each object they are of. A dot hides it from globs."""


@dataclass(frozen=True)
class _Bucket:
    """A bucket or container, and what of it a feed names: the parts of the keys, wildcards among them."""

    url: str
    pattern: tuple[str, ...]

    @classmethod
    def of(cls, pattern: str) -> _Bucket:
        scheme = scheme_of(pattern)
        assert scheme is not None, "a feed from a store has a URL"
        name, _, key = pattern[len(scheme) + 3 :].partition("/")
        return cls(f"{scheme}://{name}", tuple(key.split("/")))

    @property
    def prefix(self) -> str:
        """The parts before the first wildcard: only what is below them is listed."""
        fixed = []
        for part in self.pattern[:-1]:
            if has_magic(part):
                break
            fixed.append(part)
        return "/".join(fixed)

    def holds(self, key: str) -> bool:
        """Whether a key is one of those that the feed names, by the rules for paths of files."""
        parts = key.split("/")
        return is_finished(parts[-1]) and _matches(parts, self.pattern)


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """As ``glob``: ``**`` is any number of folders, a wildcard matches no name that begins with a dot."""
    if not pattern:
        return not parts
    first, rest = pattern[0], pattern[1:]
    if first == "**":
        if _matches(parts, rest) or (not rest and not parts):
            return True
        return bool(parts) and not parts[0].startswith(".") and _matches(parts[1:], pattern)
    if not parts or (parts[0].startswith(".") and not first.startswith(".")):
        return False
    return fnmatchcase(parts[0], first) and _matches(parts[1:], rest)


def fetch_objects(pattern: str, home: Path) -> Faults:
    """Bring the copies of all objects that a URL with wildcards matches up to date; what could not be fetched.

    New and changed objects are copied, each put in place whole; copies of objects that are gone are deleted.
    When the store does not answer nothing is deleted, and what was fetched before stays. Credentials
    and the endpoint are those of the environment. The words of a fault are the store's codes, no values.
    """
    bucket = _Bucket.of(pattern)
    try:
        import obstore  # an extra: nobody without a store needs it
        from obstore.exceptions import BaseError
    except ImportError:
        what = "to read from object stores takes a library that is not installed"
        advice = 'Install it: pip install "omni_identity[cloud]"'
        return {pattern: _unreachable(what, advice)}
    refusals: tuple[type[BaseException], ...] = (BaseError, OSError, ValueError)
    try:
        store = open_store(bucket.url)
        listing = obstore.list(store, prefix=bucket.prefix or None)
        there = {str(one["path"]): _version(one) for page in listing for one in page}
    except refusals as error:
        return {pattern: _refused(error, bucket.url)}
    there = {key: version for key, version in there.items() if bucket.holds(key)}
    faults: Faults = {}
    with private_files(), _Index(path_of(f"{bucket.url}/{INDEX}", home)) as index:
        _remove_gone(bucket, home, pattern, there, index)
        for key, version in sorted(there.items()):
            url = f"{bucket.url}/{key}"
            copy = path_of(url, home)
            if index.versions.get(key) == version and copy.exists():
                continue
            index.versions.pop(key, None)
            try:
                fetched = _copy(store, key, copy)
            except (obstore.exceptions.NotFoundError, FileNotFoundError):
                copy.unlink(missing_ok=True)
            except (obstore.exceptions.PermissionDeniedError, PermissionError) as error:
                faults[url] = _refused(error, bucket.url)
            except BaseError as error:
                faults[pattern] = _refused(error, bucket.url)
                break  # a store that has stopped answering is not asked for every object
            except OSError as error:
                faults[url] = inaccessible(error)
            else:
                index.versions[key] = fetched
    return faults


class _Index:
    """Which version of each object the copies are of; written back at the end, whatever happens."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.versions: dict[str, Version] = {}

    def __enter__(self) -> _Index:
        with suppress(FileNotFoundError, ValueError):
            self.versions = dict(json.loads(self.path.read_text(encoding="utf-8")))
        return self

    def __exit__(self, *_: object) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.part")
        fresh.write_text(json.dumps(self.versions, sort_keys=True), encoding="utf-8")
        fresh.replace(self.path)


def _version(meta: Any) -> Version:
    changed = meta["last_modified"].isoformat()
    return [int(meta["size"]), meta.get("e_tag"), meta.get("version"), changed]


def _remove_gone(
    bucket: _Bucket, home: Path, pattern: str, there: dict[str, Version], index: _Index
) -> None:
    folder = path_of(bucket.url, home)
    for path in home.glob(local_pattern(pattern)):
        key = path.relative_to(folder).as_posix()
        if path.is_file() and key not in there and bucket.holds(key):
            path.unlink(missing_ok=True)
            index.versions.pop(key, None)


def _copy(store: ObjectStore, key: str, copy: Path) -> Version:
    """Write an object's bytes, then put them in the place of the former copy; the version that they are of."""
    import obstore

    found = obstore.get(store, key)
    copy.parent.mkdir(parents=True, exist_ok=True)
    fresh = copy.with_name(f".{copy.name}.part")
    try:
        with fresh.open("wb") as file:
            for chunk in found.stream():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(copy)
    finally:
        fresh.unlink(missing_ok=True)
    return _version(found.meta)


def _refused(error: BaseException, url: str) -> FileFault:
    """What a store's error says, without its own text: that quotes keys, addresses and requests."""
    said = said_by(error)
    if "InvalidPath" in said:
        return _unreachable(
            f"{url} cannot be listed: a key has an empty part, '.' or '..' in it ({said})",
            "Name a folder without that key in `files`, or rename the object.",
        )
    names = credentials_of(url)
    return _unreachable(
        f"{url} does not give it out ({said})",
        f"Look whether it exists, can be reached, and lets in who the environment says: {names}. What was fetched"
        " before stays; the next run tries again.",
    )


def _unreachable(detail: str, advice: str) -> FileFault:
    return FileFault(UNREACHABLE_SOURCE, detail, advice, is_of_content=False)
