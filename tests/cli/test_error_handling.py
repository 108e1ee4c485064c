"""Every ending is a message and an exit code; personal data stays out of messages and logs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_identity.model import errors
from tests.cli.conftest import Omni

SECRET = "jane.roe@mail.org"


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let every command that opens the publication fail."""

    def fail(*_: object) -> Iterator[None]:
        raise error

    monkeypatch.setattr("omni_identity.lookup.published_file.open_published", fail)
    monkeypatch.setattr("omni_identity.cli.labels_file.read_labels", lambda path: path)


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (errors.PublicationWithheld, 1),
        (errors.ConfigurationError, 2),
        (errors.UsageError, 2),
        (errors.RunFailed, 3),
        (errors.HomeIsBusy, 3),
    ],
)
def test_our_errors_are_one_message_and_their_exit_code(
    omni: Omni, monkeypatch: pytest.MonkeyPatch, kind: type[errors.OmniError], exit_code: int
) -> None:
    fail_with(monkeypatch, kind("the till is [bold]shut[/bold]"))
    ending = omni("evaluate", "labels.csv")
    assert ending.exit_code == exit_code
    assert ending.err == "the till is [bold]shut[/bold]\n"
    assert ending.out == ""


def test_an_unexpected_error_shows_its_kind_and_logs_its_place_but_never_its_text(
    omni: Omni, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fail_with(monkeypatch, ValueError(f"could not convert {SECRET}"))
    ending = omni("evaluate", "labels.csv", "--home", tmp_path)
    log = (tmp_path / "warehouse" / "errors.log").read_text()
    assert ending.exit_code == 3
    assert "ValueError" in ending.err
    assert str(tmp_path / "warehouse" / "errors.log") in ending.err
    assert "Traceback" not in ending.err
    assert "ValueError" in log
    assert "evaluate.py:" in log
    assert SECRET not in ending.err + ending.out + log


def test_no_log_is_written_where_there_is_no_home(
    omni: Omni, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fail_with(monkeypatch, ValueError(SECRET))
    ending = omni("evaluate", "labels.csv", "--home", tmp_path / "none")
    assert ending.exit_code == 3
    assert "log" not in ending.err
    assert not (tmp_path / "none").exists()


def test_debug_shows_the_traceback(
    omni: Omni, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fail_with(monkeypatch, ValueError("a full account"))
    ending = omni("evaluate", "labels.csv", "--debug", "--home", tmp_path)
    assert ending.exit_code == 3
    assert "Traceback" in ending.err
    assert "a full account" in ending.err


def test_ctrl_c_is_exit_code_130(omni: Omni, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    ending = omni("evaluate", "labels.csv")
    assert ending.exit_code == 130
    assert ending.err == "Interrupted.\n"


def test_wrong_usage_is_exit_code_2(omni: Omni) -> None:
    for arguments in (["lookup"], ["bogus"], ["run", "--bogus"], ["demo", "--customers", "0"]):
        assert omni(*arguments).exit_code == 2


def test_ctrl_c_in_the_middle_of_a_run_leaves_a_home_that_runs_again(
    omni: Omni, own_demo_home: Path
) -> None:
    command = [sys.executable, "-c", "from omni_identity.cli import main; main()"]
    arguments = ["run", "--full-refresh", "--home", str(own_demo_home)]
    with subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if "contacts" in line:
                process.send_signal(signal.SIGINT)
                break
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert err == "Interrupted.\n"
    again = omni("run", "--home", own_demo_home)
    assert again.exit_code == 0
    assert "same customers, no ID changed" in again.out


def test_help_comes_at_once() -> None:
    """Within half a second of processor time, whatever else the machine does; no Polars."""
    code = (
        "import sys, time; sys.argv = ['omni', '--help']\n"
        "from omni_identity.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'polars', 'duckdb', 'dagster', 'splink', 'pydantic'} & set(sys.modules)\n"
        "print(f'{time.process_time():.3f}', ' '.join(sorted(heavy)), file=sys.stderr)"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    seconds, _, heavy = done.stderr.strip().partition(" ")
    assert heavy == ""
    assert float(seconds) < 0.5, f"{time.monotonic() - began:.2f} s by the clock"


def test_a_command_that_ends_looks_for_no_cycles_among_all_that_it_made() -> None:
    code = (
        "import sys; sys.argv = ['omni', '--version']\n"
        "from omni_identity.cli import main\n"
        "class Cycle:\n"
        "    def __init__(self): self.own = self\n"
        "    def __del__(self): print('collected', flush=True)\n"
        "cycle = Cycle()\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("omni_identity")
    assert "collected" not in done.stdout
