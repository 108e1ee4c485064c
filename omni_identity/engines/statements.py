"""Statements that stand in ``.sql`` files beside the modules that run them."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def statement(module: str, name: str) -> str:
    """The statement in ``<name>.sql`` beside ``module``, which is a module's ``__file__``.

    Each file begins with a comment that says what a row of the result is, what is read, and why; then comes
    one statement. ``FileNotFoundError`` where there is no such file.
    """
    text = Path(module).with_name(f"{name}.sql").read_text(encoding="utf-8")
    return text.strip().removesuffix(";")
