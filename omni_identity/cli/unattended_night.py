"""Runs one night for whatever has scheduled it: a log with times, and at the end one JSON object for a program."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import typer
from rich.console import Console
from rich.text import Text

from omni_identity.cli.invocation import invocation
from omni_identity.cli.night import TAKEN_ALREADY, execute_shown, show_ending, show_figures
from omni_identity.cli.run_figures import RunFigures
from omni_identity.cli.terminal import say
from omni_identity.cli.timed_log import timed_log
from omni_identity.model.errors import HomeIsBusy, OmniError, RunFailed, UsageError
from omni_identity.model.home import Home
from omni_identity.orchestration.run import NightlyResult
from omni_identity.orchestration.run_options import RunOptions
from omni_identity.report.run_source import open_source

INTERRUPTED = 130


class NightReport:
    """What ``--json`` prints: every key always, null where nothing is known. No key holds personal data.

    ``status`` is ``published``, ``withheld``, ``dry_run``, ``failed`` or ``interrupted``; ``seconds`` are those
    of the whole command, waiting included, ``run_seconds`` those of the run. ``counts`` are null where the run
    was not counted, or where the next one had the home before they were read; then ``destinations`` are too.
    """

    def __init__(self, home: Home) -> None:
        self._began = _now()
        self.home = home
        self.exit_code: int = RunFailed.exit_code
        self.status = "failed"
        self.error: str | None = None
        self.result: NightlyResult | None = None
        self.figures: RunFigures | None = None
        self.destinations: list[dict[str, object]] | None = None

    def to_json(self) -> str:
        """One line."""
        ended = _now()
        result, figures = self.result, self.figures
        return json.dumps(
            {
                "home": str(self.home.root),
                "run_id": result.run_id if result else None,
                "status": self.status,
                "exit_code": self.exit_code,
                "started_at": self._began.isoformat(timespec="seconds"),
                "finished_at": ended.isoformat(timespec="seconds"),
                "seconds": round((ended - self._began).total_seconds(), 1),
                "run_seconds": figures.seconds if figures else None,
                "counts": _counts(figures) if figures else None,
                "failed_checks": _failed_checks(result) if result else [],
                "destinations": self.destinations,
                "error": self.error,
            }
        )


def run_unattended(home: Home, asked: RunOptions) -> None:
    """Run the nightly job on ``home``; print a log to standard error, and a ``NightReport`` to standard output.

    Whatever happens, the report is printed, and the last thing. Raises ``typer.Exit`` with the exit code that
    ``omni run`` has without ``--json``; the message is in log and report.
    """
    report, log = NightReport(home), timed_log()
    try:
        _run(report, log, asked)
    except OmniError as error:
        report.exit_code, report.error = error.exit_code, str(error)
        log.print(Text(str(error)), soft_wrap=True)
        if invocation.debug:
            raise
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        report.status, report.exit_code = "interrupted", INTERRUPTED
        raise
    finally:
        say(report.to_json())


def _run(report: NightReport, log: Console, asked: RunOptions) -> None:
    home = report.home
    log.print(Text(f"omni run begins in {home.root}"), soft_wrap=True)
    began = _now()
    result = report.result = execute_shown(log, home, asked)
    report.status = result.status
    try:
        seconds = (_now() - began).total_seconds()
        report.figures = show_figures(log, home, asked, result, seconds)
        report.destinations = _destinations(home, result.run_id)
    except HomeIsBusy:
        log.print(TAKEN_ALREADY)
    show_ending(log, home, result)
    report.exit_code = 0


def _counts(figures: RunFigures) -> dict[str, object]:
    """Rows and files of this run; records, customers and interactions of the state after it."""
    return {
        "files": figures.file_count,
        "landed_rows": figures.landed_count,
        "quarantined_rows": figures.quarantined_count,
        "files_set_aside": len(figures.set_aside),
        "records": figures.record_count,
        "customers": figures.customer_count,
        "interactions": figures.interaction_count,
        "golden_id_events": figures.events,
    }


def _failed_checks(result: NightlyResult) -> list[dict[str, str]]:
    found = (("withhold", result.failed_checks), ("warn", result.warnings))
    return [
        {"check": name, "severity": severity, "finding": finding}
        for severity, checks in found
        for name, finding in checks
    ]


def _destinations(home: Home, run_id: str) -> list[dict[str, object]] | None:
    """Each destination by name, and whether it has this run's publication; null while the warehouse is busy."""
    try:
        with open_source(home) as source:
            if not source.is_warehouse:
                return None
            if not source.has("destinations"):
                return []
            rows = source.connection.execute(
                "select destination, delivered_run_id, delivered_at, failure from ledger.destinations"
                " order by destination"
            ).fetchall()
    except UsageError:  # nothing has run here
        return []
    return [
        {
            "destination": name,
            "has_this_run": delivered == run_id,
            "delivered_run_id": delivered,
            "delivered_at": f"{at.isoformat(timespec='seconds')}+00:00" if at else None,
            "failure": failure,
        }
        for name, delivered, at, failure in rows
    ]


def _now() -> datetime:
    return datetime.now(timezone.utc)
