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
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1]
MAKE_NO_VALUES = frozenset({"cli", "defs", "demo", "report", "definitions.py", "retraining.py"})
"""Rooms and modules that no value follows from: a new room counts until it stands here."""
SAY_WHAT_CONFIGURATIONS_SAY = ("channels", "presets", "vendors")
"""Presets count where they are written out: in the feeds that name them."""
TAKES_FILES = ("channels", "intake")
"""The module that lands what is delivered: all that it imports, and what that imports, reads files."""
LIBRARIES = {"yaml": "pyyaml", "zoneinfo": "tzdata"}
"""Those that are called otherwise than the module that is imported, or that one takes its data from."""


class CodeFingerprints(NamedTuple):
    """``reading``: of what turns a delivered file into landed rows. ``deriving``: of that, and of what
    everything else is derived by."""

    reading: str
    deriving: str


class _Module(NamedTuple):
    """The hash of a module's source; and the names that it imports, anywhere."""

    content: str
    imports: frozenset[str]


class _Library(NamedTuple):
    """An installed library: its version, and the libraries that it requires, as its metadata has them."""

    version: str
    requires: tuple[str, ...]


@cache
def code_fingerprints() -> CodeFingerprints:
    """Those of the code that this process runs.

    Taken once: what this process runs is what it found, whatever is installed meanwhile.
    """
    return fingerprint_package(PACKAGE)


def fingerprint_package(package: Path) -> CodeFingerprints:
    """Look into the sources of ``package``: the part that reads files, and all that values follow from."""
    modules = {_name(package, path): _look_into(path) for path in _sources(package)}
    readers = _imported_from(".".join((package.name, *TAKES_FILES)), modules)
    reading = {name: modules[name] for name in readers}
    return CodeFingerprints(_fingerprint(reading), _fingerprint(modules))


def _fingerprint(modules: Mapping[str, _Module]) -> str:
    code = sorted((name, module.content) for name, module in modules.items())
    libraries = sorted(_libraries(modules.values()).items())
    found = repr((code, libraries, unicodedata.unidata_version))
    return hashlib.sha256(found.encode()).hexdigest()[:16]


def _sources(package: Path) -> Iterator[Path]:
    """The files that values may follow from, in the order of their names."""
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package).parts
        is_preset = inside[:3] == SAY_WHAT_CONFIGURATIONS_SAY
        counts = inside[0] not in MAKE_NO_VALUES and "__pycache__" not in inside and not is_preset
        if counts and path.is_file():
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
    content, imports = path.read_bytes(), set[str]()
    if path.suffix == ".py":
        for found in _IMPORT.finditer(content.decode()):
            if found["module"]:
                names = re.findall(r"\w+", found["names"])
                imports |= {found["module"], *(f"{found['module']}.{name}" for name in names)}
            else:
                imports |= {name.split()[0] for name in found["modules"].split(",")}
    return _Module(hashlib.sha256(content).hexdigest(), frozenset(imports))


def _imported_from(module: str, modules: Mapping[str, _Module]) -> set[str]:
    """``module`` and all that it and these import, with their packages, of ``modules``."""
    reached, todo = set[str](), {module}
    while todo:
        name = todo.pop()
        if name in modules and name not in reached:
            reached.add(name)
            todo |= {*modules[name].imports, name.rpartition(".")[0]}
    return reached


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
            needed = [line for line in installed.requires if "extra ==" not in line]
            todo += [word[0] for line in needed if (word := re.match(r"[\w.-]+", line))]
    return dict(sorted(found.items()))


def _libraries_of(module: str) -> list[str]:
    if module in LIBRARIES:
        return [LIBRARIES[module]]
    if module == PACKAGE.name or module in sys.stdlib_module_names:
        return []
    return [module] if _installed(module) is not None else _owners().get(module, [])


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
