"""The typer application: every command, in the order of ``omni --help``."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from omni_identity.cli.commands.check import check
from omni_identity.cli.commands.demo import demo
from omni_identity.cli.commands.desk import desk
from omni_identity.cli.commands.erase import erase
from omni_identity.cli.commands.evaluate import evaluate
from omni_identity.cli.commands.explain import explain
from omni_identity.cli.commands.export import export
from omni_identity.cli.commands.init import init
from omni_identity.cli.commands.judge import judge
from omni_identity.cli.commands.lookup import lookup
from omni_identity.cli.commands.quarantine import quarantine
from omni_identity.cli.commands.restore import restore
from omni_identity.cli.commands.review import review
from omni_identity.cli.commands.run import run
from omni_identity.cli.commands.status import status
from omni_identity.cli.commands.train import train
from omni_identity.cli.commands.ui import ui
from omni_identity.cli.terminal import say
from omni_identity.model.errors import OmniError, UsageError


class Interrupted(OmniError):
    """Ctrl-C, which typer's versions answer in different ways."""

    exit_code = 130


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted("Interrupted.") from None
        except (EOFError, typer.Abort):
            raise UsageError("Nothing was done: there was no answer.") from None


app = typer.Typer(
    cls=_Commands,
    name="omni",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
"""All commands; each has its own file, and imports what is heavy only when it is called."""


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"omni_identity {version('omni-identity')}")
        raise typer.Exit


@app.callback()
def omni(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """One golden customer per person, from every channel's own list, every night.

    Exit codes: 0 success; 1 a blocking check withheld publication; 2 wrong usage or
    configuration; 3 a run failed; 130 interrupted.
    """


for command in (
    init,
    check,
    demo,
    run,
    ui,
    desk,
    lookup,
    explain,
    review,
    judge,
    erase,
    export,
    train,
    evaluate,
    status,
    quarantine,
    restore,
):
    app.command(no_args_is_help=False)(command)
