"""Preset files: one YAML file for each export of a vendor, named ``vendor/export``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

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
    this export from any other; of a document, paths with ``*`` for the elements of a list.
    ``recognised_line``: a regular expression for the lines of a text without columns. ``required``:
    columns, besides those that make a row, which every such file has; it may lack all others.
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
    recognised_by: tuple[str, ...] = ()
    recognised_line: str | None = None
    required: tuple[str, ...] = ()
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
        required = {*columns_in(needed), *self.required}
        return tuple(column for column in self.columns if column not in required)


@cache
def presets() -> Mapping[str, Preset]:
    """All presets by name, in alphabetical order."""
    vendors = files(__package__) / "vendors"
    paths = (
        (f"{vendor.name}/{file.name.removesuffix('.yaml')}", file)
        for vendor in vendors.iterdir()
        if vendor.is_dir()
        for file in vendor.iterdir()
        if file.name.endswith(".yaml")
    )
    return {
        name: Preset(name=name, **read_lined_yaml(file.read_text(encoding="utf-8")).data)
        for name, file in sorted(paths, key=lambda item: item[0])
    }


def columns_in(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that a raw feed names, each once; what else stands in their places is passed over."""
    named = [column for key in COLUMN_KEYS for column in columns_of_entry(settings.get(key))]
    for key in ("mapping", "lines"):
        entries = settings.get(key)
        for entry in entries.values() if isinstance(entries, Mapping) else ():
            named += columns_of_entry(entry)
    return tuple(dict.fromkeys(named))


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
