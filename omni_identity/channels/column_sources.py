"""Where ``omni.yaml`` takes a value from: a column of the file, a constant, or a constant by the file's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict

KEYS = ("value", "by_file")
"""Keys of a constant in ``omni.yaml``."""
NOT_TEXT = "must be text, not {} (put it in quotes)"


class Constant(BaseModel):
    """One word for all rows of a file: ``value``, or the one of the first glob of ``by_file`` that fits.

    A glob without a slash is compared with the file's name, in any capitals, one with a slash with its
    whole path; of a member of an archive its own name counts as well as the archive's. The word is null
    where no glob fits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str | None = None
    by_file: tuple[tuple[str, str], ...] = ()

    def word_for(self, path: str, member: str | None = None) -> str | None:
        """The word for the rows of the file at this path (posix), or of this member of it."""
        if not self.by_file:
            return self.value
        paths = [path.lower()] if member is None else [path.lower(), f"{path}/{member}".lower()]
        for glob, word in self.by_file:
            names = paths if "/" in glob else [PurePosixPath(one).name for one in paths]
            if any(fnmatchcase(name, glob.lower()) for name in names):
                return word
        return None


Source = str | Constant
"""A column of the file by its name, or a constant."""


@dataclass(frozen=True)
class SourceMistake(ValueError):
    """What is wrong with a value that should say where to take something from."""

    message: str

    def __str__(self) -> str:
        return self.message


def column_names(sources: Iterable[Source] | Source | None) -> tuple[str, ...]:
    """The columns among these sources, in their order; constants are none."""
    if sources is None:
        return ()
    listed = (sources,) if isinstance(sources, str | Constant) else sources
    return tuple(source for source in listed if isinstance(source, str))


def describe_sources(sources: Iterable[Source] | Source | None) -> str:
    """The sources as a reader of ``omni.yaml`` knows them: ``given, family`` or ``the word 'order'``."""
    if sources is None:
        return ""
    listed = (sources,) if isinstance(sources, str | Constant) else sources
    return ", ".join(_described(source) for source in listed)


def _described(source: Source) -> str:
    if isinstance(source, str):
        return source
    return "a word by the file's name" if source.by_file else f"the word '{source.value}'"


def sources(value: Any) -> Any:
    """A column, a constant, or a list of them, as a list; raises ``ValueError`` for anything else."""
    if isinstance(value, str | dict | Constant):
        return (_source(value),)
    if isinstance(value, list | tuple) and value:
        return tuple(_source(one) for one in value)
    raise SourceMistake("must be a column or a list of columns (put a number in quotes)")


def source(value: Any) -> Any:
    """One column or constant; raises ``ValueError`` for anything else."""
    return _source(value)


def id_sources(value: Any) -> Any:
    """A column, or a list of columns and constants that make one ID; a constant alone is no ID."""
    listed = value if isinstance(value, list | tuple) and value else [value]
    found = tuple(_source(one) for one in listed)
    if not column_names(found):
        raise SourceMistake("must name a column: a constant alone is the same ID for every row")
    return found


def time_sources(value: Any) -> Any:
    """The columns that make a time together, its date first; a constant is none."""
    found = sources(value)
    if any(isinstance(one, Constant) for one in found):
        raise SourceMistake("must be a column: a constant would be one time for every row")
    return found


def _source(value: Any) -> Source:
    if isinstance(value, Constant):
        return value
    if isinstance(value, str):
        if not value:
            raise SourceMistake("must not be empty")
        return value
    if not isinstance(value, dict):
        raise SourceMistake(NOT_TEXT.format(_shown(value)))
    value = {
        key: said for key, said in value.items() if said not in (None, ())
    }  # as a model is written
    unknown = [key for key in value if key not in KEYS]
    if unknown or len(value) != 1:
        raise SourceMistake(
            "must be a column or a list of columns, {value: WORD} or {by_file: {GLOB: WORD}}"
            + (f"; unknown key '{unknown[0]}'" if unknown else "")
        )
    if "value" in value:
        return Constant(value=_word(value["value"]))
    globs = value["by_file"]
    if isinstance(globs, list | tuple):  # as this model writes itself
        globs = dict(globs)
    if not isinstance(globs, dict) or not globs:
        raise SourceMistake("by_file must give a word for each glob, as in {'*unsubscribed*': no}")
    return Constant(by_file=tuple((str(glob), _word(word)) for glob, word in globs.items()))


def _word(value: Any) -> str:
    """A constant as text: YAML takes true and 1 for something else."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float) and str(value).strip():
        return str(value).strip()
    raise SourceMistake(f"a constant must be a word, not {_shown(value)}")


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, dict):
        return "keys and values"
    return "a list" if isinstance(value, list | tuple) else repr(value)[:80]
