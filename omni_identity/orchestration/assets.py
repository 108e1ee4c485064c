"""The assets, generated from the steps of the pipeline: keys, dependencies, groups, metadata and lineage.

Every step is one asset, and one op, but for those that land feeds, which are one op together: an executor that
gives each op a process would start one a feed, for what takes milliseconds. Assets of steps are internal: tables
that the product works with, and may change from one version to the next. The publication makes those that
others depend on: a published table each, materialised by the switch alone. The files behind it are one more, and so
is each destination.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg

from omni_identity.channels.configuration import Configuration
from omni_identity.model.tables.table import Table
from omni_identity.orchestration.column_metadata import column_lineage, column_schema, pii_class
from omni_identity.orchestration.freshness import freshness_of
from omni_identity.orchestration.pictures import picture_metadata
from omni_identity.orchestration.placement import ALONE, Placement
from omni_identity.orchestration.run_options import WAREHOUSE_SESSION
from omni_identity.orchestration.table_lineage import PUBLISHED, asset_tables
from omni_identity.orchestration.warehouse_session import WarehouseSession
from omni_identity.pipeline.sequence import direct_needs, steps_of
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.pipeline.steps import destinations
from omni_identity.pipeline.steps.landing import FAMILIES, feeds_of, is_landing
from omni_identity.publish.checks import CHECKS, CheckResult
from omni_identity.report.run_report import report_file

Results = Iterator[dg.MaterializeResult[Any]]
Upstream = Mapping[str, Sequence[Table]]

CANDIDATE, PUBLICATION, PUBLISHED_FILES = (
    "publication_candidate",
    "publication",
    "published_files",
)
INTERNAL = "omni/internal"
"""Tag of the assets that are no part of what the product promises."""
WITHHELD = (
    "{check.name}: {check.finding}. Nothing is published, and consumers keep what they have. Correct what was"
    " delivered and run anew; or, where it is right, the bound in omni.yaml, or accept_changes, and re-execute"
    " from failure."
)
A_DAY_AND_A_HALF = timedelta(hours=36)


def pipeline_assets(
    configuration: Configuration | None, placement: Placement = ALONE
) -> list[dg.AssetsDefinition]:
    """Return an asset for every step, in order; the publication's are the published tables."""
    steps, tables = steps_of(configuration), asset_tables(configuration)
    needed, groups = direct_needs(steps), working_groups(steps)
    fresh = feed_freshness(configuration)
    found: list[dg.AssetsDefinition] = []
    specs: list[dg.AssetSpec] = []
    landed: list[tuple[Step, dg.AssetSpec]] = []
    for position, step in enumerate(steps):
        settings = _op_settings(step, position, placement)
        if step.name == PUBLICATION:
            specs = _published_specs(step, needed[step.name], tables, placement)
            found.append(_published(step, specs, settings, placement))
        elif step.name == PUBLISHED_FILES:
            found.append(_filed(step, specs, settings, placement))
        elif step.group == destinations.GROUP:
            found.append(_delivered(step, specs, settings, placement))
        else:
            spec = _working_spec(step, needed[step.name], tables, placement, groups[step.group])
            if is_landing(step):
                spec = spec.replace_attributes(freshness_policy=fresh.get(step.name))
                landed.append((step, spec))
            else:
                found.append(_working(step, spec, settings, placement))
    if landed:
        settings = _op_settings(landed[0][0], steps.index(landed[0][0]), placement)
        found.append(_landed(landed, settings, placement))
    return found


def working_groups(steps: Sequence[Step]) -> dict[str, str]:
    """The groups of internal assets, by those of their steps: numbered, because the UI sorts them by name."""
    in_order = dict.fromkeys(step.group for step in steps)
    return {group: f"internal_{number}_{group}" for number, group in enumerate(in_order, 1)}


def feed_freshness(configuration: Configuration | None) -> dict[str, dg.FreshnessPolicy]:
    """The freshness policies of landing assets, by name, of the feeds for which omni.yaml names an age."""
    policies = {
        f"{FAMILIES[kind]}/{channel.name}": freshness_of(feed, configuration.checks)
        for channel, kind, feed in feeds_of(configuration)
        if configuration is not None
    }
    return {name: policy for name, policy in policies.items() if policy is not None}


def _op_settings(step: Step, position: int, placement: Placement) -> dict[str, Any]:
    return {
        "name": placement.op(step),
        # of the steps that could be next Dagster takes the one of the highest priority: that of the list
        "op_tags": {"dagster/priority": str(-position)},
        "pool": placement.pool,
        "required_resource_keys": {placement.name(WAREHOUSE_SESSION)},
    }


def _working_spec(
    step: Step, needed: Sequence[str], tables: Upstream, placement: Placement, group: str
) -> dg.AssetSpec:
    table = {found.name: found for several in tables.values() for found in several}.get(step.name)
    return dg.AssetSpec(
        placement.key(step.name),
        deps=[placement.key(name) for name in needed],
        description=f"{table.comment if table else step.description}\n\nInternal: build on what is published.",
        group_name=placement.group(group),
        kinds=set(step.kinds.split()),
        owners=placement.owners,
        tags={"pii": pii_class(table) if table else "personal", INTERNAL: ""},
        metadata=_table_metadata(table, f"omni.{step.table}", tables, placement) if table else {},
    )


def _published_specs(
    step: Step, needed: Sequence[str], tables: Upstream, placement: Placement
) -> list[dg.AssetSpec]:
    """The published tables; none is materialised where nothing is published."""
    return [
        dg.AssetSpec(
            placement.key(table.name),
            deps=[placement.key(name) for name in needed],
            description=table.comment,
            group_name=placement.group(PUBLISHED),
            kinds=set(step.kinds.split()),
            owners=placement.owners,
            tags={"pii": pii_class(table)},
            metadata=_table_metadata(table, f"omni.main.{name}", tables, placement),
            freshness_policy=dg.FreshnessPolicy.time_window(fail_window=A_DAY_AND_A_HALF),
            skippable=True,
        )
        for name, (table, *_) in tables.items()
        if table.name.startswith(f"{PUBLISHED}/")
    ]


def _table_metadata(
    table: Table, stored: str, tables: Upstream, placement: Placement
) -> dict[str, Any]:
    lineage = column_lineage(table, tables, placement.key)
    return {
        "dagster/table_name": stored,
        "dagster/column_schema": column_schema(table, lineage),
        **({"dagster/column_lineage": lineage} if lineage else {}),
    }


def _working(
    step: Step, spec: dg.AssetSpec, settings: dict[str, Any], placement: Placement
) -> dg.AssetsDefinition:
    """What one step leaves in the warehouse; the candidate with its checks."""
    checks = CHECKS if step.name == CANDIDATE else ()

    @dg.multi_asset(
        specs=[spec],
        check_specs=[
            dg.AssetCheckSpec(c.name, asset=spec.key, description=c.description, blocking=True)
            for c in checks
        ],
        **settings,
    )
    def work(context: dg.AssetExecutionContext) -> Results:
        session = _session(context, placement)
        outcome = _execute(step, context, session)
        facts = _facts(step, spec, outcome)
        if outcome.content is not None:
            path = report_file(session.home, session.run_id)
            facts |= {"report": dg.MetadataValue.path(str(path))}
            facts |= picture_metadata(outcome.content)
        for check in (check for check in outcome.checks if check.withholds):
            # Dagster's own words on a failed check name it, and no more
            context.log.error(WITHHELD.format(check=check))
        results = [_evaluation(spec.key, result) for result in outcome.checks]
        yield dg.MaterializeResult(spec.key, metadata=facts, check_results=results)

    return work


def _landed(
    landed: Sequence[tuple[Step, dg.AssetSpec]], settings: dict[str, Any], placement: Placement
) -> dg.AssetsDefinition:
    """What lands of the feeds, one after the other; of those that are selected."""

    @dg.multi_asset(specs=[spec for _, spec in landed], can_subset=True, **settings)
    def landing(context: dg.AssetExecutionContext) -> Results:
        session = _session(context, placement)
        for step, spec in landed:
            if spec.key in context.selected_asset_keys:
                outcome = _execute(step, context, session)
                yield dg.MaterializeResult(spec.key, metadata=_facts(step, spec, outcome))

    return landing


def _facts(step: Step, spec: dg.AssetSpec, outcome: Outcome) -> dict[str, Any]:
    rows = {f"rows/{name}": count for name, count in outcome.rows.items()}
    if step.table in outcome.rows:
        rows = {"dagster/row_count": outcome.rows[step.table]}
    return {**outcome.facts, **rows, **_lineage(spec)}


def _published(
    step: Step, specs: Sequence[dg.AssetSpec], settings: dict[str, Any], placement: Placement
) -> dg.AssetsDefinition:
    """What consumers read: made by the switch, and by nothing else."""

    @dg.multi_asset(specs=specs, **settings)
    def publication(context: dg.AssetExecutionContext) -> Results:
        session = _session(context, placement)
        if session.is_dry_run:
            context.log.info("A dry run: consumers keep what they have.")
            return
        outcome = _execute(step, context, session)
        where = dg.MetadataValue.path(str(session.home.published_file))
        for spec in specs:
            count = outcome.rows[spec.key.path[-1]]
            facts = {"dagster/row_count": count, "published_file": where, **_lineage(spec)}
            yield dg.MaterializeResult(spec.key, metadata=facts)

    return publication


def _filed(
    step: Step,
    published: Sequence[dg.AssetSpec],
    settings: dict[str, Any],
    placement: Placement,
) -> dg.AssetsDefinition:
    """The published tables as files."""
    spec = _behind(step, PUBLISHED, [table.key for table in published], placement)

    @dg.multi_asset(specs=[spec], **settings)
    def files(context: dg.AssetExecutionContext) -> Results:
        session = _session(context, placement)
        if not session.is_dry_run:
            outcome = _execute(step, context, session)
            yield dg.MaterializeResult(spec.key, metadata=dict(outcome.facts))

    return files


def _behind(
    step: Step, group: str, deps: Sequence[dg.AssetKey], placement: Placement
) -> dg.AssetSpec:
    """What follows from what is published, and is made only where something is."""
    return dg.AssetSpec(
        placement.key(step.name),
        deps=deps,
        description=step.description,
        group_name=placement.group(group),
        kinds=set(step.kinds.split()),
        owners=placement.owners,
        tags={"pii": "personal"},
        skippable=True,
    )


def _delivered(
    step: Step,
    published: Sequence[dg.AssetSpec],
    settings: dict[str, Any],
    placement: Placement,
) -> dg.AssetsDefinition:
    """What is published, at one destination: materialised when it is there, and else a warning."""
    made = [*(table.key for table in published), placement.key(PUBLISHED_FILES)]
    spec = _behind(step, step.group, made, placement)
    check = dg.AssetCheckSpec(
        destinations.IS_DELIVERED,
        asset=spec.key,
        description="The destination has what is published.",
    )

    @dg.multi_asset(specs=[spec], check_specs=[check], **settings)
    def delivery(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        session = _session(context, placement)
        if session.is_dry_run:
            return
        outcome = _execute(step, context, session)
        (result,) = outcome.checks
        if result.passed:
            yield dg.MaterializeResult(spec.key, metadata=dict(outcome.facts))
        yield _evaluation(spec.key, result)

    return delivery


def _lineage(spec: dg.AssetSpec) -> dict[str, Any]:
    """The column lineage once more: Dagster shows that of a materialisation."""
    name = "dagster/column_lineage"
    return {name: spec.metadata[name]} if name in spec.metadata else {}


def _session(context: dg.AssetExecutionContext, placement: Placement) -> WarehouseSession:
    found: WarehouseSession = getattr(context.resources, placement.name(WAREHOUSE_SESSION))
    return found


def _execute(step: Step, context: dg.AssetExecutionContext, session: WarehouseSession) -> Outcome:
    outcome = session.execute(step, context.log.info)
    for remark in outcome.remarks:
        context.log.warning(remark)
    return outcome


def _evaluation(key: dg.AssetKey, result: CheckResult) -> dg.AssetCheckResult:
    severity = (
        dg.AssetCheckSeverity.WARN if result.severity == "warn" else dg.AssetCheckSeverity.ERROR
    )
    return dg.AssetCheckResult(
        check_name=result.name,
        asset_key=key,
        passed=result.passed,
        severity=severity,
        description=result.finding,
        metadata=dict(result.facts),
    )
