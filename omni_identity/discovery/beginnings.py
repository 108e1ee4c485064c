"""Beginnings: from files or a database that nobody has described to a home that runs."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from omni_identity.channels.configuration import load_configuration
from omni_identity.discovery.arrangement import arrange
from omni_identity.discovery.configuration_text import write_configuration
from omni_identity.discovery.drafts import Ask, Draft, nobody
from omni_identity.discovery.landing_plan import carry_out, plan_copies, plan_in_place
from omni_identity.discovery.source_files import read_sources
from omni_identity.discovery.tables import build_tables
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home


@dataclass(frozen=True)
class Beginning:
    """What was written: the draft that ``omni.yaml`` is of, and how many files were copied into the landing.

    ``variables``: the environment variables from which runs take databases' addresses.
    """

    draft: Draft
    copied: int
    variables: tuple[str, ...] = ()


def begin(
    home: Home,
    named: Sequence[str],
    in_place: bool = False,
    ask: Ask = nobody,
    url_env: str | None = None,
) -> Beginning:
    """Look at what ``named`` folders, files, archives and databases hold, and write a home that reads it.

    ``url_env``: the environment variable that holds, in runs, the address of a database that is named by it.
    The files are copied into the landing, or (``in_place``) named by their absolute paths; they are not
    changed. Raises ``UsageError`` where a home is there already, and where nothing that was named can be read.
    """
    require_no_configuration(home)
    with tempfile.TemporaryDirectory(prefix="omni_init_") as scratch:
        sources = read_sources(named, Path(scratch), home.root, url_env)
        if in_place and any(s.path.is_relative_to(scratch) for s in sources.samples):
            raise UsageError("Files in an archive cannot be read where they are: unpack it first.")
        draft = arrange(build_tables(sources.samples), ask)
        draft.left_out += sources.left_out
        if not draft.channels:
            reasons = "\n".join(f"  {name}: {reason}" for name, reason in draft.left_out)
            raise UsageError(f"None of these lists customers or what they did:\n{reasons}")
        plan = plan_in_place(draft) if in_place else plan_copies(draft, home)
        text = write_configuration(draft, plan.globs)
        trial = Path(scratch) / "omni.yaml"
        trial.write_text(text, encoding="utf-8")
        load_configuration(trial)
        carry_out(plan)
        for folder in (home.landing, home.judgements):
            folder.mkdir(parents=True, exist_ok=True)
        home.configuration.write_text(text, encoding="utf-8")
        tables = (feed.table.source for feed in draft.feeds())
        variables = dict.fromkeys(table.variable for table in tables if table is not None)
        return Beginning(draft, len(plan.copies), tuple(variables))


def require_no_configuration(home: Home) -> None:
    """Raise ``UsageError`` where an ``omni.yaml`` is there already."""
    if home.configuration.exists():
        raise UsageError(
            f"{home.configuration} exists already and was left as it is. "
            "Name another folder with --home, or move the file away first."
        )
