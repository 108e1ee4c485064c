"""The documents say what the code does: commands, options, tables, keys, files, versions."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import BaseModel
from typer.main import get_command

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.feeds import ContactsFeed, InteractionsFeed
from omni_identity.cli.application import app
from omni_identity.demo import DEMO_CONFIGURATION
from omni_identity.model.attributes import (
    BUILT_IN_IDENTIFIERS,
    FACTS,
    INTERACTION_KINDS,
    SINGLE_ATTRIBUTES,
    Vocabulary,
)
from omni_identity.model.tables import published_tables

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
KEYS = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
COMMANDS: dict[str, Any] = dict(get_command(app).commands)  # type: ignore[attr-defined]
ON_EVERY_COMMAND = {"--home", "--debug", "--help"}


def test_the_two_commands_stand_on_the_first_screen() -> None:
    first_screen = README.splitlines()[:12]
    assert 'pip install -e ".[demo]" && omni demo' in first_screen
    assert 'pip install -e ".[dev]" && pytest' in first_screen
    assert len(re.findall(r"^pip install -e .* && ", README, re.MULTILINE)) == 2


def test_no_page_and_no_benchmark_names_a_folder_outside_the_repository() -> None:
    """Data sets are arguments: whoever clones the repository has them elsewhere, or not at all."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    commands = [
        block
        for page in pages
        for block in re.findall(r"```.*?```|^    .*$", page.read_text("utf-8"), re.S | re.M)
    ]
    modules = [path.read_text("utf-8") for path in (ROOT / "benchmarks").rglob("*.py")]
    outside = re.compile(r"(?<![\w.])(\.\./|/(tmp|home|work|mnt|data)/)\S*")
    assert [found[0] for text in (*commands, *modules) for found in outside.finditer(text)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_is_documented(name: str) -> None:
    rows = [line for line in README.splitlines() if line.startswith(f"| `omni {name}")]
    assert len(rows) == 1
    for parameter in COMMANDS[name].params:
        for option in parameter.opts:
            if option.startswith("--") and option not in ON_EVERY_COMMAND:
                assert option in rows[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_a_home_and_shows_examples(name: str) -> None:
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert {"--home", "--debug"} <= options
    assert "Examples" in COMMANDS[name].help
    assert f"omni {name}" in COMMANDS[name].help


def test_no_command_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"^\| `omni (\w+)", README, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize(("page", "which"), [("tables.md", []), ("warehouse.md", ["warehouse"])])
def test_pages_of_tables_are_those_of_the_registry(page: str, which: list[str]) -> None:
    """If not: python -m omni_identity.cli.data_dictionary > docs/tables.md, and warehouse > docs/warehouse.md."""
    written = subprocess.run(
        [sys.executable, "-m", "omni_identity.cli.data_dictionary", *which],
        capture_output=True, text=True, check=True, cwd=ROOT, encoding="utf-8",
    ).stdout  # fmt: skip
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == written


def test_the_data_dictionary_has_every_published_table() -> None:
    written = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    for table in published_tables(Vocabulary()).values():
        assert f"## {table.name}\n\n{table.comment}" in written


def keys_of(model: type[BaseModel]) -> set[str]:
    """Every key of a configuration model and of the models inside it."""
    keys = set()
    for name, field in model.model_fields.items():
        keys.add(name)
        for inner in models_in(field.annotation):
            keys |= keys_of(inner)
    return keys


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in models_in(argument)]


def test_every_key_of_omni_yaml_is_documented() -> None:
    keys = keys_of(Configuration) - {"consent_words"}  # read from mapping, and no key
    assert {"max_age_days", "record_id", "kinds", "compare"} <= keys
    assert {key for key in keys if f"`{key}`" not in KEYS} == set()


def test_every_word_a_mapping_may_use_is_documented() -> None:
    words = {*SINGLE_ATTRIBUTES, *BUILT_IN_IDENTIFIERS, *FACTS, *INTERACTION_KINDS}
    assert {word for word in words if f"`{word}`" not in KEYS} == set()


def test_the_documented_defaults_are_those_of_the_code() -> None:
    def documented(key: str) -> str:
        cells = re.search(rf"^\| `{key}` \| `([^`]*)` \|", KEYS, re.MULTILINE)
        assert cells, key
        return cells.group(1)

    contacts = ContactsFeed.model_fields
    assert documented("encoding") == contacts["encoding"].default
    assert documented("timezone") == contacts["timezone"].default
    assert documented("feed") == contacts["feed"].default
    assert InteractionsFeed.model_fields["kinds"].default == {}
    assert yaml.safe_load(documented("schedule")) == Configuration.model_fields["schedule"].default
    for section in ("linkage", "checks"):
        settings = Configuration.model_fields[section].default
        for key, value in settings:
            if value is not None:  # none is said in words
                assert float(documented(key)) == float(value)


def test_the_checkout_s_configuration_is_the_demo_s() -> None:
    written = (ROOT / "data" / "omni.yaml").read_text(encoding="utf-8")
    assert written == DEMO_CONFIGURATION


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "data/README.md",
        "docs/configuration.md",
        "docs/deploy.md",
        "docs/destinations.md",
        "docs/operations.md",
        "docs/your-own-files.md",
    ],
)
def test_every_link_leads_to_a_file(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_figures_of_the_comparison_are_those_measured() -> None:
    """If not: docs/accuracy.json or docs/scale.json was measured anew, and docs/comparison.md says the old."""
    page = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
    measured = json.loads((ROOT / "docs" / "accuracy.json").read_text(encoding="utf-8"))["rows"]
    f1 = {(row["data"], row["tool"]): row.get("f1") or 0.0 for row in measured}
    rows = re.findall(
        r"^\| (\w+) \| (0\.\d{4}) \| (0\.\d{4}) \| (0\.\d{4}) \| (0\.\d{4}) \|$", page, re.M
    )
    assert len(rows) == 4
    for data, *shown in rows:
        golden = max(f1[data, "goldenmatch_zero"], f1[data, "goldenmatch_fs"])
        best = (f1[data, "ours"], f1[data, "splink"], f1[data, "splink_best"], golden)
        assert shown == [f"{figure:.4f}" for figure in best], data
    (sizes,) = (
        size
        for size in json.loads((ROOT / "docs" / "scale.json").read_text(encoding="utf-8"))
        if size["customers"] == 365_000
    )
    full, bare = sizes["full"]["seconds"], sizes["bare"]["seconds"]
    assert f"the whole run takes {full:.0f} s" in page
    assert f"bare Splink {bare:.0f} s" in page


def test_the_changelog_is_short_lines_by_version_and_says_what_to_do() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert versions == [project["version"], "0.1.0"]
    assert [line for line in text.splitlines() if line.startswith("- ") and len(line) > 260] == []
    for section in re.findall(r"^### Data changes$(.*?)(?=^##|\Z)", text, re.DOTALL | re.MULTILINE):
        lines = [line for line in section.splitlines() if line.startswith("- ")]
        assert lines
        assert [line for line in lines if " To do: " not in line] == []


def test_constraints_are_versions_only_and_cover_what_we_declare() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[A-Za-z0-9.+!]+", pin) for pin in pins)
    names = [pin.split("==")[0] for pin in pins]
    assert names == sorted(set(names))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    declared = [*project["dependencies"], *(one for extra in extras for one in extra)]
    versions = dict(pin.split("==") for pin in pins)
    for requirement in map(Requirement, declared):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)])


def test_the_gate_is_sound_bash() -> None:
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)
