"""Runs one night with its steps on display, and turns how it ended into a table or an error."""

from __future__ import annotations

from time import perf_counter

from rich.console import Console
from rich.text import Text

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.run_figures import RunFigures, read_run_figures
from omni_identity.cli.screens.identity_diff import show_diff
from omni_identity.cli.screens.run import (
    describe_withheld,
    show_published,
    show_report,
    show_run,
    show_warnings,
)
from omni_identity.cli.screens.steps import StepDisplay
from omni_identity.cli.terminal import output
from omni_identity.linkage.model_remarks import remark_on_pinned
from omni_identity.model.errors import HomeIsBusy, OmniError, PublicationWithheld
from omni_identity.model.home import Home
from omni_identity.orchestration.run import NightlyResult, execute_nightly
from omni_identity.orchestration.run_options import AS_USUAL, RunOptions
from omni_identity.publish.publication import published_run
from omni_identity.report.last_diff import read_last_diff
from omni_identity.report.run_record import TOO_MANY_CHANGES
from omni_identity.report.run_report import report_file

TAKEN_ALREADY = "The next run has the home already: `omni status` has the figures of this one."


class NightFailed(OmniError):
    """A run that did not come to its end; its exit code is that of what stopped it."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def run_night(home: Home, asked: RunOptions = AS_USUAL) -> None:
    """Run the nightly job on ``home`` and print what came of it.

    Raises ``PublicationWithheld`` when a blocking check failed, ``NightFailed`` when the run
    stopped half-way, ``KeyboardInterrupt`` when it was interrupted, ``ConfigurationError`` for mistakes in
    ``omni.yaml``.
    """
    console = output()
    began = perf_counter()
    result = execute_shown(console, home, asked)
    try:
        show_figures(console, home, asked, result, perf_counter() - began)
    except HomeIsBusy:
        console.print(TAKEN_ALREADY, style="yellow")
    show_ending(console, home, result)


def execute_shown(console: Console, home: Home, asked: RunOptions) -> NightlyResult:
    """Run the nightly job with its steps on display; raises as ``run_night``, but not of what was withheld."""
    load_configuration(home.configuration)  # before anything is made in a folder that is no home
    with StepDisplay(console) as display:
        result = execute_nightly(home, progress=display, options=asked)
    return result


def show_figures(
    console: Console, home: Home, asked: RunOptions, result: NightlyResult, seconds: float
) -> RunFigures | None:
    """Print what a run did, and return it; None for a run that failed.

    Raises ``HomeIsBusy`` where the next run, which waited for this one, has the warehouse already.
    """
    if result.status == "failed":
        return None
    configuration = load_configuration(home.configuration)
    figures = read_run_figures(home, result.run_id)
    show_run(console, figures, seconds)
    for remark in remark_on_pinned(home.models, configuration, figures.record_count):
        console.print(Text(remark, style="yellow"), soft_wrap=True)
    if asked.dry_run or TOO_MANY_CHANGES in dict(result.failed_checks):
        console.print()
        show_diff(console, *read_last_diff(home), title="Since the last publication")
        console.print()
    return figures


def show_ending(console: Console, home: Home, result: NightlyResult) -> None:
    """Print where the report and the publication are; raises as ``run_night`` where there is no publication."""
    if result.status == "failed":
        raise NightFailed(_explain(home, result), result.exit_code)
    show_report(console, report_file(home, result.run_id))
    show_warnings(console, result.warnings)
    if result.status == "withheld":
        raise PublicationWithheld(describe_withheld(result.failed_checks))
    if result.status == "dry_run":
        console.print("A dry run: nothing was published.", style="yellow")
    else:
        show_published(console, home)


def _explain(home: Home, result: NightlyResult) -> str:
    run = f"(run {result.run_id[:8]})."
    if published_run(home) == result.run_id:
        ending = f"That was behind the switch: consumers read this run, and the next one settles it {run}"
    else:
        ending = f"Nothing was published {run}"
    return f"{result.error or 'The run stopped.'}\n{ending}"
