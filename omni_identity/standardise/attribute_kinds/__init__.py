"""The kinds of attributes that ``omni.yaml`` may declare: one module each, whose name is what ``compare`` says.

The first line of a module says in words what the kind is for; a mistake in ``omni.yaml`` quotes it.
"""

from functools import cache
from importlib import import_module

from omni_identity.standardise.attribute_kind import AttributeKind


@cache
def attribute_kind(name: str) -> AttributeKind:
    """The ``KIND`` of the module ``name``; ``ModuleNotFoundError`` if there is none."""
    kind: AttributeKind = import_module(f"{__name__}.{name}").KIND
    return kind
