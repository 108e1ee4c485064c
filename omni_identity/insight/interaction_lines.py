"""The lines of the newest version of every interaction: what was ordered, left in a cart, brought back."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.moving import move_rows
from omni_identity.model.attributes import LINES_TEXT

_WRITTEN = {
    **{name: f'l."{name}"' for name in LINES_TEXT},
    "quantity": "l.quantity::DECIMAL(18,3)",
    "price": "l.price::DECIMAL(18,2)",
}
_COLUMNS = ", ".join(f'{written} as "{name}"' for name, written in _WRITTEN.items())


def create_interaction_lines(engine: Engine) -> None:
    """Create ``derived.interaction_lines``, empty, where there is none."""
    engine.create_like(
        "derived.interaction_lines",
        "select l.channel, i.interaction_id, l.line_number,"
        f" {_COLUMNS} from landed.interaction_lines l join landed.interactions i on false",
    )


def update_interaction_lines(engine: Engine) -> None:
    """Put the lines of ``newest_interactions`` in the place of those that ``affected_interactions`` had.

    Reads ``landed.interaction_lines`` and ``landed.interactions``, writes ``derived.interaction_lines``.
    """
    engine.run(
        "delete from derived.interaction_lines using affected_interactions t"
        " where t.channel = interaction_lines.channel and t.interaction_id = interaction_lines.interaction_id"
    )
    engine.run(
        f"""
        create or replace table derived.new_interaction_lines as
        select i.channel, i.interaction_id, l.line_number, {_COLUMNS}
        from newest_interactions n
        join landed.interactions i on i.file_no = n.file_no and i.row_number = n.row_number
        join landed.interaction_lines l
            on l.file_no = n.file_no and l.interaction_row = n.row_number
        """
    )
    move_rows(engine, "derived.new_interaction_lines", "derived.interaction_lines")
