"""Rules as ``.sql`` files: ours in this package, the user's in a folder of the home. Read and checked here, not run."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from omni_identity.channels.settings_checks import NAME
from omni_identity.insight.audience_sql import parser, statement_mistakes
from omni_identity.model.errors import ConfigurationError

_KEY = re.compile(r"^--\s*([a-z ]+?):\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class RuleFile:
    """A rule: its name, where its file stands (for messages), its query, and what the lines on top say."""

    name: str
    place: str
    sql: str
    head: Mapping[str, str]


def rule_files(
    folder: Path | None,
    kind: str,
    taken: Collection[str],
    head_mistakes: Callable[[str], Iterable[str]] = lambda _: (),
) -> tuple[RuleFile, ...]:
    """The rules of ``folder`` (none if it is not there), by name; ``kind`` is what they are: ``audience``.

    Raises one ``ConfigurationError`` that names the file of every mistake: not exactly one select, one
    that reads or calls what it must not, a name that is no name or that is ``taken``, and what
    ``head_mistakes`` finds in a text.
    """
    rules, mistakes = list[RuleFile](), list[str]()
    for path in sorted(folder.glob("*.sql")) if folder is not None and folder.is_dir() else []:
        place = f"{kind}s/{path.name}"
        found = list(_name_mistakes(path.stem, kind, taken))
        found += _text_mistakes(path, head_mistakes)
        mistakes += [f"{place}: {mistake}" for mistake in found]
        if not found:
            rules.append(_rule(path.stem, place, _read(path)))
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return tuple(rules)


def packaged_rules(folder: str) -> tuple[RuleFile, ...]:
    """Our own rules in a folder of this package, by name."""
    paths = files("omni_identity.insight").joinpath(folder).iterdir()
    return tuple(
        _rule(path.name.removesuffix(".sql"), path.name, path.read_text(encoding="utf-8"))
        for path in sorted(paths, key=lambda path: path.name)
        if path.name.endswith(".sql")
    )


def head_of(text: str) -> dict[str, str]:
    """What the lines ``-- key: value`` of a rule say, by key; of several the first."""
    return dict(reversed(_KEY.findall(text)))


def _rule(name: str, place: str, text: str) -> RuleFile:
    return RuleFile(name, place, _without_end(text), head_of(text))


def _without_end(text: str) -> str:
    """One statement without the semicolon that ends it, and what comment may follow that."""
    places = [place for place, letter in enumerate(text) if letter == ";"]
    for place in reversed(places):
        try:
            if not parser().extract_statements(text[place + 1 :]):
                return text[:place]
        except duckdb.Error:
            continue  # it stands in a comment or a text
    return text


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _name_mistakes(name: str, kind: str, taken: Collection[str]) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield "its name must be lower-case letters, digits and underscores, a letter first"
    if name in taken:
        yield f"'{name}' is a built-in {kind}; give the file another name"


def _text_mistakes(path: Path, head_mistakes: Callable[[str], Iterable[str]]) -> Iterator[str]:
    try:
        text = _read(path)
    except (OSError, UnicodeDecodeError):
        yield "cannot be read as UTF-8 text"
        return
    yield from head_mistakes(text)
    yield from statement_mistakes(text)
