"""How much memory DuckDB may use: what ``OMNI_MEMORY_LIMIT`` says, else a part of what the machine has."""

from __future__ import annotations

import os
import re
from pathlib import Path

from omni_identity.engines.variables import shown_value
from omni_identity.model.errors import ConfigurationError

VARIABLE = "OMNI_MEMORY_LIMIT"
LEAST = 64 * 2**20
"""Bytes with which a small home's night comes to its end; with less DuckDB cannot even open a warehouse."""
MOST = 2**50
ENOUGH = 4096
"""MiB, for a million contacts and 3.3 million interactions: with three times as much their figures, which ask for the
most, take as long. A machine that has no more than twice that gives half of what it has."""
_UNITS = {
    "": 1,
    **{f"{letter}": 1000**power for power, letter in enumerate("kmgt", 1)},
    **{f"{letter}i": 1024**power for power, letter in enumerate("kmgt", 1)},
}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+) ?(?:([kmgt]i?)b|(%))", re.IGNORECASE)


def limit_of_memory() -> str:
    """The limit in DuckDB's notation.

    Raises ``ConfigurationError`` for a variable that names no size, or one with which nothing can be done.
    """
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return f"{usual_limit(available_mebibytes())}MiB"
    found = _SIZE.fullmatch(said)
    if found is None:
        raise _mistake(said, "no size")
    number, unit, percent = found.groups()
    share = available_mebibytes() * 2**20 / 100
    size = float(number) * (share if percent else _UNITS[unit.lower()])
    if percent and float(number) > 100:
        raise _mistake(said, "more than there is")
    if size < LEAST:
        raise _mistake(said, f"too little, {LEAST // 2**20}MiB is the least")
    if size > MOST:
        raise _mistake(said, "more than any machine has")
    return f"{int(size)}B"


def usual_limit(available: int) -> int:
    """Of so many MiB half, up to ``ENOUGH``; a sixth where that is more: others may want the machine too."""
    return max(min(available // 2, ENOUGH), available // 6)


def _mistake(said: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        f"{VARIABLE}: '{shown_value(said)}' is {what}. Say a number and a unit, such as 3GB, 512MiB or 50%, or leave"
        " the variable out: a sixth of the machine's memory is used then, of up to 24 GiB 4 or half."
    )


def available_mebibytes() -> int:
    """Return the memory that this process may use, in MiB: the machine's, or its control group's if less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit_file in (
        Path("/sys/fs/cgroup/memory.max"),
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
    ):
        try:
            limit = limit_file.read_text().strip()
        except OSError:
            continue
        if limit.isdigit():
            machine = min(machine, int(limit))
    return machine // 2**20
