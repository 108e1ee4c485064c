"""What Dagster loads: the graph, descriptions, columns and lineage, with and without omni.yaml."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from dotenv import dotenv_values
from omni_identity.orchestration.catalogue import BOXES, Catalogue
from omni_identity.orchestration.steps import step_names

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.errors import ConfigurationError
from omni_identity.model.home import REPOSITORY, Home
from omni_identity.model.tables import published_tables
from omni_identity.orchestration.code_location import build_definitions
from omni_identity.publish.checks import CHECKS


def keys(definitions: dg.Definitions) -> set[str]:
    return {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}


def ancestors(graph: dg.AssetGraph, name: str) -> set[str]:
    key = dg.AssetKey(name.split("/"))
    return {found.to_user_string() for found in graph.get_ancestor_asset_keys(key)}


@pytest.fixture(scope="module")
def definitions(published_once: Home) -> dg.Definitions:
    return build_definitions(published_once)


def test_every_channel_feed_and_every_published_table_is_an_asset(
    published_once: Home, definitions: dg.Definitions
) -> None:
    configuration = load_configuration(published_once.configuration)
    assets = keys(definitions)
    feeds = {f.asset_name for f in Catalogue(configuration).feeds}
    assert {"contacts/web", "landed_interactions/till"} <= feeds <= assets
    assert set(published_tables(configuration.vocabulary)) <= assets
    assert assets == feeds | set(BOXES) | {"deliveries", "publication_candidate", "publication"}


def test_steps_come_after_all_that_they_read(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    everything = {key.to_user_string() for key in graph.get_all_asset_keys()}
    contacts = {key for key in everything if key.startswith("contacts/")}
    assert contacts <= ancestors(graph, "standardised_contacts")
    assert {"customers", "landed_interactions/web"} <= ancestors(graph, "interactions")
    others = {"publication", "publication_candidate", "quarantined_records", "runs"}
    others |= {"quarantined_files", "run_channel_counts", "run_diagnostics", "ledger_records"}
    others |= {"feed_figures"}
    assert everything - others <= ancestors(graph, "publication_candidate")
    assert "publication_candidate" in ancestors(graph, "publication")


def test_step_names_are_those_of_the_graph(
    published_once: Home, definitions: dg.Definitions
) -> None:
    catalogue = Catalogue(load_configuration(published_once.configuration))
    nodes = {node.name for node in definitions.resolve_job_def("nightly").nodes}
    named = {name.replace("/", "_") for name in step_names(catalogue)}
    assert nodes == named | {"publication_candidate", "publication"}


def test_every_asset_is_described_owned_and_grouped(definitions: dg.Definitions) -> None:
    for spec in definitions.resolve_all_asset_specs():
        assert spec.description, spec.key
        assert list(spec.owners) == ["team:data-engineering"]
        assert spec.group_name != "default"
        assert spec.kinds
        assert spec.tags["pii"] in ("none", "pseudonymous", "personal")


def test_columns_and_their_lineage_come_from_the_registry(
    published_once: Home, definitions: dg.Definitions
) -> None:
    catalogue = Catalogue(load_configuration(published_once.configuration))
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    profiles = specs["unified_profiles"].metadata
    columns = {column.name: column for column in profiles["dagster/column_schema"].columns}
    assert columns["golden_id"].constraints == dg.TableColumnConstraints(False, True)
    assert columns["email"].type == "VARCHAR[]"
    assert columns["email"].tags == {"pii": "personal"}
    described = str(columns["email"].description)
    assert "survivor first" in described
    assert described.endswith(" ← crosswalk.golden_id, source_records.email")
    assert profiles["dagster/table_name"] == "omni.derived.unified_profiles"
    lineage = catalogue.lineage("unified_profiles")["dagster/column_lineage"].deps_by_column
    assert dg.TableColumnDep(dg.AssetKey("source_records"), "email") in lineage["email"]
    standardised = catalogue.lineage("standardised_contacts")
    raw = standardised["dagster/column_lineage"].deps_by_column
    assert dg.TableColumnDep(dg.AssetKey(["contacts", "web"]), "first_name") in raw["first_name"]
    web = specs["contacts/web"].metadata["dagster/column_schema"].columns
    assert {c.name: c.description for c in web}["email"] == "The file's mail, second_mail."


def test_lineage_leads_to_columns_that_exist(
    published_once: Home, definitions: dg.Definitions
) -> None:
    catalogue = Catalogue(load_configuration(published_once.configuration))
    specs = {spec.key: spec for spec in definitions.resolve_all_asset_specs()}
    columns = {
        (key, column.name)
        for key, spec in specs.items()
        if "dagster/column_schema" in spec.metadata
        for column in spec.metadata["dagster/column_schema"].columns
    }
    for name in BOXES:
        lineage = catalogue.lineage(name).get("dagster/column_lineage")
        for column, dependencies in lineage.deps_by_column.items() if lineage else ():
            assert (dg.AssetKey(name), column) in columns
            for dependency in dependencies:
                assert (dependency.asset_key, dependency.column_name) in columns


def test_all_checks_of_the_audit_block(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    specs = [graph.get_check_spec(key) for key in graph.asset_check_keys]
    assert {spec.name for spec in specs} == {check.name for check in CHECKS}
    assert all(spec.blocking for spec in specs)
    assert {spec.asset_key.to_user_string() for spec in specs} == {"publication_candidate"}


def test_without_omni_yaml_the_graph_has_no_channels(tmp_path: Path) -> None:
    assets = keys(build_definitions(Home(tmp_path)))
    assert assets == set(BOXES) | {"deliveries", "publication_candidate", "publication"}


def test_an_omni_yaml_with_mistakes_does_not_load_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "omni.yaml").write_text("version: 1\nchanels: []\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"chanels.*channels"):
        build_definitions(Home(tmp_path))


def run_python(home: Home, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "OMNI_HOME": str(home.root),
        "DAGSTER_HOME": str(home.dagster),
        "PYTHONPATH": str(REPOSITORY),
    }
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_definitions_load_without_a_warning(published_once: Home, tmp_path: Path) -> None:
    loaded = run_python(
        published_once, "-W", "error", "-c", "import omni_identity.definitions", cwd=tmp_path
    )
    assert (loaded.returncode, loaded.stderr) == (0, "")


def test_the_workspace_is_valid(published_once: Home, tmp_path: Path) -> None:
    workspace = str(REPOSITORY / "workspace.yaml")
    arguments = ("-m", "dagster", "definitions", "validate", "-w", workspace)
    valid = run_python(published_once, *arguments, cwd=tmp_path)
    assert valid.returncode == 0, valid.stdout + valid.stderr
    broken = Home(tmp_path / "broken")
    broken.root.mkdir()
    broken.configuration.write_text("version: 1\nchanels: []\n", encoding="utf-8")
    broken.dagster.mkdir()
    invalid = run_python(broken, *arguments, cwd=tmp_path)
    assert invalid.returncode == 1
    assert "Did you mean 'channels'?" in invalid.stdout + invalid.stderr


def test_plain_dagster_dev_finds_the_instance_of_the_checkout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PWD", str(REPOSITORY))
    assert dotenv_values(REPOSITORY / ".env")["DAGSTER_HOME"] == str(REPOSITORY / "dagster_home")


@pytest.mark.parametrize("ending", ["*.csv*", "*", "*.csv.gz", "day-?.[cj]*"])
def test_a_glob_of_any_ending_gives_an_asset(tmp_path: Path, ending: str) -> None:
    (tmp_path / "omni.yaml").write_text(
        "version: 1\nchannels:\n  - name: web\n    contacts:\n"
        f"      files: 'landing/{ending}'\n      record_id: id\n      mapping: {{email: mail}}\n"
    )
    assert "contacts/web" in keys(build_definitions(Home(tmp_path)))
