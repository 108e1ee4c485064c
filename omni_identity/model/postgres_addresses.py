"""Addresses of PostgreSQL servers, bounded in time, and what their SQLSTATEs mean in words."""

from __future__ import annotations

CONNECT_SECONDS = 10
SILENT_SECONDS = 60
SCHEMES = ("postgres", "postgresql")
WORDS = {
    "28": "it refuses the user or the password",
    "3D": "it has no such database",
    "42P01": "it has no such table",
    "42703": "it has no such column",
    "57": "it is shutting down, or has cut the connection",
    "53": "it has no room or no connection left",
}
"""By SQLSTATE, or the class that it begins with: what is the same whether one reads or writes."""
_BOUNDS = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 30,
    "tcp_user_timeout": SILENT_SECONDS * 1000,
}


def bounded(address: str) -> str:
    """The address with bounds on how long the server may be silent, where it has none of its own."""
    bounds = {name: value for name, value in _BOUNDS.items() if name not in address}
    if "://" in address:
        added = "&".join(f"{name}={value}" for name, value in bounds.items())
        return f"{address}{'&' if '?' in address else '?'}{added}" if added else address
    return " ".join([*(f"{name}={value}" for name, value in bounds.items()), address])


def words_of(state: str, others: dict[str, str]) -> str | None:
    """What a SQLSTATE means, in ``others`` before ``WORDS``, by itself before its class; None: not known."""
    known = WORDS | others
    return known.get(state) or known.get(state[:2])
