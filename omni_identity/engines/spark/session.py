"""The Spark session: the one that is there, or else one of our own."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

from omni_identity.model.errors import ConfigurationError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    # as DuckDB does: nothing instead of an error for a division by zero or an index beyond the end
    "spark.sql.ansi.enabled": "false",
    "spark.sql.legacy.sizeOfNull": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    # as few partitions as the data's size asks for, so that small tables are single files
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    "spark.sql.files.minPartitionNum": "1",
}
"""What our SQL relies on; set on a session of our own beside the one that is there."""


def open_session(master: str, conf: dict[str, str]) -> SparkSession:
    """A session for us: sharing the context of the active one, or of a new one on ``master``.

    Raises ``ConfigurationError`` when PySpark or Java is missing.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise ConfigurationError(
            "omni.yaml, engine: 'spark' needs PySpark: pip install \"omni-identity[spark]\""
        ) from None
    active = SparkSession.getActiveSession()
    if active is None:
        active = build_session(SparkSession, master, conf)
    session: SparkSession = active.newSession()
    for key, value in {**SETTINGS, **_sql_settings(conf)}.items():
        session.conf.set(key, value)
    return session


def _sql_settings(conf: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in conf.items() if key.startswith("spark.sql.")}


def build_session(session_class: Any, master: str, conf: dict[str, str]) -> Any:
    """A session where none is there. Raises ``ConfigurationError`` when there is no Java."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise ConfigurationError(
            "omni.yaml, engine: 'spark' needs Java 17 or later, and there is no java on the PATH,"
            " nor is JAVA_HOME set."
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from splink.backends.spark import similarity_jar_location

    builder = session_class.builder.appName("omni_identity").master(master)
    own = {
        "spark.jars": similarity_jar_location(),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **({"spark.driver.host": "127.0.0.1"} if master.startswith("local") else {}),
        **conf,
    }
    for key, value in own.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
