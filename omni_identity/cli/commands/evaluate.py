"""``omni evaluate``: the published customers against labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import output, say

LabelsArgument = Annotated[
    Path,
    typer.Argument(
        metavar="LABELS",
        help="CSV with the columns channel, source_record_id, entity, and perhaps cause.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]


def evaluate(
    labels: LabelsArgument,
    as_json: JsonOption = False,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Compare the published customers with labels: precision, recall, F1, B-cubed.

    Only records that are both current and labelled count; how many were left out is said. The
    figures come with 95 % confidence intervals, as if other persons had been labelled, and, where
    records have no label, with an estimate for all customers. With a column cause, the figures of
    each cause follow, the hardest first.

    [bold]Examples[/bold]

      omni evaluate data/truth/labels.csv

      omni evaluate labels.csv --json --home shop
    """
    place = open_home(home)

    from omni_identity.cli.labels_file import read_labels
    from omni_identity.cli.screens.evaluation import show_evaluation, to_json
    from omni_identity.linkage.evaluation import evaluate_clusters
    from omni_identity.linkage.sampling import estimate_quality
    from omni_identity.lookup.published_file import open_published

    truth = read_labels(labels)
    with open_published(place) as published:
        predicted = published.sql("select channel, source_record_id, golden_id from crosswalk").pl()
    evaluation = evaluate_clusters(predicted, truth)
    estimates = estimate_quality(predicted, truth)
    if as_json:
        say(to_json(evaluation, estimates))
    else:
        show_evaluation(output(), evaluation, estimates)
