"""The report's pictures as Dagster metadata, to be looked at where the assets are."""

from __future__ import annotations

from base64 import b64encode

import dagster as dg

from omni_identity.report.bars import standing_bars
from omni_identity.report.content import Content
from omni_identity.report.journey_flow import journey_flow
from omni_identity.report.lift_rows import lift_rows
from omni_identity.report.overlap import channel_overlap


def picture_metadata(content: Content) -> dict[str, dg.MetadataValue[str]]:
    """One Markdown entry a picture, the picture inside it; counts only, no person."""
    sizes = content.distributions["customer_sizes"]
    drawn = {
        "channel_overlap": channel_overlap(content.combinations),
        "journeys": journey_flow(content.transitions),
        "identity_lift": lift_rows(content.lifts),
        "records_of_a_customer": standing_bars(sizes, "Customer sizes", "last publication"),
    }
    return {
        f"picture/{name}": dg.MetadataValue.md(_inline(name, svg)) for name, svg in drawn.items()
    }


def _inline(name: str, svg: str) -> str:
    return f"![{name}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"
