"""What the last run's checks found wrong, for ``omni status``: what withheld it, and what it warned of."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from omni_identity.cli.screens.run import show_warnings
from omni_identity.model.visible import visible
from omni_identity.report.run_record import list_failed_checks
from omni_identity.report.run_source import Source


def show_findings(console: Console, source: Source) -> None:
    """Print the failed checks of the last run that came to its checks; nothing where none is written down."""
    failed = list_failed_checks(source)
    for check in failed:
        if check.severity == "withhold":
            words = Text(f"Withheld  {check.name}: {visible(check.finding)}", style="bold yellow")
            console.print(words, soft_wrap=True)
    warnings = [(check.name, check.finding) for check in failed if check.severity == "warn"]
    show_warnings(console, warnings)
