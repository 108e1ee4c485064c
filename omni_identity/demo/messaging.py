"""Campaign e-mails with their opens and clicks, and chats that belong to no ticket."""

from __future__ import annotations

import numpy as np
import polars as pl

from omni_identity.demo.phones import draw_phones, international
from omni_identity.demo.plan import DAY_SECONDS
from omni_identity.demo.randomness import Draw
from omni_identity.demo.sayings import answered_by, chat
from omni_identity.demo.scene import (
    HISTORY_DAYS,
    NO_ONE,
    Scene,
    choose_records,
    keep,
    moments,
    serial_words,
)

_SUBJECTS = (
    "New in this week", "Your weekend treat", "Last chance: 20 % off", "Back in stock",
    "Members first", "The winter list", "We miss you", "Free shipping ends tonight",
)  # fmt: skip


def write_messages(scene: Scene) -> None:
    """Adds all campaign mail and free chats of a block."""
    _send_campaigns(scene)
    for channel, share in (("whatsapp", 0.05), ("instagram", 0.03)):
        _chat(scene, channel, share)


def _send_campaigns(scene: Scene) -> None:
    """Weekly campaigns to some subscribers each."""
    draw = Draw(scene.plan.seed, scene.block, "campaigns")
    kept = scene.kept["email"]
    count = len(kept.records)
    n = int(scene.budget(0.24) / 1.36) if count else 0
    rows = draw.whole(0, max(count, 1), n)
    created = kept.records["created"].to_numpy()[rows] if count else np.empty(0, dtype=np.int64)
    weeks = HISTORY_DAYS // 4
    back = draw.whole(0, weeks, n)
    # Every fourth day at ten in New York, over some minutes.
    at = (
        (scene.until // DAY_SECONDS - 1 - back * 4) * DAY_SECONDS
        + 15 * 3600
        + draw.whole(0, 2400, n)
    )
    there = np.flatnonzero(at > created)
    rows, at, back = rows[there], at[there], back[there]
    person = kept.records["person"].to_numpy()[rows]
    facts = pl.DataFrame(
        {
            "contact": kept.records["record_id"].gather(rows),
            "email": kept.first["email_address"].gather(rows),
            "campaign": pl.Series([f"C{weeks - week:03d}" for week in range(weeks)]).gather(back),
            "subject": pl.Series(_SUBJECTS).gather(back % len(_SUBJECTS)),
        }
    )
    mail = serial_words(scene, "mailings", "E", len(at))
    facts = facts.with_columns(mail.alias("thread"))
    ids = scene.add(
        "email", "email_sent", person, at, direction=_repeat("outbound", len(at)), **facts.to_dict()
    )
    opened = draw.sample(len(at), 0.29)
    opened_at = (
        at[opened] + (draw.rng.gamma(1.0, 0.6, len(opened)) * DAY_SECONDS).astype(np.int64) + 30
    )
    scene.add(
        "email",
        "email_opened",
        person[opened],
        opened_at,
        reference_id=ids.gather(opened),
        **facts[opened].to_dict(),
    )
    clicks = draw.sample(len(opened), 0.24)
    clicked = opened[clicks]
    scene.add(
        "email",
        "email_clicked",
        person[clicked],
        opened_at[clicks] + draw.whole(5, 600, len(clicks)),
        reference_id=ids.gather(clicked),
        **facts[clicked].to_dict(),
    )


def _repeat(word: str, n: int) -> pl.Series:
    return pl.Series([word]).gather(np.zeros(n, dtype=np.int64))


def _chat(scene: Scene, channel: str, share: float) -> None:
    """A question and mostly an answer; some writers are in nobody's list."""
    draw = Draw(scene.plan.seed, scene.block, "chats", channel)
    kept = scene.kept[channel]
    rows = choose_records(draw, kept, int(scene.budget(share) / 1.8))
    n = len(rows)
    at = moments(draw, scene, kept.records["created"].to_numpy()[rows])
    stranger = draw.chance(0.08, n)
    person = np.where(stranger, NO_ONE, kept.records["person"].to_numpy()[rows])
    talk = pl.DataFrame(
        {
            "contact": keep(~stranger, kept.records["record_id"].gather(rows)),
            channel: keep(~stranger, kept.first[_HANDLES[channel]].gather(rows)),
            "conversation_id": serial_words(scene, f"{channel} conversations", "V", n),
        }
    )
    talk = talk.with_columns(thread=pl.concat_str(pl.lit(channel), "conversation_id"))
    asked, replied = chat(Draw(scene.plan.seed, scene.block, "sayings", "chats", channel), n)
    if channel == "whatsapp":
        talk = talk.with_columns(pl.col(channel).fill_null(_unknown_numbers(draw, n)))
    ids = scene.add(
        channel,
        "message",
        person,
        at,
        direction=_repeat("inbound", n),
        text=asked,
        **talk.to_dict(),
    )
    answered = draw.sample(n, 0.8)
    agent, _ = answered_by(Draw(scene.plan.seed, scene.block, "agents", channel), len(answered))
    later = at[answered] + draw.whole(60, DAY_SECONDS // 3, len(answered))
    scene.add(channel, "message", person[answered], later, reference_id=ids.gather(answered),
              direction=_repeat("outbound", len(answered)), text=replied.gather(answered),
              agent=agent, **talk[answered].to_dict())  # fmt: skip


_HANDLES = {"whatsapp": "wa_phone", "instagram": "username"}


def _unknown_numbers(draw: Draw, n: int) -> pl.Series:
    """Numbers of people whom no channel knows."""
    area = np.asarray([212, 305, 415, 512, 617])[draw.whole(0, 5, n)]
    return international(draw_phones(draw, area, _repeat("US", n)), "")
