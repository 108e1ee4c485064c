"""Draws how one person's records became one customer, from a demo home, for docs/concepts.md.

python -m benchmarks.concepts --home data
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from omni_identity.report.drawing import (
    CYCLE,
    FAINT,
    GREY,
    GRID,
    band,
    picture,
    rectangle,
    room_for,
    words,
)

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SHOWN = (
    "full_name", "first_name", "last_name", "birth_date", "email", "phone", "street", "city", "postcode",
    "loyalty_id", "whatsapp", "telegram", "instagram", "facebook",
)  # fmt: skip
"""The attributes that are drawn, in this order."""
LINE, GAP, TITLE = 18, 14, 24

# a person whom four channels know once each, whose pairs tell most; written in letters that any font has
_CUSTOMER = r"""
select p.golden_id
from unified_profiles p
join crosswalk c using (golden_id)
left join match_edges e
    on (e.channel_l, e.source_record_id_l) = (c.channel, c.source_record_id) and e.decided_by = 'model'
where p.record_count = 4 and p.channel_count = 4 and regexp_full_match(p.full_name, '[A-Za-z ]+')
group by p.golden_id
order by sum(len(e.evidence)) desc nulls last, p.golden_id
limit 1
"""
_RECORDS = """
select l.channel, l.source_record_id, {values}
from landed.contacts l
join omni.crosswalk c using (channel, source_record_id)
where c.golden_id = ?
qualify row_number() over (
    partition by l.channel, l.source_record_id order by l.updated_at desc, l.file_no desc, l.row_number desc
) = 1
order by l.channel, l.source_record_id
"""
_PAIRS = """
select e.channel_l, e.channel_r, e.match_weight, e.evidence
from match_edges e
join crosswalk l on (l.channel, l.source_record_id) = (e.channel_l, e.source_record_id_l)
join crosswalk r on (r.channel, r.source_record_id) = (e.channel_r, e.source_record_id_r)
where l.golden_id = ? and r.golden_id = ? and e.decided_by = 'model'
order by e.match_weight desc, e.channel_l, e.channel_r
"""
_PROFILE = """
select attribute, value, channel, rule from profile_lineage where golden_id = ? and position = 1
"""


@dataclass(frozen=True)
class Record:
    """A source record as its channel delivered it."""

    channel: str
    source_record_id: str
    values: dict[str, str]


@dataclass(frozen=True)
class Pair:
    """Two records that the model took for one person: ``evidence`` is what each comparison found, in bits."""

    channels: tuple[str, str]
    match_weight: float
    evidence: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Value:
    """A value of the profile: whose it is, and by which rule it survived."""

    attribute: str
    value: str
    channel: str
    rule: str


@dataclass(frozen=True)
class Story:
    """What is drawn."""

    golden_id: str
    records: tuple[Record, ...]
    pairs: tuple[Pair, ...]
    profile: tuple[Value, ...]


def read_story(home: Path) -> Story:
    """The person who shows most, from a published demo home; raises ``ValueError`` where there is none."""
    with duckdb.connect() as reader:
        reader.execute(f"attach '{home}/published/omni.duckdb' as omni (read_only); use omni")
        found = reader.execute(_CUSTOMER).fetchall()
        if not found:
            raise ValueError(f"{home}: no customer of four channels; take a larger demo")
        ((golden_id,),) = found
        pairs = reader.execute(_PAIRS, [golden_id, golden_id]).fetchall()
        profile = reader.execute(_PROFILE, [golden_id]).fetchall()
        reader.execute(
            f"attach '{home}/warehouse/omni.duckdb' as warehouse (read_only); use warehouse"
        )
        columns = ", ".join(f"l.{name}" for name in SHOWN)
        records = reader.execute(_RECORDS.format(values=columns), [golden_id]).fetchall()
    return Story(
        golden_id,
        tuple(Record(channel, key, _filled(values)) for channel, key, *values in records),
        tuple(
            Pair(
                (left, right),
                weight,
                tuple((e["comparison"], e["against_strangers"]) for e in evidence),
            )
            for left, right, weight, evidence in pairs
        ),
        tuple(Value(*row) for name in SHOWN for row in profile if row[0] == name),
    )


def _filled(values: Sequence[object]) -> dict[str, str]:
    told = zip(SHOWN, values, strict=True)
    return {n: ", ".join(v) if isinstance(v, list) else str(v) for n, v in told if v}


def draw_records(story: Story) -> str:
    """The records as they were delivered, and the profile that they became, each value with where it is from."""
    colours = _colours(story)
    left = max(
        room_for(
            [
                f"{name}  {value}"
                for record in story.records
                for name, value in record.values.items()
            ]
        ),
        240,
    )
    right = max(room_for([f"{v.attribute}  {v.value}" for v in story.profile]), 240)
    middle = 150.0
    parts, ends = list[str](), dict[tuple[str, str], float]()
    y = 10.0
    for record in story.records:
        colour = colours[record.channel]
        parts += _head(10, y, left, f"{record.channel}  {record.source_record_id}", colour)
        for number, (name, value) in enumerate(record.values.items()):
            at = y + TITLE + LINE * (number + 0.5)
            ends[record.channel, name] = at
            parts += [words(18, at, name, fill=FAINT), words(10 + left - 8, at, value, "end")]
        y += TITLE + LINE * len(record.values) + GAP
    height = max(y, 10 + TITLE + LINE * len(story.profile) + GAP)
    top, x = (height - TITLE - LINE * len(story.profile)) / 2, 10 + left + middle
    parts += _head(x, top, right, f"golden customer  {story.golden_id}", "#222222")
    for number, value in enumerate(story.profile):
        at = top + TITLE + LINE * (number + 0.5)
        colour = colours[value.channel]
        start = ends.get((value.channel, value.attribute)) or ends.get(
            (value.channel, "first_name")
        )
        if start is not None:
            parts.append(band((10 + left, start - 2), (x, at - 2), 4, colour))
        parts += [
            words(x + 8, at, value.attribute, fill=FAINT),
            words(x + right - 8, at, value.value, "end"),
        ]
    label = f"{len(story.records)} records of {len(story.records)} channels become one customer"
    return _on_white(20 + left + middle + right, height, parts, label)


def draw_pairs(story: Story) -> str:
    """Every pair that the model joined: what each comparison speaks for one person or against it, in bits."""
    names = [" and ".join(pair.channels) for pair in story.pairs]
    left, scale = room_for(names) + 10, 9.0
    parts, y, zero = list[str](), 30.0, left + 100
    parts.append(words(zero, 14, "bits for one person, against two strangers", fill=FAINT))
    kinds = dict.fromkeys(name for pair in story.pairs for name, _ in pair.evidence)
    colour = {
        name: CYCLE[n % len(CYCLE)] if name != "prior" else GREY for n, name in enumerate(kinds)
    }
    for name, pair in zip(names, story.pairs, strict=True):
        parts.append(words(10, y + LINE / 2, name))
        before, after = zero, zero
        for comparison, bits in pair.evidence:
            width = abs(bits) * scale
            if bits < 0:
                before -= width
            parts.append(
                rectangle(before if bits < 0 else after, y, width, LINE, colour[comparison])
            )
            if bits >= 0:
                after += width
        parts.append(
            words(after + 8, y + LINE / 2, f"{sum(bits for _, bits in pair.evidence):+.1f}")
        )
        y += LINE + GAP / 2
    parts.append(rectangle(zero - 0.5, 26, 1, y - 30, GRID))
    x = 10.0
    for name, fill in colour.items():
        parts += [rectangle(x, y + 6, 10, 10, fill), words(x + 14, y + 11, name)]
        x += 14 + room_for([name]) + 6
    furthest = max(sum(b for _, b in pair.evidence if b > 0) for pair in story.pairs)
    width = max(x, zero + furthest * scale + 60)
    return _on_white(width, y + 26, parts, "What speaks for each pair, in bits")


def _on_white(width: float, height: float, parts: list[str], label: str) -> str:
    return picture(width, height, [rectangle(0, 0, width, height, "#ffffff"), *parts], label)


def _head(x: float, y: float, width: float, title: str, colour: str) -> Iterator[str]:
    yield rectangle(x, y, width, TITLE - 4, colour)
    yield words(x + 8, y + (TITLE - 4) / 2, title, fill="#ffffff")


def _colours(story: Story) -> dict[str, str]:
    return {record.channel: CYCLE[n] for n, record in enumerate(story.records)}


def main() -> None:
    """Draw the pictures anew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="a published demo home")
    story = read_story(parser.parse_args().home)
    (IMAGES / "one-customer.svg").write_text(draw_records(story), encoding="utf-8")
    (IMAGES / "one-customer-pairs.svg").write_text(draw_pairs(story), encoding="utf-8")


if __name__ == "__main__":
    main()
