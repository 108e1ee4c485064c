"""``omni explain``: why two records are, or are not, one person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omni_identity.cli.invocation import (
    AccessByOption,
    AccessReasonOption,
    DebugOption,
    HomeOption,
    open_home,
)
from omni_identity.cli.terminal import output, say

FirstArgument = Annotated[
    str, typer.Argument(metavar="A", help="A record: channel:record_id.", show_default=False)
]
SecondArgument = Annotated[
    str, typer.Argument(metavar="B", help="Another record.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]
HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a page with Splink's waterfall instead."),
]


def explain(  # noqa: PLR0913  a command's arguments are what a user types
    first: FirstArgument,
    second: SecondArgument,
    as_json: JsonOption = False,
    html: HtmlOption = None,
    by: AccessByOption = "",
    reason: AccessReasonOption = "",
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Show why two records are, or are not, one person, as of the last run.

    What every comparison found and how many bits (log2) it is worth against each other
    explanation (strangers, relatives, namesakes); the chain of links where two records are joined
    only through others; what keeps them apart where they are not; their values side by side. Two
    records that no run ever compared are compared now. Whose records are shown, to whom and why, is written
    to the access log before.

    [bold]Examples[/bold]

      omni explain web:4711 till:R-0815

      omni explain web:4711 web:4712 --json --home shop

      omni explain web:4711 web:4712 --html why.html
    """
    place = open_home(home)

    from omni_identity.channels.configuration import load_configuration
    from omni_identity.cli.screens.explanation import show_explanation, to_html, to_json
    from omni_identity.linkage.explanation import EXPLAINED
    from omni_identity.linkage.splink_charts import draw_waterfall
    from omni_identity.linkage.thresholds import cut_weight
    from omni_identity.model.errors import UsageError
    from omni_identity.model.modes import private_files
    from omni_identity.pipeline.run_context import utc_now
    from omni_identity.stewardship.access_log import Access, log_access
    from omni_identity.stewardship.explanation import explain_records
    from omni_identity.stewardship.last_run import (
        copy_customers,
        describe_last_run,
        find_record,
        golden_ids_of,
        load_run_model,
        open_last_run,
    )

    configuration = load_configuration(place.configuration)
    with open_last_run(place) as engine:
        record_nos = (
            find_record(engine, configuration, first, "first"),
            find_record(engine, configuration, second, "second"),
        )
        if record_nos[0] == record_nos[1]:
            raise UsageError("Both are the same record; name two different ones.")
        copy_customers(engine, record_nos)
        run = describe_last_run(engine, place)
        model = load_run_model(engine, place, run)
        cut = cut_weight(configuration.linkage.match_probability, model)
        explanation = explain_records(engine, model, record_nos, cut, configuration.vocabulary)
        waterfall = draw_waterfall(engine, model, EXPLAINED) if html else ""
        seen = golden_ids_of(engine, record_nos)
    log_access(place, Access(utc_now(), "explain", seen, by=by, reason=reason))
    if html:
        with private_files():
            html.write_text(to_html(explanation, run, waterfall), encoding="utf-8")
        say(f"Wrote {html}")
    elif as_json:
        say(to_json(explanation, run))
    else:
        show_explanation(output(), explanation, run)
