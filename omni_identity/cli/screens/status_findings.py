"""What the last run's checks found wrong, for ``omni status``: what withheld it, and what it warned of."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from omni_identity.cli.run_source import Source
from omni_identity.cli.screens.run import show_warnings
from omni_identity.model.visible import visible


def show_findings(console: Console, source: Source) -> None:
    """Print the failed checks of the last run that came to its checks; nothing where none is written down."""
    if not source.has("check_results"):
        return
    failed = source.connection.execute(
        _FAILED.format(schema=source.schema, newest_first=source.newest_first("r"))
    ).fetchall()
    for name, severity, finding in failed:
        if severity == "withhold":
            words = Text(f"Withheld  {name}: {visible(finding)}", style="bold yellow")
            console.print(words, soft_wrap=True)
    show_warnings(
        console, [(name, found) for name, severity, found in failed if severity == "warn"]
    )


_FAILED = """
    with last_run as (
        select r.run_id from {schema}.runs r
        where r.run_id in (select run_id from {schema}.check_results) order by {newest_first} limit 1
    )
    select check_name, severity, finding from {schema}.check_results semi join last_run using (run_id)
    where not passed order by position
"""
