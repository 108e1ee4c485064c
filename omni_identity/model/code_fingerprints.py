"""Fingerprints of the code that values follow from, taken from its sources: nobody raises a number by hand.

Any other byte in a module or a ``.sql`` file changes them, a comment's too, and so does another version of a
library, whether or not a value follows from it: a full refresh too many costs minutes, one too few a wrong
figure that nobody sees. To leave comments out takes half a second of every start, for syntax trees.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1]
MAKE_NO_VALUES = frozenset(
    {
        *("cli", "desk", "lookup", "orchestration", "destinations", "demo", "export", "report"),
        *("definitions.py", "retraining.py"),
    }
)
"""Rooms and modules that no value follows from: a new room counts until it stands here."""
STEPS = ("pipeline", "steps")
"""Of ``pipeline`` only these make values: the rest runs them."""
BY_NAME = "importlib.import_module"
"""A package that imports by name imports any of its modules."""
SAY_WHAT_CONFIGURATIONS_SAY = ("channels", "presets", "vendors")
"""Presets count where they are written out: in the feeds that name them."""
LIBRARIES = {"vl_convert": "vl-convert-python", "yaml": "pyyaml", "zoneinfo": "tzdata"}
"""Those that are called otherwise than the module that is imported, or that one takes its data from."""
FINDS_FILES = frozenset({"pyiceberg"})
"""Libraries that only say which files a table has: no value follows from what these require, `rich` among it."""


class _Module(NamedTuple):
    """The hash of a source; the names that it imports, anywhere, and the words that it quotes."""

    content: str
    imports: frozenset[str]
    quoted: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    """Files beside it that it uses."""


class _Library(NamedTuple):
    """An installed library: its version, and the libraries that it requires, as its metadata has them."""

    version: str
    requires: tuple[str, ...]


@cache
def fingerprint_module(module: str) -> str:
    """The fingerprint of ``module`` and of all that it imports, and that these import, of this package.

    With the ``.sql`` files that they run, and the versions of the libraries. Taken once: what this process
    runs is what it found, whatever is installed meanwhile.
    """
    return fingerprint_of(_modules(PACKAGE), module)


def fingerprint_of(modules: Mapping[str, _Module], module: str) -> str:
    """The fingerprint of ``module`` among ``modules``; ``KeyError`` where there is no such module."""
    if module not in modules:
        raise KeyError(module)
    reached = _reached_from(module, modules)
    code = sorted((name, modules[name].content) for name in reached)
    libraries = sorted(_libraries(modules[name] for name in reached).items())
    found = repr((code, libraries, unicodedata.unidata_version))
    return hashlib.sha256(found.encode()).hexdigest()[:16]


@cache
def _modules(package: Path) -> Mapping[str, _Module]:
    return look_into(package)


def look_into(package: Path) -> dict[str, _Module]:
    """All sources of ``package`` that values may follow from, by name: modules as Python calls them, others by path."""
    modules = {_name(package, path): _look_into(path) for path in _sources(package)}
    for name, files in _files_by_user(modules).items():
        modules[name] = modules[name]._replace(files=frozenset(files))
    return modules


def _sources(package: Path) -> Iterator[Path]:
    """The files that values may follow from, in the order of their names."""
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package).parts
        is_preset = inside[:3] == SAY_WHAT_CONFIGURATIONS_SAY
        runs_steps = inside[0] == STEPS[0] and inside[:2] != STEPS
        makes_none = inside[0] in MAKE_NO_VALUES or runs_steps or is_preset
        if not makes_none and "__pycache__" not in inside and path.is_file():
            yield path


def _name(package: Path, path: Path) -> str:
    """A module as Python calls it; another file by its path."""
    inside = path.relative_to(package)
    if path.suffix != ".py":
        return inside.as_posix()
    parts = (package.name, *inside.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


_IMPORT = re.compile(
    r"""^[ \t]*(?:
        from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n(]*)
        | import[ \t]+(?P<modules>[\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+)*)[ \t]*(?:\#.*)?$
    )""",
    re.MULTILINE | re.VERBOSE,
)


def _look_into(path: Path) -> _Module:
    content, imports, quoted = path.read_bytes(), set[str](), set[str]()
    if path.suffix == ".py":
        text = content.decode()
        for found in _IMPORT.finditer(text):
            if found["module"]:
                names = re.findall(r"\w+", found["names"])
                imports |= {found["module"], *(f"{found['module']}.{name}" for name in names)}
            else:
                imports |= {name.split()[0] for name in found["modules"].split(",")}
        quoted = set(re.findall(r"[\"']([\w.]+)[\"']", text))
    return _Module(hashlib.sha256(content).hexdigest(), frozenset(imports), frozenset(quoted))


def _reached_from(module: str, modules: Mapping[str, _Module]) -> set[str]:
    """``module`` and all that it and these import, with their packages, and the files beside them that they use."""
    reached, todo = set[str](), {module}
    while todo:
        name = todo.pop()
        if name in modules and name not in reached:
            reached.add(name)
            todo |= {*modules[name].imports, name.rpartition(".")[0]} if "/" not in name else set()
            todo |= modules[name].files
            if BY_NAME in modules[name].imports:
                todo |= {other for other in modules if other.startswith(f"{name}.")}
    return reached


def _files_by_user(modules: Mapping[str, _Module]) -> dict[str, set[str]]:
    """Files that are no modules, by the modules that use them.

    A file is used by the modules of its folder, or of the one above, that quote its name; where none does, by
    all of them: some take whatever lies there.
    """
    package = next(name for name in modules if "/" not in name).partition(".")[0]
    packages = {name.rpartition(".")[0] for name in modules if "/" not in name}
    by_folder: dict[str, set[str]] = {}
    for name in modules:
        if "/" not in name:
            # a package lies in itself
            folder = name if name in packages else name.rpartition(".")[0]
            by_folder.setdefault(folder, set()).add(name)
    users: dict[str, set[str]] = {}
    for file in (name for name in modules if "/" in name):
        path = PurePosixPath(file)
        folders = {".".join((package, *path.parts[:depth])) for depth in (-1, -2)} - {package}
        near = set[str]().union(*(by_folder.get(folder, set()) for folder in folders))
        quoting = {m for m in near if {path.name, path.stem} & modules[m].quoted}
        for name in quoting or near:
            users.setdefault(name, set()).add(file)
    return users


def _libraries(modules: Iterable[_Module]) -> dict[str, str]:
    """The versions of the installed libraries that these import, and of those that these require."""
    tops = {name.partition(".")[0] for module in modules for name in module.imports}
    todo = [name for top in tops for name in _libraries_of(top)]
    found = dict[str, str]()
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        installed = _installed(name)
        if installed is not None and name not in found:
            found[name] = installed.version
            requires = () if name in FINDS_FILES else installed.requires
            needed = [line for line in requires if "extra ==" not in line]
            todo += [word[0] for line in needed if (word := re.match(r"[\w.-]+", line))]
    return dict(sorted(found.items()))


def _libraries_of(module: str) -> list[str]:
    if module in LIBRARIES:
        return [LIBRARIES[module]]
    if module == PACKAGE.name or module in sys.stdlib_module_names:
        return []
    if _installed(module) is not None:
        return [module]
    return _owners().get(module, []) if find_spec(module) is not None else []


@cache
def _owners() -> Mapping[str, list[str]]:
    """The libraries that modules are of: to ask all that are installed takes a while."""
    return packages_distributions()


@cache
def _installed(library: str) -> _Library | None:
    """What is installed of a library: Python reads its whole description again whenever it is asked."""
    try:
        found = metadata(library)
    except PackageNotFoundError:
        return None
    return _Library(found["Version"], tuple(found.get_all("Requires-Dist") or ()))
