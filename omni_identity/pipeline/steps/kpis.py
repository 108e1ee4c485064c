"""Step ``kpis``: journeys, handoffs, figures, what linked identities change in them, and gaps between channels."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.insight.cohorts import build_cohorts
from omni_identity.insight.figured_until import are_figures_up_to_date, note_figured
from omni_identity.insight.figures import build_figures
from omni_identity.insight.identity_gaps import update_identity_gaps
from omni_identity.insight.journeys import mark_silent_journeys
from omni_identity.insight.kpi_contributions import update_contributions
from omni_identity.insight.nobody_known import count_nobody
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step


def compute_figures(engine: Engine, run: RunContext) -> Outcome:
    """Build journeys, handoffs, KPIs, the identity lift and the gaps between channels, unless they are as they were."""
    settings = run.configuration.insight
    mark_silent_journeys(engine, settings.journey_silence_days)
    if are_figures_up_to_date(engine):
        return Outcome({"figure_count": count_rows(engine, "derived.kpis")})
    update_contributions(engine, settings)
    count_nobody(engine, settings)
    build_cohorts(engine, settings)
    update_identity_gaps(engine, run.configuration.vocabulary)
    count = build_figures(engine, settings)
    note_figured(engine)
    return Outcome({"figure_count": count})


STEP = Step(
    name="kpis",
    group="insight",
    description="One row per figure: omnichannel KPIs, by period and channel.",
    reads="derived.as_of derived.customer_segments derived.customers derived.interaction_findings derived.interactions"
    " derived.messages derived.source_records changed.interactions",
    writes="derived.journeys derived.journey_steps derived.journey_transitions derived.kpis derived.kpi_series"
    " derived.kpi_definitions derived.kpi_contributions derived.kpi_customers derived.kpi_labels derived.kpi_sums"
    " derived.kpi_nobody_sums derived.customer_months derived.cohorts derived.handoffs"
    " derived.identity_lift derived.identity_gaps derived.customer_gaps derived.figured_until changed.customers",
    settings="channels identifiers attributes insight",
    run=compute_figures,
    table="derived.kpis",
)
