"""The assets, generated from the steps of the pipeline: keys, dependencies, groups, metadata and lineage.

Every step is one asset, a working one. The last step makes those that others depend on: a published table each.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import dagster as dg

from omni_identity.channels.configuration import Configuration
from omni_identity.model.registry import Table
from omni_identity.orchestration.column_metadata import column_lineage, column_schema, pii_class
from omni_identity.orchestration.pictures import picture_metadata
from omni_identity.orchestration.table_lineage import PUBLISHED, asset_tables
from omni_identity.orchestration.warehouse_session import WarehouseSession
from omni_identity.pipeline.sequence import direct_needs, steps_of
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.publish.checks import CHECKS, CheckResult
from omni_identity.report.run_report import report_file

Session = dg.ResourceParam[WarehouseSession]
Results = Iterator[dg.MaterializeResult[Any]]
Upstream = Mapping[str, Any]

CANDIDATE = "publication_candidate"
PUBLICATION = "publication"
OWNERS = ("team:data-engineering",)
A_DAY_AND_A_HALF = timedelta(hours=36)


def pipeline_assets(configuration: Configuration | None) -> list[dg.AssetsDefinition]:
    """Return an asset for every step, in order; the last one's are the published tables."""
    # of the steps that could be next Dagster takes the one of the highest priority: that of the list
    steps = steps_of(configuration)
    edges, tables = direct_needs(steps), asset_tables(configuration)
    return [
        (_published if step.name == PUBLICATION else _working)(
            step, edges[step.name], tables, {"dagster/priority": str(-position)}
        )
        for position, step in enumerate(steps)
    ]


def _spec(step: Step, key: str, needed: tuple[str, ...], table: Table | None) -> dg.AssetSpec:
    return dg.AssetSpec(
        key.split("/"),
        deps=[name.split("/") for name in needed],
        description=table.comment if table else step.description,
        group_name=step.group,
        kinds=set(step.kinds.split()),
        owners=OWNERS,
        tags={"pii": pii_class(table) if table else "personal"},
    )


def _table_metadata(table: Table, stored: str, upstream: Upstream) -> dict[str, Any]:
    lineage = column_lineage(table, upstream)
    return {
        "dagster/table_name": stored,
        "dagster/column_schema": column_schema(table, lineage),
        **({"dagster/column_lineage": lineage} if lineage else {}),
    }


def _working(
    step: Step, needed: tuple[str, ...], tables: Upstream, tags: dict[str, str]
) -> dg.AssetsDefinition:
    """What one step leaves in the warehouse; the candidate with its checks."""
    by_asset = {table.name: table for found in tables.values() for table in found}
    table = by_asset.get(step.name)
    about = _table_metadata(table, f"omni.{step.table}", tables) if table else {}
    lineage = {k: v for k, v in about.items() if k == "dagster/column_lineage"}
    spec = _spec(step, step.name, needed, table).merge_attributes(metadata=about)
    checks = CHECKS if step.name == CANDIDATE else ()

    @dg.multi_asset(
        name=step.name.replace("/", "_"),
        specs=[spec],
        op_tags=tags,
        check_specs=[
            dg.AssetCheckSpec(c.name, asset=spec.key, description=c.description, blocking=True)
            for c in checks
        ],
    )
    def work(context: dg.AssetExecutionContext, warehouse_session: Session) -> Results:
        outcome = _execute(step, context, warehouse_session)
        rows = {f"rows/{name}": count for name, count in outcome.rows.items()}
        if step.table in outcome.rows:
            rows = {"dagster/row_count": outcome.rows[step.table]}
        facts: dict[str, Any] = {**outcome.facts, **rows, **lineage}
        if outcome.content is not None:
            path = report_file(warehouse_session.home, warehouse_session.run_id)
            facts |= {"report": dg.MetadataValue.path(str(path))}
            facts |= picture_metadata(outcome.content)
        results = [_evaluation(spec.key, result) for result in outcome.checks]
        yield dg.MaterializeResult(spec.key, metadata=facts, check_results=results)

    return work


def _published(
    step: Step, needed: tuple[str, ...], tables: Upstream, tags: dict[str, str]
) -> dg.AssetsDefinition:
    """What consumers read: made by the switch, and by nothing else."""
    specs = [
        _spec(step, table.name, needed, table)
        .merge_attributes(metadata=_table_metadata(table, f"omni.main.{name}", tables))
        .replace_attributes(
            group_name=PUBLISHED,
            freshness_policy=dg.FreshnessPolicy.time_window(fail_window=A_DAY_AND_A_HALF),
        )
        for name, (table, *_) in tables.items()
        if table.name.startswith(f"{PUBLISHED}/")
    ]

    @dg.multi_asset(name=PUBLICATION, specs=specs, op_tags=tags)
    def publication(context: dg.AssetExecutionContext, warehouse_session: Session) -> Results:
        outcome = _execute(step, context, warehouse_session)
        where = dg.MetadataValue.path(str(warehouse_session.home.published_file))
        for spec in specs:
            count = outcome.rows[spec.key.path[-1]]
            yield dg.MaterializeResult(
                spec.key, metadata={"dagster/row_count": count, "published_file": where}
            )

    return publication


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
