"""Writes the pages of reference that follow from code alone: commands, the keys of omni.yaml, the KPIs.

``python -m omni_identity.cli.reference_pages docs``
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from typer.main import get_command

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.feeds import MOST
from omni_identity.cli.application import app
from omni_identity.model.kpi_definitions import Kpi, kpi_definitions

COMMAND = "python -m omni_identity.cli.reference_pages docs"
_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true, false"}
_CONSTANT = "#/$defs/Constant"
"""One word for all rows of a file: said where it may stand, instead of its keys."""
_BELOW = "the keys below"
_BOUNDS = {
    "minimum": "from {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "to {}",
    "exclusiveMaximum": "less than {}",
}


def reference_pages() -> dict[str, str]:
    """The name of every page, and its Markdown, which ends in one newline."""
    return {
        "commands.md": "\n".join(_commands()),
        "keys.md": "\n".join(_keys()),
        "kpis.md": "\n".join(_kpis()),
    }


def _commands() -> Iterator[str]:
    yield from (
        "# Commands",
        "",
        f"Written by `{COMMAND}` from what `omni COMMAND --help` says.",
        "",
    )
    yield from (_plain(get_command(app).help), "")
    commands: Mapping[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    for name, command in commands.items():
        yield from (f"## omni {name}", "")
        said, _, examples = _plain(command.help).partition("**Examples**")
        yield from (said.strip(), "", "```sh")
        yield from (_example(line.strip()) for line in examples.splitlines() if line.strip())
        yield from ("```", "", "| argument | says |", "|---|---|")
        for parameter in command.params:
            yield f"| `{_spelling(parameter)}` | {_cell(_meaning(parameter))} |"
        yield ""


def _example(line: str) -> str:
    """A line of the examples, what it is for as a comment."""
    command, *about = re.split(r"\s{3,}", line, maxsplit=1)
    return "  # ".join([command, *about])


def _spelling(parameter: Any) -> str:
    """How an argument is typed: ``--home DIR``, ``TERM``."""
    names = [name for name in parameter.opts if name.startswith("--")] or parameter.opts[-1:]
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    takes = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
    return f"{', '.join(names)}{takes}"


def _meaning(parameter: Any) -> str:
    shown = getattr(parameter, "show_default", None)
    default = shown if isinstance(shown, str) else parameter.default
    is_said = shown is not False and default not in (None, False, ()) and not callable(default)
    needed = " Needed." if parameter.required else ""
    return f"{_plain(parameter.help)}{f' Otherwise {default}.' if is_said else ''}{needed}"


def _plain(text: str | None) -> str:
    """A help text as Markdown: without what colours it at a terminal."""
    text = re.sub(r"\[/?bold\]", "**", inspect.cleandoc(text or ""))
    return text.replace("\\[", "[")


def _keys() -> Iterator[str]:
    schema = Configuration.model_json_schema()
    models = schema["$defs"]
    yield from ("# Every key of omni.yaml", "")
    yield f"Written by `{COMMAND}` from the models that check `omni.yaml`: what each key takes, and what holds"
    yield "without it. What a key means is on [the page written by hand](configuration.md). `NAME` is a name that you"
    yield "give, `[]` stands for the entries of a list."
    yield from ("", "| key | takes | without it |", "|---|---|---|")
    inside = dict[str, list[str]]()
    for name, field in schema["properties"].items():
        yield _row(name, field, models, name in schema["required"])
        for step, model in _inner(field, models):
            inside.setdefault(name, []).extend(_rows(f"{name}{step}.", model, models))
    for name, rows in inside.items():
        yield from ("", f"## {name}", "", "| key | takes | without it |", "|---|---|---|", *rows)
    yield ""


def _rows(path: str, model: Mapping[str, Any], models: Mapping[str, Any]) -> Iterator[str]:
    """A row for each key of a model, and below it those of the models inside."""
    for name, field in model["properties"].items():
        if name in ("consent_words", "opt_out"):  # found in the mapping of a consent, and no keys
            continue
        yield _row(f"{path}{name}", field, models, name in model.get("required", ()))
        for step, inner in _inner(field, models):
            yield from _rows(f"{path}{name}{step}.", inner, models)


def _row(key: str, field: Mapping[str, Any], models: Mapping[str, Any], is_needed: bool) -> str:
    return f"| `{key}` | {_cell(_takes(field, models))} | {_default(field, is_needed)} |"


def _inner(field: Mapping[str, Any], models: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The models that a key holds, and how one comes to them: at once, in a list, by a name, by their ``type``."""
    if "$ref" in field:
        if field["$ref"] != _CONSTANT:
            yield "", _model(field, models)
    elif "discriminator" in field:
        for kind, reference in field["discriminator"]["mapping"].items():
            yield f" ({kind})", _model({"$ref": reference}, models)
    elif field.get("type") == "array" and "items" in field:
        yield from ((f"[]{step}", model) for step, model in _inner(field["items"], models))
    elif isinstance(field.get("additionalProperties"), dict):
        yield from ((f".NAME{s}", m) for s, m in _inner(field["additionalProperties"], models))
    for choice in field.get("anyOf", ()):
        yield from _inner(choice, models)


def _model(reference: Mapping[str, Any], models: Mapping[str, Any]) -> Any:
    return models[reference["$ref"].rpartition("/")[2]]


def _takes(field: Mapping[str, Any], models: Mapping[str, Any]) -> str:
    """What a key takes, in words."""
    if "discriminator" in field:
        return _BELOW
    if "anyOf" in field:
        kinds = (choice for choice in field["anyOf"] if choice.get("type") != "null")
        words = (_takes(kind, models) for kind in kinds)
        return ", or ".join(dict.fromkeys(words))
    if "$ref" in field:
        is_constant = field["$ref"] == _CONSTANT
        return "`{value: TEXT}` or `{by_file: {GLOB: TEXT}}`" if is_constant else _BELOW
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    if field.get("type") == "array":
        return f"list: {_takes(field.get('items', {'type': 'string'}), models)}"
    if field.get("type") == "object":
        inside = field.get("additionalProperties")
        return f"by NAME: {_takes(inside, models)}" if isinstance(inside, dict) else "keys"
    bounds = ((said, field[key]) for key, said in _BOUNDS.items() if key in field)
    said = (said.format(_number(bound)) for said, bound in bounds if abs(bound) < MOST)
    return " ".join([_WORDS[field["type"]], *said])


def _default(field: Mapping[str, Any], is_needed: bool) -> str:
    default = field.get("default")
    if is_needed:
        return "needed"
    if default is None or default == "" or default == [] or isinstance(default, dict):
        return ""
    if isinstance(default, list):
        return ", ".join(f"`{value}`" for value in default)
    return f"`{str(default).lower() if isinstance(default, bool) else _number(default)}`"


def _number(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _kpis() -> Iterator[str]:
    yield from (
        "# KPIs",
        "",
        f"Written by `{COMMAND}` from `omni_identity/insight/kpis/`, a file a KPI.",
    )
    yield "The same words are in the published table `kpi_definitions`. What periods, dimensions and sums are is in"
    yield from (
        "[figures](figures.md#kpis).",
        "",
        "| KPI | unit | by | says |",
        "|---|---|---|---|",
    )
    for kpi in kpi_definitions():
        yield f"| [`{kpi.name}`](#{kpi.name}) | {kpi.unit} | {kpi.grain} | {_cell(kpi.summary)} |"
    yield ""
    for kpi in kpi_definitions():
        yield from (f"## {kpi.name}", "", f"**{kpi.title}.** {_definition(kpi)}", "")


def _definition(kpi: Kpi) -> str:
    return kpi.definition.replace("*", r"\*").replace("<", r"\<")


def _cell(text: str) -> str:
    return " ".join(text.replace("|", r"\|").split())


if __name__ == "__main__":
    for page, text in reference_pages().items():
        Path(sys.argv[1], page).write_text(text, encoding="utf-8")
