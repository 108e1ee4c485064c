"""Writes a demo, runs the nightly job on it, and says what to try next."""

from __future__ import annotations

import shlex
from importlib.util import find_spec

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from omni_identity.cli.demo_home import PREVIOUS, clear_demo_home
from omni_identity.cli.night import run_night
from omni_identity.cli.terminal import output, say
from omni_identity.demo import DemoPlan, DemoSummary, write_demo
from omni_identity.lookup.published_file import open_published
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home, find_home


def make_demo(home: Home, plan: DemoPlan) -> None:
    """Replace the former demo in ``home`` by one of ``plan``, run the job, suggest commands.

    Raises ``UsageError`` without the extra ``demo`` and in a home that is not a demo's, before
    anything changes, and whatever a run raises.
    """
    if find_spec("faker") is None:
        raise UsageError('The demo needs an extra: pip install "omni-identity[demo]"')
    console = output()
    if clear_demo_home(home):
        say(f"omni.yaml was changed since the former demo; it is kept as {PREVIOUS}.", "yellow")
    say(f"Writing a retailer of {plan.customers:,} persons into {home.root}")
    summary = _write(console, home, plan)
    contacts, events = (
        sum(rows.values()) for rows in (summary.contact_rows, summary.interaction_rows)
    )
    say(f"Wrote {contacts:,} contact rows and {events:,} interactions, {len(summary.files)} files")
    run_night(home)
    _suggest(console, home)


def _write(console: Console, home: Home, plan: DemoPlan) -> DemoSummary:
    bar = Progress(
        SpinnerColumn(),
        TextColumn("writing {task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("customers", total=1.0)
        return write_demo(
            home.root,
            plan,
            lambda words, share: bar.update(task, description=words, completed=share),
        )


def _suggest(console: Console, home: Home) -> None:
    with open_published(home) as published:
        rows = published.execute(_WELL_KNOWN).fetchall()
    where = "" if find_home().root == home.root else f" --home {shlex.quote(str(home.root))}"
    labels = shlex.quote(str(home.root / "truth" / "labels.csv"))
    console.print()
    console.print("Next:", style="bold")
    commands = [("ui", "the assets, checks and columns in Dagster")]
    commands += [(f"lookup {shlex.quote(record)}", "one customer, in full") for (record,) in rows]
    commands += [(f"evaluate {labels}", "how right the customers are")]
    for command, why in commands:
        console.print(f"  omni {command}{where}", style="cyan", soft_wrap=True, markup=False)
        console.print(f"      {why}", style="dim")


_WELL_KNOWN = """
    select c.channel || ':' || c.source_record_id
    from unified_profiles p join crosswalk c using (golden_id)
    order by p.channel_count desc, p.interaction_count desc, p.golden_id,
        c.channel, c.source_record_id
    limit 1
"""
