"""What a withheld publication says, and what it says to do."""

from __future__ import annotations

from omni_identity.cli.screens.run import describe_withheld


def test_of_an_unusual_delivery_both_ways_out_are_said() -> None:
    said = describe_withheld([("channels_keep_their_records", "till contacts: 27 of 30 are gone")])
    assert "channels_keep_their_records: till contacts: 27 of 30 are gone" in said
    assert "`omni run --accept-changes` publishes it, this once" in said
    assert "deliver the right file and run again" in said


def test_of_a_fault_that_nobody_can_accept_none_is_said() -> None:
    assert "--accept-changes" not in describe_withheld([("keys_are_unique", "crosswalk: 1")])
