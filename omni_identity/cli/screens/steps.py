"""Shows a run's steps as they pass: a live line at a terminal, one plain line a step elsewhere."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)


class StepDisplay:
    """A context that hears of steps; call it as ``display(step, index, total, seconds, detail)``.

    ``index`` counts from 1; ``seconds`` is None when the step begins, and how long it took when it
    has ended.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not self._live,
        )
        self._task = self._progress.add_task("starting", total=None)

    def __enter__(self) -> StepDisplay:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def __call__(
        self, step: str, index: int, total: int, seconds: float | None, detail: str = ""
    ) -> None:
        """Show that a step began (``seconds`` None), how far it is (``detail``), or that it ended."""
        words = step.replace("_", " ").replace("/", " of ")
        if detail:
            words += f": {detail}"
        if self._live:
            done = index - 1 if seconds is None else index
            self._progress.update(self._task, description=words, completed=done, total=total)
        elif seconds is not None or detail:
            width = len(str(total))
            took = "" if seconds is None else f" {seconds:.1f} s"
            self._console.print(f"[{index:>{width}}/{total}] {words}{took}", markup=False)
