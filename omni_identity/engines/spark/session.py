"""The Spark session: the one that is there, or else one of our own."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any, cast

from omni_identity.engines.spark.formats import PASSING
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


CATALOG = "omni"
"""The catalogue that is ours where ``omni.yaml`` names none: folders below the warehouse."""


def open_session(
    master: str, conf: dict[str, str], warehouse: str, catalog: str = ""
) -> SparkSession:
    """A session for us: sharing the context of the active one, or of a new one on ``master``.

    Its current catalogue is ``catalog``, or else one of our own below ``warehouse``, a folder or URL. Raises
    ``ConfigurationError`` when PySpark, Java or Iceberg is missing.
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
    own = {} if catalog else _own_catalog(warehouse)
    for key, value in {**SETTINGS, **own, **_sql_settings(conf)}.items():
        session.conf.set(key, value)
    require_iceberg(session)
    place = f"`{catalog or CATALOG}`.`{PASSING}`"
    session.sql(f"CREATE NAMESPACE IF NOT EXISTS {place}")
    session.sql(f"USE {place}")
    return session


def _own_catalog(warehouse: str) -> dict[str, str]:
    place = f"spark.sql.catalog.{CATALOG}"
    return {
        place: "org.apache.iceberg.spark.SparkCatalog",
        f"{place}.type": "hadoop",
        f"{place}.warehouse": warehouse,
    }


def require_iceberg(session: SparkSession) -> None:
    """Raise ``ConfigurationError`` when the session has no Iceberg."""
    found = cast(Any, session)._jvm.org.apache.iceberg.spark.SparkCatalog
    if type(found).__name__ == "JavaClass":
        return
    series = ".".join(session.version.split(".")[:2])
    scala = "2.12" if series == "3.5" else "2.13"
    raise ConfigurationError(
        "omni.yaml, engine: 'spark' keeps its tables in Iceberg's format, and this session of Spark"
        f" {session.version} has no Iceberg. Where the job builds the session, say spark: conf:"
        " {spark.jars.packages: 'org.apache.iceberg:iceberg-spark-runtime-"
        f"{series}_{scala}:1.10.0'}}, or spark.jars with a copy of that file; a session of your own has to be"
        " started with it."
    )


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
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **({"spark.driver.host": "127.0.0.1"} if master.startswith("local") else {}),
        **conf,
        "spark.jars": ",".join(filter(None, (similarity_jar_location(), conf.get("spark.jars")))),
    }
    for key, value in own.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
