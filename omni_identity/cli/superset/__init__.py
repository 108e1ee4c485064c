"""The Superset dashboard of ``bi/superset``, made from the registry of tables, the KPIs and a mart of ``bi/dbt``."""

from __future__ import annotations

from omni_identity.cli.superset.bundle import Target, superset_files

__all__ = ["Target", "superset_files"]
