"""A short step leaves no lines in Dagster's record, a long one says twice a minute what it is at."""

from __future__ import annotations

from omni_identity.orchestration.seldom import SECONDS, seldom


def test_what_follows_soon_is_dropped() -> None:
    now, heard = [100.0], list[str]()
    say = seldom(heard.append, lambda: now[0])
    say("first file")
    now[0] += SECONDS
    say("second file")
    say("third file")
    now[0] += SECONDS - 0.1
    say("fourth file")
    now[0] += 0.1
    say("fifth file")
    assert heard == ["second file", "fifth file"]
