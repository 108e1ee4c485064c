"""What was said in an interaction, and by whom: its text, the agent who answered, and whether that was a bot."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.contracts import without_placeholder
from omni_identity.channels.feeds import InteractionsFeed
from omni_identity.channels.mapped_columns import single
from omni_identity.model.attributes import MESSAGE_WORDS

MAX_TEXT_CHARACTERS = 10_000
"""Longer texts (whole threads quoted in an e-mail) are cut."""
_HTML = (
    r"(?i)<(?:p|div|br|span|html|body|table|a|b|i|strong|em|ul|ol|li|blockquote)(?:\s[^<>]*)?/?>"
)
_NOT_SAID = r"(?is)<(?:style|script|head)\b.*?</(?:style|script|head)>"
_LINE_ENDS = r"(?i)<br\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote)>"
_ENTITIES = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&"}
_YES = ("yes", "y", "true", "1", "automated", "automatic", "ai")
_BOT = r"(?i)\b(?:chat)?bot"


def message_columns(raw: pl.DataFrame, feed: InteractionsFeed) -> list[pl.Series]:
    """The columns of ``MESSAGE_WORDS`` that the feed maps: texts, and ``bot`` as yes or no."""
    found = {
        name: single(raw, feed.mapping[name]) for name in MESSAGE_WORDS if name in feed.mapping
    }
    if "text" in found:
        found["text"] = _readable(found["text"])
    rows = pl.DataFrame([column.alias(name) for name, column in found.items()])
    if "bot" in found:
        is_bot = pl.col("bot").str.to_lowercase().is_in(_YES) | pl.col("bot").str.contains(_BOT)
        rows = rows.with_columns(is_bot.alias("bot"))
    if "agent" in found:
        rows = rows.with_columns(without_placeholder("agent"))
    return rows.get_columns()


def _readable(texts: pl.Series) -> pl.Series:
    """Texts without the marks of HTML, where they are HTML, and not too long."""
    texts = texts.str.replace_all("\r\n?", "\n")
    is_html = texts.str.contains(_HTML).fill_null(False)
    if is_html.any():
        plain = (
            texts.filter(is_html).str.replace_all(_NOT_SAID, "").str.replace_all(_LINE_ENDS, "\n")
        )
        plain = plain.str.replace_all(r"<[^<>]+>", "")
        for entity, letter in _ENTITIES.items():
            plain = plain.str.replace_all(entity, letter, literal=True)
        plain = plain.str.strip_chars()
        texts = texts.scatter(is_html.arg_true(), plain)
    if (texts.str.len_bytes() > MAX_TEXT_CHARACTERS).any():
        texts = texts.str.slice(0, MAX_TEXT_CHARACTERS)
    return texts.to_frame("text").select(pl.when(pl.col("text") != "").then("text")).to_series()


def take_messages(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """The rows of interactions without what was said in them, and that, of those where anything was; None: of none."""
    told = [name for name in MESSAGE_WORDS if name in rows.columns]
    if not told:
        return rows, None
    filled = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in told))
    return rows.drop(told), filled.select("row_number", *told)
