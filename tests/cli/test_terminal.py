"""Whatever is printed, a terminal shows it and obeys none of it; whatever the streams are, the command goes on."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Group
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from omni_identity.cli.terminal import SafeConsole, confirm, output, plain_table, print_error, say
from omni_identity.model.errors import UsageError
from omni_identity.model.home import REPOSITORY
from omni_identity.model.visible import has_controls

HOSTILE = "\x1b]0;pwned\x07 \x9b31m [red]x[/red] [/nothing] :smile: \u202eabc \ud800 \r\x08 \x1b[2J"


def test_every_way_to_print_leaves_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    console = output()
    table = plain_table("a", HOSTILE, title=HOSTILE)
    table.add_row(HOSTILE, Text(HOSTILE, "bold"))
    console.print(table)
    console.print(Panel(Group(Text(HOSTILE), HOSTILE), title=Text(HOSTILE)))
    console.print(Rule(Text(HOSTILE)))
    console.print(HOSTILE, style="red")
    console.print(f"[bold]{HOSTILE}")
    say(HOSTILE)
    print_error(HOSTILE)
    printed = capsys.readouterr()
    for text in (printed.out, printed.err):
        assert not has_controls(text)
        assert "[red]x[/red] [/nothing] :smile:" in text
        assert "\\x1b]0;pwned" in text
        assert "\\u202eabc" in text


def test_styles_stay_where_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    text = Text.assemble("a\x1bb ", ("bold\x1b", "bold"), " c")
    console = SafeConsole(width=80)
    with console.capture() as captured:
        console.print(text)
    assert captured.get() == "a\\x1bb bold\\x1b c\n"


@pytest.mark.parametrize("width", [1, 2, 7])
def test_a_terminal_of_one_column_is_drawn_on_all_the_same(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    console = SafeConsole()
    table = plain_table("golden_id", "name")
    table.add_row("G0000000001", "Anna Example")
    console.print(Panel(Group(table, Text("long words " * 9))))
    assert "G0000000001" in capsys.readouterr().out


OMNI = "import sys; from omni_identity.cli import main; main()"
ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def omni(
    command: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A shell's ``omni``, with what the shell does to its streams."""
    line = command.replace("omni ", f"{sys.executable} -c '{OMNI}' ", 1)
    wanted = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "dumb", **(environment or {})}
    return subprocess.run(["bash", "-c", line], env=wanted, capture_output=True, timeout=120)


def test_streams_that_are_closed_are_no_traceback(tmp_path: Path) -> None:
    for streams in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        ended = omni(f"omni init --home {tmp_path / 'home'} {streams}")
        assert b"Traceback" not in ended.stderr, streams
        assert ended.returncode in (0, 2), streams


def test_a_reader_that_leaves_early_stops_nothing(tmp_path: Path) -> None:
    ended = omni(f"(omni init --home {tmp_path / 'home'}; echo $? >&2) | true")
    assert ended.stderr.strip() == b"0"
    assert (tmp_path / "home" / "omni.yaml").exists()


def test_an_ascii_locale_is_no_error(tmp_path: Path) -> None:
    home = tmp_path / "Läden → 李"
    ended = omni(f"omni init --home '{home}'", ASCII)
    assert ended.returncode == 0, ended.stderr
    assert (home / "omni.yaml").exists()
    assert b"L\\xe4den -> \\u674e" in ended.stdout
    helped = omni("omni --help", ASCII)
    assert (helped.returncode, helped.stderr) == (0, b"")


@pytest.mark.parametrize(
    "argument", ["$'\\x1b]0;pwned\\x07'", "$'\\xff\\xfe'", "$'a\\u202eb'", "$'\\x00b\\x01'"]
)
def test_an_argument_that_is_no_text_is_refused(argument: str, tmp_path: Path) -> None:
    ended = omni(f"omni lookup {argument} --home {tmp_path}")
    assert ended.returncode == 2
    assert b"\x1b" not in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert b"is no text" in ended.stderr or b"Nothing is published" in ended.stderr


def test_a_home_that_is_no_path_is_refused() -> None:
    unknown = omni("omni status --home '~nobody-of-that-name'")
    assert unknown.returncode == 2, unknown.stderr
    assert b"Traceback" not in unknown.stderr
    no_text = omni("export OMNI_HOME=$'\\xff'; omni status")
    assert no_text.returncode == 2
    assert b"no UTF-8" in no_text.stderr


@pytest.mark.parametrize(
    ("typed", "meant"), [("y\n", True), ("Yes\n", True), ("\n", False), ("what\nn\n", False)]
)
def test_a_question_takes_yes_and_no(
    typed: str, meant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert confirm("Sure?") is meant


def test_a_question_that_nobody_answers_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(UsageError, match="Nothing was done"):
        confirm("Sure?")
