"""The component: homes among the definitions of a host's project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster.components.core.package_entry import (
    DG_PLUGIN_ENTRY_POINT_GROUP,
    discover_package_objects,
)
from dagster.components.testing import create_defs_folder_sandbox

import omni_identity
from omni_identity.model.home import REPOSITORY, Home
from omni_identity.orchestration.component import OmniIdentityComponent
from omni_identity.publish.publication import published_run
from tests.shared import copy_home
from tests.worlds import World, person

HOST = """
import dagster as dg

PROFILES = dg.AssetKey(["north", "published", "unified_profiles"])


@dg.asset(deps=[PROFILES], automation_condition=dg.AutomationCondition.eager(), group_name="marketing")
def newsletter() -> None: ...


@dg.asset
def weather() -> None: ...


nightly = dg.define_asset_job("nightly", selection=["weather"])
"""
NEWSLETTER = dg.AssetKey("newsletter")


@pytest.fixture
def homes(world: World, tmp_path: Path) -> dict[str, Home]:
    """Two homes of the same retailer's two regions."""
    text = world.home.configuration.read_text(encoding="utf-8")
    text = text.replace("max_age_days: 30", "max_age_days: 30000")
    world.home.configuration.write_text(text, encoding="utf-8")
    copy_home(world.root, tmp_path / "south")
    return {"north": world.home, "south": Home(tmp_path / "south")}


def declared(home: Path | str, **attributes: Any) -> dict[str, Any]:
    return {
        "type": "omni_identity.OmniIdentityComponent",
        "attributes": {"home": str(home), **attributes},
    }


@pytest.fixture
def host(homes: dict[str, Home]) -> Iterator[dg.Definitions]:
    """A project with assets of its own, and a component for each home."""
    with create_defs_folder_sandbox() as sandbox:
        for name, home in homes.items():
            more = {} if name == "north" else {"group_prefix": "south_", "owners": ["a@b.example"]}
            more |= (
                {"pool": "omni"}
                if name == "north"
                else {"schedule": "0 5 * * *", "time_zone": "Europe/Berlin"}
            )
            folder = sandbox.defs_folder_path / name
            folder.mkdir(parents=True)
            text = yaml.safe_dump(declared(home.root, key_prefix=name, **more))
            (folder / "defs.yaml").write_text(text, encoding="utf-8")
        (sandbox.defs_folder_path / "own.py").write_text(HOST, encoding="utf-8")
        with sandbox.build_all_defs() as definitions:
            yield definitions


def run(
    definitions: dg.Definitions, job: str, instance: dg.DagsterInstance, **options: bool
) -> dg.ExecuteInProcessResult:
    name = job.removesuffix("_nightly")
    config = {"resources": {f"{name}_warehouse_session": {"config": options}}} if options else None
    return definitions.resolve_job_def(job).execute_in_process(
        instance=instance, run_config=config, raise_on_error=False
    )


def test_dagster_finds_the_component_by_its_name() -> None:
    found = discover_package_objects(["omni_identity"])
    assert [f"{key.namespace}.{key.name}" for key in found] == [
        "omni_identity.OmniIdentityComponent"
    ]
    assert next(iter(found.values())) is OmniIdentityComponent
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    entry = (
        f'[project.entry-points."{DG_PLUGIN_ENTRY_POINT_GROUP}"]\nomni_identity = "omni_identity"'
    )
    assert entry in project
    assert not hasattr(omni_identity, "OmniIdentityComponents")


def test_two_homes_stand_beside_assets_of_their_host(host: dg.Definitions) -> None:
    keys = {key.to_user_string() for key in host.resolve_asset_graph().get_all_asset_keys()}
    own = {"newsletter", "weather"}
    for name in ("north", "south"):
        theirs = {key for key in keys if key.startswith(f"{name}/")}
        assert f"{name}/published/unified_profiles" in theirs
        job = host.resolve_job_def(f"{name}_nightly")
        selected = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
        assert selected == theirs, "its own assets, and no others"
        sensor = host.resolve_sensor_def(f"{name}_landing_sensor")
        assert sensor.job_name == job.name
    assert {key for key in keys if not key.startswith(("north/", "south/"))} == own
    assert {
        key.to_user_string()
        for key in host.resolve_job_def("nightly").asset_layer.executable_asset_keys
    } == {"weather"}
    assert host.executor is None, "how steps are executed is for the host to say"
    resources = set(host.resources or {})
    assert resources == {"north_warehouse_session", "south_warehouse_session"}


def test_what_defs_yaml_says_is_done(host: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in host.resolve_all_asset_specs()}
    north, south = (specs[f"{name}/published/crosswalk"] for name in ("north", "south"))
    assert (north.group_name, south.group_name) == ("published", "south_published")
    assert list(north.owners) == ["team:data-engineering"]
    assert list(south.owners) == ["a@b.example"]
    assert {dep.asset_key.to_user_string() for dep in south.deps} == {"south/publication_candidate"}
    lineage = south.metadata["dagster/column_lineage"].deps_by_column["golden_id"]
    assert {dep.asset_key.path[0] for dep in lineage} == {"south"}
    nightly = host.resolve_schedule_def("north_nightly")
    assert (nightly.cron_schedule, nightly.execution_timezone) == ("0 3 * * *", "UTC")
    nightly = host.resolve_schedule_def("south_nightly")
    assert (nightly.cron_schedule, nightly.execution_timezone) == ("0 5 * * *", "Europe/Berlin")
    pools = {
        name: {
            pool
            for node in host.resolve_job_def(f"{name}_nightly").nodes
            for pool in node.definition.pools
        }
        for name in ("north", "south")
    }
    assert pools == {"north": {"omni"}, "south": set()}


def test_both_homes_run_and_what_depends_on_them_follows_what_is_published(
    host: dg.Definitions, homes: dict[str, Home], world: World
) -> None:
    before = {name: published_run(home) for name, home in homes.items()}
    with dg.DagsterInstance.ephemeral() as instance:

        def requested(cursor: Any = None) -> tuple[int, Any]:
            found = dg.evaluate_automation_conditions(host, instance, cursor=cursor)
            return found.get_num_requested(NEWSLETTER), found.cursor

        _, cursor = requested()
        world.deliver("web", "0002", [person(500)])
        north = run(host, "north_nightly", instance, dry_run=True)
        assert north.success
        count, cursor = requested(cursor)
        assert count == 0, "a dry run publishes nothing"

        part = host.resolve_job_def("north_nightly").execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(["north", "deliveries"])],
            raise_on_error=False,
        )
        assert part.success
        count, cursor = requested(cursor)
        assert count == 0, "nor does a part"
        assert published_run(homes["north"]) == before["north"]

        south = run(host, "south_nightly", instance)
        assert south.success
        assert published_run(homes["south"]) == south.run_id
        count, cursor = requested(cursor)
        assert count == 0, "the other home's publication is another asset"

        north = run(host, "north_nightly", instance)
        assert north.success
        assert published_run(homes["north"]) == north.run_id
        assert published_run(homes["south"]) == south.run_id
        count, _ = requested(cursor)
        assert count == 1


def test_a_home_is_found_from_the_folder_of_defs_yaml(homes: dict[str, Home]) -> None:
    with create_defs_folder_sandbox() as sandbox:
        folder = sandbox.defs_folder_path / "customers"
        copy_home(homes["south"].root, folder / "home")
        defs_yaml = yaml.safe_dump(declared("home", key_prefix=["retail", "south"]))
        (folder / "defs.yaml").write_text(defs_yaml, encoding="utf-8")
        with sandbox.load_component_and_build_defs(folder) as (component, definitions):
            assert isinstance(component, OmniIdentityComponent)
            keys = definitions.resolve_asset_graph().get_all_asset_keys()
            assert dg.AssetKey(["retail", "south", "contacts", "till"]) in keys
            assert definitions.resolve_job_def("retail_south_nightly")


def test_a_mistake_in_defs_yaml_is_named(homes: dict[str, Home]) -> None:
    with create_defs_folder_sandbox() as sandbox:
        folder = sandbox.defs_folder_path / "customers"
        folder.mkdir(parents=True)
        text = yaml.safe_dump(declared(homes["south"].root, key_prefx="south"))
        (folder / "defs.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(Exception, match="customers") as raised, sandbox.build_all_defs():
            pass
    words, error = "", raised.value.__cause__
    while error is not None:
        words, error = words + str(error), error.__cause__
    assert "key_prefx" in words
