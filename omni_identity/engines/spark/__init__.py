"""Spark as an engine: the session, Iceberg tables in its catalogue, and our SQL in Spark's words.

PySpark is an extra: only ``engine`` and ``splink`` need it to be imported.
"""
