"""The outermost edge of the command: every way to end becomes a message and an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import sqlite3
import sys
import traceback
from collections.abc import Sequence

from omni_identity.cli.invocation import invocation
from omni_identity.cli.terminal import prepare_streams, print_error
from omni_identity.model.error_log import write_error_log
from omni_identity.model.errors import OmniError, UsageError
from omni_identity.model.modes import private_files
from omni_identity.model.storage_errors import storage_remedy
from omni_identity.model.visible import has_controls, visible

FAILED = 3
INTERRUPTED = 130
COLLECT_AFTER = 50_000
"""New objects between two collections of cycles: at Python's 700 a run of the demo spent 0.7 of its 19 s on them."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``omni`` with ``arguments`` (without a program name), or with the process's own.

    Always raises ``SystemExit``: 0 success, 1 publication withheld, 2 wrong usage or configuration,
    3 failed, 130 interrupted.
    """
    prepare_streams()
    gc.set_threshold(COLLECT_AFTER, 20, 20)
    try:
        if arguments is None:
            _speak_utf8()
            # the process ends: to look for cycles among all that it made took 0.8 s after a run of the demo
            atexit.register(gc.freeze)
        _check_arguments(sys.argv[1:] if arguments is None else arguments)
        from omni_identity.cli.application import app  # late: an import may be interrupted too

        with private_files():
            app(args=None if arguments is None else list(arguments), prog_name="omni")
    except KeyboardInterrupt:
        print_error("Interrupted.")
        sys.exit(INTERRUPTED)
    except OmniError as error:
        if invocation.debug:
            print_error("".join(traceback.format_exception(error)))
        print_error(str(error))
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001  nothing is above it but the shell
        sys.exit(_report_unexpected(error))


def _speak_utf8() -> None:
    """Start this process over in Python's UTF-8 mode where a locale has it take file names for ASCII."""
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        again = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, again, {**os.environ, "PYTHONUTF8": "1"})


def _check_arguments(arguments: Sequence[str]) -> None:
    """Refuse what no text has; elsewhere it would end in an error of some library."""
    for number, argument in enumerate(arguments, start=1):
        if has_controls(argument.replace("\r", "")):
            raise UsageError(
                f"Argument {number} has a character that is no text: {visible(argument)[:80]}"
            )


def _report_unexpected(error: Exception) -> int:
    """Say what kind of error it was; its text may quote a person's data, so it stays out."""
    if invocation.debug:
        print_error("".join(traceback.format_exception(error)))
    storage = _storage_error(error)
    if storage:
        print_error(
            f"Files could not be read or written: {storage}. Consumers keep the last publication."
            f" {storage_remedy(_cause(error))}"
        )
        return FAILED
    kind = type(error).__name__
    log = write_error_log(invocation.home, error)
    where = f"Where in the code: {log}. " if log else ""
    print_error(
        f"Unexpected {kind}: the command stopped. {where}"
        "Run it again with --debug to see the full traceback."
    )
    return FAILED


def _storage_error(error: Exception) -> str | None:
    """What the system or Dagster's own database says of files that could not be read or written."""
    cause = _cause(error)
    if isinstance(cause, OSError):
        place = f" ({cause.filename})" if cause.filename else ""
        return f"{cause.strerror or type(cause).__name__}{place}"
    return str(cause) if isinstance(cause, sqlite3.OperationalError) else None


def _cause(error: Exception) -> BaseException:
    """The error itself, or the one that SQLAlchemy has wrapped, whose own text would quote the statement."""
    cause = getattr(error, "orig", None)
    return cause if isinstance(cause, BaseException) else error
