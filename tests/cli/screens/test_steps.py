"""Steps are a live line at a terminal and plain lines elsewhere."""

from __future__ import annotations

import io

from rich.console import Console

from omni_identity.cli.screens.steps import StepDisplay


def shown(is_terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=80, highlight=False)
    with StepDisplay(console) as display:
        display("contacts_web", 1, 12, None)
        display("contacts_web", 1, 12, 0.25)
        display("source_records", 2, 12, None)
        display("source_records", 2, 12, None, "4 of 9 pairs compared")
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_plain_lines_name_finished_steps_and_how_far_a_long_one_is() -> None:
    assert shown(False).splitlines() == [
        "[ 1/12] contacts web 0.2 s",
        "[ 2/12] source records: 4 of 9 pairs compared",
    ]


def test_a_terminal_shows_the_current_step_and_how_many_are_done() -> None:
    drawn = shown(True)
    assert "source records" in drawn
    assert "1/12" in drawn
