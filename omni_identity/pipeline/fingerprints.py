"""A fingerprint of every step: of its code, its settings, the model, and the steps whose tables it reads.

Where it is another than the one under which the step was last done, what the step has derived is derived
anew; and so is what follows from that, as fingerprints are made of fingerprints. Nobody raises a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from omni_identity.channels.configuration import Configuration
from omni_identity.model.code_fingerprints import fingerprint_module
from omni_identity.pipeline.sequence import needs
from omni_identity.pipeline.step import Step

MODELS = "models"
"""What steps read and write beside tables: the folder of frozen models."""


def step_fingerprints(
    steps: Sequence[Step], configuration: Configuration, model_version: str | None
) -> dict[str, str]:
    """The fingerprint of each step, by name; ``steps`` are all, in order."""
    before = needs(steps)
    settings = configuration.model_dump(mode="json")
    # each setting once: many steps depend on what is said of all channels, and that is long
    keys = {key for step in steps for key in step.settings.split()}
    said = {key: _digest(_setting(settings, key)) for key in sorted(keys)}
    found: dict[str, str] = {}
    for step in steps:
        own = {key: said[key] for key in sorted(step.settings.split())}
        upstream = sorted((name, found[name]) for name in before[step.name])
        model = model_version if MODELS in step.tables_read | step.tables_written else None
        found[step.name] = _digest((fingerprint_module(code_of(step)), own, model, upstream))
    return found


def _digest(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def _setting(settings: Mapping[str, Any], key: str) -> Any:
    """What omni.yaml says at a key, which may lead into a section: ``retention.messages``."""
    found: Any = settings
    for name in key.split("."):
        found = found[name]
    return found


def code_of(step: Step) -> str:
    """The module that a step's function is in."""
    return str(getattr(step.run, "func", step.run).__module__)
