"""Fingerprints of the code that values follow from, taken from its sources: nobody raises a number by hand.

A comment, a docstring or another layout changes no fingerprint. What else changes in a module or a ``.sql``
file does, and so does another version of a library, whether or not a value follows from it: a full refresh
too many costs minutes, one too few a wrong figure that nobody sees.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1]
MAKE_NO_VALUES = frozenset({"cli", "defs", "demo", "report", "definitions.py", "retraining.py"})
"""Rooms and modules that no value follows from: a new room counts until it stands here."""
TAKES_FILES = ("channels", "intake")
"""The module that lands what is delivered: all that it imports, and what that imports, reads files."""
KEPT = "sources.json"
LIBRARIES = {"yaml": "pyyaml", "zoneinfo": "tzdata"}
"""Those that are called otherwise than the module that is imported, or that one takes its data from."""


class CodeFingerprints(NamedTuple):
    """``reading``: of what turns a delivered file into landed rows. ``deriving``: of that, and of what
    everything else is derived by."""

    reading: str
    deriving: str


class _Part(NamedTuple):
    """A hash of modules, and the versions of the libraries that they use."""

    code: str
    libraries: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        found = (self.code, sorted(self.libraries.items()), unicodedata.unidata_version)
        return hashlib.sha256(repr(found).encode()).hexdigest()[:16]

    @property
    def is_current(self) -> bool:
        return all(_version(name) == then for name, then in self.libraries.items())


class _Module(NamedTuple):
    """What a module says, whatever stands there for readers; and the names that it imports, anywhere."""

    words: str
    imports: frozenset[str]


_found: dict[str, tuple[_Part, _Part]] = {}
"""What was found of sources, by the hash of their bytes."""


def code_fingerprints() -> CodeFingerprints:
    """Those of the code that this process runs."""
    return CodeFingerprints(*(part.fingerprint for part in _parts()))


def keep_fingerprints(folder: Path) -> None:
    """Take from a file in ``folder`` what an earlier process found of the same sources; else keep it there.

    To look into all sources takes most of a second, to see that none is another a hundredth.
    """
    file, sources = folder / KEPT, _hash_of_bytes()
    kept = _read_kept(file, sources)
    if kept is not None:
        _found.setdefault(sources, kept)
        return
    reading, deriving = (part._asdict() for part in _parts())
    text = json.dumps({"sources": sources, "reading": reading, "deriving": deriving}, indent=1)
    fresh = folder / f".{KEPT}.next"
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.rename(file)


def _parts() -> tuple[_Part, _Part]:
    sources = _hash_of_bytes()
    if sources not in _found:
        _found[sources] = fingerprint_package(PACKAGE)
    return _found[sources]


def fingerprint_package(package: Path) -> tuple[_Part, _Part]:
    """Look into the sources of ``package``: the part that reads files, and all that values follow from."""
    files = list(_sources(package))
    modules = {_name(package, path): _look_into(path) for path in files if path.suffix == ".py"}
    texts = {
        path.relative_to(package).as_posix(): _without_comments(path)
        for path in files
        if path.suffix != ".py"
    }
    readers = _imported_from(".".join((package.name, *TAKES_FILES)), modules)
    return _part({name: modules[name] for name in readers}, {}), _part(modules, texts)


def _read_kept(file: Path, sources: str) -> tuple[_Part, _Part] | None:
    """What an earlier process found in these sources; None when it did not, or with other libraries."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        parts = (_Part(**kept["reading"]), _Part(**kept["deriving"]))
        is_ours = kept["sources"] == sources and all(part.is_current for part in parts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # it only saves time
    return parts if is_ours else None


@cache
def _hash_of_bytes() -> str:
    """Taken once: what this process runs is what it found, whatever is installed meanwhile."""
    found = hashlib.sha256()
    for path in _sources(PACKAGE):
        content = path.read_bytes()
        found.update(f"{path.relative_to(PACKAGE)} {len(content)}\n".encode() + content)
    return found.hexdigest()


def _sources(package: Path) -> Iterator[Path]:
    """The files that values may follow from, in the order of their names."""
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package).parts
        if inside[0] not in MAKE_NO_VALUES and "__pycache__" not in inside and path.is_file():
            yield path


def _name(package: Path, path: Path) -> str:
    parts = (package.name, *path.relative_to(package).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _look_into(path: Path) -> _Module:
    tree, imports = ast.parse(path.read_bytes()), set[str]()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_text(one)]  # type: ignore[attr-defined]
        if isinstance(node, ast.Import):
            imports |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, "from . import"
            assert node.level == 0, "relative imports"
            imports |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return _Module(ast.dump(tree), frozenset(imports))


def _is_text(statement: ast.stmt) -> bool:
    """Whether it is a docstring, or another text that stands for itself."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


_SQL = re.compile(
    r"""('(?:[^']|'')*'|"[^"]*"|--[ \t]*\w+:[^\n]*)|(?:--(?![ \t]*\w+:)[^\n]*|/\*.*?\*/|\s+)+""",
    re.DOTALL,
)


def _without_comments(path: Path) -> str:
    """A ``.sql`` file without comments, but for lines such as ``-- grain: days``, which are read; another as it is."""
    if path.suffix != ".sql":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    text = path.read_text(encoding="utf-8")
    return _SQL.sub(lambda found: found[1] or " ", text).strip()


def _imported_from(module: str, modules: Mapping[str, _Module]) -> set[str]:
    """``module`` and all that it and these import, with their packages, of ``modules``."""
    reached, todo = set[str](), {module}
    while todo:
        name = todo.pop()
        if name in modules and name not in reached:
            reached.add(name)
            todo |= {*modules[name].imports, name.rpartition(".")[0]}
    return reached


def _part(modules: Mapping[str, _Module], texts: Mapping[str, str]) -> _Part:
    code = hashlib.sha256()
    for name in sorted(modules):
        code.update(f"{name} {modules[name].words}\n".encode())
    for name in sorted(texts):
        code.update(f"{name} {texts[name]}\n".encode())
    tops = {name.partition(".")[0] for module in modules.values() for name in module.imports}
    return _Part(code.hexdigest(), _libraries(tops))


def _libraries(modules: Iterable[str]) -> dict[str, str]:
    """The versions of the installed libraries that these modules are of, and of those that these require."""
    todo = [name for top in modules for name in _libraries_of(top)]
    found = dict[str, str]()
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        installed = _version(name)
        if installed is not None and name not in found:
            found[name] = installed
            needed = [line for line in requires(name) or [] if "extra ==" not in line]
            todo += [word[0] for line in needed if (word := re.match(r"[\w.-]+", line))]
    return dict(sorted(found.items()))


def _libraries_of(module: str) -> list[str]:
    if module in LIBRARIES:
        return [LIBRARIES[module]]
    if module == PACKAGE.name or module in sys.stdlib_module_names:
        return []
    return [module] if _version(module) is not None else _owners().get(module, [])


@cache
def _owners() -> Mapping[str, list[str]]:
    """The libraries that modules are of: to ask all that are installed takes a while."""
    return packages_distributions()


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
