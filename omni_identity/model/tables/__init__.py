"""The table registry: every table of the warehouse and of a publication, written once.

With grain, key, columns, types, PII classes and comments. Schemas, checks, column comments, Dagster's column
schemas and lineage, and the data dictionary are all derived from what stands here.
"""

from omni_identity.model.tables.profiles import PRIMARY, profile_attributes
from omni_identity.model.tables.registry import lasting_tables, published_tables, warehouse_tables
from omni_identity.model.tables.table import Column, ForeignKey, Masking, Pii, Source, Table

__all__ = [
    "PRIMARY",
    "Column",
    "ForeignKey",
    "Masking",
    "Pii",
    "Source",
    "Table",
    "lasting_tables",
    "profile_attributes",
    "published_tables",
    "warehouse_tables",
]
