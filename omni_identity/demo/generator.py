"""Writes the demo retailer into a home, block by block, and clears it away again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from omni_identity.demo import emails
from omni_identity.demo.catalogue import write_catalogues
from omni_identity.demo.configuration import write_omni_yaml
from omni_identity.demo.contacts import ChannelRecords, delivery, record_contacts, snapshot
from omni_identity.demo.contents import LINE_LAYOUTS, line_rows
from omni_identity.demo.interactions import DAY_COLUMN, EVENT_LAYOUTS, event_rows, interact
from omni_identity.demo.layouts import LAYOUTS
from omni_identity.demo.people import Claims, make_people
from omni_identity.demo.plan import DemoError, DemoPlan, DemoSummary
from omni_identity.demo.randomness import Draw
from omni_identity.demo.records import Serials, enrol
from omni_identity.demo.scene import Scene
from omni_identity.demo.truth import TruthFiles, is_demo, write_marker
from omni_identity.demo.writers import ParquetFile, write_table, write_text
from omni_identity.model.modes import private_files

Progress = Callable[[str, float], None]


def write_demo(home: Path, plan: DemoPlan, progress: Progress | None = None) -> DemoSummary:
    """Writes landing files, truth and omni.yaml of a demo retailer into `home`.

    A former demo there is replaced. `progress` is called with a sentence and the share done.
    Returns counts. Raises DemoError if the home holds a landing folder that is not a demo's.
    """
    clear_demo(home)
    summary = DemoSummary(customers=plan.customers)
    with private_files(), ExitStack() as stack:
        write_marker(home, plan)
        write_omni_yaml(home)
        summary.files += write_catalogues(home, plan)
        truth = stack.enter_context(TruthFiles(home / "truth"))
        writer = _Writer(home, plan, summary, truth, stack)
        for block in range(len(plan.blocks)):
            writer.write_block(block, progress)
    summary.files.sort()
    return summary


def clear_demo(home: Path) -> None:
    """Removes landing and truth of a former demo; does nothing in a home without landing.

    Raises DemoError if there is a landing folder and no sign that a demo wrote it.
    """
    if not is_demo(home):
        landing = home / "landing"
        if landing.is_dir() and any(landing.rglob("*.*")):
            raise DemoError(
                f"{landing} holds files that no demo wrote; name another folder with --home, or "
                "move them away first"
            )
        return
    for name in ("landing", "truth"):
        if (home / name).is_dir():
            shutil.rmtree(home / name)


class _Writer:
    """The open files and running numbers of one demo."""

    def __init__(
        self, home: Path, plan: DemoPlan, summary: DemoSummary, truth: TruthFiles, stack: ExitStack
    ) -> None:
        self.home, self.plan, self.summary, self.truth = home, plan, summary, truth
        self.claims = Claims(emails.Taken(4 * plan.customers), emails.Taken(plan.customers))
        self.serials = Serials()
        self.snapshots = {
            day: stack.enter_context(ParquetFile(self._path("loyalty", "contacts", day, None)))
            for day in plan.snapshot_days
        }

    def write_block(self, block: int, progress: Progress | None) -> None:
        """Makes a block of persons and writes all that is delivered of them."""
        plan = self.plan
        people = make_people(plan, block, sum(plan.blocks[:block]), self.claims)
        records = enrol(plan, block, people.frame, self.serials)
        kept = {
            name: record_contacts(plan, block, people, name, rows) for name, rows in records.items()
        }
        for name in kept:
            self._write_contacts(block, name, kept[name])
        self._tell(progress, block, 0.6)
        entity = people.frame["entity"]
        for cause, count in self.truth.add_records(kept, entity).items():
            self.summary.causes[cause] = self.summary.causes.get(cause, 0) + count
        self.truth.add_households(block, people.frame)
        self.summary.records += sum(len(rows) for rows in records.values())
        scene = Scene(plan, block, people, kept, self.serials)
        for name, events in interact(scene).items():
            self._write_events(scene, name, events)
            self.truth.add_interactions(name, events, entity)
        for name in LINE_LAYOUTS:
            for day, frame in line_rows(scene, name).items():
                write_table(self._path(name, "lines", day, block), frame)
        self._tell(progress, block, 1.0)

    def _tell(self, progress: Progress | None, block: int, share: float) -> None:
        if progress:
            done = sum(self.plan.blocks[:block]) + int(share * self.plan.blocks[block])
            what = "contacts" if share < 1 else "interactions"
            progress(f"{what} of {done:,} customers", done / self.plan.customers)

    def _path(self, channel: str, what: str, day: int, block: int | None) -> Path:
        """Names sort in the order of delivery; parts appear only where there is more than one."""
        suffixes = {
            "contacts": LAYOUTS[channel].suffix,
            "interactions": EVENT_LAYOUTS[channel].suffix if channel in EVENT_LAYOUTS else "",
            "lines": LINE_LAYOUTS[channel].suffix if channel in LINE_LAYOUTS else "",
        }
        suffix = suffixes[what]
        part = f"-part-{block:04d}" if block is not None and len(self.plan.blocks) > 1 else ""
        path = (
            self.home / "landing" / channel / what / f"{self.plan.delivery_days[day]}{part}{suffix}"
        )
        self.summary.files.append(path)
        return path

    def _write_contacts(self, block: int, name: str, kept: ChannelRecords) -> None:
        layout = kept.layout
        if layout.suffix == ".parquet":
            for day, file in self.snapshots.items():
                frame = snapshot(self.plan, block, kept, day)
                file.append(frame)
                self._count(self.summary.contact_rows, name, frame)
            return
        for day in range(self.plan.days):
            frame = delivery(self.plan, block, kept, day)
            if day and not len(frame):
                continue
            draw = Draw(self.plan.seed, block, "lines", name, day)
            write_text(
                draw,
                self._path(name, "contacts", day, block),
                frame,
                layout.separator,
                layout.encoding,
            )
            self._count(self.summary.contact_rows, name, frame)

    def _write_events(self, scene: Scene, name: str, events: pl.DataFrame) -> None:
        layout = EVENT_LAYOUTS[name]
        for day, part in events.partition_by(DAY_COLUMN, as_dict=True, maintain_order=True).items():
            number = int(day[0])
            frame = event_rows(scene, name, part, number)
            draw = Draw(self.plan.seed, scene.block, "event lines", name, number)
            path = self._path(name, "interactions", number, scene.block)
            write_text(draw, path, frame, layout.separator, layout.encoding)
            self._count(self.summary.interaction_rows, name, frame)

    def _count(self, counts: dict[str, int], name: str, frame: pl.DataFrame) -> None:
        counts[name] = counts.get(name, 0) + len(frame)
