"""``omni restore``: rebuilds the warehouse's memory from the publication."""

from __future__ import annotations

from omni_identity.cli.invocation import DebugOption, HomeOption, open_home
from omni_identity.cli.terminal import say


def restore(home: HomeOption = None, debug: DebugOption = False) -> None:
    """Rebuild the warehouse's memory from the publication, after a loss or from an older backup.

    A run that finds a warehouse which does not know what consumers read stops and asks for this:
    golden IDs would go to other people, and erased persons would be there again. Erasures on record
    are carried out first, then the record ledger, golden IDs and their history are those of the
    publication. What was done is said in words; where nothing is lost, nothing is done. Type
    `omni run` after it.

    [bold]Examples[/bold]

      omni restore

      omni restore --home shop
    """
    place = open_home(home)

    from omni_identity.channels.configuration import load_configuration
    from omni_identity.pipeline.run_context import utc_now
    from omni_identity.restoring import restore_home

    done = restore_home(place, load_configuration(place.configuration), utc_now())
    for sentence in done:
        say(sentence, "green")
    if done:
        say("`omni run` goes on from there.")
    else:
        say("Nothing is lost: the warehouse knows what is published, and every erasure on record.")
