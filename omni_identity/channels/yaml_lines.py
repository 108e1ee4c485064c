"""YAML with the line of every key: plain data, the lines, and the keys that are written twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from omni_identity.model.visible import visible

Path = tuple[str | int, ...]
"""Where a value stands: ``("channels", 0, "name")``."""
LONGEST_NAME = 100
"""Letters of a key that a message repeats."""
LARGEST = 2**53
"""No setting is a larger number; beyond it JSON and floats lose digits."""
_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null")}
_LIST, _MAPPING, _MERGE = (f"tag:yaml.org,2002:{kind}" for kind in ("seq", "map", "merge"))
_NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")
MOST_VALUES = 100_000
"""A few lines of aliases of aliases can stand for more values than any machine has room for."""


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong, and where."""

    path: Path
    message: str


@dataclass
class LinedData:
    """What a YAML text says (``data``), the 1-based line of every path, and its mistakes."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, path: Path) -> int | None:
        """Line of ``path``, or of the nearest place around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


class _Loader(yaml.SafeLoader):
    """SafeLoader whose only booleans are true and false: the country NO is not a refusal."""


_WORDS_OF_YAML_1_2 = {"t": "true", "T": "True", "f": "false", "F": "False"}
_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:timestamp"
        and (tag != "tag:yaml.org,2002:bool" or first in _WORDS_OF_YAML_1_2)
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_lined_yaml(text: str) -> LinedData:
    """Read one YAML document; raises ``yaml.YAMLError`` when it is not YAML.

    Keys are always text, as typed. A key that is written twice is a mistake and its first value
    stands. Aliases and merge keys work; a value that contains itself is a mistake.
    """
    lined = LinedData()
    lined.data = _Walk(_Loader(""), lined).value(_compose(text), ())
    return lined


@lru_cache(maxsize=1)
def _compose(text: str) -> yaml.Node | None:
    """The nodes of a document. A run asks for the same text several times, and this is what takes long of it."""
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


def place(path: Iterable[str | int]) -> str:
    """``channels[0].contacts.mapping.first_name`` for a path."""
    text = ""
    for step in path:
        named = str(step)[:LONGEST_NAME]
        text += f"[{step}]" if isinstance(step, int) else f".{named}" if text else named
    return text


class _Walk:
    """Turns nodes into data and keeps the lines on the way."""

    def __init__(self, loader: _Loader, lined: LinedData) -> None:
        self._loader = loader
        self._lined = lined
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: yaml.Node | None, path: Path) -> Any:
        if node is None:
            return None
        self._count += 1
        if self._count > MOST_VALUES:
            if self._count == MOST_VALUES + 1:
                message = f"aliases make more than {MOST_VALUES:,} values of the file"
                self._lined.mistakes.append(Mistake(path, message))
            return None
        if path:
            self._lined.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        expected = _LIST if isinstance(node, yaml.SequenceNode) else _MAPPING
        if node.tag != expected:
            self._lined.mistakes.append(Mistake(path, _unknown_tag(node)))
        if id(node) in self._open:
            self._lined.mistakes.append(Mistake(path, "contains itself"))
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        """What a scalar says; None, and a mistake, where its tag, number or text is none of a setting."""
        if node.tag not in _PLAIN_TAGS:
            # a key like ``=`` or ``<<`` has a meaning of its own; as a value it is text
            if node.value in ("=", "<<"):
                return node.value
            self._lined.mistakes.append(Mistake(path, _unknown_tag(node)))
            return None
        message = "must be what its tag says"
        try:
            value = self._loader.construct_object(node)
        except (ValueError, LookupError, OverflowError):
            self._loader.recursive_objects.clear()  # it is looked at again where it is merged
            value, wrong = None, True
            message = "is too large a number" if len(node.value) > 300 else message
        else:
            wrong = isinstance(value, str) and _NO_TEXT.search(value) is not None
            if wrong:
                message = "has a character that no text has (a NUL, or half of one)"
            elif isinstance(value, int | float) and not isinstance(value, bool):
                wrong = abs(value) > LARGEST  # infinity too
                message = "is too large a number"
        if wrong:
            self._lined.mistakes.append(Mistake(path, message))
            return None
        return value

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        assert isinstance(node, yaml.MappingNode)
        merged = [value for key, value in node.value if key.tag == _MERGE]
        data: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                continue
            if not isinstance(key, yaml.ScalarNode):
                self._lined.mistakes.append(Mistake(path, "a key must be a word"))
                continue
            name, line = key.value, key.start_mark.line + 1
            if _NO_TEXT.search(name):
                self._lined.mistakes.append(Mistake(path, f"{visible(name)} is no text"))
                continue
            if name in data:
                first = self._lined.lines[(*path, name)]
                message = f"written twice (lines {first} and {line})"
                self._lined.mistakes.append(Mistake((*path, name), message))
                continue
            self._lined.lines[(*path, name)] = line
            data[name] = self.value(value, (*path, name))
        for node_value in merged:
            self._merge(node_value, path, data)
        return data

    def _merge(self, node: yaml.Node, path: Path, data: dict[str, Any]) -> None:
        """Add what ``<<: *anchor`` brings and the mapping itself does not say."""
        for source in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            brought = self.value(source, path)
            if not isinstance(brought, dict):
                self._lined.mistakes.append(Mistake(path, "<< must name keys and values"))
                continue
            for key, value in brought.items():
                data.setdefault(key, value)


def _unknown_tag(node: yaml.Node) -> str:
    tag = visible(node.tag).replace("tag:yaml.org,2002:", "!!")
    return f"the tag {tag[:60]} means nothing here; leave it away"
