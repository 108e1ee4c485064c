"""Writes the pages of all presets into docs/bring-your-own.md, below what is written there by hand.

``python -m omni_identity.cli.preset_pages docs/bring-your-own.md``
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from omni_identity.channels.presets.preset_files import (
    COLUMN_KEYS,
    Preset,
    columns_of_entry,
    presets,
)

COMMAND = "python -m omni_identity.cli.preset_pages docs/bring-your-own.md"
MARK = f"<!-- written by `{COMMAND}` from omni_identity/channels/presets/vendors -->"
"""Where the pages begin: what stands above is written by hand."""
_WORDS = {
    "record_id": "the record's ID",
    "updated_at": "when the record changed",
    "deleted": "whether it was deleted",
    "interaction_id": "the interaction's ID",
    "contact": "the contact's record ID",
    "kind": "the kind",
    "occurred_at": "when it happened",
    "one_per": "what rows of one interaction share",
}


def preset_pages() -> str:
    """Return a table of all presets and one page for each, as Markdown, ending in one newline."""
    known = presets()
    rows = [f"| [`{p.name}`](#{_anchor(p)}) | {p.title} | `{p.feed}` |" for p in known]
    table = ["## Presets", "", "| preset | of | for |", "|---|---|---|", *rows, ""]
    return "\n".join([*table, *("\n".join(_page(preset)) for preset in known)])


def with_pages(text: str) -> str:
    """A document with the pages below ``MARK``; raises ``ValueError`` when it has no such line."""
    above, mark, _ = text.partition(MARK)
    if not mark:
        raise ValueError(f"no line {MARK}")
    return f"{above}{MARK}\n\n{preset_pages()}"


def example(preset: Preset) -> str:
    """The lines of ``omni.yaml`` that use a preset."""
    vendor = preset.name.partition("/")[0]
    return "\n".join(
        [
            "channels:",
            f"  - name: {vendor}",
            f"    {preset.feed}:",
            f"      preset: {preset.name}",
            f'      files: "landing/{vendor}/{preset.file_names[0]}"',
        ]
    )


def _page(preset: Preset) -> Iterator[str]:
    yield from (f"### `{preset.name}`", "", f"**{preset.title}.** {preset.about}", "")
    links = ", ".join(f"[documentation]({url})" for url in preset.documentation)
    yield from (f"Where it is: {preset.export} ({links})", "")
    yield from ("```yaml", example(preset), "```", "")
    yield from ("| column | becomes |", "|---|---|")
    for column, meanings in _meanings(preset).items():
        others = ", ".join(f"`{name}`" for name in preset.other_names.get(column, ()))
        also = f" (also: {others})" if others else ""
        yield f"| `{column}`{also} | {', '.join(meanings)} |"
    yield ""
    needed = [f"`{column}`" for column in preset.columns if column not in preset.optional]
    if needed:
        yield from (f"A file needs {', '.join(needed)}; it may lack the other columns.", "")
    yield from (f"- {quirk}" for quirk in (*_settings(preset), *preset.quirks))
    yield ""


def _meanings(preset: Preset) -> dict[str, list[str]]:
    """What each column of a preset becomes, in the order in which the feed names them."""
    found: dict[str, list[str]] = {}
    for key in COLUMN_KEYS:
        for column in columns_of_entry(preset.settings.get(key)):
            found.setdefault(column, []).append(_WORDS[key])
    for section in ("mapping", "lines"):
        for name, entry in (preset.settings.get(section) or {}).items():
            for column in columns_of_entry(entry):
                of = " of each line" if section == "lines" else ""
                turned = isinstance(entry, Mapping) and entry.get("opt_out") is True
                meaning = f"`{name}`{of}{', turned round' if turned else ''}"
                found.setdefault(column, []).append(meaning)
    return found


def _settings(preset: Preset) -> Iterator[str]:
    """What a preset says besides columns, in sentences."""
    settings = preset.settings
    for key in ("kind", *(settings.get("mapping") or {})):
        entry = settings.get("kind") if key == "kind" else settings["mapping"][key]
        if isinstance(entry, Mapping) and "value" in entry:
            name = "The kind" if key == "kind" else f"`{key}`"
            yield f"{name} is always `{entry['value']}`."
        elif isinstance(entry, Mapping) and "by_file" in entry:
            words = ", ".join(f"`{glob}`: {word}" for glob, word in entry["by_file"].items())
            yield f"`{key}` follows the name of the file: {words}."
    kinds: Mapping[str, Any] = settings.get("kinds") or {}
    if turned := {word: kind for word, kind in kinds.items() if word != kind}:
        yield f"Kinds: {', '.join(f'{word} is `{kind}`' for word, kind in turned.items())}."
    if kept := [word for word, kind in kinds.items() if word == kind]:
        yield f"Kinds that are kept as they are, and count in no figure: {', '.join(kept)}."
    if "rows" in settings:
        yield f"Rows are what `{settings['rows']}` leads to in a document."
    if "where" in settings:
        yield f"Only rows with `{settings['where']}` land."
    if settings.get("feed") == "snapshot":
        yield "Each file is the whole list: what the newest one lacks is dropped."


def _anchor(preset: Preset) -> str:
    """As web pages of Markdown make it from the heading."""
    return "".join(c for c in preset.name if c.isalnum() or c in "_-")


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_pages(page.read_text(encoding="utf-8")), encoding="utf-8")
