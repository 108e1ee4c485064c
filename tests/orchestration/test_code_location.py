"""What Dagster loads: the graph, descriptions, columns and lineage, with and without omni.yaml."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dotenv import dotenv_values

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.errors import ConfigurationError
from omni_identity.model.home import REPOSITORY, Home
from omni_identity.model.tables import published_tables
from omni_identity.orchestration.assets import INTERNAL
from omni_identity.orchestration.code_location import build_code_location
from omni_identity.orchestration.placement import ALONE
from omni_identity.pipeline.sequence import direct_needs, needs, steps_of
from omni_identity.pipeline.step import Step
from omni_identity.publish.checks import CHECKS

CANDIDATE = "publication_candidate"


def named(key: dg.AssetKey) -> str:
    return "/".join(key.path)


@pytest.fixture(scope="module")
def definitions(published_once: Home) -> dg.Definitions:
    return build_code_location(published_once)


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {named(spec.key): spec for spec in definitions.resolve_all_asset_specs()}


@pytest.fixture(scope="module")
def steps(published_once: Home) -> tuple[Step, ...]:
    return steps_of(load_configuration(published_once.configuration))


@pytest.fixture(scope="module")
def published(published_once: Home) -> set[str]:
    vocabulary = load_configuration(published_once.configuration).vocabulary
    return {f"published/{name}" for name in published_tables(vocabulary)}


def test_every_step_and_every_published_table_is_an_asset(
    specs: dict[str, dg.AssetSpec], steps: tuple[Step, ...], published: set[str]
) -> None:
    *working, publication, files = (step.name for step in steps)
    assert (publication, files) == ("publication", "published_files")
    assert {"contacts/web", "landed_interactions/till", "golden_ids", CANDIDATE} <= set(working)
    assert "published/unified_profiles" in published
    assert set(specs) == {*working, files} | published


def test_an_asset_depends_on_what_its_step_directly_needs(
    specs: dict[str, dg.AssetSpec], steps: tuple[Step, ...], published: set[str]
) -> None:
    wanted = direct_needs(steps)
    wanted |= dict.fromkeys(published, wanted.pop("publication"))
    wanted |= {"published_files": tuple(published)}
    found = {name: {named(dep.asset_key) for dep in spec.deps} for name, spec in specs.items()}
    assert found == {name: set(needed) for name, needed in wanted.items()}
    assert found["published/crosswalk"] == {CANDIDATE}


def test_steps_are_executed_in_the_order_of_the_list(
    definitions: dg.Definitions, steps: tuple[Step, ...]
) -> None:
    job = definitions.resolve_job_def("nightly")
    priorities = {node.name: int(node.definition.tags["dagster/priority"]) for node in job.nodes}
    in_order = sorted(priorities, key=lambda name: -priorities[name])
    assert in_order == list(dict.fromkeys(ALONE.op(step) for step in steps))
    assert in_order[:3] == ["deliveries", "landing", "standardised_contacts"]


def test_steps_in_no_order_share_nothing_but_marks(steps: tuple[Step, ...]) -> None:
    # in processes of their own they may be done in either order: each only adds to what has changed
    before: dict[str, set[str]] = {}
    needed = needs(steps)
    for step in steps:
        before[step.name] = set(needed[step.name]).union(*(before[n] for n in needed[step.name]))
    unordered = [
        (one, other)
        for n, one in enumerate(steps)
        for other in steps[n + 1 :]
        if one.name not in before[other.name] and other.group != "channels"
    ]
    assert ("households", "interactions") in {(one.name, other.name) for one, other in unordered}
    for one, other in unordered:
        shared = one.tables_written & (other.tables_read | other.tables_written)
        shared |= one.tables_read & other.tables_written
        assert all(table.startswith("changed.") for table in shared), (one.name, other.name, shared)


def test_every_asset_is_described_owned_and_grouped(specs: dict[str, dg.AssetSpec]) -> None:
    for key, spec in specs.items():
        assert spec.description, key
        assert list(spec.owners) == ["team:data-engineering"]
        assert spec.kinds
        assert spec.tags["pii"] in ("none", "pseudonymous", "personal", "text")


def test_working_assets_are_visibly_internal(
    specs: dict[str, dg.AssetSpec], published: set[str]
) -> None:
    for key, spec in specs.items():
        signs = (
            INTERNAL in spec.tags,
            "Internal: " in str(spec.description),
            str(spec.group_name).startswith("internal_"),
        )
        assert signs == (key not in {*published, "published_files"},) * 3, key
    assert {specs[key].group_name for key in published} == {"published"}


def test_groups_sorted_by_name_are_in_the_order_of_the_data(
    specs: dict[str, dg.AssetSpec], steps: tuple[Step, ...]
) -> None:
    groups = [specs[step.name].group_name for step in steps if step.name in specs]
    assert sorted({*groups} - {"published"}) == [
        "internal_1_channels",
        "internal_2_records",
        "internal_3_linkage",
        "internal_4_customers",
        "internal_5_insight",
        "internal_6_publication",
    ]
    for key, spec in specs.items():
        for dep in spec.deps:
            assert str(specs[named(dep.asset_key)].group_name) <= str(spec.group_name), key


def test_the_graph_is_small(specs: dict[str, dg.AssetSpec], published: set[str]) -> None:
    between = {
        key
        for key, spec in specs.items()
        if key not in published | {CANDIDATE, "published_files"}
        and spec.group_name != "internal_1_channels"
    }
    assert len(between) <= 12
    inner = [dep for key in between | {CANDIDATE} for dep in specs[key].deps]
    assert len([dep for dep in inner if named(dep.asset_key) in between]) <= 15


def test_published_tables_say_how_consumers_read_them(
    specs: dict[str, dg.AssetSpec], published: set[str]
) -> None:
    for key in published:
        spec = specs[key]
        table = key.partition("/")[2]
        assert spec.metadata["dagster/table_name"] == f"omni.main.{table}"
        assert spec.metadata["dagster/column_schema"].columns
        assert isinstance(spec.freshness_policy, dg.FreshnessPolicy)
        assert spec.skippable, "a dry run materialises none"
    assert all(specs[key].freshness_policy is None for key in set(specs) - published)


def test_a_feed_is_as_fresh_as_omni_yaml_asks_for(tmp_path: Path) -> None:
    (tmp_path / "omni.yaml").write_text(
        "version: 1\nchannels:\n  - name: web\n    contacts:\n      files: landing/*.csv\n"
        "      max_age_days: 2\n      record_id: id\n      mapping: {email: mail}\n"
    )
    specs = build_code_location(Home(tmp_path)).resolve_all_asset_specs()
    policies = {named(spec.key): spec.freshness_policy for spec in specs}
    assert policies["contacts/web"] == dg.FreshnessPolicy.time_window(timedelta(days=2))
    assert policies["standardised_contacts"] is None


def test_columns_and_their_lineage_come_from_the_registry(specs: dict[str, dg.AssetSpec]) -> None:
    profiles = specs["published/unified_profiles"].metadata
    columns = {column.name: column for column in profiles["dagster/column_schema"].columns}
    assert columns["golden_id"].constraints == dg.TableColumnConstraints(False, True)
    assert columns["email"].type == "VARCHAR[]"
    assert columns["email"].tags == {"pii": "personal"}
    described = str(columns["email"].description)
    assert "survivor first" in described
    assert described.endswith(" ← published/crosswalk.golden_id, source_records.email")
    lineage = profiles["dagster/column_lineage"].deps_by_column
    assert dg.TableColumnDep(dg.AssetKey("source_records"), "email") in lineage["email"]
    raw = specs["standardised_contacts"].metadata["dagster/column_lineage"].deps_by_column
    assert dg.TableColumnDep(dg.AssetKey(["contacts", "web"]), "first_name") in raw["first_name"]
    web = specs["contacts/web"].metadata["dagster/column_schema"].columns
    assert {c.name: c.description for c in web}["email"] == "The file's mail, second_mail."


def test_lineage_leads_to_columns_that_exist(specs: dict[str, dg.AssetSpec]) -> None:
    columns = {
        (spec.key, column.name)
        for spec in specs.values()
        if "dagster/column_schema" in spec.metadata
        for column in spec.metadata["dagster/column_schema"].columns
    }
    led = 0
    for key, spec in specs.items():
        lineage = spec.metadata.get("dagster/column_lineage")
        for column, dependencies in lineage.deps_by_column.items() if lineage else ():
            assert (spec.key, column) in columns, key
            for dependency in dependencies:
                assert (dependency.asset_key, dependency.column_name) in columns
                led += 1
    assert led > 300


def test_the_checks_are_those_of_the_audit(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    found = [graph.get_check_spec(key) for key in graph.asset_check_keys]
    assert {spec.name for spec in found} == {check.name for check in CHECKS}
    assert all(spec.blocking for spec in found)
    assert {spec.asset_key.to_user_string() for spec in found} == {CANDIDATE}


def test_without_omni_yaml_the_graph_has_no_channels(tmp_path: Path) -> None:
    specs = build_code_location(Home(tmp_path)).resolve_all_asset_specs()
    working = {named(spec.key) for spec in specs if INTERNAL in spec.tags}
    assert working == {step.name for step in steps_of(None)} - {"publication", "published_files"}
    assert "published/unified_profiles" in {named(spec.key) for spec in specs}


def test_an_omni_yaml_with_mistakes_does_not_load_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "omni.yaml").write_text("version: 1\nchanels: []\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"chanels.*channels"):
        build_code_location(Home(tmp_path))


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
    specs = build_code_location(Home(tmp_path)).resolve_all_asset_specs()
    assert "contacts/web" in {named(spec.key) for spec in specs}
