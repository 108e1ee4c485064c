"""The last two assets: the candidate with its checks, and the publication behind them.

One audit serves all checks, so they are evaluated where the candidate is made. They are blocking:
Dagster ends that step as failed when one fails with severity ERROR, and does not start ``publication``.
A check that only warns fails with severity WARN, which stops nothing.
"""

from typing import Any

import dagster as dg

from omni_identity import nightly
from omni_identity.defs.catalogue import WITH_THE_CANDIDATE, Catalogue
from omni_identity.defs.pictures import picture_metadata
from omni_identity.defs.steps import Made, Results, Shift, step_names
from omni_identity.publish.checks import CHECKS, CheckResult
from omni_identity.publish.run_diagnostics import headline_diagnostics
from omni_identity.report.run_report import report_file

CANDIDATE = "publication_candidate"


def publishing_assets(catalogue: Catalogue) -> list[dg.AssetsDefinition]:
    """Return the candidate and the publication."""
    return [_candidate(catalogue), _publication(catalogue)]


def _candidate(catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=CANDIDATE,
        specs=catalogue.candidate(),
        check_specs=[
            dg.AssetCheckSpec(c.name, asset=CANDIDATE, description=c.description, blocking=True)
            for c in CHECKS
        ],
    )
    def publication_candidate(night_shift: Shift) -> Results:
        with night_shift.step(CANDIDATE) as (engine, night):
            counts = nightly.build_candidate(engine, night)
            diagnosed = headline_diagnostics(engine, night.run_id)
            results = nightly.audit(engine, night)
            pictures = picture_metadata(nightly.report(engine, night, results))
            rows = {f"rows/{table}": count for table, count in counts.items()}
            report = dg.MetadataValue.path(str(report_file(night.home, night.run_id)))
        facts: dict[str, Any] = {**rows, "report": report, **pictures}
        checks = [_evaluation(result) for result in results]
        yield dg.MaterializeResult(CANDIDATE, metadata=facts, check_results=checks)
        for name in WITH_THE_CANDIDATE:
            more = diagnosed if name == "run_diagnostics" else {}
            yield dg.MaterializeResult(name, metadata={"dagster/row_count": counts[name], **more})

    return publication_candidate


def _evaluation(result: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=result.name,
        asset_key=CANDIDATE,
        passed=result.passed,
        severity=dg.AssetCheckSeverity.WARN
        if result.severity == "warn"
        else dg.AssetCheckSeverity.ERROR,
        description=result.finding,
        metadata=dict(result.facts),
    )


def _publication(catalogue: Catalogue) -> dg.AssetsDefinition:
    before = [*step_names(catalogue), CANDIDATE]

    @dg.multi_asset(name="publication", specs=[catalogue.publication()])
    def publication(night_shift: Shift) -> Made:
        with night_shift.step("publication") as (engine, night):
            night_shift.require(before)
            nightly.publish(engine, night)
            where = dg.MetadataValue.path(str(night.home.published_file))
            return dg.MaterializeResult("publication", metadata={"published_file": where})

    return publication
