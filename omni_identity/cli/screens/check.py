"""What ``omni check`` shows: the findings of each feed, the worst first."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone

from rich.text import Text

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.terminal import output, say
from omni_identity.discovery.findings import FeedReport, Finding
from omni_identity.discovery.inspection import inspect
from omni_identity.model.errors import ConfigurationError
from omni_identity.model.home import Home

_STYLES = {"fails": ("fails", "bold red"), "doubtful": ("doubtful", "yellow"), "note": ("note", "")}
_INDENT = "  "


def show_check(home: Home) -> None:
    """Print what is found; ``ConfigurationError`` where something would fail."""
    configuration = load_configuration(home.configuration)
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    reports = inspect(configuration, home, now)
    for report in reports:
        _show(report)
    counts = Counter(finding.level for report in reports for finding in report.findings)
    summary = (
        f"{_count(counts['fails'], 'thing')} would fail, {counts['doubtful']} doubtful, "
        f"{_count(counts['note'], 'note')}."
    )
    if counts["fails"]:
        raise ConfigurationError(summary)
    say(summary, "green" if not counts["doubtful"] else "yellow")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _show(report: FeedReport) -> None:
    if report.feed:
        looked_at = (
            f"{_count(report.file_count, 'file')}, {_count(report.row_count, 'row')} looked at"
        )
        say(f"{report.feed}: {report.files} ({looked_at})", "bold")
        if not report.findings:
            say(f"{_INDENT}as it should be", "green")
    elif report.findings:
        say("the home", "bold")
    for finding in report.findings:
        _show_finding(finding)


def _show_finding(finding: Finding) -> None:
    word, style = _STYLES[finding.level]
    line = Text(f"{_INDENT}{word:<9} ", style=style)
    line.append(finding.text, style="default")
    output().print(line, soft_wrap=True)
    for text in finding.lines:
        say(f"{_INDENT * 6}{text}")
