"""Whether the warehouse and the publication know the erasures on record, asked before anything is done to either."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.erasure.memory import require_all_requests, unapplied_erasures
from omni_identity.erasure.requests import count_hashes, requested_erasures, unfinished_erasures
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.publish.build import WITHOUT
from omni_identity.publish.links import CURRENT
from omni_identity.publish.publication import published_run
from omni_identity.publish.published_state import (
    NOTHING_DONE,
    is_behind,
    published_folder,
    restored_run,
)
from omni_identity.stewardship.erasure_entries import FILE


def require_memory(engine: Engine, home: Home) -> None:
    """Raise ``RunFailed``, with the command to type, unless the warehouse knows all that this home has done.

    That is the run that consumers read, and the erasures that were carried out. Reads ``ledger.erasure_entries``
    and ``ledger.runs``; changes nothing.
    """
    require_all_requests(engine, home)
    if is_behind(engine, home):
        require_published_requests(engine, home)
        raise RunFailed(
            f"Consumers read the run {str(restored_run(engine, home))[:8]} ({home.published / CURRENT}), of which the"
            f" warehouse in {home.warehouse} knows nothing: it is older than the publication, or it is gone."
            " Golden IDs that were published could be given to other people. Type `omni restore`: it rebuilds"
            f" the warehouse's memory from the publication; then `omni run`. {NOTHING_DONE}"
        )


def require_published_requests(engine: Engine, home: Home) -> None:
    """Raise ``RunFailed`` when the publication names erasures that are on record no more.

    To be asked of a warehouse that is behind: any other remembers them itself.
    """
    lost = published_erasures(engine, home) - requested_erasures(home)
    if lost:
        raise RunFailed(
            f"{home.judgements / FILE} lacks {len(lost)} erasures that the publication tells of, and the"
            " warehouse does not know whom they were about: who was erased could come back."
            f" Put the file back from a backup, with {home.suppression_key}. {NOTHING_DONE}"
        )


def published_erasures(engine: Engine, home: Home) -> set[str]:
    """The IDs in the published table ``erasures``; none where there is no publication."""
    folder = published_folder(engine, home)
    if folder is None:
        return set()
    with engine.attached(folder, "published"):
        if "main.erasures" not in engine.columns("published"):
            return set()
        return set(engine.fetch("select erasure_id from published.main.erasures")["erasure_id"])


def has_erasures_to_do(engine: Engine, home: Home) -> bool:
    """Whether a request on record is not completed, or not carried out in this warehouse or publication.

    Reads ``ledger.erasure_entries`` and the published ``erasures``.
    """
    if unfinished_erasures(home) or unapplied_erasures(engine, home):
        return True
    current = published_run(home)
    if current is None or published_folder(engine, home) is None:
        return False
    if current.partition(WITHOUT)[2] == str(count_hashes(home)):
        return False
    return bool(requested_erasures(home) - published_erasures(engine, home))
