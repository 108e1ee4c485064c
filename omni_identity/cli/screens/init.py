"""What ``omni init --from`` asks and shows: each file with what it was taken for, and what it left out."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from omni_identity.cli.terminal import is_at_terminal, output, plain_table, say
from omni_identity.discovery.beginnings import begin
from omni_identity.discovery.database_addresses import needs_variable
from omni_identity.discovery.drafts import Ask, Draft, FeedDraft, nobody
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home


def init_from(home: Home, named: Sequence[str], in_place: bool, url_env: str | None = None) -> None:
    """Write a home that reads the named files and databases, and show what it takes them for."""
    ask: Ask = ask_at_terminal if is_at_terminal() else nobody
    url_env = _url_env(named, url_env)
    if is_at_terminal():
        say("Looking at what is there ...")
    beginning = begin(home, named, in_place, ask, url_env)
    _show(beginning.draft)
    if beginning.copied:
        say(f"Copied {beginning.copied} files into {home.landing}")
    say(f"Wrote {home.configuration}", "green")
    for variable in beginning.variables:
        if not os.environ.get(variable):
            say(f"Set {variable} to the database's address wherever a run is started.", "yellow")
    say(f"Next:\n  omni check --home {home.root}\n  omni run --home {home.root}")


def _url_env(named: Sequence[str], url_env: str | None) -> str | None:
    """The environment variable of the address that was named, asked for at a terminal where nothing says it."""
    addresses = sum(needs_variable(name) for name in named)
    if addresses > 1 or (url_env is not None and not addresses):
        raise UsageError(
            "--url-env names the variable of one address, which stands after --from. Name databases by their"
            " variables instead: omni init --from env:SHOP_DSN env:CRM_DSN"
        )
    if url_env is None and addresses and is_at_terminal():
        say(
            "Which environment variable will hold this address in runs? [such as SHOP_DSN]: ",
            end="",
        )
        url_env = sys.stdin.readline().strip() or None
    return url_env


def ask_at_terminal(question: str, options: Sequence[str]) -> int | None:
    """The number of the option that is chosen; an empty answer is the first. ``UsageError`` where answers end."""
    say(question)
    for number, option in enumerate(options, start=1):
        say(f"  {number}  {option}")
    while True:
        say(f"Which one? [1-{len(options)}, Enter for 1]: ", end="")
        answer = sys.stdin.readline()
        if not answer:
            raise UsageError("Nothing was done: there was no answer.")
        word = answer.strip()
        if not word:
            return 0
        if word.isdigit() and 1 <= int(word) <= len(options):
            return int(word) - 1


def _show(draft: Draft) -> None:
    table = plain_table("files", "channel", "read as", "sure", "likely", "doubtful")
    for channel in draft.channels:
        for feed in channel.feeds():
            table.add_row(feed.table.shown, channel.name, _read_as(feed), *_grades(feed))
    for feed in draft.catalogue:
        name = str(feed.keys["channel"].value)
        table.add_row(feed.table.shown, name, "catalogue", *_grades(feed))
    output().print(table)
    for name, reason in draft.left_out:
        say(f"Left out: {name}: {reason}", "yellow")


def _read_as(feed: FeedDraft) -> str:
    preset = feed.keys.get("preset")
    return f"{feed.kind} ({preset.value})" if preset is not None else feed.kind


def _grades(feed: FeedDraft) -> tuple[str, str, str]:
    """How many of its lines are sure, likely and doubtful."""
    comments = [
        *(said.comment for said in (*feed.keys.values(), *feed.mapping.values())),
        *(said.comment for said in feed.lines.values()),
        *feed.notes,
    ]
    counts = [
        sum(c.startswith(grade) for c in comments) for grade in ("sure", "likely", "doubtful")
    ]
    return (str(counts[0]), str(counts[1] or ""), str(counts[2] or ""))
