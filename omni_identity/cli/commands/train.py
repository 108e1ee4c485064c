"""``omni train``: a candidate model, what it would change, and its promotion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import output

VersionArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[VERSION]",
        help="With --promote: the model to pin.",
        show_default="the one trained last",
    ),
]
PromoteOption = Annotated[
    bool, typer.Option("--promote", help="Pin a model that was trained before; train none.")
]
ListOption = Annotated[
    bool, typer.Option("--list", help="List the models of the home; train none.")
]
LabelsOption = Annotated[
    Path | None,
    typer.Option(
        "--labels",
        metavar="FILE",
        help="CSV of channel,source_record_id,entity: shows quality before and after.",
        show_default=False,
        dir_okay=False,
    ),
]

SplinkOption = Annotated[
    Path | None,
    typer.Option(
        "--from-splink",
        metavar="MODEL",
        help="A model that Splink has saved: what means the same here is taken over, and not learnt anew.",
        show_default=False,
        dir_okay=False,
    ),
]

SplinkUOption = Annotated[
    bool,
    typer.Option(
        "--splink-u", help="With --from-splink: take its u probabilities over too, not m alone."
    ),
]


LearnOption = Annotated[
    bool,
    typer.Option(
        "--learn",
        help="With --labels: learn from half of the labelled persons, and measure by the other half.",
    ),
]


def train(  # noqa: PLR0913  a command's arguments are what a user types
    version: VersionArgument = None,
    promote: PromoteOption = False,
    list_them: ListOption = False,
    labels: LabelsOption = None,
    from_splink: SplinkOption = None,
    splink_u: SplinkUOption = False,
    learn: LearnOption = False,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Fit a candidate model beside the pinned one, and show what it would change.

    It is fitted to a copy of the last run's records, learns from stewards' verdicts, and stands in its own folder in
    warehouse/models until --promote pins it; the next run then starts over with it, and moves what
    was shown. Nothing else of the home changes. A candidate that fits badly is refused with its
    reasons, with exit code 1.

    --from-splink says of every comparison of a Splink model what is taken over, what is not and why,
    and what omni.yaml lacks for it; the rest of the candidate is trained as ever.

    [bold]Examples[/bold]

      omni train

      omni train --labels data/truth/labels.csv

      omni train --from-splink model.json

      omni train --labels data/truth/labels.csv --learn

      omni train --promote

      omni train --promote m-0123456789ab      back to an older model

      omni train --list
    """
    from omni_identity.model.errors import UsageError

    if version is not None and not promote:
        raise UsageError("A version is only named to be pinned: `omni train --promote VERSION`.")
    if sum((promote, list_them, labels is not None or from_splink is not None)) > 1:
        raise UsageError("--promote, --list and --labels or --from-splink do not go together.")
    if splink_u and from_splink is None:
        raise UsageError("--splink-u goes with --from-splink MODEL.")
    if learn and labels is None:
        raise UsageError("--learn goes with --labels FILE: there is nothing else to learn from it.")
    place = open_home(home)

    from omni_identity.channels.configuration import load_configuration
    from omni_identity.cli.labels_file import read_labels
    from omni_identity.cli.screens.splink_import import show_taken
    from omni_identity.cli.screens.steps import StepDisplay
    from omni_identity.cli.screens.training import show_candidate, show_models, show_promoted
    from omni_identity.cli.splink_takeover import take_over
    from omni_identity.linkage.frozen_models import list_models
    from omni_identity.linkage.model import load_model
    from omni_identity.retraining import Told, fit_candidate, promote_model

    configuration = load_configuration(place.configuration)
    console = output()
    if list_them:
        show_models(console, list_models(place.models))
    elif promote:
        show_promoted(console, promote_model(place, version), configuration.checks)
    else:
        truth = read_labels(labels) if labels is not None else None
        taken = None
        if from_splink is not None:
            taken = take_over(console, from_splink, splink_u, place, configuration)
            if taken is None:
                return
        with StepDisplay(console) as display:
            told = Told(taken.held, learn) if taken is not None else Told(labels=learn)
            candidate = fit_candidate(place, configuration, truth, display, told)
        show_candidate(console, candidate, place, configuration)
        if taken is not None:
            fitted = load_model(place.models / candidate.model.version)
            show_taken(console, taken, fitted, candidate.model)
