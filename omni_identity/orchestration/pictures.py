"""The report's pictures as Dagster metadata, to be looked at where the assets are."""

from __future__ import annotations

import re
from base64 import b64encode

import dagster as dg

from omni_identity.report.bars import lying_bars, standing_bars
from omni_identity.report.content import Content
from omni_identity.report.journey_flow import journey_flow
from omni_identity.report.lift_rows import lift_rows
from omni_identity.report.overlap import channel_overlap
from omni_identity.report.page import SEGMENT_COLOURS


def picture_metadata(content: Content) -> dict[str, dg.MetadataValue[str]]:
    """One Markdown entry a picture of the report, the picture inside it; counts only, no person."""
    sizes, weights = (content.distributions[x] for x in ("customer_sizes", "match_weights"))
    drawn = {
        "channel_overlap": channel_overlap(content.combinations),
        "journeys": journey_flow(content.transitions),
        "identity_lift": lift_rows(content.lifts),
        **{
            _slug(title): lying_bars(bars, title, SEGMENT_COLOURS)
            for title, bars in content.segments.items()
        },
        "match_weights": standing_bars(weights, "Match weights", "last publication"),
        "records_of_a_customer": standing_bars(sizes, "Customer sizes", "last publication"),
    }
    if content.quarantined:
        drawn["rows_held_back"] = lying_bars(content.quarantined, "Rows held back by reason")
    return {
        f"picture/{name}": dg.MetadataValue.md(_inline(name, svg)) for name, svg in drawn.items()
    }


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.lower())


def _inline(name: str, svg: str) -> str:
    return f"![{name}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"
