"""Which versions of the publication stay: ``retention.publications`` says how many."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.model.home import Home
from omni_identity.publish.build import WITHOUT
from omni_identity.publish.links import VERSIONS
from omni_identity.publish.publication import published_run


def versions_to_keep(engine: Engine, home: Home, publications: int) -> set[str]:
    """The current version and those published last before it, ``publications`` in all.

    What a run built and did not publish is none of them. Without a publication nothing is kept. Reads
    ``ledger.runs``.
    """
    current = published_run(home)
    if current is None:
        return set()
    folder = home.published / VERSIONS
    # an erasure writes the version of a run anew, under a name of its own
    there = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    run_of = {name: name.partition(WITHOUT)[0] for name in there}
    published = engine.fetch(
        "select run_id, run_number from ledger.runs where status = 'published'"
    )
    numbers = dict(published.iter_rows())
    former = sorted(
        (name for name, run_id in run_of.items() if run_id in numbers and name != current),
        key=lambda name: numbers[run_of[name]],
        reverse=True,
    )
    return {current, *former[: publications - 1]}
