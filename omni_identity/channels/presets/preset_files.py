"""Preset files: one YAML file for each export of a vendor, named ``vendor/export``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from omni_identity.channels.row_filters import columns_of_filter
from omni_identity.channels.settings_checks import columns
from omni_identity.channels.yaml_lines import read_lined_yaml

Texts = Annotated[tuple[str, ...], BeforeValidator(columns)]
"""One text or several."""

COLUMN_KEYS = (
    *("record_id", "updated_at", "deleted"),
    *("interaction_id", "contact", "kind", "occurred_at", "one_per"),
)
"""Keys of a feed, besides ``mapping`` and ``lines``, that name a column or several."""
NEEDED_KEYS = ("record_id", "interaction_id", "kind", "occurred_at", "one_per")
"""Those without which no row can be taken."""


class Preset(BaseModel):
    """One kind of file that a vendor exports, and the feed that reads it.

    ``settings`` are keys of a feed as in ``omni.yaml``. ``recognised_by``: columns that together tell
    this export from any other, of a list any one; of a document, paths with ``*`` for the elements of a
    list.
    ``recognised_line``: a regular expression for the lines of a text without columns. ``required``:
    columns, besides those that make a row, which every such file has; it may lack all others, and those
    that ``may_lack`` names although they make a row.
    ``other_names``: how other versions or languages of the export call a column.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    feed: Literal["contacts", "interactions"]
    about: str
    export: str
    documentation: Texts
    file_names: Texts
    recognised_by: tuple[Texts, ...] = ()
    recognised_line: str | None = None
    required: tuple[str, ...] = ()
    may_lack: tuple[str, ...] = ()
    other_names: Mapping[str, Texts] = Field(default_factory=dict)
    settings: Mapping[str, Any]
    quirks: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that its feed names, each once."""
        return columns_in(self.settings)

    @property
    def optional(self) -> tuple[str, ...]:
        """The columns that its feed names and that a file may lack."""
        needed = {key: self.settings.get(key) for key in NEEDED_KEYS}
        required = {*columns_in(needed), *self.required} - {*self.may_lack}
        return tuple(column for column in self.columns if column not in required)


@cache
def preset_names() -> tuple[str, ...]:
    """The names of all presets, in alphabetical order."""
    vendors = files(__package__) / "vendors"
    return tuple(
        sorted(
            f"{vendor.name}/{file.name.removesuffix('.yaml')}"
            for vendor in vendors.iterdir()
            if vendor.is_dir()
            for file in vendor.iterdir()
            if file.name.endswith(".yaml")
        )
    )


@cache
def read_preset(name: str) -> Preset:
    """The preset of that name; raises ``KeyError`` when there is none."""
    if name not in preset_names():
        raise KeyError(name)
    file = files(__package__) / "vendors" / f"{name}.yaml"
    return Preset(name=name, **read_lined_yaml(file.read_text(encoding="utf-8")).data)


def presets() -> tuple[Preset, ...]:
    """All presets, in the order of their names. Reading them takes a third of a second."""
    return tuple(map(read_preset, preset_names()))


def columns_in(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that a raw feed names, each once; what else stands in their places is passed over."""
    named = [column for key in COLUMN_KEYS for column in columns_of_entry(settings.get(key))]
    named += _columns_of_filter(settings.get("where"))
    for key in ("mapping", "lines"):
        entries = settings.get(key)
        for entry in entries.values() if isinstance(entries, Mapping) else ():
            named += columns_of_entry(entry)
    return tuple(dict.fromkeys(named))


def _columns_of_filter(text: Any) -> tuple[str, ...]:
    """The columns of a raw filter; of one that is wrong, none."""
    try:
        return columns_of_filter(text) if isinstance(text, str) else ()
    except ValueError:
        return ()


def columns_of_entry(entry: Any) -> Iterator[str]:
    """The columns of one entry: of a name, a list of names, or ``{from: …}``; of a constant, none."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, list | tuple):
        yield from (column for column in entry if isinstance(column, str))
    elif isinstance(entry, Mapping):
        yield from columns_of_entry(entry.get("from"))


def names_of(column: str, other_names: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """A column's own name, then its others."""
    return (column, *other_names.get(column, ()))
