"""Spark as an engine: the session, the store of Parquet tables, and our SQL in Spark's words.

PySpark is an extra: only ``engine`` and ``splink`` need it to be imported.
"""
