"""What was said in the newest version of every interaction that has a text, or says who answered."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement


def create_messages(engine: Engine) -> None:
    """Create ``derived.messages``, empty, where there is none."""
    engine.create_like(
        "derived.messages",
        "select i.channel, i.interaction_id, m.agent, m.bot as is_bot, m.text"
        " from landed.messages m join landed.interactions i on false",
    )


def update_messages(engine: Engine) -> None:
    """Put what was said in ``newest_interactions`` in the place of what ``affected_interactions`` had.

    Reads ``landed.messages`` and ``landed.interactions``, writes ``derived.messages``.
    """
    engine.run(
        "delete from derived.messages using affected_interactions t"
        " where t.channel = messages.channel and t.interaction_id = messages.interaction_id"
    )
    engine.run(statement(__file__, "new_messages"))
    move_rows(engine, "derived.new_messages", "derived.messages")
