"""How often tokens were tried: after a few wrong ones a peer has to wait."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

MOST_WRONG = 10
"""Wrong tokens of one peer within ``WINDOW``."""
WINDOW = 900.0
MOST_PEERS = 10_000


class Attempts:
    """Wrong tokens by peer; of an IPv6 address its network counts, which one customer of a provider has whole."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, list[float]] = {}

    def seconds_to_wait(self, peer: str) -> int:
        """For how long nothing of this peer is looked at; 0: it may try."""
        wrong = self._recent(peer)
        if len(wrong) < MOST_WRONG:
            return 0
        return int(wrong[-MOST_WRONG] + WINDOW - self._clock()) + 1

    def count_wrong(self, peer: str) -> None:
        """Write down that a token was wrong."""
        wrong = self._recent(peer)
        if len(self._wrong) >= MOST_PEERS and _network(peer) not in self._wrong:
            oldest = min(self._wrong, key=lambda known: self._wrong[known][-1])
            del self._wrong[oldest]
        self._wrong[_network(peer)] = [*wrong[-MOST_WRONG:], self._clock()]

    def _recent(self, peer: str) -> list[float]:
        now = self._clock()
        return [at for at in self._wrong.get(_network(peer), ()) if now - at < WINDOW]


def _network(peer: str) -> str:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    prefix = 64 if address.version == 6 else 32
    return str(ipaddress.ip_network((address, prefix), strict=False))
