"""The truth beside the landing folder: which record and which interaction is whose, and who lives with whom."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

import polars as pl

from omni_identity.demo.contacts import ChannelRecords
from omni_identity.demo.plan import DemoError, DemoPlan
from omni_identity.demo.scene import NO_ONE

LABELS = ("channel", "source_record_id", "entity", "cause")
INTERACTION_LABELS = ("channel", "interaction_id", "entity", "thread")
HOUSEHOLD_LABELS = ("entity", "household")


class TruthFiles:
    """labels.csv, households.csv and interactions.csv.gz, written block by block."""

    def __init__(self, folder: Path) -> None:
        """Opens the files in a folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        self._labels = (folder / "labels.csv").open("wb")
        self._households = (folder / "households.csv").open("wb")
        self._packed = (folder / "interactions.csv.gz").open("wb")
        self._events = gzip.GzipFile(
            filename="", mode="wb", fileobj=self._packed, compresslevel=3, mtime=0
        )
        self._labels.write((",".join(LABELS) + "\n").encode())
        self._households.write((",".join(HOUSEHOLD_LABELS) + "\n").encode())
        self._events.write((",".join(INTERACTION_LABELS) + "\n").encode())

    def add_records(self, kept: dict[str, ChannelRecords], entity: pl.Series) -> dict[str, int]:
        """Writes a block's labels; returns how many records each cause has."""
        frames = [
            pl.DataFrame({"source_record_id": one.records["record_id"],
                          "entity": entity.gather(one.records["person"]), "cause": one.causes})
            .select(pl.lit(name).alias("channel"), "source_record_id", "entity", "cause")
            for name, one in kept.items()
        ]  # fmt: skip
        labels = pl.concat(frames).sort("channel", "source_record_id")
        labels.write_csv(self._labels, include_header=False)
        counts = labels["cause"].value_counts().sort("cause")
        return dict(counts.iter_rows())

    def add_households(self, block: int, people: pl.DataFrame) -> None:
        """Writes who of a block's persons (``entity``, ``household``) lives, or once lived, with whom."""
        household = pl.format("H{}-{}", pl.lit(block), "household").alias("household")
        people.select("entity", household).write_csv(self._households, include_header=False)

    def add_interactions(self, channel: str, events: pl.DataFrame, entity: pl.Series) -> None:
        """Writes whose a block's interactions are, and in which thread; nobody's have no entity."""
        person = events["person"].to_numpy()
        whose = pl.DataFrame({"e": entity.gather(person.clip(min=0)), "p": person}).select(
            pl.when(pl.col("p") != NO_ONE).then("e").alias("entity")
        )
        frame = events.select(pl.lit(channel).alias("channel"), "interaction_id").hstack(whose)
        frame = frame.with_columns(events["thread"])
        frame = frame.filter(
            frame["interaction_id"].is_not_null() & frame["interaction_id"].is_first_distinct()
        )
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=False)
        self._events.write(buffer.getvalue())

    def __enter__(self) -> TruthFiles:
        """The files themselves."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the files."""
        self._events.close()
        self._packed.close()
        self._labels.close()
        self._households.close()


def write_marker(home: Path, plan: DemoPlan) -> None:
    """Marks a home as a demo's, with its plan and mended handoff; done first, so that a killed demo can be cleared."""
    folder = home / "truth"
    folder.mkdir(parents=True, exist_ok=True)
    mended = {"from": "support", "to": "whatsapp", "on": plan.handoff_mended_on.isoformat()}
    told = {**asdict(plan), "end": plan.end.isoformat(), "mended_handoff": mended}
    text = json.dumps(told, indent=2, sort_keys=True)
    (folder / "demo.json").write_text(text + "\n", encoding="utf-8")


def is_demo(home: Path) -> bool:
    """Whether a demo was written into this home. Raises DemoError if its marker is no JSON."""
    marker = home / "truth" / "demo.json"
    if not marker.is_file():
        return False
    try:
        json.loads(marker.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DemoError(
            f"{marker} is damaged; remove the folders landing and truth by hand"
        ) from error
    return True
