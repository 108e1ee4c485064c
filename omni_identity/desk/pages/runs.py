"""What the last runs did: who changed, what was held back and how to mend it; and withheld runs, to be accepted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from omni_identity.channels.reason_codes import reason_for
from omni_identity.desk.page import (
    Answer,
    Document,
    Goto,
    NotThere,
    Page,
    TakenMeanwhile,
    View,
    Way,
)
from omni_identity.desk.people import OPERATORS, ROLES
from omni_identity.desk.started_run import start_accepting_run
from omni_identity.desk.visit import Visit
from omni_identity.model.errors import UsageError
from omni_identity.report.concerned_columns import concerned_columns, read_feeds
from omni_identity.report.held_back import HeldBack
from omni_identity.report.held_back_rows import (
    Wanted,
    count_held_back,
    details_of,
    read_set_aside,
)
from omni_identity.report.last_diff import read_last_diff
from omni_identity.report.run_record import (
    STATUS_WORDS,
    FailedCheck,
    count_by_channel,
    find_run,
    last_published,
    list_failed_checks,
    list_identity_changes,
    list_runs,
)
from omni_identity.report.run_report import report_file
from omni_identity.report.run_source import Source, open_source

LISTED = 30
_RUN_ID = re.compile(r"[\w-]{1,100}", re.ASCII)
_COMPARED = (
    *("landed_count", "current_count", "superseded_count", "deleted_count", "quarantined_count"),
    *("suppressed_count", "customer_count", "interaction_count", "event_count"),
)


def show_all(visit: Visit) -> Answer:
    """The last runs, and all that is held back now."""
    visit.log(())
    with open_source(visit.home) as source:
        runs = list_runs(source, LISTED)
        values = {
            "read": source.name,
            "runs": runs,
            "words": {run["status"]: STATUS_WORDS.get(run["status"], "") for run in runs},
            "held_back": _held_back(visit, source),
            "set_aside": read_set_aside(source),
        }
    return View("runs.html", values)


def show(visit: Visit) -> Answer:
    """One run beside what was published before it."""
    run_id = _run_id(visit)
    with open_source(visit.home) as source:
        run = find_run(source, run_id)
        if run is None:
            raise NotThere("There is no such run.")
        before = last_published(source, run_id)
        failed = list_failed_checks(source, run_id)
        newest = list_runs(source, 1)[0]["run_id"]
        is_open = run["status"] == "withheld" and newest == run_id
        values = {
            "run": run,
            "before": before,
            "compared": [
                (name, run[name], before[name] if before else None)
                for name in _COMPARED
                if name in run
            ],
            "channels": _beside(source, run_id, before),
            "failed": failed,
            "fates": list_identity_changes(source, run_id),
            "words": STATUS_WORDS.get(run["status"], ""),
            "is_open": is_open,
            "is_acceptable": is_open and _can_be_accepted(failed),
            "may_accept": visit.person.may(OPERATORS),
            "has_report": report_file(visit.home, run_id).exists(),
        }
        is_in_warehouse = source.is_warehouse
    changes = read_last_diff(visit.home)[1] if is_open and is_in_warehouse else []
    visit.log([id_ for change in changes for id_ in (change.golden_id, *change.other_ids)])
    return View("run.html", {**values, "changes": changes})


def report(visit: Visit) -> Answer:
    """The run's page of pictures: counts, and no single person."""
    file = report_file(visit.home, _run_id(visit))
    visit.log(())
    if not file.is_file():
        raise NotThere("This run has left no report.")
    return Document(file.read_text(encoding="utf-8"))


def accept(visit: Visit) -> Answer:
    """Start a run that publishes what this one withheld: bounds on changes and deliveries let it through, once."""
    run_id, reason = _run_id(visit), visit.reason()
    with open_source(visit.home) as source:
        newest = list_runs(source, 1)[0]
        if newest["run_id"] != run_id or newest["status"] != "withheld":
            raise TakenMeanwhile("Another run has come since, or somebody has accepted this one.")
        if not _can_be_accepted(list_failed_checks(source, run_id)):
            raise UsageError("A check failed that nobody can accept: mend it, and run again.")
    visit.log((), reason=f"accepted run {run_id}: {reason}")
    start_accepting_run(visit.home)
    return Goto("/runs")


def _run_id(visit: Visit) -> str:
    run_id = visit.path["run_id"]
    if not _RUN_ID.fullmatch(run_id):
        raise NotThere("There is no such run.")
    return run_id


def _can_be_accepted(failed: Sequence[FailedCheck]) -> bool:
    withheld = [check for check in failed if check.severity == "withhold"]
    return bool(withheld) and all(check.can_be_accepted for check in withheld)


def _beside(
    source: Source, run_id: str, before: dict[str, Any] | None
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each channel's counts of a run, and those of the published run before it."""
    published = count_by_channel(source, before["run_id"]) if before else []
    known = {row["channel"]: row for row in published}
    return [(row, known.get(row["channel"], {})) for row in count_by_channel(source, run_id)]


def _held_back(visit: Visit, source: Source) -> list[dict[str, Any]]:
    """By reason: what it means, how to mend it, in which columns, and of which feeds how many rows."""
    feeds = read_feeds(visit.home.configuration)
    counts = count_held_back(source, with_files=True)
    columns: dict[str, dict[str, None]] = {}
    for channel, feed, code, detail in details_of(source, Wanted()):
        for column in concerned_columns(feeds.get((channel, feed)), code, detail):
            columns.setdefault(code, {})[f"{channel}/{feed} {column}"] = None
    by_code: dict[str, list[HeldBack]] = {}
    for held in counts:
        by_code.setdefault(held.reason_code, []).append(held)
    return [
        {
            "code": code,
            "meaning": reason_for(code).meaning,
            "mend": reason_for(code).mend,
            "columns": list(columns.get(code, ())),
            "feeds": held,
        }
        for code, held in by_code.items()
    ]


PAGE = Page(
    "Runs",
    (
        Way("/runs", show_all, "desk runs", ROLES),
        Way("/runs/{run_id}", show, "desk runs", ROLES),
        Way("/runs/{run_id}/report", report, "desk runs", ROLES),
        Way("/runs/{run_id}/accept", accept, "desk runs", OPERATORS, "POST"),
    ),
    link="/runs",
    place=60,
    key="r",
)
