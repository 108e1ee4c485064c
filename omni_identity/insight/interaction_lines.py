"""The lines of the newest version of every interaction: what was ordered, left in a cart, brought back."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement
from omni_identity.model.attributes import LINES_TEXT

_COLUMNS = ", ".join(f'l."{name}"' for name in LINES_TEXT)


def create_interaction_lines(engine: Engine) -> None:
    """Create ``derived.interaction_lines``, empty, where there is none."""
    engine.create_like(
        "derived.interaction_lines",
        f"select l.channel, i.interaction_id, l.line_number, {_COLUMNS},"
        " l.quantity::DECIMAL(18,3) as quantity, l.price::DECIMAL(18,2) as price"
        " from landed.interaction_lines l join landed.interactions i on false",
    )


def update_interaction_lines(engine: Engine) -> None:
    """Put the newest lines of ``affected_interactions`` in the place of those that they had.

    Reads ``landed.interaction_lines``, ``landed.lines``, ``landed.interactions`` and ``newest_interactions``;
    writes ``derived.interaction_lines``.
    """
    engine.run(
        "delete from derived.interaction_lines using affected_interactions t"
        " where t.channel = interaction_lines.channel and t.interaction_id = interaction_lines.interaction_id"
    )
    engine.run(statement(__file__, "new_interaction_lines"))
    move_rows(engine, "derived.new_interaction_lines", "derived.interaction_lines")
