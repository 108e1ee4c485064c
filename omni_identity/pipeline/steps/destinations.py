"""Steps ``destinations/<name>``: bring what consumers read to a place outside the home, each by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from omni_identity.channels.configuration import Configuration
from omni_identity.destinations import Destination, Publication
from omni_identity.engines import Engine
from omni_identity.model.code_places import code_places
from omni_identity.model.errors import OmniError
from omni_identity.pipeline.run_context import RunContext, utc_now
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.publish.checks import CheckResult
from omni_identity.publish.links import CURRENT, CURRENT_FILES
from omni_identity.publish.masked_edition import MASKED
from omni_identity.publish.publication import published_run

GROUP = "destinations"
IS_DELIVERED = "publication_is_delivered"
"""The check that says which destination has not got a publication."""


def deliver(name: str, engine: Engine, run: RunContext) -> Outcome:
    """Bring the publication to one destination; if that fails it is said, and the next run tries again.

    Writes ``ledger.destinations``. A destination that fails stops neither the run nor the others.
    """
    destination = run.configuration.destinations[name]
    published = run.home.published
    whole, masked = published / CURRENT_FILES, published / CURRENT / MASKED
    folder = (masked if destination.edition == "masked" else whole).resolve()
    version = published_run(run.home) or whole.resolve().name
    publication = Publication(version, run.home.root, folder, destination.leave_out)
    failure = _failure_of(destination, publication)
    _record(engine, name, None if failure else version, failure, utc_now())
    if failure is None:
        finding = f"{name} has this publication."
        return Outcome({"type": destination.type}, checks=(_result(True, finding),))
    finding = f"{name} keeps what it had, and the next run tries again: {failure}"
    return Outcome(remarks=(finding,), checks=(_result(False, finding),))


def _result(passed: bool, finding: str) -> CheckResult:
    return CheckResult(IS_DELIVERED, passed, finding, {}, "warn")


def _failure_of(destination: Destination, publication: Publication) -> str | None:
    """Why it was not delivered, in words without personal data; None if it was."""
    # whatever a library raises for its own reasons is this destination's alone: a future hands it out
    with ThreadPoolExecutor(1) as thread:
        error = thread.submit(destination.deliver, publication).exception()
    if error is None:
        return None
    if isinstance(error, OmniError):
        return str(error)
    if isinstance(error, OSError):
        place = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror or type(error).__name__}{place}"
    if isinstance(error, Exception):
        return (
            f"{type(error).__name__} at {code_places(error)}; its text is left out, because it may quote a"
            " person's data"
        )
    raise error


def _record(
    engine: Engine, name: str, version: str | None, failure: str | None, now: datetime
) -> None:
    """Write down what became of it; what was delivered last stays on record beside a failure."""
    named = {"name": name}
    with engine.transaction():
        engine.run(
            "insert into ledger.destinations (destination)"
            " select $name where $name not in (select destination from ledger.destinations)",
            named,
        )
        engine.run(
            "update ledger.destinations set tried_at = $now, failure = $failure where destination = $name",
            named | {"now": now, "failure": failure},
        )
        if version is not None:
            engine.run(
                "update ledger.destinations set delivered_run_id = $version, delivered_at = $now"
                " where destination = $name",
                named | {"now": now, "version": version},
            )


def step_of(name: str, destination: Destination) -> Step:
    """The step of one destination."""
    return Step(
        name=f"{GROUP}/{name}",
        group=GROUP,
        description=f"What is published, brought to the destination {name}, of type {destination.type}.",
        reads="published published_files",
        writes="ledger.destinations",
        settings="destinations",
        run=partial(deliver, name),
        kinds=destination.type,
    )


def steps_of(configuration: Configuration | None) -> tuple[Step, ...]:
    """The steps of all destinations, in the order of ``omni.yaml``."""
    found = configuration.destinations if configuration else {}
    return tuple(step_of(name, destination) for name, destination in found.items())
