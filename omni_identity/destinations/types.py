"""The types of destinations: every class of one in a module of this folder, called as the module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from omni_identity.destinations.destination import Destination


@cache
def destination_types() -> Mapping[str, type[Destination]]:
    """Every type by its name, in the order of names."""
    for module in iter_modules([str(Path(__file__).parent)]):
        import_module(f"{__package__}.{module.name}")
    found = {one.__module__.rpartition(".")[2]: one for one in Destination.__subclasses__()}
    return dict(sorted(found.items()))


class _ByType:
    """Reads a destination by the settings of the type that it names."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        choices = {name: handler.generate_schema(one) for name, one in destination_types().items()}
        return core_schema.tagged_union_schema(choices, discriminator="type")


AnyDestination = Annotated[Destination, _ByType()]
"""A destination as ``omni.yaml`` has it: ``type``, and the keys of that type."""
