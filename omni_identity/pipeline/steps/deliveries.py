"""Step ``deliveries``: fetches what feeds have elsewhere, and stops where ``omni.yaml`` does not fit what is there."""

from __future__ import annotations

from omni_identity.channels.catalogue_files import check_catalogue
from omni_identity.channels.deliveries import list_files
from omni_identity.channels.feed_checks import check_columns, check_feeds
from omni_identity.channels.fetching.sources import fetch_sources
from omni_identity.channels.intake import fingerprint_feed
from omni_identity.channels.landed_tables import landed_feeds, read_feeds
from omni_identity.channels.quarantined_files import Seen, forget_undeclared, note_unfetched
from omni_identity.engines import Engine
from omni_identity.insight.audience_rules import audience_rules
from omni_identity.insight.customer_segments import segment_rules
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step


def check_deliveries(engine: Engine, run: RunContext) -> Outcome:
    """Fetch what feeds have elsewhere, and compare what is delivered with ``omni.yaml``.

    A source that does not give its files out is noted, for the run to say, and stops no other feed. Raises
    ``ConfigurationError`` where the two do not fit.
    """
    configuration, root = run.configuration, run.home.root
    audience_rules(run.home.audiences)
    segment_rules(run.home.segments)
    forget_undeclared(engine, configuration)
    unfetched = fetch_sources(configuration, root)
    note_unfetched(engine, unfetched, Seen(run.run_id, run.now))
    failed = {feed for feed, files in unfetched.items() if files}
    check_catalogue(configuration, root, failed)
    check_feeds(configuration, root, landed_feeds(engine), failed)
    delivered = read_feeds(engine)
    proven = {
        (channel.name, kind)
        for channel in configuration.channels
        for kind, _ in channel.feeds()
        if fingerprint_feed(channel, kind) in delivered.get((channel.name, kind), ())
    }
    check_columns(configuration, root, proven, delivered)
    return Outcome({"file_count": len(list_files(configuration, root))})


STEP = Step(
    name="deliveries",
    group="channels",
    description="The files that channels have left in the landing, and that fit omni.yaml.",
    reads="landed.files landed.landings landed.quarantined_rows",
    writes="landing landed.quarantined_files",
    settings="channels catalogue",
    run=check_deliveries,
    kinds="file",
)
